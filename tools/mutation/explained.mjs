/**
 * The mutants that survive, each with the reason why no test can catch it. `line` is the line of the source on which the
 * mutant begins, `from` what it replaces and `to` what stands there then.
 */
export const EXPLAINED = [
  ...because('TypeScript asks for this check: the heartbeat and all that it needs are there once the socket is open', [
    [
      'src/connection.ts',
      'ponged: () => this.#heartbeat?.ponged(),',
      'this.#heartbeat?.ponged',
      'this.#heartbeat.ponged',
    ],
    ['src/connection.ts', 'activity: () => transport?.activity ?? 0,', 'transport?.activity', 'transport.activity'],
    ['src/connection.ts', 'isPaused: () => transport?.isPaused ?? false,', 'transport?.isPaused', 'transport.isPaused'],
    ['src/connection.ts', 'isPaused: () => transport?.isPaused ?? false,', 'false', 'true'],
    [
      'src/connection.ts',
      'if (this.#transport?.ping) return this.#transport.ping;',
      'this.#transport?.ping',
      'this.#transport.ping',
    ],
    ['src/heartbeat.ts', 'this.#cancel?.();', 'this.#cancel?.()', 'this.#cancel()'],
  ]),
  ...because('TypeScript asks for this check: the line is reached only where the platform can do it', [
    ['src/heartbeat.ts', 'this.#subject.ask?.();', 'this.#subject.ask?.()', 'this.#subject.ask()'],
    [
      'src/transport/websocket-transport.ts',
      'if (socket.ping) this.ping = () => socket.ping?.();',
      'socket.ping?.()',
      'socket.ping()',
    ],
    [
      'src/transport/websocket-transport.ts',
      'if (this.#isPaused) this.#socket.resume?.();',
      'this.#socket.resume?.()',
      'this.#socket.resume()',
    ],
  ]),
  ...because('no other state has a `since`, and a comparison with NaN is false', [
    [
      'src/state.ts',
      "return state.status === 'ready' && at - state.since >= stableAfter;",
      "state.status === 'ready'",
      'true',
    ],
  ]),
  ...because('a count is begun before the first loss is judged', [
    [
      'src/retry.ts',
      '#count: Count = { phase: 0, waits: 0, keyRenewed: false };',
      '{ phase: 0, waits: 0, keyRenewed: false }',
      '{}',
    ],
    ['src/retry.ts', '#count: Count = { phase: 0, waits: 0, keyRenewed: false };', 'false', 'true'],
  ]),
  ...because('nothing that is returned is as false as `false`', [
    ['src/option-rules.ts', '} catch {', '{ return false; }', '{}'],
  ]),
  ...because('room that is freed one item earlier or later is the same room', [
    [
      'src/fifo.ts',
      'if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {',
      'this.#head >= 1_024',
      'this.#head > 1_024',
    ],
    [
      'src/fifo.ts',
      'if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {',
      'this.#head * 2 >= this.#items.length',
      'this.#head * 2 > this.#items.length',
    ],
  ]),
];

function because(reason, mutants) {
  return mutants.map(([file, line, from, to]) => ({ file, line, from, to, reason }));
}
