/**
 * The canonical nft spelling of expressions, verdicts and set elements: what `nft list ruleset` prints for them.
 * Follows the *_print functions of nftables (src/expression.c, src/datatype.c, src/statement.c). Statements are in spell-statement.ts.
 * A Value's own `spelled` wins, so that a listing comes back as it was written.
 */
import { assertNever } from '../base/assert.ts';
import { addressText } from './address.ts';
import {
  type Expression,
  isVerdict,
  type Prefix,
  type Scalar,
  type SetElement,
  type Value,
  type Verdict,
} from './expression.ts';
import { dataType, type FieldType, fieldType, integerType } from './field-types.ts';
import type { SetType } from './ruleset.ts';

const NO_TYPES: readonly FieldType[] = [];
const INTEGER = [integerType(32)];

const fieldTypeLists = new Map<string, readonly FieldType[]>();

/** `[fieldType(name)]`, made once for each name (of at most 10,000). */
function fieldTypes(name: string): readonly FieldType[] {
  const found = fieldTypeLists.get(name);
  if (found) return found;
  const made = [fieldType(name)];
  if (fieldTypeLists.size < 10_000) fieldTypeLists.set(name, made);
  return made;
}

/** The data types of an expression's parts, one per part of a concatenation; empty where nothing tells. */
export function typesOf(expression: Expression): readonly FieldType[] {
  switch (expression.kind) {
    case 'field':
      return fieldTypes(expression.name);
    case 'concat':
      return expression.parts.map((part) => typesOf(part)[0] ?? integerType(0));
    case 'bitwise':
      return typesOf(expression.left);
    case 'numgen':
    case 'hash':
      return INTEGER;
    default:
      return NO_TYPES;
  }
}

/** The data types of a named set's key or data. For `typeof` those of its expressions' fields, by their names. */
export function typesOfSet(type: SetType): readonly FieldType[] {
  return type.types.map((name) => dataType(name) ?? fieldType(name));
}

/** `context`: the expression that it is compared with or written to, which decides how numbers look (`meta mark`: 0x00000001). */
export function spellExpression(expression: Expression, context?: Expression | null): string {
  return spellTyped(expression, context ? typesOf(context) : NO_TYPES);
}

/** As spellExpression, with the data types at hand. Depth is bounded by the parser's. */
export function spellTyped(expression: Expression, types: readonly FieldType[]): string {
  switch (expression.kind) {
    case 'field':
      return fieldText(expression.name);
    case 'value':
      return valueText(expression, types[0]);
    case 'prefix':
      return `${prefixAddress(expression, types[0])}/${expression.length}`;
    case 'range':
      return expression.spelled ?? rangeText(expression.from, expression.to, types[0]);
    case 'wildcard':
      return expression.stem === '' ? '"*"' : `"${expression.stem}*"`;
    case 'concat':
      return expression.parts.map((part, i) => spellTyped(part, partTypes(types, i))).join(' . ');
    case 'bitwise':
      return bitwiseText(expression, types);
    case 'set':
      return setText(expression.elements, types, NO_TYPES);
    case 'set-reference':
      return `@${expression.name}`;
    case 'map':
      return `${spellTyped(expression.key, NO_TYPES)} map ${
        expression.map.kind === 'set'
          ? setText(expression.map.elements, typesOf(expression.key), types)
          : `@${expression.map.name}`
      }`;
    case 'numgen':
      return `numgen ${expression.mode} mod ${expression.modulus}${offsetText(expression.offset)}`;
    case 'hash':
      return hashText(expression);
    case 'sum':
      return `${fieldText(expression.of.name)} ${expression.add < 0 ? '-' : '+'} ${Math.abs(expression.add)}`;
    case 'opaque-expression':
      return expression.text;
    default:
      return assertNever(expression, 'expression');
  }
}

/** Prefixes are of addresses, mostly; nft also lists `meta mark 0xff000000/8`. */
function prefixAddress({ address, width }: Prefix, type: FieldType | undefined): string {
  const isAddress = type ? ADDRESS_FORMS.has(type.form) || type.width !== width : ADDRESS_WIDTHS.has(width);
  if (isAddress && ADDRESS_WIDTHS.has(width)) return addressText(address, width);
  return type ? numberText(address, type) : `${address}`;
}

const ADDRESS_FORMS: ReadonlySet<string> = new Set(['ipv4', 'ipv6', 'mac']);
const ADDRESS_WIDTHS: ReadonlySet<number> = new Set([32, 48, 128]);

function partTypes(types: readonly FieldType[], i: number): readonly FieldType[] {
  const one = types[i];
  return one ? [one] : NO_TYPES;
}

function offsetText(offset: number): string {
  return offset === 0 ? '' : ` offset ${offset}`;
}

function hashText(hash: Extract<Expression, { kind: 'hash' }>): string {
  if (!hash.of) return `symhash mod ${hash.modulus}${offsetText(hash.offset)}`;
  const seed = hash.seed === null ? '' : ` seed 0x${hash.seed.toString(16)}`;
  return `jhash ${spellTyped(hash.of, NO_TYPES)} mod ${hash.modulus}${seed}${offsetText(hash.offset)}`;
}

/** Fields that nft lists without their `meta`. */
const LISTED_WITHOUT_META: ReadonlyMap<string, string> = new Map([
  ...['iif', 'iifname', 'oif', 'oifname', 'iifgroup', 'oifgroup'].map((name) => [`meta ${name}`, name] as const),
  // nft lists this one by a name that it does not read.
  ['icmpv6 parameter-problem', 'icmpv6 param-problem'],
]);

/** How a listing names the field: `iifname` for `meta iifname`. */
export function fieldText(name: string): string {
  const other = LISTED_WITHOUT_META.get(name);
  if (other !== undefined) return other;
  // nft lists `tcp option maxseg kind`, and no longer reads it.
  return name.startsWith('tcp option ') && name.endsWith(' kind') ? `tcp option @${name.slice(11, -5)},0,8` : name;
}

const OPERATORS = { and: '&', or: '|', xor: '^', lshift: '<<', rshift: '>>' } as const;
/** As in C and in nft's grammar: shifts bind tightest, then &, ^, |. */
const PRECEDENCE = { lshift: 4, rshift: 4, and: 3, xor: 2, or: 1 } as const;

function bitwiseText(expression: Extract<Expression, { kind: 'bitwise' }>, context: readonly FieldType[]): string {
  const own = typesOf(expression);
  const types = own.length > 0 ? own : context;
  const shift = expression.op === 'lshift' || expression.op === 'rshift';
  const left = operandText(expression.left, types, PRECEDENCE[expression.op]);
  const right = operandText(expression.right, shift ? INTEGER : types, PRECEDENCE[expression.op] + 1);
  return `${left} ${OPERATORS[expression.op]} ${right}`;
}

function operandText(operand: Expression, types: readonly FieldType[], precedence: number): string {
  if (operand.kind === 'value') return flagsText(operand, types[0], true);
  const text = spellTyped(operand, types);
  return operand.kind === 'bitwise' && PRECEDENCE[operand.op] < precedence ? `(${text})` : text;
}

/** A bitmask value inside an expression (`(fin | syn)`) or in a set (`fin | syn`). */
function flagsText(value: Value, type: FieldType | undefined, parentheses: boolean): string {
  if (value.spelled !== undefined) return value.spelled;
  if (type?.bitmask && typeof value.value === 'number') {
    const names = flagNames(value.value, type);
    if (names) {
      const text = names.join(' | ');
      return parentheses && names.length > 1 ? `(${text})` : text;
    }
  }
  return scalarText(value.value, type);
}

/** The names of a bitmask's bits in ascending order, or null where a bit has none or none is set. */
export function flagNames(bits: number, type: FieldType): string[] | null {
  if (!type.symbols || bits === 0) return null;
  const names: string[] = [];
  for (let bit = 1, rest = bits; rest !== 0; bit *= 2) {
    if (rest % (bit * 2) === 0) continue;
    const name = type.symbols.byNumber.get(bit);
    if (name === undefined) return null;
    names.push(name);
    rest -= bit;
  }
  return names;
}

/** `established,related`: the right side of a bit test and what a bitmask is set to. */
export function flagList(value: Value, type: FieldType): string {
  if (value.spelled !== undefined) return value.spelled;
  const names = typeof value.value === 'number' ? flagNames(value.value, type) : null;
  return names ? names.join(',') : scalarText(value.value, type);
}

function valueText(value: Value, type: FieldType | undefined): string {
  return type?.bitmask ? flagsText(value, type, false) : (value.spelled ?? scalarText(value.value, type));
}

/** nft lists a range's ends as numbers, also where the type has names for them. */
export function rangeText(from: Scalar, to: Scalar, type: FieldType | undefined): string {
  const numeric = type && (type.symbols || type.form === 'time') && type.type !== 'day';
  if (!numeric) return `${scalarText(from, type)}-${scalarText(to, type)}`;
  if (type.form !== 'time') return `${from}-${to}`;
  return `${timeEnd(Number(from))}-${timeEnd(Number(to))}`;
}

/** Whole seconds as a listing has them; others as nft reads them. */
function timeEnd(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : durationText(milliseconds);
}

/** A number, address or name as nft prints it for that data type; numbers of no known type in decimal. */
export function scalarText(scalar: Scalar, type: FieldType | undefined): string {
  if (typeof scalar === 'string') return stringText(scalar, type);
  if (!type) return typeof scalar === 'bigint' && scalar >> 64n !== 0n ? addressText(scalar, 128) : `${scalar}`;
  if (type.symbols && type.symbolic && typeof scalar === 'number') {
    const name = type.symbols.byNumber.get(scalar);
    if (name !== undefined) return QUOTED_SYMBOLS.has(type.type) ? `"${name}"` : name;
  }
  return numberText(scalar, type);
}

const QUOTED_SYMBOLS = new Set(['day', 'devgroup', 'realm']);

function stringText(text: string, type: FieldType | undefined): string {
  if (text === '*') return type?.form === 'string' ? '"*"' : '*';
  return type && type.form !== 'string' && type.form !== 'hour' ? text : `"${text}"`;
}

/** A connection label is shown by the number of its bit. */
function labelText(bits: bigint): string {
  const digits = bits.toString(2);
  return digits.lastIndexOf('1') === 0 ? `${digits.length - 1}` : `0x${bits.toString(16)}`;
}

function numberText(number: number | bigint, type: FieldType): string {
  if (type.type === 'ct_label' && number !== 0 && number !== 0n) return labelText(BigInt(number));
  switch (type.form) {
    case 'ipv4':
      return addressText(number, 32);
    case 'ipv6':
      return addressText(number, 128);
    case 'mac':
      return addressText(number, 48);
    case 'hex':
      return `0x${number.toString(16).padStart(Math.ceil(type.width / 4), '0')}`;
    case 'hex-short':
      return `0x${number.toString(16)}`;
    case 'classid':
      return classText(Number(number));
    case 'time':
      return durationText(Number(number));
    case 'hour':
      return `"${hourText(Number(number))}"`;
    default:
      return number.toString();
  }
}

function classText(number: number): string {
  if (number === 0xffffffff) return 'root';
  return number === 0 ? 'none' : `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
}

function hourText(seconds: number): string {
  const two = (part: number): string => `${Math.floor(part)}`.padStart(2, '0');
  const text = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}`;
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Milliseconds as nft prints a time: `1d2h3m4s5ms`. */
export function durationText(milliseconds: number): string {
  let text = '';
  let rest = milliseconds;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

export function spellVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'jump':
    case 'goto':
      return `${verdict.kind} ${verdict.chain}`;
    case 'queue':
      return verdict.text === '' ? 'queue' : `queue ${verdict.text}`;
    default:
      return verdict.kind;
  }
}

/** Whether nft's grammar takes the name: the kernel also lists names (`~log0`, `a:b`) that nft cannot load again. */
export function isLoadableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_/\\.-]*$/.test(name);
}

/** One element of a set or map, without its surroundings: `10.0.0.1 . 80 timeout 1h comment "x" : jump web`. */
export function spellElement(
  element: SetElement,
  key: readonly FieldType[] = NO_TYPES,
  data: readonly FieldType[] = NO_TYPES,
): string {
  let text = isCatchAllKey(element.key) ? '*' : spellTyped(element.key, key);
  const extras = element.extras;
  if (extras) {
    if (extras.state !== undefined) text += ` ${extras.state}`;
    if (extras.packets !== undefined) text += ` counter packets ${extras.packets} bytes ${extras.bytes ?? 0}`;
    if (extras.timeout !== undefined) text += ` timeout ${durationText(extras.timeout)}`;
    if (extras.expires !== undefined) text += ` expires ${durationText(extras.expires)}`;
    if (extras.comment !== undefined) text += ` comment "${extras.comment}"`;
  }
  if (element.data) {
    text += ` : ${isVerdict(element.data) ? spellVerdict(element.data) : spellTyped(element.data, data)}`;
  }
  return text;
}

/** Of a map: nft writes it without quotes, also where the keys are names. */
function isCatchAllKey(key: Expression): boolean {
  return key.kind === 'value' && key.value === '*';
}

/** `{ a, b }` on one line. */
export function setText(
  elements: readonly SetElement[],
  key: readonly FieldType[],
  data: readonly FieldType[],
): string {
  if (elements.length === 0) return '{ }';
  return `{ ${elements.map((element) => spellElement(element, key, data)).join(', ')} }`;
}
