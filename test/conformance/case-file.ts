/**
 * A case file: what is asked, ten dashes, what is answered, so that both can be read, and edited, side by side.
 *
 *   # aws-behaviour 3.4: hop limit out of range        the first line says where the answer comes from
 *   # instance: MetadataOptions.HttpTokens=required    launch one like this; {{instance}} is its id
 *   # token: 60                                        get a session token for 60 seconds; {{token}} is it
 *   Action=ModifyInstanceMetadataOptions               the request
 *   ----------
 *   400 InvalidParameterValue                          the answer; {{any}} stands for what differs each time
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export type Case = {
  /** Its path below the folder, for example `imds/token/put.case`. */
  name: string;
  source: string;
  /** RunInstances parameters of the instance that the case wants. */
  instance?: Record<string, string>;
  tokenSeconds?: string;
  request: string;
  answer: string;
};

const RULE = '\n----------\n';

/** Every case below a folder, in order of name. @throws when a file has not the form above */
export function readCases(folder: string): Case[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.case'))
    .sort()
    .map((path) => readCase(relative(folder, join(folder, path)), readFileSync(join(folder, path), 'utf8')));
}

/** A pattern in which `{{any}}` and `{{digits}}` stand for what differs from one answer to the next. */
export function pattern(expected: string): RegExp {
  const escaped = expected
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('\\{\\{any\\}\\}', '[^\\r\\n<]*')
    .replaceAll('\\{\\{digits\\}\\}', '\\d+');
  return new RegExp(`^${escaped}$`);
}

function readCase(name: string, text: string): Case {
  const [head = '', answer, more] = text.split(RULE);
  const lines = head.split('\n');
  const comments = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const [source, ...directives] = comments;
  if (source === undefined || answer === undefined || more !== undefined) throw new Error(`${name} is no case file`);
  const directive = (key: string) =>
    directives
      .find((line) => line.startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim();
  const instance = directive('instance');
  const tokenSeconds = directive('token');
  return {
    name,
    source,
    ...(instance !== undefined && { instance: Object.fromEntries(new URLSearchParams(instance)) }),
    ...(tokenSeconds !== undefined && { tokenSeconds }),
    request: lines.filter((line) => !line.startsWith('#')).join('\n'),
    answer: answer.replace(/\n$/, ''),
  };
}
