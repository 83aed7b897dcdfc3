/**
 * Every refusal of the metadata service: status, reason, headers and body to the byte (aws-behaviour 1.3, 1.4).
 *
 * They say nothing about the instance: who may not read it learns only that. The reason phrase of 405 is AWS's own.
 */

import type { RefusalReason } from '../host-model.ts';
import type { FaultStatus } from '../model.ts';
import type { ImdsResponse } from './response.ts';

/** 339 bytes, the last one a line feed; the third line is indented by two tabs and a space (CAP-11). */
const NOT_FOUND_PAGE = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
\t\t "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>404 - Not Found</title>
 </head>
 <body>
  <h1>404 - Not Found</h1>
 </body>
</html>
`;

/** The request is malformed. */
export const BAD_REQUEST = empty(400, 'Bad Request', 'malformed');

/** The token PUT asks for no valid lifetime. */
export const NO_LIFETIME = empty(400, 'Bad Request', 'token-lifetime');

/** No session token where one is required. */
export const TOKEN_REQUIRED = empty(401, 'Unauthorized', 'token-required');

/** A session token that is not good. */
export const TOKEN_NOT_VALID = empty(401, 'Unauthorized', 'token-not-valid');

export const ENDPOINT_DISABLED = empty(403, 'Forbidden', 'endpoint-disabled');

/** A PUT for another path than that of the token. */
export const PUT_ELSEWHERE = empty(403, 'Forbidden', 'put-elsewhere');

/** A proxy has forwarded what must not be. */
export const FORWARDED = empty(403, 'Forbidden', 'forwarded');

/** Anything but PUT on the token path (CAP-5). */
export const TOKEN_METHOD_NOT_ALLOWED = empty(405, 'Not Allowed', 'method', 'Allow: OPTIONS, PUT\r\n');

/** Anything but GET and HEAD on any other path. */
export const METHOD_NOT_ALLOWED = empty(405, 'Not Allowed', 'method', 'Allow: GET, HEAD\r\n');

const INTERNAL = 'Internal Server Error';

/** A bug of ours. */
export const INTERNAL_ERROR = empty(500, INTERNAL, undefined);

/** What a fault of the instance answers instead of all else; 503 is how AWS asks to try again. */
export const FAULTY: Readonly<Record<FaultStatus, ImdsResponse>> = {
  429: empty(429, 'Too Many Requests', 'fault'),
  500: empty(500, INTERNAL, 'fault'),
  502: empty(502, 'Bad Gateway', 'fault'),
  503: empty(503, 'Service Unavailable', 'fault'),
  504: empty(504, 'Gateway Timeout', 'fault'),
};

/** There is no such category, or not for this instance, or not in this version. */
export const NOT_FOUND: ImdsResponse = {
  status: 404,
  before: `HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: ${NOT_FOUND_PAGE.length}\r\n`,
  after: `\r\n${NOT_FOUND_PAGE}`,
  hopLimit: undefined,
  reason: 'not-found',
};

/** What `Allow` promises of the token path. */
export const TOKEN_OPTIONS = empty(200, 'OK', undefined, 'Allow: OPTIONS, PUT\r\n');

function empty(status: number, phrase: string, reason: RefusalReason | undefined, allow = ''): ImdsResponse {
  return {
    status,
    before: `HTTP/1.1 ${status} ${phrase}\r\n${allow}Content-Length: 0\r\n`,
    after: 'Content-Type: text/plain\r\n\r\n',
    hopLimit: undefined,
    reason,
  };
}
