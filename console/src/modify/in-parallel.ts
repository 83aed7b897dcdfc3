/** Does something for each of many, a few at a time, so that neither the browser nor the control plane is flooded. */

const AT_ONCE = 6;

/** @throws the first error of `task`, after which nothing more is begun */
export async function inParallel<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
}
