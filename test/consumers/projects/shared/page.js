/* global URLSearchParams */
// A page that follows the datastream its address names, and leaves the outcome where the test finds it.
import { follow } from './follow.js';

follow(new URLSearchParams(globalThis.location.search).get('server')).then((outcome) => {
  globalThis.outcome = outcome;
});
