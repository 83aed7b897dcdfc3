/**
 * The socket of one instance's metadata service: reads requests, has them decided, writes the answers.
 *
 * It decides nothing itself. Whatever a client sends, or does not send, it costs at most one of the instance's
 * connections for a few seconds, and nobody else anything. Session tokens and requests are never logged.
 *
 *   accepted ── head complete ──> answered ── last answer ──> closed, or half-closed ── client closes ──> closed
 *      ^                             │
 *      └───── keepAlive ─────────────┘          each step must be over within `stepMs`
 *
 * A client that has more to send, such as a body, gets our side closed first and the rest when it has closed its own:
 * closing at once while its bytes are still coming would make the kernel reset the connection, and it could lose the
 * answer. A client that has nothing more to send loses nothing.
 */

import { Server, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { ImdsInstance } from '../imds/instance.ts';
import { BAD_REQUEST, INTERNAL_ERROR } from '../imds/refusals.ts';
import { type IllegalHead, type RequestHead, readHead } from '../imds/request.ts';
import { respond } from '../imds/respond.ts';
import { type ConnectionHeader, encodeResponse, type ImdsResponse, middleLines } from '../imds/response.ts';
import type { Log } from '../log.ts';
import type { Descriptors } from './descriptors.ts';

export type ListenerSettings = {
  /** What to answer from, asked for each request: so a change of options holds from the next request on. */
  instance: (nowMs: number) => ImdsInstance;
  clock: Clock;
  /** False: one answer per connection, as AWS does. */
  keepAlive: boolean;
  log: Log;
  limits?: Partial<ListenerLimits>;
  /** What the connections of all instances share; the newest is dropped when none is left. */
  descriptors?: Descriptors;
  /**
   * Limits how many hops what the socket sends may travel. It stays limited: the kernel may send the same packets again,
   * so such a connection carries no further answer.
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

const DEFAULT_LIMITS: ListenerLimits = { connections: 256, stepMs: 5000, discardBytes: 1024 * 1024 };

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
    const { descriptors } = this.#around;
    if (descriptors?.take() === false) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, this.#around);
    this.#connections.add(connection);
    socket.on('close', () => {
      this.#connections.delete(connection);
      descriptors?.release();
    });
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
  /** What has arrived and is not answered yet. */
  #pending: Buffer | undefined;
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
    socket.on('error', ignore);
  }

  endIfLate(): void {
    if (this.#around.tick - this.#since > TICKS_PER_STEP) this.socket.destroy();
  }

  #receive(piece: Buffer): void {
    if (this.#finished) this.#discard(piece.length);
    else if (this.#pending === undefined) this.#answerRequests(piece);
    else this.#answerRequests(Buffer.concat([this.#pending, piece]));
  }

  #answerRequests(bytes: Buffer): void {
    let at = 0;
    let goesOn = true;
    while (goesOn && at < bytes.length) {
      const head = readHead(bytes, at);
      if (head === undefined) break;
      at = typeof head === 'string' ? bytes.length : head.end;
      goesOn = this.#answer(head, at === bytes.length);
    }
    if (this.#finished) {
      this.#discard(bytes.length - at);
      return;
    }
    this.#pending = at < bytes.length ? bytes.subarray(at) : undefined;
    if (!goesOn) this.#waitForDrain();
  }

  /** Who asks without reading the answers waits until they are read, or until the time is over. */
  #waitForDrain(): void {
    this.socket.pause();
    this.socket.once('drain', () => {
      this.socket.resume();
      if (this.#pending) this.#answerRequests(this.#pending);
    });
  }

  /**
   * @param isAlone nothing has arrived after this request
   * @returns whether the next request may be answered at once
   */
  #answer(head: RequestHead | IllegalHead, isAlone: boolean): boolean {
    const around = this.#around;
    const nowMs = around.clock();
    const isLegal = typeof head === 'object';
    const response = isLegal ? decide(head, around, nowMs) : BAD_REQUEST;
    this.#since = around.tick;
    const isLimited = response.hopLimit !== undefined && around.limitHops !== undefined;
    if (isLimited && !this.#limitHops(response.hopLimit)) return false;
    if (around.keepAlive && isLegal && head.persistent && !isLimited) {
      return this.socket.write(encodeResponse(response, around.middleOf.keepAlive(nowMs)), 'latin1');
    }
    this.#close(encodeResponse(response, around.middleOf.close(nowMs)), isLegal && isAlone && !head.hasBody);
    return false;
  }

  /** @param isQuiet the client has nothing more to send */
  #close(lastAnswer: string, isQuiet: boolean): void {
    this.#finished = true;
    this.socket.end(lastAnswer, 'latin1');
    if (isQuiet) this.socket.destroySoon();
  }

  /** Without its limit the answer must not leave: a token would reach those whom the option keeps away. */
  #limitHops(hopLimit: number): boolean {
    const { limitHops, instance, clock, log } = this.#around;
    try {
      limitHops?.(this.socket, hopLimit);
      return true;
    } catch (error) {
      log.error('the hop limit could not be set', { ...idOf(instance, clock()), err: framesOf(error) });
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

/** A client that goes away concerns nobody; `close` follows. */
function ignore(): void {}

/** `respond` is total, so a throw is a bug of ours: the client learns that much and no more. */
function decide(head: RequestHead, { instance, log }: ListenerSettings, nowMs: number): ImdsResponse {
  try {
    return respond(head, instance(nowMs), nowMs);
  } catch (error) {
    log.error('a request could not be answered', { ...idOf(instance, nowMs), err: framesOf(error) });
    return INTERNAL_ERROR;
  }
}

function idOf(instance: ListenerSettings['instance'], nowMs: number): { InstanceId?: string } {
  try {
    return { InstanceId: instance(nowMs).InstanceId };
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
