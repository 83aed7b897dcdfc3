/**
 * Names, paths and other parameters of IAM: which characters, how many, from where to where.
 *
 * What breaks a rule is refused as ValidationError, in AWS's words.
 */

import { validationError, validationErrors } from '../../aws-errors.ts';

/** A name that must be there. @param parameter for example `UserName` @throws ValidationError */
export function readName(parameter: string, value: string | undefined, longest: number): string {
  const name = readText(parameter, value, { longest });
  if (/^[\w+=,.@-]+$/.test(name)) return name;
  throw validationError(
    `The specified value for ${camelCase(parameter)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** Text that must be there. @throws ValidationError */
export function readText(
  parameter: string,
  value: string | undefined,
  { shortest = 1, longest }: { shortest?: number; longest: number },
): string {
  if (value === undefined) throw validationErrors([{ value: null, at: parameter, must: 'not be null' }]);
  if (value.length < shortest) {
    throw validationErrors([{ value, at: parameter, must: `have length greater than or equal to ${shortest}` }]);
  }
  if (value.length > longest) {
    const shown = value.slice(0, longest);
    throw validationErrors([{ value: shown, at: parameter, must: `have length less than or equal to ${longest}` }]);
  }
  return value;
}

const LONGEST_PATH = 512;

/** `/` where none is given. @throws ValidationError */
export function readPath(value = '/', parameter = 'Path'): string {
  const path = readText(parameter, value, { longest: LONGEST_PATH });
  if (/^\/(?:[\u0021-\u007e]+\/)?$/.test(path)) return path;
  throw validationError(
    `The specified value for ${camelCase(parameter)} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
  );
}

/** What the paths of a listing begin with. @throws ValidationError */
export function readPathPrefix(value = '/'): string {
  const prefix = readText('PathPrefix', value, { longest: LONGEST_PATH });
  if (/^\/[\u0021-\u007f]*$/.test(prefix)) return prefix;
  throw validationError('The specified value for pathPrefix is invalid. It must begin with /.');
}

/** One of a few words; undefined where none is given. @throws ValidationError */
export function readWord<W extends string>(
  parameter: string,
  value: string | undefined,
  words: readonly W[],
): W | undefined {
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word) return word;
  const shown = value.slice(0, 128);
  throw validationErrors([{ value: shown, at: parameter, must: `satisfy enum value set: [${words.join(', ')}]` }]);
}

/** @throws ValidationError */
export function readNumber(parameter: string, value: number, { least, most }: { least: number; most: number }): number {
  if (value < least)
    throw validationErrors([{ value, at: parameter, must: `have value greater than or equal to ${least}` }]);
  if (value > most)
    throw validationErrors([{ value, at: parameter, must: `have value less than or equal to ${most}` }]);
  return value;
}

function camelCase(parameter: string): string {
  return parameter.slice(0, 1).toLowerCase() + parameter.slice(1);
}
