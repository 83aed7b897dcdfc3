/**
 * What is there: the kernel, the rights of this user, programs, limits, and where the state would be kept.
 *
 * Nothing is changed, but for a directory that is made and removed where the state directory does not exist yet.
 */

import { accessSync, constants, existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { hasIpv6, lackingCapabilities } from '../../agent/substrates/netns-requirements.ts';
import { findProgram, versionOf } from '../../agent/substrates/network-programs.ts';
import { openFilesLimit, shareOpenFiles } from '../open-files.ts';
import { type About, type Check, firstLine, notOk, notTried, ok } from './check.ts';

const IS_LINUX = process.platform === 'linux';
const NOT_LINUX = 'this is not Linux';

/** What network namespaces take. */
export async function checkForNetns(): Promise<Check[]> {
  const programs = await Promise.all([
    program('ip', '-V'),
    program('nft', '--version'),
    program('nsenter', '--version'),
  ]);
  return [kernel(), privileges(), ipv6(), ...programs, await kernelCalls()];
}

function kernel(): Check {
  const about: About = { name: 'Linux', remedy: 'Linux' };
  return IS_LINUX ? ok(about, `kernel ${release()}`) : notOk(about, 'missing', process.platform);
}

function privileges(): Check {
  const about: About = { name: 'root', remedy: 'root' };
  if (!IS_LINUX) return notTried(about, NOT_LINUX);
  const lacking = lackingCapabilities();
  if (lacking.length > 0) return notOk(about, 'no', `lacks ${lacking.join(', ')}`);
  return ok(about, 'CAP_NET_ADMIN, CAP_SYS_ADMIN');
}

function ipv6(): Check {
  const about: About = { name: 'IPv6', remedy: 'IPv6' };
  if (!IS_LINUX) return notTried(about, NOT_LINUX);
  return hasIpv6() ? ok(about, 'the kernel has it') : notOk(about, 'missing', 'the kernel runs without it');
}

async function program(name: 'ip' | 'nft' | 'nsenter', versionFlag: string): Promise<Check> {
  const about: About = { name, remedy: name };
  const path = findProgram(name);
  if (path === undefined) return notOk(about, 'missing', 'no such program');
  const said = await versionOf(name, versionFlag).catch(() => '');
  const version = /\d+(?:\.\d+)+/.exec(said)?.[0];
  return version === undefined ? notOk(about, 'no', `${path} does not run`) : ok(about, `${version}, ${path}`);
}

async function kernelCalls(): Promise<Check> {
  const about: About = { name: 'kernel calls', remedy: 'koffi' };
  if (!IS_LINUX) return notTried(about, NOT_LINUX);
  try {
    await import('../../agent/substrates/kernel.ts');
    return ok(about, 'koffi loads');
  } catch (error) {
    return notOk(about, 'no', `koffi does not load: ${firstLine(error)}`);
  }
}

/** Below this a launch of a hundred would not fit. */
const FEW_INSTANCES = 100;
/** Listeners leave so many to the clients of those that are there. */
const FOR_CONNECTIONS = 8;

export function checkOpenFiles(): Check {
  const about: About = { name: 'open files', remedy: 'files', needed: false };
  const limit = openFilesLimit();
  const count = shareOpenFiles(limit).metadataServices - FOR_CONNECTIONS;
  const found = `${limit}, enough for ${count} running instances, or ${Math.floor(count / 2)} with IPv6 too`;
  return count < FEW_INSTANCES ? notOk(about, 'no', found) : ok(about, found);
}

export function checkStateDirectory(state: string): Check {
  const about: About = { name: 'state directory', remedy: 'state' };
  try {
    if (existsSync(state)) accessSync(state, constants.W_OK);
    else rmdirSync(mkdtempSync(join(nearestThatExists(state), '.openimds-doctor-')));
    return ok(about, state);
  } catch (error) {
    return notOk(about, 'no', `${state} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function nearestThatExists(path: string): string {
  return existsSync(path) ? path : nearestThatExists(dirname(path));
}
