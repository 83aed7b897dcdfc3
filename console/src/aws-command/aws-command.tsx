/**
 * The `aws` command that does the same as the page, to be copied. It is live: it says what would be sent right now.
 */

import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { shellCommand } from './shell-words.ts';

/** @param words the command and its arguments, unquoted */
export function AwsCommand({ words }: { words: readonly string[] }) {
  return <ShellCommand command={shellCommand(words)} />;
}

/** @param command as a shell takes it */
export function ShellCommand({ command }: { command: string }) {
  return (
    <ExpandableSection headerText="Equivalent AWS CLI command" defaultExpanded={true}>
      <SpaceBetween size="xs">
        <section className="aws-command" aria-label="AWS CLI command">
          <Box variant="pre">{command}</Box>
        </section>
        <CopyToClipboard
          copyButtonText="Copy"
          copySuccessText="Copied"
          copyErrorText="Copying failed: select the text instead"
          textToCopy={command}
        />
      </SpaceBetween>
    </ExpandableSection>
  );
}
