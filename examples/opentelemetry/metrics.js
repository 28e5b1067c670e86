// The figures of a client as OpenTelemetry metrics: asked for when they are exported, so that they cost nothing meanwhile.

const STATUSES = ['idle', 'connecting', 'initializing', 'ready', 'waiting', 'closed'];

/** Observes a `DatastreamClient` with a meter; returns the undo. */
export function observe(client, meter) {
  const state = meter.createObservableGauge('datastream.connection.state', { description: '1 for the current state' });
  const roundTrip = meter.createObservableGauge('datastream.ping.duration', { unit: 'ms' });
  const queueDepth = meter.createObservableGauge('datastream.queue.depth', { unit: '{message}' });
  const attempts = meter.createObservableCounter('datastream.attempts', { unit: '{attempt}' });
  const reconnects = meter.createObservableCounter('datastream.reconnects', { unit: '{connection}' });
  const messages = meter.createObservableCounter('datastream.messages', { unit: '{message}' });
  const bytes = meter.createObservableCounter('datastream.received', { unit: 'By' });
  const errors = meter.createCounter('datastream.errors', { unit: '{error}' });

  const instruments = [state, roundTrip, queueDepth, attempts, reconnects, messages, bytes];
  const collect = (result) => {
    const stats = client.stats();
    for (const status of STATUSES) result.observe(state, Number(client.state.status === status), { status });
    if (stats.roundTripTime !== undefined) result.observe(roundTrip, stats.roundTripTime);
    result.observe(queueDepth, stats.queueDepth);
    result.observe(attempts, stats.attempts);
    result.observe(reconnects, stats.reconnects);
    result.observe(messages, stats.messages);
    result.observe(bytes, stats.bytes);
  };
  meter.addBatchObservableCallback(collect, instruments);
  const off = client.on('error', ({ code }) => errors.add(1, { code }));
  return () => {
    off();
    meter.removeBatchObservableCallback(collect, instruments);
  };
}
