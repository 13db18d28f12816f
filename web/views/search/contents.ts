/**
 * Which addresses and ports every rule and set names: what a search for `10.96.0.10` or `:8080` is answered from. Comparisons of any field of such a type
 * (also of connections and ARP), anonymous sets and maps, named ones by their elements, ipsets, and the targets of translations. Built in one pass
 * when somebody first searches.
 * Not modelled: which interface, state or mark else the rule asks for.
 */
import { ipv4Mask, ipv6Mask } from '../../base/address.ts';
import type { Expression, Field, SetElement, SetLiteral, SetReference } from '../../model/expression.ts';
import { isVerdict } from '../../model/expression.ts';
import { fieldType } from '../../model/field-types.ts';
import { ipsetParts } from '../../model/ipset.ts';
import type { NamedSet, Rule, Ruleset } from '../../model/ruleset.ts';
import type { MatchOperator, Statement } from '../../model/statement.ts';
import { eachExpression } from '../../model/walk.ts';
import { type Entry, Intervals } from './intervals.ts';

export type Kind = 'ip' | 'ip6' | 'port';

export interface Tables {
  readonly ip: Intervals<number>;
  readonly ip6: Intervals<bigint>;
  readonly port: Intervals<number>;
}

/** A rule's use of a set. */
export interface SetUse {
  readonly rule: number;
  readonly negated: boolean;
  readonly label: number;
  /** What the set has; null where its elements are more than that. */
  readonly kind: Kind | null;
}

/** `ip saddr & 255.0.255.0 == 10.0.3.0`: the mask's ones are not all in front, so that no interval tells it. */
export interface Masked {
  readonly rule: number;
  readonly mask: number | bigint;
  readonly value: number | bigint;
  readonly negated: boolean;
  readonly label: number;
}

/** `ip saddr != { 10.0.0.0/8, 192.168.0.0/16 }`. */
export interface Excluded {
  readonly rule: number;
  readonly kind: Kind;
  readonly bounds: readonly (readonly [number | bigint, number | bigint])[];
  readonly label: number;
}

export interface Contents {
  readonly rules: Tables;
  readonly sets: Tables;
  readonly masked: readonly Masked[];
  readonly excluded: readonly Excluded[];
  /** By NamedSet.id. */
  readonly uses: ReadonlyMap<number, readonly SetUse[]>;
  /** By NamedSet.id: the ipsets of the type `list:set` that it is a member of. */
  readonly lists: ReadonlyMap<number, readonly number[]>;
  /** What an interval is compared with: a field's name, or `to` for the target of a translation. */
  readonly labels: readonly string[];
}

/** Rules or elements between two yields. */
const SLICE = 2000;
const PORTS = 0xffff;

/** Yields how much is done, from 0 to 1. Cost: one pass over statements and elements, about 0.5 µs each. */
export function* buildContents(ruleset: Ruleset): Generator<number, Contents> {
  const builder = new Builder(ruleset);
  const total = ruleset.rules.length + ruleset.sets.reduce((sum, { elements }) => sum + elements.length, 0);
  let done = 0;
  for (const rule of ruleset.rules) {
    for (const statement of rule.body) builder.statement(rule, statement);
    if (++done % SLICE === 0) yield done / total;
  }
  for (const set of ruleset.sets) {
    const parts = builder.partsOf(set);
    for (const element of set.elements) {
      builder.element(set, parts, element);
      if (++done % SLICE === 0) yield done / total;
    }
  }
  return builder.contents();
}

/** The types of a set's parts, and what they are called in words. */
interface Parts {
  readonly key: readonly (Kind | null)[];
  readonly data: readonly (Kind | null)[];
  readonly label: number;
}

type Holder = Omit<Entry, 'element'>;

function tables(): Tables {
  return { ip: new Intervals<number>(), ip6: new Intervals<bigint>(), port: new Intervals<number>() };
}

const TYPES: ReadonlyMap<string, Kind> = new Map([
  ['ipv4_addr', 'ip'],
  ['ipv6_addr', 'ip6'],
  ['inet_service', 'port'],
]);

class Builder {
  readonly #ruleset: Ruleset;
  readonly #rules = tables();
  readonly #sets = tables();
  readonly #masked: Masked[] = [];
  readonly #excluded: Excluded[] = [];
  readonly #uses = new Map<number, SetUse[]>();
  readonly #lists = new Map<number, number[]>();
  readonly #labels: string[] = ['', 'to'];
  readonly #labelOf = new Map<string, number>();
  readonly #kinds = new Map<Field, Kind | null>();
  #elements = 0;

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  contents(): Contents {
    return {
      rules: this.#rules,
      sets: this.#sets,
      masked: this.#masked,
      excluded: this.#excluded,
      uses: this.#uses,
      lists: this.#lists,
      labels: this.#labels,
    };
  }

  statement(rule: Rule, statement: Statement): void {
    switch (statement.kind) {
      case 'match':
        this.#comparison(rule, statement.left, statement.op, statement.right);
        return;
      case 'vmap':
        this.#comparison(rule, statement.key, '==', statement.map);
        return;
      case 'nat':
      case 'tproxy':
        this.#target(rule, statement.address, null);
        this.#target(rule, statement.port, 'port');
        return;
      case 'dup':
      case 'fwd':
        this.#target(rule, statement.address, null);
        return;
      case 'mangle':
        if (statement.target.kind === 'field' && this.#kind(statement.target)) {
          this.#target(rule, statement.value, this.#kind(statement.target));
        } else this.#lookups(rule, statement.value);
        return;
      case 'set-update':
        this.#use(rule, statement.set, false, 0);
        return;
      default:
        return;
    }
  }

  /** `field == something`, or a key in a set or map. */
  #comparison(rule: Rule, left: Expression, op: MatchOperator, right: Expression): void {
    if (left.kind === 'bitwise') {
      this.#mask(rule, left, op, right);
      return;
    }
    const fields = left.kind === 'concat' ? left.parts : [left];
    const first = fields.find((part) => part.kind === 'field' && this.#kind(part));
    const label = this.#label(first?.kind === 'field' ? first.name : '');
    const negated = op === '!=';
    if (right.kind === 'set-reference') {
      this.#use(rule, right, negated, label);
      return;
    }
    const holder = { holder: rule.id, label, negated, except: false };
    const kinds = fields.map((part) => (part.kind === 'field' ? this.#kind(part) : null));
    const labels = fields.map((part) => (part.kind === 'field' ? this.#label(part.name) : 0));
    if (right.kind === 'set') this.#literal(rule, holder, kinds, labels, right);
    else if (left.kind === 'concat') this.#parts(this.#rules, holder, this.#nextElement(), kinds, labels, right);
    else this.#ordered(holder, kinds[0] ?? null, op, right);
  }

  #ordered(holder: Holder, kind: Kind | null, op: MatchOperator, right: Expression): void {
    if (kind === null) return;
    if (op === '==' || op === '!=') {
      this.#interval(this.#rules, holder, 0, kind, right);
      return;
    }
    if (right.kind !== 'value' || typeof right.value === 'string') return;
    const bounds = bound(op, right.value, kind);
    if (bounds) addInterval(this.#rules, kind, bounds[0], bounds[1], { ...holder, element: 0 });
  }

  /** Anonymous sets and maps: the elements are the rule's own. Negated, the set is one thing. */
  #literal(
    rule: Rule,
    holder: Holder,
    kinds: readonly (Kind | null)[],
    labels: readonly number[],
    set: SetLiteral,
  ): void {
    if (holder.negated) {
      const [kind] = kinds;
      if (kinds.length !== 1 || !kind) return;
      const bounds = set.elements.flatMap(({ key }) => [boundsOf(key, kind) ?? []].filter((one) => one.length === 2));
      this.#excluded.push({ rule: rule.id, kind, bounds, label: holder.label });
      return;
    }
    for (const { key, data } of set.elements) {
      const element = key.kind === 'concat' || data ? this.#nextElement() : 0;
      this.#parts(this.#rules, holder, element, kinds, labels, key);
      if (data && !isVerdict(data)) this.#target(rule, data, null, element);
    }
  }

  #parts(
    into: Tables,
    holder: Holder,
    element: number,
    kinds: readonly (Kind | null)[],
    labels: readonly number[],
    key: Expression,
  ): void {
    const parts = key.kind === 'concat' && kinds.length > 1 ? key.parts : [key];
    parts.forEach((part, at) => {
      const kind = kinds[at] ?? null;
      // ipset writes a port with its protocol.
      const value = part.kind === 'concat' ? (part.parts.at(-1) as Expression) : part;
      if (kind) this.#interval(into, { ...holder, label: labels[at] ?? 0 }, element, kind, value);
    });
  }

  /** Where a packet is sent on to: an address or a port, a range of them, or what a map gives. */
  #target(rule: Rule, target: Expression | null, kind: Kind | null, element = 0): void {
    if (target === null) return;
    const holder = { holder: rule.id, label: 1, negated: false, except: false };
    if (target.kind === 'map') this.#lookups(rule, target);
    else if (target.kind === 'concat') {
      const [address, port] = target.parts;
      const together = element === 0 ? this.#nextElement() : element;
      if (address) this.#target(rule, address, null, together);
      if (port) this.#target(rule, port, 'port', together);
    } else {
      const own = kind ?? addressKind(target);
      if (own) this.#interval(this.#rules, holder, element, own, target);
    }
  }

  #lookups(rule: Rule, expression: Expression): void {
    eachExpression(expression, (inner) => {
      if (inner.kind === 'map') this.#comparison(rule, inner.key, '==', inner.map);
    });
  }

  #mask(
    rule: Rule,
    { op: bitwise, left, right: mask }: Extract<Expression, { kind: 'bitwise' }>,
    op: MatchOperator,
    right: Expression,
  ): void {
    if (bitwise !== 'and' || left.kind !== 'field' || mask.kind !== 'value' || right.kind !== 'value') return;
    const kind = this.#kind(left);
    if ((op !== '==' && op !== '!=') || (kind !== 'ip' && kind !== 'ip6')) return;
    if (typeof mask.value === 'string' || typeof right.value !== typeof mask.value) return;
    const value = right.value as number | bigint;
    const label = this.#label(left.name);
    this.#masked.push({ rule: rule.id, mask: mask.value, value, negated: op === '!=', label });
  }

  #use(rule: Rule, { name, ipset }: SetReference, negated: boolean, label: number): void {
    const set = ipset ? this.#ruleset.ipsets.get(name) : rule.chain.table.setNamed.get(name);
    if (!set) return;
    const uses = this.#uses.get(set.id);
    const { key } = this.partsOf(set);
    const use = { rule: rule.id, negated, label, kind: key.length === 1 ? (key[0] ?? null) : null };
    if (uses) uses.push(use);
    else this.#uses.set(set.id, [use]);
  }

  partsOf(set: NamedSet): Parts {
    const label = this.#label('');
    if (set.table === null) return { key: ipsetKinds(set), data: [], label };
    const kindsOf = (types: readonly string[]): (Kind | null)[] => types.map((type) => TYPES.get(type) ?? null);
    return { key: kindsOf(set.key.types), data: kindsOf(set.data?.types ?? []), label };
  }

  element(set: NamedSet, { key: kinds, data: targets, label }: Parts, { key, data, except }: SetElement): void {
    if (key.kind === 'set-reference') {
      const member = this.#ruleset.ipsets.get(key.name);
      if (!member) return;
      const lists = this.#lists.get(member.id);
      if (lists) lists.push(set.id);
      else this.#lists.set(member.id, [set.id]);
      return;
    }
    const element = this.#nextElement();
    const holder = { holder: set.id, label, negated: false, except: except === true };
    this.#parts(this.#sets, holder, element, kinds, [], key);
    if (!data || isVerdict(data)) return;
    this.#parts(this.#sets, { ...holder, label: 1 }, element, targets, [1, 1], data);
  }

  #interval(into: Tables, holder: Holder, element: number, kind: Kind, what: Expression): void {
    const bounds = boundsOf(what, kind);
    if (bounds) addInterval(into, kind, bounds[0], bounds[1], { ...holder, element });
  }

  #nextElement(): number {
    return ++this.#elements;
  }

  #kind(of: Field): Kind | null {
    let kind = this.#kinds.get(of);
    if (kind === undefined) {
      kind = TYPES.get(fieldType(of.name).type) ?? null;
      this.#kinds.set(of, kind);
    }
    return kind;
  }

  #label(text: string): number {
    if (text === '') return 0;
    let label = this.#labelOf.get(text);
    if (label === undefined) {
      label = this.#labels.push(text) - 1;
      this.#labelOf.set(text, label);
    }
    return label;
  }
}

function addInterval(into: Tables, kind: Kind, from: number | bigint, to: number | bigint, entry: Entry): void {
  if (kind === 'ip6') into.ip6.add(BigInt(from), BigInt(to), entry);
  else into[kind].add(Number(from), Number(to), entry);
}

/** Both ends; null where it is no number of that kind, or all of them. */
function boundsOf(what: Expression, kind: Kind): readonly [number | bigint, number | bigint] | null {
  switch (what.kind) {
    case 'value':
      return typeof what.value === 'string' ? null : [what.value, what.value];
    case 'range':
      if (typeof what.from === 'string' || typeof what.to === 'string') return null;
      return kind === 'port' && what.from === 0 && what.to === PORTS ? null : [what.from, what.to];
    case 'prefix':
      return what.length === 0 || kind === 'port' ? null : prefixBounds(what.address, what.length);
    default:
      return null;
  }
}

function prefixBounds(address: number | bigint, length: number): readonly [number | bigint, number | bigint] {
  if (typeof address === 'number') {
    const mask = ipv4Mask(length);
    const from = (address & mask) >>> 0;
    return [from, (from | ~mask) >>> 0];
  }
  const mask = ipv6Mask(length);
  const from = address & mask;
  return [from, from + ((1n << BigInt(128 - length)) - 1n)];
}

function bound(
  op: MatchOperator,
  limit: number | bigint,
  kind: Kind,
): readonly [number | bigint, number | bigint] | null {
  const value = BigInt(limit);
  const most = kind === 'ip6' ? (1n << 128n) - 1n : kind === 'ip' ? 0xffffffffn : BigInt(PORTS);
  switch (op) {
    case '<':
      return value > 0n ? [0n, value - 1n] : null;
    case '<=':
      return [0n, value];
    case '>':
      return value < most ? [value + 1n, most] : null;
    case '>=':
      return [value, most];
    default:
      return null;
  }
}

/** An address tells its own family; a number that stands for a port does not get here. */
function addressKind(target: Expression): Kind | null {
  const value = target.kind === 'value' ? target.value : target.kind === 'range' ? target.from : null;
  if (target.kind === 'prefix') return target.width === 32 ? 'ip' : target.width === 128 ? 'ip6' : null;
  return typeof value === 'number' ? 'ip' : typeof value === 'bigint' ? 'ip6' : null;
}

/** What the parts of an ipset's type hold; `family inet6` in its options says which addresses. */
function ipsetKinds(set: NamedSet): (Kind | null)[] {
  const address = set.options.some((option) => /^family (inet6|ipv6)$/.test(option)) ? 'ip6' : 'ip';
  return ipsetParts(set.key.types[0] ?? '').map((part) =>
    part === 'ip' || part === 'net' ? address : part === 'port' ? 'port' : null,
  );
}
