/**
 * Account settings: the IMDS defaults and the enforcement of IMDSv2, of the Region at hand and of all others.
 *
 * They are for launches to come; no existing instance is touched.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { hrefOf } from '../shell/route.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useApi } from '../sign-in/session.tsx';
import { nameOf, OPTIONS, type RegionDefaults } from './defaults.ts';
import { Enforcement, Managed } from './notices.tsx';
import { readDefaults } from './regions.ts';
import { RegionsTable } from './regions-table.tsx';

export default function AccountSettingsPage() {
  const api = useApi();
  const { data, error } = useLoaded((signal) => readDefaults(api, signal), [api]);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="What launches get that do not say it themselves, Region by Region. Existing instances keep their options."
      >
        Account settings
      </Header>
      {data?.managed && <Managed message={data.managed.message} />}
      {data && <Enforcement regions={[{ region: api.region, defaults: data.defaults }]} />}
      {error === undefined ? (
        <OfTheRegion region={api.region} found={data} />
      ) : (
        <ErrorAlert header={`The IMDS defaults in ${api.region} cannot be read`} error={error} />
      )}
      <RegionsTable api={api} />
    </SpaceBetween>
  );
}

function OfTheRegion({ region, found }: { region: string; found: RegionDefaults | undefined }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={found && `Managed by: ${found.managed ? 'declarative policy' : 'account'}`}
          actions={
            <Button href={hrefOf(region, 'account-settings/manage')} ariaLabel={`Manage IMDS defaults in ${region}`}>
              Manage
            </Button>
          }
        >
          IMDS defaults in {region}
        </Header>
      }
    >
      {found ? (
        <KeyValuePairs
          columns={3}
          items={OPTIONS.map(({ option, label }) => ({
            label,
            value: (
              <>
                {nameOf(option, found.defaults[option])}
                <Box variant="small" display="block">
                  {option}
                </Box>
              </>
            ),
          }))}
        />
      ) : (
        <Spinner />
      )}
    </Container>
  );
}
