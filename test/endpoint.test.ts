import { endpoint, isExposed, withoutQuery } from '../src/endpoint';

// Protocol, section 1.1: the fixed table, then the edge cases as this project decides them.
test.each([
  ['https://api.schematichq.com', 'wss://datastream.schematichq.com/datastream'],
  ['https://api.staging.schematichq.com', 'wss://datastream.staging.schematichq.com/datastream'],
  ['http://api.localhost:8080', 'ws://datastream.localhost:8080/datastream'],
  ['https://custom.schematichq.com', 'wss://custom.schematichq.com/datastream'],
  ['https://schematichq.com', 'wss://schematichq.com/datastream'],
  ['http://localhost:8080', 'ws://localhost:8080/datastream'],
  ['wss://custom.example.com/ws', 'wss://custom.example.com/ws'],
  ['ws://api.example.com/ws?x=1', 'ws://api.example.com/ws?x=1'],
  ['https://api.schematichq.com/v1?x=1#f', 'wss://datastream.schematichq.com/datastream?x=1'],
  ['https://API.Schematichq.com', 'wss://datastream.schematichq.com/datastream'],
  ['HTTPS://api.schematichq.com', 'wss://datastream.schematichq.com/datastream'],
  ['WSS://Custom.example.com/Ws#f', 'wss://custom.example.com/Ws'],
  ['https://api', 'wss://api/datastream'],
  ['https://api:8080', 'wss://api:8080/datastream'],
  ['http://x:443', 'ws://x:443/datastream'],
  ['https://x:80', 'wss://x:80/datastream'],
  ['https://x:8443', 'wss://x:8443/datastream'],
  ['https://user:pw@api.x.com', 'wss://datastream.x.com/datastream'],
  ['ws://user:pw@x.com/ws', 'ws://x.com/ws'],
  ['https://[::1]:9000', 'wss://[::1]:9000/datastream'],
  ['https://api..com', 'wss://datastream..com/datastream'],
  ['https://apiary.x.com', 'wss://apiary.x.com/datastream'],
  ['https://my.api.x.com', 'wss://my.api.x.com/datastream'],
])('%s is dialled as %s', (input, output) => {
  expect(endpoint(input)).toBe(output);
});

test.each(['ftp://api.example.com', 'aws://x.com', 'not-a-url', 'http://', '', 'file:///x', 'javascript:alert(1)'])(
  'refuses %p',
  (input) => {
    expect(endpoint(input)).toBeUndefined();
  },
);

test.each([
  ['wss://x.com/datastream?apiKey=secret', 'wss://x.com/datastream'],
  ['wss://x.com/datastream#secret', 'wss://x.com/datastream'],
  ['no url?secret', 'no url'],
])('%s is shown as %s', (url, shown) => {
  expect(withoutQuery(url)).toBe(shown);
});

test.each([
  ['ws://example.com/', true],
  ['ws://10.0.0.1/', true],
  ['ws://127.example.com/', true],
  ['ws://localhost.example.com/', true],
  ['ws://notlocalhost/', true],
  ['wss://example.com/', false],
  ['ws://localhost:80/', false],
  ['ws://app.localhost/', false],
  ['ws://127.0.0.1:1/', false],
  ['ws://127.1.2.30/', false],
  ['ws://[::1]:1/', false],
])('%s is exposed to the network: %p', (url, exposed) => {
  expect(isExposed(url)).toBe(exposed);
});
