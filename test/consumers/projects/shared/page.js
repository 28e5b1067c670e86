/* global URLSearchParams */
// A page that follows the datastream its address names, and leaves the outcome where the test finds it.
import { follow } from './follow.js';

const asked = new URLSearchParams(globalThis.location.search);
follow(asked.get('server'), { rounds: Number(asked.get('rounds') ?? 1) }).then((outcome) => {
  globalThis.outcome = outcome;
});
