// The fakes, as the tests and stories of a page import them.
import { FakePlatform } from 'schematic-datastream-ws/testing';

globalThis.fakes = new FakePlatform();
