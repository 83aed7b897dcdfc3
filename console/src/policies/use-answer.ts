/**
 * Asks the worker whenever the question changes. While it thinks, only the last question waits; an answer stays until the
 * next one is there, and says which text it is about.
 *
 * INVARIANT: a worker that thinks for too long is ended, so that no text can keep a processor busy.
 */

import { useEffect, useRef, useState } from 'react';
import type { Answer, FromWorker, Question } from './question.ts';

type Known = {
  answer: Answer | undefined;
  /** The text that it is about. */
  about: string | undefined;
  actions: readonly string[];
  /** What went wrong with the worker itself. */
  broken: string | undefined;
};

/** A megabyte takes some seconds, and many times that on a machine that has much else to do. */
const LONGEST_MS = 60_000;

/** @param question undefined where nothing is to be asked */
export function useAnswer(question: Question | undefined): Known {
  const [known, setKnown] = useState<Known>({ answer: undefined, about: undefined, actions: [], broken: undefined });
  const asker = useRef<Asker>(undefined);
  useEffect(() => {
    const made = createAsker((message, about) =>
      setKnown((before) => {
        if ('actions' in message) return { ...before, actions: message.actions };
        if ('broken' in message) return { ...before, answer: undefined, about, broken: message.broken };
        return { ...before, answer: message.answer, about, broken: undefined };
      }),
    );
    asker.current = made;
    return () => made.end();
  }, []);
  useEffect(() => {
    if (question) asker.current?.ask(question);
  }, [question]);
  return known;
}

type Asker = { ask(question: Question): void; end(): void };

function createAsker(tell: (message: FromWorker, about: string | undefined) => void): Asker {
  let worker: Worker | undefined;
  let asked: Question | undefined;
  let next: Question | undefined;
  let timer = 0;
  const give = (message: FromWorker) => {
    if ('actions' in message) return tell(message, undefined);
    window.clearTimeout(timer);
    tell(message, asked?.text);
    asked = undefined;
    askNext();
  };
  const start = () => {
    const made = new Worker(new URL('./answer.worker.ts', import.meta.url), { type: 'module' });
    made.onmessage = ({ data }: MessageEvent<FromWorker>) => give(data);
    made.onerror = (event) =>
      restart(event.message || 'The part of the console that looks at policies cannot be loaded.');
    return made;
  };
  const restart = (why: string) => {
    worker?.terminate();
    worker = undefined;
    give({ broken: why });
  };
  const askNext = () => {
    if (asked || !next) return;
    [asked, next] = [next, undefined];
    worker ??= start();
    worker.postMessage(asked);
    timer = window.setTimeout(() => restart('To look at this policy takes too long, so it was given up.'), LONGEST_MS);
  };
  return {
    ask(question) {
      next = question;
      askNext();
    },
    end() {
      window.clearTimeout(timer);
      next = undefined;
      worker?.terminate();
    },
  };
}
