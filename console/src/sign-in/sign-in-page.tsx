/**
 * Sign-in with an access key. Where the control plane accepts keys that everybody knows, one click does it.
 *
 * It promises to keep nothing unless asked, and that what was typed stays when the key is refused.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { asApiError } from '../api/api-error.ts';
import { readHealth } from '../api/health.ts';
import type { AccessKey } from '../api/signed-fetch.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useSession } from './session.tsx';

/** What users of local AWS tools have in their configuration. */
const TEST_KEY: AccessKey = { accessKeyId: 'test', secretAccessKey: 'test' };

export function SignInPage() {
  const { signIn } = useSession();
  const { data: health } = useLoaded(readHealth, []);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'Sign in | OpenIMDS';
  }, []);
  const trySignIn = async (key: AccessKey, keep: boolean) => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn(key, keep);
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <SpaceBetween size="l">
        <Box variant="h1" textAlign="center">
          OpenIMDS
        </Box>
        {error !== undefined && (
          <Alert type="error" header="Signing in failed">
            <strong>{asApiError(error).code}</strong>: {asApiError(error).message}
          </Alert>
        )}
        {health?.testKeys && <LocalRoot isBusy={isBusy} onContinue={(keep) => void trySignIn(TEST_KEY, keep)} />}
        <KeyForm isBusy={isBusy} onSubmit={(key, keep) => void trySignIn(key, keep)} />
      </SpaceBetween>
    </main>
  );
}

function LocalRoot({ isBusy, onContinue }: { isBusy: boolean; onContinue: (keep: boolean) => void }) {
  return (
    <Container>
      <SpaceBetween size="s">
        <Box>Only this machine reaches this address, so the keys that local AWS tools use are accepted.</Box>
        <Button variant="primary" fullWidth={true} loading={isBusy} onClick={() => onContinue(true)}>
          Continue as the local root
        </Button>
      </SpaceBetween>
    </Container>
  );
}

function KeyForm({ isBusy, onSubmit }: { isBusy: boolean; onSubmit: (key: AccessKey, keep: boolean) => void }) {
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecretAccessKey] = useState('');
  const [sessionToken, setSessionToken] = useState('');
  const [keep, setKeep] = useState(false);
  const [isTried, setTried] = useState(false);
  const missing = (value: string, what: string) => (isTried && value.trim() === '' ? `Enter ${what}.` : '');
  const submit = () => {
    setTried(true);
    if (accessKeyId.trim() === '' || secretAccessKey.trim() === '') return;
    const token = sessionToken.trim();
    onSubmit(
      {
        accessKeyId: accessKeyId.trim(),
        secretAccessKey: secretAccessKey.trim(),
        ...(token !== '' && { sessionToken: token }),
      },
      keep,
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Form
        actions={
          <Button formAction="submit" loading={isBusy}>
            Sign in
          </Button>
        }
      >
        <Container header={<Header variant="h2">Sign in with an access key</Header>}>
          <SpaceBetween size="m">
            <FormField label="Access key ID" errorText={missing(accessKeyId, 'an access key ID')}>
              <Input
                value={accessKeyId}
                onChange={({ detail }) => setAccessKeyId(detail.value)}
                autoComplete="off"
                spellcheck={false}
              />
            </FormField>
            <FormField label="Secret access key" errorText={missing(secretAccessKey, 'a secret access key')}>
              <Input
                type="password"
                value={secretAccessKey}
                onChange={({ detail }) => setSecretAccessKey(detail.value)}
                autoComplete="off"
              />
            </FormField>
            <FormField
              label={
                <>
                  Session token <i>- optional</i>
                </>
              }
              description="Of temporary credentials."
            >
              <Input
                type="password"
                value={sessionToken}
                onChange={({ detail }) => setSessionToken(detail.value)}
                autoComplete="off"
              />
            </FormField>
            <Checkbox
              checked={keep}
              onChange={({ detail }) => setKeep(detail.checked)}
              description="Else a reload asks again. It ends with this tab in any case."
            >
              Stay signed in while this tab is open
            </Checkbox>
          </SpaceBetween>
        </Container>
      </Form>
    </form>
  );
}
