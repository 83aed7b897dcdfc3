/**
 * What benchmarks print: a table for people, JSON for programs, every figure beside the floor measured in the same run.
 */

export type Row = {
  what: string;
  value: number;
  /** The same measured on something bare; the ratio to it is what travels from one machine to another. */
  floor?: number;
  unit: string;
};

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100));
  return sorted[index] ?? Number.NaN;
}

export function print(title: string, rows: readonly Row[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ title, rows: rows.map((row) => ({ ...row, ratio: ratio(row) })) })}\n`);
    return;
  }
  const width = Math.max(...rows.map((row) => row.what.length));
  process.stdout.write(`${title}\n`);
  for (const row of rows) {
    const floor =
      row.floor === undefined ? '' : `  floor ${figure(row.floor)} ${row.unit}  ratio ${ratio(row)?.toFixed(2)}`;
    process.stdout.write(`  ${row.what.padEnd(width)}  ${figure(row.value)} ${row.unit}${floor}\n`);
  }
}

function ratio({ value, floor }: Row): number | undefined {
  return floor === undefined ? undefined : value / floor;
}

function figure(value: number): string {
  return (value >= 100 ? value.toFixed(0) : value.toFixed(2)).padStart(9);
}
