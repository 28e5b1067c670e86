import { InvalidOptionError } from '../errors';
import { VERSION } from '../version';
import { parseCommandLine, type Command } from './arguments';
import { doctor } from './doctor/doctor';
import type { Output } from './output';
import { serve } from './serve';
import { tail } from './tail';
import { HELP, UsageError } from './usage';

const FAILED = 1;
const WRONG_USAGE = 2;

/** What a run needs of its process. */
export interface Surroundings {
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  output: Output;
  /** Resolves when somebody wants it to end. */
  stopped: Promise<unknown>;
}

/** Carries out a command line; the exit code. */
export async function run({ argv, env, output, stopped }: Surroundings): Promise<number> {
  try {
    return await carryOut(parseCommandLine(argv, env), output, stopped);
  } catch (error) {
    // What the client does not take, such as a key with a space in it, was in the command line too.
    if (error instanceof UsageError || error instanceof InvalidOptionError) {
      output.note(`${error.message}\nSee schematic-datastream-ws --help`);
      return WRONG_USAGE;
    }
    output.note(error instanceof Error ? error.message : String(error));
    return FAILED;
  }
}

async function carryOut(command: Command, output: Output, stopped: Promise<unknown>): Promise<number> {
  switch (command.name) {
    case 'help':
      output.print(HELP.trimEnd());
      return 0;
    case 'version':
      output.print(VERSION);
      return 0;
    case 'tail':
      return tail(command, output, stopped);
    case 'serve':
      return serve(command, output, stopped);
    case 'doctor':
      return doctor(command, output);
  }
}
