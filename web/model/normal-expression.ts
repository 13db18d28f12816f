/**
 * The normal form of expressions: one for what nft and iptables write in several ways. Sets are sorted and their neighbours joined, prefixes are
 * ranges, bitwise operations with numbers are one mask and one exclusive or.
 */
import { assertNever } from '../base/assert.ts';
import {
  type Bitwise,
  type Expression,
  isVerdict,
  type Scalar,
  type SetElement,
  type SetLiteral,
  type Value,
  type Verdict,
  value,
} from './expression.ts';
import { fieldType } from './field-types.ts';

const ALL = 0xffffffff;

/** Keys in a fixed order, because the parsers may build a node in any. */
export function textOf(node: unknown): string {
  return JSON.stringify(node, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A set of one element is that element. */
export function alone(expression: Expression): Expression {
  const [only, ...more] = expression.kind === 'set' ? expression.elements : [];
  return only && more.length === 0 && only.data === undefined && only.extras === undefined ? only.key : expression;
}

export function expressionForm(expression: Expression): Expression {
  switch (expression.kind) {
    case 'value':
      return value(expression.value);
    case 'range':
      return expression.from === expression.to
        ? value(expression.from)
        : { kind: 'range', from: expression.from, to: expression.to };
    case 'prefix':
      return prefixForm(BigInt(expression.address), expression.length, expression.width);
    case 'concat':
      return { kind: 'concat', parts: expression.parts.map(expressionForm) };
    case 'bitwise':
      return bitwiseForm(expression);
    case 'set':
      return setForm(expression);
    case 'map': {
      const map = expression.map.kind === 'set' ? setForm(expression.map) : expression.map;
      return { kind: 'map', key: expressionForm(expression.key), map };
    }
    case 'hash':
      return { ...expression, of: expression.of && expressionForm(expression.of) };
    case 'field':
    case 'wildcard':
    case 'set-reference':
    case 'numgen':
    case 'sum':
    case 'opaque-expression':
      return expression;
    default:
      return assertNever(expression, 'expression');
  }
}

/** All addresses of a prefix as a range: nft prints one and the same range either way. */
export function prefixForm(address: bigint, length: number, width: number): Expression {
  const host = (1n << BigInt(width - length)) - 1n;
  const from = address & ~host;
  const to = from | host;
  const scalar = (n: bigint) => (width <= 32 ? Number(n) : n);
  return from === to ? value(scalar(from)) : { kind: 'range', from: scalar(from), to: scalar(to) };
}

export function setForm(set: SetLiteral): SetLiteral {
  const elements = joined(set.elements.map(elementForm));
  const sorted = elements.map((element) => ({ element, text: textOf(element) }));
  sorted.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const once = sorted.filter(({ text }, i) => text !== sorted[i - 1]?.text);
  return { kind: 'set', elements: once.map(({ element }) => element) };
}

/** Numbers and ranges that overlap or touch, as nft joins them: `{ 33-55, 56-88 }` is `{ 33-88 }`. Elements with data stay as they are. */
function joined(elements: readonly SetElement[]): SetElement[] {
  const others: SetElement[] = [];
  const ranges: Interval[] = [];
  for (const element of elements) {
    const range = element.data === undefined && element.except === undefined ? interval(element.key) : null;
    if (range) ranges.push(range);
    else others.push(element);
  }
  ranges.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const runs: Interval[] = [];
  for (const range of ranges) {
    const last = runs[runs.length - 1];
    if (last && range.from <= last.to + 1n) last.to = range.to > last.to ? range.to : last.to;
    else runs.push(range);
  }
  return [...others, ...runs.map((run) => ({ key: intervalForm(run) }))];
}

interface Interval {
  readonly from: bigint;
  to: bigint;
  readonly wide: boolean;
}

function interval(key: Expression): Interval | null {
  if (key.kind !== 'value' && key.kind !== 'range') return null;
  const [from, to] = key.kind === 'value' ? [key.value, key.value] : [key.from, key.to];
  if (typeof from === 'string' || typeof to === 'string' || from > to) return null;
  return { from: BigInt(from), to: BigInt(to), wide: typeof from === 'bigint' };
}

function intervalForm({ from, to, wide }: Interval): Expression {
  const scalar = (n: bigint): Scalar => (wide ? n : Number(n));
  return from === to ? value(scalar(from)) : { kind: 'range', from: scalar(from), to: scalar(to) };
}

function elementForm({ key, data, except }: SetElement): SetElement {
  const made: { -readonly [name in keyof SetElement]: SetElement[name] } = { key: expressionForm(key) };
  if (data) made.data = isVerdict(data) ? verdictForm(data) : expressionForm(data);
  if (except) made.except = except;
  return made;
}

/** `((x & a) ^ b)` for any nesting of and, or, xor with numbers; the bits outside of the field do not count. */
function bitwiseForm(expression: Bitwise): Expression {
  const shifted = shiftedNumber(expression);
  if (shifted) return shifted;
  const chain = affine(expression);
  if (!chain) return { ...expression, left: expressionForm(expression.left), right: expressionForm(expression.right) };
  const { of, and, xor } = chain;
  if (and === 0) return value(xor);
  const all = bitsOf(of);
  const kept: Expression = and === all ? of : { kind: 'bitwise', op: 'and', left: of, right: value(and) };
  return xor === 0 ? kept : { kind: 'bitwise', op: 'xor', left: kept, right: value(xor) };
}

/** `1 << 20`: a number. */
function shiftedNumber({ op, left, right }: Bitwise): Value | null {
  if ((op !== 'lshift' && op !== 'rshift') || left.kind !== 'value' || right.kind !== 'value') return null;
  if (typeof left.value !== 'number' || typeof right.value !== 'number' || right.value > 31) return null;
  return value(op === 'rshift' ? left.value >>> right.value : (left.value << right.value) >>> 0);
}

function bitsOf(expression: Expression): number {
  const width = expression.kind === 'field' ? fieldType(expression.name).width : 32;
  return width > 0 && width < 32 ? 2 ** width - 1 : ALL;
}

/** `xor` keeps all its bits: a narrow field may be written to a wide one. */
function affine(expression: Bitwise): { of: Expression; and: number; xor: number } | null {
  const { op } = expression;
  if (op === 'lshift' || op === 'rshift') return null;
  const [left, right] = [expression.left, expression.right].map(expressionForm) as [Expression, Expression];
  const [operand, mask] =
    right.kind === 'value' ? [left, right.value] : [right, left.kind === 'value' ? left.value : ''];
  if (typeof mask !== 'number') return null;
  const inner = chainOf(operand);
  if (!inner) return null;
  const all = bitsOf(inner.of);
  if (op === 'and') return { of: inner.of, and: (inner.and & mask & all) >>> 0, xor: (inner.xor & mask) >>> 0 };
  if (op === 'xor') return { of: inner.of, and: (inner.and & all) >>> 0, xor: (inner.xor ^ mask) >>> 0 };
  return { of: inner.of, and: (inner.and & ~mask & all) >>> 0, xor: ((inner.xor & ~mask) | mask) >>> 0 };
}

function chainOf(operand: Expression): { of: Expression; and: number; xor: number } | null {
  if (operand.kind === 'value')
    return typeof operand.value === 'number' ? { of: operand, and: 0, xor: operand.value } : null;
  return operand.kind === 'bitwise' ? affine(operand) : { of: operand, and: ALL, xor: 0 };
}

/** `num 3 bypass`, `flags bypass,fanout to 3`, `3-5`: the queues, and whether by the processor; or what chooses. */
export function verdictForm(verdict: Verdict): Verdict {
  if (verdict.kind !== 'queue') return verdict;
  const { text, bypass, by } = verdict;
  const fanout = /(?:^|[ ,])fanout(?:[ ,]|$)/.test(text) ? ' fanout' : '';
  if (by) return { kind: 'queue', text: fanout, bypass, by: expressionForm(by) };
  return { kind: 'queue', text: `${/\d+(?:-\d+)?/.exec(text)?.[0] ?? '0'}${fanout}`, bypass };
}
