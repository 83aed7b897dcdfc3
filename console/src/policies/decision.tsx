/**
 * What the policy decides of the call that is tried: as a whole, for each resource, and of the chosen one which statement
 * decided, what its conditions met, and why the others did not match.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { Place } from '../../../src/iam/policy/json.ts';
import type { Tried, TriedAnswer } from './question.ts';

type Props = {
  tried: Tried;
  /** Which of the answers is looked at. */
  chosen: TriedAnswer | undefined;
  onChoose(answer: TriedAnswer): void;
  onGoTo(place: Place): void;
};

export function Decision({ tried, chosen, onChoose, onGoTo }: Props) {
  if ('problem' in tried) {
    return (
      <Alert type="error" header="Such a call cannot be made">
        {tried.problem}
      </Alert>
    );
  }
  const { allowed, everything, answers } = tried;
  return (
    <SpaceBetween size="m">
      <LiveRegion>
        <Box fontSize="heading-m" fontWeight="bold">
          <StatusIndicator type={allowed ? 'success' : 'error'}>{allowed ? 'Allowed' : 'Denied'}</StatusIndicator>
        </Box>
      </LiveRegion>
      {answers.length > 1 && (
        <Table<TriedAnswer>
          variant="embedded"
          contentDensity="compact"
          items={answers}
          trackBy={idOf}
          selectionType="single"
          selectedItems={chosen ? [chosen] : []}
          onSelectionChange={({ detail }) => {
            const [first] = detail.selectedItems;
            if (first) onChoose(first);
          }}
          onRowClick={({ detail }) => onChoose(detail.item)}
          ariaLabels={{
            tableLabel: 'Decision by resource',
            selectionGroupLabel: 'Resources',
            itemSelectionLabel: (_selection, answer) => answer.resource,
          }}
          wrapLines={true}
          columnDefinitions={[
            { id: 'resource', header: 'Resource', isRowHeader: true, cell: resourceOf },
            { id: 'decision', header: 'Decision', minWidth: 140, cell: (answer) => <Verdict answer={answer} /> },
          ]}
        />
      )}
      {chosen && <Why answer={chosen} onGoTo={onGoTo} />}
      {everything && (
        <Box variant="small">
          The policy allows nothing, so one that allows everything (AllowEverything) was put beside it.
        </Box>
      )}
    </SpaceBetween>
  );
}

export function idOf({ action, resource }: TriedAnswer): string {
  return `${action} ${resource}`;
}

function resourceOf({ action, resource }: TriedAnswer): string {
  return action === 'ec2:RunInstances' ? resource : `${action} on ${resource}`;
}

function Verdict({ answer: { decision } }: { answer: TriedAnswer }) {
  if (decision === 'allowed') return <StatusIndicator>allowed</StatusIndicator>;
  return <StatusIndicator type="error">{decision}</StatusIndicator>;
}

function Why({ answer, onGoTo }: { answer: TriedAnswer; onGoTo(place: Place): void }) {
  const { action, resource, why, statement, conditions, others, notShown, aboutOthers } = answer;
  const rest = [
    ...(notShown > 0 ? [`${notShown} more came as near.`] : []),
    ...(aboutOthers > 0 ? [`${aboutOthers} ${aboutOthers === 1 ? 'is' : 'are'} about other actions.`] : []),
  ];
  return (
    <section aria-label="Why">
      <SpaceBetween size="xs">
        <Box>
          <strong>{resource === '*' ? action : `${action} on ${resource}`}</strong>: {why}.{' '}
          {statement && (
            <Button variant="inline-link" onClick={() => onGoTo(statement.start)}>
              Show statement
            </Button>
          )}
        </Box>
        <Reasons reasons={conditions} />
        {(others.length > 0 || rest.length > 0) && <Box fontWeight="bold">Other statements</Box>}
        {others.length > 0 && (
          <ul className="policy-reasons">
            {others.map(({ name, Effect, start, outcome }) => (
              <li key={`${start.line} ${start.column}`}>
                <Button variant="inline-link" onClick={() => onGoTo(start)}>
                  {name}
                </Button>{' '}
                ({Effect}): {outcome}
              </li>
            ))}
          </ul>
        )}
        {rest.length > 0 && <Box>{rest.join(' ')}</Box>}
      </SpaceBetween>
    </section>
  );
}

function Reasons({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul className="policy-reasons">
      {reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}
