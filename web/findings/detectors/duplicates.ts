/**
 * Equal rules in one chain: a program that adds its rule again and again, or a dump that was restored on top of the running rules.
 *
 * Not counted: rules whose repetition can mean something, because they are random or rate-limited, or because a rule between them may
 * have changed what they test (Calico's `mark -> RETURN` after each policy).
 */
import type { Expression, Scalar } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { outcomeOf } from '../rule-facts.ts';
import { chainKey, chainName, count, type Program, programName, thousands } from '../words.ts';

interface Repeated {
  readonly rules: readonly Rule[];
}

const MANY_COPIES = 10;

/** Cost: linear in the size of the rules' bodies. */
export function findDuplicates(scene: Scene): Draft[] {
  return scene.ruleset.chains.flatMap((chain) => {
    if (chain.rules.length < 2) return [];
    const repeated = repeatedIn(chain.rules);
    return repeated.length > 0 ? [draft(scene, repeated)] : [];
  });
}

function repeatedIn(rules: readonly Rule[]): Repeated[] {
  // Hash first: spelling a body out costs ten times as much, and nearly every chain has no equal hashes.
  const hashes = new Set<number>();
  if (!rules.some((rule) => hashes.size === hashes.add(hashBody(rule.body)).size)) return [];
  const groups = new Map<string, Rule[]>();
  let epoch = 0;
  for (const rule of rules) {
    if (repeatable(rule)) {
      const key = `${testsMutable(rule.body) ? epoch : ''} ${JSON.stringify(essence(rule.body), spellBig)}`;
      const group = groups.get(key);
      if (group) group.push(rule);
      else groups.set(key, [rule]);
    }
    if (changesPackets(rule)) epoch++;
  }
  return [...groups.values()].filter((group) => group.length > 1).map((group) => ({ rules: group }));
}

function essence(body: readonly Statement[]): Statement[] {
  return body.filter(({ kind }) => kind !== 'counter' && kind !== 'comment');
}

function spellBig(key: string, part: unknown): unknown {
  if (key === 'spelled' || key === 'via') return undefined;
  return typeof part === 'bigint' ? `${part}n` : part;
}

/** Statements whose repetition is plainly waste: matches, verdicts, NAT, rejects and logs. */
function repeatable(rule: Rule): boolean {
  const body = essence(rule.body);
  return (
    body.length > 0 &&
    body.every((statement) => {
      switch (statement.kind) {
        case 'match':
          return statement.left.kind !== 'numgen' && statement.left.kind !== 'hash';
        case 'verdict':
          return statement.verdict.kind !== 'continue';
        case 'nat':
          return isPlain(statement.address) && isPlain(statement.port);
        case 'reject':
        case 'log':
        case 'notrack':
          return true;
        default:
          return false;
      }
    })
  );
}

function isPlain(expression: { readonly kind: string } | null): boolean {
  return expression === null || expression.kind === 'value' || expression.kind === 'range';
}

const MUTABLE = /^(meta (mark|priority|nftrace)|ct (mark|label|zone|helper)|ip dscp|ip6 dscp|ip ttl|ip6 hoplimit)$/;

/** Whether the body reads something that a rule above it in the same chain may have written. */
function testsMutable(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind !== 'match') return false;
    let { left } = statement;
    while (left.kind === 'bitwise') left = left.left;
    if (statement.right.kind === 'set-reference') return true;
    return left.kind === 'field' ? MUTABLE.test(left.name) : left.kind !== 'concat';
  });
}

/** Whether the rule, or a chain that it calls, may change what later rules test. */
function changesPackets({ body }: Rule): boolean {
  return (
    body.some(
      (statement) =>
        !['match', 'counter', 'comment', 'log', 'reject', 'nat', 'verdict', 'notrack'].includes(statement.kind) &&
        !(statement.kind === 'xt' && statement.role === 'match' && statement.reading !== undefined),
    ) || body.some((statement) => statement.kind === 'verdict' && statement.verdict.kind === 'jump')
  );
}

/** Equal bodies have equal hashes. Only what rules usually differ in is looked at: it is a filter, equality is decided afterwards. */
function hashBody(body: readonly Statement[]): number {
  let hash = 17;
  for (const statement of body) {
    switch (statement.kind) {
      case 'counter':
      case 'comment':
        continue;
      case 'match':
        hash = mix(hashExpression(statement.left, mix(hash, 2)), statement.op.length);
        hash = hashExpression(statement.right, hash);
        break;
      case 'verdict':
        hash = mix(hash, statement.verdict.kind.length);
        if (statement.verdict.kind === 'jump' || statement.verdict.kind === 'goto') {
          hash = hashText(statement.verdict.chain, hash);
        }
        break;
      case 'nat':
        hash = mix(hash, 3);
        if (statement.address) hash = hashExpression(statement.address, hash);
        if (statement.port) hash = hashExpression(statement.port, hash);
        break;
      case 'log':
        hash = hashText(statement.prefix ?? '', mix(hash, 5));
        break;
      default:
        hash = mix(hash, statement.kind.length);
    }
  }
  return hash;
}

function hashExpression(expression: Expression, hash: number): number {
  switch (expression.kind) {
    case 'field':
    case 'set-reference':
      return hashText(expression.name, hash);
    case 'value':
      return hashScalar(expression.value, hash);
    case 'prefix':
      return mix(hashScalar(expression.address, hash), expression.length);
    case 'range':
      return hashScalar(expression.to, hashScalar(expression.from, hash));
    case 'wildcard':
      return hashText(expression.stem, hash);
    case 'bitwise':
      return hashExpression(expression.right, hashExpression(expression.left, hash));
    case 'set':
      return mix(hash, expression.elements.length);
    default:
      return mix(hash, expression.kind.length);
  }
}

function hashScalar(scalar: Scalar, hash: number): number {
  if (typeof scalar === 'number') return mix(hash, scalar);
  return hashText(typeof scalar === 'string' ? scalar : scalar.toString(16), hash);
}

function hashText(text: string, hash: number): number {
  let result = hash;
  for (let i = 0; i < text.length; i++) result = (Math.imul(result, 31) + text.charCodeAt(i)) | 0;
  return result;
}

function mix(hash: number, part: number): number {
  return (Math.imul(hash, 31) + (part | 0)) | 0;
}

function draft(scene: Scene, repeated: readonly Repeated[]): Draft {
  const sorted = [...repeated].sort((a, b) => b.rules.length - a.rules.length);
  const most = (sorted[0] as Repeated).rules;
  const first = most[0] as Rule;
  const { chain } = first;
  const extra = sorted.reduce((sum, { rules }) => sum + rules.length - 1, 0);
  const outcome = outcomeOf(first);
  const jump = outcome?.kind === 'jump' || outcome?.kind === 'goto' ? outcome.chain : null;
  const program = scene.programOfRule(first);
  const where = chainName(chain);
  const times = most.length === 2 ? 'twice' : `${thousands(most.length)} times`;
  return {
    mechanism: 'duplicate-jumps',
    severity: extra >= MANY_COPIES ? 'warning' : 'info',
    key: [chainKey(chain)],
    title:
      sorted.length === 1
        ? jump === null
          ? `${where} holds the same rule ${times}`
          : `${where} jumps to ${jump} ${times} under the same conditions`
        : `${where} repeats ${count(sorted.length, 'rule')}: ${count(extra, 'copy', 'copies')} too many`,
    why: `A copy cannot match a packet differently from the first one${jump === null ? '' : ', it only sends it through the same chain again'}. ${extra >= MANY_COPIES ? 'So many copies mean that a program adds its rule without noticing that it is there, and the chain grows on.' : 'It usually comes from a program that did not find its own rule, or from restoring a saved dump on top of running rules.'}`,
    owners: sorted.flatMap(({ rules }) => rules.slice(0, 1).map(scene.ownerOf)),
    where: sorted.slice(0, 6).flatMap(({ rules }) => {
      const shown = rules.slice(0, 4);
      return shown.map((rule, i) =>
        rulePlace(rule, i === 0 ? `first of ${rules.length} equal rules` : `copy of rule ${rules[0]?.index}`),
      );
    }),
    sign: 'note',
    catalogue: knownGrowth(chain.name, program, chain.base !== null && jump !== null),
    remedy: `Delete the copies (iptables -D removes one at a time), and check why ${programName(program)} added them.`,
  };
}

function knownGrowth(chain: string, program: Program, jumpInBase: boolean): string[] {
  if (chain === 'KUBE-FIREWALL') return ['kube-firewall-duplicates'];
  if (program === 'istio') return ['istio-duplicate-init'];
  if (program === 'kube-router' || program === 'flannel') return ['kube-router-duplicates'];
  return jumpInBase ? ['checkpoint-restore-duplicates'] : [];
}
