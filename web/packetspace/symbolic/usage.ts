/**
 * What a ruleset asks of packets and what it writes to them: which variables, which of their bits, which names. Only that gets variables in the diagrams.
 */
import { assertNever } from '../../base/assert.ts';
import type { Assign, Instruction, NatSource } from '../../kernel/action.ts';
import type { Program } from '../../kernel/compile.ts';
import type { Condition } from '../../kernel/condition.ts';
import { FACT } from '../../kernel/facts.ts';
import { IP_DADDR, IP_SADDR, IP6_DADDR, IP6_SADDR, type Variable } from '../../kernel/fields.ts';
import { keyValues, type LookupSet } from '../../kernel/lookup-set.ts';
import type { Term } from '../../kernel/term.ts';
import type { NameSet } from '../../kernel/value-set.ts';
import type { Rule } from '../../model/ruleset.ts';

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
}

/** Cost: linear in the rules, which are compiled by it, and in the elements of the sets that they name. */
export function usageOf(program: Program, rules: Iterable<Rule>, family: 'ip' | 'ip6'): Usage {
  const scan = new Scan(family === 'ip' ? FACT.IPV6 | FACT.ARP : FACT.IPV4 | FACT.ARP);
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
  private readonly seen = new Set<LookupSet>();
  private readonly assigns: { readonly variable: Variable; readonly value: Term }[] = [];

  /** `never`: facts that no packet of the family has. */
  constructor(private readonly never: number) {}

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
        this.natSource(instruction.target);
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

  /** `mask`: the bits that are looked at; null: all. */
  private term(term: Term, mask: bigint | null): void {
    switch (term.kind) {
      case 'variable':
        this.facts |= term.needs;
        if ((term.needs & this.never) === 0) this.read(term.variable, mask);
        return;
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
      case 'add':
        this.term(term.of, null);
        return;
      case 'map':
        this.key(term.key, term.set);
        return;
      case 'hash':
        for (const part of term.of) this.term(part.term, null);
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
    for (const term of key) this.term(term, null);
    if (this.seen.has(set)) return;
    this.seen.add(set);
    const named = key.flatMap((term, i) => (term.kind === 'variable' && term.variable.kind === 'name' ? [i] : []));
    if (named.length === 0) return;
    for (const element of set.elements) {
      const values = keyValues(element) ?? [];
      for (const part of named) if (values[part]?.kind === 'names') this.names(values[part]);
    }
  }

  private natSource(source: NatSource): void {
    if (source.kind === 'map') this.key(source.key, source.set);
    if (source.kind === 'terms') {
      if (source.address) this.term(source.address, null);
      if (source.port) this.term(source.port, null);
    }
  }

  private assign({ variable, needs, value }: Assign): void {
    this.facts |= needs;
    if (variable.kind === 'name') return;
    this.assigns.push({ variable, value });
    const written = writtenBits(value, variable);
    this.writes.set(variable, (this.writes.get(variable) ?? 0n) | written);
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
