/**
 * What a ruleset asks of packets and what it writes to them: which variables, which of their bits, which names. Only that gets variables in the diagrams.
 */
import { assertNever } from '../../base/assert.ts';
import type { Assign, Instruction, NatSource, NatTarget } from '../../kernel/action.ts';
import type { Program } from '../../kernel/compile.ts';
import { targetOfElement } from '../../kernel/compile-nat.ts';
import type { Condition } from '../../kernel/condition.ts';
import { FACT } from '../../kernel/facts.ts';
import {
  DPORT,
  IP_DADDR,
  IP_SADDR,
  IP6_DADDR,
  IP6_SADDR,
  ORIGINAL,
  REPLY,
  SPORT,
  type Variable,
} from '../../kernel/fields.ts';
import { keyValues, type LookupSet } from '../../kernel/lookup-set.ts';
import { maskedVariable, type Term } from '../../kernel/term.ts';
import type { NameSet } from '../../kernel/value-set.ts';
import type { Rule } from '../../model/ruleset.ts';
import { Bounds } from './value-classes.ts';

export interface Usage {
  /** The bits that are read of each variable. */
  readonly reads: ReadonlyMap<Variable, bigint>;
  /** The bits that are written. */
  readonly writes: ReadonlyMap<Variable, bigint>;
  readonly exactNames: ReadonlySet<string>;
  readonly nameStems: ReadonlySet<string>;
  /** Sets that rules write to: what is in them changes with every packet. */
  readonly updatedSets: ReadonlySet<LookupSet>;
  /** The facts that conditions ask for. */
  readonly facts: number;
  readonly templates: boolean;
  /** What rules tell apart. */
  readonly addresses: Bounds;
  readonly ports: Bounds;
}

/** Cost: linear in the rules, which are compiled by it, and in the elements of the sets that they name. */
export function usageOf(program: Program, rules: Iterable<Rule>, family: 'ip' | 'ip6'): Usage {
  const scan = new Scan(family);
  for (const rule of rules) for (const instruction of program.rule(rule).instructions) scan.instruction(instruction);
  scan.copies();
  return scan;
}

export function allBits(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

class Scan implements Usage {
  readonly reads = new Map<Variable, bigint>();
  readonly writes = new Map<Variable, bigint>();
  readonly exactNames = new Set<string>();
  readonly nameStems = new Set<string>();
  readonly updatedSets = new Set<LookupSet>();
  facts = 0;
  templates = false;
  readonly addresses: Bounds;
  readonly ports = new Bounds(16);
  private readonly seen = new Set<LookupSet>();
  private readonly bounded = new Map<LookupSet, Set<string>>();
  private readonly assigns: { readonly variable: Variable; readonly value: Term }[] = [];
  /** Facts that no packet of the family has. */
  private readonly never: number;
  private readonly addressVariables: ReadonlySet<Variable>;

  constructor(family: 'ip' | 'ip6') {
    this.never = family === 'ip' ? FACT.IPV6 | FACT.ARP : FACT.IPV4 | FACT.ARP;
    this.addresses = new Bounds(family === 'ip' ? 32 : 128);
    this.addressVariables = ADDRESSES[family];
  }

  instruction(instruction: Instruction): void {
    switch (instruction.kind) {
      case 'match':
        this.condition(instruction.condition);
        return;
      case 'assign':
        this.assign(instruction);
        return;
      case 'vmap':
        this.key(instruction.key, instruction.set);
        return;
      case 'nat':
        this.natSource(instruction.target, instruction.prefix);
        return;
      case 'template':
        this.templates = true;
        return;
      case 'set-update':
        this.updatedSets.add(instruction.set);
        for (const condition of instruction.conditions) this.condition(condition);
        for (const { when } of instruction.keys) this.condition(when);
        return;
      case 'end':
        if (instruction.end.kind === 'tproxy' && instruction.end.mark) this.term(instruction.end.mark, null);
        return;
      case 'verdict':
      case 'reject':
      case 'notrack':
      case 'effect':
        return;
      default:
        assertNever(instruction, 'instruction');
    }
  }

  private condition(condition: Condition): void {
    switch (condition.kind) {
      case 'test':
        this.facts |= condition.needs;
        if ((condition.needs & this.never) !== 0) return;
        this.read(condition.variable, condition.mask === null ? null : BigInt(condition.mask));
        if (condition.values.kind === 'names') this.names(condition.values);
        else this.bounds(condition.variable, condition.values.ranges, condition.mask);
        return;
      case 'facts':
        this.facts |= condition.facts;
        return;
      case 'not':
        this.condition(condition.of);
        return;
      case 'all':
      case 'any':
        for (const part of condition.parts) this.condition(part);
        return;
      case 'term':
        this.term(condition.term, null);
        if (condition.values.kind === 'names') this.names(condition.values);
        return;
      case 'lookup':
        this.key(condition.key, condition.set);
        return;
      case 'constant':
      case 'unknown':
        return;
      default:
        assertNever(condition, 'condition');
    }
  }

  private names(values: NameSet): void {
    for (const name of values.exact) this.exactNames.add(name);
    for (const stem of values.stems) this.nameStems.add(stem);
  }

  private read(variable: Variable, mask: bigint | null): void {
    if (variable.kind === 'name') {
      this.reads.set(variable, 0n);
      return;
    }
    this.reads.set(variable, (this.reads.get(variable) ?? 0n) | (mask ?? allBits(variable.width)));
  }

  private boundsOf(variable: Variable): Bounds | null {
    if (this.addressVariables.has(variable)) return this.addresses;
    return PORTS.has(variable) ? this.ports : null;
  }

  private bounds(variable: Variable, ranges: readonly (number | bigint)[], mask: number | bigint | null): void {
    const bounds = this.boundsOf(variable);
    if (!bounds) return;
    for (let i = 0; i < ranges.length; i += 2) {
      const [low, high] = [ranges[i], ranges[i + 1]] as [number | bigint, number | bigint];
      if (mask === null) bounds.add(low, high);
      else bounds.addMasked(low, high, mask);
    }
  }

  /** `mask`: the bits that are looked at; null: all. `isNumber`: it is compared or hashed as a whole, nobody computes with its bits. */
  private term(term: Term, mask: bigint | null, isNumber = false): void {
    switch (term.kind) {
      case 'variable': {
        this.facts |= term.needs;
        const bounds = this.boundsOf(term.variable);
        if (bounds && !isNumber) bounds.needsBits = true;
        if ((term.needs & this.never) === 0) this.read(term.variable, mask);
        return;
      }
      case 'bits': {
        const { left, right, op } = term;
        const constant = right.kind === 'constant' && typeof right.value !== 'string' ? BigInt(right.value) : null;
        if (op === 'and' && constant !== null) {
          this.term(left, mask === null ? constant : mask & constant);
          return;
        }
        this.term(left, mask);
        this.term(right, mask);
        return;
      }
      case 'shift':
        this.term(term.of, null);
        return;
      case 'add':
        this.term(term.of, null, true);
        return;
      case 'map':
        this.key(term.key, term.set);
        return;
      case 'hash':
        for (const part of term.of) this.term(part.term, null, true);
        return;
      case 'fib':
        for (const variable of term.address === 'saddr' ? [IP_SADDR, IP6_SADDR] : [IP_DADDR, IP6_DADDR]) {
          this.read(variable, null);
        }
        return;
      case 'constant':
      case 'choice':
      case 'unknown':
      case 'absent':
        return;
      default:
        assertNever(term, 'term');
    }
  }

  private key(key: readonly Term[], set: LookupSet): void {
    for (const term of key) this.keyPart(term);
    this.keyBounds(key, set);
    if (this.seen.has(set)) return;
    this.seen.add(set);
    const named = key.flatMap((term, i) => (term.kind === 'variable' && term.variable.kind === 'name' ? [i] : []));
    if (named.length === 0) return;
    for (const element of set.elements) {
      const values = keyValues(element) ?? [];
      for (const part of named) if (values[part]?.kind === 'names') this.names(values[part]);
    }
  }

  private keyPart(term: Term): void {
    const masked = maskedVariable(term);
    if (!masked || !this.boundsOf(masked.variable)) {
      this.term(term, null, term.kind === 'variable');
      return;
    }
    this.facts |= masked.needs;
    if ((masked.needs & this.never) === 0) this.read(masked.variable, BigInt(masked.mask));
  }

  /** What a set's elements say of addresses and ports. */
  private keyBounds(key: readonly Term[], set: LookupSet): void {
    const parts = key.flatMap((term, at) => {
      const found = term.kind === 'variable' ? { variable: term.variable, mask: null } : maskedVariable(term);
      const bounds = found && this.boundsOf(found.variable);
      return bounds ? [{ at, bounds, ...found }] : [];
    });
    const open = parts.filter(({ at, bounds, mask }) => !this.isBounded(set, `${at} ${bounds.width} ${mask}`));
    if (open.length === 0) return;
    for (const element of set.elements) {
      const values = keyValues(element);
      if (!values) continue;
      for (const { at, variable, mask } of open) {
        const own = values[at];
        if (own && own.kind !== 'names') this.bounds(variable, own.ranges, mask);
      }
    }
  }

  /** Whether that part of the set's keys has been gone through; from now on it has. */
  private isBounded(set: LookupSet, part: string): boolean {
    const known = this.bounded.get(set);
    if (known?.has(part)) return true;
    if (known) known.add(part);
    else this.bounded.set(set, new Set([part]));
    return false;
  }

  private natSource(source: NatSource, byPrefix: boolean): void {
    switch (source.kind) {
      case 'fixed':
        this.target(source.target);
        return;
      case 'map':
        this.key(source.key, source.set);
        for (const element of source.set.elements) {
          const target = targetOfElement(element, source, byPrefix);
          if (target) this.target(target);
        }
        return;
      case 'terms':
        if (source.address) this.natTerm(source.address, this.addresses);
        if (source.port) this.natTerm(source.port, this.ports);
        return;
      case 'unknown':
        return;
      default:
        assertNever(source, 'target of a mapping');
    }
  }

  private natTerm(term: Term, bounds: Bounds): void {
    this.term(term, null);
    if (term.kind === 'constant' && typeof term.value !== 'string') bounds.add(term.value, term.value);
    else if (term.kind === 'choice') bounds.add(term.offset, term.offset + term.modulus - 1);
    else bounds.needsBits = true;
  }

  private target({ address, port }: NatTarget): void {
    if (address?.kind === 'range' && typeof address.from === typeof address.to)
      this.addAddress(address.from, address.to);
    // The bits of the host are carried over.
    if (address?.kind === 'prefix') this.addresses.needsBits = true;
    if (port) this.ports.add(port.from, port.to);
  }

  private addAddress(from: number | bigint, to: number | bigint): void {
    if ((typeof from === 'bigint') === this.addresses.width > 32) this.addresses.add(from, to);
  }

  private assign({ variable, needs, value }: Assign): void {
    this.facts |= needs;
    if (variable.kind === 'name') return;
    const bounds = this.boundsOf(variable);
    if (bounds) bounds.needsBits = true;
    this.assigns.push({ variable, value });
    this.lookedUp(value);
    const written = writtenBits(value, variable);
    this.writes.set(variable, (this.writes.get(variable) ?? 0n) | written);
  }

  /** Whether a map has the key decides whether the rule goes on, also where nobody asks for what is written. */
  private lookedUp(value: Term): void {
    switch (value.kind) {
      case 'map':
        this.key(value.key, value.set);
        return;
      case 'bits':
        this.lookedUp(value.left);
        this.lookedUp(value.right);
        return;
      case 'shift':
      case 'add':
        this.lookedUp(value.of);
        return;
      case 'hash':
        for (const { term } of value.of) this.lookedUp(term);
        return;
      default:
        return;
    }
  }

  /** Of what is written, what is read of the written: a mark that nobody asks for need not be known to be saved. */
  copies(): void {
    const seen = new Map<Assign['value'], bigint>();
    for (let changed = true; changed; ) {
      changed = false;
      for (const { variable, value } of this.assigns) {
        const asked = this.reads.get(variable) ?? 0n;
        if (asked === 0n || seen.get(value) === asked) continue;
        seen.set(value, asked);
        this.term(value, asked);
        changed = true;
      }
    }
  }
}

const ADDRESSES: Readonly<Record<'ip' | 'ip6', ReadonlySet<Variable>>> = {
  ip: new Set([IP_SADDR, IP_DADDR, ...[ORIGINAL, REPLY].flatMap(({ saddr, daddr }) => [saddr, daddr])]),
  ip6: new Set([IP6_SADDR, IP6_DADDR, ...[ORIGINAL, REPLY].flatMap(({ saddr6, daddr6 }) => [saddr6, daddr6])]),
};
const PORTS: ReadonlySet<Variable> = new Set([
  SPORT,
  DPORT,
  ...[ORIGINAL, REPLY].flatMap(({ sport, dport }) => [sport, dport]),
]);

/** The bits that may be others afterwards: of `mark and m or v` those that are not simply kept. */
function writtenBits(value: Term, variable: Variable): bigint {
  const all = allBits(variable.width);
  return all & ~keptBits(value, variable, all);
}

function keptBits(value: Term, variable: Variable, all: bigint): bigint {
  if (value.kind === 'variable') return value.variable === variable ? all : 0n;
  if (value.kind !== 'bits') return 0n;
  const { left, right, op } = value;
  if (right.kind !== 'constant' || typeof right.value === 'string') return 0n;
  const constant = BigInt(right.value);
  const kept = keptBits(left, variable, all);
  return op === 'and' ? kept & constant : kept & ~constant;
}
