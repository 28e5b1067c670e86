// The Node platform's options and headers, with sockets that no unit test opens.
export { platform } from '../../src/platform/browser';
export { mergeHeaders } from '../../src/platform/headers';
export { NODE_OPTIONS as optionRules } from '../../src/platform/node-options';
