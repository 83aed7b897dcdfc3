/**
 * Which name was meant by one that does not exist: the closest, or one that is the same but for its prefix.
 *
 * The time is bounded: long names mean nothing, and a comparison is given up as soon as it is too far off.
 */

const LONGEST = 100;

/** @param name for example `ec2:MetadataHttpToken` @returns undefined where nothing is close */
export function meantBy(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = name.toLowerCase();
  const bare = withoutPrefix(wanted);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    const most = Math.min(best ? best.distance - 1 : Number.POSITIVE_INFINITY, Math.floor(wanted.length / 4), 4);
    const distance = distanceOf(wanted, lower, most, withoutPrefix(lower) === bare);
    if (distance !== undefined) best = { candidate, distance };
  }
  return best?.candidate ?? containing(bare, candidates);
}

function distanceOf(a: string, b: string, most: number, sameName: boolean): number | undefined {
  if (sameName) return most >= 1 ? 1 : undefined;
  const distance = editDistance(a, b, most);
  return distance <= most ? distance : undefined;
}

/** `ec2:HttpTokens` for `ec2:MetadataHttpTokens`. */
function containing(bare: string, candidates: Iterable<string>): string | undefined {
  if (bare.length < 6) return undefined;
  for (const candidate of candidates) if (candidate.toLowerCase().endsWith(bare)) return candidate;
  return undefined;
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** How many characters to put in, take out, change or swap with their neighbour; anything above `most` is only "too many". */
export function editDistance(a: string, b: string, most: number): number {
  if (most < 0 || Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? most) + 1 : changed;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length] ?? most + 1;
}
