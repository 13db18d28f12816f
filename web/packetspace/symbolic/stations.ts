/** The kernel's own stations on the way of sets: connection tracking, NAT's dispatcher, routing. As trace-stations.ts and trace-routes.ts do it for one packet. */
import { STATUS } from '../../kernel/conntrack.ts';
import type { HookSite, LostReason, Manip } from '../../kernel/domain.ts';
import { CT_STATUS, TTL } from '../../kernel/fields.ts';
import type { Plan } from '../../kernel/plan.ts';
import { assignBits } from '../diagram/assign.ts';
import type { Cube } from '../diagram/cube.ts';
import type { Field } from '../diagram/field.ts';
import { projectField } from '../diagram/project.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import type { Assignments } from './assignments.ts';
import type { BitField, Wide } from './bit-field.ts';
import type { Frames } from './frames.ts';
import { CLASS } from './layout.ts';
import { LOOPBACK } from './names.ts';
import type { PacketSets } from './packet-sets.ts';
import { joinParts, type Part, part } from './space.ts';
import type { View, Views } from './view.ts';

/** New destinations that are compared with the packet's own addresses. */
const MOST_DESTINATIONS = 64;

/** Kernel: ip_mc_validate_source(): who has no address yet may ask all, and the groups of the link. */
const ASKED_BY_NOBODY: readonly (readonly [number, number])[] = [
  [0xe0000000, 0xe00000ff],
  [0xffffffff, 0xffffffff],
];

export interface Split {
  readonly yes: readonly Part[];
  readonly no: readonly Part[];
}

/** Those that have left, and why. */
export interface Lost {
  readonly why: LostReason;
  readonly part: Part;
}

export class Stations {
  constructor(
    private readonly sets: PacketSets,
    private readonly views: Views,
    private readonly assignments: Assignments,
    private readonly frames: Frames,
    private readonly plan: Plan,
  ) {}

  // ------------------------------------------------------------------------------------------------------ connection tracking

  enterHook(given: readonly Part[], { hook }: HookSite): readonly Part[] {
    const parts = this.marked(given);
    if (hook !== 'egress') return parts;
    return this.viewed(parts, (view) => this.views.with(view, { iif: 'none', egress: true }));
  }

  /** Parts that differ in their marks only, as one: what the views say of these gets variables. */
  private marked(parts: readonly Part[]): readonly Part[] {
    const groups = new Map<string, Part[]>();
    for (const each of parts) {
      const key = `${this.views.with(each.view, { markMask: 0, markValue: 0 }).id} ${each.frame}`;
      const group = groups.get(key);
      if (group) group.push(each);
      else groups.set(key, [each]);
    }
    if (groups.size === parts.length || parts.some((each) => this.frames.isLoose(each))) return parts;
    return [...groups.values()].flatMap((group) =>
      group.length === 1
        ? group
        : joinParts(
            this.sets.diagrams,
            group.map((each) => this.assignments.materialised(each)),
          ),
    );
  }

  track(parts: readonly Part[]): readonly Part[] {
    return parts.map((each) => this.tracked(this.withoutTemplate(each)));
  }

  private withoutTemplate(given: Part): Part {
    const template = this.sets.template(given.view);
    if (template === FALSE) return given;
    const { diagrams, layout } = this.sets;
    const marked = diagrams.and(given.set, template);
    const variable = layout.templateOf(given.view);
    if (marked === FALSE || variable === null) return given;
    const cleared = diagrams.exists(
      diagrams.exists(marked, this.assignments.single(variable)),
      layout.stateOf(given.view).set,
    );
    const fresh = diagrams.andAll([cleared, not(template), this.sets.state('invalid', given.view)]);
    return { ...given, set: diagrams.or(diagrams.diff(given.set, template), fresh) };
  }

  private tracked(given: Part): Part {
    const { diagrams, layout } = this.sets;
    const { view } = given;
    const open = this.sets.state('invalid', view);
    const fresh = diagrams.and(given.set, open);
    if (fresh === FALSE) return given;
    const settled = diagrams.diff(given.set, open);
    let attached = diagrams.and(diagrams.exists(fresh, layout.stateOf(view).set), this.stateByClass(view));
    const status = layout.nowOf(CT_STATUS, view);
    if (status && status.mask !== 0n) {
      const forgotten = diagrams.exists(attached, this.assignments.variablesOf(status));
      attached = diagrams.and(forgotten, this.statusByClass(status));
    }
    return { ...given, set: diagrams.or(settled, attached) };
  }

  private stateByClass(view: View): Ref {
    const states = {
      new: 'new',
      original: 'established',
      reply: 'established',
      related: 'related',
      invalid: 'invalid',
      untracked: 'untracked',
    } as const;
    const { diagrams } = this.sets;
    return this.sets.once(`state by class ${view.framed}`, () =>
      diagrams.orAll(
        (Object.keys(CLASS) as (keyof typeof CLASS)[]).map((name) =>
          diagrams.and(this.sets.class(name), this.sets.state(states[name], view)),
        ),
      ),
    );
  }

  /** Of a connection that is known already. */
  private statusByClass(now: BitField): Ref {
    const { diagrams } = this.sets;
    return this.sets.once(`status by class ${now.name}`, () => {
      const known = diagrams.orAll([
        this.sets.class('original'),
        this.sets.class('reply'),
        diagrams.and(this.sets.class('related'), this.sets.icmp()),
      ]);
      const bits = STATUS.seenReply | STATUS.assured | STATUS.confirmed;
      const value = (status: number) => now.in(diagrams, { kind: 'numbers', ranges: [status, status] }, now.mask);
      return diagrams.ite(known, value(Number(BigInt(bits) & now.mask)), value(0));
    });
  }

  confirm(parts: readonly Part[]): readonly Part[] {
    const { diagrams, layout } = this.sets;
    return parts.map((each) => {
      const variable = layout.nowOf(CT_STATUS, each.view)?.variables[Math.log2(STATUS.confirmed)] ?? -1;
      if (variable < 0) return each;
      const mine = diagrams.diff(this.sets.entry(each.view), this.sets.template(each.view));
      const inside = diagrams.and(each.set, mine);
      if (inside === FALSE) return each;
      const confirmed = diagrams.and(
        diagrams.exists(inside, this.assignments.single(variable)),
        diagrams.variable(variable),
      );
      return { ...each, set: diagrams.or(diagrams.diff(each.set, inside), confirmed) };
    });
  }

  // ---------------------------------------------------------------------------------------------------------------------- NAT

  needsMapping(parts: readonly Part[], manip: Manip): Split {
    const { diagrams } = this.sets;
    const yes: Part[] = [];
    const no: Part[] = [];
    const arrived = this.arrived(parts, manip);
    for (const each of arrived) {
      if (manip === 'dst' ? each.view.dnat : each.view.snat) {
        no.push(each);
        continue;
      }
      // Behind the first of the nat chains: all of them are.
      if (this.frames.isLoose(each)) {
        yes.push(each);
        continue;
      }
      const opening = this.opening(each.view);
      const inside = diagrams.and(each.set, opening);
      if (inside !== FALSE) yes.push({ ...each, set: inside });
      if (inside !== each.set) no.push({ ...each, set: diagrams.diff(each.set, opening) });
    }
    return { yes, no };
  }

  /** On their way in, not between two chains: marks as variables, so that the same chains get the same packets wherever these come from. */
  private arrived(parts: readonly Part[], manip: Manip): readonly Part[] {
    if (parts.some((each) => (manip === 'dst' ? each.view.dnat : each.view.snat) || this.frames.isLoose(each)))
      return parts;
    const plain = manip === 'dst' ? parts.map((each) => this.assignments.materialised(each)) : this.marked(parts);
    return joinParts(this.sets.diagrams, plain);
  }

  /** The packets of connections that may get a mapping. */
  private opening(view: View): Ref {
    const { diagrams } = this.sets;
    return this.sets.once(`opening ${view.framed}`, () => {
      const related = diagrams.diff(this.sets.state('related', view), this.sets.icmp());
      return diagrams.diff(diagrams.or(this.sets.state('new', view), related), this.sets.template(view));
    });
  }

  /** Nothing is mapped any more: packets that need no mapping are as if they had one. */
  translate(parts: readonly Part[], manip: Manip): readonly Part[] {
    const done = this.viewed(parts, (view) => this.views.with(view, manip === 'dst' ? { dnat: true } : { snat: true }));
    // Before they are joined, so that frames stay few.
    const tight = done
      .map((each) => (manip === 'dst' ? this.frames.frame(each) : this.frames.tight(each)))
      .filter(({ set }) => set !== FALSE);
    return joinParts(this.sets.diagrams, tight);
  }

  // ------------------------------------------------------------------------------------------------------------------- routing

  /** The devices with chains of their own, each with its packets. */
  byDevice(parts: readonly Part[], side: 'in' | 'out'): { device: string; parts: readonly Part[] }[] {
    const hook = side === 'in' ? 'ingress' : 'egress';
    const devices = new Set(
      this.plan.order.flatMap((one) =>
        one.stack === 'netdev' && one.hook === hook && one.device !== null ? [one.device] : [],
      ),
    );
    if (devices.size === 0) return [{ device: '', parts }];
    const { layout, diagrams } = this.sets;
    const which = side === 'in' ? 'iif' : 'oif';
    const found: { device: string; parts: readonly Part[] }[] = [];
    layout.atoms.atoms.forEach(({ name }, code) => {
      const own = parts.flatMap((each) => {
        const device = each.view[which];
        if (device === 'open') return name === '' || name === 'lo' ? [] : [each];
        if (device !== 'packet') return (device === 'none' ? '' : 'lo') === name ? [each] : [];
        const inside = diagrams.and(each.set, this.sets.interface(layout[which], [code]));
        return inside === FALSE ? [] : [{ ...each, set: inside }];
      });
      if (own.length > 0) found.push({ device: name, parts: own });
    });
    return found;
  }

  routeIn(parts: readonly Part[]): { local: readonly Part[]; forward: readonly Part[]; lost: readonly Lost[] } {
    const { diagrams, layout } = this.sets;
    const local: Part[] = [];
    const forward: Part[] = [];
    const lost: Lost[] = [];
    for (const each of parts) {
      const { view } = each;
      if (view.iif === 'lo') {
        local.push(each);
        continue;
      }
      const going = this.withoutMartians(each, lost);
      const field = this.sets.address(layout.daddr, view.daddr);
      const mine = view.chosenDestination
        ? TRUE
        : diagrams.or(this.sets.taken(field), view.daddr ? this.backToItself(each) : this.sets.destinationLocal(view));
      const here = diagrams.and(going, mine);
      const out = diagrams.diff(going, mine);
      if (here !== FALSE) local.push({ ...each, set: here });
      if (out !== FALSE) forward.push(part(this.views.with(view, { oif: 'packet' }), each.frame, out));
    }
    return { local, forward, lost };
  }

  /**
   * Kernel: __icmp_send() answers what came to the node from where it is going now; where rules have written an address there that is nobody's, no answer goes out
   * [reject-rewritten].
   */
  answered(parts: readonly Part[]): Split {
    const { diagrams, layout } = this.sets;
    if (layout.family === 'ip6') return { yes: parts, no: [] };
    const yes: Part[] = [];
    const no: Part[] = [];
    for (const each of parts) {
      const { view, set } = each;
      const isSure = !view.daddr || view.framed || view.chosenDestination;
      const mine = isSure ? TRUE : diagrams.or(this.sets.taken(layout.daddr.moved), this.backToItself(each));
      const here = diagrams.and(set, mine);
      if (here !== FALSE) yes.push({ ...each, set: here });
      if (here !== set) no.push({ ...each, set: diagrams.diff(set, mine) });
    }
    return { yes, no };
  }

  /**
   * Packets whose new destination is an address that is the node's because of the way they take: their own destination (received), their source (sent).
   * Behind a frame, where there are thousands of new destinations, that is not looked for.
   */
  private backToItself({ view, set }: Part): Ref {
    if (view.framed || view.chosenDestination) return FALSE;
    const { diagrams, layout } = this.sets;
    const { moved, input } = layout.daddr;
    const { intervals, more } = projectField(diagrams, set, moved.field as Field, MOST_DESTINATIONS);
    if (more) return FALSE;
    const single = intervals.map((each) => moved.valuesOf(each)).flatMap(({ low, high }) => valuesOf(low, high));
    if (single.length > MOST_DESTINATIONS) return FALSE;
    const is = (field: BitField, value: Wide) => diagrams.cube(field.cube(value, null) as Cube);
    const sent = view.own || view.round > 0;
    const to = diagrams.orAll(single.map((value) => diagrams.and(is(moved, value), is(input, value))));
    if (!sent) return diagrams.and(to, diagrams.variable(layout.local));
    const source = layout.saddr.input;
    const from = diagrams.orAll(single.map((value) => diagrams.and(is(moved, value), is(source, value))));
    return diagrams.ite(to, this.sets.interface(layout.oif, [LOOPBACK]), from);
  }

  /** Kernel: ip_route_input_slow(), fib_validate_source(). */
  private withoutMartians(each: Part, lost: Lost[]): Ref {
    const { diagrams, layout } = this.sets;
    if (layout.family === 'ip6') return each.set;
    const { view } = each;
    const to = this.sets.address(layout.daddr, view.daddr);
    const from = this.sets.address(layout.saddr, view.saddr);
    const destination = this.sets.once(`no places ${from.name} ${to.name}`, () =>
      diagrams.or(
        this.sets.kind(to, 'loopback'),
        diagrams.diff(this.sets.addresses(to, [[0, 0]]), this.sets.addresses(from, [[0, 0]])),
      ),
    );
    const { chosenDestination } = view;
    const source = this.sets.once(`martians ${from.name} ${to.name} ${chosenDestination}`, () => {
      const everybody = chosenDestination ? FALSE : this.sets.addresses(to, ASKED_BY_NOBODY);
      return diagrams.orAll([
        this.sets.kind(from, 'loopback'),
        this.sets.kind(from, 'multicast'),
        this.sets.addresses(from, [[0xffffffff, 0xffffffff]]),
        diagrams.diff(this.sets.addresses(from, [[0, 0]]), everybody),
        this.sets.known(from),
      ]);
    });
    // What the node chose is one of its own, and no loopback address.
    const noPlace = view.chosenDestination ? FALSE : diagrams.and(each.set, destination);
    if (noPlace !== FALSE) lost.push({ why: 'martian-destination', part: { ...each, set: noPlace } });
    const rest = view.chosenDestination ? each.set : diagrams.diff(each.set, destination);
    const strange = diagrams.and(rest, diagrams.or(source, this.fromItsDestination(each)));
    if (strange !== FALSE) lost.push({ why: 'martian-source', part: { ...each, set: strange } });
    return diagrams.diff(rest, strange);
  }

  /** A rule wrote the address there that the packet came to: one of the node's. As backToItself, where there are few of them. */
  private fromItsDestination({ view, set }: Part): Ref {
    if (!view.saddr || view.framed || view.chosenSource) return FALSE;
    const { diagrams, layout } = this.sets;
    const { moved } = layout.saddr;
    const { intervals, more } = projectField(diagrams, set, moved.field as Field, MOST_DESTINATIONS);
    if (more) return FALSE;
    const single = intervals.map((each) => moved.valuesOf(each)).flatMap(({ low, high }) => valuesOf(low, high));
    if (single.length > MOST_DESTINATIONS) return FALSE;
    const is = (field: BitField, value: Wide) => diagrams.cube(field.cube(value, null) as Cube);
    const same = single.map((value) => diagrams.and(is(moved, value), is(layout.daddr.input, value)));
    return diagrams.and(diagrams.orAll(same), diagrams.variable(layout.local));
  }

  beforeForward(parts: readonly Part[]): { going: readonly Part[]; lost: readonly Lost[] } {
    const lost: Lost[] = [];
    const going = parts.flatMap((each) => {
      const living = this.aged(each, lost);
      return living ? this.forwardable(living, lost) : [];
    });
    return { going, lost };
  }

  private aged(each: Part, lost: Lost[]): Part | null {
    const ttl = this.sets.layout.nowOf(TTL, each.view);
    if (!ttl?.field) return each;
    const { diagrams } = this.sets;
    if (!ttl.isFull) return each;
    const old = ttl.in(diagrams, { kind: 'numbers', ranges: [0, 1] }, null);
    const dying = diagrams.and(each.set, old);
    if (dying !== FALSE) lost.push({ why: 'ttl', part: { ...each, set: dying } });
    const living = diagrams.diff(each.set, old);
    if (living === FALSE) return null;
    // One less: a bit turns where all below it are zero.
    let below: Ref = TRUE;
    const values = Array.from(ttl.variables, (variable) => {
      const bit = diagrams.variable(variable);
      const value = diagrams.xor(bit, below);
      below = diagrams.diff(below, bit);
      return { variable, value };
    });
    return { ...each, set: assignBits(diagrams, living, values) };
  }

  /** Kernel: ip_forward(), ip6_forward(): what came to all, or to a group, goes no further; IPv6 looks at the source, too. */
  private forwardable(each: Part, lost: Lost[]): Part[] {
    const { diagrams, layout } = this.sets;
    const from = this.sets.address(layout.saddr, each.view.saddr);
    const odd = this.sets.once(`not forwarded ${from.name} ${each.view.round}`, () => {
      if (layout.family === 'ip') return this.toMany(each.view);
      return diagrams.orAll([
        this.toMany(each.view),
        this.sets.addresses(from, [
          [0n, 1n],
          [0x3fan << 118n, (0x3fan << 118n) | ((1n << 118n) - 1n)],
        ]),
        this.sets.kind(from, 'multicast'),
      ]);
    });
    const staying = diagrams.and(each.set, odd);
    if (staying !== FALSE) lost.push({ why: 'not-forwarded', part: { ...each, set: staying } });
    const going = diagrams.diff(each.set, odd);
    return going === FALSE ? [] : [{ ...each, set: going }];
  }

  /** As they came: by Ethernet to all, or to a group. */
  private toMany({ round }: View): Ref {
    const { diagrams, layout } = this.sets;
    if (round > 0) return FALSE;
    const { input } = layout.daddr;
    const group = this.sets.kind(input, 'multicast');
    return layout.family === 'ip' ? diagrams.or(group, this.sets.addresses(input, [[0xffffffff, 0xffffffff]])) : group;
  }

  /** After output: what was translated to an address of the node's own leaves by the loopback interface. */
  routeOut(parts: readonly Part[]): readonly Part[] {
    const { diagrams, layout } = this.sets;
    const routed = parts.flatMap((each): Part[] => {
      if (!each.view.daddr) return [each];
      const field = layout.daddr.moved;
      const mine = diagrams.orAll([this.sets.kind(field, 'loopback'), this.sets.known(field), this.backToItself(each)]);
      const inside = diagrams.and(each.set, mine);
      if (inside === FALSE) return this.leaving(each);
      const looped = part(this.views.with(each.view, { oif: 'lo' }), each.frame, inside);
      const rest = diagrams.diff(each.set, mine);
      return [looped, ...this.leaving({ ...each, set: rest })];
    });
    return joinParts(diagrams, routed);
  }

  /** What was to stay on the node, and is translated to an address that is not its own, leaves by an interface that nobody tells. */
  private leaving(each: Part): Part[] {
    if (each.set === FALSE) return [];
    if (each.view.oif !== 'packet') return [each];
    const { diagrams, layout } = this.sets;
    const inside = diagrams.and(each.set, this.sets.interface(layout.oif, [LOOPBACK]));
    if (inside === FALSE) return [each];
    const elsewhere = part(this.views.with(each.view, { oif: 'open' }), each.frame, inside);
    const rest = diagrams.diff(each.set, inside);
    return rest === FALSE ? [elsewhere] : [elsewhere, { ...each, set: rest }];
  }

  transmit(parts: readonly Part[]): { loop: readonly Part[]; out: readonly Part[] } {
    const { diagrams, layout } = this.sets;
    const loop: Part[] = [];
    const out: Part[] = [];
    const loopback = this.sets.interface(layout.oif, [LOOPBACK]);
    for (const each of parts) {
      const inside = this.looping(each, loopback);
      if (inside !== FALSE) {
        const { round } = each.view;
        const view = this.views.with(each.view, {
          iif: 'lo',
          oif: 'none',
          own: false,
          egress: false,
          round: round + 1,
        });
        loop.push(part(view, each.frame, inside));
      }
      const rest = inside === FALSE ? each.set : diagrams.diff(each.set, inside);
      if (rest !== FALSE) out.push({ ...each, set: rest });
    }
    return { loop: joinParts(diagrams, loop), out };
  }

  /** Only what the node sends leaves by the loopback interface. */
  private looping({ view, set }: Part, loopback: Ref): Ref {
    if (view.oif === 'lo') return set;
    if (view.oif === 'none' || view.oif === 'open' || (!view.own && view.round === 0)) return FALSE;
    return this.sets.diagrams.and(set, loopback);
  }

  private viewed(parts: readonly Part[], change: (view: View) => View): readonly Part[] {
    return joinParts(
      this.sets.diagrams,
      parts.map((each) => ({ ...each, view: change(each.view) })),
    );
  }
}

/** The numbers of an interval, one more than are looked at where there are too many. */
function valuesOf(low: Wide, high: Wide): Wide[] {
  const found: Wide[] = [];
  for (let at = BigInt(low); at <= BigInt(high) && found.length <= MOST_DESTINATIONS; at++)
    found.push(typeof low === 'number' ? Number(at) : at);
  return found;
}
