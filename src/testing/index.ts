/**
 * For tests in Node: the server's side of the protocol, and a world whose clock moves by hand.
 *
 * @module schematic-datastream-ws/testing
 */

export * from './fakes';
export * from './server';
