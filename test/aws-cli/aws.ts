/**
 * The real AWS CLI against an OpenIMDS, for tests of very many commands: loaded once (`aws.py`), where each command alone
 * would load it again for half a second or more.
 *
 * It is the installed `aws`: the Python that has it is looked for, and it has to be the same version. Where that is no Python
 * program, each command is a process.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { changed, shellEnvironment } from '../../src/cli/environment.ts';
import { CHECKOUT, cleanEnvironment, type OpenImds, type Ran, run } from '../openimds.ts';

export type Aws = {
  /** `aws …`, as in a shell after `openimds env`. @param env what is otherwise in it, such as somebody else's credentials */
  run(args: string[], env?: Record<string, string>): Promise<Ran>;
  [Symbol.asyncDispose](): Promise<void>;
};

const DRIVER = join(CHECKOUT, 'test/aws-cli/aws.py');
const TEST_KEY = { AccessKeyId: 'test', SecretAccessKey: 'test' };

export async function startAws({ address }: Pick<OpenImds, 'address'>): Promise<Aws> {
  const clean = cleanEnvironment();
  const env = changed(clean, shellEnvironment(clean, { address, key: TEST_KEY, region: 'us-east-1' }));
  const python = await findPython(clean);
  if (python === undefined) {
    return { run: (args, more) => run('aws', args, { ...env, ...more }), async [Symbol.asyncDispose]() {} };
  }
  return talkTo(spawn(python, [DRIVER], { env, stdio: ['pipe', 'pipe', 'inherit'] }));
}

async function findPython(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const installed = (await run('aws', ['--version'], env)).stdout;
  for (const folder of env.PATH?.split(delimiter) ?? []) {
    const python = join(folder, 'python3');
    if (!existsSync(python)) continue;
    const { status, stdout } = await run(python, ['-c', 'import awscli; print(awscli.__version__)'], env);
    if (status === 0 && installed.startsWith(`aws-cli/${stdout.trim()} `)) return python;
  }
  return undefined;
}

/** One command after the other: each gets the next line that comes. */
function talkTo(driver: ChildProcess): Aws {
  const { stdin, stdout } = driver;
  if (!stdin || !stdout) throw new Error('the driver of the AWS CLI has no pipes');
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = answers.next();
  const ask = async (args: string[], env: Record<string, string>): Promise<Ran> => {
    stdin.write(`${JSON.stringify({ args, env })}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error(`the driver of the AWS CLI has ended at \`aws ${args.join(' ')}\``);
    return JSON.parse(value) as Ran;
  };
  return {
    run(args, env = {}) {
      const answer = last.then(() => ask(args, env));
      last = answer.catch(() => undefined);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      const gone = once(driver, 'exit');
      stdin.end();
      if (driver.exitCode === null && driver.signalCode === null) await gone;
    },
  };
}
