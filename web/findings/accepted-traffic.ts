/**
 * Which interfaces and networks the rules of a hook let through, and which ones a program's own rules speak of: enough to tell whether somebody
 * made an exception for it (firewalld's zone `docker`, a rule for `lxdbr0` in DOCKER-USER, `ufw route allow` for the pods' network).
 *
 * Not modelled: rules above that refuse first, ports, and sets by name. An exception counts where it tests an interface or a network and nothing
 * else that a new connection could fail.
 */
import { pushAll } from '../base/lists.ts';
import type { Expression } from '../model/expression.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Match } from '../model/statement.ts';
import type { Scene } from './context.ts';
import { isUnconditional, outcomeOf, verdictsOf } from './rule-facts.ts';
import type { Program } from './words.ts';

/** IPv4 and IPv6 prefixes; `address` is masked. */
export interface Network {
  readonly address: bigint;
  readonly length: number;
  readonly width: number;
}

export interface Traffic {
  /** Names, or `stem*`. */
  readonly interfaces: ReadonlySet<string>;
  readonly networks: readonly Network[];
}

const MOST_CHAINS = 2_000;
const MOST_NETWORKS = 200;
/** `0.0.0.0/0`, multicast and loopback are nobody's network. */
const SHORTEST = 8;

/** What gets through the base chain because it comes in over an interface, or is from or for a network. Cost: the rules below the chain, at most. */
export function acceptedTraffic(scene: Scene, base: Chain): Traffic {
  const found = { interfaces: new Set<string>(), networks: [] as Network[] };
  const seen = new Set<Chain>();
  const visit = (chain: Chain): void => {
    if (seen.has(chain) || seen.size > MOST_CHAINS) return;
    seen.add(chain);
    const end = scene.endOf(chain);
    for (const rule of end ? chain.rules.slice(0, end.index) : chain.rules) {
      const where = narrowedOnly(rule);
      if (where && endsInAccept(scene, rule)) addAll(found, where);
      for (const verdict of verdictsOf(rule, 64)) {
        if (verdict.kind !== 'jump' && verdict.kind !== 'goto') continue;
        const target = chain.table.chainNamed.get(verdict.chain);
        if (target) visit(target);
      }
    }
  };
  visit(base);
  found.interfaces.delete('lo');
  return found;
}

/** The interfaces and networks that a rule tests for, `!=` left out. */
export function placesIn(rule: Rule): Traffic {
  const found = { interfaces: new Set<string>(), networks: [] as Network[] };
  for (const statement of rule.body) if (statement.kind === 'match') addAll(found, placesOf(statement));
  return found;
}

/** Whether the rule tests for one of the interfaces, or for a pattern that takes one. */
export function speaksOf(rule: Rule, interfaces: Iterable<string>): boolean {
  const own = placesIn(rule);
  return [...interfaces].some((name) => isCovered(name, own));
}

/** What a program's own rules name: interfaces and networks, in all its chains. Cost: linear in rules. */
export function trafficOf(scene: Scene, program: Program): Traffic {
  const found = { interfaces: new Set<string>(), networks: [] as Network[] };
  for (const rule of scene.ruleset.rules) {
    if (scene.programOfRule(rule) !== program) continue;
    addAll(found, placesIn(rule));
    if (found.networks.length > MOST_NETWORKS) break;
  }
  found.interfaces.delete('lo');
  return found;
}

/** Interfaces that the base chain's rules of the program, and all below them, name. */
export function interfacesIn(scene: Scene, base: Chain, program: Program): Set<string> {
  const found = new Set<string>();
  scene.graph.visitFrom(base.id, (id) => {
    for (const rule of scene.ruleset.chains[id]?.rules ?? []) {
      if (scene.programOfRule(rule) === program) for (const name of placesIn(rule).interfaces) found.add(name);
    }
  });
  found.delete('lo');
  return found;
}

/** Whether a pattern (`cali*`) takes every name that the other one takes. */
export function coversInterface(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** The names that no pattern among them takes: `cali*` stands for `cali1f2e3d4c5b6`. Sorted. */
export function widest(names: Iterable<string>): string[] {
  const all = [...new Set(names)].sort();
  return all.filter((name) => !all.some((other) => other !== name && coversInterface(other, name)));
}

export function isCovered(name: string, by: Traffic): boolean {
  return [...by.interfaces].some((pattern) => coversInterface(pattern, name));
}

/** Whether one of the networks lies in one that is let through. */
export function networksMeet(own: readonly Network[], accepted: readonly Network[]): boolean {
  return own.some((inner) =>
    accepted.some((outer) => {
      if (outer.width !== inner.width || outer.length > inner.length) return false;
      const shift = BigInt(outer.width - outer.length);
      return inner.address >> shift === outer.address >> shift;
    }),
  );
}

function addAll(into: { interfaces: Set<string>; networks: Network[] }, { interfaces, networks }: Traffic): void {
  for (const name of interfaces) into.interfaces.add(name);
  if (into.networks.length <= MOST_NETWORKS) pushAll(into.networks, networks);
}

const NOWHERE: Traffic = { interfaces: new Set(), networks: [] };

/** Where the rule's packets come from or go to, if that is all that it tests; null if it tests more, or nothing. */
function narrowedOnly(rule: Rule): Traffic | null {
  const found = { interfaces: new Set<string>(), networks: [] as Network[] };
  for (const statement of rule.body) {
    if (statement.kind !== 'match') {
      if (statement.kind === 'vmap' || (statement.kind === 'xt' && statement.role === 'match')) return null;
      continue;
    }
    if (isFamily(statement)) continue;
    // Over one interface, but not back to it: still the program's way out.
    if (statement.op === '!=' && isPlace(statement)) continue;
    // What goes out over one interface may be a way in, or not.
    if (isOutgoing(statement)) return null;
    const places = placesOf(statement);
    if (places === NOWHERE) return null;
    addAll(found, places);
  }
  return found.interfaces.size + found.networks.length > 0 ? found : null;
}

function isFamily({ left }: Match): boolean {
  return left.kind === 'field' && (left.name === 'ip version' || left.name === 'meta nfproto');
}

const INTERFACE = /^meta [io]if(name)?$/;
const ADDRESS = /^ip6? [sd]addr$/;

function isOutgoing({ left }: Match): boolean {
  return left.kind === 'field' && /^meta oif(name)?$/.test(left.name);
}

function isPlace({ left }: Match): boolean {
  return left.kind === 'field' && (INTERFACE.test(left.name) || ADDRESS.test(left.name));
}

function placesOf({ left, op, right }: Match): Traffic {
  if (left.kind !== 'field' || (op !== '==' && op !== 'any-bit')) return NOWHERE;
  if (INTERFACE.test(left.name)) {
    const names = interfaceNames(right);
    return names.length > 0 ? { interfaces: new Set(names), networks: [] } : NOWHERE;
  }
  if (!ADDRESS.test(left.name)) return NOWHERE;
  const networks = networksOf(right);
  return networks.length > 0 ? { interfaces: new Set(), networks } : NOWHERE;
}

function interfaceNames(right: Expression): string[] {
  if (right.kind === 'value') return typeof right.value === 'string' ? [right.value] : [];
  if (right.kind === 'wildcard') return right.stem === '' ? [] : [`${right.stem}*`];
  return right.kind === 'set' ? right.elements.slice(0, 64).flatMap(({ key }) => interfaceNames(key)) : [];
}

function networksOf(right: Expression): Network[] {
  if (right.kind === 'set') return right.elements.slice(0, 64).flatMap(({ key }) => networksOf(key));
  if (right.kind === 'prefix') {
    const shift = BigInt(right.width - right.length);
    const address = (BigInt(right.address) >> shift) << shift;
    return right.length >= SHORTEST && right.width !== 48
      ? [{ address, length: right.length, width: right.width }]
      : [];
  }
  if (right.kind !== 'value' || typeof right.value === 'string') return [];
  const width = typeof right.value === 'number' ? 32 : 128;
  return [{ address: BigInt(right.value), length: width, width }];
}

/** Whether what the rule matches is accepted for sure: by itself, or because the chain that it goes to accepts all that it does not refuse. */
function endsInAccept(scene: Scene, rule: Rule): boolean {
  const outcome = outcomeOf(rule);
  if (outcome?.kind === 'accept') return true;
  if (outcome?.kind !== 'jump' && outcome?.kind !== 'goto') return false;
  const target = rule.chain.table.chainNamed.get(outcome.chain);
  const end = target && scene.endOf(target);
  return end !== undefined && end !== null && isUnconditional(end) && outcomeOf(end)?.kind === 'accept';
}
