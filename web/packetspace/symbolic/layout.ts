/**
 * The variables of the diagrams: which bits of a packet have one, and their order. On top what has the most different values in rules (destination,
 * source), below it interfaces, connection, marks, and the named booleans of what no dump tells at the bottom.
 *
 * Whatever may be written has up to three variables for a bit, side by side: as the packet came (`input`), where it is now, and where it is now for packets
 * behind a frame (`later`, see frames.ts). Addresses and ports have a second field instead (`moved`): they are hardly ever written without being changed as a whole.
 */
import { InternalError } from '../../base/assert.ts';
import {
  CT_DIRECTION,
  CT_LABEL,
  CT_MARK,
  CT_STATE,
  CT_STATUS,
  CT_ZONE,
  DPORT,
  ETHER_TYPE,
  ICMP_CODE,
  ICMP_ID,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  IIF,
  IIFTYPE,
  IP_DADDR,
  IP_HEADER_LENGTH,
  IP_SADDR,
  IP_VERSION,
  IP6_DADDR,
  IP6_SADDR,
  IPSEC,
  L4PROTO,
  MARK,
  NFPROTO,
  NFTRACE,
  OIF,
  OIFTYPE,
  ORIGINAL,
  PKTTYPE,
  PRIORITY,
  REPLY,
  RT_IPSEC,
  SCTP_CHUNK,
  SPORT,
  TCP_FLAGS,
  TTL,
  type Variable,
} from '../../kernel/fields.ts';
import { LOOPBACK_V4, LOOPBACK_V6 } from '../../kernel/routing.ts';
import type { Scalar } from '../../model/expression.ts';
import { Field, fieldAt } from '../diagram/field.ts';
import { BitField, type Wide } from './bit-field.ts';
import { NameAtoms } from './names.ts';
import { Unknowns } from './unknowns.ts';
import { allBits, type Usage } from './usage.ts';
import type { Bounds, ValueClasses } from './value-classes.ts';
import { NAT_BITS, type View } from './view.ts';

export type Family = 'ip' | 'ip6';

/** The bits of a variable. */
export interface Bits {
  readonly variable: Variable;
  /** As the packet came; null where it came with a value that is known. */
  readonly input: BitField | null;
  /** Where `input` is null: the value at first. */
  readonly initial: bigint;
  readonly now: BitField;
  /** The same for packets behind a frame. */
  readonly later: BitField;
}

/** Two variables for what is written: frames keep the first as it was. */
interface Written {
  readonly now: number;
  readonly later: number;
}

export interface Moved {
  readonly input: BitField;
  readonly moved: BitField;
}

/** What conntrack will say of the packet: an input like its addresses. */
export const CLASS = { new: 0, original: 1, reply: 2, related: 3, invalid: 4, untracked: 5 } as const;
/** Codes of `ct state` as it is now: those with an entry have the highest bit. */
export const STATE_CODE = { invalid: 0, untracked: 1, new: 4, established: 5, related: 6 } as const;

export class Layout {
  readonly atoms: NameAtoms;
  readonly protocolVariable: Variable = L4PROTO;
  readonly protocol: BitField;
  readonly daddr: Moved;
  readonly saddr: Moved;
  readonly dport: Moved;
  readonly sport: Moved;
  readonly iif: Field;
  readonly oif: Field;
  /** True: the packet came with an address of the node. */
  readonly local: number;
  readonly class: Field;
  private readonly states: { readonly now: Field; readonly later: Field };
  private readonly templates: Written | null;
  private readonly bits = new Map<Variable, Bits>();
  private readonly constants = new Map<Variable, Scalar>();
  private next = 0;
  private readonly nowVariables: number[] = [];
  private readonly laterVariables: number[] = [];
  private readonly inputVariables: (number | null)[] = [];
  /** Facts that are variables of their own: those of headers that packets may have or not. */
  private readonly factVariables = new Map<number, number>();
  readonly unknowns: Unknowns;

  constructor(
    readonly family: Family,
    readonly usage: Usage,
    devices: Iterable<string>,
    locals: readonly Wide[] = [],
  ) {
    const addresses = addressClasses(usage.addresses, locals);
    const ports = portClasses(usage.ports);
    this.atoms = new NameAtoms([...usage.exactNames, ...devices], usage.nameStems);
    const { width } = usage.addresses;
    const movedDaddr = this.number('new destination', width, addresses);
    const movedDport = this.number('new destination port', 16, ports);
    this.protocol = this.number('protocol', 8);
    this.dport = { moved: movedDport, input: this.number('destination port', 16, ports) };
    this.daddr = { moved: movedDaddr, input: this.number('destination', width, addresses) };
    const movedSaddr = this.number('new source', width, addresses);
    const movedSport = this.number('new source port', 16, ports);
    this.saddr = { moved: movedSaddr, input: this.number('source', width, addresses) };
    this.sport = { moved: movedSport, input: this.number('source port', 16, ports) };
    this.addHeaders();
    this.iif = this.field('incoming interface', this.atoms.width);
    this.oif = this.field('outgoing interface', this.atoms.width);
    this.local = this.next++;
    this.class = this.field('connection', 3);
    this.states = this.stateFields();
    this.templates = usage.templates ? this.written() : null;
    this.addOthers();
    this.unknowns = new Unknowns(this.next + UNKNOWNS);
  }

  // ---------------------------------------------------------------------------------------------------------------- making

  private number(name: string, width: number, classes: ValueClasses | null = null): BitField {
    const first = this.next;
    const bits = classes?.codeWidth ?? width;
    this.next += bits;
    return new BitField(
      name,
      Int32Array.from({ length: bits }, (_, weight) => first + bits - 1 - weight),
      classes,
    );
  }

  private field(name: string, width: number): Field {
    const made = fieldAt(name, this.next, width);
    this.next += width;
    return made;
  }

  /** A variable that is written, before a frame and behind it. */
  private written(): Written {
    const [now, later] = [this.next++, this.next++];
    this.nowVariables.push(now);
    this.laterVariables.push(later);
    this.inputVariables.push(null);
    return { now, later };
  }

  private stateFields(): { readonly now: Field; readonly later: Field } {
    const first = this.next;
    const bits = [0, 1, 2].map(() => this.written());
    if (bits[0]?.now !== first) throw new InternalError('the state is not where it should be');
    return {
      now: new Field(
        'state',
        bits.map((bit) => bit.now),
      ),
      later: new Field(
        'state behind the frame',
        bits.map((bit) => bit.later),
      ),
    };
  }

  private addHeaders(): void {
    for (const variable of [TCP_FLAGS, ICMP_TYPE, ICMP_CODE, ICMPV6_TYPE, ICMPV6_CODE, ICMP_ID, SCTP_CHUNK]) {
      // ICMPv6's type decides what is tracked at all.
      const isNeeded = this.usage.reads.has(variable) || (variable === ICMPV6_TYPE && this.family === 'ip6');
      if (isNeeded) this.addBits(variable, null, allBits(variable.width));
    }
  }

  private addOthers(): void {
    const { reads, writes } = this.usage;
    const others = [...reads.keys()].filter((variable) => !MARKS.includes(variable) && variable !== CT_STATUS);
    const marks = MARKS.filter((variable) => reads.has(variable));
    for (const variable of [...others, CT_STATUS, ...marks]) {
      // The marks are copied to each other: bit by bit side by side.
      if (variable === MARK || variable === CT_MARK) {
        if (!this.bits.has(variable)) {
          this.addInterleaved(marks.map((mark) => ({ variable: mark, initial: null, read: this.readBits(mark) })));
        }
        continue;
      }
      if (!reads.has(variable) || variable.kind === 'name' || this.isSpecial(variable) || this.bits.has(variable)) {
        continue;
      }
      const initial = INITIAL.get(variable);
      const constant = this.constantFor(variable);
      const isWritten = writes.has(variable) || variable === CT_STATUS || variable === TTL;
      if (constant !== undefined && !isWritten) this.constants.set(variable, constant);
      else if (initial !== undefined && !isWritten) this.constants.set(variable, initial);
      else this.addBits(variable, initial ?? null, this.readBits(variable));
    }
  }

  private readBits(variable: Variable): bigint {
    const read = this.usage.reads.get(variable) ?? 0n;
    return variable === CT_STATUS ? read & ~BigInt(NAT_BITS) : read;
  }

  /** Variables that have fields of their own in this class, or that are functions of others. */
  private isSpecial(variable: Variable): boolean {
    return SPECIAL.has(variable);
  }

  private constantFor(variable: Variable): Scalar | undefined {
    const v6 = this.family === 'ip6';
    if (variable === NFPROTO) return v6 ? 10 : 2;
    if (variable === ETHER_TYPE) return v6 ? 0x86dd : 0x0800;
    if (variable === IP_VERSION) return v6 ? 6 : 4;
    if (variable === IP_HEADER_LENGTH) return 5;
    return variable === IPSEC || variable === RT_IPSEC ? 0 : undefined;
  }

  /** `read`: the bits that get variables. */
  private addBits(variable: Variable, initial: Scalar | null, read: bigint): void {
    this.addInterleaved([{ variable, initial, read }]);
  }

  private addInterleaved(
    list: readonly { readonly variable: Variable; readonly initial: Scalar | null; readonly read: bigint }[],
  ): void {
    const { writes } = this.usage;
    const made = list.map((each) => {
      const { variable, read } = each;
      const byKernel = variable === CT_STATUS || variable === TTL ? allBits(variable.width) : 0n;
      const written = ((writes.get(variable) ?? 0n) | byKernel) & read;
      const bits = () => new Int32Array(variable.width).fill(-1);
      return { ...each, written, input: bits(), now: bits(), later: bits() };
    });
    const width = Math.max(...list.map(({ variable }) => variable.width));
    for (let weight = width - 1; weight >= 0; weight--) {
      for (const one of made) {
        if (weight >= one.variable.width || ((one.read >> BigInt(weight)) & 1n) === 0n) continue;
        const isWritten = ((one.written >> BigInt(weight)) & 1n) === 1n;
        this.addBit(one, weight, isWritten, one.initial === null);
      }
    }
    for (const { variable, initial, input, now, later } of made) {
      const { name } = variable;
      this.bits.set(variable, {
        variable,
        input: initial === null ? new BitField(name, input) : null,
        initial: initial === null ? 0n : BigInt(initial),
        now: new BitField(name, now),
        later: new BitField(`${name} behind the frame`, later),
      });
    }
  }

  private addBit(
    { input, now, later }: { readonly input: Int32Array; readonly now: Int32Array; readonly later: Int32Array },
    weight: number,
    isWritten: boolean,
    hasInput: boolean,
  ): void {
    if (hasInput) input[weight] = this.next++;
    if (!isWritten && hasInput) {
      now[weight] = input[weight] as number;
      later[weight] = input[weight] as number;
      return;
    }
    const bit = this.written();
    now[weight] = bit.now;
    later[weight] = bit.later;
    this.inputVariables[this.inputVariables.length - 1] = hasInput ? (input[weight] as number) : null;
  }

  // ---------------------------------------------------------------------------------------------------------------- asking

  /** Of a variable that is not one of this class' own fields; null where no rule asks for it. */
  bitsOf(variable: Variable): Bits | null {
    return this.bits.get(variable) ?? null;
  }

  allBits(): Iterable<Bits> {
    return this.bits.values();
  }

  constantOf(variable: Variable): Scalar | undefined {
    return this.constants.get(variable);
  }

  movedOf(variable: Variable): Moved | null {
    if (variable === DPORT) return this.dport;
    if (variable === SPORT) return this.sport;
    if (variable === (this.family === 'ip' ? IP_DADDR : IP6_DADDR)) return this.daddr;
    return variable === (this.family === 'ip' ? IP_SADDR : IP6_SADDR) ? this.saddr : null;
  }

  /** Of an interface's name: which of the packet's; null for names that no IP packet has. */
  deviceSide(variable: Variable): 'iif' | 'oif' | null {
    if (variable === IIF) return 'iif';
    return variable === OIF ? 'oif' : null;
  }

  /** What is written: before a frame, behind it, and as the packet came with it (null: with a value that is known). */
  *writtenVariables(): Generator<Written & { readonly input: number | null }> {
    for (let i = 0; i < this.nowVariables.length; i++) {
      yield {
        now: this.nowVariables[i] as number,
        later: this.laterVariables[i] as number,
        input: this.inputVariables[i] as number | null,
      };
    }
  }

  /** The code of `ct state`. */
  stateOf({ framed }: View): Field {
    return framed ? this.states.later : this.states.now;
  }

  /** Whether a packet's entry is a template; null where no rule attaches one. */
  templateOf({ framed }: View): number | null {
    return this.templates && (framed ? this.templates.later : this.templates.now);
  }

  /** The bits of a variable as rules see them. */
  nowOf(variable: Variable, { framed }: View): BitField | null {
    const bits = this.bits.get(variable);
    return bits ? (framed ? bits.later : bits.now) : null;
  }

  /** The variables of what packets have become: all that they did not come with. */
  *notInputs(): Generator<number> {
    for (const { moved } of [this.daddr, this.dport, this.saddr, this.sport]) yield* moved.variables;
    yield* this.nowVariables;
    yield* this.laterVariables;
  }

  /** As notInputs, of what is written behind a frame. */
  *writtenBehind(): Generator<number> {
    for (const { moved } of [this.saddr, this.sport]) yield* moved.variables;
    yield* this.laterVariables;
  }

  /** As factVariable, where it has been asked for. */
  knownFactVariable(fact: number): number | null {
    return this.factVariables.get(fact) ?? null;
  }

  /** The variable of a fact that packets may have or not. Made when it is first asked for. */
  factVariable(fact: number): number {
    const known = this.factVariables.get(fact);
    if (known !== undefined) return known;
    const made = this.unknowns.plain();
    this.factVariables.set(fact, made);
    return made;
  }
}

/** With what the kernel itself and the choice of ordinary packets tell apart. */
function addressClasses(bounds: Bounds, locals: readonly Wide[]): ValueClasses | null {
  const isWide = bounds.width > 32;
  for (const [low, high] of isWide ? KNOWN_ADDRESSES.ip6 : KNOWN_ADDRESSES.ip) bounds.add(low, high);
  for (const local of locals) if ((typeof local === 'bigint') === isWide) bounds.add(local, local);
  return bounds.classes();
}

function portClasses(bounds: Bounds): ValueClasses | null {
  for (const [low, high] of KNOWN_PORTS) bounds.add(low, high);
  return bounds.classes();
}

/** Nobody, loopback, groups, everybody; documentation's and private networks that witnesses come from. */
const KNOWN_ADDRESSES: Readonly<Record<'ip' | 'ip6', readonly (readonly [Wide, Wide])[]>> = {
  ip: [
    [0, 0],
    [0, 0x00ffffff],
    [0x0a000000, 0x0a0000ff],
    [0x7f000000, 0x7fffffff],
    [LOOPBACK_V4, LOOPBACK_V4],
    [0xc0a80100, 0xc0a801ff],
    [0xe0000000, 0xe00000ff],
    [0xe0000000, 0xefffffff],
    [0xffffffff, 0xffffffff],
  ],
  ip6: [
    [0n, 0n],
    [LOOPBACK_V6, LOOPBACK_V6],
    [0x20010db8n << 96n, (0x20010db80001n << 80n) - 1n],
    [0x20010db80001n << 80n, (0x20010db80002n << 80n) - 1n],
    [0x3fan << 118n, (0x3fbn << 118n) - 1n],
    [0xffn << 120n, (1n << 128n) - 1n],
  ],
};
/** Those of services, and the kernel's classes of random ports (translation.ts). */
const KNOWN_PORTS: readonly (readonly [number, number])[] = [
  ...[0, 22, 53, 80, 443, 8080].map((port) => [port, port] as const),
  [1, 511],
  [512, 1023],
  [600, 1023],
  [1024, 65535],
];

const MARKS: readonly Variable[] = [MARK, CT_MARK];

/** Values at first of what the kernel keeps beside the packet. */
const INITIAL: ReadonlyMap<Variable, number | bigint> = new Map<Variable, number | bigint>([
  [PRIORITY, 0],
  [NFTRACE, 0],
  [CT_LABEL, 0n],
  [CT_STATUS, 0],
]);

const SPECIAL: ReadonlySet<Variable> = new Set([
  L4PROTO,
  IP_SADDR,
  IP_DADDR,
  IP6_SADDR,
  IP6_DADDR,
  SPORT,
  DPORT,
  CT_STATE,
  CT_DIRECTION,
  CT_ZONE,
  PKTTYPE,
  IIFTYPE,
  OIFTYPE,
  IIF,
  OIF,
  ...Object.values(ORIGINAL),
  ...Object.values(REPLY),
]);

/** How many named booleans there may be. */
const UNKNOWNS = 1 << 19;
