/**
 * SendSSHPublicKey: an SSH key for one user of an instance, in the instance's metadata for a minute, and then gone.
 *
 *   push ──> signed here ──> the host is told ──> managed-ssh-keys/active-keys/USER ──> a client on the instance verifies
 *
 * The text is what that client reads (aws-behaviour 2, `managed-ssh-keys/`): lines that say of which instance and until
 * when, the key, and a signature over all of them.
 */

import { constants, sign } from 'node:crypto';
import {
  AwsError,
  ec2InstanceNotFoundException,
  ec2InstanceStateInvalidException,
  ec2InstanceUnavailableException,
  invalidArgsException,
  throttlingException,
} from '../../../aws-errors.ts';
import { isoMilliseconds } from '../../../clock.ts';
import type { Instance, ManagedSshKey } from '../../../model.ts';
import { readTextMembers, type TextMember } from '../../../protocol/json.ts';
import { findMade } from '../../../store/made-once.ts';
import { ec2Arn } from '../../call.ts';
import type { JsonCall } from '../../json-call.ts';
import { readPublicKey } from '../../public-key.ts';

const LIFETIME_MS = 60_000;
/** Of one instance at a time, whoever they are for. */
const MOST_KEYS = 20;

/** AWS's patterns and bounds (ec2-instance-connect API/SendSSHPublicKey). */
const MEMBERS = {
  InstanceId: { required: true, min: 10, max: 32, pattern: '^i-[a-f0-9]+$' },
  InstanceOSUser: {
    required: true,
    min: 1,
    max: 32,
    pattern: '^[A-Za-z_][A-Za-z0-9\\@\\._-]{0,30}[A-Za-z0-9\\$_-]?$',
  },
  SSHPublicKey: { required: true, min: 80, max: 4096 },
  AvailabilityZone: { min: 6, max: 32, pattern: '^(\\w+-){2,3}\\d+\\w+$' },
} as const satisfies Record<string, TextMember>;

type Answer = { RequestId: string; Success: boolean };

/** ec2-instance-connect API/SendSSHPublicKey. */
export async function sendSshPublicKey(body: unknown, call: JsonCall): Promise<Answer> {
  const input = readTextMembers(body, MEMBERS, invalidArgsException);
  const key = readKey(input.SSHPublicKey);
  const instance = await find(call, input.InstanceId, input.AvailabilityZone);
  await call.permit([ec2Arn(call.scope, 'instance', instance.InstanceId)]);
  if (instance.State !== 'running') throw ec2InstanceStateInvalidException();
  const visible = stillVisible(instance, call.nowMs);
  if (visible.length >= MOST_KEYS) throw throttlingException();
  const pushed = await push(call, instance, { user: input.InstanceOSUser, key });
  const revision = await call.tx.nextRevision();
  await call.tx.instances.update([{ ...instance, ManagedSshKeys: [...visible, pushed], revision }]);
  return { RequestId: call.requestId, Success: true };
}

async function find(call: JsonCall, InstanceId: string, zone: string | undefined): Promise<Instance> {
  const [instance] = await call.tx.instances.get(call.scope, [InstanceId]);
  if (!instance) throw ec2InstanceNotFoundException('The specified instance was not found.');
  if (zone !== undefined && zone !== instance.AvailabilityZone) {
    throw ec2InstanceNotFoundException('Instance not found in the specified Availability Zone.');
  }
  return instance;
}

async function push(
  call: JsonCall,
  { InstanceId }: Instance,
  { user, key }: { user: string; key: string },
): Promise<ManagedSshKey> {
  const signer = await findMade(call.tx, 'ssh-signer', call.scope.region);
  // A host asks for the signer before it runs an instance, so this one runs since before there were signers.
  if (!signer) throw ec2InstanceUnavailableException();
  const untilMs = call.nowMs + LIFETIME_MS;
  return {
    InstanceOSUser: user,
    VisibleUntil: isoMilliseconds(untilMs),
    text: signed(statement(InstanceId, key, untilMs, call), signer.privateKey),
  };
}

/**
 * RSA and ED25519 only: the client on an instance takes no key that does not begin with `ssh`.
 *
 * @throws InvalidArgsException
 */
function readKey(text: string): string {
  try {
    return readPublicKey(Buffer.from(text)).PublicKey;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgsException(
      'Invalid input parameter received for Illegal argument exception: SSH Public key is invalid',
    );
  }
}

function stillVisible({ ManagedSshKeys = [] }: Instance, nowMs: number): ManagedSshKey[] {
  return ManagedSshKeys.filter(({ VisibleUntil }) => Date.parse(VisibleUntil) > nowMs);
}

/** The bytes that are signed and verified: each line, with its line feed. */
function statement(InstanceId: string, key: string, untilMs: number, { principal, requestId }: JsonCall): string {
  const lines = [
    `#Timestamp=${Math.floor(untilMs / 1000)}`,
    `#Instance=${InstanceId}`,
    `#Caller=${principal.arn}`,
    `#Request=${requestId}`,
    key,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** An empty line ends the signature, and so each of several keys. */
function signed(text: string, privateKey: string): string {
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, ...padding }).toString('base64');
  return `${text}${signature.replaceAll(/.{76}(?=.)/g, '$&\n')}\n\n`;
}
