/**
 * Launch instances: the form, what AWS would say to it as it is filled in, the command that does the same, and the launch.
 *
 * A refusal keeps the form as it is. After a launch one is among the instances, with a link to what was launched.
 */

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Api } from '../api/api.ts';
import { readHealth } from '../api/health.ts';
import { AwsCommand } from '../aws-command/aws-command.tsx';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useNotifications } from '../shell/notifications.tsx';
import { RemoteSelect } from '../shell/remote-select.tsx';
import { go, hrefOf } from '../shell/route.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useApi } from '../sign-in/session.tsx';
import { AdvancedDetails } from './advanced-details.tsx';
import {
  findImages,
  findKeyPairs,
  findSubnets,
  findTypes,
  imageOption,
  keyPairOption,
  subnetOption,
  typeOption,
} from './choices.ts';
import { EMPTY_FORM, type LaunchForm, requestOf } from './launch-form.ts';
import { defaultsFor, type Problems, problemsOf, type Surroundings } from './launch-problems.ts';
import { Launched } from './launched.tsx';
import { NameAndTags } from './name-and-tags.tsx';
import { runInstancesCommand } from './run-instances-command.ts';

type Change = (change: Partial<LaunchForm>) => void;

export default function LaunchPage() {
  const api = useApi();
  const [form, setForm] = useState(EMPTY_FORM);
  const change: Change = (fields) => setForm((before) => ({ ...before, ...fields }));
  useFirstChoice(api, setForm);
  const { surroundings, accountSource, error: defaultsError } = useSurroundings(api);
  const [isAdvancedOpen, setAdvancedOpen] = useState(false);
  const [isTried, setTried] = useState(false);
  const { launch, isBusy, error } = useLaunch(api, form);

  const problems = problemsOf(form, surroundings);
  const shown = isTried ? problems : withoutMissing(problems, form);
  // It may be where nobody looks, and is there only once it is shown.
  const showWhatIsWrong = () => {
    flushSync(() => setAdvancedOpen(true));
    document.querySelector<HTMLElement>('#main [aria-invalid="true"]')?.focus();
  };
  const submit = () => {
    flushSync(() => setTried(true));
    if (Object.keys(problems).length === 0) launch();
    else showWhatIsWrong();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Form
        header={
          <Header variant="h1" description="Each instance gets a metadata service of its own, with these options.">
            Launch instances
          </Header>
        }
      >
        <SpaceBetween size="l">
          {error !== undefined && <ErrorAlert header="Nothing was launched" error={error} takesFocus={true} />}
          {defaultsError !== undefined && (
            <ErrorAlert header="The account's defaults cannot be read, so they are not shown" error={defaultsError} />
          )}
          <Grid gridDefinition={[{ colspan: { default: 12, s: 8 } }, { colspan: { default: 12, s: 4 } }]}>
            <SpaceBetween size="l">
              <NameAndTags form={form} problems={shown.tags} onChange={change} />
              <Machine api={api} form={form} problems={shown} onChange={change} />
              <AdvancedDetails
                form={form}
                defaults={defaultsFor(form, surroundings)}
                problems={shown}
                accountSource={accountSource}
                isOpen={isAdvancedOpen}
                onToggle={setAdvancedOpen}
                onChange={change}
              />
            </SpaceBetween>
            <Summary api={api} form={form} problem={shown.count} isBusy={isBusy} onChange={change} />
          </Grid>
        </SpaceBetween>
      </Form>
    </form>
  );
}

function Machine({
  api,
  form,
  problems,
  onChange,
}: {
  api: Api;
  form: LaunchForm;
  problems: Problems;
  onChange: Change;
}) {
  return (
    <Container header={<Header variant="h2">Image, type and network</Header>}>
      <SpaceBetween size="m">
        <RemoteSelect
          label="Amazon Machine Image (AMI)"
          value={form.image}
          onChange={(image) => onChange({ image })}
          find={(text, page) => findImages(api, text, page)}
          optionOf={imageOption}
          placeholder="Choose an AMI"
          searchLabel="Search by a part of the name, or by ami-…"
          errorText={problems.image}
        />
        <RemoteSelect
          label="Instance type"
          value={form.type}
          onChange={(type) => onChange({ type })}
          find={(text, page) => findTypes(api, text, { ...page, image: form.image })}
          optionOf={typeOption}
          placeholder="Choose an instance type"
          searchLabel="Search all types, for example c3"
          errorText={problems.type}
        />
        <RemoteSelect
          label="Key pair"
          value={form.keyPair}
          onChange={(keyPair) => onChange({ keyPair })}
          find={(text, page) => findKeyPairs(api, text, page)}
          optionOf={keyPairOption}
          none="Proceed without a key pair"
          searchLabel="Search by a part of the name"
        />
        <RemoteSelect
          label="Subnet"
          value={form.subnet}
          onChange={(subnet) => onChange({ subnet })}
          find={(text, page) => findSubnets(api, text, page)}
          optionOf={subnetOption}
          none="No preference (default subnet in any Availability Zone)"
          searchLabel="Search by a part of the ID"
        />
      </SpaceBetween>
    </Container>
  );
}

function Summary({
  api,
  form,
  problem,
  isBusy,
  onChange,
}: {
  api: Api;
  form: LaunchForm;
  problem: string | undefined;
  isBusy: boolean;
  onChange: Change;
}) {
  return (
    <div className="stays-in-view">
      <Container header={<Header variant="h2">Summary</Header>}>
        <SpaceBetween size="m">
          <FormField label="Number of instances" errorText={problem}>
            <Input
              type="number"
              inputMode="numeric"
              value={form.count}
              onChange={({ detail }) => onChange({ count: detail.value })}
            />
          </FormField>
          <Button variant="primary" formAction="submit" loading={isBusy} loadingText="Launching" fullWidth={true}>
            Launch instances
          </Button>
          <AwsCommand words={runInstancesCommand(requestOf(form), api.region)} />
        </SpaceBetween>
      </Container>
    </div>
  );
}

/** What AWS's console has chosen at first. Where that is not to be had, nothing is. */
function useFirstChoice(api: Api, setForm: (update: (before: LaunchForm) => LaunchForm) => void): void {
  const { data } = useLoaded(
    async (signal) => {
      const page = { next: undefined, signal };
      const [images, types] = await Promise.all([
        findImages(api, 'al2023-x86_64', page),
        api.ec2('DescribeInstanceTypes', { InstanceTypes: ['t3.micro'] }, { signal }),
      ]);
      return { image: images.items[0], type: types.InstanceTypes?.[0] };
    },
    [api],
  );
  useEffect(() => {
    if (!data) return;
    setForm((before) => ({ ...before, image: before.image ?? data.image, type: before.type ?? data.type }));
  }, [data, setForm]);
}

/** Until they are known, or where this caller may not know them, it is as if the account had no defaults. */
function useSurroundings(api: Api): { surroundings: Surroundings; accountSource: string; error: unknown } {
  const { data: rules } = useLoaded(async () => (await readHealth()).rules, []);
  const { data: account, error } = useLoaded(
    async (signal) => {
      const { AccountLevel = {} } = await api.ec2('GetInstanceMetadataDefaults', {}, { signal });
      return AccountLevel;
    },
    [api],
  );
  const { ManagedBy, ManagedExceptionMessage: _message, ...defaults } = account ?? {};
  const accountSource =
    ManagedBy === 'declarative-policy'
      ? 'set by a declarative policy of the organization'
      : `set for the account in ${api.region}`;
  return { surroundings: { account: defaults, rules: rules ?? 'page' }, accountSource, error };
}

function useLaunch(api: Api, form: LaunchForm): { launch(): void; isBusy: boolean; error: unknown } {
  const { notify } = useNotifications();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const attempt = useRef<{ form: LaunchForm; token: string }>(undefined);
  const launch = async () => {
    // Of the same form a second attempt is the same launch, should the answer to the first have been lost.
    if (attempt.current?.form !== form) attempt.current = { form, token: newClientToken() };
    setBusy(true);
    setError(undefined);
    try {
      const { Instances = [] } = await api.ec2('RunInstances', requestOf(form, attempt.current.token));
      notify({ type: 'success', content: <Launched instances={Instances} region={api.region} /> });
      go(hrefOf(api.region, 'instances'));
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return { launch: () => void launch(), isBusy, error };
}

/** `crypto.randomUUID` is missing where the browser does not trust the address. */
function newClientToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What was not filled in yet is no mistake before somebody tries. */
function withoutMissing(problems: Problems, form: LaunchForm): Problems {
  const { image, type, ...others } = problems;
  return {
    ...others,
    ...(form.image && image !== undefined && { image }),
    ...(form.type && type !== undefined && { type }),
  };
}
