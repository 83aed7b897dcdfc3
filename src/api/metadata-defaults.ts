/**
 * Where an account's defaults for metadata options are kept: one document for each Region, none while nothing is set.
 */

import type { AccountMetadataDefaults } from '../model.ts';
import type { Call } from './call.ts';

const ID = 'account';

export async function metadataDefaults({ tx, scope }: Pick<Call, 'tx' | 'scope'>): Promise<AccountMetadataDefaults> {
  return (await tx.documents.find('metadata-defaults', scope, ID)) ?? {};
}

export function putMetadataDefaults({ tx, scope }: Call, defaults: AccountMetadataDefaults): Promise<void> {
  return tx.documents.put('metadata-defaults', scope, ID, defaults);
}
