/**
 * The jump tree below a chain, small enough to draw: a kube-proxy chain with 10,000 jumps becomes a few nodes, each of which stands for a
 * family of chains, so that the weights still add up to all the rules there are.
 */
import type { Jump } from '../model/graph.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { TreeNode } from './answer.ts';
import type { ViewContext } from './context.ts';
import { countPackets, type PacketCounts } from './tree-packets.ts';

/** Deeper than any kernel walks, and a bound for looking up a path. Kernel: nf_tables.h NFT_JUMP_STACK_SIZE is 16. */
const MAX_DEPTH = 200;
/** More children than this are merged by family even where their sizes differ. */
const MANY = 48;
/** More children than this are merged by family even where others stand between them. */
const TOO_MANY = 96;

/** A node that has been opened. Its children are added to it level by level. */
interface Branch {
  readonly jumps: Jump[];
  readonly chain: Chain;
  readonly parent: Branch | null;
  readonly children: Branch[];
  /** The part of its chain's packets that comes over this path. */
  share: number;
}

/**
 * The jump tree below `root`, breadth first until `limit` nodes or `depth` levels. A chain that is already on the path (a loop) is not
 * opened again, nor is a node that stands for several chains. The children of a chain are all there or none is. Neighbouring jumps to
 * chains of one family (same owner, same name up to the last part) and shape merge; where there are many, all of one family do.
 * Cost: the jumps of the opened chains.
 */
export function buildTree(context: ViewContext, root: Chain, depth: number, limit: number): TreeNode {
  const top: Branch = { jumps: [], chain: root, parent: null, children: [], share: 1 };
  let level: Branch[] = [top];
  const order: Branch[] = [top];
  let left = limit;
  for (let d = 0; d < Math.min(depth, MAX_DEPTH) && level.length > 0; d++) {
    const next: Branch[] = [];
    for (const branch of level) {
      const children = openBranch(context, branch, left);
      if (children.length > left) continue;
      left -= children.length;
      for (const child of children) {
        branch.children.push(child);
        order.push(child);
        if (child.jumps.length === 1 && !onPath(branch, child.chain)) next.push(child);
      }
    }
    level = next;
  }
  return sizeTree(context, order);
}

function onPath(branch: Branch, chain: Chain): boolean {
  for (let at: Branch | null = branch; at; at = at.parent) if (at.chain === chain) return true;
  return false;
}

/** The children of a branch, merged until there are few: neighbours of one shape, neighbours of one family, families. */
function openBranch(context: ViewContext, branch: Branch, left: number): Branch[] {
  const jumps = context.analysis.graph.out(branch.chain.id);
  const same = gather(context, branch, jumps, true);
  if (same.length <= Math.min(MANY, left)) return same;
  const neighbours = gather(context, branch, jumps, false);
  if (neighbours.length <= Math.min(TOO_MANY, left)) return neighbours;
  const families = gatherFamilies(context, branch, jumps, (jump, chain) => familyOf(context, jump, chain));
  if (families.length <= left) return families;
  // Thousands of chains, and no two names alike: by owner.
  return gatherFamilies(context, branch, jumps, (jump, chain) => ownersOf(context, jump, chain));
}

function gather(context: ViewContext, parent: Branch, jumps: readonly Jump[], sameShape: boolean): Branch[] {
  const children: Branch[] = [];
  let family = '';
  for (const jump of jumps) {
    const chain = chainAt(context, jump);
    const own = familyOf(context, jump, chain);
    const last = children.at(-1);
    if (last && own === family && (!sameShape || shapesAgree(context, last.chain, chain))) last.jumps.push(jump);
    else children.push({ jumps: [jump], chain, parent, children: [], share: 1 });
    family = own;
  }
  return children;
}

/** A family stands where its first member does. */
function gatherFamilies(
  context: ViewContext,
  parent: Branch,
  jumps: readonly Jump[],
  keyOf: (jump: Jump, chain: Chain) => string,
): Branch[] {
  const families = new Map<string, Branch>();
  for (const jump of jumps) {
    const chain = chainAt(context, jump);
    const key = keyOf(jump, chain);
    const found = families.get(key);
    if (found) found.jumps.push(jump);
    else families.set(key, { jumps: [jump], chain, parent, children: [], share: 1 });
  }
  return [...families.values()];
}

function chainAt(context: ViewContext, jump: Jump): Chain {
  return context.analysis.ruleset.chains[jump.to] as Chain;
}

function shapesAgree(context: ViewContext, a: Chain, b: Chain): boolean {
  const { graph } = context.analysis;
  return a !== b && a.rules.length === b.rules.length && graph.rulesFrom(a.id) === graph.rulesFrom(b.id);
}

function familyOf(context: ViewContext, jump: Jump, chain: Chain): string {
  return `${ownersOf(context, jump, chain)} ${nameStem(chain.name)}`;
}

/** Also of the rule that jumps: a segment's chains stay with it. */
function ownersOf(context: ViewContext, jump: Jump, chain: Chain): string {
  const rule = context.analysis.ruleset.rules[jump.rule] as Rule;
  return `${context.ownerOfRule(rule)} ${context.ownerOfChain(chain)}`;
}

/**
 * What a name has in common with those of its family: `KUBE-SVC` of `KUBE-SVC-ERIFXISQEP7F7OF4`, `cali-tw` of `cali-tw-cali1234`,
 * `service` of `service-TAO5FKKM-shop/frontend/tcp/http`. Names without such a part are their own stem.
 *
 * Assumption: a part of five or more characters with a digit or without any lower-case letter is made by a program; names like
 * `DOCKER-ISOLATION-STAGE-1` have none behind the first.
 */
export function nameStem(name: string): string {
  for (let at = name.indexOf('-'); at > 0; at = name.indexOf('-', at + 1)) {
    const next = name.indexOf('-', at + 1);
    const part = name.slice(at + 1, next === -1 ? name.length : next);
    if (isMade(part)) return name.slice(0, at);
  }
  return name;
}

function isMade(part: string): boolean {
  if (part.length < 5) return false;
  return /\d/.test(part) || part.startsWith('_') || (part.length >= 8 && /^[A-Z]+$/.test(part) && !WORDS.has(part));
}

/** Upper-case words of that length in the names of chains that programs make once. */
const WORDS: ReadonlySet<string> = new Set([
  'SERVICES',
  'NODEPORTS',
  'POSTROUTING',
  'PREROUTING',
  'FIREWALL',
  'EXTERNAL',
  'ISOLATION',
  'HOSTPORT',
  'LOADBALANCER',
]);

/** From the leaves up, without recursion: `order` has every branch after its parent. */
function sizeTree(context: ViewContext, order: readonly Branch[]): TreeNode {
  const made = new Map<Branch, TreeNode>();
  const counts = countPackets(context);
  for (const branch of order) {
    const [jump] = branch.jumps;
    if (branch.parent && jump) branch.share = branch.parent.share * counts.share(jump);
  }
  for (let at = order.length - 1; at >= 0; at--) {
    const branch = order[at] as Branch;
    made.set(branch, sizeBranch(context, branch, made, counts));
  }
  return made.get(order[0] as Branch) as TreeNode;
}

function sizeBranch(
  context: ViewContext,
  branch: Branch,
  made: ReadonlyMap<Branch, TreeNode>,
  counts: PacketCounts,
): TreeNode {
  const { graph } = context.analysis;
  const { chain, jumps } = branch;
  const first = jumps[0];
  let rules = chain.rules.length;
  let uneven = false;
  let weight = jumps.length === 0 ? graph.rulesFrom(chain.id) : 0;
  let evaluations = graph.worstCase(chain.id);
  let packets = jumps.length === 0 ? counts.from(chain.id) : 0;
  for (const jump of jumps) {
    packets += counts.from(jump.to) * (branch.parent?.share ?? 1) * counts.share(jump);
    const count = chainAt(context, jump).rules.length;
    uneven ||= count !== rules;
    rules = Math.min(rules, count);
    weight += graph.rulesFrom(jump.to);
    evaluations = Math.max(evaluations, graph.worstCase(jump.to));
  }
  return {
    chain: chain.id,
    name: chain.name,
    owner: context.ownerOfChain(chain),
    rule: first ? first.rule : null,
    goto: first ? first.goto : false,
    rules,
    weight,
    evaluations,
    packets: Math.round(packets),
    children: branch.children.map((child) => made.get(child) as TreeNode),
    merged: Math.max(1, jumps.length),
    ...(uneven ? { uneven: true as const } : {}),
  };
}
