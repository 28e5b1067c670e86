/**
 * What an app does with a client: asks for the flags on each connection, and closes once they came `rounds` times.
 * Resolves with what happened, for the test to compare with what the server saw.
 */
export function followWith(DatastreamClient, url, { rounds = 1 } = {}) {
  return new Promise((resolve) => {
    const flags = [];
    const errors = [];
    const finish = async () => {
      await client.close();
      resolve({ flags, errors, status: client.state.status });
    };
    const client = new DatastreamClient({
      url,
      apiKey: 'consumer-key',
      minReconnectDelay: 300,
      maxReconnectDelay: 600,
      maxReconnectAttempts: 5,
      connectionReadyHandler: () => client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } }),
      messageHandler: (message) => {
        flags.push(...message.data.map((flag) => flag.key));
        if (flags.length === rounds) void finish();
      },
    });
    client.on('error', (error) => errors.push(inWords(error)));
    client.on('closed', ({ error }) => error && resolve({ flags, errors, status: error.message }));
    client.start();
  });
}

/** An error and what is behind it: a bundler can break a dependency in ways that only the innermost cause tells. */
function inWords({ code, message, cause }) {
  const what = code ?? message;
  return cause ? `${what} (${inWords(cause)})` : what;
}
