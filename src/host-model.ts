/**
 * What the control plane asks of hosts, and what they answer: the requests that metadata services have seen, and the metadata
 * of an instance. Types only, as in model.ts.
 *
 *   API ──> HostForControlPlane of the instance's host ──> the memory of its agent
 *
 * INVARIANT: nothing here holds a session token or the secret of credentials.
 */

/** Why a metadata service refused a request, or did not answer it as it would have. */
export type RefusalReason =
  /** 403: HttpEndpoint is disabled. */
  | 'endpoint-disabled'
  /** 401: IMDSv1, where HttpTokens is required. */
  | 'token-required'
  /** 401: the session token is none of this instance's, or it is no longer good. */
  | 'token-not-valid'
  /** 403: X-Forwarded-For is there, on a token PUT or beside a session token. */
  | 'forwarded'
  /** 400: a token PUT without a lifetime of 1 to 21,600 seconds. */
  | 'token-lifetime'
  /** 403: a PUT to another path than that of the token. */
  | 'put-elsewhere'
  /** 405 */
  | 'method'
  /** 404: there is no such category, or the instance does not have it. */
  | 'not-found'
  /** 400: what is no HTTP request. */
  | 'malformed'
  /** Any status, or no answer: a fault, or what throttles, is in force. */
  | 'fault';

/**
 * A request as a metadata service saw it.
 *
 * INVARIANT: there is no session token in it, no credential and nothing of what was answered.
 */
export type MetadataRequest = {
  /** How many there have been of the instance, with this one, since its record begins. */
  Number: number;
  /** ISO 8601 in UTC with milliseconds. */
  Time: string;
  /** Absent, as are path and version, for what is no HTTP request. */
  Method?: string;
  /** As it was asked for, without its query. */
  Path?: string;
  /** IMDSv1 or IMDSv2 (aws-behaviour 1.2). */
  Version?: 1 | 2;
  /** Absent where there was no answer. */
  Status?: number;
  /** Absent for an answer that is none of these. */
  Reason?: RefusalReason;
  UserAgent?: string;
  /** The address that its packets came from. Absent on loopback. */
  SourceIp?: string;
  /**
   * The least HttpPutResponseHopLimit with which a session token reaches who asked: 1 for programs on the instance itself,
   * one more for each router between. Absent where it is not known.
   */
  Hops?: number;
  /** How far the answer could travel: of the token PUT alone, and where it is enforced. */
  HttpPutResponseHopLimit?: number;
};

/** Requests to the metadata service of one instance, counted. */
export type MetadataRequestCounts = {
  /** When counting began: the host's process has no memory of what was before it. ISO 8601 in UTC with milliseconds. */
  Since: string;
  /** IMDSv1 requests that were let in: answered with 200 or 404. */
  NoToken: number;
  LastNoTokenTime?: string;
  /** IMDSv1 requests that were refused because HttpTokens is required. */
  NoTokenRejected: number;
  LastNoTokenRejectedTime?: string;
  /** IMDSv2 requests with a good session token: answered with 200 or 404. */
  Token: number;
  /** Session tokens that were given out. */
  TokenPut: number;
  /** Those of them that cannot have arrived: who asked is more hops away than HttpPutResponseHopLimit allows. */
  TokenPutOutOfReach: number;
  LastTokenPutOutOfReachTime?: string;
  /** All answers but 200, by status. */
  Refused: Record<string, number>;
  /** How far away those were who asked, the nearest first. Empty where it is not known. */
  Hops: { Hops: number; Requests: number; LastTime: string }[];
};

/** What a path of an instance's metadata answers to IMDSv2 at a moment. Secrets of credentials are `[redacted]`. */
export type MetadataView = {
  /** With a slash at the end where it is a directory. */
  Path: string;
  /** 200, 403 while HttpEndpoint is disabled, 404. */
  Status: number;
  Reason?: RefusalReason;
  /** Of a directory, in the order in which it is listed. */
  Entries?: MetadataEntry[];
  /** Of all but directories: text, or base64 for what is no UTF-8. */
  Value?: string;
  ValueEncoding?: 'base64';
};

export type MetadataEntry = {
  /** As the listing has it, without its final slash. */
  Name: string;
  /** What to ask for; with a slash at the end where it is a directory. */
  Path: string;
};

/**
 * The control plane's view of a host: `api` depends on this, `agent/` implements it, in process or over HTTP.
 *
 * Everything is from the memory of the host's process, so that nothing is asked of the instance, and no answer is kept.
 */
export type HostForControlPlane = {
  /**
   * The requests of an instance whose number is greater than `after`, the oldest first, as far as they are remembered; all
   * that are, where there is no such number. Of an instance that the host does not know there are none.
   */
  metadataRequests(
    InstanceId: string,
    after: number,
  ): Promise<{ Counts: MetadataRequestCounts; Requests: MetadataRequest[] }>;
  /** By InstanceId; of those that the host knows. */
  metadataRequestCounts(InstanceIds: readonly string[]): Promise<ReadonlyMap<string, MetadataRequestCounts>>;
  /** @returns undefined for an instance that does not run there */
  metadata(InstanceId: string, path: string): Promise<MetadataView | undefined>;
};

/** The hosts that can be asked at the moment, by name. */
export type HostsToAsk = (host: string) => HostForControlPlane | undefined;
