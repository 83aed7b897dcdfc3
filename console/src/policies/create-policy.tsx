/**
 * Stores the policy that was written: as a managed policy of the account, or as a service control policy of the
 * organization, which is also attached where one chooses.
 *
 * A refusal keeps what was filled in; what was created already is not created again.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import type { Api } from '../api/api.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useNotifications } from '../shell/notifications.tsx';
import { RemoteSelect } from '../shell/remote-select.tsx';
import { useApi } from '../sign-in/session.tsx';
import { findTargets, type Target } from './targets.ts';

type Props = { text: string; onClose(): void };

export function CreateManagedPolicy({ text, onClose }: Props) {
  const api = useApi();
  const create = async ({ name, description }: Named) => {
    const Description = description === '' ? undefined : description;
    const input = { PolicyName: name, PolicyDocument: text, Description };
    const { Policy } = await api.iam('CreatePolicy', input);
    return `Created the managed policy ${Policy?.Arn}. Attach it to whom it is about.`;
  };
  return (
    <Dialog header="Create managed policy" failure="Nothing was created" create={create} onClose={onClose}>
      <Box variant="small">It stands in the account, and decides nothing until it is attached.</Box>
    </Dialog>
  );
}

export function CreateServiceControlPolicy({ text, onClose }: Props) {
  const api = useApi();
  const [target, setTarget] = useState<Target>();
  const [created, setCreated] = useState<string>();
  const create = async (named: Named) => {
    const PolicyId = created ?? (await createScp(api, text, named));
    setCreated(PolicyId);
    if (!target) return `Created the service control policy ${PolicyId}. It is not attached to anything.`;
    await api.organizations('AttachPolicy', { PolicyId, TargetId: target.Id });
    return `Created the service control policy ${PolicyId}, and attached it to ${target.Name} (${target.Id}).`;
  };
  return (
    <Dialog
      header="Create service control policy"
      failure={created === undefined ? 'Nothing was created' : `${created} was created, but not attached`}
      create={create}
      onClose={onClose}
    >
      <RemoteSelect
        label="Attach to"
        description="From then on it decides about everybody in that account, or in all accounts below."
        value={target}
        onChange={(chosen) => setTarget(chosen)}
        find={(part, page) => findTargets(api, part, page)}
        optionOf={({ Id, Name, kind }: Target) => ({ value: Id, label: Name, description: Id, labelTag: kind })}
        none="Nothing yet"
        searchLabel="Search by a part of the name or the ID"
      />
    </Dialog>
  );
}

async function createScp(api: Api, Content: string, { name, description }: Named): Promise<string | undefined> {
  const input = { Name: name, Description: description, Content, Type: 'SERVICE_CONTROL_POLICY' as const };
  const { Policy } = await api.organizations('CreatePolicy', input);
  return Policy?.PolicySummary?.Id;
}

type Named = { name: string; description: string };

type DialogProps = {
  header: string;
  failure: string;
  children: ReactNode;
  /** @returns what is told of it */
  create(named: Named): Promise<string>;
  onClose(): void;
};

function Dialog({ header, failure, children, create, onClose }: DialogProps) {
  const { notify } = useNotifications();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      notify({ type: 'success', content: await create({ name: name.trim(), description: description.trim() }) });
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Modal visible={true} onDismiss={onClose} header={header} closeAriaLabel="Close">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '' && !isBusy) void submit();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={onClose}>
                Cancel
              </Button>
              <Button variant="primary" formAction="submit" loading={isBusy} disabled={name.trim() === ''}>
                Create
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="m">
            {error !== undefined && <ErrorAlert header={failure} error={error} takesFocus={true} />}
            <FormField label="Policy name">
              <Input value={name} onChange={({ detail }) => setName(detail.value)} />
            </FormField>
            <FormField
              label={
                <>
                  Description <i>- optional</i>
                </>
              }
            >
              <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
            </FormField>
            {children}
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}
