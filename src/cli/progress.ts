/**
 * What a command that takes a while says meanwhile: one line on standard error, taken away again at the end.
 *
 * Only a terminal gets it, so that logs and programs never see it.
 */

export type Progress = { say(what: string): void; end(): void };

const CLEAR_LINE = '\r\u001b[K';

export function startProgress(what: string): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { say() {}, end() {} };
  const say = (now: string) => void stderr.write(`${CLEAR_LINE}${now} …`);
  say(what);
  return { say, end: () => void stderr.write(CLEAR_LINE) };
}
