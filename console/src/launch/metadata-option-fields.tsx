/**
 * The metadata options of a launch, each with what it will be if it is left alone and who says so.
 *
 * Labels are those of AWS's console; the names of the API stand beside them.
 *
 * rule: launch-in-console
 *   Metadata accessible is HttpEndpoint, and V2 only of Metadata version is HttpTokens=required.
 */

import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DefaultSource, LaunchDefaults } from '../../../src/metadata-options/launch.ts';
import { SWITCH_NAMES, VERSION_NAMES } from '../options/option-words.ts';
import type { ChosenOptions } from './launch-form.ts';
import type { Problems } from './launch-problems.ts';

type ListedOption = Exclude<keyof LaunchDefaults, 'HttpPutResponseHopLimit'>;

/** What values of options are called. */
const VALUES: Record<ListedOption, Record<string, string>> = {
  HttpEndpoint: SWITCH_NAMES,
  HttpProtocolIpv4: SWITCH_NAMES,
  HttpProtocolIpv6: SWITCH_NAMES,
  HttpTokens: VERSION_NAMES,
  InstanceMetadataTags: SWITCH_NAMES,
};

type Props = {
  options: ChosenOptions;
  defaults: LaunchDefaults;
  problems: Problems;
  /** Who says what the account's defaults are. */
  accountSource: string;
  onChange(options: ChosenOptions): void;
};

export function MetadataOptionFields(props: Props) {
  const { options, defaults } = props;
  const isOff = (options.HttpEndpoint ?? defaults.HttpEndpoint.value) === 'disabled';
  return (
    <SpaceBetween size="m">
      <Listed {...props} option="HttpEndpoint" label="Metadata accessible" description="The endpoint as a whole." />
      <Listed
        {...props}
        option="HttpProtocolIpv4"
        label="Metadata IPv4 endpoint"
        description="At 169.254.169.254. Not offered by AWS any more."
        isOff={isOff}
      />
      <Listed
        {...props}
        option="HttpProtocolIpv6"
        label="Metadata IPv6 endpoint"
        description="At [fd00:ec2::254], on instances built on the Nitro System."
        isOff={isOff}
      />
      <Listed
        {...props}
        option="HttpTokens"
        label="Metadata version"
        description="Whether requests without a session token, IMDSv1, are answered."
        isOff={isOff}
      />
      <HopLimit {...props} isOff={isOff} />
      <Listed
        {...props}
        option="InstanceMetadataTags"
        label="Allow tags in metadata"
        description="Tag keys must then be words that a path can have."
        isOff={isOff}
      />
    </SpaceBetween>
  );
}

type ListedProps = Props & { option: ListedOption; label: string; description: string; isOff?: boolean };

function Listed({
  option,
  label,
  description,
  isOff = false,
  options,
  defaults,
  problems,
  accountSource,
  onChange,
}: ListedProps) {
  const names = VALUES[option];
  const byDefault = defaults[option];
  const nothing = { value: '', label: `Use default: ${names[byDefault.value]}` };
  const listed = Object.entries(names).map(([value, name]) => ({ value, label: name }));
  const chosen = listed.find(({ value }) => value === options[option]);
  return (
    <FormField
      label={label}
      description={`${option}. ${description}`}
      constraintText={`Default: ${names[byDefault.value]}, ${sourceOf(byDefault.from, accountSource)}.`}
      errorText={problems[option]}
    >
      <Select
        selectedOption={isOff ? nothing : (chosen ?? nothing)}
        options={[nothing, ...listed]}
        disabled={isOff}
        onChange={({ detail }) => onChange(changed(options, option, detail.selectedOption.value))}
      />
    </FormField>
  );
}

function HopLimit({ options, defaults, problems, accountSource, onChange, isOff }: Props & { isOff: boolean }) {
  const option = 'HttpPutResponseHopLimit';
  const { value, from } = defaults[option];
  return (
    <FormField
      label="Metadata response hop limit"
      description={`${option}. How many hops the answer with a session token may travel, from 1 to 64; containers often need 2.`}
      constraintText={`Default: ${value}, ${sourceOf(from, accountSource)}.`}
      errorText={problems[option]}
    >
      <Input
        type="number"
        inputMode="numeric"
        value={isOff ? '' : (options[option] ?? '')}
        placeholder={`Use default: ${value}`}
        disabled={isOff}
        onChange={({ detail }) => onChange(changed(options, option, detail.value))}
      />
    </FormField>
  );
}

/** Without the option where there is no value. */
function changed(options: ChosenOptions, option: keyof ChosenOptions, value: string | undefined): ChosenOptions {
  const { [option]: _before, ...others } = options;
  return value ? { ...others, [option]: value } : others;
}

function sourceOf(from: DefaultSource, account: string): string {
  const sources: Record<DefaultSource, string> = {
    account,
    AMI: 'from the AMI (ImdsSupport v2.0)',
    'built in': 'built in',
  };
  return sources[from];
}
