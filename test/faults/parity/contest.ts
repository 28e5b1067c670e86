import type { ClientName } from './contestant';
import { measure, rowOf, type Row, type Scenario } from './scenario';
import { Slots } from './slots';

/** Both clients in every scenario, as many runs at a time as leave the numbers alone. */
export class Contest {
  readonly #rows = new Map<Scenario, Promise<Row>>();

  constructor(scenarios: readonly Scenario[]) {
    const paced = (pace: Scenario['pace']) => scenarios.filter((scenario) => scenario.pace === pace);
    // They spend their time waiting, and the last of them says when all is over.
    void this.#begin(paced('long'), new Slots(Infinity));
    // What counts how often a client does something gets the processors to itself before the others begin.
    const busy = this.#begin(paced('busy'), new Slots(1));
    void this.#begin(paced(undefined), new Slots(6), Promise.allSettled(busy));
  }

  /** A scenario's row, as soon as both have been through it. */
  async row(scenario: Scenario): Promise<Row> {
    const row = await this.#rows.get(scenario);
    if (!row) throw new Error(`"${scenario.situation}" is not part of this contest`);
    return row;
  }

  #begin(scenarios: readonly Scenario[], slots: Slots, after?: Promise<unknown>): Promise<Row>[] {
    return scenarios.map((scenario) => {
      const row = this.#compare(scenario, slots, after);
      // Its failure is told to whoever asks for the row.
      row.catch(() => undefined);
      this.#rows.set(scenario, row);
      return row;
    });
  }

  async #compare(scenario: Scenario, slots: Slots, after: Promise<unknown> | undefined): Promise<Row> {
    await after;
    const run = (client: ClientName) => slots.take(() => measure(scenario, client));
    const [sdk, ours] = await Promise.all([run('sdk'), run('ours')]);
    return rowOf(scenario, sdk, ours);
  }
}
