/** The policies of docs/policies, as something to begin with: their names, and their texts as they are there. */

const files = import.meta.glob<string>('../../../docs/policies/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** By name, for example `require-imdsv2-at-launch`. */
export const templates: ReadonlyMap<string, string> = new Map(
  Object.entries(files).map(([path, text]) => [path.replace(/^.*\/|\.json$/g, ''), text]),
);
