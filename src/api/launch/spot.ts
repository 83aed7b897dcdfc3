/**
 * Whether a launch asks for Spot instances, and what is to become of them when they are interrupted.
 *
 * There is no market here: a request is fulfilled at once and at any price, and only an event that somebody brings about
 * interrupts an instance.
 */

import type { SpotMarketOptions } from '@aws-sdk/client-ec2';
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  unsupportedOperation,
} from '../../aws-errors.ts';
import type { InterruptionAction, SpotInstanceType } from '../../model.ts';
import type { LaunchRequest } from './request.ts';

export type SpotPlan = { SpotInstanceType: SpotInstanceType; InstanceInterruptionBehavior: InterruptionAction };

/**
 * @returns undefined for on-demand instances
 * @throws InvalidParameterCombination, InvalidParameterValue, MissingParameter, UnsupportedOperation for other markets
 */
export function readSpot({ InstanceMarketOptions, HibernationOptions }: LaunchRequest): SpotPlan | undefined {
  if (InstanceMarketOptions === undefined) return undefined;
  const { MarketType, SpotOptions = {} } = InstanceMarketOptions;
  switch (MarketType) {
    case 'spot':
      return readOptions(SpotOptions, HibernationOptions?.Configured ?? false);
    case 'on-demand':
      return undefined;
    case 'capacity-block':
    case 'interruptible-capacity-reservation':
      throw unsupportedOperation(`openimds: the market type ${MarketType} is not offered (docs/scope.md)`);
    case undefined:
      throw missingParameter('InstanceMarketOptions.MarketType');
    default:
      throw invalidParameterValue(`Invalid value '${MarketType}' for MarketType.`);
  }
}

/** What is configured to hibernate does so when it is interrupted too (API/SpotMarketOptions). */
function readOptions(
  { SpotInstanceType, InstanceInterruptionBehavior }: SpotMarketOptions,
  hibernates: boolean,
): SpotPlan {
  const type = oneOf('SpotInstanceType', SpotInstanceType, ['one-time', 'persistent']);
  const behavior = oneOf('InstanceInterruptionBehavior', InstanceInterruptionBehavior, [
    'hibernate',
    'stop',
    'terminate',
  ]);
  if (hibernates && behavior !== undefined && behavior !== 'hibernate') {
    throw invalidParameterCombination(
      `\`${behavior}\` cannot be the interruption behavior of an instance that is configured for hibernation`,
    );
  }
  const plan = {
    SpotInstanceType: type ?? 'one-time',
    InstanceInterruptionBehavior: behavior ?? (hibernates ? 'hibernate' : 'terminate'),
  };
  checkBehavior(plan, SpotInstanceType);
  return plan;
}

/** Only a request that persists can start again what was stopped, and RunInstances makes none that launches again. */
function checkBehavior({ SpotInstanceType, InstanceInterruptionBehavior }: SpotPlan, asked: string | undefined): void {
  const terminates = InstanceInterruptionBehavior === 'terminate';
  if (SpotInstanceType === 'one-time' && !terminates) {
    throw invalidParameterCombination(
      `The request with type '${asked ?? 'null'}' is not supported when instanceInterruptionBehavior is set to '${InstanceInterruptionBehavior}'.`,
    );
  }
  if (SpotInstanceType === 'persistent' && terminates) {
    throw invalidParameterCombination(
      'The terminate InstanceInterruptionBehavior is not supported when requestType is set to persistent.',
    );
  }
}

function oneOf<T extends string>(name: string, value: string | undefined, values: readonly T[]): T | undefined {
  if (value === undefined || values.includes(value as T)) return value as T | undefined;
  throw invalidParameterValue(`Invalid value '${value}' for ${name}.`);
}
