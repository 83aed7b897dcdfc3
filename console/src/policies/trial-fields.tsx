/**
 * The call that is tried: who makes it, what it asks for, and what it meets. It is tried as it is filled in.
 *
 * Only what the action can have is to be filled in; everything else keeps what it had.
 */

import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Tag } from '../../../src/model.ts';
import { OptionsGroup } from './options-group.tsx';
import { LAUNCH, MODIFY, MODIFY_DEFAULTS, type PrincipalKind, type Trial } from './trial.ts';

type Props = {
  trial: Trial;
  /** All that there are. */
  actions: readonly string[];
  onChange(trial: Trial): void;
};

/** Those about metadata, offered first. */
const USUAL = [LAUNCH, MODIFY, MODIFY_DEFAULTS, 'ec2:StartInstances', 'ec2:RebootInstances', 'ec2:DescribeInstances'];

export function TrialFields({ trial, actions, onChange }: Props) {
  const set = (change: Partial<Trial>) => onChange({ ...trial, ...change });
  const { action } = trial;
  const isLaunch = action === LAUNCH;
  const hasOptions = [LAUNCH, MODIFY, MODIFY_DEFAULTS].includes(action);
  const others = actions.filter((each) => !USUAL.includes(each));
  return (
    <SpaceBetween size="m">
      <FormField label="Action">
        <Autosuggest
          value={action}
          onChange={({ detail }) => set({ action: detail.value })}
          options={[
            { label: 'About metadata', options: USUAL.map((value) => ({ value })) },
            { label: 'All actions', options: others.map((value) => ({ value })) },
          ]}
          enteredTextLabel={(value) => `Use: ${value}`}
          virtualScroll={true}
          placeholder="For example ec2:StartInstances"
          empty="No such action"
        />
      </FormField>
      <Principal trial={trial} onChange={set} />
      {hasOptions && (
        <OptionsGroup
          legend={isLaunch ? 'Metadata options of the launch' : 'What the request sets'}
          unsaid="Not said"
          options={trial.options}
          hasNoPreference={action === MODIFY_DEFAULTS}
          onChange={(options) => set({ options })}
        />
      )}
      {!isLaunch && action !== MODIFY_DEFAULTS && /^ec2:.*Instance/.test(action) && (
        <OptionsGroup
          legend="The instance as it is"
          unsaid="As built in"
          options={trial.existing}
          hasNoPreference={false}
          onChange={(existing) => set({ existing })}
        />
      )}
      {isLaunch && (
        <ColumnLayout columns={2} minColumnWidth={150}>
          <FormField label="Instance type">
            <Input value={trial.InstanceType} onChange={({ detail }) => set({ InstanceType: detail.value })} />
          </FormField>
          <FormField label="IAM instance profile">
            <Input value={trial.profile} placeholder="None" onChange={({ detail }) => set({ profile: detail.value })} />
          </FormField>
        </ColumnLayout>
      )}
      {isLaunch && (
        <FormField label="Tags" stretch={true}>
          <Rows what="tag" rows={trial.tags} empty="The instance gets none." onChange={(tags) => set({ tags })} />
        </FormField>
      )}
      <ExpandableSection headerText="More">
        <SpaceBetween size="m">
          {!isLaunch && (
            <FormField label="Resource ARN" description="Empty for one as the action has it.">
              <Input value={trial.resource} onChange={({ detail }) => set({ resource: detail.value.trim() })} />
            </FormField>
          )}
          <Rows
            what="condition key"
            rows={trial.context}
            empty="Condition keys that are given outright, such as aws:SourceIp."
            onChange={(context) => set({ context })}
          />
          <Checkbox
            checked={trial.alone}
            onChange={({ detail }) => set({ alone: detail.checked })}
            description="Otherwise, beside a policy that allows nothing, everything is allowed."
          >
            Nothing is allowed but by this policy
          </Checkbox>
        </SpaceBetween>
      </ExpandableSection>
    </SpaceBetween>
  );
}

const PRINCIPALS: Readonly<Record<PrincipalKind, string>> = {
  user: 'IAM user',
  role: 'Role that was assumed',
  'instance-2.0': 'Role of an instance, credentials through IMDSv2',
  'instance-1.0': 'Role of an instance, credentials through IMDSv1',
  root: 'Root of the account',
};

function Principal({ trial, onChange }: { trial: Trial; onChange(change: Partial<Trial>): void }) {
  const options = Object.entries(PRINCIPALS).map(([value, label]) => ({ value, label }));
  const { principal, name } = trial;
  return (
    <ColumnLayout columns={2} minColumnWidth={150}>
      <FormField label="Principal">
        <Select
          selectedOption={options.find(({ value }) => value === principal) ?? null}
          options={options}
          onChange={({ detail }) => onChange({ principal: detail.selectedOption.value as PrincipalKind })}
        />
      </FormField>
      {principal !== 'root' && (
        <FormField label={principal === 'user' ? 'User name' : 'Role name'}>
          <Input value={name} onChange={({ detail }) => onChange({ name: detail.value })} />
        </FormField>
      )}
    </ColumnLayout>
  );
}

const MOST_ROWS = 50;

type RowsProps = { what: string; rows: readonly Tag[]; empty: string; onChange(rows: Tag[]): void };

function Rows({ what, rows, empty, onChange }: RowsProps) {
  const change = (at: number, tag: Partial<Tag>) =>
    onChange(rows.map((before, index) => (index === at ? { ...before, ...tag } : before)));
  return (
    <AttributeEditor
      items={rows}
      addButtonText={`Add ${what}`}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ Key }) => `Remove ${what} ${Key}`}
      empty={empty}
      disableAddButton={rows.length >= MOST_ROWS}
      onAddButtonClick={() => onChange([...rows, { Key: '', Value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, at) => at !== detail.itemIndex))}
      definition={[
        {
          label: 'Key',
          control: ({ Key }, at) => (
            <Input
              value={Key}
              ariaLabel={`Key of ${what}`}
              onChange={({ detail }) => change(at, { Key: detail.value })}
            />
          ),
        },
        {
          label: 'Value',
          control: ({ Value }, at) => (
            <Input
              value={Value}
              ariaLabel={`Value of ${what}`}
              onChange={({ detail }) => change(at, { Value: detail.value })}
            />
          ),
        },
      ]}
    />
  );
}
