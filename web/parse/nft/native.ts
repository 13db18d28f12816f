/**
 * A rule that was read from iptables-save as statements that `nft -f` loads, or the reason why there are none. Follows nftables' src/evaluate.c
 * (what it refuses) and iptables' xtables-translate. What can be said in nft only by several rules is not split up: it has no equivalent here.
 */
import type { Expression } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Match, Statement } from '../../model/statement.ts';

export type Native =
  | { readonly kind: 'body'; readonly body: readonly Statement[] }
  | { readonly kind: 'none' /** What nft has no ...: a noun phrase. */; readonly missing: string };

/** nft keeps times in 32 bits of milliseconds. */
const LONGEST_TIME = 0xffffffff;

/** The rule's statements as they are where the listing is nft's own: a placeholder there is printed as nft printed it. Linear in the rule. */
export function nativeBody(rule: Rule): Native {
  if (rule.chain.table.listing === 'nft') return { kind: 'body', body: rule.body };
  const body: Statement[] = [];
  for (const statement of rule.body) {
    const missing = missingFor(statement);
    if (missing !== null) return { kind: 'none', missing };
    const native = nativeStatement(statement);
    if (native) body.push(native);
  }
  return { kind: 'body', body };
}

function missingFor(statement: Statement): string | null {
  switch (statement.kind) {
    case 'xt':
      return statement.known && statement.role === 'match' && statement.name !== ''
        ? null
        : `equivalent of the iptables ${statement.role} ${statement.name}`;
    case 'opaque':
      return 'translation for this text';
    case 'set-update':
      return statement.set.ipset === true ? 'access to ipsets' : null;
    case 'match':
      return missingForMatch(statement);
    case 'mangle':
      if (statement.value.kind === 'opaque-expression') return 'way to count a field up or down';
      return hasVariableOperand(statement.value) ? 'bitwise operation on two fields at once' : null;
    case 'nat':
      return statement.port?.kind === 'opaque-expression' ? 'shifted port ranges' : null;
    case 'quota':
      return statement.spelled === undefined ? null : `quota of ${statement.spelled} bytes`;
    default:
      return null;
  }
}

function missingForMatch({ left, right, op }: Match): string | null {
  if (right.kind === 'set-reference' && right.ipset === true) return 'access to ipsets';
  if (left.kind === 'field' && left.name.startsWith('physdev ')) return 'physdev match';
  if (isAnyName(right) && op === '!=') return 'match that no interface meets';
  if (left.kind === 'field' && left.name === 'ct expiration' && reaches(right, LONGEST_TIME))
    return 'time as long as that';
  // Kernel: the pairs of `--ports` overlap, which a set with intervals refuses (EEXIST).
  if (left.kind === 'concat' && right.kind === 'set' && right.elements.length > 2)
    return 'match of several ports in either direction';
  return null;
}

function reaches(expression: Expression, limit: number): boolean {
  if (expression.kind === 'value') return Number(expression.value) > limit;
  return expression.kind === 'range' && Number(expression.to) > limit;
}

/** nft 1.0 evaluates `a & constant`, but `a ^ b` only with a constant b. */
function hasVariableOperand(expression: Expression): boolean {
  if (expression.kind !== 'bitwise') return false;
  return expression.right.kind !== 'value' || hasVariableOperand(expression.left);
}

function isAnyName(expression: Expression): boolean {
  return expression.kind === 'wildcard' && expression.stem === '';
}

/** null: the statement says nothing (`-m tcp`, `-i +`), and nft has no words for that. */
function nativeStatement(statement: Statement): Statement | null {
  if (statement.kind === 'xt') return null;
  if (statement.kind !== 'match') return statement;
  if (isAnyName(statement.right)) return null;
  // `--probability 0.5` is spelled as iptables does; nft compares the number.
  if (statement.left.kind === 'numgen' && statement.right.kind === 'value') {
    return { ...statement, right: { kind: 'value', value: statement.right.value } };
  }
  return statement;
}
