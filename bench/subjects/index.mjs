// Everything that is measured, the physical limit first. `workloads`: where a subject cannot do them all.

const RECEIVING = ['receive-200', 'receive-2k', 'receive-50k', 'receive-async'];

export const RAW = 'raw';

export const SUBJECTS = [
  { name: RAW, title: '`ws` + `JSON.parse`' },
  { name: 'ours', title: '**schematic-datastream-ws**' },
  { name: 'partysocket', title: 'partysocket' },
  { name: 'reconnecting-websocket', title: 'reconnecting-websocket' },
  { name: 'websocket-ts', title: 'websocket-ts' },
  { name: 'graphql-ws', title: 'graphql-ws', workloads: [...RECEIVING, 'overhead'] },
  // It loses a frame that comes with the answer to the upgrade, and would wait for its first message for ever.
  { name: 'official-sdk', title: 'official Node SDK', workloads: [...RECEIVING, 'send', 'request'] },
  {
    name: 'built-in',
    title: 'Node’s built-in WebSocket',
    flags: ['--experimental-websocket', '--no-warnings'],
    workloads: [...RECEIVING, 'send', 'request', 'connect'],
  },
];
