import fc from 'fast-check';
import { ACTIONS, MEDDLING } from './actions';
import { PLACES, type Place } from './ambushes';
import { brokenRules, brokenRulesOfHistory } from './rules';
import { WalkWorld, type Circumstances } from './walk-world';

/** Something that happens now or, with `in`, when the client next calls that function of the user's. */
interface Step {
  do: string;
  amount: number;
  in?: Place;
}

/** How a walk goes on when all its steps are done. */
type Ending = 'close' | 'recover' | 'silence';

/** A client, what happens to it, and what becomes of it then. */
export interface Walk {
  circumstances: Circumstances;
  steps: readonly Step[];
  ending: Ending;
}

/** The frames of an error that are kept: each is searched for the key, and looked up in a source map for that. */
const FRAMES = 2;

/** No phase lasts longer without an answer: `pongTimeout`, and as much as a clock that was set back may hide. */
const LONGEST_SILENCE = 120_000;

/** The longest wait that the client's own rules know. */
const PATIENCE = 300_000;

const amount = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 40_000 }),
  fc.integer({ min: 0, max: 200_000 }),
  // Just when the time of a heartbeat has come.
  fc.constant(55_000),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom(...Object.keys(ACTIONS)), amount }) },
  // More connections and messages than chance alone would give, so that walks get beyond the dial.
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('start', 'finishKeys', 'accept', 'finishReady'), amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('deliver', 'finishMessage', 'advance', 'drop'), amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('send', 'stopTakingWrites', 'failReady'), amount }) },
  {
    weight: 4,
    arbitrary: fc.record({
      in: fc.constantFrom(...PLACES),
      do: fc.oneof(
        fc.constantFrom(...Object.keys(MEDDLING)),
        fc.constantFrom('throw', 'close', 'reconnect', 'restart'),
      ),
      amount,
    }),
  },
);

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  platform: fc.record({ page: fc.boolean(), pings: fc.boolean(), pauses: fc.boolean(), terminates: fc.boolean() }),
  auth: fc.constantFrom('header', 'query', 'subprotocol', 'message'),
  key: fc.constantFrom('constant', 'changing', 'promised'),
  hasReadyHandler: fc.boolean(),
  handlesSlowly: fc.boolean(),
  hasHooks: fc.boolean(),
  hasHeartbeat: fc.boolean(),
  hasLogger: fc.boolean(),
  hasSignal: fc.boolean(),
  maxReconnectAttempts: fc.constantFrom(1, 3, 10, Infinity),
  queueSize: fc.integer({ min: 1, max: 4 }),
});

/** How far a client is before chance takes over. */
const beginning = fc.constantFrom<readonly string[]>([], ['start'], ['start', 'finishKeys', 'accept', 'finishReady']);

/** Walks of so many steps. */
export function walks(maxLength: number): fc.Arbitrary<Walk> {
  const rest = fc.array(step, { maxLength, size: 'max' });
  return fc.record({
    circumstances,
    steps: fc
      .tuple(beginning, rest)
      .map(([names, steps]) => [...names.map((name) => ({ do: name, amount: 0 })), ...steps]),
    ending: fc.constantFrom('close', 'recover', 'silence'),
  });
}

/** Lives through a walk; throws at the first rule that a client breaks. Gives what there was to see. */
export async function live({ circumstances: given, steps, ending }: Walk): Promise<WalkWorld> {
  const world = new WalkWorld(given);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    for (const each of steps) {
      take(world, each);
      await check(world);
    }
    world.ambushes.clear();
    if (ending === 'recover') await recover(world);
    if (ending === 'silence') await outlastSilence(world);
    await end(world);
    return world;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function take(world: WalkWorld, { do: name, amount: much, in: place }: Step): void {
  const act = () => {
    // What a listener of an AbortSignal throws is the platform's to report: it never comes by the client.
    if (name === 'throw' && !place?.endsWith('Signal')) throw new Error('ambushed');
    ACTIONS[name]?.(world, much);
  };
  if (place) world.ambushes.lay(place, act);
  else act();
}

async function check(world: WalkWorld): Promise<void> {
  await settled();
  complain(brokenRules(world));
}

function complain(broken: string[]): void {
  if (broken.length > 0) throw new Error(broken.join('\n'));
}

/** Everything is well again: so is the client, unless the user has ended it for good. */
async function recover(world: WalkWorld): Promise<void> {
  const { client, platform } = world;
  const isEnded = world.option.signal.aborted && world.circumstances.hasSignal;
  world.wishes.length = world.waits.length = 0;
  platform.breaksNextWrite = false;
  platform.page?.goOnline();
  platform.page?.show();
  platform.page?.restore();
  for (let round = 0; round < 6 && !client.isReady(); round++) {
    // Time that stood still before it went on may let all attempts fail at once.
    ACTIONS['start']?.(world, 0);
    await check(world);
    if (client.state.status === 'waiting') outwait(world, client.state.delay);
    await help(world);
  }
  if (client.isReady() === isEnded) complain([`recover: ${client.state.status}, and the server accepts everybody`]);
  if (isEnded) return;
  await help(world);
  const { socket } = world;
  for (const each of platform.sockets) each.takeWrites();
  if (socket) world.deliver(socket);
  ACTIONS['send']?.(world, 0);
  await help(world);
  const heard = [
    world.handled.at(-1),
    socket?.sent.some((frame) => String(frame).includes(`"send":${world.calls.lastId},`)),
  ];
  if (heard[0] !== world.closesAtSending.length - 1) complain(['recover: the client is deaf']);
  if (!heard[1]) complain(['recover: the client is dumb']);
}

/** Whoever was waited for does his part. */
async function help(world: WalkWorld): Promise<void> {
  for (const name of ['finishKeys', 'accept', 'finishReady']) {
    ACTIONS[name]?.(world, 0);
    await settled();
  }
  // Handlers of connections that are long gone may still run.
  while (world.pendingReadies.length > 0) world.pendingReadies.shift()?.finish();
  await finishMessages(world);
}

async function finishMessages(world: WalkWorld): Promise<void> {
  while (world.pendingMessages.length > 0) {
    world.pendingMessages.shift()?.finish();
    await settled();
  }
  await check(world);
}

/** Nobody answers any more: whoever may give up does, and nobody waits for ever. */
async function outlastSilence(world: WalkWorld): Promise<void> {
  // A client that does not read cannot know that there is nothing to read.
  await finishMessages(world);
  const { client, platform, circumstances: given } = world;
  const canTell = given.platform.pings || given.hasHeartbeat || client.state.status !== 'ready';
  platform.page?.goOnline();
  platform.page?.show();
  for (let round = 0; round < 30 && client.state.status !== 'closed'; round++) {
    const before = client.state;
    outwait(world, before.status === 'waiting' ? before.delay : LONGEST_SILENCE);
    await check(world);
    if (client.state === before && canTell && before.status !== 'idle')
      complain([`silence: ${before.status} for ever`]);
  }
  const mayGiveUp = given.maxReconnectAttempts !== Infinity && canTell && client.state.status !== 'idle';
  if (mayGiveUp && client.state.status !== 'closed') complain([`silence: ${client.state.status} after 30 rounds`]);
}

/** Lets a wait pass; nobody has the patience for those that only a hook of the user's can ask for. */
function outwait(world: WalkWorld, delay: number): void {
  if (delay > PATIENCE) ACTIONS['reconnect']?.(world, 0);
  else world.platform.clock.advance(delay);
}

/** Closes the client, after which nothing is left of it. */
async function end(world: WalkWorld): Promise<void> {
  ACTIONS['close']?.(world, 0);
  await check(world);
  world.platform.clock.advance(80);
  await settled();
  complain([...brokenRules(world), ...brokenRulesOfHistory(world), ...world.calls.pending()]);
  if (world.platform.clock.timers > 0) complain([`${world.platform.clock.timers} timers are left`]);
}

/** Lets everything run that is already decided. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
