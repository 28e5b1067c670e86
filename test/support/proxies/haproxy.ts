import { connect } from 'node:net';
import { Program, type Recipe } from './program';
import { IDLE_TIMEOUT, type Forwarding, type ReverseProxy } from './reverse-proxy';

/** HAProxy: a master process, and the workers that it replaces. */
export class HaProxy implements ReverseProxy {
  readonly #recipe: HaProxyRecipe;
  readonly #program: Program;

  static async start(forwarding: Forwarding): Promise<HaProxy> {
    const recipe = new HaProxyRecipe(forwarding);
    return new HaProxy(recipe, await Program.start(recipe));
  }

  private constructor(recipe: HaProxyRecipe, program: Program) {
    this.#recipe = recipe;
    this.#program = program;
  }

  get url(): string {
    return `${this.#recipe.forwarding.tls ? 'https' : 'http'}://127.0.0.1:${this.#program.port}`;
  }

  /** `SIGUSR2`: the master loads the configuration again, and starts another worker. */
  async reload(forwarding: Forwarding): Promise<void> {
    this.#recipe.forwarding = forwarding;
    this.#program.configure();
    const isLetGo = this.#program.nextLine(LETS_GO);
    // The master starts itself anew once it has a worker, and ignores the signal until it takes commands again.
    while (!(await this.#takesCommands())) await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    this.#program.signal('SIGUSR2');
    await isLetGo;
  }

  /** `-sf`: a second HAProxy takes the port over, and lets the first one finish. */
  async handOver(forwarding: Forwarding): Promise<void> {
    this.#recipe.forwarding = forwarding;
    const isLetGo = this.#program.nextLine(LETS_GO);
    await this.#program.run('-sf', String(this.#program.pid));
    await isLetGo;
  }

  log(): string {
    return this.#program.log();
  }

  end(): Promise<void> {
    return this.#program.end();
  }

  restart(): Promise<void> {
    return this.#program.run();
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  async #takesCommands(): Promise<boolean> {
    const socket = connect(this.#program.path(MASTER));
    const isAnswered = await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false)).once('close', () => resolve(false));
      socket.write('show version\n');
    });
    socket.destroy();
    return isAnswered;
  }
}

/** The socket on which the master takes commands. */
const MASTER = 'master.sock';
/** Milliseconds between two questions whether it does. */
const POLL_INTERVAL = 10;

/** What a worker says when it has stopped to listen. */
const LETS_GO = /Proxy front stopped/;

class HaProxyRecipe implements Recipe {
  readonly command = 'haproxy';
  readonly listens = /Loading success/;
  forwarding: Forwarding;

  constructor(forwarding: Forwarding) {
    this.forwarding = forwarding;
  }

  args(folder: string): string[] {
    return ['-W', '-db', '-S', `${folder}/${MASTER}`, '-f', `${folder}/haproxy.cfg`];
  }

  files(port: number, folder: string): Record<string, string> {
    const { to, tls, idleTimeout = IDLE_TIMEOUT, drainTime, retryAfterGone } = this.forwarding;
    return {
      ...(tls && { 'server.pem': tls.cert + tls.key }),
      'haproxy.cfg': [
        'global',
        drainTime === undefined ? '' : `  hard-stop-after ${drainTime}ms`,
        'defaults',
        '  mode http',
        '  log stdout format raw local0',
        '  option httplog',
        '  timeout connect 5s',
        '  timeout client 60s',
        '  timeout server 60s',
        `  timeout tunnel ${idleTimeout}ms`,
        // It would ask a server that is gone again for seconds.
        '  retries 0',
        retryAfterGone === undefined ? '' : `  http-error status 503 hdr Retry-After ${retryAfterGone}`,
        'frontend front',
        `  bind 127.0.0.1:${port}${tls ? ` ssl crt ${folder}/server.pem alpn h2,http/1.1` : ''}`,
        ...this.#rules(),
        '  default_backend back',
        'backend back',
        `  server upstream 127.0.0.1:${to.port}`,
        '',
      ].join('\n'),
    };
  }

  #rules(): string[] {
    const { answer, passesUpgrade = true } = this.forwarding;
    if (answer?.location) return [`  http-request redirect location ${answer.location} code ${answer.status}`];
    if (answer) {
      const header = answer.retryAfter === undefined ? '' : ` hdr Retry-After ${answer.retryAfter}`;
      return [`  http-request return status ${answer.status}${header}`];
    }
    return passesUpgrade ? [] : ['  http-request del-header Upgrade'];
  }
}
