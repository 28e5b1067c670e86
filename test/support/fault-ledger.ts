import { appendFileSync } from 'node:fs';

/** What one fault did to a client; the run of the fault tests sums these up in a table. */
export interface FaultRecord {
  /** What was done, in a few words: `nginx reload`, `RST in the middle of a frame`. */
  fault: string;
  /** How often it was done. */
  injected: number;
  /** How often the client was again, or still, what it promises to be. */
  survived: number;
  /** Messages that the server sent on connections while they were open. */
  sent: number;
  /** Those that reached the client's socket and not its handler. */
  lost: number;
  outOfOrder: number;
  duplicated: number;
}

/** Writes a record for the table, where a run asks for one with `FAULT_LEDGER`. */
export function recordFault(record: FaultRecord): void {
  const file = process.env['FAULT_LEDGER'];
  if (file) appendFileSync(file, `${JSON.stringify(record)}\n`);
}
