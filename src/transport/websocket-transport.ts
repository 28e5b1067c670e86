import { nothing } from '../guarded';
import type { Cancel, Platform, SocketRequest } from '../platform/platform';
import { outbox } from './outbox';
import type { Transport, TransportListener } from './transport';

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
export function openTransport(
  platform: Platform,
  request: SocketRequest,
  writeTimeout: number,
  listener: TransportListener,
): Transport {
  const { clock } = platform;
  const messages = outbox(clock, writeTimeout, listener);
  let isOpen = false;
  let isPaused = false;
  let isEnded = false;
  let cancelForce: Cancel | undefined;
  let whenEnded = nothing;
  const ended = new Promise<void>((resolve) => (whenEnded = resolve));

  const end = () => {
    isEnded = true;
    messages.fail();
    cancelForce?.();
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
    if (isPaused) socket.resume?.();
    isPaused = false;
  };

  return {
    socket,
    isPaused: () => isPaused,
    send: (data) => messages.accept((handed) => socket.send(data, handed)),
    pause() {
      if (!socket.pause) return false;
      if (!isPaused) socket.pause();
      return (isPaused = true);
    },
    resume,
    close(reason = '') {
      if (reason) messages.fail();
      if (!isEnded && !cancelForce) {
        cancelForce = clock.after(CLOSE_TIMEOUT, () => {
          socket.terminate?.();
          end();
        });
        // A paused socket would not read the answer to the close frame.
        resume();
        if (!isOpen && socket.terminate) socket.terminate();
        else socket.close(reason ? ABANDONED_CLOSURE : NORMAL_CLOSURE, reason);
      }
      return ended;
    },
  };
}
