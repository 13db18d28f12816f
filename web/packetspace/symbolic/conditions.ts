/**
 * Conditions as sets: the packets for which one may hold, and those for which it may not. Both together are all packets; a packet is in both only where
 * the answer is drawn anew each time (random, limits). What no dump tells otherwise is a named boolean.
 */
import { assertNever } from '../../base/assert.ts';
import type { Condition, Lookup, TermTest, Test } from '../../kernel/condition.ts';
import { STATE } from '../../kernel/conntrack.ts';
import { FACT } from '../../kernel/facts.ts';
import {
  CT_DIRECTION,
  CT_HELPER,
  CT_MARK,
  CT_STATE,
  CT_ZONE,
  DPORT,
  IIFTYPE,
  IP_DADDR,
  IP_SADDR,
  IP6_DADDR,
  IP6_SADDR,
  LENGTH,
  OIFTYPE,
  ORIGINAL,
  PKTTYPE,
  REPLY,
  SPORT,
  type TupleVariables,
  type Variable,
} from '../../kernel/fields.ts';
import { ADDRESS_TYPE } from '../../kernel/routing.ts';
import { ETHERNET_HEADER } from '../../kernel/start.ts';
import { bits, bitwiseOf, type Term } from '../../kernel/term.ts';
import { hasValue, type NameSet, type ValueSet } from '../../kernel/value-set.ts';
import { spellStatement } from '../../model/spell.ts';
import type { Statement } from '../../model/statement.ts';
import { type Cube, joinCubes } from '../diagram/cube.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import type { BitField, Wide } from './bit-field.ts';
import { STATE_CODE } from './layout.ts';
import { keyOf, members } from './lookups.ts';
import { LOOPBACK, NO_INTERFACE } from './names.ts';
import type { PacketSets } from './packet-sets.ts';
import { addressTypes, wayTo } from './routes.ts';
import { fieldNow, type KnownBits, knownBits, vectorIn, vectorOf } from './vectors.ts';
import type { View } from './view.ts';

export interface Decision {
  readonly yes: Ref;
  readonly no: Ref;
}

const ALWAYS: Decision = { yes: TRUE, no: FALSE };
const NEVER: Decision = { yes: FALSE, no: TRUE };
/** The answer may be either for every packet. */
const EITHER: Decision = { yes: TRUE, no: TRUE };

function exactly(yes: Ref): Decision {
  return { yes, no: not(yes) };
}

const EMPTY: Cube = new Int32Array();

export class Conditions {
  private known = new Map<Condition, Map<number, Decision>>();

  constructor(private readonly sets: PacketSets) {}

  /** Before a collection: nothing that was decided is kept. */
  forget(): void {
    this.known = new Map();
  }

  // ---------------------------------------------------------------------------------------------------------------- cubes

  /** The condition as one cube; 'never' where it never holds; null where it is none. Cheap, so it is not remembered. */
  cube(condition: Condition, view: View): Cube | 'never' | null {
    switch (condition.kind) {
      case 'constant':
        return condition.value ? EMPTY : 'never';
      case 'test':
        return this.testCube(condition, view);
      case 'facts':
        return this.factsCube(condition.facts, view);
      case 'all': {
        let cube: Cube = EMPTY;
        for (const part of condition.parts) {
          const own = this.cube(part, view);
          if (own === null || own === 'never') return own;
          const both = joinCubes(cube, own);
          if (both === null) return 'never';
          cube = both;
        }
        return cube;
      }
      default:
        return null;
    }
  }

  private testCube(test: Test, view: View): Cube | 'never' | null {
    if (test.values.kind === 'names' || test.values.ranges.length !== 2) return null;
    const needs = this.factsCube(test.needs, view);
    if (needs === null || needs === 'never') return needs;
    if (this.isOddPort(test) || this.mayBeTemplates(test, view)) return null;
    const field = fieldNow(test.variable, view, this.sets);
    if (!field) return null;
    const known = knownBits(test.variable, view);
    if (known) return this.knownCube(test, field, known, needs);
    const [low, high] = test.values.ranges as readonly Wide[];
    const own =
      test.mask === null
        ? field.intervalCube(low as Wide, high as Wide)
        : low === high
          ? field.cube(low as Wide, test.mask)
          : undefined;
    if (own === undefined) return null;
    if (own === null) return 'never';
    return joinCubes(needs, own) ?? 'never';
  }

  /** Of a number of which some bits are the same for all packets. */
  private knownCube(
    { values, mask }: Test,
    field: BitField,
    { mask: knownMask, value: knownValue }: KnownBits,
    needs: Cube,
  ): Cube | 'never' | null {
    if (values.kind !== 'numbers' || values.ranges[0] !== values.ranges[1]) return null;
    const asked = mask === null ? 0xffffffff : Number(mask);
    const wanted = values.ranges[0] as number;
    // A bit that is wanted and masked out is never there.
    if ((wanted & ~asked) !== 0) return 'never';
    if (((wanted ^ knownValue) & asked & knownMask) !== 0) return 'never';
    const own = field.cube((wanted & ~knownMask) >>> 0, (asked & ~knownMask) >>> 0);
    return own === null ? 'never' : (joinCubes(needs, own) ?? 'never');
  }

  private factsCube(facts: number, view: View): Cube | 'never' | null {
    if (facts === 0) return EMPTY;
    const set = this.sets.facts(facts, view);
    if (set === TRUE) return EMPTY;
    if (set === FALSE) return 'never';
    return this.sets.cubeOf(set);
  }

  /** A transport word of packets that need not have ports. */
  private isOddPort({ variable, needs }: { readonly variable: Variable; readonly needs: number }): boolean {
    return (variable === SPORT || variable === DPORT) && needs === FACT.TRANSPORT;
  }

  // ------------------------------------------------------------------------------------------------------------- decisions

  decide(condition: Condition, view: View): Decision {
    switch (condition.kind) {
      case 'constant':
        return condition.value ? ALWAYS : NEVER;
      case 'facts':
        return exactly(this.sets.facts(condition.facts, view));
      case 'not': {
        const { yes, no } = this.decide(condition.of, view);
        return { yes: no, no: yes };
      }
      case 'all':
      case 'any':
        return this.several(condition.parts, condition.kind === 'all', view);
      case 'unknown':
        return condition.fresh ? EITHER : exactly(this.named(condition.text));
      case 'test':
      case 'term':
      case 'lookup':
        return this.remembered(condition, view);
      default:
        return assertNever(condition, 'condition');
    }
  }

  private several(parts: readonly Condition[], all: boolean, view: View): Decision {
    const { diagrams } = this.sets;
    let { yes, no } = all ? ALWAYS : NEVER;
    for (const part of parts) {
      const own = this.decide(part, view);
      yes = all ? diagrams.and(yes, own.yes) : diagrams.or(yes, own.yes);
      no = all ? diagrams.or(no, own.no) : diagrams.and(no, own.no);
      if ((all ? yes : no) === FALSE) break;
    }
    return { yes, no };
  }

  private remembered(condition: Test | TermTest | Lookup, view: View): Decision {
    let views = this.known.get(condition);
    if (!views) {
      views = new Map();
      this.known.set(condition, views);
    }
    const known = views.get(view.id);
    if (known) return known;
    const made = this.fieldDecision(condition, view);
    views.set(view.id, made);
    return made;
  }

  private fieldDecision(condition: Test | TermTest | Lookup, view: View): Decision {
    if (condition.kind === 'test') {
      const needs = this.sets.facts(condition.needs, view);
      if (needs === FALSE) return NEVER;
      return exactly(this.sets.diagrams.and(needs, this.test(condition, view)));
    }
    return condition.kind === 'term' ? this.term(condition, view) : this.lookup(condition, view);
  }

  named(text: string): Ref {
    return this.sets.diagrams.variable(this.sets.layout.unknowns.variable(text));
  }

  /** Of the statement's own text. */
  private asked(source: Statement): Ref {
    return this.named(spellStatement(source));
  }

  // ----------------------------------------------------------------------------------------------------------------- tests

  private test(test: Test, view: View): Ref {
    const { variable, values, mask, source } = test;
    const { layout, diagrams } = this.sets;
    if (variable.kind === 'name')
      return values.kind === 'names' ? this.nameTest(variable, values, view, source) : FALSE;
    const constant = layout.constantOf(variable);
    if (constant !== undefined) return masked(constant, mask, values) ? TRUE : FALSE;
    const special = this.special(variable, test, view);
    if (special !== null) return this.butTemplates(special, test, view);
    if (variable === LENGTH && view.egress && mask === null && values.kind !== 'names')
      return this.frameLength(values.ranges);
    const field = fieldNow(variable, view, this.sets);
    if (!field || values.kind === 'names') return this.asked(source);
    const known = knownBits(variable, view);
    if (known) return this.knownTest(test, field, known, view);
    const inside = this.butTemplates(field.in(diagrams, values, mask), test, view);
    if (!this.isOddPort(test)) return inside;
    const ported = this.sets.ported();
    return diagrams.or(diagrams.and(ported, inside), diagrams.diff(this.asked(source), ported));
  }

  /** Kernel: at egress the frame has its header already [trace-stations.ts]. */
  private frameLength(ranges: readonly Wide[]): Ref {
    const length = this.sets.layout.bitsOf(LENGTH)?.input;
    const own = Array.from(ranges, (each) => Number(each) - ETHERNET_HEADER);
    const inside: number[] = [];
    for (let i = 0; i < own.length; i += 2) {
      if ((own[i + 1] as number) >= 0) inside.push(Math.max(0, own[i] as number), own[i + 1] as number);
    }
    return length ? length.in(this.sets.diagrams, { kind: 'numbers', ranges: inside }, null) : FALSE;
  }

  /** What a template says is zero, but for its state and status. */
  private mayBeTemplates({ variable }: Test, view: View): boolean {
    if (this.sets.layout.templateOf(view) === null) return false;
    return variable === CT_MARK || variable === CT_DIRECTION || TUPLE_VARIABLES.has(variable);
  }

  private butTemplates(inside: Ref, test: Test, view: View): Ref {
    if (!this.mayBeTemplates(test, view)) return inside;
    const zero = test.values.kind === 'wides' ? 0n : 0;
    const fits = masked(zero, test.mask, test.values) ? TRUE : FALSE;
    return this.sets.diagrams.ite(this.sets.template(view), fits, inside);
  }

  private knownTest({ variable, needs, values, mask }: Test, field: BitField, known: KnownBits, view: View): Ref {
    if (values.kind === 'names') return FALSE;
    const asked = mask === null ? 0xffffffff : Number(mask);
    const open = BigInt((asked & ~known.mask) >>> 0) & field.mask;
    if (open === 0n) return hasValue(values, (known.value & asked) >>> 0) ? TRUE : FALSE;
    const term: Term = bits('and', { kind: 'variable', variable, needs }, { kind: 'constant', value: asked });
    return vectorIn(vectorOf(term, view, this.sets) ?? [], values.ranges, this.sets);
  }

  private nameTest(variable: Variable, values: NameSet, view: View, source: Statement): Ref {
    const { layout } = this.sets;
    const side = layout.deviceSide(variable);
    if (side === null) {
      if (variable === CT_HELPER || /kind|time/.test(variable.name)) return this.asked(source);
      return hasValue(values, '') ? TRUE : FALSE;
    }
    const device = view[side];
    if (device === 'open') return this.asked(source);
    if (device !== 'packet') return hasValue(values, device === 'none' ? '' : 'lo') ? TRUE : FALSE;
    return this.sets.interface(layout[side], layout.atoms.codesOf(values));
  }

  /** Variables that are functions of others; null for those that are not. */
  private special(variable: Variable, test: Test, view: View): Ref | null {
    switch (variable) {
      case CT_STATE:
        return this.state(test, view);
      case CT_DIRECTION:
        return this.either(this.sets.replies(), masked(1, test.mask, test.values), masked(0, test.mask, test.values));
      case PKTTYPE:
        return this.packetType(test, view);
      case IIFTYPE:
      case OIFTYPE:
        return this.deviceType(variable === IIFTYPE ? 'iif' : 'oif', test, view);
      case CT_ZONE:
        return this.sets.layout.templateOf(view) !== null
          ? this.asked(test.source)
          : masked(0, test.mask, test.values)
            ? TRUE
            : FALSE;
      default:
        return this.tupleTest(variable, test, view);
    }
  }

  private either(condition: Ref, whenTrue: boolean, whenFalse: boolean): Ref {
    if (whenTrue === whenFalse) return whenTrue ? TRUE : FALSE;
    return whenTrue ? condition : not(condition);
  }

  private state({ mask, values }: Test, view: View): Ref {
    const names = Object.keys(STATE_CODE) as (keyof typeof STATE_CODE)[];
    const fitting = names.filter((name) => masked(STATE[name], mask, values));
    if (fitting.length === names.length) return TRUE;
    return this.sets.diagrams.orAll(fitting.map((name) => this.sets.state(name, view)));
  }

  /** Kernel: the receiver's view [n16, n17]. */
  private packetType({ mask, values }: Test, view: View): Ref {
    const { diagrams, layout } = this.sets;
    const fits = (type: number) => masked(type, mask, values);
    if (view.own || view.round > 0) return fits(0) ? TRUE : FALSE;
    const multicast = this.sets.kind(layout.daddr.input, 'multicast');
    const broadcast =
      layout.family === 'ip' ? this.sets.addresses(layout.daddr.input, [[0xffffffff, 0xffffffff]]) : FALSE;
    return diagrams.orAll([
      fits(2) ? multicast : FALSE,
      fits(1) ? broadcast : FALSE,
      fits(0) ? not(diagrams.or(multicast, broadcast)) : FALSE,
    ]);
  }

  /** As the tracer has it: Ethernet's type, where the name does not say otherwise. */
  private deviceType(side: 'iif' | 'oif', { mask, values, source }: Test, view: View): Ref {
    const { layout, diagrams } = this.sets;
    const device = view[side];
    if (device === 'none') return FALSE;
    if (device === 'open') return this.asked(source);
    const [loopback, ether] = [masked(772, mask, values), masked(1, mask, values)];
    if (device === 'lo') return loopback ? TRUE : FALSE;
    const tunnels = layout.atoms.atoms.flatMap(({ name }, code) => (TUNNEL.test(name) ? [code] : []));
    const field = layout[side];
    const isTunnel = this.sets.interface(field, tunnels);
    const isLoopback = this.sets.interface(field, [LOOPBACK]);
    const plain = this.either(isLoopback, loopback, ether);
    return diagrams.ite(isTunnel, this.asked(source), plain);
  }

  /** A part of the connection's tuples. */
  private tupleTest(variable: Variable, test: Test, view: View): Ref | null {
    for (const [tuple, isReply] of [
      [ORIGINAL, false],
      [REPLY, true],
    ] as const) {
      const part = (Object.keys(tuple) as (keyof TupleVariables)[]).find((name) => tuple[name] === variable);
      if (part) return this.tuplePart(part.replace('6', ''), isReply, test, view);
    }
    return null;
  }

  private tuplePart(name: string, isReply: boolean, { values, mask, source }: Test, view: View): Ref {
    const { layout, diagrams } = this.sets;
    if (values.kind === 'names') return FALSE;
    const isSource = name === 'saddr' || name === 'sport';
    const isPort = name === 'sport' || name === 'dport';
    const [from, to] = isPort ? [layout.sport, layout.dport] : [layout.saddr, layout.daddr];
    const own = (isSource ? from : to).input.in(diagrams, values, mask);
    const opposite = (isSource ? to : from).input.in(diagrams, values, mask);
    // The reply's tuple is what the packet has become, turned round; of a reply it is the packet's own.
    const turned = isSource ? to : from;
    const moved = isPort ? (isSource ? view.dport : view.sport) : isSource ? view.daddr : view.saddr;
    // A rule may have written there what is no part of the connection: then nobody knows which of both it was.
    const isWritten = moved && this.writesTo(isPort, !isSource);
    const answered = isWritten ? this.asked(source) : (moved ? turned.moved : turned.input).in(diagrams, values, mask);
    const inside = diagrams.ite(this.sets.replies(), isReply ? own : opposite, isReply ? answered : own);
    if (!isPort) return inside;
    const known = this.sets.ported();
    return diagrams.ite(known, inside, this.asked(source));
  }

  /** Rules write to the header's address or port. */
  private writesTo(isPort: boolean, isSource: boolean): boolean {
    const { writes } = this.sets.layout.usage;
    const [sources, destinations] = isPort
      ? [[SPORT], [DPORT]]
      : [
          [IP_SADDR, IP6_SADDR],
          [IP_DADDR, IP6_DADDR],
        ];
    return (isSource ? sources : destinations).some((variable) => writes.has(variable));
  }

  // ----------------------------------------------------------------------------------------------------------------- terms

  private term({ term, values, source }: TermTest, view: View): Decision {
    const { diagrams } = this.sets;
    if (term.kind === 'fib') return exactly(this.fib(term, values, source, view));
    if (term.kind === 'absent') return NEVER;
    if (term.kind === 'choice') return EITHER;
    const vector = values.kind === 'names' ? null : vectorOf(term, view, this.sets);
    if (!vector || values.kind === 'names') {
      const present = this.presence(term, view);
      const text = spellStatement(source);
      return exactly(diagrams.and(present, this.named(term.kind === 'hash' ? hashedNow(text, view) : text)));
    }
    return exactly(diagrams.and(this.presence(term, view), vectorIn(vector, values.ranges, this.sets)));
  }

  /** The packets for which a term has a value. */
  presence(term: TermTest['term'], view: View): Ref {
    const { diagrams } = this.sets;
    switch (term.kind) {
      case 'variable':
      case 'unknown':
        return this.sets.facts(term.needs, view);
      case 'absent':
        return FALSE;
      case 'bits':
        return diagrams.and(this.presence(term.left, view), this.presence(term.right, view));
      case 'shift':
      case 'add':
        return this.presence(term.of, view);
      case 'hash':
        return diagrams.andAll(term.of.map((each) => this.presence(each.term, view)));
      case 'map':
        return diagrams.andAll(term.key.map((each) => this.presence(each, view)));
      case 'constant':
      case 'fib':
      case 'choice':
        return TRUE;
      default:
        return assertNever(term, 'term');
    }
  }

  private fib(
    { address, result, through }: Extract<TermTest['term'], { kind: 'fib' }>,
    values: ValueSet,
    source: Statement,
    view: View,
  ): Ref {
    const { diagrams } = this.sets;
    const isSource = address === 'saddr';
    if (result === 'device') return this.way(isSource, through, values, source, view);
    const types = addressTypes(this.sets, view, isSource);
    const device = through === null ? null : view[through];
    const parts = [
      hasValue(values, ADDRESS_TYPE.multicast) ? types.multicast : FALSE,
      hasValue(values, ADDRESS_TYPE.broadcast) ? types.broadcast : FALSE,
      hasValue(values, ADDRESS_TYPE.unicast) ? types.unicast : FALSE,
      diagrams.and(types.open, this.asked(source)),
    ];
    // Of one interface only the packet's own is known to have it; loopback addresses are those of all.
    const { layout } = this.sets;
    const field = this.sets.address(isSource ? layout.saddr : layout.daddr, isSource ? view.saddr : view.daddr);
    const everywhere = diagrams.and(types.local, this.sets.kind(field, 'loopback'));
    const here = device === null || (through === 'iif' && device === 'packet') ? types.local : everywhere;
    if (hasValue(values, ADDRESS_TYPE.local)) parts.push(here);
    parts.push(diagrams.and(diagrams.diff(types.local, here), this.asked(source)));
    return diagrams.orAll(parts);
  }

  /** `fib saddr . iif oif`: the name of the interface that leads to an address. */
  private way(isSource: boolean, through: 'iif' | 'oif' | null, values: ValueSet, source: Statement, view: View): Ref {
    if (values.kind !== 'names') return this.asked(source);
    const { layout, diagrams } = this.sets;
    const codes = layout.atoms.codesOf(values);
    if (through !== null && view[through] === 'open') return this.asked(source);
    if (through !== null && view[through] === 'lo') return codes.includes(LOOPBACK) ? TRUE : FALSE;
    const { none, known, open } = wayTo(this.sets, view, isSource);
    const nothing = codes.includes(NO_INTERFACE) ? TRUE : FALSE;
    const own = isSource ? 'iif' : 'oif';
    const found = this.sets.interface(layout[own], codes);
    // Asked for another interface than the one that leads there, there is no way.
    const same = through === null || through === own;
    const byKnown = same ? found : diagrams.ite(this.sameDevice(), found, nothing);
    const answer = diagrams.orAll([
      diagrams.and(none, nothing),
      diagrams.and(known, view[own] === 'none' && through === own ? nothing : byKnown),
      diagrams.and(open, this.asked(source)),
    ]);
    return this.butAsking(through === null ? answer : this.byLoopback(answer, through, codes, view), codes, view);
  }

  private byLoopback(answer: Ref, through: 'iif' | 'oif', codes: readonly number[], view: View): Ref {
    if (view[through] !== 'packet') return answer;
    const { layout, diagrams } = this.sets;
    const loopback = this.sets.interface(layout[through], [LOOPBACK]);
    return diagrams.ite(loopback, codes.includes(LOOPBACK) ? TRUE : FALSE, answer);
  }

  /** As the tracer's fib: a packet that asks for an address is taken to come from where it came. */
  private butAsking(answer: Ref, codes: readonly number[], view: View): Ref {
    const { layout, diagrams } = this.sets;
    if (layout.family === 'ip6' || view.iif !== 'packet') return answer;
    const source = this.sets.address(layout.saddr, view.saddr);
    const destination = this.sets.address(layout.daddr, view.daddr);
    const asking = diagrams.and(
      this.sets.addresses(source, [[0, 0]]),
      this.sets.addresses(destination, [
        [0xe0000000, 0xe00000ff],
        [0xffffffff, 0xffffffff],
      ]),
    );
    return diagrams.ite(asking, this.sets.interface(layout.iif, codes), answer);
  }

  /** Comes in and leaves by interfaces of one name, as far as atoms tell. */
  private sameDevice(): Ref {
    const { layout, diagrams } = this.sets;
    return this.sets.once('same device', () =>
      diagrams.orAll(
        layout.atoms.atoms.map((_, code) =>
          diagrams.and(this.sets.interface(layout.iif, [code]), this.sets.interface(layout.oif, [code])),
        ),
      ),
    );
  }

  // --------------------------------------------------------------------------------------------------------------- look-ups

  private lookup(lookup: Lookup, view: View): Decision {
    const { set, source } = lookup;
    const { diagrams } = this.sets;
    const key = keyOf(lookup.key, view, this.sets);
    if (!key) {
      const present = diagrams.andAll(lookup.key.map((term) => this.presence(term, view)));
      return exactly(diagrams.and(present, this.asked(source)));
    }
    const inside = members(set, key, lookup.excepted ?? false, this.sets);
    if (this.isOpen(lookup)) return exactly(diagrams.and(key.present, this.asked(source)));
    if (key.isDrawn) return { yes: inside, no: TRUE };
    const open = set.complete ? inside : diagrams.or(inside, diagrams.and(key.present, this.asked(source)));
    return set.stateful ? { yes: open, no: TRUE } : exactly(open);
  }

  /** Rules write to the set: what is in it changes with every packet. */
  private isOpen({ set }: Lookup): boolean {
    return this.sets.layout.usage.updatedSets.has(set);
  }

  /** The field that an address or port has now. */
  field(variable: Variable, view: View): BitField | null {
    return fieldNow(variable, view, this.sets);
  }
}

/** A hash of what has been written anew is another one. */
function hashedNow(text: string, { saddr, daddr, sport, dport }: View): string {
  return saddr || daddr || sport || dport ? `${text} (as the packet is then)` : text;
}

const TUPLE_VARIABLES: ReadonlySet<Variable> = new Set([...Object.values(ORIGINAL), ...Object.values(REPLY)]);
const TUNNEL = /^(tun|wg|ppp|gre|sit|ip6tnl|tunl|tailscale|nordlynx)/;

function masked(value: number | bigint | string, mask: Wide | null, values: ValueSet): boolean {
  if (mask === null) return hasValue(values, value);
  const bits = bitwiseOf('and', value, mask);
  return bits !== null && hasValue(values, bits);
}
