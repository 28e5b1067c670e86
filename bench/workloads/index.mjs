// What is measured: how often in a full run and in a quick one, and how a figure reads. `bar`: what this project asks of itself.
import { connect } from './connect.mjs';
import { perConnection, perMessage, perReconnect } from './memory.mjs';
import { overhead } from './overhead.mjs';
import { receive } from './receive.mjs';
import { request } from './request.mjs';
import { send } from './send.mjs';

const NOTHING = () => undefined;
const RESOLVED = async () => undefined;
const HEAP = ['--expose-gc'];

/** Compared as a ratio to raw `ws`. */
const ratio = (measure, full, quick, bar, more) => ({ measure, full, quick, bar, compare: 'ratio', ...more });
/** Compared as the difference to raw `ws`, in a unit of its own. */
const difference = (measure, full, quick, bar, unit, more) => ({
  ...{ measure, full, quick, bar, unit },
  compare: 'difference',
  ...more,
});

export const WORKLOADS = {
  'receive-200': ratio(receive(200, NOTHING), 300_000, 40_000, 1.06, { title: 'receive 200 B' }),
  'receive-2k': ratio(receive(2_000, NOTHING), 100_000, 15_000, 1.06, { title: 'receive 2 KB' }),
  'receive-50k': ratio(receive(50_000, NOTHING), 6_000, 1_000, 1.06, { title: 'receive 50 KB' }),
  'receive-async': ratio(receive(200, RESOLVED), 200_000, 30_000, 1.5, { title: 'receive 200 B, async handler' }),
  send: ratio(send, 200_000, 30_000, 0.3, { title: 'send, 1 000 a tick' }),
  request: ratio(request, 20_000, 3_000, 1.12, { title: 'request and answer' }),
  connect: ratio(connect, 1_500, 200, 1.05, { title: 'connect to first message' }),
  'heap-connection': ratio(perConnection, 1_000, 200, 1.5, {
    title: 'heap per open connection',
    only: ['raw', 'ours', 'partysocket', 'reconnecting-websocket', 'websocket-ts'],
    flags: HEAP,
  }),
  'heap-reconnect': difference(perReconnect, 4_000, 400, 60, 'B', {
    title: 'heap kept per reconnect, less raw',
    only: ['raw', 'ours'],
    flags: HEAP,
  }),
  'heap-message': difference(perMessage, 1_000_000, 100_000, 1, 'B', {
    title: 'heap kept per message, less raw',
    only: ['raw', 'ours'],
    flags: HEAP,
  }),
  overhead: {
    measure: overhead,
    full: 2_000_000,
    quick: 300_000,
    bar: 30,
    unit: 'ns',
    compare: 'alone',
    title: 'added to one message, no network',
    only: ['ours', 'partysocket', 'reconnecting-websocket', 'websocket-ts', 'graphql-ws'],
  },
};
