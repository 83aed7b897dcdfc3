/**
 * Where a policy can come from that one does not write: a template, a managed policy of the account, a file.
 *
 * What is loaded takes the place of what was written; files that cannot be policies are not read.
 */

import ColumnLayout from '@cloudscape-design/components/column-layout';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { type ReactNode, useState } from 'react';
import type { Api } from '../api/api.ts';
import type { Policy } from '../api/services.ts';
import { type FoundPage, RemoteSelect } from '../shell/remote-select.tsx';
import { templates } from './templates.ts';

type Props = {
  api: Api;
  /** What is written now: whatever it was loaded from is shown until it is changed. */
  text: string;
  /** Characters. */
  longest: number;
  onLoad(text: string): void;
  onError(error: unknown): void;
  /** Another field, beside these. */
  children: ReactNode;
};

export function LoadPolicy({ api, text, longest, onLoad, onError, children }: Props) {
  const [stored, setStored] = useState<{ policy: Policy; text: string }>();
  const template = [...templates].find(([, each]) => each === text)?.[0];
  const openStored = (policy: Policy) =>
    documentOf(api, policy).then((document) => {
      setStored({ policy, text: document });
      onLoad(document);
    }, onError);
  return (
    <ColumnLayout columns={2}>
      <FormField label="Template">
        <Select
          selectedOption={template === undefined ? null : { value: template, label: template }}
          placeholder="Choose a template"
          filteringType="auto"
          filteringAriaLabel="Find a template"
          options={[...templates.keys()].map((name) => ({ value: name, label: name }))}
          onChange={({ detail }) => onLoad(templates.get(detail.selectedOption.value ?? '') ?? '')}
        />
      </FormField>
      <RemoteSelect
        label="Managed policy"
        value={stored?.text === text ? stored.policy : undefined}
        onChange={(policy) => policy && void openStored(policy)}
        find={(text, page) => findPolicies(api, text, page)}
        optionOf={({ Arn = '', PolicyName = '', DefaultVersionId }) => ({
          value: Arn,
          label: PolicyName,
          labelTag: DefaultVersionId,
        })}
        placeholder="Load a stored one"
        searchLabel="Search by a part of the name"
      />
      {children}
      <FormField label="File">
        <FileInput
          value={[]}
          accept=".json,application/json"
          onChange={({ detail: { value } }) => value[0] && void readFile(value[0], longest).then(onLoad, onError)}
        >
          Open a file
        </FileInput>
      </FormField>
    </ColumnLayout>
  );
}

/** IAM has no filter for names. */
async function findPolicies(
  api: Api,
  text: string,
  { next, signal }: { next: string | undefined; signal: AbortSignal },
): Promise<FoundPage<Policy>> {
  const input = { MaxItems: 100, ...(next !== undefined && { Marker: next }) };
  const { Policies = [], Marker } = await api.iam('ListPolicies', input, { signal });
  return { items: Policies.filter(({ PolicyName = '' }) => PolicyName.includes(text)), next: Marker };
}

/** Of the default version. IAM answers it as it would stand in an address. */
async function documentOf(api: Api, { Arn, DefaultVersionId }: Policy): Promise<string> {
  const { PolicyVersion } = await api.iam('GetPolicyVersion', { PolicyArn: Arn, VersionId: DefaultVersionId });
  return decodeURIComponent(PolicyVersion?.Document ?? '');
}

async function readFile(file: File, longest: number): Promise<string> {
  if (file.size > longest) throw new Error(`${file.name} is larger than ${longest} bytes, so it is no policy.`);
  return file.text();
}
