/**
 * What the page asks about a policy and what it gets to know: the messages between the page and its worker. Types only.
 *
 * Answers are bounded, whatever the policy is: so many findings, so many other statements.
 */

import type { Finding } from '../../../src/iam/lint/finding.ts';
import type { Place } from '../../../src/iam/policy/json.ts';
import type { PolicyKind } from '../../../src/iam/policy/policy.ts';
import type { Scope } from '../../../src/model.ts';
import type { Trial } from './trial.ts';

export type Question = { text: string; kind: PolicyKind; trial: Trial; scope: Scope };

export type Answer = {
  findings: readonly Finding[];
  /** There are more than are looked for. */
  more: boolean;
  /** What AWS would answer to who stores it: code and words. */
  refusal?: { code: string; message: string };
  /** Absent where the policy cannot be read, or is of a kind that no such call is asked about. */
  tried?: Tried;
};

/** `problem`: such a call cannot be made, in AWS's words where they are known. */
export type Tried = { problem: string } | { allowed: boolean; everything: boolean; answers: readonly TriedAnswer[] };

/** About one resource. */
export type TriedAnswer = {
  action: string;
  resource: string;
  decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
  /** The one that decides about the whole call. */
  decides: boolean;
  /** A sentence, without a full stop. */
  why: string;
  /** The statement that decided, where it is one of the policy that was written. */
  statement?: WrittenStatement;
  /** What its conditions met. */
  conditions: readonly string[];
  /** The others that are about the action, those that came nearest first. */
  others: readonly (WrittenStatement & { outcome: string })[];
  /** How many more there are, and how many are about other actions. */
  notShown: number;
  aboutOthers: number;
};

export type WrittenStatement = { name: string; Effect: 'Allow' | 'Deny'; start: Place; end: Place };

/** From the worker: which actions there are, once, and then an answer for each question. */
export type FromWorker = { actions: readonly string[] } | { answer: Answer } | { broken: string };
