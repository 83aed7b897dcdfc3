/**
 * Stores the policy that was written as a managed policy of the account.
 *
 * A refusal keeps what was filled in.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useNotifications } from '../shell/notifications.tsx';
import { useApi } from '../sign-in/session.tsx';

type Props = { text: string; isOpen: boolean; onClose(): void };

export function CreatePolicy({ text, isOpen, onClose }: Props) {
  const api = useApi();
  const { notify } = useNotifications();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const create = async () => {
    setBusy(true);
    setError(undefined);
    const Description = description.trim() === '' ? undefined : description.trim();
    try {
      const { Policy } = await api.iam('CreatePolicy', { PolicyName: name.trim(), PolicyDocument: text, Description });
      notify({ type: 'success', content: `Created the managed policy ${Policy?.Arn}. Attach it to whom it is about.` });
      onClose();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <Modal visible={isOpen} onDismiss={onClose} header="Create managed policy" closeAriaLabel="Close">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
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
            {error !== undefined && <ErrorAlert header="Nothing was created" error={error} takesFocus={true} />}
            <FormField label="Policy name" constraintText="Letters, digits and +=,.@_-">
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
            <Box variant="small">It stands in the account, and decides nothing until it is attached.</Box>
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}
