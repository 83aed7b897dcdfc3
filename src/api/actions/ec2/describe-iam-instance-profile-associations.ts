/**
 * DescribeIamInstanceProfileAssociations: which instances have which instance profiles, in order of launch.
 */

import type {
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
} from '@aws-sdk/client-ec2';
import { invalidAssociationIdNotFound } from '../../../aws-errors.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { nextToken, readPage } from '../../pagination.ts';
import { describeAssociation } from '../../profile-associations.ts';

type Association = ReturnType<typeof describeAssociation> & { Tags?: never };

/** API/DescribeIamInstanceProfileAssociations. */
export const describeIamInstanceProfileAssociations = action<
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult
>(async (input, call) => {
  const ids = [...new Set(input.AssociationIds ?? [])];
  const page = readPage(call.action, input, ids);
  const letsThrough = filterBy<Association>(input.Filters, FILTERS);
  await call.permit(['*'], undefined);
  const { account, region } = call.scope;
  const query = { ...page, region, ...(ids.length > 0 && { associations: ids }) };
  const { instances, next } = await call.tx.instances.withProfile(account, query);
  const associations = instances.flatMap((instance): Association[] =>
    instance.IamInstanceProfile ? [describeAssociation(instance, instance.IamInstanceProfile)] : [],
  );
  const missing = ids.find((id) => !associations.some(({ AssociationId }) => AssociationId === id));
  if (missing !== undefined) throw invalidAssociationIdNotFound(missing);
  return {
    IamInstanceProfileAssociations: associations.filter(letsThrough),
    ...nextToken(call.action, next),
  };
});

/** Filter names of API/DescribeIamInstanceProfileAssociations. */
const FILTERS: FilterTable<Association> = {
  'instance-id': ({ InstanceId }) => [InstanceId],
  state: ({ State }) => [State],
};
