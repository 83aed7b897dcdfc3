/**
 * What can be said of a role when it is made, and changed later: its description, and how long a session may last.
 */

import type { IamRole } from '../../iam-model.ts';
import { readNumber, readText } from './names.ts';

const LONGEST_DESCRIPTION = 1000;
/** Seconds. */
const SESSION = { least: 3600, most: 43_200 };

type Settings = { Description?: string | undefined; MaxSessionDuration?: number | undefined };

/** What is given of it. @throws ValidationError */
export function readRoleSettings({
  Description,
  MaxSessionDuration,
}: Settings): Partial<Pick<IamRole, 'Description' | 'MaxSessionDuration'>> {
  return {
    ...(Description !== undefined && {
      Description: readText('Description', Description, { shortest: 0, longest: LONGEST_DESCRIPTION }),
    }),
    ...(MaxSessionDuration !== undefined && {
      MaxSessionDuration: readNumber('MaxSessionDuration', MaxSessionDuration, SESSION),
    }),
  };
}
