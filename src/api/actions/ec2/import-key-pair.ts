/**
 * ImportKeyPair: takes the public half of a key pair under a name that is unique in the account and Region.
 *
 * Instances launched with that name find the key in their metadata, under public-keys.
 */

import type { ImportKeyPairRequest, ImportKeyPairResult } from '@aws-sdk/client-ec2';
import { invalidKeyPairDuplicate, invalidParameterValue, missingParameter } from '../../../aws-errors.ts';
import { isoMilliseconds } from '../../../clock.ts';
import { newId } from '../../../ids.ts';
import type { KeyPair } from '../../../model.ts';
import { action, ec2Arn } from '../../call.ts';
import { readPublicKey } from '../../public-key.ts';
import { tagsForNew } from '../../tags.ts';

const LONGEST_NAME = 255;

/** API/ImportKeyPair. */
export const importKeyPair = action<ImportKeyPairRequest, ImportKeyPairResult>(async (input, call) => {
  const KeyName = readName(input.KeyName);
  const Tags = tagsForNew('key-pair', input.TagSpecifications);
  if (input.PublicKeyMaterial === undefined) throw missingParameter('PublicKeyMaterial');
  const key = readPublicKey(input.PublicKeyMaterial);
  await call.permit([ec2Arn(call.scope, 'key-pair', KeyName)], input.DryRun);
  if (await call.tx.documents.find('key-pair', call.scope, KeyName)) throw invalidKeyPairDuplicate();
  const keyPair: KeyPair = {
    ...call.scope,
    ...key,
    KeyName,
    KeyPairId: newId('key'),
    CreateTime: isoMilliseconds(call.nowMs),
  };
  await call.tx.documents.put('key-pair', call.scope, KeyName, keyPair);
  await call.tx.tags.put(call.scope, { ResourceId: keyPair.KeyPairId, ResourceType: 'key-pair' }, Tags);
  return { KeyFingerprint: keyPair.KeyFingerprint, KeyName, KeyPairId: keyPair.KeyPairId, Tags };
});

function readName(name: string | undefined): string {
  if (name === undefined || name === '') throw missingParameter('KeyName');
  if (!/^[\x20-\x7e]+$/.test(name)) {
    throw invalidParameterValue(
      `Value (${name}) for parameter KeyName is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
  if (name.length > LONGEST_NAME) {
    throw invalidParameterValue(`Key pair name exceeds the maximum length of ${LONGEST_NAME} characters`);
  }
  return name;
}
