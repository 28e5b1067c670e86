import mitt from 'mitt';

/** An error of this library: thrown for the caller's mistake, emitted for the network's. */
class DatastreamError extends Error {
    constructor(code, message, { cause, retryable = false } = {}) {
        // One that is undefined would be shown by consoles all the same.
        super(message, cause === undefined ? undefined : { cause });
        this.name = 'DatastreamError';
        this.code = code;
        this.retryable = retryable;
    }
}
/** An option that is missing or wrong; thrown by the constructor. */
class InvalidOptionError extends DatastreamError {
    constructor(option, message) {
        super('INVALID_OPTION', message);
        this.name = 'InvalidOptionError';
        this.option = option;
    }
}
/** A connection that ended, or an upgrade that was refused. */
class ConnectionClosedError extends DatastreamError {
    constructor(code, message, ending, details) {
        super(code, message, details);
        this.name = 'ConnectionClosedError';
        Object.assign(this, ending);
    }
}
/** A received frame that could not be decoded, or a message that could not be encoded. */
class MalformedMessageError extends DatastreamError {
    constructor(message, data, details) {
        super('MALFORMED_MESSAGE', message, details);
        this.name = 'MalformedMessageError';
        Object.defineProperty(this, 'data', { value: data });
    }
}
/** An error after which the client goes on. */
function goesOn(code, message, cause) {
    return new DatastreamError(code, message, { cause, retryable: true });
}
/** Something that took longer than an option allows. */
function timedOut(code, what, option, timeout) {
    return goesOn(code, `${what} within ${option} (${timeout} ms)`);
}
/** A function of the user's that threw or rejected, by the name of its option. */
function optionFailed(code, option, cause) {
    return goesOn(code, `Option "${option}" failed`, cause);
}
/** An error in a line of text. */
function describe({ code, message }) {
    return `${code}: ${message}`;
}
/** Writes down whether the client went on after `error`, which only the judgement of a loss decides. */
function settleRetryable(error, retryable) {
    error.retryable = retryable;
}

/**
 * Calls a function that is not ours: what it throws, or what its promise rejects with, goes to `failed` and no further.
 * Returns what it returned, or a promise that never rejects.
 */
function guarded(failed, call, ...args) {
    try {
        const result = call(...args);
        return isThenable(result) ? result.then(undefined, failed) : result;
    }
    catch (cause) {
        return failed(cause);
    }
}
/** Whether a call has given a promise, of whatever make. */
function isThenable(value) {
    return typeof value?.then === 'function';
}
/** What is done where there is nothing to do. */
const nothing = () => undefined;

/** How many errors a reader that does not read keeps. */
const CAPACITY = 100;
/** `left` is called when nothing more is to be pushed. */
function errorReader(left) {
    const kept = [];
    let isOver = false;
    let wake = nothing;
    const end = () => {
        isOver = true;
        left();
        wake();
    };
    async function* read() {
        for (;;) {
            const error = kept.shift();
            if (error)
                yield error;
            else if (isOver)
                return undefined;
            else
                await new Promise((resolve) => (wake = resolve));
        }
    }
    const errors = read();
    // A generator that waits would not hear that its reader has left.
    const leave = errors.return.bind(errors);
    errors.return = () => {
        kept.length = 0;
        end();
        return leave(undefined);
    };
    return {
        errors,
        push(error) {
            if (kept.push(error) > CAPACITY)
                kept.shift();
            wake();
        },
        end,
    };
}

const always = () => true;
/** mitt lets a listener that throws keep the others from hearing, and knows no `once`: hence a wrapper around each. */
function isolated(emitter, failed) {
    let mayHear = always;
    const wrappers = (type) => (emitter.all.get(type) ?? []);
    return {
        has: (type) => wrappers(type).length > 0,
        add(type, listener, isOnce) {
            const wrapper = (event) => {
                if (!mayHear())
                    return;
                if (isOnce)
                    off();
                guarded((cause) => failed(type, cause), listener, event);
            };
            wrapper.listener = listener;
            const off = () => emitter.off(type, wrapper);
            emitter.on(type, wrapper);
            return off;
        },
        off(type, listener) {
            const wrapper = wrappers(type).find((one) => one.listener === listener);
            if (wrapper)
                emitter.off(type, wrapper);
        },
        emit(type, event, mayHearNow = always) {
            const outer = mayHear;
            mayHear = mayHearNow;
            emitter.emit(type, event);
            mayHear = outer;
        },
    };
}

/** Text of the peer's or of the platform's without characters that could forge a line of a log: controls, line and paragraph separators. */
function printable(text) {
    return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** A `Log` on the user's logger. A logger that throws must not take the connection down with it. */
function logTo(logger) {
    return (level, message) => void guarded(nothing, () => logger?.[level](`datastream: ${printable(message)}`));
}

/** The one line that a log shows for a state; `url` is the one that is dialled, without its query. */
function describeState(state, url) {
    if (state.status === 'waiting') {
        const { attempt, delay, error, paused } = state;
        return ['warn', `${describe(error)}; attempt ${attempt} ${paused ?? `in ${delay / 1000} s`}`];
    }
    if ('attempt' in state) {
        return [state.status === 'ready' ? 'info' : 'debug', `${state.status}: ${url} (attempt ${state.attempt})`];
    }
    return 'error' in state && state.error ? ['error', `closed: ${describe(state.error)}`] : ['info', state.status];
}

/** `url` stands in the log; `report` is told what nobody else would hear. */
function announcer(emitter, url, logger, report) {
    /** For errors that happen now. What is queued goes to those that were there when it happened. */
    let readers = new Set();
    const queue = [];
    let isBusy = false;
    const log = logTo(logger);
    const listeners = isolated(emitter, (type, cause) => 
    // A listener of errors that fails would be told of its own failure, for ever.
    announceError(goesOn('LISTENER_FAILED', `A listener of "${type}" failed`, cause), type !== 'error'));
    const tell = (error, heardBy, isHeard = listeners.has('error')) => {
        // What nobody listens to must not go unnoticed.
        if (!isHeard && !logger && (!error.retryable || /^(HAND|LIST)/.test(error.code))) {
            guarded(nothing, report, `schematic-datastream-ws: ${printable(describe(error))}`);
        }
        for (const reader of heardBy)
            reader.push(error);
        if (isHeard)
            listeners.emit('error', error);
    };
    /** Announces what `act` queues, unless that is under way: then it follows, and nobody hears things out of order. */
    const announceAfter = (act) => {
        const isOutermost = !isBusy;
        isBusy = true;
        try {
            act();
        }
        finally {
            if (isOutermost) {
                for (const announce of queue)
                    announce();
                queue.length = 0;
                isBusy = false;
            }
        }
    };
    const announceError = (error, mayBeHeard = true) => {
        const heardBy = readers;
        queue.push(() => {
            log('error', describe(error));
            tell(error, heardBy, mayBeHeard && listeners.has('error'));
        });
        announceAfter(nothing);
    };
    return {
        listeners,
        log,
        error: announceError,
        change(state, loss, act) {
            const heardBy = readers;
            const isEnd = state.status === 'closed';
            if (isEnd)
                readers = new Set();
            queue.push(() => {
                for (const error of new Set([loss, isEnd ? state.error : undefined]))
                    if (error)
                        tell(error, heardBy);
                log(...describeState(state, url));
                listeners.emit('state', state);
                listeners.emit(state.status, state);
                if (isEnd)
                    for (const reader of heardBy)
                        reader.end();
            });
            announceAfter(act);
        },
        read(state) {
            const reader = errorReader(() => readers.delete(reader));
            readers.add(reader);
            if (state.status === 'closed') {
                if (state.error)
                    reader.push(state.error);
                reader.end();
            }
            return reader.errors;
        },
    };
}

/** What can travel as a key on every way that a strategy may take, in words. */
const KEY_CHARACTERS = 'printable ASCII without spaces';
/** Whether a value can travel so. */
function isApiKey(value) {
    return typeof value === 'string' && /^[!-~]+$/.test(value);
}

/** A timer that fires later than this did not measure waiting: the process slept, or its loop was blocked. */
const LATE_AFTER = 1000;
/** What a peer gets to show itself after such a gap. */
const GRACE = 5000;
/** The time that a peer gets to answer after a gap in our own time, in milliseconds. */
function graceFor(timeout) {
    return Math.min(GRACE, timeout);
}
/** Runs `task` after `delay` milliseconds, once bytes that already arrived are read, and tells it how late that is. */
function afterReading(clock, delay, task) {
    const due = clock.now() + delay;
    let cancel = clock.after(delay, () => {
        const late = Math.abs(clock.now() - due);
        cancel = clock.afterRead(() => task(late));
    });
    return () => cancel();
}
/**
 * Calls `missed` when `timeout` milliseconds have passed in which the process could have noticed an answer: a timer
 * that fires late gets a period of grace.
 */
function deadline(clock, timeout, missed) {
    let cancel = afterReading(clock, timeout, (late) => {
        if (late > LATE_AFTER)
            cancel = afterReading(clock, graceFor(timeout), missed);
        else
            missed();
    });
    return () => cancel();
}

/** A text in which nobody can read the key, though a server or a platform repeats it as it came or as a URL has it. */
function redact(text, apiKey) {
    if (!apiKey)
        return text;
    const forms = [apiKey, encodeURIComponent(apiKey), String(new URLSearchParams([['', apiKey]])).slice(1)];
    return forms.reduce((redacted, form) => redacted.replaceAll(form, '<key>'), text);
}
/** An error of somebody else's, or one that says the same without the key. */
function redactError(error, apiKey) {
    if (!(error instanceof Error))
        return error;
    const message = redact(error.message, apiKey);
    if (message === error.message)
        return error;
    return Object.assign(new Error(message), 'code' in error && { code: error.code });
}

/** Sent by the server after an upgrade that it accepted, when the key turns out wrong (protocol, section 1.6). */
const UNAUTHORIZED_CLOSURE = 4001;
/** The error that tells, without the key, how a socket ended: why it never opened, or what closed it. */
function errorFromEnding({ code: closeCode, reason: given, error, failure }, wasOpen, endpoint, apiKey) {
    const cause = redactError(error, apiKey);
    const details = { retryable: true, cause };
    if (failure) {
        const { code, message, ...ending } = failure;
        if (code === 'TLS_FAILED')
            return new DatastreamError(code, message, details);
        return new ConnectionClosedError(code, message, ending, details);
    }
    const why = cause ? `: ${printable(cause.message)}` : '';
    const isRejected = closeCode === UNAUTHORIZED_CLOSURE;
    if (!wasOpen && !isRejected)
        return new DatastreamError('CONNECT_FAILED', `Cannot connect to ${endpoint}${why}`, details);
    const reason = redact(given, apiKey);
    return new ConnectionClosedError(isRejected ? 'UNAUTHORIZED' : 'CONNECTION_CLOSED', `${isRejected ? 'API key rejected' : 'Connection closed'} (${closeCode}${reason && `: ${printable(reason)}`})${why}`, { closeCode, reason }, details);
}

/**
 * The datastream URL that belongs to an API URL (protocol, section 1.1): `https://api.x.com` is dialled as
 * `wss://datastream.x.com/datastream`; a `ws:` or `wss:` URL keeps its host and path. Nothing, when it is not a URL, or its
 * scheme none of http, https, ws and wss.
 */
function endpoint(apiUrl) {
    try {
        const url = new URL(apiUrl);
        const [, kind, secure] = /^(http|ws)(s?):/.exec(url.protocol) ?? [];
        if (!kind || typeof apiUrl !== 'string')
            return undefined;
        if (kind === 'http') {
            url.protocol = `ws${secure}`;
            url.hostname = url.hostname.replace(/^api\./, 'datastream.');
            url.pathname = '/datastream';
        }
        // A page may not open a socket to a URL with a fragment or with credentials in it.
        url.hash = url.username = url.password = '';
        return url.href;
    }
    catch {
        return undefined;
    }
}
/** A URL as it may be shown: keys and tokens travel in the query and in the credentials. */
function withoutSecrets(url) {
    return url.replace(/[?#].*/s, '').replace(/\/\/[^/@]*@/, '//');
}
/** Whether a socket URL, as `endpoint` gives it, leaves this machine unencrypted, for whoever listens to read. */
function isExposed(url) {
    return /^ws:\/\/(?!([^/]+\.)?localhost[:/]|127[.\d]+[:/]|\[::1\])/.test(url);
}

/** A page can do none of what these options ask for, so that it need not check them either. */
const optionRules = {};
/** For a platform of somebody else's, since this one sends none. */
const mergeHeaders = (...sources) => Object.assign({}, ...sources);
const after = (delay, task) => {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
};
const clock = {
    now: () => Date.now(),
    after,
    // A page cannot ask whether there is something to read: a turn of its event loop is what there is.
    afterRead: (task) => after(0, task),
};
// Looked up at each use, since nothing may be touched at import.
const globals = () => globalThis;
const page = {
    get isOnline() {
        return globals().navigator?.onLine !== false;
    },
    get isVisible() {
        return globals().document?.visibilityState !== 'hidden';
    },
    watch: (listener) => watchPage(globals(), listener),
};
function watchPage(window, { online, offline, kept, restored, woke }) {
    const { document } = window;
    const ifKept = (told) => (event) => {
        if (event.persisted)
            told();
    };
    const signals = [
        [window, 'online', online],
        [window, 'offline', offline],
        [window, 'pagehide', ifKept(kept)],
        [window, 'pageshow', ifKept(restored)],
        [document, 'visibilitychange', () => page.isVisible && woke()],
        [document, 'resume', woke],
    ];
    const each = (method) => {
        for (const [target, type, told] of signals)
            target?.[method]?.(type, told);
    };
    each('addEventListener');
    return () => each('removeEventListener');
}
/** The longest time between two looks at a socket that has not sent everything yet, in milliseconds: it tells nobody when it has. */
const LONGEST_LOOK = 20;
/**
 * A global `WebSocket` as the client knows sockets, looked up now: a polyfill may come late. `offer` is the second
 * argument, which may be more than subprotocols where that is no browser.
 */
function openSocket({ url, protocols }, listener, offer = protocols) {
    const webSocket = new globalThis.WebSocket(url, offer);
    const undrained = [];
    /** Bytes that were handed to the socket, as its `bufferedAmount` counts them. */
    let accepted = 0;
    let stopLooking = () => undefined;
    const settleDrained = (nextLook) => {
        const drained = accepted - webSocket.bufferedAmount;
        for (const [end, done] of [...undrained]) {
            if (end > drained)
                break;
            undrained.shift();
            done();
        }
        if (undrained.length > 0) {
            stopLooking = after(nextLook, () => settleDrained(Math.min(LONGEST_LOOK, nextLook * 2 + 1)));
        }
    };
    webSocket.binaryType = 'arraybuffer';
    webSocket.onopen = () => listener.opened();
    webSocket.onmessage = ({ data }) => {
        const frame = typeof data === 'string' ? data : new Uint8Array(data);
        listener.received(frame, frame.length);
    };
    webSocket.onclose = ({ code, reason }) => {
        stopLooking();
        listener.ended({ code, reason });
    };
    return {
        send(data, done) {
            const before = webSocket.bufferedAmount;
            webSocket.send(data);
            // Nothing drains while a script runs: the difference is the size of this message, framed or not.
            accepted += webSocket.bufferedAmount - before;
            undrained.push([accepted, done]);
            stopLooking();
            settleDrained(0);
        },
        close: (code, reason) => webSocket.close(code, reason),
        /** A page cannot end a socket by force: it detaches itself and leaves the rest to the browser. */
        terminate() {
            stopLooking();
            webSocket.onopen = webSocket.onmessage = webSocket.onclose = null;
            webSocket.close();
        },
    };
}
/** Every runtime with a global `WebSocket`. */
const platform = {
    clock,
    sendsHeaders: false,
    random: () => Math.random(),
    open: (request, listener) => openSocket(request, listener),
    report: (line) => console.error(line),
    page,
};

/** The request for one socket: what this client says of itself, how it proves itself, and what the user adds. */
function handshake(settings, { headers, query, protocols }) {
    const url = new URL(settings.endpoint);
    for (const [name, value] of Object.entries(query ?? {}))
        url.searchParams.set(name, value);
    return {
        url: url.href,
        protocols: protocols ?? [],
        headers: mergeHeaders(headers, settings.headers),
        compression: settings.compression ?? false,
        tls: settings.tls,
        agent: settings.agent,
    };
}

/** How often silence is measured, in milliseconds: a process that slept is noticed within this time of its waking. */
const TICK = 1000;
/** How many gaps in our own time in a row are forgiven before the silence counts all the same. */
const LATE_PROBES = 3;
/** Pings at its interval, and gives up after a silence. */
function startHeartbeat({ platform: { clock }, pingInterval, pongTimeout }, { ask, activity, isPaused, isHidden }, silent) {
    const tick = Math.min(TICK, pongTimeout / 20);
    /** The time at which this turn began. */
    let now = clock.now();
    let pingAt = now + pingInterval;
    let heardAt;
    let verdictAt;
    let heard;
    let lateProbes;
    let askedAt;
    let roundTripTime;
    let isStopped = false;
    let cancel;
    const hear = () => {
        heard = activity();
        heardAt = now;
        verdictAt = now + pongTimeout;
        lateProbes = 0;
    };
    const listen = () => {
        now = clock.now();
        if (activity() !== heard || isPaused())
            hear();
    };
    // A clock that was set back says as little as one that has jumped ahead.
    const isStale = () => Math.abs(now - heardAt) > pingInterval;
    const arm = () => {
        // The question may have led the user to close the client.
        if (isStopped)
            return;
        const delay = ask ? Math.min(tick, pingAt - now, verdictAt - now) : tick;
        cancel = afterReading(clock, Math.max(0, delay), judge);
    };
    const askNow = () => {
        pingAt = now + pingInterval;
        // Answers come in the order of the pings, so the next one belongs to the oldest.
        askedAt ?? (askedAt = now);
        ask?.();
    };
    const probe = () => {
        askNow();
        lateProbes++;
        verdictAt = now + graceFor(pongTimeout);
    };
    /** Asks when it is time to; after sleep, a blocked loop or a clock that was set, before it judges. */
    const isDead = (hasGap) => {
        if (hasGap && lateProbes < LATE_PROBES)
            probe();
        else if (now >= verdictAt)
            return true;
        else if (now >= pingAt)
            askNow();
        return false;
    };
    const judge = (late) => {
        listen();
        const hasGap = late > Math.min(LATE_AFTER, pingInterval);
        // Where nothing can be asked, a page that nobody looks at is left alone until somebody does.
        if (ask ? isDead(hasGap) : hasGap && !isHidden() && isStale())
            silent();
        else
            arm();
    };
    hear();
    arm();
    return {
        roundTripTime: () => roundTripTime,
        stop() {
            isStopped = true;
            cancel();
        },
        ponged() {
            now = clock.now();
            if (askedAt !== undefined)
                roundTripTime = Math.max(0, now - askedAt);
            askedAt = undefined;
            hear();
        },
        wake() {
            listen();
            if (isStale()) {
                if (!ask)
                    return silent();
                probe();
            }
            // The gap has been dealt with: the timer that it made late must not find it again.
            cancel();
            arm();
        },
    };
}

/** The error of a message that is not sent because its connection has ended. */
function connectionEnded(cause) {
    return goesOn('CONNECTION_CLOSED', 'The connection ended first', cause);
}
/** `stalled` is called when a message was not taken within `timeout` milliseconds. */
function outbox(clock, timeout, stalled) {
    /** In the order in which they were accepted. */
    const waiting = new Set();
    let cancelDeadline = nothing;
    /** One timer, for the message that has waited longest; what it has not waited for is the time of the next. */
    const watch = (watched, delay) => {
        cancelDeadline = deadline(clock, delay, () => {
            const [oldest = watched] = waiting;
            if (oldest !== watched) {
                const left = oldest.acceptedAt + timeout - clock.now();
                // Also when the clock was set meanwhile, the wait is no longer than the timeout.
                return watch(oldest, Math.min(Math.max(0, left), timeout));
            }
            const error = timedOut('WRITE_TIMEOUT', 'Not sent', 'writeTimeout', timeout);
            // All that were accepted at one time; those behind them end with their connection.
            for (const message of waiting) {
                if (message.acceptedAt !== watched.acceptedAt)
                    break;
                waiting.delete(message);
                message.reject(error);
            }
            stalled(error);
        });
    };
    return {
        accept: (send) => new Promise((resolve, reject) => {
            const message = { acceptedAt: clock.now(), reject };
            const handed = (error) => {
                if (waiting.delete(message) && waiting.size === 0)
                    cancelDeadline();
                if (error)
                    reject(connectionEnded(error));
                else
                    resolve();
            };
            if (waiting.add(message).size === 1)
                watch(message, timeout);
            try {
                send(handed);
            }
            catch (error) {
                handed(error);
            }
        }),
        fail() {
            for (const message of waiting)
                message.reject(connectionEnded());
            waiting.clear();
            cancelDeadline();
        },
    };
}

/** What a close handshake gets before the socket is ended by force, in milliseconds. */
const CLOSE_TIMEOUT = 80;
/** RFC 6455, section 7.4.1. */
const NORMAL_CLOSURE = 1000;
/** From the range for applications, the only one that a page may use: this side gave the connection up. */
const ABANDONED_CLOSURE = 4000;
/**
 * The contract of a transport over any WebSocket that a platform opens, which it does in this same turn.
 *
 * @throws what the platform throws for a request that can never work
 */
function openTransport(platform, request, writeTimeout, listener) {
    const { clock } = platform;
    const messages = outbox(clock, writeTimeout, listener.stalled);
    let isOpen = false;
    let isPaused = false;
    let isEnded = false;
    let closed;
    /** Set while `close` waits for the end of the socket. */
    let whenEnded = nothing;
    const end = () => {
        isEnded = true;
        messages.fail();
        whenEnded();
    };
    const socket = platform.open(request, {
        ...listener,
        opened() {
            isOpen = true;
            listener.opened();
        },
        ended(ending) {
            end();
            listener.ended(ending);
        },
    });
    const resume = () => {
        if (isPaused)
            socket.resume?.();
        isPaused = false;
    };
    return {
        bytesReceived: () => socket.bytesReceived,
        isPaused: () => isPaused,
        send: (data) => messages.accept((handed) => socket.send(data, handed)),
        ping: socket.ping && (() => socket.ping?.()),
        pause() {
            if (!socket.pause)
                return false;
            if (!isPaused)
                socket.pause();
            return (isPaused = true);
        },
        resume,
        close(reason = '') {
            if (reason)
                messages.fail();
            return (closed ?? (closed = new Promise((resolve) => {
                if (isEnded)
                    return resolve();
                const cancel = clock.after(CLOSE_TIMEOUT, () => {
                    socket.terminate?.();
                    end();
                });
                whenEnded = () => {
                    cancel();
                    resolve();
                };
                // A paused socket would not read the answer to the close frame.
                resume();
                if (!isOpen && socket.terminate)
                    socket.terminate();
                else
                    socket.close(reason ? ABANDONED_CLOSURE : NORMAL_CLOSURE, reason);
            })));
        },
    };
}

/** How long a key provider may take, in milliseconds. */
const PROVIDER_TIMEOUT = 10000;
/** A connection that is not opened yet. */
function connection(settings, listener) {
    const { apiKey, auth, platform, pongTimeout } = settings;
    const { clock } = platform;
    const address = withoutSecrets(settings.endpoint);
    let key;
    let transport;
    let heartbeat;
    let readyHandler;
    let frames = 0;
    let isOpen = false;
    let isOver = false;
    let cancelDeadline = nothing;
    const end = (error) => {
        isOver = true;
        cancelDeadline();
        heartbeat?.stop();
        return transport?.close(error?.code);
    };
    const lose = (error) => {
        if (isOver)
            return;
        void end(error);
        listener.lost(error);
    };
    /** Calls a function of the user's. Each may end the connection, and what it returns means nothing then. */
    const attempt = (code, option, call) => {
        const result = guarded((cause) => lose(optionFailed(code, option, redactError(cause, key))), call);
        return isOver ? undefined : result;
    };
    /** Begins a phase that has to end in time. */
    const within = (timeout, option, code, what) => {
        cancelDeadline();
        cancelDeadline = deadline(clock, timeout, () => lose(timedOut(code, what, option, timeout)));
    };
    const send = (data) => transport && !isOver ? transport.send(data) : Promise.reject(connectionEnded());
    /** Sends a message that nobody waits for: if it does not arrive, the connection is lost, and that is told once. */
    const sendOwn = (code, option, build) => attempt(code, option, () => {
        const message = build();
        if (isThenable(message)) {
            message.then(undefined, nothing);
            throw new TypeError('A promise cannot be sent');
        }
        send(settings.encode(message)).catch(nothing);
    });
    const opened = (authorization) => {
        const { heartbeat: own } = settings;
        cancelDeadline();
        isOpen = true;
        heartbeat = startHeartbeat(settings, {
            ask: transport?.ping ?? (own && (() => sendOwn('HANDLER_FAILED', 'heartbeat', own.message))),
            activity: () => transport?.bytesReceived() ?? frames,
            isPaused: () => transport?.isPaused() ?? false,
            isHidden: () => platform.page?.isVisible === false,
        }, () => lose(timedOut('PONG_TIMEOUT', 'Nothing received', 'pongTimeout', pongTimeout)));
        // What authenticates the connection goes out before anything else.
        if ('firstMessage' in authorization) {
            sendOwn('CREDENTIALS_FAILED', 'auth', () => authorization.firstMessage);
        }
        if (!isOver)
            listener.opened();
    };
    const dial = (given) => {
        if (isOver)
            return;
        if (!isApiKey(given)) {
            return lose(optionFailed('CREDENTIALS_FAILED', 'apiKey', new TypeError(`It gave no ${KEY_CHARACTERS}`)));
        }
        key = given;
        within(settings.connectTimeout, 'connectTimeout', 'CONNECT_TIMEOUT', `No connection to ${address}`);
        const authorization = attempt('CREDENTIALS_FAILED', 'auth', () => {
            const made = auth.authorize(given);
            if (Object(made) !== made)
                throw new TypeError('It gave no object');
            return made;
        });
        if (!authorization)
            return;
        const cannotOpen = (cause) => lose(goesOn('CONNECT_FAILED', `Cannot connect to ${address}`, redactError(cause, key)));
        guarded(cannotOpen, () => {
            transport = openTransport(platform, handshake(settings, authorization), settings.writeTimeout, {
                opened: () => isOver || opened(authorization),
                received(data, size) {
                    frames++;
                    if (!isOver)
                        listener.received(data, size);
                },
                ponged: () => heartbeat?.ponged(),
                stalled: lose,
                ended: (ending) => lose(errorFromEnding(ending, isOpen, address, key)),
            });
        });
    };
    return {
        roundTripTime: () => heartbeat?.roundTripTime(),
        open() {
            within(PROVIDER_TIMEOUT, 'its time', 'CREDENTIALS_FAILED', 'Option "apiKey" gave nothing');
            const given = attempt('CREDENTIALS_FAILED', 'apiKey', () => (typeof apiKey === 'string' ? apiKey : apiKey()));
            if (isThenable(given))
                void given.then(dial);
            else
                dial(given);
        },
        initialize(handler, timeout) {
            if (!handler)
                return listener.readied();
            const { signal } = (readyHandler = new AbortController());
            within(timeout, 'readyTimeout', 'READY_TIMEOUT', 'Not ready');
            void Promise.resolve(attempt('READY_FAILED', 'connectionReadyHandler', () => handler({ signal }))).then(() => {
                if (isOver)
                    return;
                cancelDeadline();
                listener.readied();
            });
        },
        send,
        pause: () => transport?.pause() ?? true,
        resume: () => transport?.resume(),
        wake: () => heartbeat?.wake(),
        close(error) {
            const ended = end(error);
            readyHandler?.abort();
            return ended ?? Promise.resolve();
        },
    };
}

/** Reads a frame as JSON; a binary frame is UTF-8 text. Every JSON value is a message, `null` included. */
function decodeJson(data) {
    return JSON.parse(typeof data === 'string' ? data : new TextDecoder('utf-8', { fatal: true }).decode(data));
}
/** Writes a message as JSON. */
function encodeJson(message) {
    const text = JSON.stringify(message);
    if (text === undefined)
        throw new TypeError(`A message of type ${typeof message} has no JSON form`);
    return text;
}

/** An inbox that hands its messages to the `messageHandler`. */
function inbox({ decode, messageHandler, queueSize }, counts, listener) {
    /** The next frame last: two stacks make a queue of which both ends cost the same, however long it is. */
    let ahead = [];
    let behind = [];
    let isHandling = false;
    let isFull = false;
    let run = newRun(listener);
    const depth = () => ahead.length + behind.length;
    const take = () => {
        if (ahead.length === 0 && behind.length > 0) {
            ahead = behind.reverse();
            behind = [];
        }
        return ahead.pop();
    };
    /** Returns what the handler returned, or nothing. */
    const handle = (frame) => {
        const { context, failed, mayHear } = run;
        const frameContext = typeof frame === 'string' ? context.text : context.binary;
        let message;
        try {
            message = decode(frame, frameContext.type);
        }
        catch (cause) {
            return listener.failed(malformedError(frame, cause, decode === decodeJson));
        }
        // A decoder may have closed the client, after which nothing is delivered.
        if (!mayHear())
            return undefined;
        const pending = guarded(failed, messageHandler, message, frameContext);
        if (mayHear())
            listener.delivered(message, mayHear);
        return pending;
    };
    const handleFrom = (first) => {
        isHandling = true;
        for (let frame = first; frame !== undefined; frame = take()) {
            const pending = handle(frame);
            if (isFull && depth() <= queueSize / 2) {
                isFull = false;
                listener.drained();
            }
            if (isThenable(pending))
                return void pending.then(handleNext);
        }
        isHandling = false;
    };
    const handleNext = () => handleFrom(take());
    return {
        depth,
        receive(frame, size) {
            counts.messages++;
            counts.bytes += size;
            if (!isHandling)
                return handleFrom(frame);
            behind.push(frame);
            if (depth() < queueSize)
                return;
            isFull = true;
            listener.filled(depth());
        },
        end() {
            counts.discarded += depth();
            ahead = [];
            behind = [];
            isFull = false;
            const { end } = run;
            run = newRun(listener);
            return end();
        },
    };
}
/** What handlers are given between a start of the client and its close. */
function newRun({ failed }) {
    const controller = new AbortController();
    const { signal } = controller;
    // A variable of our own: asking the signal costs more than all the rest of a message.
    let isOver = false;
    const text = { signal, type: 'text' };
    const binary = { signal, type: 'binary' };
    return {
        context: { text, binary },
        mayHear: () => !isOver,
        /** A handler that gives up when its signal tells it to has not failed. */
        failed: (cause) => {
            if (!isOver)
                failed(optionFailed('HANDLER_FAILED', 'messageHandler', cause));
        },
        end: () => {
            isOver = true;
            return () => controller.abort();
        },
    };
}
/** The engine's own words about JSON quote the frame, so they are no cause to pass on. */
function malformedError(frame, cause, isSecret) {
    const error = cause instanceof MalformedMessageError
        ? cause
        : new MalformedMessageError(`A frame of ${frame.length} cannot be decoded`, frame, {
            cause: isSecret ? undefined : cause,
        });
    settleRetryable(error, true);
    return error;
}

/** Options whose values must not be shown: they are secrets, or carry some. */
const SECRET = /^(apiKey|headers|tls)$/;
/**
 * Holds an option to what it must be.
 *
 * @throws InvalidOptionError that names the option, what it must be and, unless it is secret, what it is
 */
function demand(isMet, option, expected, value) {
    if (!isMet)
        throw new InvalidOptionError(option, `Option "${option}" must be ${expected}, got ${show(option, value)}`);
}
function show(option, value) {
    const type = typeof value;
    if (SECRET.test(option) || Object(value) === value)
        return type;
    return type === 'string' ? JSON.stringify(withoutSecrets(value)) : String(value);
}

/** Sends the key in the `X-Schematic-Api-Key` header (protocol, section 1.2). The default wherever headers can be sent. */
function headerAuth() {
    return strategy('header', (apiKey) => ({ headers: { 'X-Schematic-Api-Key': apiKey } }), true);
}
/**
 * Sends the key in the query of the URL. It ends up in access logs: use a publishable key or a short-lived token.
 *
 * @param options.name - the query parameter, `apiKey` by default
 */
function queryAuth({ name = 'apiKey' } = {}) {
    return strategy('query', (apiKey) => ({ query: { [name]: apiKey } }));
}
/**
 * Offers `protocol` and, beside it, a subprotocol that carries the key in base64url, whose characters are the ones that
 * a subprotocol may have (RFC 7230, token). The server has to select the plain `protocol`.
 *
 * @throws InvalidOptionError when `protocol` is no token
 */
function subprotocolAuth({ protocol }) {
    demand(/^[\w!#$%&'*+.^`|~-]+$/.test(protocol), 'protocol', 'a token (RFC 7230)', protocol);
    return strategy('subprotocol', (apiKey) => ({
        protocols: [protocol, `base64url.bearer.${protocol}.${base64url(apiKey)}`],
    }));
}
/** Sends the message that `build` makes of the key before anything else on each connection. */
function messageAuth(build) {
    return strategy('message', (apiKey) => ({ firstMessage: build(apiKey) }));
}
function strategy(name, authorize, needsHeaders = false) {
    return { name, needsHeaders, authorize };
}
/** Of a key, which is ASCII. */
function base64url(apiKey) {
    return btoa(apiKey).replace(/\W/g, (digit) => ({ '+': '-', '/': '_' })[digit] ?? '');
}

/**
 * The n-th wait of a count of attempts, in milliseconds: a ladder of windows, in each of which a client keeps its place,
 * so that a fleet that lost its server together stays spread. 1 to 5 s, then 5 to 10, 10 to 20, 20 to 30 by default.
 */
function backoff(attempt, { phase, min, max }) {
    // A power of two overflows to Infinity, which the maximum catches: no exponent is too large.
    const upperEnd = (n) => Math.min(max, 5 * min * 2 ** (n - 1));
    const start = attempt <= 1 ? min : upperEnd(attempt - 1);
    return start + phase * (upperEnd(attempt) - start);
}

/** The longest delay of a timer, in milliseconds: it has 31 bits, and what does not fit would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

const isFunction = (value) => typeof value === 'function';
/** A function. */
const aFunction = (byDefault) => ['a function', isFunction, byDefault];
/** A time that a timer can hold. */
const aDuration = (byDefault) => [
    `a positive number of milliseconds, at most ${LONGEST_DELAY}`,
    (value) => typeof value === 'number' && value > 0 && value <= LONGEST_DELAY,
    byDefault,
];
/** A whole number, `Infinity` among them where it is not more than `most`. */
const aCount = (least, most, byDefault) => [
    `a whole number from ${least} to ${most}`,
    (value) => typeof value === 'number' && value >= least && value <= most && !(value % 1),
    byDefault,
];
/** Something that can be called by these names. */
const withMethods = (names, byDefault) => [
    `an object with ${names}`,
    (value) => names.split(', ').every((name) => isFunction(value?.[name])),
    byDefault,
];

/** Every option by its rule, those of the platform apart. */
const RULES = {
    url: ['an http(s) or ws(s) URL', endpoint, null],
    apiKey: [`${KEY_CHARACTERS}, or a function`, (value) => typeof value === 'function' || isApiKey(value), null],
    messageHandler: aFunction(null),
    connectionReadyHandler: aFunction(),
    logger: withMethods('debug, info, warn, error'),
    maxReconnectAttempts: aCount(0, Infinity, 10),
    minReconnectDelay: aDuration(),
    maxReconnectDelay: aDuration(30000),
    pongTimeout: aDuration(60000),
    pingInterval: aDuration(),
    writeTimeout: aDuration(10000),
    connectTimeout: aDuration(30000),
    readyTimeout: aDuration(30000),
    stableAfter: aDuration(10000),
    queueSize: aCount(1, Number.MAX_SAFE_INTEGER, 1000),
    auth: withMethods('authorize'),
    heartbeat: withMethods('message'),
    backoff: aFunction(backoff),
    shouldReconnect: aFunction(),
    decode: aFunction(decodeJson),
    encode: aFunction(encodeJson),
    signal: withMethods('addEventListener, removeEventListener'),
    platform: withMethods('open', platform),
    ...optionRules,
};
/**
 * Checks every option and fills in every default, once.
 *
 * @throws InvalidOptionError that names the option and, unless it is secret, its value
 */
function resolveOptions(options) {
    const settings = holdToRules(options);
    const { auth, maxReconnectDelay: max, platform, pongTimeout, unref } = settings;
    const { minReconnectDelay = Math.min(1000, max), pingInterval = pongTimeout * 0.9 } = settings;
    const { sendsHeaders } = platform;
    demand(minReconnectDelay <= max, 'minReconnectDelay', `at most maxReconnectDelay (${max})`, minReconnectDelay);
    demand(pingInterval < pongTimeout, 'pingInterval', `less than pongTimeout (${pongTimeout})`, pingInterval);
    demand(sendsHeaders || !auth?.needsHeaders, 'auth', 'queryAuth() or the like: this platform sends no headers', `${auth?.name ?? ''}Auth()`);
    return {
        ...settings,
        minReconnectDelay,
        pingInterval,
        auth: auth ?? (sendsHeaders ? headerAuth() : queryAuth()),
        endpoint: endpoint(settings.url) ?? '',
        renewsKey: typeof settings.apiKey === 'function',
        fellBackToQuery: !auth && !sendsHeaders,
        platform: (unref ? platform.unref?.() : undefined) ?? platform,
    };
}
/** The options that are given, inherited ones too, and the defaults of the others. */
function holdToRules(options) {
    demand(typeof options === 'object' && options, 'options', 'an object', options);
    const given = options;
    const settings = {};
    for (const [name, [expected, holds, byDefault]] of Object.entries(RULES)) {
        const value = given[name];
        demand(value === undefined ? byDefault !== null : holds(value), name, expected, value);
        settings[name] = value ?? byDefault;
    }
    return settings;
}

/** The longest a server may ask a client to wait (`Retry-After`), in milliseconds. */
const LONGEST_RETRY_AFTER = 5 * 60000;
/** Decides what follows a loss: how long to wait, how often to try, when to stop. */
function retryPolicy(settings, random, 
/** Hears of a `shouldReconnect` or a `backoff` that throws; the default rule holds then. */
hookFailed) {
    const { maxReconnectAttempts, minReconnectDelay: min, maxReconnectDelay: max, stableAfter } = settings;
    let count = newCount(0);
    const askHook = (hook, call) => guarded((cause) => {
        hookFailed(optionFailed('HANDLER_FAILED', hook, cause));
    }, call);
    const delayAfter = (loss, wait, phase) => {
        const context = { phase, min, max };
        const chosen = askHook('backoff', () => settings.backoff(wait, context));
        // Neither NaN nor a promise.
        const delay = chosen === Number(chosen) ? chosen : backoff(wait, context);
        const asked = Math.min(loss.retryAfter ?? 0, LONGEST_RETRY_AFTER);
        return Math.round(Math.min(Math.max(0, delay, asked), LONGEST_DELAY));
    };
    return {
        stableAfter,
        begin() {
            count = newCount(random());
        },
        judge(loss, dialled) {
            // A hook may start another count, which this loss does not belong to.
            const judged = count;
            const wish = askHook('shouldReconnect', () => settings.shouldReconnect?.(loss, dialled + 1));
            // The default rule: all but a rejected key, and that too once, when another can be had.
            const retry = Boolean(wish ?? (loss.code !== 'UNAUTHORIZED' || (settings.renewsKey && judged.renewals++ === 0)));
            settleRetryable(loss, retry);
            if (!retry)
                return loss;
            // As in the Go client, 0 and 1 both mean a single dial.
            if (wish !== true && dialled >= Math.max(1, maxReconnectAttempts)) {
                const message = `Gave up after attempt ${dialled}: ${loss.message}`;
                return new DatastreamError('ATTEMPTS_EXHAUSTED', message, { cause: loss });
            }
            return delayAfter(loss, ++judged.waits, judged.phase);
        },
    };
}
/** What belongs to one count of attempts; `phase` is its place in the windows of the backoff. */
function newCount(phase) {
    return { phase, waits: 0, renewals: 0 };
}

/** The state that follows `state` when `event` happens; the same object when the event means nothing to it. */
function transition(state, event, policy) {
    const { status } = state;
    switch (event.type) {
        case 'start':
            return status === 'idle' || status === 'closed' ? connectingAnew(policy) : state;
        case 'reconnect':
            return connectingAnew(policy);
        case 'elapsed':
            return status === 'waiting' ? connecting(state.attempt) : state;
        case 'opened':
            return status === 'connecting' ? { ...state, status: 'initializing' } : state;
        case 'ready':
            return status === 'initializing' ? { ...state, status: 'ready', since: event.at } : state;
        case 'lost':
            return status === 'connecting' || isConnected(state) ? afterLoss(state, event, policy) : state;
        case 'offline':
            return status === 'waiting' && !state.paused ? { ...state, paused: 'offline' } : state;
        case 'close':
            return status === 'closed' ? state : { status: 'closed' };
    }
}
function connectingAnew(policy) {
    policy.begin();
    return connecting(1);
}
function connecting(attempt) {
    return { status: 'connecting', attempt };
}
/** Whether messages can be sent. */
function isConnected(state) {
    return state.status === 'initializing' || state.status === 'ready';
}
function afterLoss(state, { error, at, isKept, isOffline }, policy) {
    // A clock that was set back must not make a connection that lasted look new.
    const isStable = state.status === 'ready' && Math.abs(at - state.since) >= policy.stableAfter;
    if (isStable)
        policy.begin();
    // Neither the end of a page nor a dial without a network says anything about the server.
    const counts = !isKept && !(isOffline && state.status === 'connecting');
    const dialled = isStable ? 0 : counts ? state.attempt : state.attempt - 1;
    const verdict = counts ? policy.judge(error, dialled) : 0;
    if (typeof verdict !== 'number')
        return { status: 'closed', error: verdict };
    const waiting = {
        status: 'waiting',
        attempt: dialled + 1,
        delay: verdict,
        retryAt: at + verdict,
        error,
    };
    return isKept || isOffline ? { ...waiting, paused: 'offline' } : waiting;
}

/** The error of a caller who took back what it asked for. */
function abortedError(signal) {
    return goesOn('ABORTED', 'Aborted by the caller', signal?.reason);
}

/** `refusal` gives the error with which everybody is turned away, when there is one. */
function waitingRoom(clock, refusal) {
    const looks = new Set();
    return {
        look() {
            for (const look of [...looks])
                look();
        },
        wait: (isDue, pass, { signal, timeout = Infinity }) => new Promise((resolve, reject) => {
            demand(timeout >= 0, 'timeout', 'a number of milliseconds, 0 or more', timeout);
            let cancel = nothing;
            const release = () => {
                looks.delete(look);
                cancel();
                signal?.removeEventListener('abort', abort);
            };
            const fail = (error) => {
                release();
                reject(error);
            };
            const abort = () => fail(abortedError(signal));
            const look = () => {
                const error = refusal();
                if (error)
                    return fail(error);
                if (!isDue())
                    return;
                looks.delete(look);
                cancel();
                Promise.resolve(pass()).then(resolve, fail).finally(release);
            };
            if (signal?.aborted)
                return abort();
            signal?.addEventListener('abort', abort);
            if (timeout <= LONGEST_DELAY) {
                cancel = clock.after(timeout, () => fail(timedOut('READY_TIMEOUT', 'Not ready', 'timeout', timeout)));
            }
            looks.add(look);
            look();
        }),
    };
}

/**
 * Follows a datastream through many connections: reconnects by itself, keeps order, and tells the truth about its state.
 *
 * @typeParam Message - what the option `decode` yields
 */
class DatastreamClient {
    /**
     * Nothing is opened before `start()`.
     *
     * @throws InvalidOptionError when an option is missing or wrong; it names the option
     */
    constructor(options) {
        this._state = { status: 'idle' };
        this._cancelWait = nothing;
        this._closing = Promise.resolve();
        this._closeOnAbort = () => void this.close();
        const settings = resolveOptions(options);
        const { endpoint, fellBackToQuery, logger, platform, signal } = settings;
        this._settings = () => settings;
        this._counts = {
            attempts: 0,
            reconnects: -1,
            messages: 0,
            bytes: 0,
            messagesSent: 0,
            discarded: 0,
            since: this._now(),
        };
        this._announcer = announcer(mitt(), this.url, logger, (line) => platform.report(line));
        const { error, listeners, log } = this._announcer;
        this._retry = retryPolicy(settings, () => platform.random(), error);
        this._inbox = inbox(settings, this._counts, {
            delivered: (message, mayHear) => {
                if (listeners.has('message'))
                    listeners.emit('message', message, mayHear);
            },
            failed: error,
            filled: (waiting) => {
                if (this._connection?.pause() === false) {
                    this._lose(goesOn('QUEUE_OVERFLOW', `${waiting} messages wait for the handler`));
                }
            },
            drained: () => this._connection?.resume(),
        });
        this._waiting = waitingRoom(platform.clock, () => {
            const state = this._state;
            if (state.status !== 'closed')
                return undefined;
            return state.error ?? new DatastreamError('CLIENT_CLOSED', 'The client is closed');
        });
        if (isExposed(endpoint))
            log('warn', `the key goes unencrypted to ${this.url}; use wss:`);
        if (fellBackToQuery)
            log('warn', 'this platform sends no headers: the key goes into the query');
        if (signal?.aborted)
            this._state = { status: 'closed' };
        else
            signal?.addEventListener('abort', this._closeOnAbort);
    }
    /** The URL that is dialled, without its query: that may carry a key. */
    get url() {
        return withoutSecrets(this._settings().endpoint);
    }
    get state() {
        return this._state;
    }
    /** Whether messages can be sent: the socket is open. */
    isConnected() {
        return isConnected(this._state);
    }
    /** Whether the connection is open and the ready handler has succeeded on it. */
    isReady() {
        return this._state.status === 'ready';
    }
    /** Dials, from `idle` and again from `closed`; in every other state it does nothing, nor once `signal` has aborted. */
    start() {
        this._begin('start');
    }
    /** Dials now, from any state, skipping the wait and dropping the connection there is; starts a new count of attempts. */
    reconnect() {
        this._begin('reconnect');
    }
    /**
     * Ends the client: the state is `closed` and delivery has ended when this returns. What was sent goes out, then a close
     * frame. The promise resolves when nothing is left of the connection, at most 80 ms later; it never rejects.
     */
    async close() {
        this._dispatch({ type: 'close' });
        await this._closing;
    }
    /**
     * Resolves when the client is ready, at once if it is.
     *
     * @throws DatastreamError what ended the client or `CLIENT_CLOSED`, `ABORTED`, or `READY_TIMEOUT`, as a rejection
     */
    ready(options = {}) {
        return this._waiting.wait(() => this.isReady(), nothing, options);
    }
    /**
     * Sends a message in the order of the calls; resolves when it is handed to the network.
     *
     * @throws DatastreamError `NOT_CONNECTED`, `CONNECTION_CLOSED`, `WRITE_TIMEOUT`, `MALFORMED_MESSAGE` when it cannot be
     * encoded, `ABORTED`, or, with `whenConnected`, `CLIENT_CLOSED`, as a rejection
     */
    sendMessage(message, { signal, whenConnected } = {}) {
        let frame;
        try {
            frame = this._settings().encode(message);
        }
        catch (cause) {
            return Promise.reject(new MalformedMessageError('The message cannot be encoded', message, { cause }));
        }
        if (!whenConnected && !(signal && this.isConnected()))
            return this._send(frame);
        return this._waiting.wait(() => this.isConnected(), () => this._send(frame), { signal });
    }
    /** Calls `listener` at each event of a kind; returns its undo. One that throws gives an `error` event. */
    on(type, listener) {
        return this._announcer.listeners.add(type, listener);
    }
    /** As `on`, for the next event only. */
    once(type, listener) {
        return this._announcer.listeners.add(type, listener, true);
    }
    /** Undoes one `on` or `once` of this listener. */
    off(type, listener) {
        this._announcer.listeners.off(type, listener);
    }
    /**
     * The errors from now on, for `for await`: each call is a reader of its own that keeps the latest 100, and ends, after
     * the error that ended the client if there is one, when the client closes.
     */
    errors() {
        return this._announcer.read(this._state);
    }
    stats() {
        return {
            ...this._counts,
            // The first time that the client became ready was none.
            reconnects: Math.max(0, this._counts.reconnects),
            queueDepth: this._inbox.depth(),
            roundTripTime: this._connection?.roundTripTime(),
        };
    }
    /** What may be shown of a client: no key, no message. */
    toJSON() {
        return { url: this.url, status: this._state.status };
    }
    /** As `close`. Where the symbol does not exist, there is no `await using` either. */
    [Symbol.asyncDispose ?? Symbol()]() {
        return this.close();
    }
    _begin(type) {
        const { signal } = this._settings();
        if (signal?.aborted)
            return;
        signal?.addEventListener('abort', this._closeOnAbort);
        this._dispatch({ type });
    }
    /** The one way to change: commit, act, announce, so that whoever hears of it meets a consistent client. */
    _dispatch(event) {
        const previous = this._state;
        const next = transition(previous, event, this._retry);
        if (next === previous)
            return;
        const loss = 'error' in event ? event.error : undefined;
        if (this._state === previous) {
            this._state = next;
            this._announcer.change(next, loss, () => this._enter(next));
        }
        else if (loss && this._state.status !== 'closed') {
            // The hook that judged the loss has reconnected the client itself, and what the user asked for wins.
            this._announcer.error(loss);
        }
    }
    _enter(state) {
        const { connectionReadyHandler, platform, readyTimeout, signal } = this._settings();
        this._cancelWait();
        this._waiting.look();
        switch (state.status) {
            case 'connecting':
                this._unwatchPage ?? (this._unwatchPage = this._watchPage());
                this._drop();
                // Whoever listens to the end of the last connection may have changed the state again.
                if (this._state === state)
                    this._dial();
                break;
            case 'initializing':
                if (this._state === state)
                    this._connection?.initialize(connectionReadyHandler, readyTimeout);
                break;
            case 'ready':
                this._counts.reconnects++;
                break;
            case 'waiting':
                if (!state.paused)
                    this._cancelWait = platform.clock.after(state.delay, () => this._dispatch({ type: 'elapsed' }));
                this._drop(state.error);
                break;
            case 'closed': {
                this._unwatchPage?.();
                this._unwatchPage = undefined;
                signal?.removeEventListener('abort', this._closeOnAbort);
                const tellHandlers = this._inbox.end();
                this._drop(state.error);
                tellHandlers();
            }
        }
    }
    _dial() {
        this._counts.attempts++;
        this._connection = connection(this._settings(), {
            opened: () => this._dispatch({ type: 'opened' }),
            received: this._inbox.receive,
            readied: () => this._dispatch({ type: 'ready', at: this._now() }),
            lost: (error) => this._lose(error),
        });
        this._connection.open();
    }
    /** Ends the connection; whoever hears of it by a signal may do anything. */
    _drop(error) {
        const dropped = this._connection;
        this._connection = undefined;
        const closed = dropped?.close(error);
        this._closing = Promise.all([this._closing, closed]).then(nothing);
    }
    _lose(error, isKept = false) {
        const isOffline = this._settings().platform.page?.isOnline === false;
        this._dispatch({ type: 'lost', error, at: this._now(), isOffline, isKept });
    }
    _watchPage() {
        const { page } = this._settings().platform;
        /** Time may have passed in which no timer ran: what it would have brought is due. */
        const woke = () => {
            const state = this._state;
            if (state.status !== 'waiting')
                this._connection?.wake();
            else if (state.paused ? page?.isOnline : this._now() >= state.retryAt)
                this._dispatch({ type: 'elapsed' });
        };
        /** A wait that stood still is over at once; any other goes on, as the server may have asked for it. */
        const online = () => {
            if (this._state.status === 'waiting' && this._state.paused)
                this._dispatch({ type: 'elapsed' });
        };
        return page?.watch({
            online,
            offline: () => this._dispatch({ type: 'offline' }),
            kept: () => this._lose(goesOn('CONNECTION_CLOSED', 'The page was put away'), true),
            restored() {
                online();
                woke();
            },
            woke,
        });
    }
    _send(frame) {
        if (!this._connection || !this.isConnected()) {
            const message = `Cannot send while ${this._state.status}: use whenConnected`;
            return Promise.reject(new DatastreamError('NOT_CONNECTED', message));
        }
        this._counts.messagesSent++;
        return this._connection.send(frame);
    }
    _now() {
        return this._settings().platform.clock.now();
    }
}

/** The version of this package, as sent in `X-Schematic-Client-Version`; a test holds it to package.json. */
const VERSION = '0.1.0';

export { ConnectionClosedError, DatastreamClient, DatastreamError, InvalidOptionError, MalformedMessageError, VERSION, backoff, headerAuth, messageAuth, queryAuth, subprotocolAuth };
//# sourceMappingURL=out.js.map
