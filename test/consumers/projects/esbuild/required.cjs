/* global URLSearchParams */
// A page that is written in CommonJS. There is nothing to shake out of such a bundle.
const { DatastreamClient } = require('schematic-datastream-ws');
const { followWith } = require('./follow-with.js');

followWith(DatastreamClient, new URLSearchParams(globalThis.location.search).get('server')).then((outcome) => {
  globalThis.outcome = outcome;
});
