/**
 * The fields of a change of defaults: each shows what the chosen Regions have, and what was chosen instead.
 *
 * Where the Regions differ, a field says so, and leaves each as it is until something is chosen.
 */

import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AccountMetadataDefaults } from '../../../src/model.ts';
import { type Change, choose, NO_PREFERENCE, OPTIONS, type Option, sharedValue } from './defaults.ts';

type Props = {
  change: Change;
  /** Of the chosen Regions. */
  all: readonly AccountMetadataDefaults[];
  /** Of the hop limit, the only thing that is typed. */
  problem: string | undefined;
  isReadOnly: boolean;
  onChange(change: Change): void;
};

export function DefaultFields({ change, all, problem, isReadOnly, onChange }: Props) {
  const set = (option: Option, value: string) => onChange(choose(change, { option, value }, all));
  return (
    <SpaceBetween size="m">
      {OPTIONS.map(({ option, label, description, values }) =>
        option === 'HttpPutResponseHopLimit' ? (
          <HopLimit
            key={option}
            {...{ label, problem, isReadOnly }}
            description={`${option}. ${description}`}
            value={change[option]}
            shared={sharedValue(option, all)}
            onChange={(value) => set(option, value)}
          />
        ) : (
          <FormField key={option} label={label} description={`${option}. ${description}`}>
            <Choice
              value={change[option]}
              shared={sharedValue(option, all)}
              values={values}
              isReadOnly={isReadOnly}
              onChange={(value) => set(option, value)}
            />
          </FormField>
        ),
      )}
    </SpaceBetween>
  );
}

type ChoiceProps = {
  /** What was chosen, if anything. */
  value: string | undefined;
  shared: string | undefined;
  isReadOnly: boolean;
  onChange(value: string): void;
};

function Choice({ value, shared, values, isReadOnly, onChange }: ChoiceProps & { values: Record<string, string> }) {
  const options = [
    ...(shared === 'differs' ? [{ value: '', label: 'Leave as it is: the Regions differ' }] : []),
    { value: NO_PREFERENCE, label: 'No preference' },
    ...Object.entries(values).map(([each, label]) => ({ value: each, label })),
  ];
  const chosen = value ?? (shared === 'differs' ? '' : (shared ?? NO_PREFERENCE));
  return (
    <Select
      selectedOption={options.find((option) => option.value === chosen) ?? null}
      options={options}
      disabled={isReadOnly}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  );
}

const NUMBER = 'number';

type HopLimitProps = ChoiceProps & { label: string; description: string; problem: string | undefined };

/** No preference, or a number that is typed below. */
function HopLimit({ label, description, value, shared, problem, isReadOnly, onChange }: HopLimitProps) {
  const chosen = value ?? shared;
  const isNumber = chosen !== undefined && chosen !== NO_PREFERENCE && chosen !== 'differs';
  return (
    <SpaceBetween size="xs">
      <FormField label={label} description={description}>
        <Choice
          value={isNumber ? NUMBER : value}
          shared={shared}
          values={{ [NUMBER]: 'A number of hops' }}
          isReadOnly={isReadOnly}
          onChange={(choice) => onChange(choice === NUMBER ? '2' : choice)}
        />
      </FormField>
      {isNumber && (
        <FormField label="Number of hops" constraintText="From 1 to 64." errorText={problem}>
          <Input
            type="number"
            inputMode="numeric"
            value={chosen}
            disabled={isReadOnly}
            onChange={({ detail }) => onChange(detail.value === '' ? ' ' : detail.value)}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
