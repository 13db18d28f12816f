/** What may happen below a chain, as far as it decides how its results may be used again: the whole tree of jumps is looked at once. */
import { assertNever } from '../../base/assert.ts';
import type { Assign, Instruction } from '../../kernel/action.ts';
import type { Condition } from '../../kernel/condition.ts';
import { FACT } from '../../kernel/facts.ts';
import { LENGTH, MARK, PKTTYPE, type Variable } from '../../kernel/fields.ts';
import type { Term } from '../../kernel/term.ts';
import { isVerdict } from '../../model/expression.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { MergedProgram } from './merged-program.ts';

export interface ChainTraits {
  /** Rules, with those of the chains below, as often as they are jumped to. */
  readonly size: number;
  /** It makes a difference from where the chain is entered: interfaces, routes, sockets, the hook. */
  readonly place: boolean;
  /** Something is written that has variables, other than bits of the mark that become constants. */
  readonly writes: boolean;
  /** The bits of the mark that are asked for or written; what the others are makes no difference. */
  readonly markBits: number;
  /** Destinations (sources) are translated. */
  readonly nat: boolean;
  /** Packets are taken, or sent elsewhere: tproxy, synproxy, fwd, dup, targets that are not understood. */
  readonly takes: boolean;
  /** A loop, or a chain that is not there: results are not to be used again. */
  readonly broken: boolean;
}

const BROKEN: ChainTraits = { size: 0, place: true, writes: true, markBits: -1, nat: true, takes: true, broken: true };

/** Kernel: nft_do_chain() has room for 16 jumps, and no ruleset with more is taken; what lies deeper is looked at by nobody. */
const DEEPEST = 100;

export class Traits {
  private readonly known = new WeakMap<Chain, ChainTraits>();

  constructor(private readonly program: MergedProgram) {}

  /** Cost: linear in the rules below the chain, once. */
  of(chain: Chain, depth = 0): ChainTraits {
    if (depth > DEEPEST) return BROKEN;
    const known = this.known.get(chain);
    if (known) return known;
    // Met again while it is looked at: a loop.
    this.known.set(chain, BROKEN);
    const sum: { -readonly [name in keyof ChainTraits]: ChainTraits[name] } = {
      size: chain.rules.length,
      place: false,
      writes: false,
      markBits: 0,
      nat: false,
      takes: false,
      broken: false,
    };
    for (const rule of chain.rules) {
      for (const instruction of this.program.rule(rule).instructions) {
        sum.place ||= dependsOnPlace(instruction);
        sum.writes ||= writes(instruction);
        sum.markBits |= markBitsOf(instruction);
        sum.nat ||= instruction.kind === 'nat';
        sum.takes ||= instruction.kind === 'end';
        for (const name of targetsOf(instruction)) {
          const target = chain.table.chainNamed.get(name);
          const below = target ? this.of(target, depth + 1) : BROKEN;
          sum.size += below.size;
          sum.place ||= below.place;
          sum.writes ||= below.writes;
          sum.markBits |= below.markBits;
          sum.nat ||= below.nat;
          sum.takes ||= below.takes;
          sum.broken ||= below.broken;
        }
      }
    }
    this.known.set(chain, sum);
    return sum;
  }
}

/** Asked for or written. */
function markBitsOf(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'match':
      return markBitsAsked(instruction.condition);
    case 'vmap':
      return markBitsIn(instruction.key);
    case 'assign': {
      const { variable, value } = instruction;
      if (variable !== MARK) return markBitsIn([value]);
      const bits = bitsOf(value);
      return bits ? ~bits.kept | bits.flipped : -1;
    }
    case 'verdict':
    case 'reject':
    case 'notrack':
    case 'effect':
      return 0;
    case 'nat': {
      const { target } = instruction;
      if (target.kind === 'map') return markBitsIn(target.key);
      return target.kind === 'terms' ? markBitsIn([target.address, target.port].filter((term) => term !== null)) : 0;
    }
    case 'set-update':
    case 'template':
    case 'end':
      return -1;
    default:
      return assertNever(instruction, 'instruction');
  }
}

function markBitsAsked(condition: Condition): number {
  switch (condition.kind) {
    case 'test':
      return condition.variable === MARK ? (condition.mask === null ? -1 : Number(condition.mask)) : 0;
    case 'term':
      return markBitsIn([condition.term]);
    case 'lookup':
      return markBitsIn(condition.key);
    case 'all':
    case 'any':
      return condition.parts.reduce((bits, part) => bits | markBitsAsked(part), 0);
    case 'not':
      return markBitsAsked(condition.of);
    case 'facts':
    case 'constant':
    case 'unknown':
      return 0;
    default:
      return assertNever(condition, 'condition');
  }
}

/** All bits, where any is asked for. */
function markBitsIn(terms: readonly Term[]): number {
  return terms.some(hasMark) ? -1 : 0;
}

function hasMark(term: Term): boolean {
  switch (term.kind) {
    case 'variable':
      return term.variable === MARK;
    case 'bits':
      return hasMark(term.left) || hasMark(term.right);
    case 'shift':
    case 'add':
      return hasMark(term.of);
    case 'map':
      return term.key.some(hasMark);
    case 'hash':
      return term.of.some((each) => hasMark(each.term));
    // Also where rules say that it does (`fib saddr . mark`): no dump tells routes, and what they are asked is answered once.
    case 'fib':
    case 'constant':
    case 'choice':
    case 'unknown':
    case 'absent':
      return false;
    default:
      return assertNever(term, 'term');
  }
}

function targetsOf(instruction: Instruction): string[] {
  if (instruction.kind === 'verdict') return 'chain' in instruction.verdict ? [instruction.verdict.chain] : [];
  if (instruction.kind !== 'vmap') return [];
  return instruction.set.elements.flatMap(({ data }) =>
    data && isVerdict(data) && 'chain' in data ? [data.chain] : [],
  );
}

function writes(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'assign':
      return instruction.variable !== MARK || !isConstantChange(instruction);
    case 'notrack':
    case 'template':
      return true;
    case 'end':
      return instruction.end.kind === 'tproxy' && instruction.end.mark !== null;
    default:
      return false;
  }
}

/** Each bit is kept or becomes a constant: `mark and m or v`. A bit that is turned round may be no constant. */
function isConstantChange({ value, needs, lenient, optional }: Assign): boolean {
  return needs === 0 && (lenient || optional || isAlways(value)) && isKeptOrConstant(value);
}

function isAlways(term: Term): boolean {
  if (term.kind === 'bits') return isAlways(term.left) && isAlways(term.right);
  return term.kind === 'constant' || (term.kind === 'variable' && term.needs === 0);
}

function isKeptOrConstant(term: Term): boolean {
  const bits = bitsOf(term);
  return bits !== null && (bits.kept & bits.flipped) === 0;
}

/** Of the mark: the bits that are kept, and those that are one where nothing is kept, or turned round. */
function bitsOf(term: Term): { readonly kept: number; readonly flipped: number } | null {
  if (term.kind === 'constant') return typeof term.value === 'number' ? { kept: 0, flipped: term.value } : null;
  if (term.kind === 'variable') return term.variable === MARK ? { kept: -1, flipped: 0 } : null;
  if (term.kind !== 'bits' || term.right.kind !== 'constant' || typeof term.right.value !== 'number') return null;
  const left = bitsOf(term.left);
  const { value } = term.right;
  if (!left) return null;
  const { kept, flipped } = left;
  if (term.op === 'and') return { kept: kept & value, flipped: flipped & value };
  return term.op === 'or' ? { kept: kept & ~value, flipped: flipped | value } : { kept, flipped: flipped ^ value };
}

const PLACE_FACTS = FACT.FRAME | FACT.SOCKET | FACT.IN | FACT.OUT | FACT.VLAN;

function dependsOnPlace(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'match':
      return asksPlace(instruction.condition);
    case 'vmap':
      return instruction.key.some(termAsksPlace);
    case 'assign':
      return (instruction.needs & PLACE_FACTS) !== 0 || termAsksPlace(instruction.value);
    case 'nat': {
      const { type, target } = instruction;
      if (type === 'redirect' || type === 'netmap') return true;
      if (target.kind === 'map') return target.key.some(termAsksPlace);
      return (
        target.kind === 'terms' && [target.address, target.port].some((term) => term !== null && termAsksPlace(term))
      );
    }
    case 'set-update':
    case 'end':
      return true;
    default:
      return false;
  }
}

/** At egress the length is another one. */
function isOfPlace(variable: Variable): boolean {
  return variable.kind === 'name' || variable === PKTTYPE || variable === LENGTH;
}

function asksPlace(condition: Condition): boolean {
  switch (condition.kind) {
    case 'test':
      return isOfPlace(condition.variable) || (condition.needs & PLACE_FACTS) !== 0;
    case 'facts':
      return (condition.facts & PLACE_FACTS) !== 0;
    case 'all':
    case 'any':
      return condition.parts.some(asksPlace);
    case 'not':
      return asksPlace(condition.of);
    case 'term':
      return termAsksPlace(condition.term);
    case 'lookup':
      return condition.key.some(termAsksPlace);
    case 'constant':
    case 'unknown':
      return false;
  }
}

function termAsksPlace(term: Term): boolean {
  switch (term.kind) {
    case 'variable':
      return isOfPlace(term.variable) || (term.needs & PLACE_FACTS) !== 0;
    case 'bits':
      return termAsksPlace(term.left) || termAsksPlace(term.right);
    case 'shift':
    case 'add':
      return termAsksPlace(term.of);
    case 'map':
      return term.key.some(termAsksPlace);
    case 'hash':
      return term.of.some((each) => termAsksPlace(each.term));
    case 'fib':
      return true;
    case 'constant':
    case 'choice':
    case 'unknown':
    case 'absent':
      return false;
  }
}
