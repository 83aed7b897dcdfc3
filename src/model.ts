/**
 * START HERE: the nouns of OpenIMDS and what always holds of them.
 *
 *   API call ──> Instance (revision + 1) ──> DesiredInstance ──> metadata service of the instance
 *                    ^                                                      │
 *                    └────────────── Acknowledgement of a revision <────────┘
 *
 * A field of an AWS shape keeps AWS's spelling here, on the wire, in the store and in the console; our own fields are
 * camelCase. Nothing in this file does anything: these are types only, and every folder may import them.
 */

import type { Session } from './iam-model.ts';

// ─── Metadata options ────────────────────────────────────────────────────────────────────────────────────────────────

export type Switch = 'enabled' | 'disabled';
export type HttpTokens = 'optional' | 'required';

/**
 * The metadata options of one instance, every one decided.
 *
 * INVARIANT: HttpPutResponseHopLimit is a whole number from 1 to 64 (aws-behaviour 3.2).
 */
export type MetadataOptions = {
  HttpTokens: HttpTokens;
  HttpPutResponseHopLimit: number;
  HttpEndpoint: Switch;
  HttpProtocolIpv4: Switch;
  HttpProtocolIpv6: Switch;
  InstanceMetadataTags: Switch;
};

/** Metadata options as a caller wrote them: nothing checked but the wire type; an absent field was not given. */
export type MetadataOptionsRequest = {
  HttpTokens?: string | undefined;
  HttpPutResponseHopLimit?: number | undefined;
  HttpEndpoint?: string | undefined;
  HttpProtocolIpv4?: string | undefined;
  HttpProtocolIpv6?: string | undefined;
  InstanceMetadataTags?: string | undefined;
};

/** The defaults of one account in one Region. An absent field is "no preference" (aws-behaviour 3.2). */
export type AccountMetadataDefaults = {
  HttpTokens?: HttpTokens;
  HttpPutResponseHopLimit?: number;
  HttpEndpoint?: Switch;
  InstanceMetadataTags?: Switch;
  HttpTokensEnforced?: Switch;
};

/** `--rules`: `page` asks for HttpEndpoint beside other options, as AWS's page says; `current` does not. */
export type OptionRules = 'page' | 'current';

// ─── Resources of an account in a Region ─────────────────────────────────────────────────────────────────────────────

/** Whose, and where: every resource is invisible outside its scope. */
export type Scope = {
  /** Twelve digits. */
  account: string;
  /** For example `us-east-1`. */
  region: string;
};

export type Tag = { Key: string; Value: string };

export type InstanceStateName = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** Why AWS itself stops or terminates an instance (API/StateReason). */
export type StateReasonCode = 'Server.ScheduledStop' | 'Server.SpotInstanceShutdown' | 'Server.SpotInstanceTermination';

/** INVARIANT: all interfaces of an instance are in its VPC and its Availability Zone; the first is the primary one. */
export type NetworkInterface = {
  NetworkInterfaceId: string;
  DeviceIndex: number;
  /** 0 where absent. */
  NetworkCardIndex?: number;
  /** Lower case with colons. */
  MacAddress: string;
  SubnetId: string;
  VpcId: string;
  /** Absent in an IPv6-only subnet. */
  PrivateIpAddress?: string;
  /** IPv4 addresses beside the first, all of the subnet. */
  SecondaryPrivateIpAddresses?: string[];
  /** Of PrivateIpAddress. */
  PublicIp?: string;
  /** It gets a PublicIp whenever the instance starts, and loses it when that stops. */
  AssociatePublicIpAddress?: true;
  /** Empty unless the subnet has IPv6. */
  Ipv6Addresses: string[];
  /** `…/28` and `…/80` blocks that are delegated to the interface. */
  Ipv4Prefixes?: string[];
  Ipv6Prefixes?: string[];
  /** Ids of security groups. */
  Groups: string[];
  /** True where absent. */
  SourceDestCheck?: boolean;
  /** As the launch gave it. */
  Description?: string;
};

export type ShutdownBehavior = 'stop' | 'terminate';

/** A block device as metadata calls it, beside the root device: `ebs1`, `ephemeral0`, `swap`. */
export type BlockDevice = { VirtualName: string; DeviceName: string };

// ─── What happens to an instance ─────────────────────────────────────────────────────────────────────────────────────

export type InterruptionAction = 'hibernate' | 'stop' | 'terminate';

export type SpotInstanceType = 'one-time' | 'persistent';

export type Tenancy = 'default' | 'dedicated' | 'host';

/** aws-behaviour 2, `autoscaling/target-lifecycle-state`. */
export type TargetLifecycleState =
  | 'Detached'
  | 'InService'
  | 'Standby'
  | 'Terminated'
  | 'Warmed:Hibernated'
  | 'Warmed:Running'
  | 'Warmed:Stopped'
  | 'Warmed:Terminated';

export type MaintenanceCode =
  | 'instance-reboot'
  | 'instance-retirement'
  | 'instance-stop'
  | 'system-maintenance'
  | 'system-reboot';

/**
 * Something that befalls an instance. All times are ISO 8601 in UTC with milliseconds.
 *
 * INVARIANT: until VisibleFrom nobody on the instance sees it. What it brings about, such as the end of a Spot instance
 * two minutes after its notice, is brought about by the control plane (`instance-events.ts`).
 */
export type InstanceEvent = { EventId: string; VisibleFrom: string } & (
  | { Type: 'spot-interruption'; Action: InterruptionAction; InterruptsAt: string }
  | { Type: 'rebalance-recommendation' }
  | {
      Type: 'scheduled-maintenance';
      Code: MaintenanceCode;
      Description: string;
      NotBefore: string;
      NotAfter?: string;
      State: 'active' | 'canceled' | 'completed';
    }
  | { Type: 'autoscaling-lifecycle-state'; TargetLifecycleState: TargetLifecycleState }
);

/**
 * An SSH key that was pushed to an instance, as its metadata shows it.
 *
 * INVARIANT: from VisibleUntil on, ISO 8601 in UTC with milliseconds, nobody on the instance sees it.
 */
export type ManagedSshKey = {
  InstanceOSUser: string;
  VisibleUntil: string;
  /** What the signer says of it, the key, the signature of both, and an empty line. */
  text: string;
};

/** What an overloaded service says; AWS documents 503, which asks to try again (aws-behaviour 1.4). */
export type FaultStatus = 429 | 500 | 502 | 503 | 504;

/**
 * How an instance's metadata service misbehaves, for tests of clients; an absent field is an absent fault. While
 * HttpEndpoint is disabled none but the last is in force: a fault neither reveals nor hides that.
 */
export type Faults = {
  /** Every answer comes so many milliseconds late: 1 to 60,000. */
  LatencyMs?: number;
  /** Of all requests this share, above 0 and up to 1 and evenly spread, gets this status instead of its answer. */
  Errors?: { Status: FaultStatus; Share: number };
  /** Token PUTs are never answered. */
  HangTokenPut?: true;
  /** Above so many packets a second, 1 to 1,000,000, answers stop coming (aws-behaviour 1.6). */
  PacketsPerSecond?: number;
  /** Credentials expire so many seconds, up to 21,600, after they were made; 0: they have expired already. */
  CredentialsLifetimeSeconds?: number;
};

/**
 * Where the metadata service of an instance answers, as its host placed it: base addresses without a final slash, and the
 * name of the network namespace in which they are to be asked, where the instance is one.
 */
export type ImdsEndpoints = {
  ipv4?: string;
  ipv6?: string;
  netns?: string;
  /** Where a program on the instance reaches the control plane's API; absent where there is no way of its own. */
  api?: string;
  /** Why there are none, in words for people: what is in the way in the namespace that the instance is attached to. */
  obstacle?: string;
};

/**
 * A network namespace of this host that exists without us, such as a container's, which gets the instance's interfaces and
 * metadata service instead of a namespace of the instance's own.
 *
 * INVARIANT: at most one instance of a host is attached to a namespace by the same name or process (`store/attachments.ts`).
 */
export type Attachment = {
  /** A name below /run/netns, or, all digits, the process whose namespace it is. */
  Netns: string;
  /** What the primary interface is called there. */
  Device: string;
  /** ISO 8601 in UTC with seconds. A process that is younger is not the one that was meant. */
  AttachTime: string;
};

/**
 * Which instance profile an instance has. It is known by its id: one that is made later under the same name is another.
 *
 * INVARIANT: `revision` is that at which it was associated.
 */
export type ProfileAssociation = {
  /** `iip-assoc-…`; a profile that takes the place of another one gets its own. */
  AssociationId: string;
  InstanceProfileName: string;
  InstanceProfileId: string;
  Path: string;
  /** ISO 8601 in UTC with seconds. */
  Timestamp: string;
  revision: number;
};

/**
 * An instance as the store keeps it.
 *
 * INVARIANT: `revision` grows whenever anything that its host must know changes; `optionsRevision` is the revision at
 * which MetadataOptions last changed; `appliedRevision` is the last one that the host acknowledged while the instance
 * was running. MetadataOptions.State is derived from the last two, never stored (`metadata-options/state.ts`).
 */
export type Instance = Scope & {
  InstanceId: string;
  ReservationId: string;
  AmiLaunchIndex: number;
  ImageId: string;
  InstanceType: string;
  /** Of its image, which may be gone by now; so is RootDeviceName. */
  Architecture: Architecture;
  RootDeviceName: string;
  KeyName?: string;
  /** ISO 8601 in UTC with seconds, for example `2026-11-23T10:00:00Z`; moves with each start. */
  LaunchTime: string;
  AvailabilityZone: string;
  SubnetId: string;
  VpcId: string;
  NetworkInterfaces: [NetworkInterface, ...NetworkInterface[]];
  Monitoring: 'enabled' | 'disabled';
  /** Base64, at most 16,384 bytes when decoded. */
  UserData?: string;
  /** Whether TerminateInstances is refused, and StopInstances and TerminateInstances are. False where absent. */
  DisableApiTermination?: boolean;
  DisableApiStop?: boolean;
  /** `stop` where absent. Kept and described; nothing here shuts itself down. */
  InstanceInitiatedShutdownBehavior?: ShutdownBehavior;
  /** Kept and described. False where absent. */
  EbsOptimized?: boolean;
  ClientToken?: string;
  /** Absent for on-demand instances. */
  InstanceLifecycle?: 'spot';
  /** These three are those of a Spot instance, and it has them all. */
  SpotInstanceRequestId?: string;
  SpotInstanceType?: SpotInstanceType;
  InstanceInterruptionBehavior?: InterruptionAction;
  /** Those beside the root device that were there at the launch. */
  BlockDevices?: BlockDevice[];
  /** Absent where the launch said nothing of hibernation. */
  HibernationConfigured?: boolean;
  /** Where it was placed, apart from its zone, as far as the launch said. */
  Placement?: { GroupName?: string; HostId?: string; PartitionNumber?: number; Tenancy?: Tenancy };
  IamInstanceProfile?: ProfileAssociation;
  /** In the order in which they were made. */
  Events?: InstanceEvent[];
  /** When the control plane has to bring about something of them, in milliseconds since 1970; absent where nothing is. */
  dueAtMs?: number;
  /** In the order in which they were pushed; those that nobody sees any more go with the next push. */
  ManagedSshKeys?: ManagedSshKey[];
  Faults?: Faults;
  /** Absent where the instance has a namespace of its own, or none. Stays over a stop. */
  Attachment?: Attachment;
  State: InstanceStateName;
  /** Milliseconds since 1970; an instance is forgotten an hour after. */
  terminatedAtMs?: number;
  /** Why the state last changed, as DescribeInstances prints it; empty after a launch. */
  StateTransitionReason: string;
  /** The same as a code, where it was not a user who changed it. */
  StateReasonCode?: StateReasonCode;
  MetadataOptions: MetadataOptions;
  /** Grows with every start, and when tokens are made to expire. Session tokens of an earlier generation are refused. */
  tokenGeneration: number;
  revision: number;
  optionsRevision: number;
  appliedRevision: number;
  /** The host that runs it. */
  host: string;
  /** As its host last reported; absent until then and while it is not running. */
  endpoints?: ImdsEndpoints;
};

export type Vpc = Scope & {
  VpcId: string;
  CidrBlock: string;
  /** `…::/56`; absent where the VPC has no IPv6. */
  Ipv6CidrBlock?: string;
  IsDefault: boolean;
};

/** INVARIANT: an IPv6-only subnet (`Ipv6Native`) has no CidrBlock and has an Ipv6CidrBlock. */
export type Subnet = Scope & {
  SubnetId: string;
  VpcId: string;
  AvailabilityZone: string;
  CidrBlock?: string;
  Ipv6CidrBlock?: string;
  Ipv6Native: boolean;
  DefaultForAz: boolean;
  AssignIpv6AddressOnCreation: boolean;
  /** Whether instances get a public IPv4 address where the launch does not say; absent means no. */
  MapPublicIpOnLaunch?: boolean;
};

export type SecurityGroup = Scope & { GroupId: string; GroupName: string; Description: string; VpcId: string };

export type KeyPair = Scope & {
  KeyPairId: string;
  KeyName: string;
  KeyFingerprint: string;
  KeyType: 'rsa' | 'ed25519';
  /** One OpenSSH line without its comment, for example `ssh-ed25519 AAAA…`. */
  PublicKey: string;
  CreateTime: string;
};

export type Architecture = 'i386' | 'x86_64' | 'arm64' | 'x86_64_mac' | 'arm64_mac';

export type Image = {
  ImageId: string;
  Name: string;
  Description?: string;
  Architecture: Architecture;
  /** `v2.0`: instances launched from it require IMDSv2, with a hop limit of 2, where nothing else decides. */
  ImdsSupport?: 'v2.0';
  RootDeviceName: string;
  CreationDate: string;
  /** An account id, or the alias `amazon` for images of the catalogue. */
  owner: string;
  Public: boolean;
};

/** An image that an account registered; those of the catalogue have no scope. */
export type RegisteredImage = Scope & Image;

/** A key that signs requests. INVARIANT: the secret is never logged, and an API answers it only where it was made. */
export type AccessKey = {
  AccessKeyId: string;
  SecretAccessKey: string;
  principal: Principal;
  /** `Active` where absent. */
  Status?: 'Active' | 'Inactive';
  CreateDate?: string;
  /** Written down once a minute at most. */
  lastUsed?: { atMs: number; ServiceName: string; Region: string };
};

/**
 * Who is asking. `arn` is that of the caller's partition; of a session it is the session's own.
 *
 * An instance with its identity credentials is one that no policy can allow anything.
 */
export type Principal = { account: string; arn: string } & (
  | { kind: 'root'; session?: Session }
  | { kind: 'user'; UserName: string; UserId: string; session?: Session }
  | { kind: 'assumed-role'; RoleName: string; RoleId: string; RoleSessionName: string; session: Session }
  | { kind: 'ec2-instance'; InstanceId: string }
);

// ─── Organizations ───────────────────────────────────────────────────────────────────────────────────────────────────

export type PolicyType = 'SERVICE_CONTROL_POLICY' | 'DECLARATIVE_POLICY_EC2';

/** Of the policies that are attached to something, the ids by type, in the order in which they were attached. */
export type AttachedPolicies = Partial<Record<PolicyType, string[]>>;

/**
 * An organization with its root, as its management account keeps it; its OUs, accounts and policies are kept there too.
 *
 * INVARIANT: an account is in one organization at most. A policy type that is not enabled has no policies attached.
 */
export type Organization = {
  Id: string;
  FeatureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  MasterAccountId: string;
  RootId: string;
  /** Those that are enabled in the root, in the order in which they were. */
  policyTypes: PolicyType[];
  /** Of the root. */
  policies: AttachedPolicies;
};

export type OrganizationalUnit = {
  Id: string;
  Name: string;
  /** The root, or another OU. */
  ParentId: string;
  policies: AttachedPolicies;
};

/** INVARIANT: the management account is one of them. */
export type MemberAccount = {
  Id: string;
  Name: string;
  Email: string;
  JoinedMethod: 'INVITED' | 'CREATED';
  /** Seconds since 1970, as Organizations writes times. */
  JoinedTimestamp: number;
  ParentId: string;
  policies: AttachedPolicies;
};

export type OrganizationPolicy = {
  Id: string;
  Name: string;
  Description: string;
  Type: PolicyType;
  /** As it was written; the grammar of its type holds. */
  Content: string;
  /** Seconds since 1970. */
  updatedAt: number;
};

/** What became of a request for an account. */
export type CreateAccountStatus = {
  Id: string;
  AccountName: string;
  /** Seconds since 1970. */
  RequestedTimestamp: number;
  CompletedTimestamp: number;
} & ({ State: 'SUCCEEDED'; AccountId: string } | { State: 'FAILED'; FailureReason: 'EMAIL_ALREADY_EXISTS' });

// ─── Keys of the installation ────────────────────────────────────────────────────────────────────────────────────────

/** The keys that sign instance identity documents, named as AWS names their certificates (aws-behaviour 2.3). */
export type IdentityKeyName = 'DSA' | 'RSA' | 'RSA-2048' | 'DSA-2048';

/**
 * The keys of a Region, each with its self-signed certificate, both as PEM. An installation makes them for itself.
 *
 * INVARIANT: private keys are never logged and never answered by an API; certificates are for everybody.
 */
export type IdentityKeys = Record<IdentityKeyName, { privateKey: string; certificate: string }>;

/**
 * What signs the SSH keys that are pushed to the instances of a Region, and what proves it to them (aws-behaviour 2,
 * `managed-ssh-keys/`). An installation makes it for itself, below a root of its own.
 *
 * INVARIANT: no host is told the private key, and it is never logged and never answered by an API.
 */
export type SshSigner = SshSignerProof & { privateKey: string };

export type SshSignerProof = {
  /** PEM: the signer's certificate, that of the authority above it, and the root's. */
  certificates: string;
  /** For each certificate but the root's, by the SHA-1 fingerprint in upper case: its issuer's OCSP response, in base64. */
  ocspResponses: Record<string, string>;
};

/** Certificates that everybody may have: one for each identity key, and the root above the signers of SSH keys. */
export type CertificateName = IdentityKeyName | 'INSTANCE-CONNECT';

/** What a host has to know of a Region, the same for all instances there. */
export type RegionKeys = { identityKeys: IdentityKeys; sshSigner: SshSignerProof };

// ─── What hosts are told, and what they answer ───────────────────────────────────────────────────────────────────────

/** What the metadata service says of the instance profile of an instance, and what it makes the role's credentials with. */
export type DesiredProfile = {
  InstanceProfileArn: string;
  InstanceProfileId: string;
  /** ISO 8601 in UTC with seconds: when it was associated. No credentials are older. */
  Timestamp: string;
  /** Whether the profile itself is still there. */
  exists: boolean;
  /** Absent where no role is in it. */
  role?: {
    RoleName: string;
    RoleId: string;
    /**
     * 32 bytes in base64, good for this role on this instance; absent where the role does not trust EC2. INVARIANT: never
     * logged, never answered by an API.
     */
    credentialsKey?: string;
  };
};

/** All that a host and a metadata service need to know of one instance at one revision; the whole of their knowledge. */
export type DesiredInstance = {
  revision: number;
  /** What the host has to bring about. */
  run: 'running' | 'stopped' | 'terminated';
  instance: Instance;
  Tags: Tag[];
  SecurityGroups: { GroupId: string; GroupName: string }[];
  /** Of its network interfaces, each once. */
  Subnets: Subnet[];
  Vpc: Vpc;
  KeyPair?: { KeyName: string; PublicKey: string };
  /** Absent where the instance has none. */
  profile?: DesiredProfile;
  /**
   * 32 bytes in base64: what the instance's host makes its credentials with, and no other instance's. Absent in what an
   * older version has told. INVARIANT: never logged, never answered by an API.
   */
  credentialsKey?: string;
};

/** "I have brought about revision N of this instance." `endpoints` are present exactly when it runs, if only as `{}`. */
export type Acknowledgement = { InstanceId: string; revision: number; endpoints?: ImdsEndpoints };

/**
 * A host's view of the control plane: the agent depends on this, `hosts/` implements it, in process or over HTTP.
 *
 * Wake-ups carry no data. A host asks again for what is desired after the last revision that it has brought about.
 */
export type ControlPlaneForHost = {
  /**
   * About `limit` instances of this host whose revision is greater than `revision`, lowest first; those of one revision
   * come together. `upTo` is the revision to ask after next; only an empty answer is the last.
   */
  desiredAfter(revision: number, limit: number): Promise<{ instances: DesiredInstance[]; upTo: number }>;
  acknowledge(acknowledgements: Acknowledgement[]): Promise<void>;
  /** Those of a Region, always the same. Whoever has them can sign in its name: they are for hosts alone. */
  regionKeys(region: string): Promise<RegionKeys>;
  /** Calls `wake` after every change that may concern this host; returns a function that ends it. */
  subscribe(wake: () => void): () => void;
};
