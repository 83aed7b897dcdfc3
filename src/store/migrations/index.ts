/**
 * The migrations of SQLite, in order: the database's `user_version` is how many of them it has had.
 *
 * To change the schema, add a file `NNNN-what-it-does.ts` with a `sql` and a line here; a released one is never edited. A
 * test holds that all of them together give `schema.sql`, and that each applies to a database with data in it.
 */

import { sql as firstSchema } from './0001-first-schema.ts';
import { sql as dueInstances } from './0002-due-instances.ts';
import { sql as instanceProfiles } from './0003-instance-profiles.ts';

export const migrations: readonly string[] = [firstSchema, dueInstances, instanceProfiles];
