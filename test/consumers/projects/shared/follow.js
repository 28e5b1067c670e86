import { DatastreamClient } from 'schematic-datastream-ws';
import { followWith } from './follow-with.js';

/** Imports the client and nothing else: what the bundle of a page has to be free of the rest for. */
export const follow = (url, options) => followWith(DatastreamClient, url, options);
