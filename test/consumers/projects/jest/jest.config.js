export default {
  testEnvironment: 'jsdom',
  testMatch: ['<rootDir>/*.test.?js'],
  // What is written here runs as it is, in both kinds of modules.
  transform: {},
};
