/**
 * Answers the page's questions beside it, so that a large policy never keeps the page from being used. What it needs to
 * know of AWS's actions is loaded here and nowhere else.
 */

import { allActions } from '../../../src/iam/lint/subject.ts';
import { answerTo } from './answer.ts';
import type { FromWorker, Question } from './question.ts';

function tell(message: FromWorker): void {
  self.postMessage(message);
}

self.onmessage = ({ data }: MessageEvent<Question>) => {
  try {
    tell({ answer: answerTo(data) });
  } catch (error) {
    tell({ broken: error instanceof Error ? error.message : String(error) });
  }
};

tell({ actions: allActions().map(({ action }) => action) });
