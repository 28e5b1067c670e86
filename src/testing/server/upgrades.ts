import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions } from 'ws';
import { AcceptedConnection, type AcceptedConnectionListener, type Authorization } from './accepted-connection';
import { Arrivals } from './arrivals';
import type { FaultPlan } from './fault-plan';
import { readHandshake, selectProtocol, type Handshake } from './handshake';
import type { KeyCheck } from './key-check';
import { refuse, type UpgradeRefusal } from './refusal';
import type { UpgradeRecord } from './upgrade-record';

const PATH = '/datastream';
// Go clients never close their side of TCP; 30 s, the default of `ws`, would hold every test for that long.
const CLOSE_TIMEOUT = 1_000;

/** What `node:http` tells of an upgrade request. */
export type UpgradeRequest = [request: IncomingMessage, socket: Duplex, head: Buffer];

/** What the decision over an upgrade depends on, and who hears of the accepted ones. */
export interface UpgradesSettings {
  apiKeyParameter: string;
  compression: boolean;
  keyCheck: KeyCheck;
  faults: FaultPlan;
  listener: AcceptedConnectionListener & { accepted(connection: AcceptedConnection): void };
}

/** Decides upgrade requests, completes the accepted ones, and keeps a record of all. */
export class Upgrades {
  readonly records = new Arrivals<UpgradeRecord>();
  readonly #settings: UpgradesSettings;
  readonly #webSockets: WebSocketServer;

  constructor(settings: UpgradesSettings) {
    this.#settings = settings;
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      closeTimeout: CLOSE_TIMEOUT,
      perMessageDeflate: settings.compression,
      handleProtocols: (protocols) => selectProtocol(protocols) ?? false,
    };
    this.#webSockets = new WebSocketServer(options);
  }

  requested(...upgrade: UpgradeRequest): void {
    const [request, socket] = upgrade;
    const { apiKeyParameter, faults } = this.#settings;
    socket.on('error', () => socket.destroy());
    const handshake = readHandshake(request, apiKeyParameter);
    const goOn = () => this.#decide(handshake, upgrade);
    if (!faults.takeStall()) return goOn();
    faults.stalled(goOn);
    this.#record(handshake, 'stalled');
  }

  #decide(handshake: Handshake, upgrade: UpgradeRequest): void {
    const authorization = this.#settings.keyCheck.authorize(handshake.apiKey);
    const refusal = this.#settings.faults.takeRefusal() ?? this.#refusalOf(handshake, authorization);
    if (refusal) {
      this.#record(handshake, 'refused', refusal.status);
      return refuse(upgrade[1], refusal);
    }
    this.#complete(handshake, authorization, upgrade);
  }

  #complete(handshake: Handshake, authorization: Authorization, [request, socket, head]: UpgradeRequest): void {
    const { listener, faults } = this.#settings;
    let accepted: AcceptedConnection | undefined;
    // One write for the answer and for what is sent right after it.
    socket.cork();
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      accepted = new AcceptedConnection(webSocket, socket, handshake, authorization, listener);
      this.#record(handshake, 'accepted', 101);
      listener.accepted(accepted);
    });
    socket.uncork();
    if (!accepted) return this.#record(handshake, 'refused', 400);

    const connection = accepted;
    const drop = faults.takeDrop();
    if (drop?.afterFrames) connection.dropAfter(drop.afterFrames, drop);
    else if (drop?.code !== undefined) connection.close(drop.code, drop.reason);
    // Not while the answer is corked, or the client sees a failed upgrade.
    else if (drop) connection.terminate();
  }

  #refusalOf({ path }: Handshake, authorization: Authorization): UpgradeRefusal | undefined {
    if (path !== PATH) return { status: 404 };
    return authorization === 'denied' && this.#settings.keyCheck.rejection.by === 'upgrade'
      ? { status: 401 }
      : undefined;
  }

  #record({ url, headers, apiKey }: Handshake, outcome: UpgradeRecord['outcome'], status?: number): void {
    this.records.add({ at: Date.now(), url, headers, apiKey, outcome, status });
  }
}
