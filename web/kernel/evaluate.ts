/**
 * Conditions and terms on one branch, with three answers: yes, no, or the question that has to be answered first. Kernel: the expressions of
 * net/netfilter/nft_*.c; a missing field breaks off the rule (facts.ts).
 */
import { assertNever } from '../base/assert.ts';
import { addressText } from '../model/address.ts';
import type { Scalar, SetElement } from '../model/expression.ts';
import { isVerdict } from '../model/expression.ts';
import { spellStatement } from '../model/spell.ts';
import type { Branch } from './branch.ts';
import { type Condition, type Lookup, type Test, type Unknown, unknown } from './condition.ts';
import { FACT } from './facts.ts';
import { IIF, IP_DADDR, IP_SADDR, IP6_DADDR, IP6_SADDR, OIF } from './fields.ts';
import { hashBytes, scaled } from './jhash.ts';
import { findElement, findPartly, type LookupSet } from './lookup-set.ts';
import type { RoutingTables } from './routing.ts';
import { bitwiseOf, type FibTerm, shiftOf, type Term } from './term.ts';
import { complementOf, hasValue, intersectionOf, isEmptySet, setText, sizeOf, type ValueSet } from './value-set.ts';

/** A question that the dump does not answer. */
export type Question =
  | {
      readonly kind: 'boolean';
      readonly text: string;
      readonly fresh: boolean;
      readonly likely: boolean;
      readonly probability: number | null;
    }
  /** Is the variable without a value (or its bits) one of these? */
  | {
      readonly kind: 'domain';
      readonly text: string;
      readonly test: Test;
      /** The key in Branch.domains. */
      readonly key: string;
      readonly yes: ValueSet;
      readonly no: ValueSet;
    };

export type Answer = boolean | Question;

/** null: there is no such value (a field is missing); undefined: there is one, but it is not known. */
export type TermValue = Scalar | null | undefined;

/** Answers that were given to fresh questions within one evaluation. */
export type FreshAnswers = ReadonlyMap<string, boolean>;

export const NO_ANSWERS: FreshAnswers = new Map();

export class Evaluator {
  /** `noPrograms`: no program of the node listens. */
  constructor(
    readonly routing: RoutingTables,
    private readonly noPrograms: boolean,
  ) {}

  /** Cost: linear in the condition; look-ups as findElement. */
  condition(condition: Condition, branch: Branch, answers: FreshAnswers): Answer {
    switch (condition.kind) {
      case 'test':
        return this.test(condition, branch);
      case 'constant':
        return condition.value;
      case 'facts':
        return (branch.facts & condition.facts) === condition.facts;
      case 'not': {
        const answer = this.condition(condition.of, branch, answers);
        return typeof answer === 'boolean' ? !answer : answer;
      }
      case 'all':
        return this.several(condition.parts, branch, answers, false);
      case 'any':
        return this.several(condition.parts, branch, answers, true);
      case 'term': {
        const value = this.term(condition.term, branch);
        if (value === undefined) return this.named(spellStatement(condition.source), branch);
        return value !== null && hasValue(condition.values, value);
      }
      case 'lookup':
        return this.lookup(condition, branch, answers);
      case 'unknown':
        return this.unknown(condition, branch, answers);
      default:
        return assertNever(condition, 'condition');
    }
  }

  /** The first part that decides; a question only if no part does. */
  private several(parts: readonly Condition[], branch: Branch, answers: FreshAnswers, decisive: boolean): Answer {
    let open: Question | null = null;
    for (const part of parts) {
      const answer = this.condition(part, branch, answers);
      if (answer === decisive) return decisive;
      if (typeof answer !== 'boolean') open ??= answer;
    }
    return open ?? !decisive;
  }

  private test(test: Test, branch: Branch): Answer {
    if ((branch.facts & test.needs) !== test.needs) return false;
    const value = branch.values[test.variable.id];
    if (value === undefined) return openTest(test, branch);
    if (test.mask === null) return hasValue(test.values, value);
    const masked = bitwiseOf('and', value, test.mask);
    return masked !== null && hasValue(test.values, masked);
  }

  private unknown(unknown: Unknown, branch: Branch, answers: FreshAnswers): Answer {
    const { text, fresh, likely, probability } = unknown;
    if (unknown.program && this.noPrograms) return false;
    const known = fresh ? answers.get(text) : branch.decided.get(text);
    return known ?? { kind: 'boolean', text, fresh, likely, probability };
  }

  private named(text: string, branch: Branch): Answer {
    return branch.decided.get(text) ?? { kind: 'boolean', text, fresh: false, likely: false, probability: null };
  }

  private lookup(lookup: Lookup, branch: Branch, answers: FreshAnswers): Answer {
    const { set } = lookup;
    const key = this.key(lookup.key, branch);
    if (key === null) return false;
    if (key === undefined) {
      const found = branch.sets.has(set) || lookup.excepted || set.stateful ? null : this.partly(lookup, branch);
      return found ?? this.named(spellStatement(lookup.source), branch);
    }
    const changed = branch.sets.get(set)?.get(keyText(key));
    if (changed) return changed.member;
    const found = findElement(set, key);
    if (found < 0) return set.complete ? false : this.named(membershipText(lookup.key, key, set), branch);
    if ((set.elements[found] as SetElement).except !== lookup.excepted) return false;
    if (!set.stateful) return true;
    const text = `${membershipText(lookup.key, key, set)}, within its limit`;
    return this.unknown(unknown(text, { fresh: true, likely: true }), branch, answers);
  }

  private partly({ key, set }: Lookup, branch: Branch): boolean | null {
    const parts = key.map((term) => this.term(term, branch) ?? undefined);
    return findPartly(set, parts);
  }

  /** null: a part is missing; undefined: a part is not known. */
  key(terms: readonly Term[], branch: Branch): Scalar[] | null | undefined {
    const key: Scalar[] = [];
    let known = true;
    for (const term of terms) {
      const value = this.term(term, branch);
      if (value === null) return null;
      if (value === undefined) known = false;
      else key.push(value);
    }
    return known ? key : undefined;
  }

  term(term: Term, branch: Branch): TermValue {
    switch (term.kind) {
      case 'constant':
        return term.value;
      case 'variable':
        return (branch.facts & term.needs) === term.needs ? branch.values[term.variable.id] : null;
      case 'bits': {
        const left = this.term(term.left, branch);
        const right = this.term(term.right, branch);
        if (left === null || right === null) return null;
        return left === undefined || right === undefined ? undefined : bitwiseOf(term.op, left, right);
      }
      case 'shift': {
        const value = this.term(term.of, branch);
        return value === null || value === undefined ? value : shiftOf(value, term.by, term.width);
      }
      case 'add': {
        const value = this.term(term.of, branch);
        return typeof value === 'number' ? Math.max(0, Math.min(term.most, value + term.by)) : (value ?? value);
      }
      case 'map':
        return this.mapped(term.key, term.set, branch);
      case 'hash':
        return this.hash(term, branch);
      case 'fib':
        return this.fib(term, branch);
      case 'unknown':
        return (branch.facts & term.needs) === term.needs ? undefined : null;
      case 'absent':
        return null;
      case 'choice':
        return undefined;
      default:
        return assertNever(term, 'term');
    }
  }

  private mapped(terms: readonly Term[], set: LookupSet, branch: Branch): TermValue {
    const key = this.key(terms, branch);
    if (key === null || key === undefined) return key;
    const changed = branch.sets.get(set)?.get(keyText(key));
    if (changed) return changed.member ? (changed.data ?? undefined) : null;
    const found = findElement(set, key);
    if (found < 0) return set.complete ? null : undefined;
    const { data } = set.elements[found] as SetElement;
    return data && !isVerdict(data) && data.kind === 'value' ? data.value : undefined;
  }

  private hash(term: Extract<Term, { kind: 'hash' }>, branch: Branch): TermValue {
    const bytes: number[] = [];
    for (const { term: part, width } of term.of) {
      const value = this.term(part, branch);
      if (value === null || value === undefined) return value;
      if (typeof value === 'string') return undefined;
      pushBytes(bytes, BigInt(value), width);
    }
    return scaled(hashBytes(bytes, term.seed), term.modulus) + term.offset;
  }

  private fib(term: FibTerm, branch: Branch): TermValue {
    const v6 = (branch.facts & FACT.IPV6) !== 0;
    if (!v6 && (branch.facts & FACT.IPV4) === 0) return null;
    const source = term.address === 'saddr';
    const address = branch.addressOf(v6 ? (source ? IP6_SADDR : IP6_DADDR) : source ? IP_SADDR : IP_DADDR);
    const device = term.through === null ? null : branch.nameOf(term.through === 'iif' ? IIF : OIF);
    if (address === null || (term.through !== null && device === null)) return undefined;
    // Kernel: nft_fib4_eval(): who asks for an address has none yet, and its packet is taken to come from where it came [zeronet].
    if (term.result === 'device' && !v6 && isAskingForAddress(branch)) return branch.nameOf(IIF) ?? undefined;
    if (term.result === 'type') return this.routing.addressType(address, device) ?? undefined;
    // Kernel: nft_fib.c: a packet of the loopback interface always has its way back.
    return device === 'lo' ? 'lo' : (this.routing.deviceTo(address, device) ?? undefined);
  }
}

function isAskingForAddress(branch: Branch): boolean {
  const [src, dst] = [branch.addressOf(IP_SADDR), branch.addressOf(IP_DADDR)];
  if (src !== 0 || typeof dst !== 'number') return false;
  return dst === 0xffffffff || dst >>> 8 === 0xe00000;
}

/** Kernel: nft registers: each part starts at a multiple of four bytes, in network order. */
function pushBytes(bytes: number[], value: bigint, width: number): void {
  const count = Math.ceil(width / 8);
  for (let i = count - 1; i >= 0; i--) bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
  for (let i = count; i % 4 !== 0; i++) bytes.push(0);
}

/** A variable without a value: decided where what is known of it leaves no choice. */
function openTest(test: Test, branch: Branch): Answer {
  if (test.values.kind === 'names') return openName(test, branch);
  const key = domainKey(test);
  const width = test.variable.width || 32;
  const domain = branch.domains.get(key) ?? wholeDomain(test.values, width);
  const yes = intersectionOf(domain, test.values);
  const no = intersectionOf(domain, complementOf(test.values, width));
  if (!yes || !no) return questionOf(spellStatement(test.source));
  if (isEmptySet(yes)) return false;
  if (isEmptySet(no)) return true;
  return { kind: 'domain', text: spellStatement(test.source), test, key, yes, no };
}

function questionOf(text: string): Question {
  return { kind: 'boolean', text, fresh: false, likely: false, probability: null };
}

function openName(test: Test, branch: Branch): Answer {
  const values = test.values as Extract<ValueSet, { kind: 'names' }>;
  const key = `${test.variable.name} ${setText(values)}`;
  const known = branch.decided.get(key);
  if (known !== undefined) return known !== values.complement;
  // By which interface a packet leaves may not be known; what stays on the node is.
  if (test.variable === OIF && values.stems.length === 0 && values.exact.size === 1 && values.exact.has('lo'))
    return values.complement;
  const positive: ValueSet = { ...values, complement: false };
  const [yes, no] = values.complement ? [values, positive] : [positive, { ...values, complement: true }];
  return { kind: 'domain', text: spellStatement(test.source), test, key, yes, no };
}

function domainKey({ variable, mask }: Test): string {
  return mask === null ? variable.name : `${variable.name} & ${mask}`;
}

function wholeDomain(like: ValueSet, width: number): ValueSet {
  return like.kind === 'wides'
    ? { kind: 'wides', ranges: [0n, (1n << BigInt(width)) - 1n] }
    : { kind: 'numbers', ranges: [0, 2 ** width - 1] };
}

/** How likely `yes` is, from the number of values on both sides: a guess only. */
export function guessOf(question: Question): number {
  if (question.kind === 'boolean') return question.likely ? 0.75 : 0.25;
  const yes = sizeOf(question.yes);
  const no = sizeOf(question.no);
  if (!Number.isFinite(yes) || !Number.isFinite(no))
    return question.yes.kind === 'names' && question.yes.complement ? 0.75 : 0.25;
  return Math.min(0.75, Math.max(0.25, yes / (yes + no)));
}

/** The same key has the same text. */
export function keyText(key: readonly Scalar[]): string {
  return key.map((part) => (typeof part === 'string' ? `"${part}"` : String(part))).join(' ');
}

function membershipText(terms: readonly Term[], key: readonly Scalar[], set: LookupSet): string {
  return `${key.map((part, i) => partText(terms[i], part)).join(' . ')} in ${set.name}`;
}

function partText(term: Term | undefined, value: Scalar): string {
  if (typeof value === 'string') return value === '' ? '""' : value;
  const address = term?.kind === 'variable' && /addr$/.test(term.variable.name);
  return address && term ? addressText(value, term.variable.width) : String(value);
}
