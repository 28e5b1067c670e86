// The reconnect storm: a fleet loses its server at one moment and comes back by its formula (design: backoff).
import { FORMULAS } from './formulas.mjs';
import { seeded, simulate } from './simulate.mjs';

const SCENARIOS = [
  { downFor: 5_000, acceptsPerSecond: 20_000 },
  { downFor: 60_000, acceptsPerSecond: 20_000 },
  { downFor: 5_000, acceptsPerSecond: 5_000 },
  { downFor: 60_000, acceptsPerSecond: 5_000 },
];

/** Simulates every formula in every scenario; a quick run has fewer clients and as many fewer places. */
export function storms({ clients, progress }) {
  const scale = clients / 1_000_000;
  return SCENARIOS.map(({ downFor, acceptsPerSecond }) => {
    const results = FORMULAS.map((formula) => {
      progress(`storm · down ${downFor / 1_000} s · ${acceptsPerSecond} accepts a second · ${formula.name}`);
      return simulate({ formula, clients, downFor, acceptsPerSecond: acceptsPerSecond * scale, random: seeded(1) });
    });
    return { downFor, acceptsPerSecond, clients, results };
  });
}

/** One scenario as the rows of a table. */
export function stormRows({ results }) {
  const seconds = (time) => (time === undefined ? 'never' : `${Math.round(time / 1_000)} s`);
  const rows = results.map((result) => [
    result.name,
    result.peak.toLocaleString('en').replaceAll(',', ' '),
    result.attemptsPerClient.toFixed(1),
    seconds(result.half),
    seconds(result.most),
    seconds(result.all),
    result.gaveUp.toLocaleString('en').replaceAll(',', ' '),
  ]);
  return [['', 'peak in 100 ms', 'attempts per client', '50 % back', '99 % back', 'all back', 'gave up'], ...rows];
}
