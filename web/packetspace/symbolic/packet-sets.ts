/**
 * Sets of packets by what they are: the facts of facts.ts, kinds of addresses, states of connections, as diagrams over the layout's variables. They depend
 * on the view only.
 */
import { FACT, hasPorts } from '../../kernel/facts.ts';
import { IP_FRAGMENT } from '../../kernel/fields.ts';
import { fieldIn } from '../diagram/boxes.ts';
import { type Cube, literal } from '../diagram/cube.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { type Field, fieldCube } from '../diagram/field.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import type { BitField, Wide } from './bit-field.ts';
import { CLASS, type Layout, type Moved, STATE_CODE } from './layout.ts';
import type { View } from './view.ts';

const PROTOCOL_FACTS: readonly (readonly [fact: number, protocol: number])[] = [
  [FACT.TCP, 6],
  [FACT.UDP, 17],
  [FACT.UDPLITE, 136],
  [FACT.SCTP, 132],
  [FACT.DCCP, 33],
  [FACT.ICMP, 1],
  [FACT.ICMPV6, 58],
  [FACT.IGMP, 2],
  [FACT.ESP, 50],
  [FACT.AH, 51],
  [FACT.COMP, 108],
];

/** Numbers and their names for the addresses that need no table. Kernel: routing.ts, plainType(). */
const KINDS = {
  ip: {
    multicast: [[0xe0000000, 0xefffffff]],
    loopback: [[0x7f000000, 0x7fffffff]],
    broadcast: [
      [0, 0],
      [0xffffffff, 0xffffffff],
    ],
  },
  ip6: {
    multicast: [[0xffn << 120n, (0xffn << 120n) | ((1n << 120n) - 1n)]],
    loopback: [[1n, 1n]],
    broadcast: [],
  },
} as const;

export type AddressKind = keyof (typeof KINDS)['ip'];

/** Sets that are asked for again and again; roots of the diagrams. */
export class PacketSets {
  private readonly made = new Map<string, Ref>();
  /** Of sets that are roots. */
  private readonly cubes = new Map<Ref, Cube | null>();
  private readonly records = new Map<string, object>();

  constructor(
    readonly diagrams: Diagrams,
    readonly layout: Layout,
    /** Addresses that are known to be the node's. */
    readonly locals: readonly (number | bigint)[],
  ) {}

  roots(): Iterable<Ref> {
    return this.made.values();
  }

  once(key: string, make: () => Ref): Ref {
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.made.set(key, made);
    return made;
  }

  /** As once, of several sets. */
  remember<T extends { readonly [key: string]: Ref } | object>(key: string, make: () => T): T {
    const known = this.records.get(key);
    if (known) return known as T;
    const made = make();
    this.records.set(key, made);
    for (const [name, set] of Object.entries(made)) this.made.set(`${key} ${name}`, set as Ref);
    return made;
  }

  // ---------------------------------------------------------------------------------------------------------------- facts

  /** The packets that have all of these facts. */
  facts(facts: number, view: View): Ref {
    if (facts === 0) return TRUE;
    const { own, iif, oif, framed } = view;
    return this.once(`facts ${facts} ${own} ${iif} ${oif} ${framed}`, () => {
      let set: Ref = TRUE;
      for (let bit = 1; bit <= facts; bit <<= 1) {
        if ((facts & bit) !== 0) set = this.diagrams.and(set, this.fact(bit, view));
      }
      return set;
    });
  }

  private fact(fact: number, view: View): Ref {
    const v6 = this.layout.family === 'ip6';
    switch (fact) {
      case FACT.IP:
        return TRUE;
      case FACT.IPV4:
        return v6 ? FALSE : TRUE;
      case FACT.IPV6:
        return v6 ? TRUE : FALSE;
      case FACT.ARP:
      case FACT.BRIDGED:
        return FALSE;
      case FACT.TRANSPORT:
        return this.transport();
      case FACT.FRAME:
        return view.own ? FALSE : TRUE;
      case FACT.SOCKET:
        return view.own ? TRUE : FALSE;
      case FACT.IN:
        return view.iif === 'none' ? FALSE : TRUE;
      case FACT.OUT:
        return view.oif === 'none' ? FALSE : TRUE;
      case FACT.VLAN:
        return view.own ? FALSE : this.diagrams.variable(this.layout.factVariable(FACT.VLAN));
      case FACT.MSS:
        return this.diagrams.and(this.protocol(6), this.diagrams.variable(this.layout.factVariable(FACT.MSS)));
      case FACT.ENTRY:
        return this.entry(view);
      case FACT.MASTER:
        return this.diagrams.and(this.entry(view), this.diagrams.diff(this.class('related'), this.icmp()));
      default:
        return this.protocolFact(fact);
    }
  }

  private protocolFact(fact: number): Ref {
    const found = PROTOCOL_FACTS.find(([each]) => each === fact);
    return found ? this.diagrams.and(this.protocol(found[1]), this.transport()) : FALSE;
  }

  /** Not a later fragment. */
  private transport(): Ref {
    const fragment = this.layout.bitsOf(IP_FRAGMENT);
    return fragment?.input ? fragment.input.in(this.diagrams, { kind: 'numbers', ranges: [0, 0] }, null) : TRUE;
  }

  /** The cube that a set is; null where it is none. */
  cubeOf(set: Ref): Cube | null {
    const known = this.cubes.get(set);
    if (known !== undefined) return known;
    const found = cubeOfSet(this.diagrams, set);
    this.cubes.set(set, found);
    return found;
  }

  protocol(number: number): Ref {
    return this.once(`protocol ${number}`, () => this.diagrams.cube(this.layout.protocol.cube(number, null) as Cube));
  }

  icmp(): Ref {
    return this.protocol(this.layout.family === 'ip' ? 1 : 58);
  }

  /** Protocols with ports. */
  ported(): Ref {
    return this.once('ported', () => {
      const numbers = Array.from({ length: 256 }, (_, number) => number).filter(hasPorts);
      return this.diagrams.orAll(numbers.map((number) => this.protocol(number)));
    });
  }

  // ---------------------------------------------------------------------------------------------------------- connections

  class(name: keyof typeof CLASS): Ref {
    return this.once(`class ${name}`, () => this.valueOf(this.layout.class, CLASS[name]));
  }

  state(name: keyof typeof STATE_CODE, view: View): Ref {
    return this.once(`state ${name} ${view.framed}`, () => this.valueOf(this.layout.stateOf(view), STATE_CODE[name]));
  }

  /** The packets have an entry: a template counts. */
  entry(view: View): Ref {
    return this.diagrams.variable(this.layout.stateOf(view).variableOfWeight(2));
  }

  template(view: View): Ref {
    const variable = this.layout.templateOf(view);
    return variable === null ? FALSE : this.diagrams.variable(variable);
  }

  /** In the reply direction. */
  replies(): Ref {
    const { diagrams } = this;
    return this.once('replies', () =>
      diagrams.or(this.class('reply'), diagrams.and(this.class('related'), this.icmp())),
    );
  }

  valueOf(field: Field, value: number): Ref {
    return this.diagrams.cube(fieldCube(field, value) as Cube);
  }

  // ------------------------------------------------------------------------------------------------------------ addresses

  /** The field that rules see. */
  address({ input, moved }: Moved, isMoved: boolean): BitField {
    return isMoved ? moved : input;
  }

  kind(field: BitField, kind: AddressKind): Ref {
    return this.once(`${kind} ${field.name}`, () =>
      this.addresses(field, KINDS[this.layout.family][kind] as readonly (readonly [Wide, Wide])[]),
    );
  }

  /** Addresses that are known to be the node's, loopback ones not among them. */
  known(field: BitField): Ref {
    return this.once(`known ${field.name}`, () =>
      this.addresses(
        field,
        this.locals
          .filter((address) => (typeof address === 'bigint') === (this.layout.family === 'ip6'))
          .map((address) => [address, address] as const),
      ),
    );
  }

  addresses(field: BitField, ranges: readonly (readonly [Wide, Wide])[]): Ref {
    const intervals = ranges.map(([low, high]) => field.interval(low, high));
    return fieldIn(this.diagrams, field.field as Field, intervals);
  }

  /** Multicast, broadcast: `local` for routing, but not the node's own. */
  group(field: BitField): Ref {
    return this.once(`group ${field.name}`, () => {
      const some = this.diagrams.or(this.kind(field, 'multicast'), this.kind(field, 'broadcast'));
      return some;
    });
  }

  /** What the node takes, as far as the address itself tells: groups, loopback, known addresses. */
  taken(field: BitField): Ref {
    return this.once(`taken ${field.name}`, () =>
      this.diagrams.orAll([this.group(field), this.kind(field, 'loopback'), this.known(field)]),
    );
  }

  /** The packet's own destination is an address of the node: known, or said to be one by the way that the packet takes. */
  destinationLocal(view: View): Ref {
    const { diagrams, layout } = this;
    const input = layout.daddr.input;
    return this.once(`own destination ${view.own || view.round > 0}`, () => {
      const said =
        view.own || view.round > 0
          ? diagrams.and(this.interface(layout.oif, [1]), not(this.group(input)))
          : diagrams.variable(layout.local);
      return diagrams.orAll([said, this.kind(input, 'loopback'), this.known(input)]);
    });
  }

  interface(field: Field, codes: readonly number[]): Ref {
    return this.once(`${field.name} ${codes.join(',')}`, () => fieldIn(this.diagrams, field, intervalsOf(codes)));
  }
}

/** Ascending codes as intervals. */
export function intervalsOf(codes: readonly number[]): { low: number; high: number }[] {
  const found: { low: number; high: number }[] = [];
  for (const code of codes) {
    const last = found.at(-1);
    if (last && last.high === code - 1) last.high = code;
    else found.push({ low: code, high: code });
  }
  return found;
}

function cubeOfSet(diagrams: Diagrams, set: Ref): Cube | null {
  const literals: number[] = [];
  let rest = set;
  while (rest !== TRUE) {
    if (rest === FALSE) return null;
    const variable = diagrams.topVariable(rest);
    const [low, high] = [diagrams.low(rest), diagrams.high(rest)];
    if (low !== FALSE && high !== FALSE) return null;
    literals.push(literal(variable, low === FALSE));
    rest = low === FALSE ? high : low;
  }
  return Int32Array.from(literals);
}
