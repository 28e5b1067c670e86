import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Browser, Engine, Page } from './engine';
import { Program, type Command } from './program';

/** Stock Firefox, driven over WebDriver BiDi (https://w3c.github.io/webdriver-bidi). */
export class FirefoxEngine implements Engine {
  readonly name = 'Firefox';
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  launch(): Promise<Browser> {
    const command: Command = {
      path: this.#path,
      args: (folder) => ['--headless', '--no-remote', '--profile', folder, '--remote-debugging-port=0', 'about:blank'],
      // The rest of what a test wants quiet, Firefox sets itself when it is driven from outside (remote.prefs.recommended).
      prepare: (folder) => writeFileSync(join(folder, 'user.js'), 'user_pref("app.normandy.enabled", false);\n'),
    };
    return Program.start(command, async (program) => {
      const endpoint = await program.said(/WebDriver BiDi listening on (ws:\S+)/);
      const session = await BidiSession.open(`${endpoint}/session`);
      const { capabilities } = await session.call<NewSession>('session.new', { capabilities: {} });
      return new FirefoxBrowser(program, session, capabilities.browserVersion);
    });
  }
}

/** What `session.new` gives, as far as it is used here. */
interface NewSession {
  capabilities: { browserVersion: string };
}

class FirefoxBrowser implements Browser {
  readonly version: string;
  readonly #program: Program;
  readonly #session: BidiSession;

  constructor(program: Program, session: BidiSession, version: string) {
    this.#program = program;
    this.#session = session;
    this.version = version;
  }

  async open(url: string): Promise<Page> {
    const { context } = await this.#session.call<{ context: string }>('browsingContext.create', { type: 'tab' });
    await this.#session.call('browsingContext.navigate', { context, url, wait: 'complete' });
    return new FirefoxPage(this.#session, context);
  }

  async stop(): Promise<void> {
    try {
      await this.#session.call('browser.close');
    } finally {
      await this.#program.stop();
    }
  }
}

/** What `script.evaluate` gives: the spec's EvaluateResult, as far as it is used here. */
interface Evaluation {
  result?: { value: string };
  exceptionDetails?: { text: string };
}

class FirefoxPage implements Page {
  readonly #session: BidiSession;
  readonly #context: string;

  constructor(session: BidiSession, context: string) {
    this.#session = session;
    this.#context = context;
  }

  async evaluate(expression: string): Promise<string> {
    const { result, exceptionDetails } = await this.#session.call<Evaluation>('script.evaluate', {
      expression,
      awaitPromise: true,
      target: { context: this.#context },
    });
    if (!result) throw new Error(exceptionDetails?.text);
    return result.value;
  }

  async close(): Promise<void> {
    await this.#session.call('browsingContext.close', { context: this.#context });
  }
}

interface BidiAnswer {
  id?: number;
  result?: unknown;
  message?: string;
}

/** Commands to a browser and their answers, over one WebSocket. */
class BidiSession {
  readonly #webSocket: WebSocket;
  readonly #waiting: ((answer: BidiAnswer) => void)[] = [];

  static async open(url: string): Promise<BidiSession> {
    const webSocket = new WebSocket(url);
    await new Promise((resolve, reject) => webSocket.once('open', resolve).once('error', reject));
    return new BidiSession(webSocket);
  }

  private constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on('message', (data) => {
      const answer = JSON.parse((data as Buffer).toString()) as BidiAnswer;
      if (answer.id !== undefined) this.#waiting[answer.id]?.(answer);
    });
    webSocket.on('close', () => {
      for (const settle of this.#waiting) settle({ message: 'the browser has ended' });
    });
  }

  call<Result>(method: string, params: object = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      const id = this.#waiting.push(({ result, message }) => {
        if (result === undefined) reject(new Error(`${method}: ${message}`));
        else resolve(result as Result);
      });
      this.#webSocket.send(JSON.stringify({ id: id - 1, method, params }), (error) => {
        if (error) reject(error);
      });
    });
  }
}
