/** Doors of the API that cannot be opened: nothing of them is left. Those that can are tried in test/netns. */

import { expect, test } from 'vitest';
import { silentLog } from '../../log.ts';
import { descriptors } from '../descriptors.ts';
import { apiDoors } from './netns-api-doors.ts';

test.runIf(process.platform === 'linux')(
  'a door that cannot be opened takes no descriptor, however often it is tried',
  async () => {
    const doors = apiDoors({ descriptors: descriptors(2), takeOver: () => {}, log: silentLog });
    const vpc = { VpcId: 'vpc-0123456789abcdef0', vpcNamespace: 'openimds-000000-there-is-no-such-namespace' };
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(doors.hold('i-0123456789abcdef0', vpc)).rejects.toThrow(/ENOENT/);
    }
  },
);
