/** EC2 Instance Connect, of whose actions those are here that have to do with metadata. */

import type { JsonService } from '../../json-call.ts';
import { sendSshPublicKey } from './send-ssh-public-key.ts';

export const ec2InstanceConnect: JsonService = {
  name: 'ec2-instance-connect',
  messageMember: 'Message',
  actions: { SendSSHPublicKey: sendSshPublicKey },
};
