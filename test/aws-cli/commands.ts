/**
 * The commands of one service of the real AWS CLI, in an order in which they lead to each other, each noted, so that a test
 * can say which were never run.
 */

import type { OpenImds } from '../openimds.ts';

// biome-ignore lint/suspicious/noExplicitAny: the answer of any command
export type Answer = any;

export type Commands = {
  /** Runs `aws SERVICE COMMAND …`; `{name}` in an argument stands for what is known by that name. */
  call(command: string, ...args: string[]): Promise<Answer>;
  /** What one command finds out for those after it. */
  known: Record<string, string>;
  /** The commands that were run. */
  used: Set<string>;
};

/** @param openimds is asked when a command runs */
export function commandsOf(service: string, openimds: () => OpenImds): Commands {
  const known: Record<string, string> = {};
  const used = new Set<string>();
  return {
    known,
    used,
    call(command, ...args) {
      used.add(command);
      const filled = args.map((arg) => arg.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? ''));
      return openimds().json<Answer>(service, command, ...filled);
    },
  };
}
