// The same page with one more import, which has to be in its bundle and in that of no other page.
import { subprotocolAuth } from 'schematic-datastream-ws';
import './page.js';

globalThis.strategy = subprotocolAuth({ protocol: 'control' });
