/**
 * DescribeKeyPairs: by name, by id, or all that the filters let through; AWS has no pages here.
 *
 * The public key is shown with IncludePublicKey only, as one OpenSSH line that ends in the pair's name.
 */

import type { DescribeKeyPairsRequest, DescribeKeyPairsResult, KeyPairInfo } from '@aws-sdk/client-ec2';
import { invalidKeyPairIdNotFound, invalidKeyPairNotFound } from '../../../aws-errors.ts';
import type { KeyPair, Tag } from '../../../model.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';

type TaggedKeyPair = KeyPair & { Tags: Tag[] };

/** API/DescribeKeyPairs. */
export const describeKeyPairs = action<DescribeKeyPairsRequest, DescribeKeyPairsResult>(async (input, call) => {
  const letsThrough = filterBy(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const keyPairs = select(await call.tx.documents.list('key-pair', call.scope), input);
  const tags = await call.tx.tags.of(
    call.scope,
    keyPairs.map(({ KeyPairId }) => KeyPairId),
  );
  const shown = keyPairs
    .map((keyPair): TaggedKeyPair => ({ ...keyPair, Tags: tags.get(keyPair.KeyPairId) ?? [] }))
    .filter(letsThrough);
  return { KeyPairs: shown.map((keyPair) => describeKeyPair(keyPair, input.IncludePublicKey ?? false)) };
});

/** Those with one of the names or ids of the request; all of them where it has neither. */
function select(keyPairs: KeyPair[], { KeyNames = [], KeyPairIds = [] }: DescribeKeyPairsRequest): KeyPair[] {
  const missingName = KeyNames.find((name) => !keyPairs.some(({ KeyName }) => KeyName === name));
  if (missingName !== undefined) throw invalidKeyPairNotFound(missingName);
  const missingId = KeyPairIds.find((id) => !keyPairs.some(({ KeyPairId }) => KeyPairId === id));
  if (missingId !== undefined) throw invalidKeyPairIdNotFound(missingId);
  if (KeyNames.length + KeyPairIds.length === 0) return keyPairs;
  return keyPairs.filter(({ KeyName, KeyPairId }) => KeyNames.includes(KeyName) || KeyPairIds.includes(KeyPairId));
}

function describeKeyPair(keyPair: TaggedKeyPair, withPublicKey: boolean): KeyPairInfo {
  const { KeyPairId, KeyType, Tags, KeyName, KeyFingerprint, PublicKey } = keyPair;
  return {
    KeyPairId,
    KeyType,
    Tags,
    ...(withPublicKey && { PublicKey: `${PublicKey} ${KeyName}` }),
    CreateTime: new Date(keyPair.CreateTime),
    KeyName,
    KeyFingerprint,
  };
}

/** Filter names of API/DescribeKeyPairs. */
const FILTERS: FilterTable<TaggedKeyPair> = {
  fingerprint: ({ KeyFingerprint }) => [KeyFingerprint],
  'key-name': ({ KeyName }) => [KeyName],
  'key-pair-id': ({ KeyPairId }) => [KeyPairId],
};
