import type { Platform, SocketListener, SocketRequest } from '../../platform/platform';
import { FakePage } from './fake-page';
import { FakeSocket, type FakeSocketAbilities } from './fake-socket';
import { ManualClock } from './manual-clock';

/** What a fake platform can do; by default all that Node can. */
export interface FakePlatformOptions extends Partial<FakeSocketAbilities> {
  /** Whether a handshake can carry headers; a page cannot. @defaultValue true */
  sendsHeaders?: boolean;
  /** Whether there is a page. @defaultValue false */
  page?: boolean;
  /** What `random()` gives. @defaultValue 0.5 */
  chance?: number | (() => number);
}

/** A world for tests: time moves by hand, and the test speaks the server's part. */
export class FakePlatform implements Platform {
  /** The clock that the test moves. */
  readonly clock = new ManualClock();
  readonly sendsHeaders: boolean;
  /** The page that the client lives in, if the platform was made with one. */
  readonly page?: FakePage;
  /** Every socket that was opened, in order. */
  readonly sockets: FakeSocket[] = [];
  /** What was reported because nobody listened. */
  readonly reports: string[] = [];
  readonly #abilities: FakeSocketAbilities;
  readonly #chance: () => number;

  constructor({
    sendsHeaders = true,
    page = false,
    chance = 0.5,
    pings = true,
    pauses = true,
    terminates = true,
  }: FakePlatformOptions = {}) {
    this.sendsHeaders = sendsHeaders;
    if (page) this.page = new FakePage();
    this.#abilities = { pings, pauses, terminates };
    this.#chance = typeof chance === 'number' ? () => chance : chance;
  }

  /** The socket that was opened last. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('No socket has been opened yet');
    return socket;
  }

  /** The sockets that neither side has begun to end. */
  get liveSockets(): FakeSocket[] {
    return this.sockets.filter((socket) => socket.isLive);
  }

  random(): number {
    return this.#chance();
  }

  open(request: SocketRequest, listener: SocketListener): FakeSocket {
    const socket = new FakeSocket(request, listener, this.clock, this.#abilities);
    this.sockets.push(socket);
    return socket;
  }

  report(line: string): void {
    this.reports.push(line);
  }
}
