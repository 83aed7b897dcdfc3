/**
 * What an API answers when it does not do as asked: AWS's code, words and request id.
 *
 * A denial by EC2 brings an encoded message along, which who may can have decoded (`deciding-statements.ts`).
 */

export class ApiError extends Error {
  readonly code: string;
  readonly requestId: string | undefined;
  /** HTTP status; 0 where nothing answered. */
  readonly status: number;

  constructor(
    code: string,
    message: string,
    { status, requestId }: { status: number; requestId?: string | undefined },
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }

  /** The message without what is encoded in it, which is of no use to a reader. */
  get words(): string {
    return this.message.replace(ENCODED, '');
  }

  get encodedMessage(): string | undefined {
    return ENCODED.exec(this.message)?.[1];
  }
}

const ENCODED = /\.? Encoded authorization failure message: (\S+)/;

/** Codes with which services deny what policies do not allow. */
export function isDenial(error: unknown): error is ApiError {
  return error instanceof ApiError && /^(?:UnauthorizedOperation|AccessDenied(?:Exception)?)$/.test(error.code);
}

/** Codes of services for a key that is no more, or has expired: nothing will be answered until somebody signs in again. */
const OF_KEYS =
  /^(?:AuthFailure|RequestExpired|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken(?:Exception)?|UnrecognizedClientException|InvalidSignatureException)$/;

export function isAboutKey(error: unknown): boolean {
  return error instanceof ApiError && OF_KEYS.test(error.code);
}

/** Anything that was thrown, as something to show. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('Error', error instanceof Error ? error.message : String(error), { status: 0 });
}
