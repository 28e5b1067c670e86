import type { Page } from './engines/engine';

/** What an expression in a page comes to, as it travels. */
type Outcome<Result> = { value: Result } | { error: string };

/** A page of the site, in whatever engine, and a way to run code in it. */
export class Tab<OpenPage extends Page = Page> {
  readonly page: OpenPage;

  constructor(page: OpenPage) {
    this.page = page;
  }

  /**
   * Calls a function in the page and awaits what it returns. It travels as text: it sees the page's globals and its
   * argument, and nothing of the file that it is written in. Argument and result travel as JSON.
   */
  async run<Result>(task: () => Result | Promise<Result>): Promise<Result>;
  async run<Argument, Result>(
    task: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  async run<Argument, Result>(
    task: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    const call = `(${task.toString()})(${JSON.stringify(argument)})`;
    const failed = `(error) => ({ error: error.stack + '\\n' + error })`;
    const settled = `(async () => ({ value: await ${call} }))().catch(${failed})`;
    const outcome = JSON.parse(await this.page.evaluate(`${settled}.then(JSON.stringify)`)) as Outcome<Result>;
    if ('error' in outcome) throw new Error(`In the page: ${outcome.error}`);
    return outcome.value;
  }
}
