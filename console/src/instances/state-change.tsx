/**
 * Starting, stopping, rebooting and terminating instances: a menu, and a dialog that asks first.
 *
 * EC2 does a request for all that are named in it or for none; a refusal keeps the dialog with its reason.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Api } from '../api/api.ts';
import type { Instance } from '../api/services.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useNotifications } from '../shell/notifications.tsx';
import { useApi } from '../sign-in/session.tsx';
import { idsOf, nameOf } from './instance-pages.ts';

type Change = {
  name: string;
  done: string;
  /** Of which it is asked. */
  from: readonly string[];
  means: string;
  ask(api: Api, InstanceIds: string[]): Promise<unknown>;
};

const CHANGES: Record<string, Change> = {
  start: {
    name: 'Start',
    done: 'Starting',
    from: ['stopped'],
    means: 'Options that are pending are applied with it. Session tokens of before are not good any more.',
    ask: (api, InstanceIds) => api.ec2('StartInstances', { InstanceIds }),
  },
  stop: {
    name: 'Stop',
    done: 'Stopping',
    from: ['pending', 'running'],
    means: 'While it is stopped, an instance has no metadata service.',
    ask: (api, InstanceIds) => api.ec2('StopInstances', { InstanceIds }),
  },
  reboot: {
    name: 'Reboot',
    done: 'Rebooting',
    from: ['running'],
    means: 'Options, addresses and session tokens stay as they are.',
    ask: (api, InstanceIds) => api.ec2('RebootInstances', { InstanceIds }),
  },
  terminate: {
    name: 'Terminate',
    done: 'Terminating',
    from: ['pending', 'running', 'stopping', 'stopped'],
    means: 'This cannot be undone.',
    ask: (api, InstanceIds) => api.ec2('TerminateInstances', { InstanceIds }),
  },
};

type Props = {
  instances: readonly Instance[];
  /** When the control plane has been asked to. */
  onChanged(): void;
};

export function StateChange({ instances, onChanged }: Props) {
  const [chosen, setChosen] = useState<string>();
  const change = chosen === undefined ? undefined : CHANGES[chosen];
  return (
    <>
      <ButtonDropdown
        disabled={instances.length === 0}
        items={Object.entries(CHANGES).map(([id, { name, from }]) => ({
          id,
          text: `${name} instance${instances.length > 1 ? 's' : ''}`,
          disabled: affected(instances, from).length === 0,
        }))}
        onItemClick={({ detail }) => setChosen(detail.id)}
        expandToViewport={true}
      >
        Instance state
      </ButtonDropdown>
      {change && (
        <Confirmation
          change={change}
          instances={instances}
          onClose={() => setChosen(undefined)}
          onChanged={onChanged}
        />
      )}
    </>
  );
}

function affected(instances: readonly Instance[], from: readonly string[]): Instance[] {
  return instances.filter(({ State }) => from.includes(State?.Name ?? ''));
}

/** So many are named. */
const MOST_LISTED = 10;

function Confirmation({ change, instances, onClose, onChanged }: Props & { change: Change; onClose(): void }) {
  const api = useApi();
  const { notify } = useNotifications();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  // Those that it was about when it was asked: what is selected is live.
  const [asked] = useState(() => affected(instances, change.from));
  const others = instances.length - affected(instances, change.from).length;
  const count = asked.length === 1 ? '1 instance' : `${asked.length} instances`;
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await change.ask(api, idsOf(asked));
      notify({ type: 'success', content: `${change.done} ${asked.length === 1 ? asked[0]?.InstanceId : count}.` });
      onChanged();
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Modal
      visible={true}
      header={`${change.name} ${count}?`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy} onClick={() => void go()}>
              {change.name}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {error !== undefined && (
          <ErrorAlert header={`${change.name}: nothing was done`} error={error} takesFocus={true} />
        )}
        <Alert type={change.name === 'Terminate' ? 'warning' : 'info'}>
          {change.means}
          {others > 0 && ` ${others} of those selected cannot be asked in their state, and stay as they are.`}
        </Alert>
        <ul className="listed">
          {asked.slice(0, MOST_LISTED).map((instance) => (
            <li key={instance.InstanceId}>
              {instance.InstanceId} {nameOf(instance) && `(${nameOf(instance)})`}
            </li>
          ))}
          {asked.length > MOST_LISTED && <li>and {asked.length - MOST_LISTED} more</li>}
        </ul>
      </SpaceBetween>
    </Modal>
  );
}
