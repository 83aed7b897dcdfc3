/**
 * Writing answers and errors, to the byte.
 */

import { describe, expect, test } from 'vitest';
import { iam } from './iam.ts';
import { writeError, writeErrorResponse, writeResponse } from './query-response.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** What the answer has after its request id. */
function content(operation: string, output: object): string {
  const answer = writeResponse(operation, output, 'rid');
  const start = `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="${NAMESPACE}"><requestId>rid</requestId>`;
  expect(answer.startsWith(start)).toBe(true);
  expect(answer.endsWith(`</${operation}Response>`)).toBe(true);
  return answer.slice(start.length, -`</${operation}Response>`.length);
}

describe('an answer', () => {
  test('leaves out what is undefined and what the model does not know', () => {
    expect(content('DescribeInstances', { NextToken: undefined, Reservations: undefined, account: '1' })).toBe('');
  });

  test("has the model's names, which are those that SDKs read", () => {
    const output = {
      InstanceId: 'i-1',
      InstanceMetadataOptions: {
        State: 'pending',
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        HttpEndpoint: 'enabled',
        HttpProtocolIpv4: 'enabled',
      },
    };
    expect(content('ModifyInstanceMetadataOptions', output)).toBe(
      '<instanceId>i-1</instanceId><instanceMetadataOptions><state>pending</state><httpTokens>required</httpTokens>' +
        '<httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint>' +
        '<httpProtocolIpv4>enabled</httpProtocolIpv4></instanceMetadataOptions>',
    );
  });

  test('has lists as items, and an empty list or text as an empty element', () => {
    expect(content('DescribeInstances', { Reservations: [] })).toBe('<reservationSet/>');
    const output = { Tags: [{ Key: 'a', Value: '' }, { Key: 'b' }] };
    expect(content('DescribeTags', output)).toBe(
      '<tagSet><item><key>a</key><value/></item><item><key>b</key></item></tagSet>',
    );
  });

  test('has times with milliseconds and booleans as words', () => {
    const output = {
      KeyPairs: [{ KeyName: 'k', CreateTime: new Date('2026-11-23T10:00:00Z') }],
    };
    expect(content('DescribeKeyPairs', output)).toContain('<createTime>2026-11-23T10:00:00.000Z</createTime>');
    expect(content('ModifyInstanceMetadataDefaults', { Return: false })).toBe('<return>false</return>');
  });

  test('has numbers with fractions', () => {
    const output = { InstanceTypes: [{ ProcessorInfo: { SustainedClockSpeedInGhz: 2.5 } }] };
    expect(content('DescribeInstanceTypes', output)).toContain(
      '<sustainedClockSpeedInGhz>2.5</sustainedClockSpeedInGhz>',
    );
  });

  test("has an instance's own values before the items in it, as fog's parser needs", () => {
    const instance = {
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1' }],
      Tags: [{ Key: 'a', Value: 'b' }],
      State: { Code: 16, Name: 'running' },
      InstanceId: 'i-1',
    };
    const xml = content('RunInstances', { Instances: [instance], ReservationId: 'r-1' });
    const order = ['<reservationId>', '<instancesSet>', '<instanceId>', '<instanceState>', '<networkInterfaceSet>'];
    const places = order.map((tag) => xml.indexOf(tag));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('says that it succeeded where the operation answers nothing else', () => {
    expect(content('RebootInstances', {})).toBe('<return>true</return>');
  });

  test('stays well formed whatever the values are', () => {
    const Value = '<&>"\' ]]> \t\n\r \u0000\u001b\ufffe \ud800 🙂';
    expect(content('DescribeTags', { Tags: [{ Value }] })).toBe(
      '<tagSet><item><value>&lt;&amp;&gt;"\' ]]&gt; \t\n&#13; \ufffd\ufffd\ufffd \ufffd 🙂</value></item></tagSet>',
    );
  });

  test('of an operation that is not in the model is a bug', () => {
    expect(() => writeResponse('CreateVolume', {}, 'rid')).toThrow('the model has no operation CreateVolume');
  });
});

test('an error has AWS’s shape, with `RequestID` where an answer has `requestId`', () => {
  expect(writeError('UnknownParameter', 'The parameter <\u0000> is not recognized', 'rid')).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>UnknownParameter</Code>' +
      '<Message>The parameter &lt;\ufffd&gt; is not recognized</Message></Error></Errors>' +
      '<RequestID>rid</RequestID></Response>',
  );
});

describe('an answer of a service of the awsQuery protocol', () => {
  const METADATA = '<ResponseMetadata><RequestId>rid</RequestId></ResponseMetadata>';

  /** What the answer has in its root element. */
  function inside(operation: string, output: object): string {
    const answer = writeResponse(operation, output, 'rid', iam);
    const root = `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">`;
    expect(answer.startsWith(`<?xml version="1.0" encoding="UTF-8"?>\n${root}`)).toBe(true);
    return answer.slice(answer.indexOf(root) + root.length, -`</${operation}Response>`.length);
  }

  test('has its members in a result, lists as members, and the request at its end', () => {
    const User = { UserName: 'a', CreateDate: new Date('2026-11-23T10:00:00Z'), Tags: [{ Key: 'k', Value: '' }] };
    expect(inside('CreateUser', { User })).toBe(
      '<CreateUserResult><User><UserName>a</UserName><CreateDate>2026-11-23T10:00:00Z</CreateDate>' +
        `<Tags><member><Key>k</Key><Value/></member></Tags></User></CreateUserResult>${METADATA}`,
    );
  });

  test('has no result where the operation answers only that it succeeded', () => {
    expect(inside('DeleteUser', {})).toBe(METADATA);
  });

  test('has maps as entries', () => {
    const result = { EvalActionName: 'a', EvalDecision: 'allowed', EvalDecisionDetails: { 'a<b': 'allowed' } };
    expect(inside('SimulateCustomPolicy', { EvaluationResults: [result] })).toContain(
      '<EvalDecisionDetails><entry><key>a&lt;b</key><value>allowed</value></entry></EvalDecisionDetails>',
    );
  });

  test.each([
    [404, 'Sender'],
    [500, 'Receiver'],
  ])('with status %i is an error of the %s', (status, type) => {
    expect(writeErrorResponse(iam, { code: 'A', status, message: '<' }, 'rid')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
        `<Error><Type>${type}</Type><Code>A</Code><Message>&lt;</Message></Error><RequestId>rid</RequestId></ErrorResponse>`,
    );
  });
});
