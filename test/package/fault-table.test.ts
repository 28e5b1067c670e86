import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultRecord } from '../support/fault-ledger';

const GOOD: FaultRecord = {
  fault: 'a reset',
  injected: 2,
  survived: 2,
  sent: 1_000,
  lost: 0,
  outOfOrder: 0,
  duplicated: 0,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fault-table-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the end of a run makes of its ledger. */
function judge(...records: Partial<FaultRecord>[]) {
  const ledger = join(folder, 'ledger.jsonl');
  writeFileSync(ledger, records.map((record) => `${JSON.stringify({ ...GOOD, ...record })}\n`).join(''));
  return spawnSync(process.execPath, ['tools/faults/ledger.mjs', ledger], { encoding: 'utf8' });
}

test('a run whose faults were all survived without a loss ends with a table in the order of its names, and its sums', () => {
  const { status, stdout } = judge({ fault: 'b | bar', injected: 3, survived: 3, sent: 500 }, {});
  const [head, , ...rows] = stdout.trimEnd().split('\n');
  const cells = (row = '') => row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  expect(status).toBe(0);
  expect(cells(head)).toEqual([
    '',
    'fault',
    'injected',
    'survived',
    'messages sent',
    'lost',
    'out of order',
    'duplicated',
    '',
  ]);
  expect(rows.map(cells)).toEqual([
    ['', 'a reset', '2', '2', '1000', '0', '0', '0', ''],
    ['', 'b \\| bar', '3', '3', '500', '0', '0', '0', ''],
    ['', 'sum', '5', '5', '1500', '0', '0', '0', ''],
  ]);
});

test.each<[string, Partial<FaultRecord>, string]>([
  ['was not survived', { survived: 1 }, 'a reset: 1 of 2 survived'],
  ['lost a message', { lost: 1 }, 'a reset: messages were lost, doubled or out of order'],
  ['disordered messages', { outOfOrder: 1 }, 'a reset: messages were lost, doubled or out of order'],
  ['doubled a message', { duplicated: 1 }, 'a reset: messages were lost, doubled or out of order'],
  ['never happened', { injected: 0, survived: 0 }, 'a reset: was never injected'],
  ['was not counted', { lost: undefined }, 'a reset: lost is undefined'],
])('a fault that %s fails the run, and is named', (_what, record, complaint) => {
  const { status, stderr } = judge({}, record);
  expect([status, stderr.trim()]).toEqual([1, complaint]);
});

test('a run without any fault fails', () => {
  const { status, stderr } = judge();
  expect([status, stderr.trim()]).toEqual([1, 'No fault was recorded']);
});
