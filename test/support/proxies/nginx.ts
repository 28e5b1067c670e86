import { Program, type Recipe } from './program';
import { IDLE_TIMEOUT, type Forwarding, type ReverseProxy } from './reverse-proxy';

/** nginx, as people put it in front of WebSockets. */
export class Nginx implements ReverseProxy {
  readonly #recipe: NginxRecipe;
  readonly #program: Program;

  static async start(forwarding: Forwarding): Promise<Nginx> {
    const recipe = new NginxRecipe(forwarding);
    return new Nginx(recipe, await Program.start(recipe));
  }

  private constructor(recipe: NginxRecipe, program: Program) {
    this.#recipe = recipe;
    this.#program = program;
  }

  get url(): string {
    return `${this.#recipe.forwarding.tls ? 'https' : 'http'}://127.0.0.1:${this.#program.port}`;
  }

  async reload(forwarding: Forwarding): Promise<void> {
    this.#recipe.forwarding = forwarding;
    this.#program.configure();
    // New workers take connections before the old ones are told to stop doing so.
    const isLetGo = this.#program.nextLine(/gracefully shutting down/);
    await this.#program.command('-s', 'reload');
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
}

/** Where it puts what it cannot hold in memory; the defaults are folders of the system. */
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

class NginxRecipe implements Recipe {
  readonly command = 'nginx';
  readonly listens = /start worker process \d/;
  forwarding: Forwarding;

  constructor(forwarding: Forwarding) {
    this.forwarding = forwarding;
  }

  args(folder: string): string[] {
    return ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'];
  }

  files(port: number): Record<string, string> {
    const { tls, drainTime } = this.forwarding;
    return {
      ...(tls && { 'server.pem': tls.cert, 'server.key': tls.key }),
      'nginx.conf': `
        daemon off;
        pid nginx.pid;
        error_log stderr notice;
        worker_processes 1;
        ${drainTime === undefined ? '' : `worker_shutdown_timeout ${drainTime}ms;`}
        events { worker_connections 256; }
        http {
          ${TEMPORARY.map((name) => `${name}_temp_path ${name};`).join(' ')}
          access_log access.log;
          server {
            listen 127.0.0.1:${port}${tls ? ' ssl http2' : ''};
            ${tls ? 'ssl_certificate server.pem; ssl_certificate_key server.key;' : ''}
            ${this.#locations()}
          }
        }`,
    };
  }

  #locations(): string {
    const { to, answer, idleTimeout = IDLE_TIMEOUT, retryAfterGone, passesUpgrade = true } = this.forwarding;
    if (answer) return `location / { ${answerWith(answer)} }`;
    return `
      location / {
        proxy_pass http://127.0.0.1:${to.port};
        proxy_http_version 1.1;
        proxy_buffering on;
        proxy_read_timeout ${idleTimeout}ms;
        ${passesUpgrade ? 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";' : ''}
        ${retryAfterGone === undefined ? '' : 'error_page 502 = @gone;'}
      }
      location @gone { ${answerWith({ status: 503, retryAfter: retryAfterGone })} }`;
  }
}

function answerWith({ status, retryAfter, location }: NonNullable<Forwarding['answer']>): string {
  const header = retryAfter === undefined ? '' : `add_header Retry-After ${retryAfter} always;`;
  return `${header} return ${status} ${location ?? '""'};`;
}
