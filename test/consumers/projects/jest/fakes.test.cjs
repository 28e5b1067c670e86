const { DatastreamClient } = require('schematic-datastream-ws');
const { FakePlatform } = require('schematic-datastream-ws/testing');
const { describeClient } = require('./client-suite.cjs');

describeClient(DatastreamClient, FakePlatform);
