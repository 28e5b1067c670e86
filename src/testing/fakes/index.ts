/**
 * For tests where there is no Node, jsdom among them: what of `schematic-datastream-ws/testing` needs none of it.
 *
 * @module schematic-datastream-ws/testing (browser)
 */

export { FakePage } from './fake-page';
export { FakePlatform, type FakePlatformOptions } from './fake-platform';
export { FakeSocket, type FakeSocketAbilities } from './fake-socket';
export { ManualClock } from './manual-clock';
