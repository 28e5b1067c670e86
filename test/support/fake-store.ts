import { DatastreamStore, type DatastreamError, type DatastreamStoreOptions, type StoreChange } from '../../src';
import { FakePlatform } from '../../src/testing/fakes';
import { sampleCompany, sampleFlag, sampleUser } from './sample-data';

type Fields = Record<string, unknown>;

const COMPANY = 'rulesengine.Company';
const USER = 'rulesengine.User';

/** A store in a fake world, everything that it said, and the server's part as the test speaks it. */
export function fakeStore(options: Partial<DatastreamStoreOptions<unknown>> = {}) {
  const platform = new FakePlatform();
  const changes: StoreChange[] = [];
  const errors: DatastreamError[] = [];
  const store = new DatastreamStore<unknown>({
    url: 'wss://example.com/datastream',
    apiKey: 'key',
    platform,
    ...options,
  });
  store.on('change', (change) => changes.push(change));
  store.on('error', (error) => errors.push(error));

  const deliver = (message: unknown) => platform.socket.deliver(message);
  const flags = (keys: string[], fields: Fields = {}) =>
    deliver({
      data: keys.map((key) => sampleFlag(key)),
      entity_type: 'rulesengine.Flags',
      message_type: 'full',
      ...fields,
    });
  const about =
    (entity_type: string) => (message_type: string, entity_id: string | null, data?: unknown, stream_id?: string) =>
      deliver({ data, entity_id, entity_type, message_type, stream_id });
  const accept = () => {
    store.start();
    platform.socket.accept();
  };
  return {
    store,
    platform,
    clock: platform.clock,
    changes,
    errors,
    deliver,
    flags,
    accept,
    /** Connects, and answers the question for flags. */
    connect: (...keys: string[]) => {
      accept();
      flags(keys);
    },
    /** Closes it, and lets the time pass that its connection has to end. */
    close: () => {
      const closed = store.close();
      platform.clock.advance(80);
      return closed;
    },
    /** The connection is lost, and the next one accepted. */
    reconnect: () => {
      platform.socket.drop();
      platform.clock.advance(30_000);
      platform.socket.accept();
    },
    /** What the store has asked on this connection. */
    asked: () => platform.socket.sent.map((frame) => (JSON.parse(String(frame)) as { data: Fields }).data),
    /** The ids of what has changed since it was last asked. */
    changed: () => changes.splice(0).map(({ id }) => id),
    company: (id: string, fields?: Fields) => about(COMPANY)('full', id, sampleCompany(id, fields)),
    user: (id: string, fields?: Fields) => about(USER)('full', id, sampleUser(id, fields)),
    flag: (key: string, fields?: Fields, stream_id?: string) =>
      deliver({ data: sampleFlag(key, fields), entity_type: 'rulesengine.Flag', message_type: 'full', stream_id }),
    aboutCompany: about(COMPANY),
    aboutUser: about(USER),
    refuse: (keys: Fields, entity_type = COMPANY) =>
      deliver({ data: { error: 'not found', entity_type, keys }, entity_type, message_type: 'error' }),
  };
}
