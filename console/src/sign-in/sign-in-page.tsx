/**
 * Sign-in with an access key. Where the control plane accepts keys that everybody knows, one click does it.
 *
 * It promises to keep nothing unless asked, and that what was typed stays when the key is refused.
 */

import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { readModelsAhead } from '../api/api.ts';
import { asApiError } from '../api/api-error.ts';
import { readHealth } from '../api/health.ts';
import type { AccessKey } from '../api/signed-fetch.ts';
import { loadHomeAhead } from '../pages.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useSession } from './session.tsx';

/** What users of local AWS tools have in their configuration. */
const TEST_KEY: AccessKey = { accessKeyId: 'test', secretAccessKey: 'test' };
const NO_KEY = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };

export function SignInPage() {
  const { signIn } = useSession();
  const { data: health, isLoading } = useLoaded(readHealth, []);
  const [key, setKey] = useState(NO_KEY);
  const [keep, setKeep] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isTried, setTried] = useState(false);
  useEffect(() => {
    document.title = 'Sign in | OpenIMDS';
  }, []);
  useEffect(() => {
    // Not before this page stands.
    if (isLoading) return;
    readModelsAhead();
    loadHomeAhead();
  }, [isLoading]);
  const trySignIn = (given: AccessKey) => {
    setBusy(true);
    setError(undefined);
    signIn(given, keep).catch((refused: unknown) => {
      setError(refused);
      setBusy(false);
    });
  };
  const submit = () => {
    setTried(true);
    const typed = readKey(key);
    if (typed) trySignIn(typed);
  };
  return (
    <main className="sign-in">
      <SpaceBetween size="l">
        {error !== undefined && <Refusal error={error} />}
        <Container header={<Header variant="h1">Sign in to OpenIMDS</Header>}>
          <SpaceBetween size="l">
            {health?.testKeys && <LocalRoot isBusy={isBusy} onContinue={() => trySignIn(TEST_KEY)} />}
            <form
              onSubmit={(event) => {
                event.preventDefault();
                submit();
              }}
            >
              <SpaceBetween size="m">
                <KeyFields value={key} onChange={setKey} isTried={isTried} />
                <Checkbox
                  checked={keep}
                  onChange={({ detail }) => setKeep(detail.checked)}
                  description="In the browser's session storage. Otherwise a reload asks again."
                >
                  Stay signed in while this tab is open
                </Checkbox>
                <Button
                  formAction="submit"
                  variant={health?.testKeys ? 'normal' : 'primary'}
                  fullWidth={true}
                  loading={isBusy}
                >
                  Sign in
                </Button>
              </SpaceBetween>
            </form>
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </main>
  );
}

/** Whoever cannot see it is told by its taking the focus. */
function Refusal({ error }: { error: unknown }) {
  const alert = useRef<AlertProps.Ref>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each error anew
  useEffect(() => alert.current?.focus(), [error]);
  const { code, words } = asApiError(error);
  return (
    <Alert ref={alert} type="error" header="Signing in failed">
      <strong>{code}</strong>: {words}
    </Alert>
  );
}

function LocalRoot({ isBusy, onContinue }: { isBusy: boolean; onContinue: () => void }) {
  return (
    <SpaceBetween size="xs">
      <Button variant="primary" fullWidth={true} loading={isBusy} onClick={onContinue}>
        Continue as the local root
      </Button>
      <Box variant="small">
        Only this machine reaches this address, so the keys that local AWS tools use are accepted. Or sign in with an
        access key:
      </Box>
    </SpaceBetween>
  );
}

type Typed = typeof NO_KEY;

function KeyFields({ value, onChange, isTried }: { value: Typed; onChange: (key: Typed) => void; isTried: boolean }) {
  const missing = (field: keyof Typed, what: string) => (isTried && value[field].trim() === '' ? `Enter ${what}.` : '');
  return (
    <SpaceBetween size="m">
      <FormField label="Access key ID" errorText={missing('accessKeyId', 'an access key ID')}>
        <Input
          value={value.accessKeyId}
          onChange={({ detail }) => onChange({ ...value, accessKeyId: detail.value })}
          autoComplete="off"
          spellcheck={false}
        />
      </FormField>
      <FormField label="Secret access key" errorText={missing('secretAccessKey', 'a secret access key')}>
        <Input
          type="password"
          value={value.secretAccessKey}
          onChange={({ detail }) => onChange({ ...value, secretAccessKey: detail.value })}
          autoComplete="off"
        />
      </FormField>
      <FormField
        label={
          <>
            Session token <i>- of temporary credentials</i>
          </>
        }
      >
        <Input
          type="password"
          value={value.sessionToken}
          onChange={({ detail }) => onChange({ ...value, sessionToken: detail.value })}
          autoComplete="off"
        />
      </FormField>
    </SpaceBetween>
  );
}

/** Without the blanks that copying brings along; undefined as long as something is missing. */
function readKey(typed: Typed): AccessKey | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    typed.accessKeyId,
    typed.secretAccessKey,
    typed.sessionToken,
  ].map((text) => text.trim());
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
