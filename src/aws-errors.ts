/**
 * Every error that the API answers: code, HTTP status and exact words, one function each.
 *
 * The message is for the caller and is AWS's wording where it is known (aws-behaviour 3.1, 3.4); context for the log
 * goes into `cause`. Nobody makes an AwsError elsewhere, each code has a row in docs/errors.md, and tests hold both.
 */

export class AwsError extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

// ─── Who are you ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Unknown key and wrong signature answer alike, so that nobody learns which keys exist. `why` goes to the log only. */
export function authFailure(why: string): AwsError {
  return new AwsError('AuthFailure', 401, 'AWS was not able to validate the provided access credentials', {
    cause: why,
  });
}

export function notAuthorizedForImage(imageId: string): AwsError {
  return new AwsError('AuthFailure', 401, `Not authorized for image:${imageId}`);
}

export function missingAuthenticationToken(): AwsError {
  return new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
}

/** @param what lacks or has the wrong form, for example `Authorization header requires 'Signature' parameter.` */
export function incompleteSignature(what: string): AwsError {
  return new AwsError('IncompleteSignature', 400, what);
}

export function requestExpired(): AwsError {
  return new AwsError('RequestExpired', 400, 'Request has expired.');
}

// ─── May you ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export function unauthorizedOperation(principalArn: string, action: string, resource: string, why: string): AwsError {
  return new AwsError(
    'UnauthorizedOperation',
    403,
    `You are not authorized to perform this operation. User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
}

export function dryRunOperation(): AwsError {
  return new AwsError('DryRunOperation', 412, 'Request would have succeeded, but DryRun flag is set.');
}

// ─── The request itself ──────────────────────────────────────────────────────────────────────────────────────────────

export function missingAction(): AwsError {
  return new AwsError('MissingAction', 400, 'The request is missing an action.');
}

export function invalidAction(action: string): AwsError {
  return new AwsError('InvalidAction', 400, `The action ${action} is not valid for this web service.`);
}

export function unknownParameter(name: string): AwsError {
  return new AwsError('UnknownParameter', 400, `The parameter ${name} is not recognized`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}`);
}

/** @param what house wording, for example ``the value of `MaxCount` is not an integer`` */
export function invalidParameterValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}

export function invalidParameterCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', 400, message);
}

export function malformedQueryString(message: string): AwsError {
  return new AwsError('MalformedQueryString', 400, message);
}

export function requestEntityTooLarge(limitBytes: number): AwsError {
  return new AwsError('RequestEntityTooLarge', 413, `The request is larger than ${limitBytes} bytes.`);
}

export function idempotentParameterMismatch(): AwsError {
  return new AwsError(
    'IdempotentParameterMismatch',
    400,
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical.',
  );
}

export function invalidNextToken(): AwsError {
  return new AwsError('InvalidNextToken', 400, 'The token is invalid.');
}

export function invalidFilter(name: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, `The filter '${name}' is invalid`);
}

export function unsupportedOperation(message: string): AwsError {
  return new AwsError('UnsupportedOperation', 400, message);
}

// ─── Instances ───────────────────────────────────────────────────────────────────────────────────────────────────────

export function invalidInstanceIdMalformed(id: string): AwsError {
  return new AwsError('InvalidInstanceID.Malformed', 400, `Invalid id: "${id}"`);
}

export function invalidInstanceIdNotFound(ids: string[]): AwsError {
  const message =
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`;
  return new AwsError('InvalidInstanceID.NotFound', 400, message);
}

/** @param verb what cannot be done in this state, for example `stopped` */
export function incorrectInstanceState(id: string, verb: string): AwsError {
  return new AwsError(
    'IncorrectInstanceState',
    400,
    `This instance '${id}' is not in a state from which it can be ${verb}.`,
  );
}

// ─── Ours alone ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A bug of ours: the caller learns the request id, the log has the cause. */
export function internalError(cause: unknown): AwsError {
  return new AwsError('InternalError', 500, 'An internal error has occurred', { cause });
}
