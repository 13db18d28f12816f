/**
 * The node's own addresses, as far as rules show them. No listing has addresses; some rules would make no sense if an address were not the node's:
 * SNAT to it, acceptance of it on lo, a port published on it, a test for it as destination in the input hook.
 */
import {
  addressIn,
  formatIp,
  formatNetwork,
  type IpAddress,
  ipAddress,
  isLoopback,
  isNobody,
  widthOf,
} from '../base/ip.ts';
import type { JumpGraph } from '../model/graph.ts';
import { chainPath } from '../model/rule.ts';
import type { NamedSet, Rule, Ruleset } from '../model/ruleset.ts';
import type { FactContext } from './context.ts';
import type { NetworkFact, OwnAddress, PublishedFact, ServiceFact } from './fact.ts';
import { hookBit, hooksReaching } from './reach.ts';
import { addressesTested, interfacesTested } from './rule-look.ts';
import type { Scan } from './scan.ts';

export interface AddressInput {
  readonly scan: Scan;
  readonly services: readonly ServiceFact[];
  readonly published: readonly PublishedFact[];
  readonly networks: readonly NetworkFact[];
}

/** A node has few addresses; a list that is longer is not one of its own addresses. */
const MOST = 64;

/** The surest first. */
export function findAddresses(context: FactContext, input: AddressInput): readonly OwnAddress[] {
  const book = new AddressBook(input.services);
  for (const set of context.analysis.ruleset.sets) addSet(book, set);
  addSourceNat(book, context, input.scan);
  addPublishedOn(book, input.published);
  addByRules(book, context);
  for (const fact of input.networks) addGateway(book, fact);
  return book.all();
}

class AddressBook {
  readonly #found = new Map<string, OwnAddress>();
  readonly #virtual: ReadonlySet<number | bigint>;

  constructor(services: readonly ServiceFact[]) {
    this.#virtual = new Set(
      services.flatMap(({ clusterIp, externals }) => [
        ...(clusterIp ? [clusterIp.value] : []),
        ...externals.map(({ address }) => address.value),
      ]),
    );
  }

  all(): readonly OwnAddress[] {
    return [...this.#found.values()].sort((a, b) => Number(a.assumed) - Number(b.assumed)).slice(0, MOST);
  }

  add(
    address: IpAddress,
    source: OwnAddress['source'],
    more: { interface?: string | undefined; assumed?: boolean } = {},
  ): void {
    if (isLoopback(address) || isNobody(address) || this.#virtual.has(address.value)) return;
    const key = `${address.family} ${address.value}`;
    const known = this.#found.get(key);
    const fact = { address, interface: more.interface ?? null, assumed: more.assumed ?? false, source };
    if (!known) this.#found.set(key, fact);
    else if (known.interface === null && fact.interface !== null) {
      this.#found.set(key, { ...known, interface: fact.interface });
    }
  }
}

/** Calico's own addresses of the host; the addresses on which kube-proxy's nftables mode answers NodePorts. */
function addSet(book: AddressBook, set: NamedSet): void {
  const host = /^cali[46]0this-host$/.test(set.name);
  if (!host && set.name !== 'nodeport-ips') return;
  const text = host ? `Calico’s set ${set.name} has it` : 'kube-proxy answers NodePorts on it (nodeport-ips)';
  for (const { key } of set.elements.slice(0, MOST)) {
    if (key.kind === 'value' && typeof key.value !== 'string') book.add(ipAddress(key.value), { text, rule: null });
  }
}

function addSourceNat(book: AddressBook, context: FactContext, { source }: Scan): void {
  for (const { rule, nat } of source) {
    if (nat.type !== 'snat' || nat.address?.kind !== 'value' || typeof nat.address.value === 'string') continue;
    // Floating addresses and egress gateways are not the host's own.
    if (/calico|egressgateway/.test(context.ownerOfRule(rule))) continue;
    const out = interfacesTested(rule, 'out').find(({ negated }) => !negated)?.value;
    book.add(ipAddress(nat.address.value), seen(rule, 'translates sources to it'), { interface: out });
  }
}

function addPublishedOn(book: AddressBook, published: readonly PublishedFact[]): void {
  for (const { address, rule, kind } of published) {
    if (!address) continue;
    const text = kind === 'forward' ? 'its ports are forwarded' : 'ports of containers are published on it';
    book.add(address, { text, rule }, { assumed: kind === 'forward' });
  }
}

/** One pass over the rules of chains that only the hooks of the node's own traffic lead to, and of two known forms. */
function addByRules(book: AddressBook, context: FactContext): void {
  const { ruleset, graph } = context.analysis;
  for (const chain of chainsOf(ruleset, graph)) {
    for (const rule of chain.rules) {
      if (chain.input) addTested(book, rule, 'daddr', 'only packets to the node meet it');
      if (chain.output) addTested(book, rule, 'saddr', 'only packets from the node meet it');
      if (chain.input) addOnLoopback(book, rule);
      if (chain.prerouting && /^(wg-quick|kubespan)$/.test(context.ownerOfRule(rule))) addTunnel(book, rule);
    }
  }
}

function chainsOf(ruleset: Ruleset, graph: JumpGraph) {
  const hooks = hooksReaching(ruleset, graph);
  return ruleset.chains
    .map(({ rules, id, base }) => ({
      rules,
      input: hooks[id] === hookBit('input'),
      output: hooks[id] === hookBit('output'),
      prerouting: base?.hook === 'prerouting',
    }))
    .filter(({ input, output, prerouting }) => input || output || prerouting);
}

function addTested(book: AddressBook, rule: Rule, side: 'saddr' | 'daddr', why: string): void {
  for (const { value, negated } of addressesTested(rule, side)) {
    if (!negated) book.add(value, seen(rule, `compares with it, and ${why}`), { assumed: true });
  }
}

/** `-s 100.101.4.2 -i lo -j ACCEPT`: what comes in on lo comes from the node itself. */
function addOnLoopback(book: AddressBook, rule: Rule): void {
  if (!interfacesTested(rule, 'in').some(({ value, negated }) => value === 'lo' && !negated)) return;
  for (const { value, negated } of addressesTested(rule, 'saddr')) {
    if (!negated) book.add(value, seen(rule, 'expects it as a source on lo'));
  }
}

/** wg-quick: `-d ADDRESS ! -i wg0 -m addrtype ! --src-type LOCAL -j DROP`. */
function addTunnel(book: AddressBook, rule: Rule): void {
  const device = interfacesTested(rule, 'in').find(({ negated }) => negated)?.value;
  if (device === undefined) return;
  for (const { value, negated } of addressesTested(rule, 'daddr')) {
    if (!negated) book.add(value, seen(rule, `lets it be reached over ${device} only`), { interface: device });
  }
}

/** Bridges of container engines have the first address of their network, by convention. */
function addGateway(book: AddressBook, { network, use, interface: bridge }: NetworkFact): void {
  if (use !== 'inside' || bridge === null || network.length > widthOf(network.family) - 2) return;
  const gateway = addressIn(network, 1);
  const text = `${formatIp(gateway)} is the first of ${formatNetwork(network)}, which is behind ${bridge}`;
  book.add(gateway, { text, rule: null }, { interface: bridge, assumed: true });
}

function seen(rule: Rule, what: string): OwnAddress['source'] {
  return { text: `rule ${rule.index} of ${chainPath(rule.chain)} ${what}`, rule: rule.id };
}
