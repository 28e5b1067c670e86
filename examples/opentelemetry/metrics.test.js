import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { DatastreamStore } from 'schematic-datastream-ws';
import { DatastreamServer } from 'schematic-datastream-ws/testing';
import { observe } from './metrics.js';

test('exports what a client has done', async () => {
  const server = await DatastreamServer.start({ flags: [{ key: 'beta', default_value: true }] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const store = new DatastreamStore({ url: server.url, apiKey: 'test', minReconnectDelay: 10, maxReconnectDelay: 20 });
  const unobserve = observe(store.client, provider.getMeter('test'));
  try {
    store.start();
    await store.ready();
    const lost = new Promise((resolve) => store.once('waiting', resolve));
    await server.restart();
    await lost;
    await store.ready();
    await reader.forceFlush();

    const points = exporter.getMetrics().at(-1).scopeMetrics[0].metrics;
    const valueOf = (name, attributes = {}) =>
      points
        .find(({ descriptor }) => descriptor.name === name)
        ?.dataPoints.find((point) =>
          Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
        )?.value;
    assert.equal(valueOf('datastream.connection.state', { status: 'ready' }), 1);
    assert.equal(valueOf('datastream.connection.state', { status: 'waiting' }), 0);
    assert.equal(valueOf('datastream.reconnects'), 1);
    assert.equal(valueOf('datastream.messages'), 2);
    assert.ok(valueOf('datastream.received') > 100);
    assert.ok(valueOf('datastream.errors', { code: 'CONNECTION_CLOSED' }) >= 1);
  } finally {
    unobserve();
    await store.close();
    await provider.shutdown();
    await server.stop();
  }
});
