import type { WireMessage } from '../../../src/testing/server/entities';
import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import { sampleCompany, sampleFlag } from '../../support/sample-data';
import { RawClient } from './raw-client';

const FLAGS = 'rulesengine.Flags';
const COMPANIES = 'rulesengine.Companies';
let server: DatastreamServer;

afterEach(() => server.stop());

/** A client that saw one flag, and the id of what it saw. */
async function seen(replayWindow: number): Promise<string> {
  server = await DatastreamServer.start({ replayWindow, companies: [sampleCompany('co_1')] });
  const client = await RawClient.connect(server);
  await client.askFlags();
  server.setFlag(sampleFlag('first'));
  return (await client.message()).stream_id ?? '';
}

/** All that comes on a new connection that asks from a cursor. */
async function received(replay_from: string, entity_type = FLAGS): Promise<WireMessage[]> {
  const client = await RawClient.connect(server);
  const asked = server.nextRequest();
  client.request({ entity_type, replay_from });
  await asked;
  server.push({ entity_type: 'marker', message_type: 'full' });
  const messages: WireMessage[] = [];
  for (let message; (message = await client.message()).entity_type !== 'marker';) messages.push(message);
  return messages;
}

test('sends what a client missed since its cursor, ahead of the answer', async () => {
  const id = await seen(10);
  server.setFlag(sampleFlag('second'));
  server.updateCompany('co_1', { plan_ids: [] });
  server.deleteFlag('second', { by: 'key' });
  expect(await received(id)).toMatchObject([
    { data: { key: 'second' }, message_type: 'full' },
    { data: { key: 'second' }, message_type: 'delete' },
    { data: [{ key: 'first' }], entity_type: FLAGS },
  ]);
});

test('replays to a bulk subscriber what concerns it', async () => {
  const id = await seen(10);
  server.setFlag(sampleFlag('second'));
  server.updateCompany('co_1', { plan_ids: [] });
  expect(await received(id, COMPANIES)).toMatchObject([
    { entity_id: 'co_1', message_type: 'partial' },
    { entity_type: COMPANIES, message_type: 'full' },
  ]);
});

test('says reload when the cursor has left the window', async () => {
  const id = await seen(2);
  for (const key of ['a', 'b', 'c', 'd']) server.setFlag(sampleFlag(key));
  expect(await received(id)).toMatchObject([{ entity_type: FLAGS, message_type: 'reload' }, { message_type: 'full' }]);
});

test('takes no notice of a cursor unless it keeps messages', async () => {
  const id = await seen(0);
  server.setFlag(sampleFlag('second'));
  expect(await received(id)).toMatchObject([{ entity_type: FLAGS, message_type: 'full' }]);
});
