import { aspectsOf } from './aspects.mjs';
import { paintFor, unbroken, wrap } from './paint.mjs';
import { summaryLines } from './summary.mjs';
import { entitiesInWords, number, seconds, Words } from './words.mjs';

const NAME_COLUMN = '+ 12.3s  company  '.length;
const TEXT_COLUMN = NAME_COLUMN + 'maintenance-banner  '.length;
const FIELD_WIDTH = 'default  '.length;
const UNSEEN = 'changed in what is not shown here';
const MOST_FLAGS = 20;
const KIND_STYLES = { flag: 'magenta', flags: 'magenta', company: 'blue', user: 'cyan', error: 'red' };
const STATUS_STYLES = { connecting: 'cyan', initializing: 'cyan', ready: 'green', waiting: 'yellow' };
// Every other error is followed by a state that carries it.
const STATELESS_ERRORS = ['HANDLER_FAILED', 'LISTENER_FAILED', 'MALFORMED_MESSAGE'];
const SERVER_ACTIONS = {
  restarting: ({ code, reason, downFor }) => `closes with ${code} "${reason}", is back in ${seconds(downFor / 1_000)}`,
  back: () => 'listens again, and kept changing meanwhile',
  drops: () => 'ends every connection without a word, as a page asked',
  refuses: ({ status, lasts }) => `answers every dial with ${status} for ${seconds(lasts / 1_000)}, as a page asked`,
  silent: () => 'keeps its connections and says nothing on them, as a page asked',
  bursts: ({ messages }) => `sends ${number(messages)} messages at once to the pages, as one of them asked`,
  rejects: ({ lasts }) => `rejects the key of the pages for ${seconds(lasts / 1_000)}, as one of them asked`,
};

/** Tells people: a line for each event, in columns. */
export class Narrator {
  #stream;
  #paint;
  #words;
  #follows = '';
  #at = 0;

  /** @param {Record<string, string>} names what people call the things that the wire knows by an id */
  constructor(stream, names) {
    this.#stream = stream;
    this.#paint = paintFor(stream);
    this.#words = new Words(names);
  }

  /** @param event whose `type` has a method of its name here, and whose `at` is in seconds */
  tell(event) {
    this.#at = event.at;
    this[event.type](event);
  }

  start({ version, url, follows, seconds: length, server, page }) {
    const where = server ? `, started here, with ${entitiesInWords(server)}` : '';
    const restart = server && length > 0 ? ', with a restart of the server half-way' : '';
    this.#follows = follows.map(subjectInWords).join(', ');
    this.#write('');
    this.#write(
      `  ${this.#paint('bold', 'Schematic datastream, live')}  ${this.#dim(`schematic-datastream-ws ${version}`)}`,
    );
    this.#write('');
    this.#fact('server', `${url}${where}`);
    this.#fact('follows', this.#follows);
    if (page) this.#fact('page', `${page} shows it live, with buttons that make the server misbehave`);
    this.#fact('runs', length > 0 ? `${number(length)} s${restart}; Ctrl-C ends it sooner` : 'until Ctrl-C');
    this.#write('');
  }

  server(event) {
    this.#line('server', event.action, SERVER_ACTIONS[event.action](event));
  }

  state({ status, attempt, delay, error, wasReadyFor }) {
    const text = {
      connecting: () => `attempt ${attempt}`,
      initializing: () => `connected, asks for ${this.#follows}`,
      ready: () => 'has all it asked for, and hears of every change',
      waiting: () => `${seconds(delay / 1_000)} (attempt ${attempt}): ${errorInWords(error)}`,
      closed: () => (error ? errorInWords(error) : 'by the demo'),
    }[status];
    const before = wasReadyFor === undefined ? '' : this.#dim(`; was ready for ${seconds(wasReadyFor)}`);
    const style = STATUS_STYLES[status] ?? (error ? 'red' : 'bold');
    this.#line('state', status, `${text()}${before}`, style);
  }

  freshness({ stale, counts, wasStaleFor }) {
    const text = stale
      ? `may be out of date, and can still be read: ${entitiesInWords(counts)}`
      : `all of it is confirmed; was stale for ${seconds(wasStaleFor)}`;
    this.#line('store', stale ? 'stale' : 'fresh', text, stale ? 'yellow' : 'green');
  }

  snapshot({ again, counts, updates, flags, companies, users }) {
    if (again) return this.#meanwhile(counts, updates);
    this.#flags(flags);
    for (const company of companies) this.#entity('company', company);
    for (const user of users) this.#entity('user', user);
  }

  update(update) {
    this.#line(update.entity, update.name, this.#update(update));
  }

  refusal({ entity, keys, code, message }) {
    this.#line(entity, keysInWords(keys), this.#paint('red', errorInWords({ code, message })));
  }

  error({ code, message }) {
    if (STATELESS_ERRORS.includes(code)) this.#line('error', code, message, 'red');
  }

  summary(account) {
    this.#write('');
    this.#write(`  ${this.#paint('bold', 'Summary')}`);
    this.#write('');
    for (const [label, text] of summaryLines(account)) this.#fact(label, text);
    this.#write('');
  }

  #meanwhile(counts, updates) {
    const text = updates.length === 0 ? 'unchanged' : `${number(updates.length)} changed meanwhile`;
    this.#line('store', 'again', `${entitiesInWords(counts)}, ${text}`);
    for (const update of updates) this.#item(update.name, this.#update(update));
  }

  #flags(flags) {
    const count = flags.length;
    this.#line('flags', number(count), this.#dim(`${column('default')}rules`));
    for (const flag of flags.slice(0, MOST_FLAGS)) this.#item(flag.key, this.#flag(flag));
    if (count > MOST_FLAGS) this.#item('...', `and ${number(count - MOST_FLAGS)} more`);
  }

  #entity(kind, entity) {
    const [first, ...rest] = this.#portrait(kind, entity);
    this.#line(kind, entity.name, first);
    for (const line of rest) this.#item('', line);
  }

  #flag({ default_value, rules }) {
    const words = (rules ?? []).map((rule) => this.#words.rule(rule)).join('; ');
    const padding = words === '' ? '' : column('', this.#words.value(default_value).length);
    return `${this.#value(default_value)}${padding}${words}`;
  }

  #update({ entity, action, changes, ...rest }) {
    if (action === 'deleted') return this.#paint('red', 'deleted');
    if (action === 'changed') return changes.length > 0 ? this.#inOneLine(this.#changes(changes)) : UNSEEN;
    const added = `${this.#paint('green', 'added')}${column('', 'added'.length)}`;
    if (entity === 'flag') return `${added}default ${this.#flag(rest.flag)}`;
    return `${added}${this.#inOneLine(this.#portrait(entity, rest[entity]))}`;
  }

  /** All that is worth a look in a company or a user, a line for each kind of thing. */
  #portrait(kind, entity) {
    const aspects = aspectsOf(kind, entity).filter(({ field }) => field !== 'key' && field !== 'rule');
    return this.#byField(aspects, (aspect) => unbroken(`${this.#subject(aspect)}${this.#value(aspect.value)}`));
  }

  /** What changed, a line for each kind of thing. */
  #changes(changes) {
    return this.#byField(changes, (change) => this.#change(change));
  }

  #byField(aspects, describe) {
    const fields = [...new Set(aspects.map(({ field }) => field))];
    return fields.map((field) => {
      const parts = aspects.filter((aspect) => aspect.field === field).map(describe);
      return `${this.#dim(column(field))}${parts.join(this.#dim(', '))}`;
    });
  }

  #inOneLine(lines) {
    return lines.join(this.#dim(' · '));
  }

  #change({ field, item, period, from, to }) {
    if (field === 'rule') return this.#ruleChange(from, to);
    const subject = this.#subject({ item, period });
    return unbroken(`${subject}${this.#words.value(from)} ${this.#dim('→')} ${this.#value(to)}${this.#step(from, to)}`);
  }

  #ruleChange(from, to) {
    if (!from) return `${this.#words.rule(to)} ${this.#dim('(added)')}`;
    if (!to) return `${this.#words.rule(from)} ${this.#dim('(removed)')}`;
    const [shared, before, after] = withoutSharedStart(this.#words.rule(from), this.#words.rule(to));
    return `${shared}${before} ${this.#dim('→')} ${after}`;
  }

  #step(from, to) {
    if (typeof from !== 'number' || typeof to !== 'number') return '';
    return this.#dim(` (${to < from ? '−' : '+'}${number(Math.abs(to - from))})`);
  }

  #value(value) {
    const text = this.#words.value(value);
    return typeof value === 'boolean' ? this.#paint(value ? 'green' : 'yellow', text) : text;
  }

  #subject({ item, period }) {
    if (item === undefined) return '';
    return `${this.#words.name(item)}${period === undefined ? '' : this.#dim(` ${this.#words.period(period)}`)} `;
  }

  #dim(text) {
    return this.#paint('dim', text);
  }

  #fact(label, text) {
    this.#write(`  ${this.#dim(label.padEnd(13))}${wrap(text, 15, this.#stream.columns)}`);
  }

  #line(kind, name, text, nameStyle = 'bold') {
    const at = this.#dim(`+${this.#at.toFixed(1).padStart(5)}s`);
    this.#columns(`${at}  ${this.#paint(KIND_STYLES[kind], kind.padEnd(9))}`, name, text, nameStyle);
  }

  /** A line below the one it belongs to. */
  #item(name, text) {
    this.#columns(' '.repeat(NAME_COLUMN), name, text);
  }

  #columns(start, name, text, nameStyle) {
    const padding = ' '.repeat(Math.max(2, TEXT_COLUMN - NAME_COLUMN - name.length));
    this.#write(`${start}${this.#paint(nameStyle, name)}${padding}${wrap(text, TEXT_COLUMN, this.#stream.columns)}`);
  }

  #write(line) {
    this.#stream.write(`${line}\n`);
  }
}

/** `text` filled up to the width of a field, of which `used` is taken already. */
function column(text, used = 0) {
  return text.padEnd(FIELD_WIDTH - used);
}

function subjectInWords({ entity, keys }) {
  return keys ? `${entity} ${keysInWords(keys)}` : `all ${entity}`;
}

function keysInWords(keys) {
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

function errorInWords({ code, message }) {
  return `${code} ${message}`;
}

/** What two sentences have in common at their start, by whole words, and the rest of each. */
function withoutSharedStart(one, other) {
  const [left, right] = [one.split(' '), other.split(' ')];
  let shared = 0;
  while (shared < Math.min(left.length, right.length) - 1 && left[shared] === right[shared]) shared++;
  const start = left.slice(0, shared).join(' ');
  return [start && `${start} `, left.slice(shared).join(' '), right.slice(shared).join(' ')];
}
