// Connects and disconnects again and again, as raw `ws` or as this client, and measures in a process of its own what each
// cycle leaves on the heap. The server drops a connection that sends "drop".
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import WebSocket from 'ws';
import { DatastreamClient } from '../../../dist/index.js';

const [subject, warmUp, samples, cycles] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const { SERVER_URL: url, API_KEY: apiKey } = process.env;

/** Lines in which somebody could read the key, and what the process was warned of. */
let leaks = 0;
const warnings = [];
process.on('warning', (warning) => warnings.push(String(warning)));
const look = (line) => void (line.includes(apiKey) && leaks++);

/** One signal for all clients of the process, as in an application that shuts down once. */
const { signal } = new globalThis.AbortController();
const options = {
  url,
  apiKey,
  signal,
  logger: { debug: look, info: look, warn: look, error: look },
  messageHandler: () => undefined,
  connectionReadyHandler: () => undefined,
  minReconnectDelay: 1,
  maxReconnectDelay: 1,
  maxReconnectAttempts: Infinity,
};

/** As the client opens its sockets. */
function openRaw() {
  const headers = { 'X-Schematic-Api-Key': apiKey };
  const webSocket = new WebSocket(`${url}/datastream`, { headers, perMessageDeflate: false });
  webSocket.on('error', () => undefined);
  return new Promise((resolve) => webSocket.on('open', () => resolve(webSocket)));
}

function endRaw(webSocket, end) {
  return new Promise((resolve) => {
    webSocket.on('close', resolve);
    end();
  });
}

const subjects = {
  async 'reconnecting raw'() {
    let webSocket = await openRaw();
    return {
      async cycle(index) {
        await endRaw(webSocket, () => (index % 2 ? webSocket.send('"drop"') : webSocket.close(1000)));
        webSocket = await openRaw();
      },
      end: () => endRaw(webSocket, () => webSocket.close(1000)),
    };
  },
  async 'reconnecting client'() {
    const client = new DatastreamClient(options);
    let readied = () => undefined;
    client.on('ready', () => readied());
    client.start();
    await client.ready();
    return {
      cycle(index) {
        const ready = new Promise((resolve) => (readied = resolve));
        if (index % 2) client.sendMessage('drop').catch(() => undefined);
        else client.reconnect();
        return ready;
      },
      end: () => client.close(),
    };
  },
  async 'created raw'() {
    return {
      async cycle() {
        const webSocket = await openRaw();
        await endRaw(webSocket, () => webSocket.close(1000));
      },
      end: () => undefined,
    };
  },
  async 'created client'() {
    return {
      async cycle() {
        const client = new DatastreamClient(options);
        client.on('ready', () => undefined);
        client.start();
        await client.ready();
        await client.close();
      },
      end: () => undefined,
    };
  },
};

/** What lives: garbage that needs two collections, since something cleaned up after the first, is none. */
async function liveHeap() {
  for (let round = 0; round < 3; round += 1) {
    await setImmediate();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

// The console opens its pipes when it is first asked for, and what started this process is done a turn later.
void [process.stdout, process.stderr];
await setImmediate();
const before = process.getActiveResourcesInfo().sort();
const { cycle, end } = await subjects[subject]();
for (let index = 0; index < warmUp; index += 1) await cycle(index);
// The first collections also take what the warm-up itself has left: a fall of 250 kB that would hide a leak.
await liveHeap();
for (let index = 0; index < cycles; index += 1) await cycle(index);
const heap = [await liveHeap()];
while (heap.length < samples) {
  for (let index = 0; index < cycles; index += 1) await cycle(index);
  heap.push(await liveHeap());
}
await end();
await setImmediate();
const after = process.getActiveResourcesInfo().sort();
const listeners = getEventListeners(signal, 'abort').length;
console.log(JSON.stringify({ heap, before, after, listeners, warnings, leaks }));
