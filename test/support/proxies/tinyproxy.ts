import { Program, type Recipe } from './program';

/** How a `Tinyproxy` treats those who ask it for a tunnel. */
export interface TinyproxySetUp {
  /** Whom it serves. @default everybody */
  user?: { name: string; password: string };
  /** Seconds after which it cuts a tunnel in which nothing moves. @default 60 */
  idleTimeout?: number;
}

/** tinyproxy: a proxy that opens tunnels on CONNECT, as companies have them at their border. */
export class Tinyproxy {
  readonly #program: Program;

  static async start(setUp: TinyproxySetUp = {}): Promise<Tinyproxy> {
    return new Tinyproxy(await Program.start(recipeFor(setUp)));
  }

  private constructor(program: Program) {
    this.#program = program;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#program.port}`;
  }

  get port(): number {
    return this.#program.port;
  }

  /** All that it has written: each tunnel, among others. */
  log(): string {
    return this.#program.log();
  }

  /** Dies at once; `restart` brings it back on the same port. */
  kill(): Promise<void> {
    return this.#program.end('SIGKILL');
  }

  restart(): Promise<void> {
    return this.#program.run();
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}

function recipeFor({ user, idleTimeout = 60 }: TinyproxySetUp): Recipe {
  return {
    command: 'tinyproxy',
    listens: /Accepting connections/,
    args: (folder) => ['-d', '-c', `${folder}/tinyproxy.conf`],
    files: (port) => ({
      'tinyproxy.conf': [
        `Port ${port}`,
        'Listen 127.0.0.1',
        `Timeout ${idleTimeout}`,
        'MaxClients 100',
        user ? `BasicAuth ${user.name} ${user.password}` : '',
        '',
      ].join('\n'),
    }),
  };
}
