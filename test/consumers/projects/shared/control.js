// The same page with more imports, which have to be in its bundle and in that of no other page.
import { DatastreamStore, subprotocolAuth } from 'schematic-datastream-ws';
import './page.js';

globalThis.Store = DatastreamStore;
globalThis.strategy = subprotocolAuth({ protocol: 'control' });
