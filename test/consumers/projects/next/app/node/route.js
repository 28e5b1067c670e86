/* global Response */
import { DatastreamStore, subprotocolAuth } from 'schematic-datastream-ws';
import { follow } from '../../follow.js';

// Imported here alone: it has to be in what the server runs, and not in what the page loads.
globalThis.Store = DatastreamStore;
globalThis.strategy = subprotocolAuth({ protocol: 'control' });

export async function GET(request) {
  return Response.json(await follow(new URL(request.url).searchParams.get('server'), { rounds: 2 }));
}
