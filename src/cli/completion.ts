/**
 * Shell completion: the script that a shell loads (`openimds completion SHELL`), and the suggestions that the script
 * asks for at each TAB (`openimds complete -- WORDS`). Commands and flags come from the command line's own definition.
 */

import type { RootCommand } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { instancePages, type Target } from './control-plane.ts';
import { printable } from './printable.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

/**
 * For bash it is our own: the library's evaluates what is being typed, so that a TAB would run `$(…)` and open files, and
 * it needs a package that Debian does not install by itself.
 */
const BASH_SCRIPT = `# bash completion for openimds
_openimds() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    case $line in
      :*) ;;
      "\${COMP_WORDS[COMP_CWORD]}"*) COMPREPLY+=("$line") ;;
    esac
  done < <(openimds complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _openimds openimds
`;

export function printCompletionScript(program: Command, shell: string): void {
  if (shell === 'bash') process.stdout.write(BASH_SCRIPT);
  else completionsOf(program).setup('openimds', 'openimds', shell);
}

/** @param words of the command line so far, without `openimds`; the last is the one to complete, perhaps empty */
export async function printCompletions(program: Command, words: string[], target: Target): Promise<void> {
  const root = completionsOf(program);
  const line = words.join(' ');
  for (const [name, command] of root.commands) {
    const argument = command.arguments.get('INSTANCE');
    if (!argument || !line.startsWith(`${name} `)) continue;
    const instances = await firstInstances(target);
    const suggestAll: typeof argument.handler = (complete) => {
      for (const { InstanceId, description } of instances) complete(InstanceId, description);
    };
    command.argument('INSTANCE', suggestAll, argument.variadic);
  }
  root.commands.get('completion')?.argument('SHELL', (complete) => {
    for (const shell of SHELLS) complete(shell, '');
  });
  root.parse(words);
}

function completionsOf(program: Command): RootCommand {
  return tab(program, { completionCommandName: 'completion' });
}

type Suggestion = { InstanceId: string; description: string };

async function firstInstances(target: Target): Promise<Suggestion[]> {
  try {
    for await (const page of instancePages(target)) return page.map(suggest);
  } catch {
    // Nothing answers: then there is nothing to suggest, and a TAB is no place for an error.
  }
  return [];
}

function suggest({ InstanceId, State, InstanceType, Tags }: ListedInstance): Suggestion {
  const name = Tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
  return { InstanceId, description: printable(`${InstanceType} ${State} ${name}`).trim() };
}
