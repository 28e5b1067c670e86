import { NOTHING_WRONG, Tally, type Count, type Numbered } from './tally';

const SENT: Numbered[] = [
  { c: 'first', n: 0 },
  { c: 'first', n: 1 },
  { c: 'second', n: 0 },
  { c: 'second', n: 1 },
];

/** What is counted when two messages are sent on each of two connections, and these come. */
function countOf(arrived: (Numbered | undefined)[], isCut: boolean): Count {
  const tally = new Tally();
  for (const { c, n } of SENT) tally.sent(c, n + 1);
  for (const message of arrived) if (message) tally.handle(message);
  return tally.count(() => isCut);
}

const [a, b, c, d] = SENT;
const WHOLE: Count = { sent: 4, cutOff: 0, ...NOTHING_WRONG };

test.each<[what: string, arrived: (Numbered | undefined)[], isCut: boolean, expected: Count]>([
  ['all come', [a, b, c, d], false, WHOLE],
  ['one before the last of a connection does not come', [a, b, d], true, { ...WHOLE, lost: 1 }],
  ['the last of a connection that was cut does not come', [a, c, d], true, { ...WHOLE, cutOff: 1 }],
  ['the last of a connection that was not cut does not come', [a, c, d], false, { ...WHOLE, lost: 1 }],
  ['nothing comes of a connection that was cut', [a, b], true, { ...WHOLE, cutOff: 2 }],
  ['two come in the wrong order', [b, a, c, d], false, { ...WHOLE, outOfOrder: 1 }],
  ['one of the former connection comes after the latter', [a, c, d, b], false, { ...WHOLE, outOfOrder: 1 }],
  ['one comes twice', [a, b, b, c, d], false, { ...WHOLE, duplicated: 1 }],
])('when %s, that is what is counted', (_what, arrived, isCut, expected) => {
  expect(countOf(arrived, isCut)).toEqual(expected);
});
