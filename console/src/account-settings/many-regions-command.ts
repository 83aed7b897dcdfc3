/** The `aws` command that makes a change of defaults, in one Region or, by a loop of the shell, in several. */

import { shellCommand } from '../aws-command/shell-words.ts';
import { type Change, modifyDefaultsCommand } from './defaults.ts';

export function commandIn(regions: readonly string[], change: Change): string {
  const [first = '', ...others] = regions;
  if (others.length === 0) return shellCommand(modifyDefaultsCommand(change, first));
  // A variable that is in no quotes of ours: names of Regions have no blanks.
  const command = shellCommand(modifyDefaultsCommand(change, 'REGION')).replace('REGION', '$region');
  return `for region in ${regions.join(' ')}; do\n  ${command.replaceAll('\n', '\n  ')}\ndone`;
}
