/**
 * The front door: HTTP in, HTTP out. It keeps bytes as they came, because signatures are over bytes.
 *
 *   POST / or GET /            the Query protocol, for the service that is signed for (`query-services.ts`)
 *   POST / with X-Amz-Target   services that speak JSON, signed (`json-call.ts`)
 *   /openimds/…                our own API, JSON, signed (`actions/openimds/`)
 *   GET /health                is it there, unsigned; also at /_localstack/health, where users' scripts look
 *   GET /console/…             the console's files, unsigned (`console.ts`); a browser at / is sent there
 *
 * Here is the API's one catch: an AwsError becomes AWS's answer, anything else is a bug, logged with its cause and
 * answered as InternalError. Sizes and times are limited, because anybody can knock.
 */

import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  AwsError,
  internalError,
  malformedRequest,
  notFound,
  requestEntityTooLarge,
  unknownOperationException,
} from '../aws-errors.ts';
import { newRequestId } from '../ids.ts';
import type { Log, LogFields } from '../log.ts';
import { readTarget } from '../protocol/json.ts';
import { parseForm } from '../protocol/query-request.ts';
import { writeError } from '../protocol/query-response.ts';
import { ownRoutes } from './actions/openimds/index.ts';
import { type AnswerForm, jsonForm, queryForm, XML } from './answer-form.ts';
import { isVisit, serveConsole } from './console.ts';
import { type ControlPlane, dispatch } from './dispatch.ts';
import { callJson, jsonServices } from './json-call.ts';
import { callOwn, type OwnRoute, type OwnSettings, readJson } from './own-call.ts';
import { ec2 } from './query-services.ts';
import { bodyOf, claimedService, noteVpc, takesTestKeys, whoAsks } from './who-asks.ts';

/** Bytes of a request's body. The largest honest one launches with 16 KiB of user data and some hundred tags. */
const LARGEST_BODY = 256 * 1024;
/** Milliseconds for a whole request to arrive. */
const REQUEST_TIMEOUT = 30_000;
const KEEP_ALIVE_TIMEOUT = 60_000;

export type ApiSettings = ControlPlane &
  OwnSettings & {
    log: Log;
    version: string;
    strict: boolean;
    /** Whether it listens on a loopback address; only then, and not with `strict`, do `test` keys work. */
    loopback: boolean;
    /** At a time; the newest beyond it is dropped. */
    connections: number;
    /** Where the console's files are, or will be. */
    consoleFolder: string;
  };

/** The control plane's HTTP server, ready to `listen`. */
export function createApi(settings: ApiSettings): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    exposeHeadRoutes: true,
    forceCloseConnections: true,
    clientErrorHandler: refuseWhatIsNoHttp,
    frameworkErrors: (error, _request, reply) => answerError(settings, error, reply),
  });
  app.server.maxConnections = settings.connections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => answerError(settings, error, reply, request));
  app.setNotFoundHandler((_request, reply) => answerError(settings, notFound(), reply));

  for (const path of ['/health', '/_localstack/health']) app.get(path, (request) => health(settings, request));
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    handler: (request, reply) => {
      if (isVisit(request)) return reply.redirect('/console/', 302);
      return (isJson(request) ? answerJson : answerQuery)(settings, request, reply);
    },
  });
  serveConsole(app, settings.consoleFolder);
  for (const route of ownRoutes) {
    const { method, url } = route;
    app.route({ method, url, handler: (request, reply) => answerOwn(settings, route, request, reply) });
  }
  return app;
}

/** Serves a connection that a program on an instance in the VPC has made. */
export function acceptFromVpc(app: FastifyInstance, socket: Socket, VpcId: string): void {
  noteVpc(socket, VpcId);
  app.server.emit('connection', socket);
}

/** Before a request could be read: there is nothing to log but that it came. */
function refuseWhatIsNoHttp(this: FastifyInstance, _error: Error, socket: Socket): void {
  const refusal = malformedRequest();
  const body = writeError(refusal.code, refusal.message, newRequestId());
  const length = Buffer.byteLength(body);
  if (!socket.writable) return;
  socket.end(
    `HTTP/1.1 ${refusal.status} Bad Request\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function answerQuery(settings: ApiSettings, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const service = claimedService(request);
  return answer(settings, reply, queryForm(service), async (requestId, fields) => {
    if (service !== ec2) fields.service = service.name;
    const caller = await whoAsks(settings, request, service.name, fields);
    // A presigned POST has its signature in the query and its parameters in the body; both are one form.
    const form = parseForm(queryOf(request), bodyOf(request));
    const action = form.get('Action');
    // Only names that we know: what a caller wrote may be made to look like another line of the log.
    if (action !== undefined && service.has(action)) fields.action = action;
    return dispatch(service, form, { ...caller, requestId }, settings);
  });
}

function isJson(request: FastifyRequest): boolean {
  return request.headers['x-amz-target'] !== undefined;
}

function answerJson(settings: ApiSettings, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const { prefix, operation } = readTarget(String(request.headers['x-amz-target']));
  const service = Object.hasOwn(jsonServices, prefix) ? jsonServices[prefix] : undefined;
  return answer(settings, reply, jsonForm(service), async (requestId, fields) => {
    if (service) fields.service = service.name;
    if (service && Object.hasOwn(service.actions, operation)) fields.action = operation;
    const caller = await whoAsks(settings, request, service?.name, fields);
    if (!service) throw unknownOperationException();
    const asked = { operation, body: readJson(bodyOf(request)) };
    return JSON.stringify(await callJson(service, asked, { ...caller, requestId }, settings));
  });
}

async function answer(
  settings: ApiSettings,
  reply: FastifyReply,
  form: AnswerForm,
  work: (requestId: string, fields: LogFields) => Promise<string>,
): Promise<Buffer> {
  const startedMs = settings.clock();
  const requestId = newRequestId();
  // `fields` grows as more is learnt, so that a refusal's line says all that was known by then.
  const fields: LogFields = { requestId };
  reply.header('x-amzn-RequestId', requestId).type(form.contentType);
  try {
    const body = await work(requestId, fields);
    settings.log.info('answered', { ...fields, status: 200, durationMs: settings.clock() - startedMs });
    return asBytes(body);
  } catch (error) {
    const refusal = form.translate(asAwsError(error));
    logRefusal(settings.log, refusal, { ...fields, durationMs: settings.clock() - startedMs });
    reply.code(refusal.status);
    return asBytes(form.write(refusal, requestId));
  }
}

/** To a text Fastify would add a charset, which AWS's JSON does not have. */
function asBytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

async function answerOwn(
  settings: ApiSettings,
  route: OwnRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const requestId = newRequestId();
  const fields: LogFields = { requestId, action: route.action };
  reply.header('x-amzn-RequestId', requestId).type('application/json');
  try {
    const caller = await whoAsks(settings, request, 'openimds', fields);
    const path = request.params as Record<string, string>;
    const asked = { path, query: parseForm(queryOf(request)), body: readJson(bodyOf(request)) };
    return JSON.stringify(await callOwn(route, asked, { ...caller, requestId }, settings));
  } catch (error) {
    const refusal = XML.translate(asAwsError(error));
    logRefusal(settings.log, refusal, fields);
    reply.code(refusal.status);
    return JSON.stringify({ code: refusal.code, message: refusal.message });
  }
}

async function health(settings: ApiSettings, request: FastifyRequest): Promise<object> {
  // An empty transaction: a store that cannot begin one is not healthy.
  await settings.store.transaction(async () => {});
  return {
    status: 'ok',
    version: settings.version,
    strict: settings.strict,
    rules: settings.rules,
    substrate: settings.substrate.name,
    testKeys: takesTestKeys(settings, request),
    services: {
      ec2: 'running',
      'ec2-instance-connect': 'running',
      iam: 'running',
      organizations: 'running',
      sts: 'running',
    },
  };
}

/** @param request where it is known what was asked */
function answerError(settings: ApiSettings, error: unknown, reply: FastifyReply, request?: FastifyRequest): void {
  const requestId = newRequestId();
  const form = request && isJson(request) ? jsonForm(undefined) : XML;
  const refusal = form.translate(asAwsError(error));
  logRefusal(settings.log, refusal, { requestId });
  reply
    .code(refusal.status)
    .header('x-amzn-RequestId', requestId)
    .type(form.contentType)
    .send(asBytes(form.write(refusal, requestId)));
}

/** Fastify's own refusals, in AWS's form; what is left is a bug. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return requestEntityTooLarge(LARGEST_BODY);
  // The caller's doing: a head that Fastify does not take, or a connection that broke before the body was there.
  if ((typeof statusCode === 'number' && statusCode < 500) || code === 'ECONNRESET') return malformedRequest();
  return internalError(error);
}

function logRefusal(log: Log, refusal: AwsError, fields: LogFields): void {
  const line = { ...fields, code: refusal.code, status: refusal.status };
  if (refusal.status >= 500) log.error('failed', { ...line, err: refusal.cause ?? refusal });
  else if (typeof refusal.cause === 'string') log.info('refused', { ...line, hint: refusal.cause });
  else log.info('refused', line);
}

function queryOf(request: FastifyRequest): Uint8Array {
  const url = request.raw.url ?? '';
  const start = url.indexOf('?');
  return start < 0 ? new Uint8Array() : Buffer.from(url.slice(start + 1), 'latin1');
}
