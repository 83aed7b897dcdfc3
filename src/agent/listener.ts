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
import { encodeResponse, httpDate, type ImdsResponse } from '../imds/response.ts';
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
  readonly #sockets = new Set<Socket>();

  constructor(settings: ListenerSettings) {
    super({ allowHalfOpen: true, noDelay: settings.keepAlive });
    const limits = { ...DEFAULT_LIMITS, ...settings.limits };
    this.maxConnections = limits.connections;
    const date = dateHeader();
    this.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      new Connection(socket, settings, limits, date);
    });
  }

  /** Ends what is left when the instance is stopped; `close` alone waits for the clients. */
  closeAllConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #settings: ListenerSettings;
  readonly #limits: ListenerLimits;
  readonly #date: DateHeader;
  readonly #reader = new HeadReader();
  /** Our side is closed; whatever still comes is thrown away. */
  #finished = false;
  #discarded = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(socket: Socket, settings: ListenerSettings, limits: ListenerLimits, date: DateHeader) {
    this.#socket = socket;
    this.#settings = settings;
    this.#limits = limits;
    this.#date = date;
    this.#timer = setTimeout(() => socket.destroy(), limits.stepMs);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('drain', () => this.#resume());
    socket.on('end', () => this.#finish());
    // A client that goes away concerns nobody; `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => clearTimeout(this.#timer));
  }

  #receive(bytes: Buffer): void {
    if (this.#finished) {
      this.#discard(bytes.length);
      return;
    }
    this.#reader.push(bytes.toString('latin1'));
    this.#answerRequests();
  }

  #answerRequests(): void {
    while (!this.#finished && !this.#socket.writableNeedDrain) {
      const head = this.#reader.next();
      if (head === undefined) return;
      this.#answer(head);
    }
    if (this.#finished) this.#discard(this.#reader.rest);
    // Who asks without reading the answers waits until they are read, or until the time is over.
    else this.#socket.pause();
  }

  #resume(): void {
    if (this.#finished) return;
    this.#socket.resume();
    this.#answerRequests();
  }

  #answer(head: RequestHead | IllegalHead): void {
    const nowMs = this.#settings.clock();
    const response = typeof head === 'string' ? BAD_REQUEST : decide(head, this.#settings, nowMs);
    const limited = response.hopLimit !== undefined && this.#settings.limitHops !== undefined;
    if (response.hopLimit !== undefined && !this.#limitHops(response.hopLimit)) return;
    const persistent = this.#settings.keepAlive && typeof head === 'object' && head.persistent && !limited;
    const bytes = encodeResponse(response, this.#date(nowMs), persistent ? 'keep-alive' : 'close');
    this.#timer.refresh();
    if (persistent) this.#socket.write(bytes, 'latin1');
    else this.#finish(bytes);
  }

  /** Without its limit the answer must not leave: a token would reach those whom the option keeps away. */
  #limitHops(hopLimit: number): boolean {
    const { limitHops, instance, log } = this.#settings;
    try {
      limitHops?.(this.#socket, hopLimit);
      return true;
    } catch (error) {
      log.error('the hop limit could not be set', { ...idOf(instance), err: framesOf(error) });
      this.#finished = true;
      this.#socket.destroy();
      return false;
    }
  }

  #finish(bytes = ''): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#socket.end(bytes, 'latin1');
  }

  #discard(count: number): void {
    this.#discarded += count;
    if (this.#discarded > this.#limits.discardBytes) this.#socket.destroy();
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

type DateHeader = (nowMs: number) => string;

/** The Date header, written anew once a second. */
function dateHeader(): DateHeader {
  let second = Number.NaN;
  let text = '';
  return (nowMs) => {
    const now = Math.floor(nowMs / 1000);
    if (now !== second) {
      second = now;
      text = httpDate(nowMs);
    }
    return text;
  };
}
