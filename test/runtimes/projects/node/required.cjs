// The same as script.js, as it is written in CommonJS.
const process = require('node:process');
const { DatastreamClient } = require('schematic-datastream-ws');

import('./follow-with.js')
  .then(({ followWith }) => followWith(DatastreamClient, process.argv.at(-1), { rounds: 2 }))
  .then((outcome) => console.log(JSON.stringify({ ...outcome, closedAt: Date.now() })));
