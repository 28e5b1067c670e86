import { DatastreamStore } from 'schematic-datastream-ws';

// `start.js` puts its own server here; another one can be named in the address of the page.
const url = new URLSearchParams(location.search).get('server') ?? __DATASTREAM__;
const store = new DatastreamStore({ url, apiKey: 'development' });

store.on('state', ({ status }) => (document.getElementById('status').textContent = status));
store.subscribe(() => {
  const items = [...store.flags.values()].map((flag) => {
    const item = document.createElement('li');
    item.textContent = `${flag.key}: ${flag.default_value}`;
    return item;
  });
  document.getElementById('flags').replaceChildren(...items);
});
store.start();

// Vite replaces this module while it runs: the connection of the old one must not stay.
import.meta.hot?.dispose(() => store.close());
