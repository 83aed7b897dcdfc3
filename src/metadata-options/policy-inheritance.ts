/**
 * How declarative policies of the levels of an organization become the one that is in effect for an account.
 *
 *   root ──> OU ──> … ──> account        each level may set, add to or take from what it inherits, as far as those
 *                                        above allow it
 *
 * Pure: the same policies in the same order have the same effect.
 *
 * rule: declarative-policy-inheritance
 *   What is attached nearer to the account overrides what it inherits; of policies at one level the one that was attached
 *   first. `@@operators_allowed_for_child_policies` says what lower levels may do, and no lower level takes that back.
 */

export type ValueOperator = '@@assign' | '@@append' | '@@remove';

export const VALUE_OPERATORS: readonly ValueOperator[] = ['@@assign', '@@append', '@@remove'];

type Scalar = string | number | boolean;
export type Value = Scalar | readonly Scalar[];

/** A setting, or settings below a name, as one policy has it. */
export type PolicyNode = {
  assign?: Value;
  append?: readonly Scalar[];
  remove?: readonly Scalar[];
  /** What policies of lower levels may do to this setting; all where absent. It says nothing of settings below it. */
  allowed?: ReadonlySet<ValueOperator>;
  children: ReadonlyMap<string, PolicyNode>;
};

/** What is in effect: settings without operators, as AWS prints it. */
export type EffectivePolicy = { readonly [name: string]: Value | EffectivePolicy };

/** A setting while levels are laid over each other. */
type Setting = {
  value?: Value;
  /** The level that assigned the value. */
  assignedBy?: number;
  allowed: ReadonlySet<ValueOperator>;
  children: Map<string, Setting>;
};

/**
 * The effective policy of an account (Organizations UG/policy-operators, UG/inheritance-examples).
 *
 * @param levels from the root down to the account, each in the order in which its policies were attached
 */
export function effectivePolicy(levels: readonly (readonly PolicyNode[])[]): EffectivePolicy {
  const root: Setting = { allowed: new Set(VALUE_OPERATORS), children: new Map() };
  levels.forEach((policies, level) => {
    for (const policy of policies) layOver(root, policy, level);
    // Only then: a control operator is about lower levels, not about others at its own.
    for (const policy of policies) restrict(root, policy);
  });
  return below(root);
}

function layOver(setting: Setting, node: PolicyNode, level: number): void {
  if (node.assign !== undefined && setting.allowed.has('@@assign') && setting.assignedBy !== level) {
    setting.value = node.assign;
    setting.assignedBy = level;
  }
  if (node.append && setting.allowed.has('@@append')) {
    setting.value = [...new Set([...listOf(setting.value), ...node.append])];
  }
  if (node.remove && setting.allowed.has('@@remove')) {
    const removed = new Set(node.remove);
    setting.value = listOf(setting.value).filter((each) => !removed.has(each));
  }
  for (const [name, child] of node.children) {
    // What is not there yet is an addition to what it stands below, and needs leave from there.
    const existing = setting.children.get(name) ?? { allowed: setting.allowed, children: new Map() };
    setting.children.set(name, existing);
    layOver(existing, child, level);
  }
}

/** Of several policies at one level the intersection counts, and of levels too. */
function restrict(setting: Setting, node: PolicyNode): void {
  const { allowed } = node;
  if (allowed) setting.allowed = new Set([...setting.allowed].filter((operator) => allowed.has(operator)));
  for (const [name, child] of node.children) restrict(setting.children.get(name) as Setting, child);
}

function listOf(value: Value | undefined): readonly Scalar[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

function below({ children }: Setting): EffectivePolicy {
  return Object.fromEntries(
    Array.from(children, ([name, child]) => [name, child.value ?? below(child)] as const).filter(
      ([, value]) => typeof value !== 'object' || Array.isArray(value) || Object.keys(value).length > 0,
    ),
  );
}
