import { DatastreamStore } from 'schematic-datastream-ws';

// `start.js` puts its own server here; another one can be named in the address of the page.
const url = new URLSearchParams(location.search).get('server') ?? __DATASTREAM__;

/** One store for the whole page, made outside of any component. */
export const store = new DatastreamStore({ url, apiKey: 'development' });
