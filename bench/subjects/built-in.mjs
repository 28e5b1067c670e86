// Node's own WebSocket, behind a flag in Node 20.
import { opened } from './event-socket.mjs';

export const connect = (url, received) => opened(new globalThis.WebSocket(url), received);
