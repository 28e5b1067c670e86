import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Pem } from '../../platform/platform';
import { answerHttp } from './rest';
import type { UpgradeRequest } from './upgrades';

/** Where to listen, and who hears of upgrade requests. */
export interface ListenerSettings {
  host: string;
  port: number;
  tls?: { cert: Pem; key: Pem };
  upgradeRequested: (...upgrade: UpgradeRequest) => void;
}

/** One listening port and the sockets that came in through it. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #closed: Promise<void>;

  static async open(settings: ListenerSettings): Promise<Listener> {
    const listener = new Listener(settings);
    await listener.#listen(settings);
    return listener;
  }

  private constructor({ tls, upgradeRequested }: ListenerSettings) {
    this.#server = tls ? createHttpsServer(pemBuffers(tls), answerHttp) : createHttpServer(answerHttp);
    this.#closed = new Promise((resolve) => this.#server.once('close', resolve));
    this.#server.on('upgrade', upgradeRequested);
    this.#server.on('connection', (socket: Duplex) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Lets nobody in any more, and frees the port at once. */
  stopListening(): void {
    this.#server.close();
  }

  /** Ends whatever is still connected, once nobody is let in any more; resolves when nothing is left. */
  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#closed;
  }

  #listen({ port, host }: ListenerSettings): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }
}

// `node:https` takes text or Buffers, no plain bytes.
function pemBuffers({ cert, key }: { cert: Pem; key: Pem }): { cert: Buffer; key: Buffer } {
  return { cert: Buffer.from(cert as string), key: Buffer.from(key as string) };
}
