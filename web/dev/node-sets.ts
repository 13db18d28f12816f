/** What the symbolic executor says of a node, compared with the tracer packet by packet: for compare-sets.ts. */
import type { Instruction } from '../kernel/action.ts';
import type { HookOrder } from '../kernel/order.ts';
import type { TracePacket } from '../kernel/packet.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { tracePacket } from '../kernel/trace.ts';
import type { SetElement } from '../model/expression.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';
import { BudgetExceeded } from '../packetspace/diagram/budget.ts';
import { FALSE, type Ref } from '../packetspace/diagram/ref.ts';
import { PacketSpace } from '../packetspace/packet-space.ts';
import { inputsOf } from '../packetspace/questions/reach-of.ts';
import { type RuleStatus, ruleStatuses } from '../packetspace/questions/rule-status.ts';
import { lostElements } from '../packetspace/questions/verdict-elements.ts';
import { disagreement, hangsOnMore } from '../packetspace/symbolic/agreement.ts';
import type { Family } from '../packetspace/symbolic/layout.ts';
import { packetCube } from '../packetspace/symbolic/packet-cube.ts';
import type { Part } from '../packetspace/symbolic/space.ts';
import type { Origin } from '../packetspace/symbolic/universe.ts';

const MOST_BRANCHES = 4096;
const LIMITS = { steps: 10_000_000, nodes: 2_000_000 };

/** By family and origin, the packets of each rule, as they came. */
interface Reached {
  readonly come: ReadonlyMap<Rule, Ref>;
  readonly match: ReadonlyMap<Rule, Ref>;
}

export class NodeSets {
  readonly undecided: boolean;
  private readonly space: PacketSpace;
  private readonly statuses: readonly RuleStatus[];
  private readonly reached = new Map<string, Reached>();
  /** Of which it was tried in vain. */
  private readonly tooLarge = new Set<string>();
  /** NAT takes one of several addresses, by a hash that sets do not compute: they have all of them. */
  private readonly chooses: boolean;
  /** NAT takes an address of the node's: the tracer answers each question about it by itself (and about a broken checksum), sets know that it is one address. */
  private readonly takesOwn: boolean;
  private readonly lost: ReadonlyMap<Rule, readonly SetElement[]>;

  /** Executes the node. */
  constructor(ruleset: Ruleset, order: readonly HookOrder[]) {
    const limits = { maxNodes: 4_000_000, milliseconds: 20_000, clock: () => performance.now() };
    this.space = new PacketSpace(ruleset, { order, ...limits });
    this.statuses = ruleStatuses(this.space);
    this.takesOwn = ruleset.rules.some(({ body }) =>
      body.some((each) => each.kind === 'nat' && (each.type === 'redirect' || each.type === 'masquerade')),
    );
    this.lost = new Map(lostElements(this.space).map(({ rule, elements }) => [rule, elements]));
    this.chooses = ruleset.rules.some((rule) => this.space.instructionsOf(rule).some(isChoice));
    this.undecided = this.space.execute().some(({ undecided }) => undecided !== null);
  }

  /** What differs, in words; null: the packet is none that the executor has. Throws BudgetExceeded where sets are too large. */
  compare(packet: TracePacket): string[] | null {
    if (this.undecided || !this.space.families.includes(packet.family)) return null;
    return this.space.family(packet.family).diagrams.within(LIMITS, () => this.differences(packet));
  }

  private differences(packet: TracePacket): string[] | null {
    const { space } = this;
    const { family } = packet;
    const own = space.family(family);
    const cube = packetCube(own.sets, packet, own.plan.conntrack[family]);
    if (cube === null) return null;
    const origin = packet.path === 'output' ? 'sent' : 'received';
    const found: string[] = [];
    const traced = this.trace(packet);
    if ((this.takesOwn || packet.badChecksum) && traced.asked.size > 0) return null;
    const ends = disagreement(own, space.run(family, origin), space.tracer, packet);
    const isWrong = ends && (!this.chooses || ends.missing.length + ends.translations.length > 0);
    if (isWrong) found.push(JSON.stringify(ends));
    const { come, match } = this.reachedOf(family, origin);
    for (const rule of space.ruleset.rules) {
      const told = (what: string, sets: ReadonlyMap<Rule, Ref>, theirs: boolean) => {
        const inside = own.diagrams.andCube(sets.get(rule) ?? FALSE, cube);
        const mine = inside !== FALSE;
        if (mine === theirs || (mine && (this.chooses || traced.cut || hangsOnMore(own, inside, cube, traced.asked))))
          return;
        found.push(`${placeOf(rule)}: ${what} ${mine}, tracer ${theirs}`);
      };
      told('comes to it', come, traced.come.has(rule));
      told('matches it', match, traced.match.has(rule));
      const status = this.statuses[rule.id];
      if ((status === 'never-matches' || status === 'not-reached') && traced.match.has(rule))
        found.push(`${placeOf(rule)}: ${status}, but the packet matches it`);
      if (status === 'not-reached' && traced.come.has(rule))
        found.push(`${placeOf(rule)}: not reached, but the packet comes`);
      for (const element of this.lost.get(rule) ?? [])
        if (traced.elements.get(rule)?.includes(element))
          found.push(`${placeOf(rule)}: an element is said to be lost, but the packet finds it`);
    }
    return found;
  }

  private trace(packet: TracePacket) {
    const come = new Set<Rule>();
    const routing = new AssumedTables(packet, new Set());
    const match = new Set<Rule>();
    // A map's elements are those of every rule that asks it.
    const elements = new Map<Rule, SetElement[]>();
    const finds = (rule: Rule, element: SetElement) =>
      void elements.set(rule, [...(elements.get(rule) ?? []), element]);
    const watch = { finds, comes: (rule: Rule) => void come.add(rule), matches: (rule: Rule) => void match.add(rule) };
    const { cut, asked } = tracePacket(this.space.tracer, packet, { routing, maxBranches: MOST_BRANCHES, watch });
    return { come, match, cut, asked, elements };
  }

  /** All rules at once, as reachOf() has them one by one. */
  private reachedOf(family: Family, origin: Origin): Reached {
    const known = this.reached.get(`${family} ${origin}`);
    if (known) return known;
    if (this.tooLarge.has(`${family} ${origin}`)) throw new BudgetExceeded('steps');
    this.tooLarge.add(`${family} ${origin}`);
    const own = this.space.family(family);
    const [come, match] = [new Map<Rule, Part[]>(), new Map<Rule, Part[]>()];
    const note = (map: Map<Rule, Part[]>, rule: Rule, parts: readonly Part[]) => {
      const list = map.get(rule);
      if (list) list.push(...parts);
      else map.set(rule, [...parts]);
    };
    const run = own.run(origin, {
      everyTime: true,
      reaches: (parts, rule) => note(come, rule, parts),
      steps: (parts, step) => {
        if (step.type === 'rule') note(match, step.rule, parts);
      },
      *roots() {
        for (const map of [come, match]) for (const parts of map.values()) for (const { set } of parts) yield set;
      },
    });
    own.release(run);
    const inputs = (map: ReadonlyMap<Rule, Part[]>) =>
      new Map([...map].map(([rule, parts]) => [rule, inputsOf(own, parts)]));
    const made = { come: inputs(come), match: inputs(match) };
    this.tooLarge.delete(`${family} ${origin}`);
    this.reached.set(`${family} ${origin}`, made);
    return made;
  }
}

function isChoice(instruction: Instruction): boolean {
  if (instruction.kind === 'assign') return instruction.value.kind === 'hash';
  if (instruction.kind !== 'nat') return false;
  const { target } = instruction;
  if (target.kind !== 'fixed') return target.kind === 'unknown';
  const { address } = target.target;
  return address?.kind === 'range' && address.from !== address.to;
}

function placeOf({ chain, index }: Rule): string {
  return `${chain.table.family} ${chain.table.name} ${chain.name} ${index}`;
}
