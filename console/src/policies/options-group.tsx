/**
 * Metadata options of a call that is tried, or of the instance that it meets: each said or not.
 *
 * To say nothing of an option is not to say its default: condition keys of what is not said are missing.
 */

import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { SWITCH_NAMES, VERSION_NAMES } from '../options/option-words.ts';
import type { TriedOptions } from './trial.ts';

type Listed = Exclude<keyof TriedOptions, 'HttpPutResponseHopLimit'>;

const FIELDS: readonly { option: Listed; label: string; values: Record<string, string> }[] = [
  { option: 'HttpEndpoint', label: 'Metadata accessible', values: SWITCH_NAMES },
  {
    option: 'HttpTokens',
    label: 'Metadata version',
    values: VERSION_NAMES,
  },
  { option: 'HttpProtocolIpv6', label: 'Metadata IPv6 endpoint', values: SWITCH_NAMES },
  { option: 'InstanceMetadataTags', label: 'Allow tags in metadata', values: SWITCH_NAMES },
];

type Props = {
  legend: string;
  /** What it is called to say nothing of an option. */
  unsaid: string;
  options: TriedOptions;
  /** Whether a default can be taken away. */
  hasNoPreference: boolean;
  onChange(options: TriedOptions): void;
};

export function OptionsGroup({ legend, unsaid, options, hasNoPreference, onChange }: Props) {
  return (
    <fieldset className="policy-options">
      <legend>{legend}</legend>
      <ColumnLayout columns={2} minColumnWidth={150}>
        {FIELDS.map(({ option, label, values }) => {
          const choices = [
            { value: '', label: unsaid },
            ...Object.entries(values).map(([value, name]) => ({ value, label: name })),
            ...(hasNoPreference ? [{ value: 'no-preference', label: 'No preference' }] : []),
          ];
          return (
            <FormField key={option} label={label}>
              <Select
                selectedOption={choices.find(({ value }) => value === options[option]) ?? null}
                options={choices}
                onChange={({ detail }) => onChange({ ...options, [option]: detail.selectedOption.value ?? '' })}
              />
            </FormField>
          );
        })}
        <FormField label="Metadata response hop limit">
          <Input
            type="number"
            inputMode="numeric"
            placeholder={unsaid}
            value={options.HttpPutResponseHopLimit}
            onChange={({ detail }) => onChange({ ...options, HttpPutResponseHopLimit: detail.value })}
          />
        </FormField>
      </ColumnLayout>
    </fieldset>
  );
}
