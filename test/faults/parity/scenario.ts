import type { ClientName } from './contestant';
import { Stage } from './stage';

/** One situation that both clients go through alike, and the number that tells how they fare. */
export interface Scenario {
  readonly situation: string;
  /** What the number is. */
  readonly measured: string;
  readonly better: 'less' | 'more';
  /** What this package's client holds to, whatever the other does. */
  readonly promised: number;
  /** `busy` ones run one at a time and first; `long` ones all at once, since they wait. */
  readonly pace?: 'busy' | 'long';
  readonly run: (stage: Stage) => Promise<number>;
}

export type Verdict = 'better' | 'equal' | 'WORSE' | 'BROKEN PROMISE';

/** A row of the report. */
export interface Row {
  situation: string;
  measured: string;
  sdk: string;
  ours: string;
  verdict: Verdict;
}

/** How we compare, in the direction that the scenario states. */
export function verdictOn({ better, promised }: Scenario, sdk: number, ours: number): Verdict {
  const [low, high] = better === 'less' ? [ours, promised] : [promised, ours];
  if (!(low <= high)) return 'BROKEN PROMISE';
  if (ours === sdk) return 'equal';
  return ours < sdk === (better === 'less') ? 'better' : 'WORSE';
}

/** Runs a scenario with one of the clients, and leaves nothing behind. */
export async function measure(scenario: Scenario, client: ClientName): Promise<number> {
  const stage = new Stage(client);
  try {
    return await scenario.run(stage);
  } finally {
    await stage.close();
  }
}

/** A scenario's row, from what was measured. */
export function rowOf(scenario: Scenario, sdk: number, ours: number): Row {
  const { situation, measured } = scenario;
  return { situation, measured, sdk: shown(sdk), ours: shown(ours), verdict: verdictOn(scenario, sdk, ours) };
}

function shown(value: number): string {
  if (value === Infinity) return 'never';
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
