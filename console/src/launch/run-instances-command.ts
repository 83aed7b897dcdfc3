/**
 * The `aws` command that launches what a request does, word for word as a shell takes it.
 *
 * Shorthand where the CLI reads it as it is meant, JSON elsewhere.
 */

import type { Tag } from '../../../src/model.ts';
import type { RunInstancesRequest } from '../api/services.ts';

/** @param region where it is to run */
export function runInstancesCommand(request: RunInstancesRequest, region: string): string[] {
  const { MinCount, TagSpecifications, MetadataOptions, IamInstanceProfile, UserData } = request;
  const flags: [string, string | undefined][] = [
    ['--region', region],
    ['--image-id', request.ImageId],
    ['--instance-type', request.InstanceType],
    ['--count', MinCount === 1 ? undefined : String(MinCount)],
    ['--key-name', request.KeyName],
    ['--subnet-id', request.SubnetId],
    ['--iam-instance-profile', IamInstanceProfile?.Name && `Name=${IamInstanceProfile.Name}`],
    ['--metadata-options', MetadataOptions && shorthand(MetadataOptions)],
    ['--tag-specifications', tags(TagSpecifications?.[0]?.Tags as Tag[] | undefined)],
    ['--user-data', UserData && text(UserData)],
  ];
  return ['aws', 'ec2', 'run-instances', ...flags.flatMap(([flag, value]) => (value ? flagWords(flag, value) : []))];
}

/** What begins like a flag, as YAML's `---` does, the CLI takes for one unless it is one word with its own. */
function flagWords(flag: string, value: string): string[] {
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

function shorthand(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** In shorthand commas, quotes and brackets mean something. */
const PLAIN = /^[\w.:/@+-]*$/;

function tags(given: Tag[] | undefined): string | undefined {
  if (!given) return undefined;
  const isPlain = given.every(({ Key, Value }) => PLAIN.test(Key) && PLAIN.test(Value) && Value !== '');
  if (!isPlain) return JSON.stringify([{ ResourceType: 'instance', Tags: given }]);
  return `ResourceType=instance,Tags=[${given.map((tag) => `{${shorthand(tag)}}`).join(',')}]`;
}

/** The CLI encodes it itself. What is no text has to come from a file. */
function text(UserData: string): string {
  try {
    const bytes = Uint8Array.from(atob(UserData), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'fileb://user-data';
  }
}
