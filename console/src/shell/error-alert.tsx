/**
 * An error of an API as people read it: what was tried, AWS's code and words, the request id; of a denial the statements
 * that decided, where this caller may decode them.
 */

import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef } from 'react';
import { type ApiError, asApiError, isAboutKey, isDenial } from '../api/api-error.ts';
import { type ComparedKey, type DecidingStatement, decidingStatements } from '../api/deciding-statements.ts';
import { useApi, useSession } from '../sign-in/session.tsx';
import { useLoaded } from './use-loaded.ts';

type Props = {
  error: unknown;
  /** What did not happen. */
  header: string;
  /** Of what somebody asked for: whoever cannot see it must be told. */
  takesFocus?: boolean;
};

export function ErrorAlert({ error, header, takesFocus = false }: Props) {
  const alert = useRef<AlertProps.Ref>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each error anew
  useEffect(() => {
    if (takesFocus) alert.current?.focus();
  }, [takesFocus, error]);
  const { signOut } = useSession();
  const shown = asApiError(error);
  return (
    <Alert
      ref={alert}
      type="error"
      header={header}
      action={isAboutKey(error) && <Button onClick={signOut}>Sign in again</Button>}
    >
      <SpaceBetween size="xs">
        <Box color="inherit">
          <strong>{shown.code}</strong>: {shown.words}
        </Box>
        {isDenial(error) && <Deciding error={error} />}
        {shown.requestId !== undefined && (
          <Box variant="small" color="inherit">
            Request ID: {shown.requestId}
          </Box>
        )}
      </SpaceBetween>
    </Alert>
  );
}

function Deciding({ error }: { error: ApiError }) {
  const api = useApi();
  const { data: denial } = useLoaded(() => decidingStatements(api, error), [api, error]);
  if (!denial) return null;
  const { action, resource, statements } = denial;
  return (
    <SpaceBetween size="xs">
      <Box color="inherit">
        {statements.length > 0
          ? `What decided about ${action} on ${resource}:`
          : `No statement denies ${action} on ${resource}; one that allows it is missing.`}
      </Box>
      {statements.map((statement) => (
        <Statement key={JSON.stringify(statement)} statement={statement} />
      ))}
    </SpaceBetween>
  );
}

function Statement({ statement }: { statement: DecidingStatement }) {
  const { statementId, effect, actions, resources, conditions } = statement;
  const lines = [
    ...(statementId === '' ? [] : [`Sid        ${statementId}`]),
    `Effect     ${effect === 'DENY' ? 'Deny' : 'Allow'}`,
    `Action     ${actions.join(', ')}`,
    `Resource   ${resources.join(', ')}`,
    ...conditions.map((condition) => `Condition  ${compared(condition)}`),
  ];
  return (
    <section className="statement" aria-label="Policy statement">
      {lines.join('\n')}
    </section>
  );
}

function compared({ key, values, inRequest }: ComparedKey): string {
  const found = inRequest === undefined ? 'is absent' : `is ${inRequest.join(', ')}`;
  return `compares ${key} with ${values.join(', ')}; in this request it ${found}`;
}
