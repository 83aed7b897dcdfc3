/**
 * The commands of one service of the real AWS CLI, in an order in which they lead to each other, each noted, so that a test
 * can say which were never run.
 */

import type { Aws } from './aws.ts';

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

/** @param aws is asked for when a command runs */
export function commandsOf(service: string, aws: () => Aws): Commands {
  const known: Record<string, string> = {};
  const used = new Set<string>();
  return {
    known,
    used,
    async call(command, ...args) {
      used.add(command);
      const filled = args.map((arg) => arg.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? ''));
      const { status, stdout, stderr } = await aws().run([service, command, ...filled, '--output', 'json']);
      if (status !== 0) throw new Error(`aws ${service} ${command} ${filled.join(' ')}: ${stderr}`);
      return stdout.trim() === '' ? {} : JSON.parse(stdout);
    },
  };
}
