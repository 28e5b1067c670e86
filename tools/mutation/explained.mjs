/**
 * The mutants that survive, each with the reason why no test can catch it. `line` is the line of the source on which the
 * mutant begins, `from` what it replaces and `to` what stands there then.
 */
export const EXPLAINED = [
  ...because('TypeScript asks for this check: the heartbeat and all that it needs are there once the socket is open', [
    ['src/connection.ts', 'ponged: () => heartbeat?.ponged(),', 'heartbeat?.ponged', 'heartbeat.ponged'],
    [
      'src/connection.ts',
      'activity: () => transport?.socket.bytesReceived ?? frames,',
      'transport?.socket',
      'transport.socket',
    ],
    [
      'src/connection.ts',
      'isPaused: () => transport?.isPaused() ?? false,',
      'transport?.isPaused',
      'transport.isPaused',
    ],
    ['src/connection.ts', 'isPaused: () => transport?.isPaused() ?? false,', 'false', 'true'],
    ['src/connection.ts', 'ask: transport?.socket.ping ? ping : beat,', 'transport?.socket', 'transport.socket'],
  ]),
  ...because('TypeScript asks for this check: the line is reached only where the platform can do it', [
    ['src/heartbeat.ts', 'ask?.();', 'ask?.()', 'ask()'],
    [
      'src/connection.ts',
      'const ping = () => transport?.socket.ping?.();',
      'transport?.socket.ping?.()',
      'transport?.socket.ping()',
    ],
    ['src/connection.ts', 'const ping = () => transport?.socket.ping?.();', 'transport?.socket', 'transport.socket'],
    [
      'src/transport/websocket-transport.ts',
      'if (isPaused) socket.resume?.();',
      'socket.resume?.()',
      'socket.resume()',
    ],
  ]),
  ...because('TypeScript asks for this check: where it does not hold, all that follows comes to nothing', [
    ['src/connection.ts', 'if (!authorization) return;', '!authorization', 'false'],
    [
      'src/state.ts',
      "const isStable = state.status === 'ready' && Math.abs(at - state.since) >= policy.stableAfter;",
      "state.status === 'ready'",
      'true',
    ],
  ]),
  ...because('Any change of the count will do', [
    ['src/connection.ts', 'frames++;', 'frames++', 'frames--'],
    [
      'src/retry.ts',
      "wish ?? (loss.code !== 'UNAUTHORIZED' || (typeof settings.apiKey === 'function' && !judged.renewals++)),",
      'judged.renewals++',
      'judged.renewals--',
    ],
  ]),
  ...because('Two empty stacks swapped are two empty stacks: the check spares every message a new array', [
    ['src/inbox.ts', 'if (ahead.length === 0 && behind.length > 0) {', 'behind.length > 0', 'true'],
    ['src/inbox.ts', 'if (ahead.length === 0 && behind.length > 0) {', 'behind.length > 0', 'behind.length >= 0'],
  ]),
];

function because(reason, mutants) {
  return mutants.map(([file, line, from, to]) => ({ file, line, from, to, reason }));
}
