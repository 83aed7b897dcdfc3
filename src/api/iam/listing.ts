/**
 * A List action over all entities of a kind: those below a path, in order of their names.
 */

import type { Documents } from '../../store/store.ts';
import type { AccountCall } from '../call.ts';
import { arnOf, type EntityKind, type Kind, listEntities } from './entities.ts';
import { readPathPrefix } from './names.ts';
import { type Page, type PageRequest, pageOf } from './pages.ts';

/** Once the caller may list what is below the path. @throws ValidationError, AccessDenied */
export async function listPage<K extends EntityKind>(
  call: AccountCall,
  kind: Kind<K>,
  { PathPrefix, ...request }: PageRequest & { PathPrefix?: string | undefined },
): Promise<Page<Documents[K]>> {
  const prefix = readPathPrefix(PathPrefix);
  await call.permit([{ arn: arnOf(call, kind, prefix, ''), keys: {} }]);
  const found = (await listEntities(call, kind)).filter(({ Path }) => Path.startsWith(prefix));
  return pageOf(call, found, request, kind.nameOf);
}
