import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin';
import { EXPLAINED } from './explained.mjs';

const CAUGHT = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];
/** What each file has to reach by itself, in per cent. */
const LEAST_SCORE = 90;

/**
 * Fails a run in which a mutant survives that `explained.mjs` does not explain, an explanation has outlived its mutant,
 * or one file scores low while the others make up for it.
 */
const reporter = {
  onMutationTestReportReady({ files }) {
    const complaints = Object.entries(files).flatMap(([file, { source, mutants }]) => [
      ...lowScore(file, mutants),
      ...differences(
        EXPLAINED.filter((explanation) => explanation.file === file),
        mutants.map((mutant) => describe(file, source, mutant)),
      ),
    ]);
    if (complaints.length === 0) return;
    console.error(['', ...complaints].join('\n'));
    process.exitCode = 1;
  },
};

function lowScore(file, mutants) {
  const count = (statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const caught = count(CAUGHT);
  const score = (100 * caught) / (caught + count(MISSED));
  return score < LEAST_SCORE ? [`${file}: only ${score.toFixed(1)} % of the mutants are caught`] : [];
}

function differences(explained, mutants) {
  const isSame = (a) => (b) => a.line === b.line && a.from === b.from && a.to === b.to;
  const survived = mutants.filter(({ status }) => MISSED.includes(status));
  // On a machine with much else to do, any mutant may run out of time: that proves nothing.
  const uncaught = mutants.filter(({ status }) => status !== 'Killed');
  return [
    ...survived.filter((one) => !explained.some(isSame(one))).map((one) => `Unexplained survivor: ${show(one)}`),
    ...explained
      .filter((one) => !uncaught.some(isSame(one)))
      .map((one) => `Explained, but caught or gone: ${show(one)}`),
  ];
}

/** A mutant by the line that it stands on, so that an explanation holds wherever that line moves. */
function describe(file, source, { location: { start, end }, replacement, status }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const from = lines
    .join('\n')
    .slice(start.column - 1, lines.slice(0, -1).join('\n').length + (end.line > start.line) + end.column - 1);
  return { file, line: lines[0].trim(), from: oneLine(from), to: oneLine(replacement ?? ''), status };
}

const oneLine = (code) => code.replace(/\s+/g, ' ');
const show = ({ file, line, from, to }) => JSON.stringify({ file, line, from, to });

export const strykerPlugins = [declareValuePlugin(PluginKind.Reporter, 'survivors', reporter)];
