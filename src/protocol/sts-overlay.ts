/**
 * What is written by hand about STS's model: which operations we serve, and what the AWS SDK's schemas do not say.
 *
 * Adding an operation: add its name here, run `npx node src/protocol/generate.ts`, commit sts.model.json.
 */

import type { Overlay } from './build-model.ts';

/** The STS operations that OpenIMDS serves. */
export const stsOperations = [
  'AssumeRole',
  'DecodeAuthorizationMessage',
  'GetCallerIdentity',
  'GetSessionToken',
] as const;

export const stsOverlay: Overlay = {
  protocol: 'awsQuery',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  members: [],
  doubles: [],
};
