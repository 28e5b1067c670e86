import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Journal } from './journal';

/** A bare TCP server, for tests of single bytes and of silence: it answers nothing on its own. */
export class TcpServer {
  readonly peers = new Journal<TcpPeer>();
  readonly #server: Server;

  static async start(): Promise<TcpServer> {
    const server = new TcpServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private constructor() {
    this.#server = createServer((socket) => this.peers.add(new TcpPeer(socket)));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const peer of this.peers.all) peer.socket.destroy();
    await closed;
  }
}

/** One client of a `TcpServer`. */
export class TcpPeer {
  readonly socket: Socket;
  /** The head of the upgrade request. */
  readonly request: Promise<string>;
  /** Resolves when TCP has ended. */
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.request = new Promise((resolve) => {
      let text = '';
      const read = (data: Buffer) => {
        text += data.toString('latin1');
        if (!text.includes('\r\n\r\n')) return;
        socket.off('data', read);
        resolve(text);
      };
      socket.on('data', read);
    });
  }

  /** Answers the upgrade, with frames in the same write. */
  async accept(...frames: Buffer[]): Promise<void> {
    const answer = switchingProtocols(await this.request);
    this.socket.write(Buffer.concat([Buffer.from(answer), ...frames]));
  }
}

/** The answer that completes a handshake (RFC 6455, section 4.2.2). */
export function switchingProtocols(request: string): string {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return [...lines, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n');
}

const TEXT = 0x1;
const FINAL = 0x80;
const LONGEST_SHORT = 125;
const LONG = 126;
const LONGER = 127;

/** One text frame as a server writes it, which is unmasked (RFC 6455, section 5.2). */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([FINAL | TEXT]), payloadLength(payload.length), payload]);
}

function payloadLength(length: number): Buffer {
  if (length <= LONGEST_SHORT) return Buffer.from([length]);
  if (length < 2 ** 16) return Buffer.from([LONG, length >> 8, length & 0xff]);
  const eightBytes = Buffer.alloc(9);
  eightBytes[0] = LONGER;
  eightBytes.writeBigUInt64BE(BigInt(length), 1);
  return eightBytes;
}
