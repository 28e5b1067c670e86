// Follows the demo's server from a page, and shows what its store goes through and holds.
import { columnsWith } from './columns.js';
import { LiveTable } from './live-table.js';
import { LONGEST_SPAN } from './timeline.js';
import { drawCounters, drawErrors, drawFreshness, drawState, drawTimeline, show, STATUSES } from './view.js';

const { DatastreamStore, queryAuth, VERSION } = globalThis.SchematicDatastream;
const SETTINGS = JSON.parse(document.querySelector('meta[name="demo-settings"]').content);

// Times in milliseconds.
const PING_INTERVAL = 2_000;
const PONG_TIMEOUT = 6_000;
const MOST_ERRORS = 50;
/** Whom the page asks for again and again, since it can send no pings. */
const HEARTBEAT_KEYS = { email: SETTINGS.users.at(-1) };

/** What was seen so far. */
const seen = {
  startedAt: Date.now(),
  history: [],
  marks: [],
  errors: [],
  /** Messages received, by second since the epoch. */
  counts: new Map(),
  /** When the last message came. */
  heardAt: undefined,
  staleSince: Date.now(),
  askedAt: undefined,
  roundTrip: undefined,
  /** Whether more time has passed since the last message than the answer to a heartbeat can take. */
  isSilent: (now) => now - seen.heardAt > PING_INTERVAL * 1.5,
};

// ---- What is followed

const store = new DatastreamStore({
  ...SETTINGS.pace,
  url: SETTINGS.url,
  apiKey: SETTINGS.apiKey,
  // A page can send no headers.
  auth: queryAuth(),
  pingInterval: PING_INTERVAL,
  pongTimeout: PONG_TIMEOUT,
  heartbeat: { message: beat },
  connectionReadyHandler: follow,
});
store.on('message', received);
store.on('state', changed);
store.on('error', erred);
store.subscribe(noteFreshness);

/** The flags are here by then; a company or user that is held already answers at once. */
async function follow({ signal }) {
  const asked = [
    ...SETTINGS.companies.map((slug) => store.company({ slug }, { signal })),
    ...SETTINGS.users.map((email) => store.user({ email }, { signal })),
  ];
  await Promise.all(asked.map((answer) => answer.catch((error) => signal.aborted || erred(error))));
}

/** All that is held, by table. */
function heldNow() {
  const { companies, users } = store.snapshot();
  const byId = (entities) => new Map(entities.map((entity) => [entity.id, entity]));
  return { flags: store.flags, companies: byId(companies), users: byId(users) };
}

// ---- What happens

function beat() {
  seen.askedAt = performance.now();
  return { data: { action: 'start', entity_type: 'rulesengine.User', keys: HEARTBEAT_KEYS } };
}

/** Only notes that something came, however much of it comes: showing what is new is for the next frame. */
function received({ data, message_type }) {
  seen.heardAt = Date.now();
  const second = Math.floor(seen.heardAt / 1_000);
  seen.counts.set(second, (seen.counts.get(second) ?? 0) + 1);
  const isBeat = message_type === 'full' && data?.keys?.email === HEARTBEAT_KEYS.email;
  if (isBeat && seen.askedAt !== undefined) {
    seen.roundTrip = performance.now() - seen.askedAt;
    seen.askedAt = undefined;
  }
  draw();
}

function changed({ status }) {
  seen.history.push({ at: Date.now(), tone: STATUSES[status].tone });
  // Each connection has a round trip of its own.
  if (status !== 'ready') seen.askedAt = seen.roundTrip = undefined;
  draw();
}

function noteFreshness() {
  seen.staleSince = store.stale ? (seen.staleSince ?? Date.now()) : undefined;
  draw();
}

function erred({ code, message, retryable }) {
  seen.errors.unshift({ at: new Date(), code, message, retryable });
  seen.errors.splice(MOST_ERRORS);
  draw();
}

async function misbehave({ dataset, firstElementChild }) {
  seen.marks.push({ at: Date.now(), label: dataset.mark });
  draw();
  show('answer', `${firstElementChild.textContent}: ${await askToMisbehave(dataset.misbehave)}`);
}

async function askToMisbehave(what) {
  try {
    const { ok, status } = await fetch(`misbehave/${what}`, { method: 'POST' });
    return ok ? 'the server has begun' : `refused with ${status}`;
  } catch {
    return 'nobody answers, the demo has ended';
  }
}

/** Drops what no timeline will show again; the state at that time began before it. */
function forget({ history, marks, counts }, before) {
  while (history.length > 1 && history[1].at < before) history.shift();
  while (marks.length > 0 && marks[0].at < before) marks.shift();
  for (const second of counts.keys()) if (second * 1_000 < before - 1_000) counts.delete(second);
}

// ---- And off it goes

const tables = Object.entries(columnsWith(SETTINGS.names)).map(([name, columns]) => [
  name,
  new LiveTable(document.querySelector(`#${name} table`), columns),
]);
let isDrawing = false;
/** Whether all there is has been drawn once. */
let isComplete = false;

/** Draws everything in the next frame, however often it is called before. */
function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    const now = Date.now();
    const held = heldNow();
    forget(seen, now - LONGEST_SPAN);
    drawState(store, seen, now);
    drawTimeline(seen, now);
    drawCounters(store, seen, now);
    drawErrors(seen);
    drawFreshness(store, seen, held, now);
    for (const [name, table] of tables) table.render(held[name], now, isComplete);
    isComplete ||= store.client.isReady();
  });
}

show('about', `schematic-datastream-ws ${VERSION} · ${store.client.url}`);
document.getElementById('reconnect').addEventListener('click', () => store.client.reconnect());
document.getElementById('close').addEventListener('click', () => void store.close());
for (const button of document.querySelectorAll('[data-misbehave]')) {
  button.addEventListener('click', () => void misbehave(button));
}
// Whoever asked for less motion gets a timeline that moves once a second.
const TICK = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 200;
(function tick() {
  draw();
  setTimeout(tick, TICK);
})();
store.start();
