import { DatastreamServer } from '../testing/server';
import type { Output } from './output';
import { SAMPLE_DATA } from './sample-data';
import { readText } from './arguments';
import { UsageError } from './usage';

/** What `serve` needs to know. */
export interface ServeCommand {
  port: number;
  /** The key that clients need; without one all are taken. */
  apiKey: string | undefined;
  dataFile: string | undefined;
  isLive: boolean;
}

const CHANGE_EVERY = 2_000;

/** Serves until `stopped` resolves; the exit code. */
export async function serve(command: ServeCommand, output: Output, stopped: Promise<unknown>): Promise<number> {
  const { port, apiKey, dataFile, isLive } = command;
  const data = dataFile === undefined ? SAMPLE_DATA : parseData(dataFile);
  const server = await DatastreamServer.start({ ...data, port, ...(apiKey !== undefined && { apiKeys: [apiKey] }) });
  output.print(server.url);
  output.note(
    apiKey === undefined ? 'No key is needed.' : 'Clients need the key of SCHEMATIC_API_KEY, "development" without it.',
  );
  const timer = isLive ? setInterval(changer(server, data), CHANGE_EVERY) : undefined;
  await stopped;
  clearInterval(timer);
  await server.stop();
  return 0;
}

/** What a data file may hold. */
type Data = Partial<Pick<typeof SAMPLE_DATA, 'flags' | 'companies' | 'users'>>;

function parseData(file: string): Data {
  const text = readText('data', file);
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null) return data;
  } catch {
    // Told below, as for every other text that is no such object.
  }
  throw new UsageError(`--data: ${file} is not a JSON object with "flags", "companies" and "users"`);
}

/** Turns each flag in its turn on or off. */
function changer(server: DatastreamServer, { flags = [] }: Data): () => void {
  let turn = 0;
  return () => {
    const flag = flags[turn++ % flags.length];
    if (!flag) return;
    const isOn = server.flag(flag.key)?.['default_value'] === true;
    server.setFlag({ ...flag, default_value: !isOn });
  };
}
