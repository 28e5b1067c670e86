import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { DatastreamClient, DatastreamStore } from 'schematic-datastream-ws';
import { DatastreamServer } from 'schematic-datastream-ws/testing';
import { observe } from './metrics.js';

test('exports what a client has done', async () => {
  const server = await DatastreamServer.start({ flags: [{ key: 'beta', default_value: true }] });
  const store = new DatastreamStore({
    url: server.url,
    apiKey: 'test',
    minReconnectDelay: 10,
    maxReconnectDelay: 20,
    pingInterval: 50,
  });
  const metrics = collectFrom(store.client);
  try {
    store.start();
    await store.ready();
    const lost = new Promise((resolve) => store.once('waiting', resolve));
    await server.restart();
    await lost;
    await store.ready();
    // No event tells of a pong.
    while (store.client.stats().roundTripTime === undefined) await setTimeout(10);

    const valueOf = await metrics.collect();
    assert.equal(valueOf('datastream.connection.state', { status: 'ready' }), 1);
    assert.equal(valueOf('datastream.connection.state', { status: 'waiting' }), 0);
    assert.equal(valueOf('datastream.attempts'), store.client.stats().attempts);
    assert.ok(valueOf('datastream.attempts') >= 2);
    assert.equal(valueOf('datastream.reconnects'), 1);
    assert.equal(valueOf('datastream.messages'), 2);
    assert.ok(valueOf('datastream.received') > 100);
    assert.ok(valueOf('datastream.ping.duration') >= 0);
    assert.equal(valueOf('datastream.queue.depth'), 0);
    assert.ok(valueOf('datastream.errors', { code: 'CONNECTION_CLOSED' }) >= 1);
  } finally {
    await store.close();
    await metrics.stop();
    await server.stop();
  }
});

test('exports how many messages wait for a handler that takes its time', async () => {
  const server = await DatastreamServer.start();
  let begun;
  const isBusy = new Promise((resolve) => (begun = resolve));
  const client = new DatastreamClient({
    url: server.url,
    apiKey: 'test',
    messageHandler: async () => {
      begun();
      await new Promise(() => undefined);
    },
  });
  const metrics = collectFrom(client);
  try {
    client.start();
    await client.ready();
    for (let n = 0; n < 3; n++) server.push({ entity_type: 'test', message_type: 'full', data: { n } });
    await isBusy;
    while (client.stats().messages < 3) await setTimeout(10);
    const valueOf = await metrics.collect();
    assert.equal(valueOf('datastream.queue.depth'), 2);
  } finally {
    await client.close();
    await metrics.stop();
    await server.stop();
  }
});

/** Observes a client, with an exporter in memory; `collect` gives a way to look at what would have been exported now. */
function collectFrom(client) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const unobserve = observe(client, provider.getMeter('test'));
  return {
    async collect() {
      await reader.forceFlush();
      const points = exporter.getMetrics().at(-1).scopeMetrics[0].metrics;
      return (name, attributes = {}) =>
        points
          .find(({ descriptor }) => descriptor.name === name)
          ?.dataPoints.find((point) =>
            Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
          )?.value;
    },
    stop() {
      unobserve();
      return provider.shutdown();
    },
  };
}
