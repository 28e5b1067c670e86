import { useKept } from '../../support/kept';
import { HaProxy } from '../../support/proxies/haproxy';
import { Nginx } from '../../support/proxies/nginx';
import type { Forwarding, ReverseProxy } from '../../support/proxies/reverse-proxy';
import { describeWhere, program } from '../../support/requirement';

// Starting programs and generating keys take their time on a busy machine.
jest.setTimeout(30_000);

/** One of the proxies, for the tests of a suite. */
export interface ProxyScene {
  readonly name: 'nginx' | 'haproxy';
  /** Starts it, until the test ends. */
  readonly start: (forwarding: Forwarding) => Promise<ReverseProxy>;
}

const PROXIES = { nginx: Nginx, haproxy: HaProxy };

/** Describes a suite once for nginx and once for HAProxy. */
export function inEveryProxy(suite: (scene: ProxyScene) => void): void {
  for (const name of ['nginx', 'haproxy'] as const) {
    describeWhere([program(name)], `behind ${name}`, () => {
      const keep = useKept();
      suite({ name, start: (forwarding) => keep<ReverseProxy>(PROXIES[name].start(forwarding)) });
    });
  }
}
