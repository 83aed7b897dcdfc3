/**
 * Every refusal of the metadata service: status, reason, headers and body to the byte (aws-behaviour 1.3, 1.4).
 *
 * They say nothing about the instance: who may not read it learns only that. The reason phrase of 405 is AWS's own.
 */

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

/** The request is malformed, or the token PUT asks for no valid lifetime. */
export const BAD_REQUEST = empty(400, 'Bad Request');

/** No session token where one is required, or one that is not good. */
export const UNAUTHORIZED = empty(401, 'Unauthorized');

/** The endpoint is disabled, the PUT is for another path, or the request was forwarded. */
export const FORBIDDEN = empty(403, 'Forbidden');

/** Anything but PUT on the token path (CAP-5). */
export const TOKEN_METHOD_NOT_ALLOWED = empty(405, 'Not Allowed', 'Allow: OPTIONS, PUT\r\n');

/** Anything but GET and HEAD on any other path. */
export const METHOD_NOT_ALLOWED = empty(405, 'Not Allowed', 'Allow: GET, HEAD\r\n');

/** A bug of ours. */
export const INTERNAL_ERROR = empty(500, 'Internal Server Error');

/** What a fault of the instance answers instead of all else; 503 is how AWS asks to try again. */
export const FAULTY: Readonly<Record<FaultStatus, ImdsResponse>> = {
  429: empty(429, 'Too Many Requests'),
  500: INTERNAL_ERROR,
  502: empty(502, 'Bad Gateway'),
  503: empty(503, 'Service Unavailable'),
  504: empty(504, 'Gateway Timeout'),
};

/** There is no such category, or not for this instance, or not in this version. */
export const NOT_FOUND: ImdsResponse = {
  status: 404,
  before: `HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: ${NOT_FOUND_PAGE.length}\r\n`,
  after: `\r\n${NOT_FOUND_PAGE}`,
  hopLimit: undefined,
};

/** What `Allow` promises of the token path. */
export const TOKEN_OPTIONS = empty(200, 'OK', 'Allow: OPTIONS, PUT\r\n');

function empty(status: number, reason: string, allow = ''): ImdsResponse {
  return {
    status,
    before: `HTTP/1.1 ${status} ${reason}\r\n${allow}Content-Length: 0\r\n`,
    after: 'Content-Type: text/plain\r\n\r\n',
    hopLimit: undefined,
  };
}
