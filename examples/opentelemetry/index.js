// Exports the figures of a client to the console every two seconds; put your own exporter in its place.
import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { DatastreamStore } from 'schematic-datastream-ws';
import { observe } from './metrics.js';
import { source } from './source.js';

const exporter = new ConsoleMetricExporter();
const provider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2_000 })],
});
const { url, apiKey, stop } = await source();
const store = new DatastreamStore({ url, apiKey });
const unobserve = observe(store.client, provider.getMeter('schematic-datastream-ws'));
store.start();

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await store.close();
    unobserve();
    await provider.shutdown();
    await stop();
  });
}
