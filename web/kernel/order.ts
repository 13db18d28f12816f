/**
 * The effective order of base chains: which chain the kernel runs first on each hook, whatever order the dump lists them in.
 *
 * Follows net/netfilter/core.c (nf_hook_entries_grow), net/netfilter/nf_nat_core.c (nf_nat_register_fn) and nft(8) "CHAINS"; every rule
 * below was tried on Linux 6.18 (golden cases in brackets). It does not model what a dump cannot show: a table that was dormant for a
 * while, or a chain added to an old table after a younger table was made, changes the registration order without a trace in the listing.
 */
import { type Family, HOOKS, type Hook } from '../model/hook.ts';
import type { BaseChain, Chain, Ruleset } from '../model/ruleset.ts';

/** `l3` is the IP stack: ip, ip6 and inet chains. `netdev` has one list per device and hook (inet ingress chains are in it). */
export type Stack = 'l3' | 'bridge' | 'arp' | 'netdev';

export interface OrderedChain {
  readonly chain: Chain;
  /** Where the kernel runs it: the chain's own priority, but that of the NAT dispatcher for nat chains. */
  readonly effectivePriority: number;
  /** From 1 within the hook's list. */
  readonly position: number;
  /** True where the NAT dispatcher calls it. */
  readonly dispatcher: boolean;
}

/** Chains of one packet's path that share an effective priority, in the order that nfscope assumes. */
export interface Tie {
  readonly chains: readonly Chain[];
  /** False: the dumps do not tell which runs first. */
  readonly known: boolean;
  /** One sentence: how the order was told, or why it cannot be. */
  readonly reason: string;
}

export interface HookOrder {
  readonly stack: Stack;
  readonly hook: Hook;
  /** Only for `netdev`: the device, as written (a wildcard is not expanded). */
  readonly device: string | null;
  /** In the order in which the kernel runs them. Both ip and ip6 chains of `l3`: see chainsForFamily. */
  readonly chains: readonly OrderedChain[];
  readonly ties: readonly Tie[];
}

/** A base chain and all that its place depends on. */
interface Entry {
  readonly chain: Chain;
  readonly base: BaseChain;
  readonly dispatcher: boolean;
  readonly effective: number;
  /** Dump whose listing tells when the chain was made: chains of two dumps cannot be compared. */
  readonly listing: number;
  /** Grows with the time of registration within a listing. */
  readonly registered: number;
  /** When the hook function that calls the chain was registered: the chain itself, or the NAT dispatcher. */
  readonly functionListing: number;
  readonly functionRegistered: number;
}

interface Registration {
  readonly listing: number;
  readonly at: number;
}

const STACKS: readonly Stack[] = ['l3', 'bridge', 'arp', 'netdev'];

/** When base chains were registered, where somebody saw it: chains that were registered later have higher numbers. */
export type KnownRegistrations = ReadonlyMap<Chain, number>;

/**
 * The order of all base chains, one list per stack, hook and (netdev) device; only lists with a chain. Dormant tables have no hooks, and
 * a netdev chain without a device none either: they are in no list. Sorted by stack, then hook in packet order, then device as listed.
 * `known`: registrations that need not be guessed from the listings. Time: O(chains + base chains * log).
 */
export function effectiveOrder(ruleset: Ruleset, known?: KnownRegistrations): HookOrder[] {
  const registrations = known ? givenRegistrations(known) : registrationOf(ruleset);
  const dispatchers = dispatcherRegistrations(ruleset, registrations);
  const lists = new Map<string, { stack: Stack; hook: Hook; device: string | null; entries: Entry[] }>();
  for (const chain of hookedChains(ruleset)) {
    const entry = entryOf(chain, registrations, dispatchers);
    const stack = stackOf(chain.table.family, entry.base.hook);
    const devices: readonly (string | null)[] = stack === 'netdev' ? [...new Set(entry.base.devices)] : [null];
    for (const device of devices) {
      const key = `${stack} ${entry.base.hook} ${device ?? ''}`;
      const list = lists.get(key);
      if (list) list.entries.push(entry);
      else lists.set(key, { stack, hook: entry.base.hook, device, entries: [entry] });
    }
  }
  return [...lists.values()]
    .sort((a, b) => STACKS.indexOf(a.stack) - STACKS.indexOf(b.stack) || HOOKS.indexOf(a.hook) - HOOKS.indexOf(b.hook))
    .map(({ stack, hook, device, entries }) => {
      entries.sort(compareEntries);
      return { stack, hook, device, chains: entries.map(orderedChain), ties: tiesOf(entries) };
    });
}

/** The chains of an `l3` order that packets of one family meet (inet chains belong to both), still in order. Positions stay the hook's. */
export function chainsForFamily(order: HookOrder, family: 'ip' | 'ip6'): OrderedChain[] {
  return order.chains.filter(({ chain }) => chain.table.family === family || chain.table.family === 'inet');
}

/**
 * Kernel: nf_nat_register_fn: all nat chains of a hook hang on one hook function, at NF_IP_PRI_NAT_DST (-100) in prerouting and output,
 * NF_IP_PRI_NAT_SRC (100) in input and postrouting; a chain's own priority orders it among the nat chains only [f7, f8].
 */
export function dispatcherPriority(hook: Hook): number {
  return hook === 'input' || hook === 'postrouting' ? 100 : -100;
}

function stackOf(family: Family, hook: Hook): Stack {
  if (family === 'bridge' || family === 'arp' || family === 'netdev') return family;
  // Kernel: inet ingress hooks live in the device's list, beside netdev's [k4].
  return hook === 'ingress' || hook === 'egress' ? 'netdev' : 'l3';
}

function hookedChains(ruleset: Ruleset): Chain[] {
  // Kernel: a dormant table's chains are unregistered; awake again, they are registered anew [d12].
  return ruleset.baseChains.filter(({ table }) => !table.flags.includes('dormant'));
}

/**
 * When each base chain was registered, as far as the listings tell: Table.rank, then the place in the table.
 *
 * Kernel: `nft list ruleset` gives tables, and the chains of a table, in creation order. Between two tables this is the best guess: a
 * chain added later to the older table is listed before the younger table's.
 * iptables-save prints its tables in a fixed or alphabetical order, which is not that of creation; it does not matter within one dump,
 * because no two tables of one iptables backend have the same priority on a hook. Next to native chains it does: there the rank is that of the
 * table's place in the nft listing if the node's dumps have both, and incomparable if not.
 */
function registrationOf(ruleset: Ruleset): Map<Chain, Registration> {
  const listed = [...ruleset.baseChains].sort(
    ({ table: { rank: a } }, { table: { rank: b } }) => a.dump - b.dump || a.position - b.position,
  );
  return new Map(listed.map((chain, at) => [chain, { listing: chain.table.rank.dump, at }]));
}

function givenRegistrations(known: KnownRegistrations): Map<Chain, Registration> {
  return new Map([...known].map(([chain, at]) => [chain, { listing: 0, at }]));
}

/**
 * Kernel: the dispatcher of a family registers all of its four hooks together with the family's first nat chain, on whichever hook that is
 * (nf_nat_register_fn: nat_hook_ops); inet chains register with both families. Only a filter chain at exactly the dispatcher's priority
 * can tell [n19, n20].
 *
 * Assumption: as soon as inet nat chains exist, IPv6's dispatcher counts as registered when IPv4's was. Only if an inet filter chain of the
 * very same priority was registered between the two would the families differ, and then no single list could show both.
 */
function dispatcherRegistrations(
  ruleset: Ruleset,
  registrations: ReadonlyMap<Chain, Registration>,
): Map<Family, Registration> {
  const first = new Map<Family, Registration>();
  const note = (family: Family, registration: Registration) => {
    const known = first.get(family);
    if (!known || registration.at < known.at) first.set(family, registration);
  };
  for (const chain of hookedChains(ruleset)) {
    if (!isDispatched(chain)) continue;
    const registration = registrations.get(chain) as Registration;
    note(chain.table.family, registration);
    if (chain.table.family === 'inet') note('ip', registration);
  }
  const ip = first.get('ip');
  if (ip && first.has('inet')) {
    first.set('inet', ip);
    first.set('ip6', ip);
  }
  return first;
}

function isDispatched(chain: Chain): boolean {
  const { family } = chain.table;
  return chain.base?.type === 'nat' && (family === 'ip' || family === 'ip6' || family === 'inet');
}

function entryOf(
  chain: Chain,
  registrations: ReadonlyMap<Chain, Registration>,
  dispatchers: ReadonlyMap<Family, Registration>,
): Entry {
  const base = chain.base as BaseChain;
  const own = registrations.get(chain) as Registration;
  const dispatcher = isDispatched(chain);
  const caller = dispatcher ? (dispatchers.get(chain.table.family) as Registration) : own;
  return {
    chain,
    base,
    dispatcher,
    effective: dispatcher ? dispatcherPriority(base.hook) : base.priority,
    listing: own.listing,
    registered: own.at,
    functionListing: caller.listing,
    functionRegistered: caller.at,
  };
}

/**
 * Kernel: nf_hook_entries_grow puts a new hook before those of equal priority: what was registered last runs first [d1-d6, d7, d8, i1-i4,
 * k5, n14], in every family and engine; so does nf_hook_entries_insert_raw among the nat chains [f10, f11, f14, f15].
 */
function compareEntries(a: Entry, b: Entry): number {
  return (
    a.effective - b.effective ||
    b.functionRegistered - a.functionRegistered ||
    a.base.priority - b.base.priority ||
    b.registered - a.registered
  );
}

function orderedChain(entry: Entry, index: number): OrderedChain {
  return {
    chain: entry.chain,
    effectivePriority: entry.effective,
    position: index + 1,
    dispatcher: entry.dispatcher,
  };
}

function tiesOf(entries: readonly Entry[]): Tie[] {
  const ties: Tie[] = [];
  for (const group of runsOf(entries, (entry) => entry.effective)) {
    if (group.length < 2) continue;
    const plain = group.filter(({ dispatcher }) => !dispatcher);
    const dispatched = group.filter(({ dispatcher }) => dispatcher);
    for (const tied of connected(plain)) ties.push(tie(tied, ordinaryReason(tied)));
    for (const same of runsOf(dispatched, ({ base }) => base.priority)) {
      for (const tied of connected(same)) ties.push(tie(tied, ordinaryReason(tied)));
    }
    if (plain.length > 0 && dispatched.length > 0) {
      for (const tied of connected(group)) {
        if (tied.some(({ dispatcher }) => dispatcher) && tied.some(({ dispatcher }) => !dispatcher)) {
          ties.push(tie(tied, dispatcherReason(tied)));
        }
      }
    }
  }
  return ties;
}

function tie(entries: readonly Entry[], reason: { known: boolean; reason: string }): Tie {
  return { chains: entries.map(({ chain }) => chain), ...reason };
}

/** Splits chains of one priority by path: ip and ip6 chains never meet the same packet, unless inet ones tie with both. */
function connected(entries: readonly Entry[]): Entry[][] {
  const ip = entries.filter(({ chain }) => chain.table.family === 'ip');
  const ip6 = entries.filter(({ chain }) => chain.table.family === 'ip6');
  const groups = ip.length + ip6.length === entries.length ? [ip, ip6] : [[...entries]];
  return groups.filter((group) => group.length > 1);
}

/** The entries grouped by a number, groups in the order of their first entry. */
function runsOf(entries: readonly Entry[], key: (entry: Entry) => number): Entry[][] {
  const groups = new Map<number, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(key(entry));
    if (group) group.push(entry);
    else groups.set(key(entry), [entry]);
  }
  return [...groups.values()];
}

function ordinaryReason(entries: readonly Entry[]): { known: boolean; reason: string } {
  const listings = new Set(entries.map(({ listing }) => listing));
  if (listings.size === 1) {
    const tables = new Set(entries.map(({ chain }) => chain.table));
    const guess = tables.size > 1 ? ' (between two tables this is the best guess that a listing allows)' : '';
    return {
      known: true,
      reason: `Same priority: the chain that was registered last runs first, and the listing is in creation order${guess}.`,
    };
  }
  const engines = new Set(entries.map(({ chain }) => (chain.table.backend === 'iptables-legacy' ? 'legacy' : 'nft')));
  return {
    known: false,
    reason:
      engines.size > 1
        ? 'Same priority: the chain that was registered last runs first, and no dump tells whether the legacy or the nft one was.'
        : 'Same priority: the chain that was registered last runs first, and separate dumps do not tell which one was.',
  };
}

function dispatcherReason(entries: readonly Entry[]): { known: boolean; reason: string } {
  const listings = new Set(entries.map(({ functionListing }) => functionListing));
  const what = 'The NAT dispatcher runs at this priority too, and was registered together with the first nat chain';
  return listings.size === 1
    ? {
        known: true,
        reason: `${what}: whichever was registered last runs first, and the listing is in creation order.`,
      }
    : { known: false, reason: `${what}: separate dumps do not tell whether that was before or after the other chain.` };
}
