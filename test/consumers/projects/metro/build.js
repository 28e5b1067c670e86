import { mkdirSync } from 'node:fs';
import process from 'node:process';
import Metro from 'metro';

const name = process.argv[2];
const config = await Metro.loadConfig(
  { cwd: import.meta.dirname },
  {
    resetCache: true,
    cacheStores: [],
    resolver: {
      // As React Native's own configuration has it.
      resolverMainFields: ['react-native', 'browser', 'main'],
      unstable_conditionNames: ['react-native'],
      unstable_conditionsByPlatform: { web: ['browser'] },
      unstable_enablePackageExports: name === 'exports',
      useWatchman: false,
    },
    transformer: { getTransformOptions: () => ({ transform: { experimentalImportSupport: true } }) },
    maxWorkers: 1,
  },
);

mkdirSync(name, { recursive: true });
for (const platform of ['ios', 'android', 'web']) {
  await Metro.runBuild(config, { entry: 'page.js', platform, dev: false, minify: false, out: `${name}/${platform}` });
}
