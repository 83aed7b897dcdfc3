/**
 * Advanced details: the instance profile, the metadata options, user data.
 *
 * Shut at first, as in AWS's console; the page opens it where something in it is wrong.
 */

import Checkbox from '@cloudscape-design/components/checkbox';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import type { LaunchDefaults } from '../../../src/metadata-options/launch.ts';
import { RemoteSelect } from '../shell/remote-select.tsx';
import { useApi } from '../sign-in/session.tsx';
import { findProfiles, profileOption } from './choices.ts';
import type { LaunchForm } from './launch-form.ts';
import type { Problems } from './launch-problems.ts';
import { MetadataOptionFields } from './metadata-option-fields.tsx';

type Props = {
  form: LaunchForm;
  defaults: LaunchDefaults;
  problems: Problems;
  /** Who says what the account's defaults are. */
  accountSource: string;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
  onChange(change: Partial<LaunchForm>): void;
};

export function AdvancedDetails({ form, defaults, problems, accountSource, isOpen, onToggle, onChange }: Props) {
  const api = useApi();
  return (
    <ExpandableSection
      variant="container"
      headerText="Advanced details"
      headingTagOverride="h2"
      expanded={isOpen}
      onChange={({ detail }) => onToggle(detail.expanded)}
    >
      <SpaceBetween size="l">
        <RemoteSelect
          label="IAM instance profile"
          description="The role whose credentials the instance's metadata has."
          value={form.profile}
          onChange={(profile) => onChange({ profile })}
          find={(text, page) => findProfiles(api, text, page)}
          optionOf={profileOption}
          none="None"
          searchLabel="Search by a part of the name"
        />
        <MetadataOptionFields
          options={form.options}
          defaults={defaults}
          problems={problems}
          accountSource={accountSource}
          onChange={(options) => onChange({ options })}
        />
        <UserData form={form} problem={problems.UserData} onChange={onChange} />
      </SpaceBetween>
    </ExpandableSection>
  );
}

function UserData({
  form: { UserData, isBase64 },
  problem,
  onChange,
}: Pick<Props, 'form' | 'onChange'> & { problem: string | undefined }) {
  return (
    <SpaceBetween size="xs">
      <FormField
        label={
          <>
            User data <i>- optional</i>
          </>
        }
        description="At /latest/user-data. Whoever can ask for metadata can read it: no secrets."
        errorText={problem}
      >
        <Textarea
          value={UserData}
          rows={5}
          spellcheck={false}
          onChange={({ detail }) => onChange({ UserData: detail.value })}
        />
      </FormField>
      <Checkbox checked={isBase64} onChange={({ detail }) => onChange({ isBase64: detail.checked })}>
        User data has already been base64 encoded
      </Checkbox>
    </SpaceBetween>
  );
}
