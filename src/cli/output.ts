import type { Writable } from 'node:stream';
import util from 'node:util';

/** How a piece of text is shown on a terminal. */
type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** Where a command writes: what was asked for, and what happens beside it. */
export interface Output {
  /** To standard output. */
  print(line: string): void;
  /** To standard error. */
  note(line: string): void;
  /** With colours where standard output is a terminal that has some. */
  paint(style: Style, text: string): string;
}

/** Writes to the streams of a process. */
export function outputTo(stdout: Writable & { isTTY?: boolean }, stderr: Writable, env: NodeJS.ProcessEnv): Output {
  const hasColours = stdout.isTTY === true && !env['NO_COLOR'];
  return {
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    // The first releases of Node 20 have no such function.
    paint: (style, text) => (hasColours && 'styleText' in util ? util.styleText(style, text) : text),
  };
}
