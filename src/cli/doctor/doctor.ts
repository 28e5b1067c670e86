import { endpoint } from '../../endpoint';
import type { Output } from '../output';
import { UsageError } from '../usage';
import { describeFinding, type Finding } from './finding';
import { checkDns, checkTcp, checkTls } from './network';
import { checkIdle, checkStream, type Subject } from './stream';

/** What `doctor` needs to know. */
export interface DoctorCommand extends Subject {
  /** Seconds to keep still; 0 leaves that out. */
  idle: number;
  isJson: boolean;
}

/** Examines a datastream step by step, up to the first that fails; the exit code. */
export async function doctor(command: DoctorCommand, output: Output): Promise<number> {
  let hasFailed = false;
  for await (const finding of examine(command, output)) {
    output.print(command.isJson ? JSON.stringify(finding) : describeFinding(finding, output));
    hasFailed = finding.result === 'failed';
    if (hasFailed) break;
  }
  return hasFailed ? 1 : 0;
}

async function* examine(command: DoctorCommand, output: Output): AsyncGenerator<Finding> {
  const { protocol, hostname, port } = new URL(urlOf(command.url));
  const isSecure = protocol === 'wss:';
  const portNumber = Number(port) || (isSecure ? 443 : 80);
  yield await checkDns(hostname);
  yield await checkTcp(hostname, portNumber);
  if (isSecure) yield await checkTls(hostname, portNumber);
  yield* checkStream(command);
  if (command.idle === 0) return;
  output.note(`keeping still for ${command.idle} s …`);
  yield await checkIdle(command, command.idle);
}

function urlOf(url: string): string {
  const dialled = endpoint(url);
  if (dialled) return dialled;
  throw new UsageError('--url needs an http, https, ws or wss URL, such as https://api.schematichq.com');
}
