// What is seen: each function draws one part of the page from the store and from what was seen of it.
import { duration, kilobytes, spanInWords, tenths } from './in-words.js';
import { element } from './live-table.js';
import { bandsOf, barsOf, spanOf, uptimeOf } from './timeline.js';
import { number } from './words.mjs';

/** For each status of the client its word, and the tone in which it is shown. */
export const STATUSES = {
  idle: { word: 'Idle', tone: 'closed' },
  connecting: { word: 'Connecting', tone: 'connecting' },
  initializing: { word: 'Getting ready', tone: 'connecting' },
  ready: { word: 'Connected', tone: 'connected' },
  waiting: { word: 'Waiting', tone: 'waiting' },
  closed: { word: 'Closed', tone: 'closed' },
};

export function drawState({ client }, { history }, now) {
  const { state } = client;
  const { word, tone } = STATUSES[state.status];
  document.body.dataset.tone = tone;
  show('status', word);
  show('because', state.error ? `${state.error.code}: ${state.error.message}` : '');
  show('detail', detailOf(state, now, history.at(-1)?.at));
  show('reconnect', state.status === 'closed' ? 'Start again' : 'Reconnect now');
  document.title = `${word} · Schematic datastream`;
}

function detailOf(state, now, since) {
  switch (state.status) {
    case 'connecting':
      return `Attempt ${state.attempt}`;
    case 'initializing':
      return 'Asks for flags, companies and users';
    case 'ready':
      return `Live for ${duration(now - since)}`;
    case 'waiting':
      if (state.paused) return 'No network: goes on when it is back';
      return `Attempt ${state.attempt} in ${tenths(state.retryAt - now)}`;
    default:
      return state.error ? 'Will not try again by itself' : 'By the button';
  }
}

export function drawTimeline({ startedAt, history, marks, counts }, now) {
  const span = spanOf(now - startedAt);
  const from = now - span;
  const bands = bandsOf(history, from, now);
  show('timeline-caption', `Connected ${uptimeOf(bands)} % of the last ${duration(Math.min(now - startedAt, span))}`);
  show('axis-from', `−${spanInWords(span)}`);
  show('axis-middle', `−${spanInWords(span / 2)}`);
  place('bands', bands, ({ tone }) => [tone, '']);
  const visible = marks.filter(({ at }) => at > from).map(({ at, label }) => ({ left: (at - from) / span, label }));
  place('marks', visible, ({ label }) => ['', label]);
  const rates = document.getElementById('rates');
  rates.setAttribute('viewBox', `0 0 ${span / 1_000} 1`);
  rates.firstElementChild.setAttribute('d', barsOf(counts, from, now));
}

/** Puts an element for each item where it belongs in time, and keeps as many as there are. */
function place(id, items, describe) {
  const parent = document.getElementById(id);
  while (parent.children.length < items.length) parent.append(element('span'));
  while (parent.children.length > items.length) parent.lastChild.remove();
  for (const [index, item] of items.entries()) {
    const child = parent.children[index];
    [child.className, child.textContent] = describe(item);
    child.style.left = `${100 * item.left}%`;
    if (item.width !== undefined) child.style.width = `${100 * item.width}%`;
  }
}

export function drawCounters({ client }, { heardAt, roundTrip, isSilent }, now) {
  const { messages, bytes, messagesSent, attempts, reconnects, queueDepth, discarded } = client.stats();
  const isHeard = client.isConnected() && heardAt !== undefined;
  count('Round trip', roundTrip === undefined ? '–' : roundTrip < 1 ? '< 1 ms' : `${Math.round(roundTrip)} ms`);
  count('Silence', isHeard ? tenths(now - heardAt) : '–', isHeard && isSilent(now));
  count('Messages', number(messages));
  count('Received', kilobytes(bytes));
  count('Sent', number(messagesSent));
  count('Dials', number(attempts));
  count('Reconnects', number(reconnects));
  count('Queue', number(queueDepth));
  count('Discarded', number(discarded));
}

const counters = new Map();

function count(name, text, isLate = false) {
  if (!counters.has(name)) {
    const value = element('dd');
    const group = element('div');
    group.append(element('dt', {}, name), value);
    document.querySelector('#counters dl').append(group);
    counters.set(name, value);
  }
  const value = counters.get(name);
  if (value.textContent !== text) value.textContent = text;
  value.classList.toggle('late', isLate);
}

/** The newest error in the log; null before there is a log. */
let newestShown = null;

export function drawErrors({ errors }) {
  if (newestShown === errors[0]) return;
  newestShown = errors[0];
  const items = errors.map(({ at, code, message, retryable }) => {
    const item = element('li');
    const time = element('time', { dateTime: at.toISOString() }, at.toLocaleTimeString('en-GB'));
    item.append(time, element('code', { className: retryable ? '' : 'final' }, code), element('span', {}, message));
    return item;
  });
  document.querySelector('#errors ol').replaceChildren(...items);
  show('errors-note', errors.length === 0 ? 'None so far' : 'The newest first; one in red ended the client');
}

/** Says of each table how much it holds, and whether that is what the server has. */
export function drawFreshness(store, { heardAt, staleSince, isSilent }, held, now) {
  const age = isSilent(now) ? `last heard ${duration(now - heardAt)} ago` : 'live';
  const doubt = heardAt === undefined ? 'nothing heard yet' : `stale for ${duration(now - staleSince)}`;
  document.body.dataset.stale = store.stale;
  for (const [name, { size }] of Object.entries(held)) {
    show(`${name}-caption`, `${number(size)} ${name}, ${store.stale ? doubt : age}`);
  }
}

/** Writes a text, unless it stands there: a live region is read out again whenever it is written to. */
export function show(id, text) {
  const shown = document.getElementById(id);
  if (shown.textContent !== text) shown.textContent = text;
}
