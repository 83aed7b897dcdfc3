/**
 * The socket of one instance's metadata service: reads requests, has them decided, writes the answers.
 *
 * It decides nothing itself. Whatever a client sends, or does not send, it costs at most one of the instance's
 * connections for a few seconds, and nobody else anything. Session tokens and requests are never logged; what is remembered of
 * a request is for `request-record.ts` to say.
 *
 *   accepted ── head complete ──> answered ── last answer ──> closed, or half-closed ── client closes ──> closed
 *      ^                             │
 *      └───── keepAlive ─────────────┘          each step must be over within `stepMs`, unless a fault says otherwise
 *
 * A client that has more to send, such as a body, gets our side closed first and the rest when it has closed its own:
 * closing at once while its bytes are still coming would make the kernel reset the connection, and it could lose the
 * answer. A client that has nothing more to send loses nothing.
 */

import { Server, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { type ConnectionSoFar, type Fate, fateOf } from '../imds/faults.ts';
import type { ImdsInstance } from '../imds/instance.ts';
import { BAD_REQUEST, INTERNAL_ERROR } from '../imds/refusals.ts';
import { type IllegalHead, type RequestHead, readHead } from '../imds/request.ts';
import type { Origin } from '../imds/request-record.ts';
import { respond } from '../imds/respond.ts';
import { type ConnectionHeader, encodeResponse, middleLines } from '../imds/response.ts';
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
  /** What the connections of all instances share; the newest is dropped when there is no more than others may need. */
  descriptors?: Descriptors;
  /**
   * Limits how many hops what the socket sends may travel. It stays limited: the kernel may send the same packets again,
   * so such a connection carries no further answer.
   */
  limitHops?: (socket: Socket, hopLimit: number) => void;
  /** Where what an accepted socket receives comes from, as far as the kernel knows; asked once for each. */
  originOf?: (socket: Socket) => Origin | undefined;
};

export type ListenerLimits = {
  /** Connections at a time; the newest beyond it is dropped. */
  connections: number;
  /** For a whole head, from the connection or the last answer on; and for the client to close after the last one. */
  stepMs: number;
  /** How long a client that a fault lets hang may wait. */
  hangMs: number;
  /** Bytes after the last head that are read and thrown away. */
  discardBytes: number;
};

const DEFAULT_LIMITS: ListenerLimits = {
  connections: 256,
  stepMs: 5000,
  hangMs: 120_000,
  discardBytes: 1024 * 1024,
};

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
    if (descriptors?.takeAnother(this.#connections.size) === false) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, this.#around);
    this.#connections.add(connection);
    socket.on('close', () => {
      this.#connections.delete(connection);
      connection.forget();
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

class Connection implements ConnectionSoFar {
  readonly socket: Socket;
  isFresh = true;
  hasWaited = false;
  readonly #around: Around;
  /** What has arrived and is not answered yet. */
  #pending: Buffer | undefined;
  /** The tick in which the present step began. */
  #since: number;
  /** How many ticks it may take. */
  #patience = TICKS_PER_STEP;
  /** Nothing more is answered until `#goOn`. */
  #isHalted = false;
  /** Ends the wait for a late answer. */
  #alarm: NodeJS.Timeout | undefined;
  /** Our side is closed; whatever still comes is thrown away. */
  #finished = false;
  #discarded = 0;
  /** Null before it is asked for. */
  #origin: Origin | undefined | null = null;

  constructor(socket: Socket, around: Around) {
    this.socket = socket;
    this.#around = around;
    this.#since = around.tick;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', ignore);
  }

  get origin(): Origin | undefined {
    if (this.#origin === null) this.#origin = this.#around.originOf?.(this.socket);
    return this.#origin;
  }

  endIfLate(): void {
    if (this.#around.tick - this.#since > this.#patience) this.socket.destroy();
  }

  /** The socket is closed: nothing of it is kept for an answer that nobody gets. */
  forget(): void {
    clearTimeout(this.#alarm);
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
  }

  /** Stops reading. Who closes his side meanwhile is still waiting for answers, so ours stays open. */
  #halt(): void {
    this.#isHalted = true;
    this.socket.allowHalfOpen = true;
    this.socket.pause();
  }

  /** Answers what has arrived meanwhile, and then reads again. */
  #goOn(): void {
    this.#isHalted = false;
    if (this.#pending && !this.#finished) this.#answerRequests(this.#pending);
    if (this.#isHalted) return;
    this.socket.allowHalfOpen = false;
    if (this.socket.readableEnded) this.socket.end();
    else this.socket.resume();
  }

  /**
   * @param isAlone nothing has arrived after this request
   * @returns whether the next request may be answered at once
   */
  #answer(head: RequestHead | IllegalHead, isAlone: boolean): boolean {
    const around = this.#around;
    const nowMs = around.clock();
    const isLegal = typeof head === 'object';
    const response = decide(head, this, around, nowMs);
    this.#since = around.tick;
    if (typeof response !== 'object') {
      this.#misbehave(response, head);
      return false;
    }
    this.isFresh = false;
    const isLimited = response.hopLimit !== undefined && around.limitHops !== undefined;
    if (isLimited && !this.#limitHops(response.hopLimit)) return false;
    if (around.keepAlive && isLegal && head.persistent && !isLimited) {
      return this.#write(encodeResponse(response, around.middleOf.keepAlive(nowMs)));
    }
    this.#close(encodeResponse(response, around.middleOf.close(nowMs)), isLegal && isAlone && !head.hasBody);
    return false;
  }

  #misbehave(fate: Exclude<Misbehaviour, object>, head: RequestHead | IllegalHead): void {
    if (typeof fate === 'number') {
      this.#patience = Number.POSITIVE_INFINITY;
      this.#halt();
      this.#alarm = setTimeout(() => this.#answerAfterAll(head), fate);
      return;
    }
    this.#finished = true;
    const { hangMs, stepMs } = this.#around.limits;
    if (fate === 'hangs') this.#patience = (hangMs / stepMs) * TICKS_PER_STEP;
  }

  #answerAfterAll(head: RequestHead | IllegalHead): void {
    this.#patience = TICKS_PER_STEP;
    this.hasWaited = true;
    // Meanwhile more may have arrived that nobody has looked at.
    const goesOn = this.#answer(head, false);
    this.hasWaited = false;
    if (goesOn || this.#finished) this.#goOn();
  }

  /** @returns false where the client does not read its answers: it waits until it has, or until the time is over */
  #write(answer: string): boolean {
    if (this.socket.write(answer, 'latin1')) return true;
    this.#halt();
    this.socket.once('drain', () => this.#goOn());
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

type Misbehaviour = Exclude<Fate, 'as usual'>;

/** `respond` is total, so a throw is a bug of ours: the client learns that much and no more. */
function decide(
  head: RequestHead | IllegalHead,
  connection: Connection,
  { instance, limitHops, log }: ListenerSettings,
  nowMs: number,
): Misbehaviour {
  try {
    const request = typeof head === 'object' ? head : undefined;
    const asked = instance(nowMs);
    const answer = answerOf(request, asked, connection, nowMs);
    // One that waits is asked about again.
    if (typeof answer === 'number') return answer;
    const response = typeof answer === 'object' ? answer : undefined;
    const hopLimit = limitHops && response?.hopLimit;
    asked.requests.add({ request, response, origin: connection.origin, hopLimit }, nowMs);
    return answer;
  } catch (error) {
    log.error('a request could not be answered', { ...idOf(instance, nowMs), err: framesOf(error) });
    return INTERNAL_ERROR;
  }
}

function answerOf(
  request: RequestHead | undefined,
  asked: ImdsInstance,
  connection: ConnectionSoFar,
  nowMs: number,
): Misbehaviour {
  const fate = asked.faults === undefined ? 'as usual' : fateOf(request, asked.faults, connection, nowMs);
  if (fate !== 'as usual') return fate;
  return request === undefined ? BAD_REQUEST : respond(request, asked, nowMs);
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
