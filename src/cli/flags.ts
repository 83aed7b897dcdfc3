/**
 * Flags, with the variables that stand for them: the flag wins, then the variable, then the default.
 *
 * A wrong value is refused with the name of the flag or variable that it came from, and with what it may be.
 */

import { Command, InvalidArgumentError, Option } from 'commander';
import type { Target } from './control-plane.ts';
import {
  defaultAddress,
  defaultStateDirectory,
  parseAddress,
  parseDirectory,
  parseSeconds,
  parseSwitch,
} from './settings.ts';

/** Of a flag: how people write it, what it is for, and its variable. */
export type Flag = { flags: string; about: string; variable: string };

/** A flag with a value that `read` understands. */
export function valueFlag<T>({ flags, about, variable }: Flag, fallback: string, read: (text: string) => T): Option {
  return new Option(flags, about).env(variable).default(read(fallback), fallback).argParser(checked(read));
}

/** A flag that is off when it is not given, and means `preset` when it is given without a value. */
export function optionalValueFlag<T>(
  { flags, about, variable }: Flag,
  preset: string,
  read: (text: string) => T,
): Option {
  return new Option(flags, about).env(variable).preset(preset).argParser(checked(read));
}

export function choiceFlag({ flags, about, variable }: Flag, choices: [string, ...string[]]): Option {
  return new Option(flags, about).env(variable).choices(choices).default(choices[0]);
}

/** A flag that is on when it is given; its variable takes true or false. */
export function switchFlag({ flags, about, variable }: Flag): Option {
  const option = new Option(`${flags} [BOOLEAN]`, about).env(variable).default(false);
  return option.argParser(checked(parseSwitch));
}

export function addressFlag(): Option {
  const flag = { flags: '--address <URL>', about: 'of the control plane', variable: 'OPENIMDS_ADDRESS' };
  return valueFlag(flag, defaultAddress, parseAddress);
}

export function stateFlag(about: string): Option {
  const flag = { flags: '--state <DIRECTORY>', about, variable: 'OPENIMDS_STATE' };
  return valueFlag(flag, defaultStateDirectory(process.env), parseDirectory);
}

/** A flag without a variable, whose value is a number of seconds, fractions allowed. */
export function secondsFlag(flags: string, about: string, most: number): Option {
  return new Option(flags, about).argParser(checked((text) => parseSeconds(text, most)));
}

/** What the variables alone say, for the command that takes no flags. */
export function targetFromEnvironment(program: Command): Target {
  const command = new Command('aws').copyInheritedSettings(program).addOption(addressFlag()).addOption(stateFlag(''));
  return command.parse([], { from: 'user' }).opts<Target>();
}

export function outputFlag(): Option {
  const formats = ['table', 'json', 'yaml', 'text'];
  return new Option('--output <FORMAT>', 'a table for people, or a form for programs').choices(formats);
}

export function queryFlag(): Option {
  return new Option('--query <JMESPATH>', 'print only the part that this expression picks');
}

/** Makes `read` say what is wrong as Commander wants to hear it. */
export function checked<T>(read: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}
