/* global beforeEach, expect, jest, test */
const SOCKETS = ['ws', 'isomorphic-ws'];

let loaded;
beforeEach(() => {
  loaded = [];
  jest.resetModules();
  for (const name of SOCKETS) jest.doMock(name, () => loaded.push(name));
});

test.each(['schematic-datastream-ws', 'schematic-datastream-ws/testing'])('%s loads none', (entry) => {
  require(entry);
  expect(loaded).toEqual([]);
});

test('the build for Node, which jsdom must not get, would have loaded it', () => {
  require('./node_modules/schematic-datastream-ws/dist/index.cjs');
  expect(loaded).toEqual(['isomorphic-ws']);
});
