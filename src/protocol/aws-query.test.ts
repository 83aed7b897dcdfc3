/**
 * Reading requests of the services that speak awsQuery: where they differ from EC2, and in which words they refuse.
 */

import { describe, expect, test } from 'vitest';
import { iam } from './iam.ts';
import { parseForm, readInput } from './query-request.ts';

const read = (operation: string, query: string) => readInput(operation, parseForm(query), iam);

describe('is refused', () => {
  test('an action that there is not', () => {
    expect(() => read('CreateLoginProfile', 'Version=2010-05-08')).toThrow(
      expect.objectContaining({
        code: 'InvalidAction',
        message: 'Could not find operation CreateLoginProfile for version 2010-05-08',
      }),
    );
    expect(() => read('constructor', '')).toThrow('for version NO_VERSION_SPECIFIED');
  });

  test.each([
    ['CreateUser', 'UserName=a&Pfad=/', 'Pfad'],
    ['CreateUser', 'userName=a', 'userName'],
    ['CreateUser', 'UserName=a&Tags.1.Key=k', 'Tags.1.Key'],
    ['CreateUser', 'UserName=a&Tags.member=k', 'Tags.member'],
    ['CreateUser', 'UserName=a&Tags.member.x.Key=k', 'Tags.member.x.Key'],
    ['CreateUser', 'UserName=a&Tags=k', 'Tags'],
    ['CreateUser', 'UserName=a&Tags=&Tags.member.1.Key=k', 'Tags'],
    ['CreateUser', 'UserName=a&Tags.member.1=k', 'Tags.member.1'],
    ['CreateUser', 'UserName=a&__proto__.polluted=1', '__proto__.polluted'],
  ])('a parameter that there is not: %s?%s', (operation, query, name) => {
    expect(() => read(operation, query)).toThrow(
      expect.objectContaining({
        code: 'InvalidQueryParameter',
        message: `the parameter \`${name}\` is not recognized`,
      }),
    );
  });

  test('a value of the wrong type', () => {
    expect(() => read('ListUsers', 'MaxItems=ten')).toThrow(
      expect.objectContaining({
        code: 'InvalidQueryParameter',
        message: 'the value of `MaxItems` is not an integer',
      }),
    );
  });

  test('what lacks members that it must have, all of them at once', () => {
    expect(() => read('CreateUser', '')).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        message:
          "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
      }),
    );
    expect(() => read('AddUserToGroup', '')).toThrow(
      "2 validation errors detected: Value null at 'groupName' failed to satisfy constraint: Member must not be null; Value null at 'userName' failed to satisfy constraint: Member must not be null",
    );
    expect(() => read('CreateUser', 'UserName=a&Tags.member.1.Key=k')).toThrow("Value null at 'tags.member.1.Value'");
  });
});

describe('an input', () => {
  test('has lists as `Name.member.N`', () => {
    const query =
      'Action=CreateUser&Version=2010-05-08&UserName=a&Tags.member.2.Key=b&Tags.member.2.Value=&Tags.member.1.Key=a&Tags.member.1.Value=1';
    expect(read('CreateUser', query)).toEqual({
      UserName: 'a',
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    });
  });

  test('may have a list without members, which EC2 cannot say', () => {
    expect(read('CreateUser', 'UserName=a&Tags=')).toEqual({ UserName: 'a', Tags: [] });
  });
});
