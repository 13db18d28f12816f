/** The chains below a chain with all their jumps, as columns (layout/call-tree.ts): linear in the dump, however many call paths there are. */
import type { CallTree, TreeMeasure } from '../layout/call-tree.ts';
import { jumpsTaken } from '../model/jumps-taken.ts';
import { ruleCounter } from '../model/rule.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { ViewContext } from './context.ts';

/** Cost: linear in the chains and jumps below `root`; by evaluations or packets also in their rules. */
export function buildTree(context: ViewContext, root: Chain, measure: TreeMeasure): CallTree {
  const { chains, numbers } = chainsBelow(context, root);
  const jumps = jumpsOf(context, chains, numbers);
  const columns = { ...describe(context, chains), ...jumps };
  const size = chains.length;
  const own = new Float64Array(size);
  for (let number = 0; number < size; number++) own[number] = ownSize(chains[number] as Chain, measure);
  const share = new Float64Array(jumps.targets.length).fill(1);
  if (measure === 'packets') sharePackets(context, chains, numbers, jumps, share);
  // Deciding what a packet meets at most needs the sizes of what is called: callees come first, and with them what leads back.
  const total = new Float64Array(size);
  const done = new Uint8Array(size);
  for (const number of calleesFirst(size, jumps)) {
    for (let jump = jumps.starts[number] as number; jump < (jumps.starts[number + 1] as number); jump++) {
      if (done[jumps.targets[jump] as number] === 0) share[jump] = 0;
    }
    if (measure === 'evaluations') keepCostliest(chains[number] as Chain, number, jumps, total, share);
    let sum = own[number] as number;
    for (let jump = jumps.starts[number] as number; jump < (jumps.starts[number + 1] as number); jump++) {
      sum += (share[jump] as number) * (total[jumps.targets[jump] as number] as number);
    }
    total[number] = sum;
    done[number] = 1;
  }
  return { measure, ...columns, own, total, ahead: aheadOf(chains, jumps, measure), share };
}

/** By jump, grouped by the chain that jumps. */
interface Jumps {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  readonly at: Int32Array;
  readonly gotos: Uint8Array;
}

function chainsBelow(
  { analysis }: ViewContext,
  root: Chain,
): { readonly chains: Chain[]; readonly numbers: Int32Array } {
  const { ruleset, graph } = analysis;
  const { columns, outgoing } = graph;
  const numbers = new Int32Array(ruleset.chains.length).fill(-1);
  const chains: Chain[] = [root];
  numbers[root.id] = 0;
  for (let next = 0; next < chains.length; next++) {
    const { id } = chains[next] as Chain;
    const end = outgoing.starts[id + 1] as number;
    for (let item = outgoing.starts[id] as number; item < end; item++) {
      const to = columns.to[outgoing.items[item] as number] as number;
      if (numbers[to] !== -1) continue;
      numbers[to] = chains.length;
      chains.push(ruleset.chains[to] as Chain);
    }
  }
  return { chains, numbers };
}

function jumpsOf({ analysis }: ViewContext, chains: readonly Chain[], numbers: Int32Array): Jumps {
  const { columns, outgoing } = analysis.graph;
  const starts = new Int32Array(chains.length + 1);
  for (let number = 0; number < chains.length; number++) {
    const { id } = chains[number] as Chain;
    const count = (outgoing.starts[id + 1] as number) - (outgoing.starts[id] as number);
    starts[number + 1] = (starts[number] as number) + count;
  }
  const count = starts[chains.length] as number;
  const targets = new Int32Array(count);
  const at = new Int32Array(count);
  const gotos = new Uint8Array(count);
  let jump = 0;
  for (const { id, rules } of chains) {
    const end = outgoing.starts[id + 1] as number;
    // The rules of a chain are numbered one after the other (model/link.ts).
    const before = (rules[0]?.id ?? 0) - 1;
    for (let item = outgoing.starts[id] as number; item < end; item++, jump++) {
      const one = outgoing.items[item] as number;
      targets[jump] = numbers[columns.to[one] as number] as number;
      at[jump] = (columns.rule[one] as number) - before;
      gotos[jump] = columns.goto[one] as number;
    }
  }
  return { starts, targets, at, gotos };
}

function describe(
  context: ViewContext,
  chains: readonly Chain[],
): Pick<CallTree, 'chains' | 'names' | 'nameEnds' | 'ownerIds' | 'owners' | 'rules'> {
  const size = chains.length;
  const columns = {
    chains: new Int32Array(size),
    nameEnds: new Int32Array(size),
    owners: new Uint16Array(size),
    rules: new Int32Array(size),
  };
  const ids = new Map<OwnerId, number>();
  let names = '';
  for (let number = 0; number < size; number++) {
    const chain = chains[number] as Chain;
    const owner = context.ownerOfChain(chain);
    let known = ids.get(owner);
    if (known === undefined) {
      known = ids.size;
      ids.set(owner, known);
    }
    names += chain.name;
    columns.chains[number] = chain.id;
    columns.nameEnds[number] = names.length;
    columns.owners[number] = known;
    columns.rules[number] = chain.rules.length;
  }
  return { ...columns, names, ownerIds: [...ids.keys()] };
}

const packetsOf = (rule: Rule | undefined): number => (rule ? (ruleCounter(rule)?.packets ?? 0) : 0);

function ownSize({ rules }: Chain, measure: TreeMeasure): number {
  if (measure !== 'packets') return rules.length;
  let sum = 0;
  for (const rule of rules) sum += packetsOf(rule);
  return sum;
}

function aheadOf(chains: readonly Chain[], { starts, at }: Jumps, measure: TreeMeasure): Float64Array {
  if (measure !== 'packets') return Float64Array.from(at);
  const ahead = new Float64Array(at.length);
  chains.forEach(({ rules }, number) => {
    let counted = 0;
    let index = 0;
    for (let jump = starts[number] as number; jump < (starts[number + 1] as number); jump++) {
      for (; index < (at[jump] as number); index++) counted += packetsOf(rules[index]);
      ahead[jump] = counted;
    }
  });
  return ahead;
}

/** A dump counts a chain once, whoever called it: each jump gets the share of its rule's packets, of all that lead there in the dump. */
function sharePackets(
  { analysis }: ViewContext,
  chains: readonly Chain[],
  numbers: Int32Array,
  { starts, targets, at }: Jumps,
  share: Float64Array,
): void {
  const { ruleset, graph } = analysis;
  const { rule, to } = graph.columns;
  const packets = new Float64Array(chains.length);
  const jumps = new Float64Array(chains.length);
  for (let one = 0; one < to.length; one++) {
    const target = numbers[to[one] as number] as number;
    if (target === -1) continue;
    packets[target] = (packets[target] as number) + packetsOf(ruleset.rules[rule[one] as number]);
    jumps[target] = (jumps[target] as number) + 1;
  }
  for (let number = 0; number < chains.length; number++) {
    const { rules } = chains[number] as Chain;
    for (let jump = starts[number] as number; jump < (starts[number + 1] as number); jump++) {
      const target = targets[jump] as number;
      const all = packets[target] as number;
      share[jump] = all === 0 ? 1 / (jumps[target] as number) : packetsOf(rules[(at[jump] as number) - 1]) / all;
    }
  }
}

/** A packet takes some of the jumps at most (model/jumps-taken.ts): the others have no share. */
function keepCostliest(
  { rules }: Chain,
  number: number,
  { starts, targets, at }: Jumps,
  total: Float64Array,
  share: Float64Array,
): void {
  const first = starts[number] as number;
  const count = (starts[number + 1] as number) - first;
  const costOf = (jump: number): number =>
    (share[first + jump] as number) * (total[targets[first + jump] as number] as number);
  const taken = new Set(jumpsTaken(rules, { count, ruleOf: (jump) => (at[first + jump] as number) - 1, costOf }));
  for (let jump = 0; jump < count; jump++) if (!taken.has(jump)) share[first + jump] = 0;
}

/** Numbers so that a chain comes after all that it calls, loops cut anywhere. */
function calleesFirst(size: number, { starts, targets }: Jumps): Int32Array {
  const order = new Int32Array(size);
  const next = starts.slice(0, size);
  const met = new Uint8Array(size);
  const stack = new Int32Array(size);
  let [depth, count] = [1, 0];
  met[0] = 1;
  while (depth > 0) {
    const number = stack[depth - 1] as number;
    const jump = next[number] as number;
    if (jump === starts[number + 1]) {
      order[count++] = number;
      depth--;
      continue;
    }
    next[number] = jump + 1;
    const target = targets[jump] as number;
    if (met[target] === 1) continue;
    met[target] = 1;
    stack[depth++] = target;
  }
  return order;
}
