/** What the control plane says of itself to anybody, unsigned. */

export type Health = {
  version: string;
  rules: 'page' | 'current';
  substrate: string;
  /** Whether `test` keys are the root's here. */
  testKeys: boolean;
};

export async function readHealth(): Promise<Health> {
  const answer = await fetch('/health', { credentials: 'omit' });
  if (!answer.ok) throw new Error(`/health answered ${answer.status}`);
  return (await answer.json()) as Health;
}
