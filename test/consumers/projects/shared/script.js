// A script that follows the datastream its last argument names through a restart of the server. Nothing ends it but the
// end of its work.
import process from 'node:process';
import { follow } from './follow.js';

follow(process.argv.at(-1), { rounds: 2 }).then((outcome) => {
  console.log(JSON.stringify({ ...outcome, closedAt: Date.now() }));
});
