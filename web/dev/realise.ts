/**
 * A node with its base chains in a given order, as texts that the kernel's tools load: rules in the order of the chains that stand in it, priorities of nft's
 * chains so that they run in their places. Whether that came out is read back from the texts.
 */
import { loadedNode } from '../cli/trace-case.ts';
import { dispatcherPriority, type HookOrder } from '../kernel/order.ts';
import { Plan, type Station } from '../kernel/plan.ts';
import { HOOKS } from '../model/hook.ts';
import type { Chain, Ruleset, Table } from '../model/ruleset.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';

export interface LoadableText {
  readonly format: string;
  readonly text: string;
  readonly family?: number;
}

export interface Realised {
  readonly rulesets: readonly LoadableText[];
  /** The texts as they are read. */
  readonly ruleset: Ruleset;
  readonly order: readonly HookOrder[];
}

/** null: no text loads like this, or not all can be printed. */
export function realise(
  ruleset: Ruleset,
  order: readonly HookOrder[],
  ipset: string | null,
  v6: boolean,
): Realised | null {
  const wanted = stationsOf(new Plan(ruleset, order));
  for (const numbers of [keptPriorities, placePriorities, ownPriorities]) {
    const pieces = piecesOf(ruleset, tablesInOrder(ruleset, order, numbers));
    for (const rulesets of permutations(pieces)) {
      const read = loadedNode(rulesets, ipset, v6);
      if (stationsOf(new Plan(read.ruleset, read.order)) === wanted) return { rulesets, ...read };
    }
  }
  return null;
}

/** What the kernel runs at each hook, for comparing. */
function stationsOf(plan: Plan): string {
  const name = ({ chain }: { readonly chain: Chain }) => `${chain.table.family} ${chain.table.name} ${chain.name}`;
  const words = (station: Station): string => {
    switch (station.kind) {
      case 'chain':
        return name(station.chain);
      case 'nat':
        return `nat(${station.chains.map(name).join(', ')})`;
      default:
        return station.kind;
    }
  };
  return (['ip', 'ip6'] as const)
    .flatMap((family) => HOOKS.map((hook) => `${family} ${hook}: ${plan.ip(hook, family).map(words).join('; ')}`))
    .join('\n');
}

// Tables -----------------------------------------------------------------------------------------------------------------------

/** The priorities of a hook's chains that are to have another. */
type Numbers = (hook: HookOrder) => ReadonlyMap<Chain, number>;

function tablesInOrder(ruleset: Ruleset, order: readonly HookOrder[], numbers: Numbers): Table[] {
  const changed = new Map<string, Chain>();
  const keyOf = ({ table, name }: Chain) => `${table.id} ${name}`;
  for (const hook of order) {
    const priorities = hook.stack === 'l3' ? numbers(hook) : new Map<Chain, number>();
    for (const { chain } of hook.chains) {
      const priority = priorities.get(chain);
      changed.set(keyOf(chain), priority === undefined ? chain : withPriority(chain, priority));
    }
  }
  return ruleset.tables.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => changed.get(keyOf(chain)) ?? chain),
  }));
}

function withPriority(chain: Chain, priority: number): Chain {
  if (!chain.base || chain.base.priority === priority) return chain;
  return { ...chain, base: { ...chain.base, priority, prioritySpelled: null } };
}

const keptPriorities: Numbers = () => new Map();

/** Those of the places that the chains stand in. */
const placePriorities: Numbers = ({ chains }) =>
  new Map(
    chains.flatMap(({ chain, dispatcher, effectivePriority }) =>
      dispatcher || isFixed(chain) ? [] : [[chain, effectivePriority]],
    ),
  );

/** Chains of iptables have their table's priority. */
function isFixed({ table }: Chain): boolean {
  return table.listing === 'iptables';
}

/** Kernel: NF_IP_PRI_CONNTRACK: nat chains come after it. */
const CONNTRACK = -200;

/** Each its own number, as near to its place's as the others let it. Nat chains run together, where the first of them stands. */
const ownPriorities: Numbers = ({ hook, chains }) => {
  const nat = chains.filter(({ dispatcher }) => dispatcher);
  const slots = chains.filter((each) => !each.dispatcher || each === nat[0]);
  const fixed = ({ chain, dispatcher }: (typeof slots)[number]) =>
    dispatcher ? dispatcherPriority(hook) : isFixed(chain) ? (chain.base?.priority ?? 0) : null;
  const most: number[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (let i = slots.length - 1; i >= 0; i--) {
    const own = fixed(slots[i] as (typeof slots)[number]);
    next = own ?? next - 1;
    most[i] = next;
  }
  const found = new Map<Chain, number>();
  let last = Number.NEGATIVE_INFINITY;
  slots.forEach((slot, i) => {
    last = fixed(slot) ?? Math.min(Math.max(slot.effectivePriority, last + 1), most[i] as number);
    if (!slot.dispatcher) found.set(slot.chain, last);
  });
  let lastNat = CONNTRACK;
  for (const { chain } of nat) {
    lastNat = isFixed(chain) ? (chain.base?.priority ?? 0) : Math.max(chain.base?.priority ?? 0, lastNat + 1);
    found.set(chain, lastNat);
  }
  return found;
};

// Texts ------------------------------------------------------------------------------------------------------------------------

function piecesOf(ruleset: Ruleset, tables: readonly Table[]): LoadableText[] {
  const groups = new Map<string, Table[]>();
  for (const table of tables) {
    const tool = table.family === 'ip6' ? 'ip6tables' : 'iptables';
    const format =
      table.listing === 'nft' ? 'nft' : `${tool}-${table.backend === 'iptables-legacy' ? 'legacy' : 'nft'}`;
    const known = groups.get(format);
    if (known) known.push(table);
    else groups.set(format, [table]);
  }
  return [...groups].map(([format, own]) => {
    const part = { ...ruleset, dumps: [], tables: own };
    if (format === 'nft') return { format, text: printNft({ tables: own }).text };
    return { format, text: printIptablesSave(part).text, family: format.startsWith('ip6') ? 6 : 4 };
  });
}

/** As they are first. */
function* permutations<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length <= 1) {
    yield [...items];
    return;
  }
  for (const [i, item] of items.entries()) {
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [item, ...rest];
  }
}
