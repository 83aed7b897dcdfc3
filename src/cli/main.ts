/**
 * The way in: runs the command line and turns whatever happens into an exit status. `bin/openimds` starts it.
 *
 * INVARIANT: nobody ever sees a stack trace without asking for one with OPENIMDS_DEBUG=1. Commands are imported when
 * they are needed, so that each starts as fast as it can.
 */

import { Failure } from './failure.ts';

// Set by bin/openimds for this process only: the programs that it runs keep their own ways.
if (process.env.NODE_COMPILE_CACHE?.endsWith('/openimds/compiled')) delete process.env.NODE_COMPILE_CACHE;
// An empty variable is one that is not set.
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('OPENIMDS_') && value === '') delete process.env[name];
}
// `openimds ls | head` ends when head has seen enough; a log that nobody reads any more ends nothing.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.stderr.on('error', () => {});

try {
  const { runCommandLine } = await import('./program.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`openimds: ${explain(error)}\n`);
  process.exitCode = error instanceof Failure ? error.exitStatus : 1;
}

function explain(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (process.env.OPENIMDS_DEBUG) return error instanceof Error ? `${error.stack}` : String(error);
  const message = error instanceof Error ? error.message : String(error);
  return `this is a bug: ${message} (OPENIMDS_DEBUG=1 shows where)`;
}
