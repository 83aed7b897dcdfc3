/**
 * Manage IMDS defaults: one change, in one Region or several, with what will be after it before it is made.
 *
 * What is not touched here stays as it is in each Region. A Region that refuses keeps the form, and the others go on.
 *
 * rule: defaults-in-console
 */

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import type { AccountMetadataDefaults } from '../../../src/model.ts';
import { ShellCommand } from '../aws-command/aws-command.tsx';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { hrefOf, useRoute } from '../shell/route.ts';
import { useApi } from '../sign-in/session.tsx';
import { DefaultFields } from './default-fields.tsx';
import { type Change, changed, problemOf } from './defaults.ts';
import { commandIn } from './many-regions-command.ts';
import { Enforcement, Managed } from './notices.tsx';
import { Progress } from './progress.tsx';
import { useDefaultsIn, useRegionNames } from './regions.ts';
import { failuresOf, useSave } from './use-save.ts';

export default function ManagePage() {
  const api = useApi();
  const { query } = useRoute();
  const { names } = useRegionNames(api);
  const [regions, setRegions] = useState(() => regionsOf(query, api.region));
  const [change, setChange] = useState<Change>({});
  const known = useDefaultsIn(regions);
  const { save, outcomes, isBusy } = useSave(api.region, setRegions);

  const found = regions.flatMap((region) => {
    const each = known.get(region);
    return each && 'found' in each ? [{ region, ...each.found }] : [];
  });
  const unreadable = regions.flatMap((region) => {
    const each = known.get(region);
    return each && 'error' in each ? [{ region, error: each.error }] : [];
  });
  const managed = found.find((each) => each.managed)?.managed;
  const problem = problemOf(change);
  const after = problem === undefined ? found.map((each) => withChange(each, change)) : [];
  const reason = whyNot({ regions, change, problem, isLoaded: regions.every((region) => known.has(region)) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined && !managed) save(regions, change);
      }}
    >
      <Form
        header={
          <Header variant="h1" description="For launches to come. Existing instances keep their options.">
            Manage IMDS defaults
          </Header>
        }
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" href={hrefOf(api.region, 'account-settings')}>
              Cancel
            </Button>
            <Button
              variant="primary"
              formAction="submit"
              loading={isBusy}
              loadingText="Saving"
              disabled={reason !== undefined || managed !== undefined}
              disabledReason={managed ? 'A declarative policy manages these defaults' : reason}
            >
              Save changes
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {failuresOf(outcomes).map(({ regions: refusing, error }) => (
            <ErrorAlert
              key={refusing.join()}
              header={`Nothing was changed in ${refusing.join(', ')}`}
              error={error}
              takesFocus={true}
            />
          ))}
          {unreadable.slice(0, 1).map(({ region, error }) => (
            <ErrorAlert key={region} header={`The IMDS defaults in ${region} cannot be read`} error={error} />
          ))}
          {managed && <Managed message={managed.message} />}
          {!managed && <Enforcement regions={after} />}
          <Container header={<Header variant="h2">IMDS defaults</Header>}>
            <SpaceBetween size="m">
              <RegionsField names={names} regions={regions} isBusy={isBusy} onChange={setRegions} />
              {found.length === 0 ? (
                unreadable.length === 0 && regions.length > 0 && <Spinner />
              ) : (
                <DefaultFields
                  change={change}
                  all={found.map(({ defaults }) => defaults)}
                  problem={problem}
                  isReadOnly={managed !== undefined || isBusy}
                  onChange={setChange}
                />
              )}
            </SpaceBetween>
          </Container>
          <Progress regions={regions} known={known} change={problem === undefined ? change : {}} outcomes={outcomes} />
          {reason === undefined && !managed && <ShellCommand command={commandIn(regions, change)} />}
        </SpaceBetween>
      </Form>
    </form>
  );
}

/** An address comes from anywhere, so it names no more Regions than there can be. */
const MOST_REGIONS = 100;

/** Those that the address names, else that of the address itself. */
function regionsOf(query: URLSearchParams, region: string): string[] {
  const named = (query.get('regions') ?? '').split(',').filter((name) => /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(name));
  const different = [...new Set(named)].slice(0, MOST_REGIONS);
  return different.length > 0 ? different : [region];
}

function withChange({ region, defaults }: { region: string; defaults: AccountMetadataDefaults }, change: Change) {
  return { region, defaults: changed(defaults, change) };
}

type Filled = { regions: readonly string[]; change: Change; problem: string | undefined; isLoaded: boolean };

/** Why it cannot be saved as it is; undefined where it can. */
function whyNot({ regions, change, problem, isLoaded }: Filled): string | undefined {
  if (regions.length === 0) return 'Choose at least one Region';
  if (!isLoaded) return 'The defaults are being read';
  if (Object.keys(change).length === 0) return 'Nothing is changed';
  return problem === undefined ? undefined : 'Correct what is marked';
}

type RegionsProps = {
  names: readonly string[];
  regions: readonly string[];
  isBusy: boolean;
  onChange(regions: string[]): void;
};

function RegionsField({ names, regions, isBusy, onChange }: RegionsProps) {
  const optionOf = (value: string) => ({ value, label: value });
  return (
    <FormField
      label="Regions"
      description="Where the change is made."
      errorText={regions.length === 0 && 'Choose at least one Region.'}
    >
      <Multiselect
        selectedOptions={regions.map(optionOf)}
        options={names.map(optionOf)}
        filteringType="auto"
        filteringAriaLabel="Find a Region"
        placeholder="Choose Regions"
        disabled={isBusy}
        enableSelectAll={true}
        deselectAriaLabel={({ label }) => `Remove ${label}`}
        onChange={({ detail }) => onChange(detail.selectedOptions.map(({ value = '' }) => value))}
      />
    </FormField>
  );
}
