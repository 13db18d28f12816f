/** Where destination translations lead: of one rule, and of a chain with all below it (a Service's endpoints). */
import { type IpAddress, ipAddress } from '../base/ip.ts';
import { type Expression, isVerdict } from '../model/expression.ts';
import { jumpsOf } from '../model/rule.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Nat } from '../model/statement.ts';
import type { Target } from './fact.ts';
import { elementsOf } from './scan.ts';
import { singleAddress } from './way.ts';

/** So many targets are listed of a chain; a Service with more is still one with endpoints. */
const MOST = 4000;

/** The kernel follows sixteen jumps. */
const DEEPEST = 16;

/** The translation's targets; several where a map or a range chooses. A redirect (to the node itself) has none. */
export function targetsOfNat(rule: Rule, nat: Nat): readonly Target[] {
  if (nat.type !== 'dnat' || nat.address === null) return [];
  const { address } = nat;
  const port = portOf(nat.port);
  if (address.kind === 'map') {
    const elements = elementsOf(rule.chain.table, address.map).slice(0, MOST);
    return elements.flatMap(({ data }) => (data && !isVerdict(data) ? targetOf(data, port) : []));
  }
  return targetOf(address, port);
}

/** A translation's data: an address, the first of a range, or address and port in one. */
export function targetOf(data: Expression, port: number | null): readonly Target[] {
  if (data.kind === 'concat') {
    const [address, own] = data.parts;
    return address ? targetOf(address, own ? portOf(own) : port) : [];
  }
  const address = addressOf(data);
  return address ? [{ address, port }] : [];
}

function addressOf(data: Expression): IpAddress | null {
  if (data.kind === 'prefix') return data.width === 48 ? null : ipAddress(data.address);
  if (data.kind === 'range') return typeof data.from === 'string' ? null : ipAddress(data.from);
  return singleAddress(data);
}

function portOf(port: Expression | null): number | null {
  if (port?.kind === 'value' && typeof port.value === 'number') return port.value;
  return port?.kind === 'range' && typeof port.from === 'number' ? port.from : null;
}

/**
 * The targets of all translations in a chain and below it, each once, in listing order; at most 4,000. Memoised for as long as the function lives:
 * every chain is walked once, so all Services together cost about the rules that they have.
 *
 * @param leads 1 for chains that lead to a translation; others are not entered
 */
export function createTargetsBelow(leads: Uint8Array): (chain: Chain) => readonly Target[] {
  const memo = new Map<number, readonly Target[]>();
  const below = (chain: Chain, depth: number): readonly Target[] => {
    const known = memo.get(chain.id);
    if (known) return known;
    if (depth > DEEPEST || leads[chain.id] !== 1) return [];
    // Loops end here; the true list replaces it below.
    memo.set(chain.id, []);
    const list = new TargetList();
    for (const rule of chain.rules) ofRule(rule, depth, list);
    memo.set(chain.id, list.targets);
    return list.targets;
  };
  const ofRule = (rule: Rule, depth: number, list: TargetList): void => {
    for (const statement of rule.body) {
      if (statement.kind === 'nat') list.addAll(targetsOfNat(rule, statement));
      else if (
        statement.kind === 'verdict' &&
        (statement.verdict.kind === 'jump' || statement.verdict.kind === 'goto')
      ) {
        const target = rule.chain.table.chainNamed.get(statement.verdict.chain);
        if (target) list.addAll(below(target, depth + 1));
      } else if (statement.kind === 'vmap') {
        for (const verdict of jumpsOf(rule)) {
          const target = rule.chain.table.chainNamed.get(verdict.chain);
          if (target) list.addAll(below(target, depth + 1));
        }
      }
    }
  };
  return (chain) => below(chain, 0);
}

/** Most chains have a handful of targets, which are compared one by one; a set of keys is only made for more. */
const FEW = 12;

class TargetList {
  readonly targets: Target[] = [];
  #keys: Set<string> | null = null;

  addAll(targets: readonly Target[]): void {
    for (const target of targets) if (this.targets.length < MOST && this.#isNew(target)) this.targets.push(target);
  }

  #isNew(target: Target): boolean {
    if (this.targets.length < FEW) {
      return !this.targets.some((one) => one.port === target.port && one.address.value === target.address.value);
    }
    this.#keys ??= new Set(this.targets.map(keyOf));
    const key = keyOf(target);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }
}

function keyOf({ address, port }: Target): string {
  return `${address.value} ${port}`;
}
