export { FakePage } from './fake-page';
export { FakePlatform, type FakePlatformOptions } from './fake-platform';
export { FakeSocket, type FakeSocketAbilities } from './fake-socket';
export { ManualClock } from './manual-clock';
