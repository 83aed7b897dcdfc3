/**
 * ModifyInstanceAttribute: one attribute of one instance in a request.
 *
 * A request names it in one of two ways: `UserData.Value=…`, or `Attribute=userData` with `Value=…`. What the instance's
 * metadata shows, its host hears of; what can change only while the instance is stopped shows at its next start.
 */

import type { ModifyInstanceAttributeRequest } from '@aws-sdk/client-ec2';
import {
  alreadyEnding,
  architectureMismatch,
  differentNetworks,
  invalidInstanceAttributeValue,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  multipleInterfaces,
  notStopped,
  unknownAttribute,
  unsupportedOperation,
} from '../../../aws-errors.ts';
import { findInstanceType } from '../../../catalogue/instance-types.ts';
import { checkIpv6 } from '../../../metadata-options/ipv6-needs-nitro.ts';
import type { Instance, NetworkInterface } from '../../../model.ts';
import { action, type Call } from '../../call.ts';
import { readShutdownBehavior } from '../../instance-attributes.ts';
import { findInstance, instanceArns } from '../../instances.ts';
import { networkOf } from '../../network.ts';
import { securityGroupArn } from '../../security-group-shape.ts';
import { findGroup } from '../../security-groups.ts';
import { readUserData } from '../../user-data.ts';

/** A value as a member of its own gives it; text, where it comes beside `Attribute`. */
type Value = string | boolean | Uint8Array | string[];

type Change = {
  changed: Instance;
  /** Whether the instance must be stopped for it. */
  whileStopped?: true;
  /** Whether the instance's metadata shows it. */
  inMetadata?: true;
  /** ARNs of what is named beside the instance. */
  resources?: string[];
};

/** API/ModifyInstanceAttribute. */
export const modifyInstanceAttribute = action<ModifyInstanceAttributeRequest, object>(async (input, call) => {
  const { attribute, value } = readRequest(input);
  const decide = Object.hasOwn(CHANGES, attribute) ? CHANGES[attribute] : undefined;
  if (!decide) throw unchangeable(attribute);
  if (value === undefined) throw missingParameter('Value');
  const instance = await findInstance(call, input.InstanceId);
  const change = await decide(value, instance, call);
  await call.permit([...instanceArns(call, [instance]), ...(change.resources ?? [])], input.DryRun);
  refuseForState(instance, change);
  const revision = change.inMetadata ? await call.tx.nextRevision() : instance.revision;
  await call.tx.instances.update([{ ...change.changed, revision }]);
  return {};
});

// ─── The request ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The one attribute that the request names. @throws InvalidParameterCombination */
function readRequest(input: ModifyInstanceAttributeRequest): { attribute: string; value: Value | undefined } {
  const members: Record<string, { Value?: Value | undefined } | undefined> = {
    blockDeviceMapping: input.BlockDeviceMappings?.length ? {} : undefined,
    disableApiStop: input.DisableApiStop,
    disableApiTermination: input.DisableApiTermination,
    ebsOptimized: input.EbsOptimized,
    enaSupport: input.EnaSupport,
    enclaveOptions: input.EnclaveOptions && {},
    groupSet: input.Groups?.length ? { Value: input.Groups } : undefined,
    instanceInitiatedShutdownBehavior: input.InstanceInitiatedShutdownBehavior,
    instanceType: input.InstanceType,
    kernel: input.Kernel,
    ramdisk: input.Ramdisk,
    sourceDestCheck: input.SourceDestCheck,
    sriovNetSupport: input.SriovNetSupport,
    userData: input.UserData,
  };
  const given = Object.entries(members).flatMap(([attribute, member]) =>
    member === undefined ? [] : [{ attribute, value: member.Value }],
  );
  if (input.Attribute !== undefined) given.push({ attribute: input.Attribute, value: input.Value });
  const [first, ...others] = given;
  if (!first) throw invalidParameterCombination('No attributes specified.');
  if (others.length > 0) {
    const names = given.map(({ attribute }) => attribute).join(', ');
    throw invalidParameterCombination(`Fields for multiple attribute types specified: ${names}`);
  }
  return first;
}

/** The rest of AWS's names: what hardware and storage are, which nothing here has. Silence would be a lie. */
const NOT_OFFERED: ReadonlySet<string> = new Set([
  'blockDeviceMapping',
  'enaSupport',
  'enclaveOptions',
  'kernel',
  'productCodes',
  'ramdisk',
  'rootDeviceName',
  'sriovNetSupport',
]);

function unchangeable(attribute: string): Error {
  if (!NOT_OFFERED.has(attribute)) return unknownAttribute(attribute);
  return unsupportedOperation(`openimds: changing ${attribute} of an instance is not offered (docs/scope.md)`);
}

// ─── The changes ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** By attribute: what an instance is with another value. Each looks up what the value names, and throws for illegal ones. */
const CHANGES: Record<string, (value: Value, instance: Instance, call: Call) => Change | Promise<Change>> = {
  disableApiStop: (value, instance) => ({ changed: { ...instance, DisableApiStop: readSwitch(value) } }),
  disableApiTermination: (value, instance) => {
    if (instance.InstanceLifecycle === 'spot') {
      throw unsupportedOperation("Modifying 'disableApiTermination' is not supported for spot instances.");
    }
    return { changed: { ...instance, DisableApiTermination: readSwitch(value) } };
  },
  ebsOptimized: (value, instance) => ({
    changed: { ...instance, EbsOptimized: readSwitch(value) },
    whileStopped: true,
  }),
  groupSet: changeGroups,
  instanceInitiatedShutdownBehavior: (value, instance) => ({
    changed: { ...instance, InstanceInitiatedShutdownBehavior: readShutdownBehavior(String(value)) },
  }),
  instanceType: changeType,
  sourceDestCheck: (value, instance) => ({
    changed: withInterface(instance, { SourceDestCheck: readSwitch(value) }),
  }),
  userData: changeUserData,
};

/**
 * rule: user-data-while-stopped
 *   User data changes only while the instance is stopped, and shows when it has been started again.
 */
function changeUserData(value: Value, { UserData: _former, ...instance }: Instance): Change {
  const UserData = readUserData(value instanceof Uint8Array ? value : String(value));
  return {
    changed: { ...instance, ...(UserData !== undefined && { UserData }) },
    whileStopped: true,
    inMetadata: true,
  };
}

/**
 * rule: groups-in-metadata
 *   The metadata follows a change of an instance's security groups while it runs.
 */
async function changeGroups(value: Value, instance: Instance, call: Call): Promise<Change> {
  const network = await networkOf(call.tx, call.scope);
  const ids = Array.isArray(value) ? value : [String(value)];
  const groups = [...new Set(ids)].map((id) => findGroup(network, id));
  if (groups.some(({ VpcId }) => VpcId !== instance.VpcId)) throw differentNetworks();
  return {
    changed: withInterface(instance, { Groups: groups.map(({ GroupId }) => GroupId) }),
    inMetadata: true,
    resources: groups.map(securityGroupArn),
  };
}

/** The options stay as they are, so that a type which they cannot have is refused. */
function changeType(value: Value, instance: Instance): Change {
  const type = findInstanceType(String(value));
  if (!type) throw invalidInstanceAttributeValue(String(value));
  if (!type.Architecture.includes(instance.Architecture)) {
    throw architectureMismatch(type.Architecture, instance.Architecture);
  }
  checkIpv6(instance.MetadataOptions, type);
  return { changed: { ...instance, InstanceType: type.InstanceType }, whileStopped: true, inMetadata: true };
}

/** @throws InvalidInstanceID where the instance has several: AWS does not guess which is meant */
function withInterface(instance: Instance, change: Partial<NetworkInterface>): Instance {
  const [primary, ...others] = instance.NetworkInterfaces;
  if (others.length > 0) throw multipleInterfaces(instance.InstanceId);
  return { ...instance, NetworkInterfaces: [{ ...primary, ...change }] };
}

function readSwitch(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalidParameterValue('the value of `Value` is neither true nor false');
}

/** @throws IncorrectInstanceState */
function refuseForState({ InstanceId, State }: Instance, { whileStopped }: Change): void {
  if (whileStopped && State !== 'stopped') throw notStopped(InstanceId);
  if (State === 'shutting-down' || State === 'terminated') throw alreadyEnding(InstanceId);
}
