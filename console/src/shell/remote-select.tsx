/**
 * A choice among things that the control plane has: searched there as one types, a page at a time, so that it does not
 * matter how many there are. The form keeps the chosen thing whole, not only its id.
 */

import FormField from '@cloudscape-design/components/form-field';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import { type ReactNode, useRef, useState } from 'react';
import { asApiError } from '../api/api-error.ts';

export type FoundPage<T> = { items: T[]; next?: string | undefined };

type Props<T> = {
  label: ReactNode;
  description?: string;
  value: T | undefined;
  onChange(value: T | undefined): void;
  /** @param next where the page before ended */
  find(text: string, page: { next: string | undefined; signal: AbortSignal }): Promise<FoundPage<T>>;
  optionOf(item: T): SelectProps.Option & { value: string };
  /** What choosing nothing is called; without it something has to be chosen. */
  none?: string;
  placeholder?: string;
  searchLabel: string;
  errorText?: string | undefined;
};

type Found<T> = FoundPage<T> & { status: 'pending' | 'loading' | 'finished' | 'error'; error?: string };

export function RemoteSelect<T>(props: Props<T>) {
  const { label, description, value, onChange, optionOf, none, placeholder, searchLabel, errorText } = props;
  const { found, load } = useFound(props.find);
  const nothing = none === undefined ? undefined : { value: '', label: none };
  const options = [...(nothing ? [nothing] : []), ...found.items.map(optionOf)];
  return (
    <FormField label={label} description={description} errorText={errorText}>
      <Select
        selectedOption={value === undefined ? (nothing ?? null) : optionOf(value)}
        options={options}
        onChange={({ detail }) =>
          onChange(found.items.find((item) => optionOf(item).value === detail.selectedOption.value))
        }
        filteringType="manual"
        filteringPlaceholder={searchLabel}
        filteringAriaLabel={searchLabel}
        onLoadItems={({ detail }) => load(detail.filteringText, detail.firstPage)}
        statusType={found.status}
        loadingText="Loading"
        errorText={found.error}
        recoveryText="Try again"
        empty="Nothing found"
        placeholder={placeholder}
        triggerVariant="option"
        virtualScroll={true}
      />
    </FormField>
  );
}

function useFound<T>(find: Props<T>['find']) {
  const [found, setFound] = useState<Found<T>>({ items: [], status: 'pending' });
  const aborter = useRef<AbortController>(undefined);
  const load = async (text: string, isFirst: boolean) => {
    aborter.current?.abort();
    aborter.current = new AbortController();
    const { signal } = aborter.current;
    const before = isFirst ? [] : found.items;
    setFound({ ...found, items: before, status: 'loading' });
    try {
      const page = await find(text.trim(), { next: isFirst ? undefined : found.next, signal });
      if (signal.aborted) return;
      const status = page.next === undefined ? 'finished' : 'pending';
      setFound({ items: [...before, ...page.items], next: page.next, status });
    } catch (error) {
      if (signal.aborted) return;
      const { code, words } = asApiError(error);
      setFound({ items: before, status: 'error', error: `${code}: ${words}` });
    }
  };
  return { found, load: (text: string, isFirst: boolean) => void load(text, isFirst) };
}
