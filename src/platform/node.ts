import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import WebSocket from 'isomorphic-ws';
import { described, describeError } from './described';
import { mergeHeaders } from './headers';
import { NODE_OPTIONS } from './node-options';
import { refusal } from './refusal';
import type { Clock, Platform, Socket, SocketEnding, SocketListener, SocketRequest } from './platform';

export { NODE_OPTIONS as optionRules, mergeHeaders };

/** Node: `ws` through isomorphic-ws, with headers, ping frames, real backpressure and a hard close. */
export const platform: Platform = createPlatform(true);

function createPlatform(keepsAlive: boolean): Platform {
  return {
    clock: createClock(keepsAlive),
    sendsHeaders: true,
    random: () => Math.random(),
    open: (request, listener) => new NodeSocket(request, listener, keepsAlive),
    report: (line) => console.error(line),
    unref: () => createPlatform(false),
  };
}

function createClock(keepsAlive: boolean): Clock {
  return {
    now: () => Date.now(),
    after(delay, task) {
      const timer = setTimeout(task, delay);
      if (!keepsAlive) timer.unref();
      return () => clearTimeout(timer);
    },
    // Immediates run right after the event loop has polled for I/O.
    afterRead(task) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    },
  };
}

/** A message larger than this ends the connection (1009): what a hostile server may make a client hold. */
const LARGEST_MESSAGE = 100 * 1_024 * 1_024;

/** What a peer that sent a close frame gets to end TCP, in milliseconds; `ws` would wait half a minute. */
const CLOSE_TIMEOUT = 1_000;
/** Pongs that may wait to be written. Pings gather while reading is paused, and `ws` would end the connection at 60. */
const PENDING_PONGS = 10_000;

class NodeSocket implements Socket {
  readonly #webSocket: WebSocket;
  readonly #listener: SocketListener;
  readonly #isSecure: boolean;
  /** What lies under the WebSocket, once the upgrade has been accepted. */
  #stream: NetSocket | undefined;
  #error: Error | undefined;
  #isGathering = false;
  #isEnded = false;

  constructor(
    { url, protocols, headers, compression, tls, agent }: SocketRequest,
    listener: SocketListener,
    keepsAlive: boolean,
  ) {
    this.#listener = listener;
    this.#isSecure = url.startsWith('wss:');
    const options = {
      ...tls,
      agent,
      headers,
      perMessageDeflate: compression,
      maxPayload: LARGEST_MESSAGE,
      closeTimeout: CLOSE_TIMEOUT,
      maxPendingAutoPongs: PENDING_PONGS,
      followRedirects: false,
      // Said outright, it also holds where the environment turns verification off.
      rejectUnauthorized: true,
      ...(!keepsAlive && { finishRequest: endWithoutKeepingAlive }),
    };
    this.#webSocket = new WebSocket(url, [...protocols], options as WebSocket.ClientOptions);
    this.#listen(keepsAlive);
  }

  get bytesReceived(): number {
    return this.#stream?.bytesRead ?? 0;
  }

  send(data: string | Uint8Array, done: (error?: Error) => void): void {
    this.#gatherTick();
    // Bytes, unlike text, are masked right behind their header: one buffer for the system to gather, and not two.
    this.#webSocket.send(
      typeof data === 'string' ? Buffer.from(data) : data,
      { binary: typeof data !== 'string' },
      (error) => {
        // Node tells a write that was under way when its stream was destroyed that all went well.
        done(error ?? (this.#stream?.destroyed ? new Error('The socket was destroyed') : undefined));
      },
    );
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  ping(): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.ping();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  /** All messages of one tick leave in one write, which costs a fifth. */
  #gatherTick(): void {
    const stream = this.#stream;
    if (this.#isGathering || !stream) return;
    this.#isGathering = true;
    stream.cork();
    // This runs after the promises that the current task has settled, so what they send is of the same tick.
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  #listen(keepsAlive: boolean): void {
    const listener = this.#listener;
    this.#webSocket
      .on('upgrade', (response: IncomingMessage) => {
        this.#stream = response.socket;
        if (!keepsAlive) this.#stream.unref();
      })
      .on('open', () => listener.opened())
      .on('message', (data: Buffer, isBinary: boolean) =>
        listener.received(isBinary ? data : data.toString(), data.length),
      )
      .on('pong', () => listener.ponged())
      .on('unexpected-response', (_request, response) => this.#refused(response))
      .on('error', (error) => this.#failed(error))
      .on('close', (code, reason) => this.#end({ code, reason: reason.toString(), ...this.#whyFailed() }));
  }

  #refused(response: IncomingMessage): void {
    // The answer of a proxy that opens no tunnel is replayed by its agent on a socket that never had a network.
    const by = response.socket.bytesRead === 0 ? 'proxy' : 'server';
    const failure = refusal(response.statusCode ?? 0, response.headers['retry-after'], Date.now(), by);
    this.#end({ code: 1006, reason: '', failure });
  }

  #failed(error: Error): void {
    // What a parser could not read is the peer's, and may repeat what was sent to it.
    this.#error = 'rawPacket' in error ? new Error(describeError(error)) : described(error);
    // An open socket that broke the protocol would wait for the peer to close it.
    if (this.#stream) this.#end({ code: 1006, reason: '', error: this.#error });
  }

  #whyFailed(): Pick<SocketEnding, 'error' | 'failure'> {
    const error = this.#error;
    if (!error || !this.#isSecure || !isTlsError(error)) return { error };
    return { error, failure: { code: 'TLS_FAILED', message: `No secure connection: ${describeError(error)}` } };
  }

  #end(ending: SocketEnding): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#webSocket.terminate();
    this.#listener.ended(ending);
  }
}

function endWithoutKeepingAlive(request: ClientRequest): void {
  request.once('socket', (socket) => {
    socket.unref();
    // Each further address of a host is tried with a handle of its own.
    socket.on('connectionAttempt', () => socket.unref());
  });
  request.end();
}

/** Verification (X.509) codes, those of OpenSSL and Node, and what a plain HTTP port answers to a TLS greeting. */
const TLS_CODES =
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|EPROTO)/;

function isTlsError(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'string' && TLS_CODES.test(error.code);
}
