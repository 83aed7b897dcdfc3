/** JSON objects as EC2's metadata writes them: a field a line, two spaces before it, ` : ` in it, no line feed at the end. */

export function spacedJson(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const lines = fields.map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}
