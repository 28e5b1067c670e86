import { build } from 'vite';

const shared = { configFile: false, logLevel: 'warn', base: './' };
const page = (name, input) => build({ ...shared, build: { outDir: `dist/${name}`, rolldownOptions: { input } } });

await page('page', 'page.html');
await page('control', 'control.html');
await page('fakes', 'fakes.js');
// What a server renders with; bundled whole, so that it shows what the same tool does for Node.
await build({ ...shared, build: { outDir: 'dist/server', ssr: 'script.js' }, ssr: { noExternal: true } });
