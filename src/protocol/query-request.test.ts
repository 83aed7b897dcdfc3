/**
 * Reading requests: first what is rejected and in which words, then what becomes of the rest.
 */

import { describe, expect, test } from 'vitest';
import { parseForm, readInput } from './query-request.ts';

const read = (operation: string, query: string) => readInput(operation, parseForm(query));

describe('a form', () => {
  test.each([
    ['a percent sign alone', 'a=%'],
    ['a percent sign before something else', 'a=%zz'],
    ['half a character', 'a=%C3'],
    ['an overlong character', 'a=%C0%AF'],
    ['a surrogate', 'a=%ED%A0%80'],
    ['a name that is not UTF-8', '%FF=a'],
    ['no name', '=a'],
    ['a name twice', 'a=1&b=2&a=3'],
    ['a name twice, written differently', 'a=1&%61=1'],
    ['a NUL', 'a=%00'],
    ['a control character', 'a=x%1Bx'],
    ['U+FFFF', 'a=%EF%BF%BF'],
    ['a control character in a name', 'a%08=1'],
    ['a name without end', `${'a'.repeat(513)}=1`],
  ])('with %s is malformed', (_what, query) => {
    expect(() => parseForm(query)).toThrow(expect.objectContaining({ code: 'MalformedQueryString', status: 400 }));
  });

  test('in bytes that are not UTF-8 is malformed', () => {
    expect(() => parseForm(Uint8Array.of(0x61, 0x3d, 0xff))).toThrow(
      expect.objectContaining({ code: 'MalformedQueryString' }),
    );
  });

  test('with 10,000 parameters is read, with one more it is malformed', () => {
    const query = Array.from({ length: 10_000 }, (_, index) => `p${index}=`).join('&');
    expect(parseForm(query).size).toBe(10_000);
    expect(() => parseForm(`${query}&more=`)).toThrow(expect.objectContaining({ code: 'MalformedQueryString' }));
  });

  test('is decoded, in its order', () => {
    const form = parseForm('Action=RunInstances&&b=x+y%20z&empty=&none&c=1=2&%C3%84=%F0%9F%99%82');
    expect([...form]).toEqual([
      ['Action', 'RunInstances'],
      ['b', 'x y z'],
      ['empty', ''],
      ['none', ''],
      ['c', '1=2'],
      ['Ä', '🙂'],
    ]);
  });

  test('may come in two parts, in which no name is twice', () => {
    expect([...parseForm('a=1', new TextEncoder().encode('b=ä')).keys()]).toEqual(['a', 'b']);
    expect(() => parseForm('a=1', 'a=2')).toThrow(expect.objectContaining({ code: 'MalformedQueryString' }));
  });
});

describe('an unknown parameter is rejected', () => {
  test.each([
    ['StopInstances', 'InstanceId.1=i-1&Instances=1', 'Instances'],
    ['StopInstances', 'instanceId.1=i-1', 'instanceId.1'],
    ['StopInstances', 'InstanceId=i-1', 'InstanceId'],
    ['StopInstances', 'InstanceId.x=i-1', 'InstanceId.x'],
    ['StopInstances', 'InstanceId.-1=i-1', 'InstanceId.-1'],
    ['StopInstances', 'InstanceId.01=i-1', 'InstanceId.01'],
    ['StopInstances', 'InstanceId.1000000=i-1', 'InstanceId.1000000'],
    ['StopInstances', 'InstanceId.1.2=i-1', 'InstanceId.1.2'],
    ['StopInstances', 'InstanceId.member.1=i-1', 'InstanceId.member.1'],
    ['ModifyInstanceMetadataOptions', 'InstanceId=i-1&HttpProtocolIpv5=enabled', 'HttpProtocolIpv5'],
    ['ModifyInstanceMetadataOptions', 'InstanceId=i-1&HttpTokens.1=required', 'HttpTokens.1'],
    ['RunInstances', 'MetadataOptions=required', 'MetadataOptions'],
    ['RunInstances', 'MetadataOptions.HttpToken=required', 'MetadataOptions.HttpToken'],
    ['RunInstances', 'MetadataOptions.=required', 'MetadataOptions.'],
    ['RunInstances', '__proto__.polluted=1', '__proto__.polluted'],
    ['RunInstances', 'constructor=1', 'constructor'],
    ['RunInstances', 'MetadataOptions.__proto__.polluted=1', 'MetadataOptions.__proto__.polluted'],
    ['RunInstances', 'TagSpecification.1=', 'TagSpecification.1'],
  ])('%s?%s', (operation, query, name) => {
    expect(() => read(operation, query)).toThrow(
      expect.objectContaining({ code: 'UnknownParameter', message: `The parameter ${name} is not recognized` }),
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('however deep it is', () => {
    const name = `TagSpecification.1.Tag${'.1'.repeat(240)}`;
    expect(() => read('RunInstances', `${name}=1`)).toThrow(`The parameter ${name} is not recognized`);
  });
});

describe('a required parameter', () => {
  test.each([
    ['StopInstances', '', 'InstanceId'],
    ['ModifyInstanceMetadataOptions', 'HttpTokens=required', 'InstanceId'],
    ['RunInstances', 'MaxCount=1', 'MinCount'],
  ])('%s?%s lacks %s', (operation, query, name) => {
    expect(() => read(operation, query)).toThrow(
      expect.objectContaining({
        code: 'MissingParameter',
        message: `The request must contain the parameter ${name}`,
      }),
    );
  });

  test('of a structure is named with its path', () => {
    expect(() => read('RunInstances', 'MinCount=1&MaxCount=1&ElasticInferenceAccelerator.1.Count=1')).toThrow(
      'The request must contain the parameter ElasticInferenceAccelerator.1.Type',
    );
  });
});

describe('a value of the wrong type is rejected', () => {
  test.each([
    ['RunInstances', 'MinCount=1&MaxCount=1.5', '`MaxCount` is not an integer'],
    ['RunInstances', 'MinCount=1&MaxCount=', '`MaxCount` is not an integer'],
    ['RunInstances', 'MinCount=1&MaxCount=0x10', '`MaxCount` is not an integer'],
    ['RunInstances', 'MinCount=1&MaxCount=1e3', '`MaxCount` is not an integer'],
    ['RunInstances', 'MinCount=1&MaxCount=%201', '`MaxCount` is not an integer'],
    ['RunInstances', 'MinCount=1&MaxCount=9007199254740993', '`MaxCount` is not an integer'],
    ['RunInstances', 'MetadataOptions.HttpPutResponseHopLimit=two', '`MetadataOptions.HttpPutResponseHopLimit` is not'],
    ['StopInstances', 'InstanceId.1=i-1&Force=yes', '`Force` is neither true nor false'],
    ['StopInstances', 'InstanceId.1=i-1&Force=', '`Force` is neither true nor false'],
    ['ImportKeyPair', 'KeyName=k&PublicKeyMaterial=a', '`PublicKeyMaterial` is not valid base64'],
    ['ImportKeyPair', 'KeyName=k&PublicKeyMaterial=YQ=', '`PublicKeyMaterial` is not valid base64'],
    ['ImportKeyPair', 'KeyName=k&PublicKeyMaterial=Y_8=', '`PublicKeyMaterial` is not valid base64'],
    ['RunInstances', 'InstanceMarketOptions.SpotOptions.ValidUntil=tomorrow', 'is not a time in ISO 8601'],
    ['RunInstances', 'InstanceMarketOptions.SpotOptions.ValidUntil=2026-13-01T00:00:00Z', 'is not a time in ISO 8601'],
    ['RunInstances', 'InstanceMarketOptions.SpotOptions.ValidUntil=2026-11-23', 'is not a time in ISO 8601'],
  ])('%s?%s', (operation, query, message) => {
    expect(() => read(operation, query)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue', message: expect.stringContaining(message) }),
    );
  });
});

describe('an input', () => {
  test('of an operation that is not served is an invalid action', () => {
    expect(() => read('CreateVolume', '')).toThrow(expect.objectContaining({ code: 'InvalidAction' }));
    expect(() => read('constructor', '')).toThrow(expect.objectContaining({ code: 'InvalidAction' }));
  });

  test('has the names of the SDK: lists are `Name.N`, structures are dotted', () => {
    const query =
      'Action=RunInstances&Version=2016-11-15&ImageId=ami-1&MinCount=1&MaxCount=2&SecurityGroupId.1=sg-1' +
      '&MetadataOptions.HttpTokens=required&MetadataOptions.HttpPutResponseHopLimit=2' +
      '&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=';
    expect(read('RunInstances', query)).toEqual({
      ImageId: 'ami-1',
      MinCount: 1,
      MaxCount: 2,
      SecurityGroupIds: ['sg-1'],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: '' }] }],
    });
  });

  test("has HttpProtocolIpv4, which AWS's page has and AWS's model has not", () => {
    expect(read('ModifyInstanceMetadataOptions', 'InstanceId=i-1&HttpProtocolIpv4=enabled')).toEqual({
      InstanceId: 'i-1',
      HttpProtocolIpv4: 'enabled',
    });
    expect(read('RunInstances', 'MinCount=1&MaxCount=1&MetadataOptions.HttpProtocolIpv4=disabled')).toMatchObject({
      MetadataOptions: { HttpProtocolIpv4: 'disabled' },
    });
  });

  test('lists go by their numbers: from 0, with gaps, in any order', () => {
    expect(read('StopInstances', 'InstanceId.10=c&InstanceId.2=b&InstanceId.0=a')).toEqual({
      InstanceIds: ['a', 'b', 'c'],
    });
  });

  test('does not contain what says who asks', () => {
    const signature = 'X-Amz-Algorithm=a&X-Amz-Signature=b&x-amz-content-sha256=c&AWSAccessKeyId=d&Timestamp=e';
    expect(read('DescribeRegions', `Action=DescribeRegions&Version=2014-10-01&${signature}`)).toEqual({});
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    ['True', true],
    ['1', true],
    ['false', false],
    ['False', false],
    ['0', false],
  ])('a boolean may be written %s', (text, value) => {
    expect(read('DescribeRegions', `AllRegions=${text}`)).toEqual({ AllRegions: value });
  });

  test('base64 becomes bytes, also when it is broken into lines', () => {
    expect(read('ImportKeyPair', 'KeyName=k&PublicKeyMaterial=AP%2F%0Ax')).toEqual({
      KeyName: 'k',
      PublicKeyMaterial: Uint8Array.of(0x00, 0xff, 0xf1),
    });
  });

  test('a time may have fractions and an offset', () => {
    const query = 'MinCount=1&MaxCount=1&InstanceMarketOptions.SpotOptions.ValidUntil=2026-11-23T11:00:00.5%2B01:00';
    expect(read('RunInstances', query)).toMatchObject({
      InstanceMarketOptions: { SpotOptions: { ValidUntil: new Date('2026-11-23T10:00:00.500Z') } },
    });
  });
});
