// Follows the demo's server from a page, and shows what its client goes through.
const { DatastreamClient, queryAuth, VERSION } = globalThis.SchematicDatastream;
const SETTINGS = JSON.parse(document.querySelector('meta[name="demo-settings"]').content);

// Times in milliseconds.
const PING_INTERVAL = 2_000;
const PONG_TIMEOUT = 6_000;
const HIGHLIGHT = 3_000;
const SPANS = [30_000, 60_000, 120_000, 300_000];
const LONGEST_SPAN = SPANS.at(-1);
const MOST_ERRORS = 50;
// What a bar of full height stands for.
const MOST_MESSAGES = 10_000;

const STATUSES = {
  idle: { word: 'Idle', tone: 'closed' },
  connecting: { word: 'Connecting', tone: 'connecting' },
  initializing: { word: 'Getting ready', tone: 'connecting' },
  ready: { word: 'Connected', tone: 'connected' },
  waiting: { word: 'Waiting', tone: 'waiting' },
  closed: { word: 'Closed', tone: 'closed' },
};
const OPERATORS = { eq: 'is', ne: 'is not', gt: '>', gte: '≥', lt: '<', lte: '≤' };

// ---- What is held: pure functions of it and of a message

/** What is held once `message` is known; the same object when it means nothing here. */
function afterMessage(held, { data, entity_id, entity_type, message_type }) {
  if (message_type === 'error' || !data) return held;
  if (entity_type === 'rulesengine.Flags') return { ...held, flags: new Map(data.map((flag) => [flag.key, flag])) };
  const kind = { 'rulesengine.Flag': 'flags', 'rulesengine.Company': 'companies', 'rulesengine.User': 'users' }[
    entity_type
  ];
  if (!kind) return held;
  const id = kind === 'flags' ? data.key : (entity_id ?? data.id);
  const entities = new Map(held[kind]);
  if (message_type === 'delete') entities.delete(id);
  else entities.set(id, message_type === 'partial' ? merged(entities.get(id), data) : data);
  return { ...held, [kind]: entities };
}

/** A partial has only the fields that changed. Some of them replace, these add to what is held. */
function merged(before = {}, partial) {
  const after = { ...before, ...partial };
  if (partial.credit_balances) after.credit_balances = { ...before.credit_balances, ...partial.credit_balances };
  if (partial.metrics) {
    const changed = new Set(partial.metrics.map(({ event_subtype }) => event_subtype));
    const others = (before.metrics ?? []).filter(({ event_subtype }) => !changed.has(event_subtype));
    after.metrics = [...others, ...partial.metrics];
  }
  return after;
}

// ---- What the tables say: pure functions of an entity

const metric = (name) => (company) => company.metrics?.find(({ event_subtype }) => event_subtype === name)?.value;
const trait = (name) => (entity) =>
  entity.traits?.find(({ trait_definition: { id } }) => id === `trait_${name}`)?.value ?? '';

/** For each table its columns: heading, what stands in them, and a class. */
const COLUMNS = {
  companies: [
    ['Company', ({ keys }) => keys?.slug ?? ''],
    ['Plan', ({ base_plan_id }) => nameOf(base_plan_id)],
    ['Seats', (company) => Number(trait('seats')(company)), 'number'],
    ['API calls', metric('api-calls'), 'number'],
    ['Exports', metric('exports'), 'number'],
    ['AI credits', ({ credit_balances }) => credit_balances?.credit_ai, 'number'],
    ['SMS credits', ({ credit_balances }) => credit_balances?.credit_sms, 'number'],
    ['Beta tester', (company) => (trait('beta')(company) === 'true' ? 'yes' : 'no')],
  ],
  flags: [
    ['Flag', ({ key }) => key],
    ['Default', ({ default_value }) => (default_value ? 'on' : 'off')],
    ['Rules', ({ rules }) => (rules ?? []).map(ruleInWords).join('; ') || 'none'],
  ],
  users: [
    ['User', ({ keys }) => keys?.email ?? ''],
    ['Role', trait('role')],
  ],
};

function ruleInWords({ value, conditions }) {
  const all = (conditions ?? []).map(conditionInWords);
  return `${value ? 'on' : 'off'} ${all.length > 0 ? `when ${all.join(' and ')}` : 'for everybody'}`;
}

function conditionInWords(condition) {
  const { condition_type, operator, resource_ids, event_subtype, metric_value, credit_id, consumption_rate } =
    condition;
  switch (condition_type) {
    case 'metric':
      return `${event_subtype} ${OPERATORS[operator]} ${number(metric_value)}`;
    case 'credit':
      return `${nameOf(credit_id)} ≥ ${number(consumption_rate)}`;
    case 'trait':
      return `${nameOf(condition.trait_definition.id)} ${OPERATORS[operator]} ${condition.trait_value}`;
    default:
      return `${condition_type} is ${resource_ids.map(nameOf).join(' or ')}`;
  }
}

function nameOf(id) {
  return SETTINGS.names[id] ?? id ?? '';
}

// ---- The timeline: pure functions of what happened, and when

/** The shortest span that shows all there is so far. */
function spanOf(elapsed) {
  return SPANS.find((span) => elapsed <= span) ?? LONGEST_SPAN;
}

/** The bands between `from` and `to`, in fractions of that time; neighbours of one tone are one band. */
function bandsOf(history, from, to) {
  const tones = history.filter(({ tone }, index) => tone !== history[index - 1]?.tone);
  return tones
    .map(({ tone, at }, index) => ({ tone, start: Math.max(at, from), end: tones[index + 1]?.at ?? to }))
    .filter(({ end }) => end > from)
    .map(({ tone, start, end }) => ({ tone, left: (start - from) / (to - from), width: (end - start) / (to - from) }));
}

/** How much of the time that a timeline shows was spent connected, in percent. */
function uptimeOf(bands) {
  const sum = (some) => some.reduce((total, { width }) => total + width, 0);
  return sum(bands) > 0 ? Math.round((100 * sum(bands.filter(({ tone }) => tone === 'connected'))) / sum(bands)) : 0;
}

/** An SVG path of a bar for each second, on a square of `to - from` seconds by 1. */
function barsOf(counts, from, to) {
  return [...counts]
    .filter(([second]) => second * 1_000 > from - 1_000 && second * 1_000 < to)
    .map(([second, count]) => {
      const height = Math.min(1, Math.log1p(count) / Math.log1p(MOST_MESSAGES));
      return `M${(second - from / 1_000 + 0.1).toFixed(2)} 1v-${height.toFixed(3)}h0.8v${height.toFixed(3)}z`;
    })
    .join('');
}

// ---- Words for people

function number(value) {
  return value?.toLocaleString('en-US') ?? '';
}

function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function spanInWords(milliseconds) {
  return milliseconds < 60_000 ? `${milliseconds / 1_000} s` : `${milliseconds / 60_000} min`;
}

function tenths(milliseconds) {
  return `${(Math.max(0, milliseconds) / 1_000).toFixed(1)} s`;
}

function bytes(count) {
  return count < 100_000 ? `${number(Math.round(count / 100) / 10)} kB` : `${number(Math.round(count / 1_000))} kB`;
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

// ---- What happens

const startedAt = Date.now();
const history = [];
const marks = [];
const errors = [];
/** Messages received, by second since the epoch. */
const counts = new Map();
let held = { flags: new Map(), companies: new Map(), users: new Map() };
/** What was asked for on this connection and has not come yet. */
let unanswered = new Set();
let allAnswered = () => undefined;
/** When the last message came. */
let heardAt;
let askedAt;
let roundTrip;

const requests = [
  { name: 'flags', entity_type: 'rulesengine.Flags' },
  ...SETTINGS.companies.map((slug) => ({ name: slug, entity_type: 'rulesengine.Company', keys: { slug } })),
  ...SETTINGS.users.map((email) => ({ name: email, entity_type: 'rulesengine.User', keys: { email } })),
];
const toSend = ({ entity_type, keys }) => ({ data: { action: 'start', entity_type, keys } });

const client = new DatastreamClient({
  ...SETTINGS.pace,
  url: SETTINGS.url,
  apiKey: SETTINGS.apiKey,
  // A page can send no headers.
  auth: queryAuth(),
  pingInterval: PING_INTERVAL,
  pongTimeout: PONG_TIMEOUT,
  // Nor can it send pings: it asks again for something small, and times the answer.
  heartbeat: { message: ask },
  connectionReadyHandler: requestAll,
  messageHandler: received,
});
client.on('state', changed);
client.on('error', erred);

function ask() {
  askedAt = performance.now();
  return toSend(requests.at(-1));
}

async function requestAll() {
  unanswered = new Set(requests.map(({ name }) => name));
  const answered = new Promise((resolve) => (allAnswered = resolve));
  await Promise.all(requests.map((request) => client.sendMessage(toSend(request))));
  await answered;
}

/** Only notes what is new, however much of it comes: showing it is for the next frame. */
function received(message) {
  heardAt = Date.now();
  const second = Math.floor(heardAt / 1_000);
  counts.set(second, (counts.get(second) ?? 0) + 1);
  held = afterMessage(held, message);
  if (message.message_type === 'full') noteAnswer(message);
  draw();
}

function noteAnswer({ data, entity_type }) {
  const name = entity_type === 'rulesengine.Flags' ? 'flags' : (data?.keys?.slug ?? data?.keys?.email);
  if (name === requests.at(-1).name && askedAt !== undefined) {
    roundTrip = performance.now() - askedAt;
    askedAt = undefined;
  }
  unanswered.delete(name);
  if (unanswered.size === 0) allAnswered();
}

function changed(state) {
  history.push({ at: Date.now(), tone: STATUSES[state.status].tone });
  // Each connection has a round trip of its own.
  if (state.status !== 'ready') askedAt = roundTrip = undefined;
  draw();
}

function erred({ code, message, retryable }) {
  errors.unshift({ at: new Date(), code, message, retryable });
  errors.splice(MOST_ERRORS);
  draw();
}

async function misbehave(button) {
  const { misbehave: what, mark } = button.dataset;
  const label = button.querySelector('strong').textContent;
  marks.push({ at: Date.now(), label: mark });
  draw();
  const answer = document.getElementById('answer');
  try {
    const { ok, status } = await fetch(`misbehave/${what}`, { method: 'POST' });
    answer.textContent = ok ? `${label}: the server has begun` : `${label}: refused with ${status}`;
  } catch {
    answer.textContent = `${label}: nobody answers, the demo has ended`;
  }
}

// ---- What is seen

/** Rows that are kept as they are but for the cells that change, which are highlighted for a while. */
class LiveTable {
  #columns;
  #body;
  /** By key: the row, its cells as they are shown, and since when it has been gone. */
  #rows = new Map();

  constructor(name) {
    this.#columns = COLUMNS[name];
    const table = document.querySelector(`#${name} table`);
    const headings = this.#columns.map(([heading, , className = '']) =>
      element('th', { scope: 'col', role: 'columnheader', className }, heading),
    );
    // Each role is said aloud: a phone lays out the rows in another way than as a table, and may then not see one in it.
    table.role = 'table';
    table.createTHead().role = 'rowgroup';
    table.tHead.append(element('tr', { role: 'row' }));
    table.tHead.rows[0].append(...headings);
    this.#body = table.createTBody();
    this.#body.role = 'rowgroup';
  }

  render(entities, now) {
    for (const [key, entity] of entities) this.#renderRow(key, entity, now);
    for (const [key, row] of this.#rows) this.#renderFate(key, row, entities.has(key), now);
  }

  #renderRow(key, entity, now) {
    const row = this.#rows.get(key) ?? this.#addRow(key);
    for (const [index, [, read]] of this.#columns.entries()) row.cells[index].show(read(entity), now);
  }

  #addRow(key) {
    const cells = this.#columns.map(([, , className = ''], index) =>
      index === 0
        ? element('th', { scope: 'row', role: 'rowheader', className })
        : element('td', { role: 'cell', className }),
    );
    const row = { element: element('tr', { role: 'row' }), cells: cells.map((cell) => new LiveCell(cell)) };
    row.element.append(...cells);
    this.#body.append(row.element);
    this.#rows.set(key, row);
    return row;
  }

  /** A row that is gone is crossed out, and only then taken away. */
  #renderFate(key, row, isHeld, now) {
    row.goneAt = isHeld ? undefined : (row.goneAt ?? now);
    row.element.classList.toggle('gone', !isHeld);
    if (isHeld || now - row.goneAt < HIGHLIGHT) return;
    row.element.remove();
    this.#rows.delete(key);
  }
}

/** A value, highlighted for a while after each change; a number says by how much it has changed meanwhile. */
class LiveCell {
  #element;
  #value;
  #from;
  #changedAt = -Infinity;

  constructor(element) {
    this.#element = element;
  }

  show(value, now) {
    if (value !== this.#value) this.#change(value, now);
    const isChanged = now - this.#changedAt < HIGHLIGHT;
    this.#element.classList.toggle('changed', isChanged);
    if (!isChanged) this.#element.removeAttribute('data-step');
  }

  #change(value, now) {
    // Everything is new to a page that has just been opened, which is no news.
    if (isComplete) {
      if (now - this.#changedAt >= HIGHLIGHT) this.#from = this.#value;
      this.#changedAt = now;
      this.#showStep(value);
    }
    this.#value = value;
    this.#element.textContent = typeof value === 'number' ? number(value) : (value ?? '');
  }

  #showStep(value) {
    if (typeof value !== 'number' || typeof this.#from !== 'number') return;
    const step = value - this.#from;
    this.#element.dataset.step = `${step < 0 ? '−' : '+'}${number(Math.abs(step))}`;
  }
}

const tables = Object.keys(COLUMNS).map((name) => [name, new LiveTable(name)]);
const [counterList] = document.querySelectorAll('#counters dl');
const counters = new Map();
let isDrawing = false;
/** Whether all there is has been drawn once. */
let isComplete = false;
/** The newest error in the log; null before there is a log. */
let newestShown = null;

/** Draws everything in the next frame, however often it is called before. */
function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    const now = Date.now();
    drawState(now);
    drawTimeline(now);
    drawCounters(now);
    drawErrors();
    for (const [name, table] of tables) table.render(held[name], now);
    drawCaptions(now);
    isComplete ||= client.isReady();
  });
}

function drawState(now) {
  const { state } = client;
  const { word, tone } = STATUSES[state.status];
  document.body.dataset.tone = tone;
  show('status', word);
  show('because', state.error ? `${state.error.code}: ${state.error.message}` : '');
  show('detail', detailOf(state, now, history.at(-1)?.at));
  show('reconnect', state.status === 'closed' ? 'Start again' : 'Reconnect now');
  document.title = `${word} · Schematic datastream`;
}

function drawTimeline(now) {
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
  forget(now - LONGEST_SPAN);
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

/** Drops what no timeline will show again; the state at that time began before it. */
function forget(before) {
  while (history.length > 1 && history[1].at < before) history.shift();
  while (marks.length > 0 && marks[0].at < before) marks.shift();
  for (const second of counts.keys()) if (second * 1_000 < before - 1_000) counts.delete(second);
}

function drawCounters(now) {
  const { messages, bytes: size, messagesSent, attempts, reconnects, queueDepth, discarded } = client.stats();
  const isHeard = client.isConnected() && heardAt !== undefined;
  count('Round trip', roundTrip === undefined ? '–' : roundTrip < 1 ? '< 1 ms' : `${Math.round(roundTrip)} ms`);
  count('Silence', isHeard ? tenths(now - heardAt) : '–', isHeard && isSilent(now));
  count('Messages', number(messages));
  count('Received', bytes(size));
  count('Sent', number(messagesSent));
  count('Dials', number(attempts));
  count('Reconnects', number(reconnects));
  count('Queue', number(queueDepth));
  count('Discarded', number(discarded));
}

function count(name, text, isLate = false) {
  if (!counters.has(name)) {
    const value = element('dd');
    const group = element('div');
    group.append(element('dt', {}, name), value);
    counterList.append(group);
    counters.set(name, value);
  }
  const value = counters.get(name);
  if (value.textContent !== text) value.textContent = text;
  value.classList.toggle('late', isLate);
}

function drawErrors() {
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

function drawCaptions(now) {
  const age = heardAt ? `last heard ${duration(now - heardAt)} ago` : 'not heard yet';
  const note = client.isReady() && !isSilent(now) ? 'live' : age;
  for (const [name] of tables) show(`${name}-caption`, `${number(held[name].size)} ${name}, ${note}`);
}

/** Whether more time has passed since the last message than the answer to a heartbeat can take. */
function isSilent(now) {
  return now - heardAt > PING_INTERVAL * 1.5;
}

function show(id, text) {
  const shown = document.getElementById(id);
  // A live region is read out again whenever it is written to.
  if (shown.textContent !== text) shown.textContent = text;
}

function element(name, properties = {}, text = '') {
  return Object.assign(document.createElement(name), properties, { textContent: text });
}

// ---- And off it goes

show('about', `schematic-datastream-ws ${VERSION} · ${client.url}`);
document.getElementById('reconnect').addEventListener('click', () => client.reconnect());
document.getElementById('close').addEventListener('click', () => void client.close());
for (const button of document.querySelectorAll('[data-misbehave]')) {
  button.addEventListener('click', () => void misbehave(button));
}
// Whoever asked for less motion gets a timeline that moves once a second.
const TICK = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 200;
(function tick() {
  draw();
  setTimeout(tick, TICK);
})();
client.start();
