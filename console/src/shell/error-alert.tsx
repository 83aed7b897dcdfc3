/**
 * An error of an API as people read it: what was tried, AWS's code and words, the request id; of a denial the statements
 * that decided, where this caller may decode them.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { asApiError, isDenial } from '../api/api-error.ts';
import { type DecidingStatement, type Denial, decidingStatements } from '../api/deciding-statements.ts';
import { useApi } from '../sign-in/session.tsx';

export function ErrorAlert({ error, header }: { error: unknown; header: string }) {
  const shown = asApiError(error);
  return (
    <Alert type="error" header={header}>
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

function Deciding({ error }: { error: ReturnType<typeof asApiError> }) {
  const api = useApi();
  const [denial, setDenial] = useState<Denial>();
  useEffect(() => {
    let isShown = true;
    void decidingStatements(api, error).then((found) => isShown && setDenial(found));
    return () => {
      isShown = false;
    };
  }, [api, error]);
  if (!denial) return null;
  const { action, resource, statements } = denial;
  return (
    <SpaceBetween size="xs">
      <Box color="inherit">
        {statements.length === 0
          ? `No policy statement allows ${action} on ${resource}.`
          : `Decided for ${action} on ${resource} by:`}
      </Box>
      {statements.map((statement) => (
        <Statement key={JSON.stringify(statement)} statement={statement} />
      ))}
    </SpaceBetween>
  );
}

function Statement({ statement }: { statement: DecidingStatement }) {
  const { statementId, effect, actions, resources, conditions } = statement;
  const text = JSON.stringify(
    {
      ...(statementId !== '' && { Sid: statementId }),
      Effect: effect === 'DENY' ? 'Deny' : 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions.length > 0 && {
        Condition: Object.fromEntries(conditions.map(({ key, values }) => [key, values])),
      }),
    },
    undefined,
    2,
  );
  return (
    <Box variant="pre" color="inherit">
      {text}
    </Box>
  );
}
