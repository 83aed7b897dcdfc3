/**
 * What the control plane remembers, as an interface: SQLite keeps it on one machine, PostgreSQL on many, with the same
 * queries and one contract suite (`store.contract.ts`).
 *
 * It promises: a transaction happens wholly or not at all; once it has resolved it survives kill -9; transactions see
 * each other only when committed, and lose none of each other's changes; revisions become visible in their own order. It
 * knows no AWS rule.
 */

import type { IamGroup, IamRole, IamUser, InstanceProfile, ManagedPolicy } from '../iam-model.ts';
import type {
  AccessKey,
  AccountMetadataDefaults,
  CreateAccountStatus,
  IdentityKeys,
  Instance,
  KeyPair,
  MemberAccount,
  Organization,
  OrganizationalUnit,
  OrganizationPolicy,
  RegisteredImage,
  Scope,
  SecurityGroup,
  SshSigner,
  Subnet,
  Tag,
  Vpc,
} from '../model.ts';
import type { AttachedInstance } from './attachments.ts';

export type Store = {
  /**
   * Runs `work` in one transaction: it commits when `work` resolves and leaves no trace when it rejects, or when a query in
   * it failed. A transaction asked for inside of `work` rejects: it would wait for itself.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Calls `wake` after each commit that took a revision. It carries no data: look again. Returns how to end it. */
  subscribe(wake: () => void): () => void;
  close(): Promise<void>;
};

export type Transaction = {
  /** A revision greater than every one taken before. Taking one wakes the subscribers after the commit. */
  nextRevision(): Promise<number>;
  instances: Instances;
  documents: DocumentTable;
  tags: Tags;
  addresses: Addresses;
  accessKeys: {
    find(AccessKeyId: string): Promise<AccessKey | undefined>;
    put(key: AccessKey): Promise<void>;
    remove(AccessKeyId: string): Promise<void>;
    /** Every key of the account, its root's and its users'. */
    ofAccount(account: string): Promise<AccessKey[]>;
  };
};

export type Instances = {
  insert(instances: Instance[]): Promise<void>;
  /** Those of `ids` that exist in the scope, in order of launch. */
  get(scope: Scope, ids: string[]): Promise<Instance[]>;
  /** Replaces instances that exist. */
  update(instances: Instance[]): Promise<void>;
  /** In order of launch. `next` is there when more may follow. */
  page(scope: Scope, query: InstanceQuery): Promise<{ instances: Instance[]; next?: number }>;
  /** Those of one reservation, in order of AmiLaunchIndex. */
  ofReservation(scope: Scope, ReservationId: string): Promise<Instance[]>;
  /** Those of a host whose revision is greater, lowest revision first. */
  changedAfter(host: string, revision: number, limit: number): Promise<Instance[]>;
  /** Those of any scope whose `dueAtMs` has come, the longest overdue first. */
  due(nowMs: number, limit: number): Promise<Instance[]>;
  /** Those of an account that have an instance profile, in order of launch. `next` is there when more may follow. */
  withProfile(account: string, query: ProfileQuery): Promise<{ instances: Instance[]; next?: number }>;
  /** Those of a host with these ids, whatever their scope. */
  onHost(host: string, ids: string[]): Promise<Instance[]>;
  /**
   * Removes instances that were terminated before the given time, with their tags and the client tokens that launched
   * them. Returns how many.
   */
  forgetTerminated(beforeMs: number): Promise<number>;
};

/** In one Region, of all profiles or with some of the associations; or in all Regions, of one profile. */
export type ProfileQuery = { after?: number; limit: number } & (
  | { region: string; associations?: string[] }
  | { InstanceProfileName: string }
);

export type InstanceQuery = {
  /** `next` of the page before. */
  after?: number;
  limit: number;
  /** All must hold. */
  where: InstanceCondition[];
};

/** A condition that the store can check without reading the whole instance; all comparisons are exact. */
export type InstanceCondition =
  | { field: InstanceField; oneOf: string[] }
  /** A tag with this key and one of these values. */
  | { tag: string; oneOf: string[] }
  /** A tag with one of these keys. */
  | { tagKey: string[] };

/** Fields of an instance, or of its MetadataOptions, that have a column of their own. */
export type InstanceField =
  | 'InstanceId'
  | 'ReservationId'
  | 'ImageId'
  | 'InstanceType'
  | 'KeyName'
  | 'AvailabilityZone'
  | 'SubnetId'
  | 'VpcId'
  | 'State'
  | 'HttpTokens'
  | 'HttpPutResponseHopLimit'
  | 'HttpEndpoint'
  | 'HttpProtocolIpv4'
  | 'HttpProtocolIpv6'
  | 'InstanceMetadataTags';

/** Small resources: one document each, found by kind, scope and id. A new kind needs no migration. */
export type Documents = {
  vpc: Vpc;
  subnet: Subnet;
  'security-group': SecurityGroup;
  /** Its id is the KeyName. */
  'key-pair': KeyPair;
  image: RegisteredImage;
  /** Its id is `account`. */
  'metadata-defaults': AccountMetadataDefaults;
  /** Its id is `ACTION/TOKEN`. */
  'client-token': ClientTokenUse;
  /** Of its management account, in the Region without a name, as all of an organization is. */
  organization: Organization;
  'organizational-unit': OrganizationalUnit;
  'member-account': MemberAccount;
  'organization-policy': OrganizationPolicy;
  'create-account-status': CreateAccountStatus;
  /** Of any account that is in an organization, in the Region without a name. */
  'organization-membership': { MasterAccountId: string };
  /** Its id is the Netns; its Region is the host (`attachments.ts`). */
  attachment: AttachedInstance;
  /** One for the whole installation (`installation-key.ts`). */
  'installation-key': { key: string };
  /** Those of a Region (`made-once.ts`). */
  'identity-keys': IdentityKeys;
  'ssh-signer': SshSigner;
  /** One for the whole installation: the authority above all signers of SSH keys, of the Region without a name. */
  'ssh-root': { privateKey: string; certificate: string };
  /** Of the account, in no Region. The ids of these are names in lower case, as no two names differ in case only. */
  'iam-user': IamUser;
  'iam-group': IamGroup;
  'iam-role': IamRole;
  'iam-policy': ManagedPolicy;
  'iam-instance-profile': InstanceProfile;
  /** Of a user who is called otherwise than at first; its id is the UserId. */
  'iam-renamed-user': { UserName: string };
};

/** What a ClientToken was used for: the digest of the request's parameters and what it made. */
export type ClientTokenUse = { digest: string; resourceId: string };

/** What is found may be the same object for others too: it cannot be changed, only put anew. */
export type DocumentTable = {
  find<K extends keyof Documents>(kind: K, scope: Scope, id: string): Promise<Documents[K] | undefined>;
  /** Those of `ids` that exist, by id. */
  get<K extends keyof Documents>(kind: K, scope: Scope, ids: readonly string[]): Promise<Map<string, Documents[K]>>;
  /** In order of creation. */
  list<K extends keyof Documents>(kind: K, scope: Scope): Promise<Documents[K][]>;
  count(kind: keyof Documents, scope: Scope): Promise<number>;
  put<K extends keyof Documents>(kind: K, scope: Scope, id: string, document: Documents[K]): Promise<void>;
  remove(kind: keyof Documents, scope: Scope, id: string): Promise<void>;
};

export type TaggedResource = { ResourceId: string; ResourceType: string };

export type Tags = {
  /** Adds or replaces. The tags of an instance are put once it is inserted. */
  put(scope: Scope, resource: TaggedResource, tags: Tag[]): Promise<void>;
  /** A tag without Value is removed whatever its value; one with a Value only if it has that value. */
  remove(scope: Scope, ResourceId: string, tags: { Key: string; Value?: string }[]): Promise<void>;
  /** By resource, keys in code-unit order; a resource without tags is missing from the map. */
  of(scope: Scope, resourceIds: string[]): Promise<Map<string, Tag[]>>;
  /** In order of resource and key. `after` is the last row of the page before. */
  page(
    scope: Scope,
    query: { after?: { ResourceId: string; Key: string }; limit: number },
  ): Promise<(TaggedResource & Tag)[]>;
};

/**
 * Numbers of pools, each with one owner at most. The pool that is called as a subnet holds its IPv4 addresses, counted from
 * its first (0); there are others for whatever else is given out by number.
 */
export type Addresses = {
  /**
   * Gives one free number from `first` to `last` to each owner, in order; fewer numbers than owners come back when the
   * pool is used up. Numbers that were never given come first, then released ones, the lowest first in either.
   */
  take(pool: string, range: { first: number; last: number }, owners: string[]): Promise<number[]>;
  /**
   * Gives one free block to each owner, in order: `size` numbers, the first of which is a multiple of `size`. It is that
   * first number which comes back; fewer than owners when there are no more. The highest come first, far from `take`.
   */
  takeBlocks(pool: string, range: { first: number; last: number; size: number }, owners: string[]): Promise<number[]>;
  /** Gives one number to an owner; false when it has an owner already. */
  takeOne(pool: string, number: number, owner: string): Promise<boolean>;
  /** Who has a number; undefined for nobody. Until the transaction ends, nobody else is given one of the pool. */
  ownerOf(pool: string, number: number): Promise<string | undefined>;
  /** Ends what the owners have, everywhere or in one pool. */
  release(owners: string[], pool?: string): Promise<void>;
  /** How many are taken, by pool; a pool with none is missing from the map. */
  taken(pools: string[]): Promise<Map<string, number>>;
};
