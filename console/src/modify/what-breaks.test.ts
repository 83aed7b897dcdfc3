/** What a change breaks, told from requests: for each option that takes something away, and for none that does not. */

import { describe, expect, test } from 'vitest';
import type { MetadataRequest, MetadataRequestCounts } from '../../../src/host-model.ts';
import type { MetadataOptions, MetadataOptionsRequest } from '../../../src/model.ts';
import type { Instance } from '../api/services.ts';
import { type Watched, whatBreaks } from './what-breaks.ts';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const RECENT = '2026-11-30T11:30:00.000Z';
const EARLIER = '2026-11-30T10:30:00.000Z';

const OPTIONS: MetadataOptions = {
  ...{ HttpEndpoint: 'enabled', HttpTokens: 'optional', HttpPutResponseHopLimit: 2, InstanceMetadataTags: 'enabled' },
  ...{ HttpProtocolIpv4: 'enabled', HttpProtocolIpv6: 'enabled' },
};

const COUNTS: MetadataRequestCounts = {
  ...{ Since: '2026-11-29T12:00:00.000Z', NoToken: 0, NoTokenRejected: 0, Token: 0, TokenPut: 0 },
  ...{ TokenPutOutOfReach: 0, Refused: {}, Hops: [] },
};

const V1: Omit<MetadataRequest, 'Number'> = {
  ...{ Time: RECENT, Method: 'GET', Path: '/latest/meta-data/', Version: 1, Status: 200 },
  ...{ UserAgent: 'python-requests/2.31', SourceIp: '172.31.0.5', Hops: 1 },
};
const TOKEN_PUT = {
  ...V1,
  Method: 'PUT',
  Path: '/latest/api/token',
  Version: 2 as const,
  Hops: 2,
  UserAgent: 'container/1',
};

type Requests = Omit<MetadataRequest, 'Number'>[];

function watched(
  requests: Requests,
  counts: Partial<MetadataRequestCounts> = {},
  options: Partial<MetadataOptions> = {},
  id = 'i-1',
): Watched {
  const instance = { InstanceId: id, MetadataOptions: { ...OPTIONS, ...options } } as Instance;
  const Requests = requests.map((request, index) => ({ ...request, Number: index + 1 }));
  return { instance, seen: { Counts: { ...COUNTS, ...counts }, Requests } };
}

const texts = (each: Watched[], request: MetadataOptionsRequest) =>
  whatBreaks(each, request, NOW).map(({ text }) => text);

describe('requiring tokens', () => {
  const request: MetadataOptionsRequest = { HttpTokens: 'required', HttpEndpoint: 'enabled' };

  test('IMDSv1 requests that were let in, by who made them', () => {
    const requests: Requests = [V1, { ...V1, Status: 404, Reason: 'not-found' }, { ...V1, UserAgent: 'curl/8' }];
    expect(texts([watched([...requests, TOKEN_PUT])], request)).toEqual([
      '3 IMDSv1 requests in the last hour, from python-requests/2.31, curl/8; they will get 401.',
    ]);
  });

  test('not those that were refused already, nor those of an hour ago', () => {
    const requests: Requests = [
      { ...V1, Status: 401, Reason: 'token-required' },
      { ...V1, Time: EARLIER },
    ];
    expect(whatBreaks([watched(requests, { LastNoTokenTime: EARLIER })], request, NOW)).toEqual([
      {
        about: 'HttpTokens',
        breaks: false,
        text: 'No IMDSv1 request in the last hour. The last one was at 2026-11-30 10:30 UTC.',
      },
    ]);
  });

  test('where counting began lately, it says since when', () => {
    expect(texts([watched([], { Since: RECENT })], request)).toEqual([
      'No IMDSv1 request since 11:30 UTC, when counting began.',
    ]);
  });

  test('of a host that remembers no more than these there may have been others', () => {
    expect(texts([watched(Array(200).fill(V1))], request)[0]).toMatch(/^At least 200 IMDSv1 requests /);
  });

  test('of many instances it says which', () => {
    const many = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].map((id) => watched([V1], {}, {}, id));
    const on = 'on i-1, i-2, i-3 and 2 more, from python-requests/2.31';
    expect(texts(many, request)).toEqual([`5 IMDSv1 requests in the last hour ${on}; they will get 401.`]);
  });

  test('who asks instances that no host tells of is not known', () => {
    const unknown: Watched = { instance: watched([]).instance };
    expect(texts([watched([V1]), unknown], request)).toEqual([
      expect.stringContaining('1 IMDSv1 request in the last hour on i-1'),
      'Who asks 1 of the 2 instances is not known, so nothing can be said of what breaks there.',
    ]);
  });

  test('where tokens are required already nothing changes', () => {
    expect(texts([watched([V1], {}, { HttpTokens: 'required' })], request)).toEqual([]);
  });
});

test('a smaller hop limit: session tokens that were asked for from further away', () => {
  const each = [watched([TOKEN_PUT, { ...TOKEN_PUT, Hops: 1 }, V1])];
  expect(texts(each, { HttpPutResponseHopLimit: 1 })).toEqual([
    '1 session token was asked for from 2 hops away in the last hour, from container/1; with a limit of 1 it will not arrive.',
  ]);
  expect(texts(each, { HttpPutResponseHopLimit: 3 })).toEqual([]);
});

test('without tags: what reads them', () => {
  const tags = { ...V1, Path: '/latest/meta-data/tags/instance/Name' };
  expect(texts([watched([tags, tags, V1])], { InstanceMetadataTags: 'disabled' })).toEqual([
    '2 requests for tags in the last hour, from python-requests/2.31; they will get 404.',
  ]);
});

test('without a protocol: what asks over it', () => {
  const overIpv6 = { ...V1, SourceIp: '2600:1f18::5' };
  expect(texts([watched([V1, overIpv6, overIpv6])], { HttpProtocolIpv6: 'disabled' })).toEqual([
    '2 requests over IPv6 in the last hour, from python-requests/2.31; nothing will answer there.',
  ]);
  expect(texts([watched([V1])], { HttpProtocolIpv4: 'disabled' })[0]).toMatch(/^1 request over IPv4 /);
});

test('where nobody knows from where requests come, it says so', () => {
  const { SourceIp: _ip, Hops: _hops, ...local } = V1;
  expect(texts([watched([local])], { HttpPutResponseHopLimit: 1 })).toEqual([
    expect.stringContaining('is not known here'),
  ]);
  expect(texts([watched([local])], { HttpProtocolIpv4: 'disabled' })).toEqual([
    expect.stringContaining('is not known here'),
  ]);
});

test('with the endpoint off everything goes, and nothing else is said', () => {
  expect(texts([watched([V1, TOKEN_PUT])], { HttpEndpoint: 'disabled' })).toEqual([
    '2 requests in the last hour, from python-requests/2.31, container/1; they will get 403.',
  ]);
  expect(texts([watched([V1], {}, { HttpEndpoint: 'disabled' })], { HttpTokens: 'required' })).toEqual([]);
});
