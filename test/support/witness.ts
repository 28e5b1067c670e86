import { DatastreamClient, type DatastreamOptions, type Logger, type SendOptions } from '../../src';
import { Marker, MARKER_KEY } from './marker';

type WaitOptions = Parameters<DatastreamClient['ready']>[0];

/** A client in front of a witness: what its promises reject with is searched too. */
class WitnessedClient extends DatastreamClient<unknown> {
  readonly #marker: Marker;

  constructor(options: DatastreamOptions<unknown>, marker: Marker) {
    super(options);
    this.#marker = marker;
  }

  override ready(options?: WaitOptions): Promise<void> {
    return this.#heard(super.ready(options));
  }

  override sendMessage(message: unknown, options?: SendOptions): Promise<void> {
    return this.#heard(super.sendMessage(message, options));
  }

  #heard(promise: Promise<void>): Promise<void> {
    promise.catch((error: unknown) => this.#marker.show('rejection', error));
    return promise;
  }
}

/** Sees all that one client logs, announces, rejects with and shows of itself, and judges that none of it is its key. */
export class Witness {
  readonly client: DatastreamClient<unknown>;
  readonly #marker = new Marker();
  readonly #isLogging: boolean;
  #lines = 0;

  /** The client gets the key of the witness unless it has one; its logger is listened to, and goes on as it would. */
  constructor(options: Omit<DatastreamOptions<unknown>, 'apiKey'> & { apiKey?: DatastreamOptions<unknown>['apiKey'] }) {
    const { logger } = options;
    this.#isLogging = logger !== undefined;
    const watched = { apiKey: MARKER_KEY, ...options, ...(logger && { logger: this.#listening(logger) }) };
    this.client = new WitnessedClient(watched, this.#marker);
    // What nobody listens to goes to the console where there is no logger, and that must stay as it is.
    this.#marker.watch(this.client, this.#isLogging ? ['state', 'error'] : ['state']);
  }

  /** What showed the key; a client that dialled and was not heard is told, too, since a witness who is deaf proves nothing. */
  verdict(): string[] {
    this.#marker.showClient(this.client);
    const isDeaf = this.#isLogging && this.client.stats().attempts > 0 && this.#lines === 0;
    return isDeaf ? ['No line of the log was searched'] : this.#marker.leaks;
  }

  #listening(logger: Logger): Logger {
    const listen =
      (level: keyof Logger) =>
      (line: string, ...details: unknown[]) => {
        this.#lines += 1;
        for (const each of [line, ...details]) this.#marker.show(`log.${level}`, each);
        logger[level](line, ...details);
      };
    return { debug: listen('debug'), info: listen('info'), warn: listen('warn'), error: listen('error') };
  }
}
