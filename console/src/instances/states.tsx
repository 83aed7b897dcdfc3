/** States of an instance, and of its metadata options, as everything in the console shows them. */

import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Instance } from '../api/services.ts';

const STATES: Record<string, StatusIndicatorProps.Type> = {
  pending: 'pending',
  running: 'success',
  stopping: 'in-progress',
  stopped: 'stopped',
  'shutting-down': 'in-progress',
  terminated: 'stopped',
};

export function InstanceState({ instance: { State } }: { instance: Instance }) {
  const name = State?.Name ?? '';
  return <StatusIndicator type={STATES[name] ?? 'info'}>{name}</StatusIndicator>;
}

export function OptionsState({ instance: { MetadataOptions } }: { instance: Instance }) {
  const isApplied = MetadataOptions?.State === 'applied';
  return <StatusIndicator type={isApplied ? 'success' : 'pending'}>{MetadataOptions?.State}</StatusIndicator>;
}

/** What its options' State means for this instance, in a sentence. */
export function meaningOfState({ State, MetadataOptions }: Instance): string {
  if (MetadataOptions?.State === 'applied') return 'The metadata service does what these options say.';
  if (State?.Name === 'terminated' || State?.Name === 'shutting-down')
    return 'The instance is gone: nothing applies them any more.';
  if (State?.Name === 'stopped' || State?.Name === 'stopping') return 'They will be applied when the instance starts.';
  return 'Its host has not applied them yet, which takes a moment and no restart.';
}
