export * from './fakes';
export { DatastreamServer } from './server/datastream-server';
