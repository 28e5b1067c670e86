import { DatastreamClient } from 'schematic-datastream-ws';
import { FakePlatform } from 'schematic-datastream-ws/testing';
import suite from './client-suite.cjs';

suite.describeClient(DatastreamClient, FakePlatform);
