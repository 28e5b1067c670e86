import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { Skipped } from '../consumers/report.mjs';

const ENGINES = fileURLToPath(new URL('../browser/engines', import.meta.url));
// Inside of the checkout, where its packages are found.
const COMPILED = fileURLToPath(new URL('../../reports/runtimes/engines', import.meta.url));

/** Runs in the page: waits for what the page leaves in `globalThis.outcome`. */
const OUTCOME = `new Promise((resolve) => {
  const look = () => (globalThis.outcome ? resolve(JSON.stringify(globalThis.outcome)) : setTimeout(look, 50));
  look();
})`;

/** A browser of this machine, by the drivers of test/browser. */
export class Installed {
  name;

  constructor(name) {
    this.name = name;
  }

  /**
   * Opens a page in a browser of its own, and gives the browser's version and what the page leaves in `globalThis.outcome`.
   *
   * @throws Skipped where there is no such browser, unless REQUIRE_BROWSERS asks for it
   */
  async outcome(url) {
    const engine = findEngines().find(({ name }) => name === this.name);
    if ('missing' in engine) {
      throw process.env.REQUIRE_BROWSERS === '1' ? new Error(engine.missing) : new Skipped(engine.missing);
    }
    const browser = await engine.launch();
    try {
      const page = await browser.open(url);
      const outcome = JSON.parse(await page.evaluate(OUTCOME));
      await page.close();
      return { version: browser.version, outcome };
    } finally {
      await browser.stop();
    }
  }
}

let engines;

/** The drivers are written for jest, in TypeScript: compiled here file by file, when the first browser is asked for. */
function findEngines() {
  engines ??= compile()('./find.js').findEngines();
  return engines;
}

function compile() {
  mkdirSync(COMPILED, { recursive: true });
  writeFileSync(join(COMPILED, 'package.json'), '{ "type": "commonjs" }');
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  for (const file of readdirSync(ENGINES)) {
    const { outputText } = ts.transpileModule(readFileSync(join(ENGINES, file), 'utf8'), { compilerOptions });
    writeFileSync(join(COMPILED, file.replace(/\.ts$/, '.js')), outputText);
  }
  return createRequire(join(COMPILED, 'package.json'));
}
