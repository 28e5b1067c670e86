import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { chromium, firefox, webkit, type BrowserType } from 'playwright-core';
import { ChromiumEngine } from './chromium';
import type { Engine } from './engine';
import { FirefoxEngine } from './firefox';
import { PlaywrightEngine } from './playwright';
import { WebKitEngine } from './webkit';

/** An engine that the tests are meant for: here, or missing for a reason. */
export type Finding = Engine | { name: string; missing: string };

/** The three that `npm run browsers` installs, and those that are here beside them. */
export function findEngines(): Finding[] {
  return [findChromium(), findFirefox(), findWebKit(), ...findKin()];
}

const MAC_APPLICATIONS = '/Applications';
const WINDOWS_PROGRAMS = [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']];

const inPrograms = (path: string) => WINDOWS_PROGRAMS.flatMap((folder) => (folder ? [join(folder, path)] : []));
const inApplications = (path: string) => [join(MAC_APPLICATIONS, path)];

/** Commands on the PATH, or whole paths, the one to prefer first. */
const PLACES = {
  chromium: ['chromium', 'chromium-browser'],
  firefox: [
    'firefox-esr',
    'firefox',
    ...inApplications('Firefox.app/Contents/MacOS/firefox'),
    ...inPrograms('Mozilla Firefox/firefox.exe'),
  ],
  chrome: [
    'google-chrome-stable',
    'google-chrome',
    ...inApplications('Google Chrome.app/Contents/MacOS/Google Chrome'),
    ...inPrograms('Google/Chrome/Application/chrome.exe'),
  ],
  edge: [
    'microsoft-edge-stable',
    'microsoft-edge',
    ...inApplications('Microsoft Edge.app/Contents/MacOS/Microsoft Edge'),
    ...inPrograms('Microsoft/Edge/Application/msedge.exe'),
  ],
};

function findChromium(): Finding {
  const path = firstOf(PLACES.chromium) ?? downloaded(chromium);
  return path ? new ChromiumEngine('Chromium', path) : missing('Chromium', 'chromium');
}

function findFirefox(): Finding {
  const path = firstOf(PLACES.firefox);
  if (path) return new FirefoxEngine(path);
  return downloaded(firefox) ? new PlaywrightEngine('Firefox', firefox) : missing('Firefox', 'firefox-esr');
}

function findWebKit(): Finding {
  const driver = firstOf(['WebKitWebDriver']);
  const xvfb = firstOf(['Xvfb']);
  if (driver && xvfb) return new WebKitEngine(driver, xvfb);
  if (downloaded(webkit)) return new PlaywrightEngine('WebKit', webkit);
  return missing('WebKit', driver ? 'Xvfb' : 'WebKitWebDriver');
}

function findKin(): Engine[] {
  const kin: [name: string, path: string | undefined][] = [
    ['Chrome', firstOf(PLACES.chrome)],
    ['Edge', firstOf(PLACES.edge)],
  ];
  return kin.flatMap(([name, path]) => (path ? [new ChromiumEngine(name, path)] : []));
}

function missing(name: string, command: string): Finding {
  return { name, missing: `${command} is not installed (npm run browsers installs it)` };
}

function downloaded(type: BrowserType): string | undefined {
  const path = type.executablePath();
  return isExecutable(path) ? path : undefined;
}

function firstOf(places: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = places.flatMap((place) => (isAbsolute(place) ? [place] : folders.map((folder) => join(folder, place))));
  return paths.find((path) => isExecutable(path) && !isSnap(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const SCRIPT_SIZE = 10_000;

/** A snap cannot see a profile in the folder for temporary files; Ubuntu's commands of these names only start one. */
function isSnap(path: string): boolean {
  if (basename(realpathSync(path)) === 'snap') return true;
  return statSync(path).size < SCRIPT_SIZE && readFileSync(path, 'latin1').includes('/snap/');
}
