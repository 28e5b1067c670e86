import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Browser, Engine, Page } from './engine';
import { Program } from './program';

/** WebKitGTK's MiniBrowser on a display of its own, driven over W3C WebDriver (https://www.w3.org/TR/webdriver2). */
export class WebKitEngine implements Engine {
  readonly name = 'WebKit';
  readonly #driverPath: string;
  readonly #xvfbPath: string;

  constructor(driverPath: string, xvfbPath: string) {
    this.#driverPath = driverPath;
    this.#xvfbPath = xvfbPath;
  }

  launch(): Promise<Browser> {
    const args = () => ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'];
    return Program.start({ path: this.#xvfbPath, args }, async (display) => {
      const env = { ...WITHOUT_DESKTOP, DISPLAY: `:${await display.said(/(\d+)\n/)}` };
      return Program.start({ path: this.#driverPath, args: () => ['--port=0'], env }, async (driver) => {
        const port = await driver.until(() => portOf(driver.pid), 'listens');
        const session = await WebDriverSession.begin(`http://127.0.0.1:${port}`);
        return new WebKitBrowser([driver, display], session);
      });
    });
  }
}

// A desktop's bus would hand the page to a MiniBrowser that runs already, or start helpers that outlive this one.
const WITHOUT_DESKTOP = { DBUS_SESSION_BUS_ADDRESS: 'disabled:', NO_AT_BRIDGE: '1', GDK_BACKEND: 'x11' };

class WebKitBrowser implements Browser {
  readonly version: string;
  readonly #programs: Program[];
  readonly #session: WebDriverSession;

  constructor(programs: Program[], session: WebDriverSession) {
    this.#programs = programs;
    this.#session = session;
    this.version = `WebKitGTK ${session.version}`;
  }

  /** Its one window shows one page at a time. */
  async open(url: string): Promise<Page> {
    const visit = (place: string) => this.#session.call<null>('POST', '/url', { url: place });
    await visit(url);
    return {
      evaluate: (expression) =>
        this.#session.call('POST', '/execute/sync', { script: `return ${expression}`, args: [] }),
      close: async () => {
        await visit('about:blank');
      },
    };
  }

  async stop(): Promise<void> {
    try {
      await this.#session.call('DELETE', '');
    } finally {
      for (const program of this.#programs) await program.stop();
    }
  }
}

/** What the command New Session gives, as far as it is used here. */
interface NewSession {
  sessionId: string;
  capabilities: { browserVersion: string };
}

class WebDriverSession {
  readonly version: string;
  readonly #url: string;

  static async begin(driver: string): Promise<WebDriverSession> {
    const session = await request<NewSession>('POST', `${driver}/session`, { capabilities: {} });
    return new WebDriverSession(`${driver}/session/${session.sessionId}`, session.capabilities.browserVersion);
  }

  private constructor(url: string, version: string) {
    this.#url = url;
    this.version = version;
  }

  call<Value>(method: string, command: string, parameters?: object): Promise<Value> {
    return request(method, this.#url + command, parameters);
  }
}

async function request<Value>(method: string, url: string, parameters?: object): Promise<Value> {
  const response = await fetch(url, { method, body: parameters && JSON.stringify(parameters) });
  const { value } = (await response.json()) as { value: Value & { message?: string } };
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.message}`);
  return value;
}

const LISTENING = '0A';

/** The port that a process listens on. The driver takes a free one when asked to, but does not tell which. */
function portOf(pid: number): number | undefined {
  const files = readdirSync(`/proc/${pid}/fd`).map((name) => targetOf(`/proc/${pid}/fd/${name}`));
  const sockets = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
  for (const socket of sockets) {
    const [, address, , state, , , , , , inode] = socket.trim().split(/\s+/);
    if (state === LISTENING && files.includes(`socket:[${inode}]`)) return parseInt(address?.split(':')[1] ?? '', 16);
  }
  return undefined;
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // It was closed meanwhile.
  }
}
