/** Sets of packets, as they came to the node, in words: protocols, prefixes, ports, interfaces, states; and what the words do not tell. */
import { ICMP_CODE, ICMP_TYPE, ICMPV6_CODE, ICMPV6_TYPE, MARK, SCTP_CHUNK } from '../../kernel/fields.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import { type Description, describeSet } from '../diagram/describe.ts';
import type { Field } from '../diagram/field.ts';
import type { Interval } from '../diagram/intervals.ts';
import { FALSE, not, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import { support } from '../diagram/walk.ts';
import type { BitField } from '../symbolic/bit-field.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import { CLASS } from '../symbolic/layout.ts';
import { LOOPBACK, NO_INTERFACE } from '../symbolic/names.ts';
import type { Origin } from '../symbolic/universe.ts';
import { unknownsIn } from './compare-runs.ts';
import { addressesWords, type ListWords, listWords, namedWords, portsWords } from './interval-words.ts';

export interface SetInWords {
  /** Each a kind of packets; together they are the set. `tcp from 10.8.0.0/24 port 22, in by wg0`. */
  readonly lines: readonly string[];
  /** What goes for all of the lines, and is not said in each: `tcp from 10.8.0.0/24, ct state new`; null: nothing. */
  readonly common: string | null;
  /** False: there are more, or more values. */
  readonly complete: boolean;
  /** What nobody knows, on which it depends as well. */
  readonly unknowns: readonly string[];
  /** What else of a packet it depends on, and the lines do not tell: `TCP flags`. */
  readonly also: readonly string[];
  /** All are addressed to the node itself, or all to others, as they come; null: some are, or the node sends them. */
  readonly addressed: 'node' | 'others' | null;
}

export interface WordsLimits {
  readonly products: number;
  /** In one field of one product. */
  readonly intervals: number;
}

/** Many intervals often are one list of exceptions. */
const LIMITS: WordsLimits = { products: 12, intervals: 1000 };

/** A set of inputs in words. Cost: bounded by the limits. */
export function inWords(own: FamilySpace, set: Ref, origin: Origin, limits = LIMITS): SetInWords {
  const { layout, diagrams } = own;
  const fields = [
    layout.protocol.field,
    layout.saddr.input.field,
    layout.daddr.input.field,
    layout.dport.input.field,
    layout.iif,
    layout.oif,
    layout.class,
  ] as Field[];
  const told = withoutMark(own, set);
  const described = describeSet(diagrams, told, fields, limits, oddPackets(own, origin));
  const writer = new LineWriter(own, origin);
  return {
    ...withCommon(described.products.map((product) => writer.line(product))),
    complete: described.complete && !writer.cut,
    unknowns: unknownsIn(own, set),
    also: alsoOf(own, set, origin, fields),
    addressed: addressedTo(own, told, origin),
  };
}

/** Hardly any packet comes with a mark: those that do are told only where there are no others. */
function withoutMark({ layout, diagrams }: FamilySpace, set: Ref): Ref {
  const mark = layout.bitsOf(MARK)?.input;
  if (!mark?.field) return set;
  const plain = diagrams.and(set, mark.in(diagrams, { kind: 'numbers', ranges: [0, 0] }, mark.mask));
  return plain === FALSE ? set : plain;
}

interface Line {
  /** `tcp`, `from 10.8.0.0/24`, `port 22`. */
  readonly head: readonly string[];
  /** `in by wg0`, `ct state new`. */
  readonly tail: readonly string[];
}

/** What all lines say is said once. */
function withCommon(lines: readonly Line[]): Pick<SetInWords, 'lines' | 'common'> {
  const [first, ...more] = lines;
  const isCommon = (part: string) =>
    more.length > 0 && more.every(({ head, tail }) => head.includes(part) || tail.includes(part));
  const common = first ? { head: first.head.filter(isCommon), tail: first.tail.filter(isCommon) } : null;
  const own = lines.map(({ head, tail }) => ({
    head: head.filter((part) => !common?.head.includes(part)),
    tail: tail.filter((part) => !common?.tail.includes(part)),
  }));
  const hasCommon = common !== null && common.head.length + common.tail.length > 0;
  return {
    lines: [...new Set(own.map((line) => lineText(line, hasCommon ? '' : 'any packet')))],
    common: hasCommon ? lineText(common, '') : null,
  };
}

/** `nothing`: where nothing is said of addresses, ports and protocols. */
function lineText({ head, tail }: Line, nothing: string): string {
  return (
    [...(head.length > 0 ? [head.join(' ')] : nothing === '' ? [] : [nothing]), ...tail].join(', ') || 'any packet'
  );
}

/**
 * Packets that nobody asks for, and whose exceptions would be in the way: what none is, what routing refuses, sources that are nobody's (DHCP's 0.0.0.0
 * among them), and connections that a helper expects, which are treated as new ones are.
 */
export function oddPackets(own: FamilySpace, origin: Origin): Ref {
  const { sets, diagrams, layout } = own;
  return sets.once(`odd packets ${origin}`, () =>
    diagrams.orAll([
      own.impossible(origin),
      sets.kind(layout.saddr.input, 'broadcast'),
      diagrams.diff(sets.class('related'), sets.icmp()),
      origin === 'received' ? martians(own) : FALSE,
    ]),
  );
}

/** Kernel: net/ipv4/route.c, ip_route_input_slow(). */
function martians({ sets, diagrams, layout }: FamilySpace): Ref {
  const { saddr, daddr } = layout;
  const zero = layout.family === 'ip' ? sets.addresses(daddr.input, [[0, 0]]) : FALSE;
  return diagrams.orAll([
    sets.kind(saddr.input, 'loopback'),
    sets.known(saddr.input),
    sets.kind(daddr.input, 'loopback'),
    zero,
  ]);
}

function addressedTo({ diagrams, layout }: FamilySpace, set: Ref, origin: Origin): SetInWords['addressed'] {
  if (origin === 'sent' || set === FALSE) return null;
  const local = diagrams.variable(layout.local);
  if (diagrams.implies(set, local)) return 'node';
  return diagrams.disjoint(set, local) ? 'others' : null;
}

// What the lines do not tell ---------------------------------------------------------------------------------------------------

const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  [MARK.name, 'the mark that a packet comes with'],
  [ICMP_TYPE.name, 'the ICMP type'],
  [ICMP_CODE.name, 'the ICMP code'],
  [ICMPV6_TYPE.name, 'the ICMPv6 type'],
  [ICMPV6_CODE.name, 'the ICMPv6 code'],
  [SCTP_CHUNK.name, 'the SCTP chunk'],
]);

/** Fields that are not told, of which one value leads into the set and another, with all else as it is, does not. */
function alsoOf(own: FamilySpace, set: Ref, origin: Origin, fields: readonly Field[]): string[] {
  const { layout, diagrams } = own;
  const open = new VariableSet(
    support(diagrams, set).filter((variable) => !fields.some((each) => each.set.has(variable))),
  );
  const others: [string, Field | null][] = [['the source port', layout.sport.input.field]];
  for (const { variable, input } of layout.allBits()) {
    others.push([FIELD_WORDS.get(variable.name) ?? `the ${variable.name}`, input?.field ?? null]);
  }
  const found: string[] = [];
  for (const [words, field] of others) {
    if (field?.variables.some((variable) => open.has(variable)) && decides(own, set, origin, field)) found.push(words);
  }
  return [...new Set(found)];
}

function decides(own: FamilySpace, set: Ref, origin: Origin, field: Field): boolean {
  const { diagrams } = own;
  const possible = not(own.impossible(origin));
  try {
    return diagrams.within(ALSO, () => {
      const inside = diagrams.exists(diagrams.and(set, possible), field.set);
      return !diagrams.disjoint(inside, diagrams.exists(diagrams.diff(possible, set), field.set));
    });
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return true;
  }
}

const ALSO = { steps: 2_000_000, nodes: 1_000_000 };

// Lines ------------------------------------------------------------------------------------------------------------------------

class LineWriter {
  /** Some values were only counted. */
  cut = false;

  constructor(
    private readonly own: FamilySpace,
    private readonly origin: Origin,
  ) {}

  /** `tcp from 10.8.0.0/24 to 10.0.0.1 port 22`, and `in by wg0`, `ct state new`. */
  line(product: Description['products'][number]): Line {
    const { layout } = this.own;
    const side = (field: Field | null) => product.find((one) => one.field === field)?.intervals ?? null;
    const values = (field: BitField) => side(field.field)?.map((interval) => field.valuesOf(interval)) ?? null;
    const head = [
      this.part(side(layout.protocol.field), (intervals) => this.protocols(intervals)),
      this.part(values(layout.saddr.input), (intervals) => this.addresses(intervals, 'from', false)),
      this.part(values(layout.daddr.input), (intervals) => this.addresses(intervals, 'to', true)),
      this.part(values(layout.dport.input), portsWords),
    ].filter((words) => words !== '');
    const tail = [
      this.part(side(layout.iif), (intervals) => prefixed('in by', this.interfaces(intervals))),
      this.part(side(layout.oif), (intervals) => prefixed('out by', this.interfaces(intervals))),
      this.part(side(layout.class), (intervals) => prefixed('ct state', this.states(intervals))),
    ].filter((words) => words !== '');
    return { head, tail };
  }

  private part(intervals: readonly Interval[] | null, wordsOf: (intervals: readonly Interval[]) => ListWords): string {
    if (!intervals) return '';
    const { words, cut } = wordsOf(intervals);
    this.cut ||= cut;
    return words;
  }

  private protocols(intervals: readonly Interval[]): ListWords {
    const other = this.own.family === 'ip' ? 58 : 1;
    const all = Array.from({ length: 256 }, (_, number) => number).filter((number) => number !== other);
    return namedWords(intervals, all, (number) => PROTOCOLS.get(number) ?? `protocol ${number}`, 'any protocol');
  }

  private addresses(intervals: readonly Interval[], word: string, isDestination: boolean): ListWords {
    const { family } = this.own;
    const { nobody, groups, loopback } = ADDRESSES[family];
    const odd = [...nobody, ...(this.origin === 'received' ? loopback : [])];
    const kinds = isDestination ? { groups, ignored: odd } : { groups: [], ignored: [...odd, ...groups] };
    return prefixed(word, addressesWords(intervals, family === 'ip' ? 32 : 128, kinds));
  }

  /** Names that no rule has are one thing; so are all that begin alike. */
  private interfaces(intervals: readonly Interval[]): ListWords {
    const { atoms } = this.own.layout;
    const all = atoms.atoms.map((_, code) => code).filter((code) => this.canBe(code));
    const isIn = (code: number) => intervals.some(({ low, high }) => low <= code && code <= high);
    const isOther = (code: number) => atoms.atoms[code]?.words === null;
    const inside = atoms.shortened(all.filter(isIn));
    if (!all.some((code) => isOther(code) && isIn(code))) return listWords(inside, MOST_NAMES);
    const outside = atoms.shortened(all.filter((code) => !isIn(code)));
    if (outside.length === 0 || inside.length <= 2) return listWords(inside, MOST_NAMES);
    return outside.length <= inside.length || inside.length > MOST_NAMES
      ? prefixed('any interface but', listWords(outside, MOST_NAMES))
      : listWords(inside, MOST_NAMES);
  }

  private canBe(code: number): boolean {
    return code !== NO_INTERFACE && (code !== LOOPBACK || this.origin === 'sent');
  }

  private states(intervals: readonly Interval[]): ListWords {
    const isIn = (value: number) => intervals.some(({ low, high }) => low <= value && value <= high);
    const both = isIn(CLASS.original) && isIn(CLASS.reply);
    const nameOf = (value: number) =>
      both && (value === CLASS.original || value === CLASS.reply) ? 'established' : (STATE_WORDS.get(value) ?? '');
    return namedWords(intervals, Object.values(CLASS), nameOf, 'any');
  }
}

const MOST_NAMES = 6;

function prefixed(word: string, { words, cut }: ListWords): ListWords {
  return { words: `${word} ${words}`, cut };
}

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

const STATE_WORDS: ReadonlyMap<number, string> = new Map([
  [CLASS.new, 'new'],
  [CLASS.original, 'established (from the opening side)'],
  [CLASS.reply, 'established (replies)'],
  [CLASS.related, 'related'],
  [CLASS.invalid, 'invalid'],
  [CLASS.untracked, 'untracked'],
]);

/** Addresses that are no single host's: of nobody, of groups of hosts, of the node alone. */
const ADDRESSES: Readonly<
  Record<'ip' | 'ip6', Readonly<Record<'nobody' | 'groups' | 'loopback', readonly Interval[]>>>
> = {
  ip: {
    nobody: [{ low: 0, high: 0 }],
    groups: [
      { low: 0xe0000000, high: 0xefffffff },
      { low: 0xffffffff, high: 0xffffffff },
    ],
    loopback: [{ low: 0x7f000000, high: 0x7fffffff }],
  },
  ip6: {
    nobody: [{ low: 0n, high: 0n }],
    groups: [{ low: 0xffn << 120n, high: (1n << 128n) - 1n }],
    loopback: [{ low: 1n, high: 1n }],
  },
};
