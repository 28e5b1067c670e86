import type { Authorization } from './accepted-connection';
import type { ServerSettings } from './options';

/** How a bad key is turned away: HTTP 401 on the upgrade, or close code 4001 after it. */
export type Rejection = { by: 'upgrade' } | { by: 'close'; delay: number };

/** Which API keys are let in, and what becomes of the others. */
export class KeyCheck {
  accepts: (apiKey: string) => boolean;
  rejection: Rejection = { by: 'upgrade' };
  /** Reads the key out of a first message, where that is allowed. */
  readonly readMessageKey: ServerSettings['readMessageKey'];
  readonly messageTimeout: number;

  constructor({ acceptsKey, readMessageKey, messageAuthTimeout }: ServerSettings) {
    this.accepts = acceptsKey;
    this.readMessageKey = readMessageKey;
    this.messageTimeout = messageAuthTimeout;
  }

  authorize(apiKey: string | undefined): Authorization {
    if (apiKey === undefined) return this.readMessageKey ? 'awaited' : 'denied';
    return this.accepts(apiKey) ? 'granted' : 'denied';
  }
}
