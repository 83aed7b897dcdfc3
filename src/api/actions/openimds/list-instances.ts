/**
 * ListInstances, `GET /openimds/instances`: what EC2's own API has no place for, beside what people look for first.
 *
 * Query parameters: `InstanceId` (repeatable as `InstanceId.1`, …) and `NextToken`. The answer, JSON, has a page of
 * `Instances` with their MetadataOptions and the addresses of their metadata services (docs/operating.md).
 */

import { unknownParameter } from '../../../aws-errors.ts';
import type { MetadataRequestCounts } from '../../../host-model.ts';
import type { Faults, ImdsEndpoints, Instance, Tag } from '../../../model.ts';
import type { Form } from '../../../protocol/query-request.ts';
import { type DescribedAttachment, describeAttachment } from '../../attachment-shape.ts';
import { requestCounts } from '../../instance-host.ts';
import { type DescribedOptions, describeOptions } from '../../instance-shape.ts';
import { findInstances } from '../../instances.ts';
import type { OwnAction, Substrate } from '../../own-call.ts';
import { nextToken, readPage } from '../../pagination.ts';

export type ListedInstance = Pick<Instance, 'InstanceId' | 'State' | 'InstanceType' | 'ImageId' | 'LaunchTime'> & {
  Tags: Tag[];
  MetadataOptions: DescribedOptions;
  Endpoints: ImdsEndpoints;
  Substrate: string;
  HopLimitEnforced: boolean;
  /** Absent where the instance is not attached. */
  Attachment?: DescribedAttachment;
  /** Absent where there are none. */
  Faults?: Faults;
  /** Those to its metadata service; absent where its host knows of none, or cannot be asked. */
  MetadataRequests?: MetadataRequestCounts;
};

type Page = { Instances: ListedInstance[]; NextToken?: string };

/** @throws AwsError as DescribeInstances does */
export const listInstances: OwnAction<Page> = async (call) => {
  const { tx, scope, action } = call;
  const { ids, NextToken } = readForm(call.query);
  const { limit, after } = readPage(action, { NextToken }, ids);
  await call.permit(['*']);
  const { instances, next } =
    ids.length > 0
      ? { instances: await findInstances(call, ids), next: undefined }
      : await tx.instances.page(scope, { limit, ...(after !== undefined && { after }), where: [] });
  const tags = await tx.tags.of(
    scope,
    instances.map((instance) => instance.InstanceId),
  );
  const Instances = instances.map((instance) => list(instance, tags.get(instance.InstanceId) ?? [], call.substrate));
  return async (hosts) => {
    const counts = await requestCounts(instances, hosts);
    return { Instances: Instances.map((listed) => withRequests(listed, counts)), ...nextToken(action, next) };
  };
};

function withRequests(listed: ListedInstance, counts: ReadonlyMap<string, MetadataRequestCounts>): ListedInstance {
  const MetadataRequests = counts.get(listed.InstanceId);
  return MetadataRequests ? { ...listed, MetadataRequests } : listed;
}

function list(instance: Instance, Tags: Tag[], substrate: Substrate): ListedInstance {
  const { InstanceId, State, InstanceType, ImageId, LaunchTime, Faults } = instance;
  return {
    InstanceId,
    State,
    InstanceType,
    ImageId,
    LaunchTime,
    Tags,
    MetadataOptions: describeOptions(instance),
    Endpoints: instance.endpoints ?? {},
    Substrate: substrate.name,
    HopLimitEnforced: substrate.enforcesHopLimit,
    // On another substrate it has no effect.
    ...(substrate.name === 'netns' && describeAttachment(instance)),
    ...(Faults && { Faults }),
  };
}

function readForm(form: Form): { ids: string[]; NextToken?: string } {
  const ids: string[] = [];
  let NextToken: string | undefined;
  for (const [name, value] of form) {
    if (name === 'InstanceId' || /^InstanceId\.\d{1,4}$/.test(name)) ids.push(value);
    else if (name === 'NextToken') NextToken = value;
    else if (!name.startsWith('X-Amz-')) throw unknownParameter(name);
  }
  return { ids, ...(NextToken !== undefined && { NextToken }) };
}
