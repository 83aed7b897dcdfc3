/**
 * TypeScript text taken apart as far as the checks need it: comments, code, and what a file imports.
 *
 * It is a scanner and not a parser: it knows strings, templates, regular expressions and comments, so that nothing which
 * only stands in one of them is taken for code. `code` keeps every offset: what it leaves out it replaces by spaces.
 */

export type Import = {
  /** As written, for example `../model.ts` or `node:fs`. */
  from: string;
  /** `import type …`, or every name marked `type`: nothing is left of it at run time. */
  typeOnly: boolean;
  /** The names that are imported as values, `*` for all of them and `default` for the default export. */
  names: string[];
};

export type Source = { code: string; comments: string; imports: Import[] };

export function readSource(text: string): Source {
  const { code, comments } = separate(text);
  return { code, comments, imports: readImports(text, code) };
}

// ─── Comments, strings and code ──────────────────────────────────────────────────────────────────────────────────────

const LITERAL =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/|[{}]/g;

function separate(text: string): { code: string; comments: string } {
  let code = '';
  let comments = '';
  let at = 0;
  // How many braces are open in each template expression around this place.
  const open: number[] = [];
  const take = (end: number, isCode: boolean) => {
    code += isCode ? text.slice(at, end) : text.slice(at, end).replace(/[^\n]/g, ' ');
    at = end;
  };
  const takeTemplate = () => {
    const end = endOfTemplate(text, at + 1);
    take(end, false);
    if (text[end - 1] === '{') open.push(0);
  };

  for (;;) {
    LITERAL.lastIndex = at;
    const found = LITERAL.exec(text);
    if (!found) break;
    const literal = found[0];
    take(found.index, true);
    const depth = open.at(-1);
    if (literal === '`') takeTemplate();
    else if (literal === '}' && depth === 0) {
      open.pop();
      takeTemplate();
    } else if (literal === '{' || literal === '}') {
      if (depth !== undefined) open[open.length - 1] = depth + (literal === '{' ? 1 : -1);
      take(at + 1, true);
    } else if (literal.startsWith('//') || literal.startsWith('/*')) {
      comments += `${literal}\n`;
      take(at + literal.length, false);
    } else if (literal.startsWith('/')) {
      const isExpression = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|case|typeof|of|in))\s*$/.test(code.slice(-40));
      take(at + (isExpression ? literal.length : 1), !isExpression);
    } else {
      // The quotes stay: they show where a string is.
      take(at + 1, true);
      take(at + literal.length - 2, false);
      take(at + 1, true);
    }
  }
  take(text.length, true);
  return { code, comments };
}

/** The offset after the closing backtick or after the next `${`. */
function endOfTemplate(text: string, from: number): number {
  const end = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y;
  end.lastIndex = from;
  end.exec(text);
  return end.lastIndex;
}

// ─── Imports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const STATIC = /\b(?:import|export)\b([\w\s{},*$]*?)\bfrom\s*(?=['"])/g;
const WHOLE = /\b(?:import\s*\(?|require\s*\()\s*(?=['"])/g;

function readImports(text: string, code: string): Import[] {
  const imports: Import[] = [];
  for (const match of code.matchAll(STATIC)) {
    const names = valueNames(match[1] ?? '');
    imports.push({ from: stringAt(text, match.index + match[0].length), names, typeOnly: names.length === 0 });
  }
  for (const match of code.matchAll(WHOLE)) {
    imports.push({ from: stringAt(text, match.index + match[0].length), names: ['*'], typeOnly: false });
  }
  return imports;
}

function stringAt(text: string, quote: number): string {
  return text.slice(quote + 1, text.indexOf(text[quote] ?? '', quote + 1));
}

function valueNames(clause: string): string[] {
  if (/^\s*type\b/.test(clause)) return [];
  const [before = '', named = ''] = clause.split(/[{}]/);
  const whole = before.includes('*') ? ['*'] : before.replace(/[\s,]/g, '') === '' ? [] : ['default'];
  const single = named.split(',').flatMap((name) => {
    const [first = ''] = name.trim().split(/\s+/);
    return first === '' || (first === 'type' && name.trim() !== 'type') ? [] : [first];
  });
  return [...whole, ...single];
}
