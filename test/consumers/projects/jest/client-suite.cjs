/* global expect, test */
/** What a user's test does with the fakes: no network, and a clock that moves by hand. */
exports.describeClient = (DatastreamClient, FakePlatform) => {
  test('receives what the fake server delivers, and dials again after a loss', async () => {
    expect(globalThis.navigator.userAgent).toContain('jsdom');
    const platform = new FakePlatform();
    const messages = [];
    const client = new DatastreamClient({
      url: 'https://api.example.com',
      apiKey: 'consumer-key',
      messageHandler: (message) => void messages.push(message),
      platform,
    });
    client.start();
    platform.socket.accept();
    await client.ready();
    platform.socket.deliver({ entity_type: 'rulesengine.Flags', data: [] });
    expect(messages).toEqual([{ entity_type: 'rulesengine.Flags', data: [] }]);

    platform.socket.drop(1012);
    expect(client.state.status).toBe('waiting');
    platform.clock.advance(client.state.delay);
    expect(platform.sockets).toHaveLength(2);

    const closing = client.close();
    platform.clock.advance(1_000);
    await closing;
    expect(client.state.status).toBe('closed');
  });
};
