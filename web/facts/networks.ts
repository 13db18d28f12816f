/**
 * The networks that rules speak of, by what they are: pods, pods of this node, Services, and what is behind an interface. A masquerading rule is the
 * usual witness: `-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE` says that docker0 leads to that network, `-o ppp0 -j MASQUERADE` that ppp0 leads out.
 */

import { baseOf, covers, holds, type IpAddress, type IpNetwork, widthOf } from '../base/ip.ts';
import { pushAll } from '../base/lists.ts';
import { chainPath } from '../model/rule.ts';
import type { NamedSet, Rule } from '../model/ruleset.ts';
import type { FactContext } from './context.ts';
import type { NetworkFact, NetworkUse, ServiceFact, Source } from './fact.ts';
import { interfacesTested, networkOf, networksTested } from './rule-look.ts';
import type { Scan } from './scan.ts';

/** So many jumps up from a masquerading rule the interface is looked for (firewalld and fw4 dispatch by zone first). */
const LEVELS = 6;
const CALLERS = 64;

export interface Networks {
  readonly networks: readonly NetworkFact[];
  /** Interfaces that masquerading rules send out of. */
  readonly uplinks: ReadonlySet<string>;
}

export function findNetworks(context: FactContext, scan: Scan, services: readonly ServiceFact[]): Networks {
  const book = new NetworkBook();
  const uplinks = new Set<string>();
  for (const set of context.analysis.ruleset.sets) addPools(book, set);
  for (const rule of context.analysis.ruleset.rules) addByOwner(book, context, rule);
  for (const { rule } of scan.source) addMasquerade(book, uplinks, context, rule);
  addServiceNetwork(book, services);
  return { networks: book.all(), uplinks };
}

class NetworkBook {
  readonly #facts = new Map<string, NetworkFact>();

  all(): readonly NetworkFact[] {
    return [...this.#facts.values()];
  }

  has(use: NetworkUse, inner: IpNetwork | null = null): boolean {
    return this.all().some((fact) => fact.use === use && (inner === null || covers(fact.network, inner)));
  }

  /** A network that is known already keeps its first use; an interface is added to it. */
  add(
    network: IpNetwork,
    use: NetworkUse,
    source: Rule | Source,
    more: { interface?: string; assumed?: true } = {},
  ): void {
    if (network.length === 0 || network.length === widthOf(network.family)) return;
    const base = baseOf(network);
    const key = `${base.family} ${base.value}/${base.length}`;
    const known = this.#facts.get(key);
    if (known) {
      if (known.interface === null && more.interface) this.#facts.set(key, { ...known, interface: more.interface });
      return;
    }
    this.#facts.set(key, {
      ...{ network: base, use, interface: more.interface ?? null, assumed: more.assumed ?? false },
      source: 'text' in source ? source : seen(source),
    });
  }
}

/** Calico keeps its pools in sets, with an ipset's name or an nft set's. */
function addPools(book: NetworkBook, set: NamedSet): void {
  if (!/^cali[46]0(all|masq)-ipam-pools$/.test(set.name)) return;
  for (const { key } of set.elements) {
    const network = networkOf(key);
    if (network) book.add(network, 'pods', { text: `Calico’s set ${set.name} has it`, rule: null });
  }
}

/** Forms that only one program writes. Quick to leave: most rules belong to none of them. */
function addByOwner(book: NetworkBook, context: FactContext, rule: Rule): void {
  const owner = context.ownerOfRule(rule);
  if (owner.startsWith('kube-proxy')) addKubeProxy(book, rule);
  else if (owner.startsWith('flannel')) addFlannel(book, rule);
  else if (owner === 'cni-portmap') {
    for (const { value, negated } of networksTested(rule, 'saddr')) {
      if (!negated) book.add(value, 'pods', rule);
    }
  }
}

/** `! -s 10.244.0.0/16 -d VIP`: from outside the pods' network. nft drops what is left of the Services' network. */
function addKubeProxy(book: NetworkBook, rule: Rule): void {
  for (const statement of rule.body) {
    if (statement.kind !== 'match' || statement.left.kind !== 'field') continue;
    const { name } = statement.left;
    if (statement.right.kind !== 'prefix') continue;
    const network = networkOf(statement.right);
    if (!network) continue;
    if (statement.op === '!=' && / saddr$/.test(name)) book.add(network, 'pods', rule);
    if (statement.op === '==' && / daddr$/.test(name) && rule.chain.name === 'cluster-ips-check') {
      book.add(network, 'services', rule);
    }
  }
}

/** flannel names the node's own part of the pods' network beside the whole. */
function addFlannel(book: NetworkBook, rule: Rule): void {
  const named = [...networksTested(rule, 'saddr'), ...networksTested(rule, 'daddr')];
  const pods = named.filter(({ value }) => !isMulticast(value)).map(({ value }) => value);
  const [first, second] = pods;
  if (!first) return;
  if (!second) {
    book.add(first, 'pods', rule);
    return;
  }
  const [outer, inner] = first.length <= second.length ? [first, second] : [second, first];
  book.add(outer, 'pods', rule);
  if (inner.length > outer.length && covers(outer, inner)) book.add(inner, 'local-pods', rule);
}

function isMulticast({ value, length }: IpNetwork): boolean {
  return typeof value === 'number' ? value >>> 28 === 14 : value >> 120n === 0xffn && length >= 8;
}

function addMasquerade(book: NetworkBook, uplinks: Set<string>, context: FactContext, rule: Rule): void {
  const out = outInterfaces(context, rule);
  const behind = out.find(({ negated, value }) => negated && value !== 'lo')?.value;
  const sources = networksTested(rule, 'saddr').filter(({ negated }) => !negated);
  for (const { value } of sources) {
    book.add(value, 'inside', rule, behind === undefined ? {} : { interface: behind });
  }
  for (const { value, negated } of out) if (!negated && value !== 'lo') uplinks.add(value);
}

/** The outgoing interface that the rule tests, or one of the jumps that lead to it. */
function outInterfaces(context: FactContext, rule: Rule): ReturnType<typeof interfacesTested> {
  const own = interfacesTested(rule, 'out');
  if (own.length > 0 && own.some(({ value }) => value !== 'lo')) return own;
  const { graph, ruleset } = context.analysis;
  const found: ReturnType<typeof interfacesTested> = [];
  const seenChains = new Set<number>();
  let level = [rule.chain.id];
  for (let depth = 0; depth < LEVELS && level.length > 0 && found.length === 0; depth++) {
    const next: number[] = [];
    for (const chain of level) {
      for (const jump of graph.into(chain).slice(0, CALLERS)) {
        const caller = ruleset.rules[jump.rule];
        if (!caller || seenChains.has(jump.from)) continue;
        const here = interfacesTested(caller, 'out');
        pushAll(found, here);
        if (here.length === 0) next.push(jump.from);
      }
    }
    for (const chain of next) seenChains.add(chain);
    level = next;
  }
  return found;
}

/** Without a rule that names it: the smallest prefix that holds all cluster addresses, if it is not absurdly wide. */
function addServiceNetwork(book: NetworkBook, services: readonly ServiceFact[]): void {
  for (const family of ['ip', 'ip6'] as const) {
    const addresses = services.flatMap(({ clusterIp }) => (clusterIp?.family === family ? [clusterIp] : []));
    const first = addresses[0];
    if (!first || book.has('services', { ...first, length: widthOf(family) })) continue;
    const network = smallest(first, addresses);
    if (network.length < (family === 'ip' ? 8 : 48)) continue;
    const text = 'it is the smallest prefix that holds all cluster addresses';
    book.add(network, 'services', { text, rule: null }, { assumed: true });
  }
}

function smallest(first: IpAddress, addresses: readonly IpAddress[]): IpNetwork {
  let length = family24(first);
  for (const address of addresses) while (!holds({ ...first, length }, address)) length--;
  return { ...first, length };
}

/** A single Service still stands for a network: /24 and /112 are the least that anybody configures. */
function family24({ family }: IpAddress): number {
  return family === 'ip' ? 24 : 112;
}

function seen(rule: Rule): Source {
  return { text: `rule ${rule.index} of ${chainPath(rule.chain)} names it`, rule: rule.id };
}
