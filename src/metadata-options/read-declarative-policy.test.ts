/** What a declarative policy must not say, and where it says it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import { readDeclarativePolicy } from './read-declarative-policy.ts';

const SENTENCE = 'The provided policy document does not meet the requirements of the specified policy type.';

/** The policy with these metadata defaults, as JSON. */
const defaults = (settings: string) => `{"ec2_attributes":{"instance_metadata_defaults":${settings}}}`;

function refusal(text: string): string {
  try {
    readDeclarativePolicy(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'MalformedPolicyDocumentException', status: 400 });
    return (error as Error).message;
  }
  throw new Error(`${text} is accepted`);
}

describe('MalformedPolicyDocumentException', () => {
  test.each([
    ['', 'line 1, column 1: the JSON does not end'],
    ['{"ec2_attributes":{}', 'line 1, column 21: the JSON does not end'],
    ['{"ec2_attributes":{},"ec2_attributes":{}}', 'line 1, column 22: `ec2_attributes` comes twice in one object'],
    ['[]', 'line 1, column 1: expected an object'],
    ['{}', 'line 1, column 1: there is no `ec2_attributes`'],
    ['{\n  "tags": {}\n}', 'line 2, column 3, at `tags`: there is no such setting; there is ec2_attributes'],
    ['{"ec2_attributes":7}', 'line 1, column 19, at `ec2_attributes`: expected an object'],
    [
      '{"ec2_attributes":{"metadata":{}}}',
      'at `ec2_attributes.metadata`: there is no such setting; there is exception',
    ],
    [
      defaults('{"HttpTokens":{}}'),
      'instance_metadata_defaults.HttpTokens`: there is no such setting; there is http_tokens,',
    ],
    [defaults('{"http_tokens":"required"}'), 'http_tokens`: expected an object, with operators such as `@@assign`'],
    [
      defaults('{"http_tokens":{"@@assign":"always"}}'),
      'http_tokens`: expected one of optional, required, no_preference',
    ],
    [defaults('{"http_tokens":{"@@assign":"no-preference"}}'), 'expected one of optional, required, no_preference'],
    [defaults('{"http_tokens":{"@@assign":["required"]}}'), 'expected one of optional, required, no_preference'],
    [defaults('{"http_tokens":{"@@assign":null}}'), 'expected text, a number or a boolean'],
    [defaults('{"http_tokens":{"@@append":["required"]}}'), 'of operators for values only `@@assign` fits'],
    [
      defaults('{"http_tokens":{"@@set":"required"}}'),
      'there is no such operator; there are @@assign, @@append, @@remove',
    ],
    [defaults('{"http_tokens":{"value":{"@@assign":"required"}}}'), 'expected `@@assign`, not settings below it'],
    [defaults('{"@@assign":"required","http_tokens":{}}'), 'a setting that has a value has no settings below it'],
    [defaults('{"@@assign":"required"}'), 'instance_metadata_defaults`: expected settings, not a value'],
    ['{"ec2_attributes":{"@@append":[]}}', 'at `ec2_attributes`: expected settings, not a value'],
    [defaults('{"http_endpoint":{"@@assign":true}}'), 'expected one of enabled, disabled, no_preference'],
    [defaults('{"http_put_response_hop_limit":{"@@assign":"0"}}'), 'expected 1 to 64, or -1 for no preference'],
    [defaults('{"http_put_response_hop_limit":{"@@assign":65}}'), 'expected 1 to 64'],
    [defaults('{"http_put_response_hop_limit":{"@@assign":1.5}}'), 'expected 1 to 64'],
    [defaults('{"http_put_response_hop_limit":{"@@assign":"two"}}'), 'expected 1 to 64'],
    [
      defaults('{"http_tokens":{"@@operators_allowed_for_child_policies":[]}}'),
      'expected ["@@all"], ["@@none"], or some of',
    ],
    [defaults('{"http_tokens":{"@@operators_allowed_for_child_policies":"@@none"}}'), 'expected a list'],
    [
      defaults('{"http_tokens":{"@@operators_allowed_for_child_policies":["@@none","@@assign"]}}'),
      'expected ["@@all"]',
    ],
    ['{"ec2_attributes":{"exception_message":{"@@assign":7}}}', 'exception_message`: expected text'],
  ])('%s: %s', (text, what) => {
    const message = refusal(text);
    expect(message).toContain(what);
    expect(message.startsWith(`${SENTENCE} (line `)).toBe(true);
  });
});

describe('what is accepted', () => {
  test.each([
    ['no preference', defaults('{"http_tokens":{"@@assign":"no_preference"}}')],
    ['a control without a value', defaults('{"http_tokens":{"@@operators_allowed_for_child_policies":["@@none"]}}')],
    ['a control on a group', defaults('{"@@operators_allowed_for_child_policies":["@@assign"],"http_tokens":{}}')],
    [
      'other attributes of EC2',
      '{"ec2_attributes":{"allowed_images_settings":{"image_criteria":{"criteria_1":{"allowed_image_providers":{"@@append":["amazon"]}}}}}}',
    ],
  ])('%s', (_what, text) => {
    expect(readDeclarativePolicy(text).children.has('ec2_attributes')).toBe(true);
  });
});

test('whatever is given, it is read or refused', () => {
  const names = fc.constantFrom(
    'ec2_attributes',
    'instance_metadata_defaults',
    'http_tokens',
    '@@assign',
    '@@append',
    '__proto__',
    'x',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('required', 2, null, true, ''),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (json) => {
      try {
        readDeclarativePolicy(JSON.stringify(json));
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError);
      }
    }),
  );
});
