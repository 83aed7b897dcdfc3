/**
 * Shown instead of a page that broke: what happened, and how to go on. The rest of the console stays usable.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';

type Props = { children: ReactNode };

export class ErrorBoundary extends Component<Props, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Box padding="l">
        <Alert
          type="error"
          header="This page cannot be shown"
          action={<Button onClick={() => window.location.reload()}>Reload</Button>}
        >
          {/* A chunk that is gone: the server was updated while this page was open. */}
          {error.message}
        </Alert>
      </Box>
    );
  }
}
