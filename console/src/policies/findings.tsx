/**
 * What is wrong with the policy, in AWS's words and in ours, each with the way to the place.
 *
 * How much there is, is read out; the list itself is not, as it changes with every key.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Finding, Severity } from '../../../src/iam/lint/finding.ts';
import type { Place } from '../../../src/iam/policy/json.ts';
import type { Answer } from './question.ts';

const TYPES = { error: 'error', warning: 'warning', note: 'info' } as const;

type Props = {
  /** Undefined while nothing is known yet. */
  answer: Answer | undefined;
  onGoTo(place: Place): void;
};

export function Findings({ answer, onGoTo }: Props) {
  if (!answer) return <StatusIndicator type="loading">Looking at it</StatusIndicator>;
  const { findings, more, refusal } = answer;
  return (
    <SpaceBetween size="xs">
      <LiveRegion>
        {findings.length === 0 ? (
          <StatusIndicator>Nothing is wrong with it.</StatusIndicator>
        ) : (
          <Box fontWeight="bold">{summaryOf(findings, more)}</Box>
        )}
      </LiveRegion>
      {refusal && (
        <Box>
          AWS answers <strong>{refusal.code}</strong>: {refusal.message}
        </Box>
      )}
      {findings.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
        <ul className="policy-findings" aria-label="Findings" tabIndex={0}>
          {findings.map((finding) => (
            <Row key={`${finding.rule} ${JSON.stringify(finding.place)}`} finding={finding} onGoTo={onGoTo} />
          ))}
        </ul>
      )}
    </SpaceBetween>
  );
}

function Row({ finding, onGoTo }: { finding: Finding; onGoTo: Props['onGoTo'] }) {
  const { severity, place, says, hint, rule } = finding;
  return (
    <li>
      <StatusIndicator type={TYPES[severity]} iconAriaLabel={severity}>
        <Button variant="inline-link" onClick={() => onGoTo(place)}>
          Line {place.line}, column {place.column}
        </Button>
      </StatusIndicator>{' '}
      {says}{' '}
      <Box variant="small" display="inline">
        [{rule}]
      </Box>
      {hint !== undefined && (
        <Box variant="small" display="block">
          {hint}
        </Box>
      )}
    </li>
  );
}

function summaryOf(findings: readonly Finding[], more: boolean): string {
  const counted = (['error', 'warning', 'note'] as const).map((severity) => count(findings, severity));
  const said = counted.filter((words) => words !== '').join(', ');
  return more ? `${said}, and more that are not shown` : said;
}

function count(findings: readonly Finding[], severity: Severity): string {
  const { length } = findings.filter((finding) => finding.severity === severity);
  return length === 0 ? '' : `${length} ${severity}${length === 1 ? '' : 's'}`;
}
