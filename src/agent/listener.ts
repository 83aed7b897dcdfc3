/**
 * The socket of one instance's metadata service: reads requests, has them decided, writes the answers.
 *
 * It decides nothing itself. Whatever a client sends, or does not send, it costs at most one of the instance's
 * connections for a few seconds, and nobody else anything. Session tokens and requests are never logged.
 *
 *   accepted ── head complete ──> answered ── one answer per connection: half-closed ──> closed by the client
 *      ^                             │
 *      └────── keepAlive ────────────┘          each step must be over within `stepMs`
 *
 * A connection is closed in two steps: our side when the answer is written, the rest when the client has closed its
 * side. Closing at once while bytes of the client are still coming would make the kernel reset the connection, and the
 * client could lose the answer.
 */

import { Server, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ImdsInstance } from '../imds/instance.ts';
import { BAD_REQUEST, INTERNAL_ERROR } from '../imds/refusals.ts';
import { HeadReader, type IllegalHead, type RequestHead } from '../imds/request.ts';
import { respond } from '../imds/respond.ts';
import { type ConnectionHeader, encodeResponse, type ImdsResponse, middleLines } from '../imds/response.ts';
import type { Log } from '../log.ts';

export type ListenerSettings = {
  /** What to answer from, asked for each request: so a change of options holds from the next request on. */
  instance: () => ImdsInstance;
  clock: Clock;
  /** False: one answer per connection, as AWS does. */
  keepAlive: boolean;
  log: Log;
  limits?: Partial<ListenerLimits>;
  /**
   * Limits how many hops what the socket sends may travel. It stays limited: the kernel may send the same packets again,
   * so such a connection carries no further answer (data-plane.md).
   */
  limitHops?: (socket: Socket, hopLimit: number) => void;
};

export type ListenerLimits = {
  /** Connections at a time; the newest beyond it is dropped. */
  connections: number;
  /** For a whole head, from the connection or the last answer on; and for the client to close after the last one. */
  stepMs: number;
  /** Bytes after the last head that are read and thrown away. */
  discardBytes: number;
};

export const DEFAULT_LIMITS: ListenerLimits = { connections: 256, stepMs: 5000, discardBytes: 1024 * 1024 };

/** A server ready to `listen`, for one instance. */
export function createImdsListener(settings: ListenerSettings): ImdsListener {
  return new ImdsListener(settings);
}

export class ImdsListener extends Server {
  readonly #connections = new Set<Connection>();
  readonly #around: Around;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(settings: ListenerSettings) {
    // Without allowHalfOpen, a client that has closed its side gets what was written before, and then ours is closed too.
    super({ noDelay: settings.keepAlive });
    const limits = { ...DEFAULT_LIMITS, ...settings.limits };
    this.#around = {
      ...settings,
      limits,
      tick: 0,
      middleOf: { close: middle('close'), keepAlive: middle('keep-alive') },
    };
    this.maxConnections = limits.connections;
    this.on('connection', (socket: Socket) => this.#accept(socket));
  }

  /** Ends what is left when the instance is stopped; `close` alone waits for the clients. */
  closeAllConnections(): void {
    for (const connection of this.#connections) connection.socket.destroy();
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, this.#around);
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    this.#sweeper ??= setInterval(() => this.#sweep(), this.#around.limits.stepMs / TICKS_PER_STEP).unref();
  }

  /** One timer for all connections costs less than one for each, and they come and go by the thousand. */
  #sweep(): void {
    this.#around.tick++;
    for (const connection of this.#connections) connection.endIfLate();
    if (this.#connections.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

/** A step may take this many ticks and the rest of one. */
const TICKS_PER_STEP = 4;

/** What all connections of a listener have in common. */
type Around = ListenerSettings & {
  limits: ListenerLimits;
  tick: number;
  middleOf: Record<'close' | 'keepAlive', (nowMs: number) => string>;
};

class Connection {
  readonly socket: Socket;
  readonly #around: Around;
  readonly #reader = new HeadReader();
  /** The tick in which the present step began. */
  #since: number;
  /** Our side is closed; whatever still comes is thrown away. */
  #finished = false;
  #discarded = 0;

  constructor(socket: Socket, around: Around) {
    this.socket = socket;
    this.#around = around;
    this.#since = around.tick;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    // A client that goes away concerns nobody; `close` follows.
    socket.on('error', () => {});
  }

  endIfLate(): void {
    if (this.#around.tick - this.#since > TICKS_PER_STEP) this.socket.destroy();
  }

  #receive(bytes: Buffer): void {
    if (this.#finished) {
      this.#discard(bytes.length);
      return;
    }
    this.#reader.push(bytes);
    this.#answerRequests();
  }

  #answerRequests(): void {
    while (!this.#finished) {
      const head = this.#reader.next();
      if (head === undefined) return;
      if (!this.#answer(head)) {
        this.#waitForDrain();
        return;
      }
    }
    this.#discard(this.#reader.rest);
  }

  /** Who asks without reading the answers waits until they are read, or until the time is over. */
  #waitForDrain(): void {
    this.socket.pause();
    this.socket.once('drain', () => {
      this.socket.resume();
      this.#answerRequests();
    });
  }

  /** @returns whether the next answer may follow at once */
  #answer(head: RequestHead | IllegalHead): boolean {
    const { clock, keepAlive, limitHops, middleOf } = this.#around;
    const nowMs = clock();
    const response = typeof head === 'string' ? BAD_REQUEST : decide(head, this.#around, nowMs);
    this.#since = this.#around.tick;
    const limited = limitHops !== undefined && response.hopLimit !== undefined;
    if (limited && !this.#limitHops(response.hopLimit)) return true;
    if (keepAlive && typeof head === 'object' && head.persistent && !limited) {
      return this.socket.write(encodeResponse(response, middleOf.keepAlive(nowMs)), 'latin1');
    }
    this.#finished = true;
    this.socket.end(encodeResponse(response, middleOf.close(nowMs)), 'latin1');
    return true;
  }

  /** Without its limit the answer must not leave: a token would reach those whom the option keeps away. */
  #limitHops(hopLimit: number): boolean {
    const { limitHops, instance, log } = this.#around;
    try {
      limitHops?.(this.socket, hopLimit);
      return true;
    } catch (error) {
      log.error('the hop limit could not be set', { ...idOf(instance), err: framesOf(error) });
      this.#finished = true;
      this.socket.destroy();
      return false;
    }
  }

  #discard(count: number): void {
    this.#discarded += count;
    if (this.#discarded > this.#around.limits.discardBytes) this.socket.destroy();
  }
}

/** `respond` is total, so a throw is a bug of ours: the client learns that much and no more. */
function decide(head: RequestHead, { instance, log }: ListenerSettings, nowMs: number): ImdsResponse {
  try {
    return respond(head, instance(), nowMs);
  } catch (error) {
    log.error('a request could not be answered', { ...idOf(instance), err: framesOf(error) });
    return INTERNAL_ERROR;
  }
}

function idOf(instance: ListenerSettings['instance']): { InstanceId?: string } {
  try {
    return { InstanceId: instance().InstanceId };
  } catch {
    return {};
  }
}

/** Where an error happened, without its message: that may quote the request, and with it a session token. */
function framesOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines.filter((line) => /^ +at /.test(line)).join('\n');
}

/** The middle lines, written anew once a second. */
function middle(connection: ConnectionHeader): (nowMs: number) => string {
  let second = Number.NaN;
  let lines = '';
  return (nowMs) => {
    const now = Math.floor(nowMs / 1000);
    if (now !== second) {
      second = now;
      lines = middleLines(nowMs, connection);
    }
    return lines;
  };
}
