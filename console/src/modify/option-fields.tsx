/**
 * The metadata options to change, each as it is until somebody chooses: what it is now is said of one instance, and of many
 * how many have which value.
 *
 * Labels are those of AWS's console; the names of the API stand beside them.
 */

import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { ReactNode } from 'react';
import type { Instance } from '../api/services.ts';
import { OPTION_NAMES, OPTIONS, type Option, VALUE_NAMES } from '../options/option-words.ts';
import type { Problem, Problems } from './modify-problems.ts';
import type { ChosenOptions } from './modify-request.ts';

type Props = {
  chosen: ChosenOptions;
  instances: readonly Instance[];
  problems: Problems;
  onChange(chosen: ChosenOptions): void;
};

export function OptionFields(props: Props) {
  return (
    <ColumnLayout columns={2}>
      {OPTIONS.map((option) =>
        option === 'HttpPutResponseHopLimit' ? (
          <HopLimit key={option} {...props} />
        ) : (
          <Listed key={option} {...props} option={option} />
        ),
      )}
    </ColumnLayout>
  );
}

function Listed({ option, ...props }: Props & { option: Exclude<Option, 'HttpPutResponseHopLimit'> }) {
  const { chosen, instances, onChange } = props;
  const names = VALUE_NAMES[option];
  const asItIs = { value: '', label: `Keep as it is: ${valuesNow(option, instances)}` };
  const listed = Object.entries(names).map(([value, label]) => ({ value, label, labelTag: value }));
  const isOff = option !== 'HttpEndpoint' && chosen.HttpEndpoint === 'disabled';
  const value = listed.find((each) => each.value === chosen[option]) ?? asItIs;
  return (
    <Field {...props} option={option}>
      <Select
        selectedOption={isOff ? asItIs : value}
        options={[asItIs, ...listed]}
        disabled={isOff}
        expandToViewport={true}
        onChange={({ detail }) => onChange(changed(chosen, option, detail.selectedOption.value))}
      />
    </Field>
  );
}

function HopLimit(props: Props) {
  const option = 'HttpPutResponseHopLimit';
  const { chosen, instances, onChange } = props;
  const isOff = chosen.HttpEndpoint === 'disabled';
  return (
    <Field {...props} option={option}>
      <Input
        type="number"
        inputMode="numeric"
        value={isOff ? '' : (chosen[option] ?? '')}
        placeholder={`Keep as it is: ${valuesNow(option, instances)}`}
        disabled={isOff}
        onChange={({ detail }) => onChange(changed(chosen, option, detail.value))}
      />
    </Field>
  );
}

/** Where all of the instances would refuse it is an error, where some would, they will be listed as failed. */
function Field({
  option,
  chosen,
  instances,
  problems,
  onChange,
  children,
}: Props & { option: Option; children: ReactNode }) {
  const problem = problems[option];
  const isForAll = problem !== undefined && problem.instances === instances.length;
  const wantsEndpoint = option === 'HttpEndpoint' && problem !== undefined && chosen.HttpEndpoint === undefined;
  return (
    <FormField
      label={OPTION_NAMES[option]}
      description={option}
      errorText={isForAll ? problem.words : undefined}
      warningText={problem && !isForAll ? ofSome(problem, instances.length) : undefined}
      secondaryControl={
        wantsEndpoint ? (
          <Button onClick={() => onChange({ ...chosen, HttpEndpoint: 'enabled' })}>Set to Enable</Button>
        ) : undefined
      }
    >
      {children}
    </FormField>
  );
}

function ofSome({ words, instances }: Problem, all: number): string {
  return `${instances} of ${all} instances will refuse it: ${words}`;
}

/** Without the option where it stays as it is. */
function changed(chosen: ChosenOptions, option: Option, value: string | undefined): ChosenOptions {
  const { [option]: _before, ...others } = chosen;
  return value ? { ...others, [option]: value } : others;
}

/** `enabled`, or `optional (12), required (18)` where they differ. */
function valuesNow(option: Option, instances: readonly Instance[]): string {
  const counts = new Map<string, number>();
  for (const { MetadataOptions } of instances) {
    const value = String(MetadataOptions?.[option]);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const values = [...counts].sort(([, a], [, b]) => b - a);
  return values.length === 1
    ? (values[0]?.[0] ?? '')
    : values.map(([value, count]) => `${value} (${count})`).join(', ');
}
