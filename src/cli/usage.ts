/** A command line that cannot be carried out: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `--help` shows. */
export const HELP = `schematic-datastream-ws: follow, serve or examine a Schematic datastream

Usage
  schematic-datastream-ws tail   --url URL [--entity LIST] [--json]
  schematic-datastream-ws serve  [--port N] [--data FILE] [--live] [--open]
  schematic-datastream-ws doctor --url URL [--idle SECONDS] [--json]

tail    shows every message, a line each, until it is interrupted
  --url URL         the API (https://api.schematichq.com) or a wss: URL
  --entity LIST     what to follow, separated by commas (default: flags):
                    flags, company:KEY=VALUE, user:KEY=VALUE, several keys joined by +
  --json            one JSON object a line: the messages as they came

serve   starts the development server with sample data
  --port N          the port on 127.0.0.1 (default: a free one)
  --data FILE       JSON with "flags", "companies" and "users" instead of the samples
  --live            changes something every two seconds
  --open            takes clients without a key

doctor  examines a datastream step by step, and says what is wrong and what to do
  --url URL         as above
  --idle SECONDS    how long to keep still, to find proxies that cut idle connections (default: 60)
  --json            one JSON object a line for each step

Everywhere
  --api-key-file FILE   where the key is; without it the environment variable SCHEMATIC_API_KEY
  --help, --version

The key is never taken from the command line, which every user of the machine can read.
Exit codes: 0 all went well, 1 something failed, 2 the command line is wrong.
`;
