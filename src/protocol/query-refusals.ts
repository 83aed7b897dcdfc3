/**
 * What is wrong with the form of a Query request, as each of the two protocols says it.
 *
 * EC2 names one thing; the other services count all members that are missing, with the names of their members beginning in
 * lower case. Where AWS's words are not known they are ours.
 */

import {
  type AwsError,
  invalidAction,
  invalidParameterValue,
  invalidQueryParameter,
  missingParameter,
  operationNotFound,
  unknownParameter,
  validationErrors,
} from '../aws-errors.ts';
import type { Protocol } from './model.ts';

export type Refusals = {
  /** @param version as the request says it, if it does */
  unknownAction(name: string, version: string | undefined): AwsError;
  unknownParameter(name: string): AwsError;
  missingParameters(names: string[]): AwsError;
  /** @param what for example `not an integer` */
  wrongType(name: string, value: string, what: string): AwsError;
};

export function refusalsOf(protocol: Protocol): Refusals {
  return REFUSALS[protocol];
}

const REFUSALS: Readonly<Record<Protocol, Refusals>> = {
  ec2: {
    unknownAction: invalidAction,
    unknownParameter,
    missingParameters: ([first = '']) => missingParameter(first),
    wrongType: (name, _value, what) => invalidParameterValue(`the value of \`${name}\` is ${what}`),
  },
  awsQuery: {
    unknownAction: operationNotFound,
    unknownParameter: (name) => invalidQueryParameter(`the parameter \`${name}\` is not recognized`),
    missingParameters: (names) =>
      validationErrors(names.map((name) => ({ value: null, at: name, must: 'not be null' }))),
    wrongType: (name, _value, what) => invalidQueryParameter(`the value of \`${name}\` is ${what}`),
  },
};
