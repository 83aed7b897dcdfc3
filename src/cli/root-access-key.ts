/**
 * The file in which the root access key of account 000000000000 lies, for the people and programs of this machine.
 *
 *   STATE/root-access-key      an AWS shared-credentials file, `[default]`, readable by its owner only
 *
 * The store is the truth: a file that is missing or says something else is written again. The secret goes nowhere else.
 */

import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessKey } from '../model.ts';
import { Failure } from './failure.ts';

const OWNER_ONLY = 0o600;

/** What requests are signed with; temporary credentials have a SessionToken too. */
export type SigningKey = Pick<AccessKey, 'AccessKeyId' | 'SecretAccessKey'> & { SessionToken?: string };

export function rootAccessKeyFile(stateDirectory: string): string {
  return join(stateDirectory, 'root-access-key');
}

/** Makes sure that the file says this key and that only its owner can read it. */
export async function writeRootAccessKey(stateDirectory: string, key: SigningKey): Promise<void> {
  const path = rootAccessKeyFile(stateDirectory);
  const content = `[default]\naws_access_key_id = ${key.AccessKeyId}\naws_secret_access_key = ${key.SecretAccessKey}\n`;
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === content) return chmod(path, OWNER_ONLY);
  // Written aside and renamed, so that nobody ever reads half a key, nor with the mode that an older file had.
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, content, { mode: OWNER_ONLY });
  await rename(aside, path);
}

/** @throws Failure when the file is not there, not readable, or holds no key */
export async function readRootAccessKey(stateDirectory: string): Promise<SigningKey> {
  const path = rootAccessKeyFile(stateDirectory);
  const content = await readFile(path, 'utf8').catch(() => '');
  const [, AccessKeyId] = /^aws_access_key_id = (\S+)$/m.exec(content) ?? [];
  const [, SecretAccessKey] = /^aws_secret_access_key = (\S+)$/m.exec(content) ?? [];
  if (AccessKeyId && SecretAccessKey) return { AccessKeyId, SecretAccessKey };
  throw new Failure(
    `the control plane takes no test keys and ${path} has no key: name its state directory with OPENIMDS_STATE, or set OPENIMDS_ACCESS_KEY_ID and OPENIMDS_SECRET_ACCESS_KEY`,
  );
}
