/** The `aws` command that makes a change of defaults, in one Region or, by a loop of the shell, in several. */

import { shellLoop } from '../aws-command/shell-words.ts';
import { type Change, modifyDefaultsCommand } from './defaults.ts';

export function commandIn(regions: readonly string[], change: Change): string {
  return shellLoop('region', regions, (region) => modifyDefaultsCommand(change, region));
}
