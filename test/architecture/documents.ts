/**
 * What holds of the documents: every link leads somewhere, the changelog and the decisions keep their form.
 *
 * Only what is in the repository is looked at; addresses on the web are nobody's promise. Each check takes files and
 * returns a sentence for each thing that is wrong.
 */

import { posix } from 'node:path';
import { readSource } from './source.ts';
import { type File, isTypeScript } from './tree.ts';

// ─── Links ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every relative link of a Markdown file leads to a file, a folder or a heading that exists. */
export function checkLinks(files: File[]): string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return files.filter(isMarkdown).flatMap(({ path, text }) =>
    linksOf(text).flatMap((link) => {
      const [target = '', anchor] = link.split('#');
      const reached = target === '' ? path : posix.join(posix.dirname(path), target).replace(/\/$/, '');
      const there = texts.get(reached);
      if (there === undefined && !folders.has(reached)) return [`${path} links to ${link}, which does not exist`];
      if (anchor === undefined || (there !== undefined && headingsOf(there).has(anchor))) return [];
      return [`${path} links to ${link}; there is no such heading`];
    }),
  );
}

/** A path that a comment or a document names in passing exists as well. */
export function checkMentions(files: File[]): string[] {
  const paths = new Set(files.flatMap(({ path }) => [path, ...foldersOf(path)]));
  return files.flatMap((file) => {
    const said = isTypeScript(file)
      ? readSource(file.text).comments
      : isMarkdown(file)
        ? file.text.replace(/\]\([^)]*\)/g, ']')
        : '';
    const mentioned = said.matchAll(
      /(?<![\w./~-])(?:src|docs|test|bench|clients|bin)\/[\w./-]*[\w]\.(?:ts|md|sql|json)\b/g,
    );
    return [...new Set([...mentioned].map(([path]) => path))]
      .filter((path) => !paths.has(path))
      .map((path) => `${file.path} names ${path}, which does not exist`);
  });
}

function isMarkdown({ path }: File): boolean {
  return path.endsWith('.md');
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function prose(markdown: string): string {
  return markdown.replace(/^( *)(```+|~~~+)[\s\S]*?^ *\2 *$/gm, '').replace(/(`+)[^`][\s\S]*?\1/g, '');
}

function linksOf(markdown: string): string[] {
  const inline = [...prose(markdown).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const named = [...prose(markdown).matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)];
  return [...inline, ...named].map((match) => match[1] ?? '').filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
}

/** The anchors that GitHub gives to the headings of a document. */
function headingsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const text = markdown.replace(/^( *)(```+|~~~+)[\s\S]*?^ *\2 *$/gm, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}

// ─── The changelog ───────────────────────────────────────────────────────────────────────────────────────────────────

const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

/** The format of keepachangelog.com: Unreleased first, then versions from the newest on, entries by kind. */
export function checkChangelog(text: string): string[] {
  const problems: string[] = [];
  const [title, ...sections] = text.split(/^## /m);
  if (!/^# Changelog\n/.test(title ?? '')) problems.push('the first line must be `# Changelog`');
  const heads = sections.map((section) => section.split('\n', 1)[0] ?? '');
  if (heads[0] !== '[Unreleased]') problems.push('the first section must be `## [Unreleased]`');
  for (const head of heads.slice(1)) {
    if (!/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(head))
      problems.push(`\`## ${head}\` is not \`## [1.2.3] - 2026-01-31\``);
  }
  const versions = heads.slice(1).map((head) => /\d+\.\d+\.\d+/.exec(head)?.[0] ?? '');
  versions.slice(1).forEach((version, index) => {
    if (!isNewer(versions[index] ?? '', version)) problems.push(`${version} must stand above ${versions[index]}`);
  });
  return [...problems, ...sections.flatMap((section) => problemsOfSection(section))];
}

function problemsOfSection(section: string): string[] {
  const [head = '', ...parts] = section.split(/^### /m);
  const name = head.split('\n', 1)[0];
  const kinds = parts.map((part) => part.split('\n', 1)[0] ?? '');
  const unknown = kinds
    .filter((kind) => !KINDS.includes(kind))
    .map((kind) => `${name}: \`### ${kind}\` is no kind of change`);
  const twice = kinds
    .filter((kind, index) => kinds.indexOf(kind) < index)
    .map((kind) => `${name}: ${kind} comes twice`);
  const outside = /^- /m.test(head) ? [`${name}: an entry stands before the first kind of change`] : [];
  const badly = parts.flatMap((part, index) => {
    const lines = part
      .split('\n')
      .slice(1)
      .filter((line) => line !== '' && !/^\[[^\]]+\]: /.test(line));
    if (!lines[0]?.startsWith('- ')) return [`${name}: ${kinds[index]} has no entry`];
    return lines.filter((line) => !/^(?:- | {2,}\S)/.test(line)).map((line) => `${name}: \`${line}\` is no entry`);
  });
  return [...outside, ...unknown, ...twice, ...badly];
}

function isNewer(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) > 0;
}

// ─── Decisions ───────────────────────────────────────────────────────────────────────────────────────────────────────

const DECISION = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/;
const LONGEST_DECISION = 60;
const PARTS = ['Context', 'Decision', 'Consequences', 'Rejected'];

/** Records of decisions are numbered from 1 without gaps, short, and have all their parts. */
export function checkDecisions(files: File[]): string[] {
  const records = files
    .filter(({ path }) => path.startsWith('docs/decisions/'))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return records.flatMap(({ path, text }, index) => {
    const number = Number(DECISION.exec(path)?.[1]);
    const lines = text.trimEnd().split('\n').length;
    return [
      ...(number === index + 1 ? [] : [`${path} should have the number ${index + 1}`]),
      ...(Number.isNaN(number) || text.startsWith(`# ${number}. `)
        ? []
        : [`${path} must begin with \`# ${number}. \` and what was decided`]),
      ...(lines <= LONGEST_DECISION ? [] : [`${path} has ${lines} lines; ${LONGEST_DECISION} must do`]),
      ...PARTS.filter((part) => !text.includes(`**${part}.**`)).map((part) => `${path} lacks **${part}.**`),
    ];
  });
}

/** Each dependency of package.json has a line with its reason, and nothing else has. */
export function checkDependencies(record: string, names: string[]): string[] {
  const cells = [...record.matchAll(/^\| *(`[^|]+)/gm)].map((match) => match[1] ?? '');
  const explained = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
  return [
    ...names.filter((name) => !explained.includes(name)).map((name) => `${name} has no line with its reason`),
    ...explained.filter((name) => !names.includes(name)).map((name) => `${name} is not in package.json`),
  ];
}
