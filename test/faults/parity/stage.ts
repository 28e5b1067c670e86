import { Loopback } from '../../support/loopback';
import { Contestant, type ChildScript, type ClientName, type Script } from './contestant';

/** What one run of a scenario needs: servers, one of the two clients in a process, and time. */
export class Stage {
  readonly loopback = new Loopback();
  readonly #client: ClientName;
  readonly #contestants: Contestant[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(client: ClientName) {
    this.#client = client;
  }

  /** A client that has not started. */
  async contestant(script: Script, child: ChildScript = 'contestant'): Promise<Contestant> {
    const contestant = await Contestant.start(this.#client, script, child);
    this.#contestants.push(contestant);
    return contestant;
  }

  /** A client that has become ready once. */
  async readyContestant(script: Script): Promise<Contestant> {
    const contestant = await this.contestant(script);
    await contestant.call(['start'], ['untilReady', { times: script.clients ?? 1 }]);
    return contestant;
  }

  /** Lets time pass: what a client does *not* do can only be seen by watching it. */
  pass(milliseconds: number): Promise<'passed'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve('passed');
      }, milliseconds);
      this.#timers.add(timer);
    });
  }

  /** Whether something happens within a time. A promise that rejects has not happened. */
  async happens(what: Promise<unknown>, milliseconds: number): Promise<boolean> {
    const outcome = what.then(
      () => 'happened',
      () => 'failed',
    );
    return (await Promise.race([outcome, this.pass(milliseconds)])) === 'happened';
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#contestants.map((contestant) => contestant.stop()));
    await this.loopback.close();
  }
}
