/** What is told after a launch, with the way to what was launched. */

import Link from '@cloudscape-design/components/link';
import type { Instance } from '../api/services.ts';
import { hrefOf } from '../shell/route.ts';

export function Launched({ instances, region }: { instances: readonly Instance[]; region: string }) {
  const [first] = instances;
  if (instances.length !== 1 || first?.InstanceId === undefined) return <>Launched {instances.length} instances.</>;
  return (
    <>
      Launched instance{' '}
      <Link color="inverted" href={hrefOf(region, `instances/${first.InstanceId}`)}>
        {first.InstanceId}
      </Link>
      .
    </>
  );
}
