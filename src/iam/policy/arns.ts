/**
 * ARNs in their six parts: `arn:partition:service:region:account:resource`, of which only the last may hold colons.
 *
 * rule: arn-parts. AWS compares ARNs part by part: a wildcard never reaches over a colon before the resource.
 */

const PARTS = 6;

/** What a part stands for that a pattern leaves out at its end: `arn:aws:ec2:*` means all of EC2. */
export const ANY_PART = '*';

/** The six parts of an ARN; undefined for text that is none. */
export function splitArn(arn: string): string[] | undefined {
  const parts = splitParts(arn, false);
  return parts.length === PARTS && parts[0] === 'arn' ? parts : undefined;
}

/** `instance` of `arn:aws:ec2:us-east-1:123456789012:instance/i-0…`; undefined for `*`. */
export function resourceTypeOf(arn: string): string | undefined {
  return splitArn(arn)?.[5]?.split('/')[0];
}

/**
 * The parts of a pattern, six at most; there are fewer where it leaves some out.
 *
 * @param variables whether `${…}` is a variable, whose colons separate nothing
 */
export function splitParts(pattern: string, variables: boolean): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < pattern.length && parts.length < PARTS - 1; at++) {
    if (pattern[at] === ':') {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    } else if (variables && pattern.startsWith('${', at)) {
      const end = pattern.indexOf('}', at);
      if (end > 0) at = end;
    }
  }
  parts.push(pattern.slice(start));
  return parts;
}
