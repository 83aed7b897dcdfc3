/**
 * The log: what may be written to it, and how.
 *
 * It promises that secrets never get in: callers pass the fields of `LogFields` and no others, there is no way to log a
 * whole request, a header or a session token. Ids and codes are enough to find anything.
 */

import { pino } from 'pino';

export type LogFields = {
  requestId?: string;
  service?: string;
  action?: string;
  account?: string;
  region?: string;
  accessKeyId?: string;
  InstanceId?: string;
  code?: string;
  status?: number;
  durationMs?: number;
  revision?: number;
  count?: number;
  address?: string;
  hint?: string;
  err?: unknown;
};

export type Log = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
};

/** `pretty` is one readable line each, for people; `json` is one object a line, for programs. Both go to `stream`. */
export function createLog(format: 'pretty' | 'json', stream: NodeJS.WritableStream): Log {
  if (format === 'pretty') return prettyLog(stream);
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };

function prettyLog(stream: NodeJS.WritableStream): Log {
  const line = (level: string) => (message: string, fields?: LogFields) => {
    const time = new Date().toISOString().slice(11, 23);
    const details = Object.entries(fields ?? {})
      .filter(([name, value]) => name !== 'err' && value !== undefined)
      .map(([name, value]) => `${name}=${printable(String(value))}`);
    const stack = fields?.err === undefined ? '' : `\n${errorChain(fields.err)}`;
    stream.write(`${[time, level, message, ...details].join(' ')}${stack}\n`);
  };
  return { info: line('info '), warn: line('warn '), error: line('error') };
}

/** Without what a terminal would obey, or what would begin another line. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function errorChain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error.stack) : `${error.stack}\ncaused by ${errorChain(error.cause)}`;
}
