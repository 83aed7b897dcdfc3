/**
 * Runs `ip` and `nft`, many lines at once: a process for each line would cost a hundred times the work.
 *
 * No shell reads anything of what is run as code. A line that fails does not keep the others from being run.
 */

import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where Debian has both, though not every user's PATH. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Where namespaces with names are. */
export const NAMESPACE_FOLDER = '/run/netns';

/**
 * What stands before a program for it to run there. `ip -n` and `ip netns exec` would copy all mounts of the machine first,
 * and every namespace that has a name is one: the thousandth instance would cost many times what the first one does.
 */
function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['nsenter', `--net=${NAMESPACE_FOLDER}/${namespace}`];
}

/** A line that was not carried out, from 0, and what the program said. */
export type FailedLine = { line: number; message: string };

/**
 * Runs lines of `ip -batch` in order.
 *
 * @param namespace by name; where this process is when absent
 * @returns those that failed
 * @throws Error when `ip` cannot be run
 */
export async function runIp(lines: readonly string[], namespace?: string): Promise<FailedLine[]> {
  if (lines.length === 0) return [];
  const [program, ...args] = [...inNamespace(namespace), 'ip', '-force', '-batch', '-'];
  const { stderr, status } = await run(program as string, args, `${lines.join('\n')}\n`);
  const failed = readFailures(stderr);
  if (status !== 0 && failed.length === 0) throw new Error(`ip failed: ${stderr.trim() || `status ${status}`}`);
  return failed;
}

/** Lines to be run in a namespace, without a line break in them. */
export type Batch = { namespace: string; lines: readonly string[] };

/** Reads a namespace and its lines up to an empty one, over and over. What it reads it never runs. */
const RUN_BATCHES = `
folder=$1
while IFS= read -r namespace; do
  lines=
  while IFS= read -r line && [ -n "$line" ]; do lines="$lines$line
"; done
  nsenter --net="$folder/$namespace" ip -force -batch - 2>&1 > /dev/null <<LINES
$lines
LINES
  printf '\\036%s\\036' "$?"
done`;

/**
 * Runs lines in many namespaces, in order in each of them.
 *
 * Every namespace needs an `ip` of its own. They are started by a few shells, because starting a program costs a process
 * the more the larger it is: this one ten times what it costs a shell.
 *
 * @returns for each batch the lines that failed; the first one where the namespace could not be entered
 */
export async function runIpInMany(batches: readonly Batch[]): Promise<FailedLine[][]> {
  const failed: FailedLine[][] = batches.map(() => []);
  // One more than there are processors, while another waits for the kernel.
  const shells = Math.min(batches.length, availableParallelism() + 1);
  const shares = Array.from({ length: shells }, (_, shell) =>
    Array.from(batches.keys()).filter((index) => index % shells === shell),
  );
  await Promise.all(
    shares.map(async (share) => {
      const results = await runInShell(share.map((index) => batches[index] as Batch));
      share.forEach((index, nth) => {
        failed[index] = results[nth] ?? [];
      });
    }),
  );
  return failed;
}

async function runInShell(batches: Batch[]): Promise<FailedLine[][]> {
  const input = batches.map(({ namespace, lines }) => `${[namespace, ...lines].join('\n')}\n\n`).join('');
  const { stdout, stderr } = await run('/bin/sh', ['-c', RUN_BATCHES, 'sh', NAMESPACE_FOLDER], input);
  // What `ip` said and the status with which it ended take turns.
  const said = stdout.split('\u001e');
  return batches.map((_, index) => {
    const [text = stderr, status] = [said[index * 2], said[index * 2 + 1]];
    const failed = readFailures(text);
    return status === '0' || failed.length > 0 ? failed : [{ line: 0, message: text.trim() || 'ip ended' }];
  });
}

/** Asks `ip` for something as JSON. */
export async function askIp<T>(args: readonly string[]): Promise<T> {
  const { stdout, stderr, status } = await run('ip', ['-j', ...args], '');
  if (status !== 0) throw new Error(`ip ${args.join(' ')} failed: ${stderr.trim()}`);
  return (stdout.trim() === '' ? [] : JSON.parse(stdout)) as T;
}

/** Loads a ruleset in a namespace, or where this process is, wholly or not at all. */
export async function loadRuleset(ruleset: string, namespace?: string): Promise<void> {
  const [program, ...args] = [...inNamespace(namespace), 'nft', '-f', '-'];
  const { stderr, status } = await run(program as string, args, ruleset);
  if (status !== 0) throw new Error(`nft failed${namespace === undefined ? '' : ` in ${namespace}`}: ${stderr.trim()}`);
}

/**
 * Where a program is that would be run here; undefined where there is none.
 *
 * @param path folders with colons between them
 */
export function findProgram(name: string, path = PATH): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first line that a program prints about itself; empty where it prints none. */
export async function versionOf(name: string, flag: string): Promise<string> {
  const { stdout, stderr } = await run(name, [flag], '');
  return (stdout || stderr).split('\n')[0]?.trim() ?? '';
}

/** `RTNETLINK answers: File exists`, then `Command failed -:3`. */
function readFailures(stderr: string): FailedLine[] {
  const failed: FailedLine[] = [];
  let said: string[] = [];
  for (const text of stderr.split('\n')) {
    const number = /^Command failed -:(\d+)$/.exec(text)?.[1];
    if (number === undefined) said.push(text);
    else {
      failed.push({ line: Number(number) - 1, message: said.join(' ').trim() });
      said = [];
    }
  }
  return failed;
}

type Ended = { stdout: string; stderr: string; status: number };

function run(program: string, args: readonly string[], input: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { env: { ...process.env, PATH, LC_ALL: 'C' }, maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ stdout, stderr, status: error ? Number(error.code) : 0 });
      },
    );
    // It may have ended before it has read everything; its status says so.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
