/** What one has to know of the account's defaults: that they are not the account's to change, and what enforcement breaks. */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AccountMetadataDefaults } from '../../../src/model.ts';
import { breaksLaunches } from './defaults.ts';

/** @param message of the policy, to who would change them */
export function Managed({ message }: { message: string | undefined }) {
  return (
    <Alert type="info" header="A declarative policy manages these defaults">
      <SpaceBetween size="xs">
        <Box color="inherit">
          The organization has attached it, and it holds in every Region. This account cannot change them.
        </Box>
        {message !== undefined && (
          <Box color="inherit">
            The policy says: <strong>{message}</strong>
          </Box>
        )}
      </SpaceBetween>
    </Alert>
  );
}

type InRegion = { region: string; defaults: AccountMetadataDefaults };

/** Nothing where nothing is wrong. */
export function Enforcement({ regions }: { regions: readonly InRegion[] }) {
  const names = regions.filter(({ defaults }) => breaksLaunches(defaults)).map(({ region }) => region);
  if (names.length === 0) return null;
  return (
    <Alert type="warning" header={`Launches that leave the metadata version open fail in ${names.join(', ')}`}>
      IMDSv2 is enforced there, but the default for Metadata version is not V2 only. A launch whose request does not say
      HttpTokens=required fails, unless its AMI does (ImdsSupport v2.0). Set Metadata version to V2 only as well.
    </Alert>
  );
}
