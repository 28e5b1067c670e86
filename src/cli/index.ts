import { outputTo } from './output';
import { run } from './run';

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

// Whoever reads the output may stop reading, as `head` does.
process.stdout.on('error', () => process.exit(0));

void run({
  argv: process.argv.slice(2),
  env: process.env,
  output: outputTo(process.stdout, process.stderr, process.env),
  stopped,
}).then((code) => (process.exitCode = code));
