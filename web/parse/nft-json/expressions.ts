/**
 * Expressions of nft's JSON into the model, as web/parse/nft reads them from text. Follows src/json.c and src/parser_json.c of nftables and
 * libnftables-json(5). What has no place in the model throws NOT_READ (parts.ts): the statement around it is then kept as text.
 */
import {
  ACCEPT,
  CONTINUE,
  DROP,
  type ElementExtras,
  type Expression,
  RETURN,
  type Scalar,
  type SetElement,
  type SetLiteral,
  type SetReference,
  type Value,
  type Verdict,
  value,
} from '../../model/expression.ts';
import { type FieldType, fieldType, integerType } from '../../model/field-types.ts';
import { spellStatement, spellTyped, typesOf } from '../../model/spell.ts';
import { chooser } from '../nft/expressions.ts';
import { FIELD_KEYS, fieldOf, words } from './fields.ts';
import { type Json, JsonList, JsonObject } from './json.ts';
import { fail, integer, only, required } from './parts.ts';
import { stateStatement } from './state.ts';
import { numberScalar, stringConstant } from './values.ts';

export type Types = readonly FieldType[];
export const NO_TYPES: Types = [];
const INTEGER = integerType(32);
const CATCH_ALL: Value = { kind: 'value', value: '*' };
const OPERATORS = new Map([
  ['&', 'and'],
  ['|', 'or'],
  ['^', 'xor'],
  ['<<', 'lshift'],
  ['>>', 'rshift'],
] as const);

/** An expression; `types`: of the constants in it. */
export function expression(json: Json, types: Types): Expression {
  if (json instanceof JsonList) return flags(json.items, types[0]);
  if (json instanceof JsonObject) return objectExpression(json, types);
  if (typeof json === 'string' && json.charCodeAt(0) === 64 && json.length > 1) return setReference(json);
  return constant(json, types[0]);
}

export function setReference(name: string): SetReference {
  return { kind: 'set-reference', name: name.slice(1) };
}

export function constant(json: Json, type: FieldType | undefined): Expression {
  if (typeof json === 'number' || typeof json === 'bigint') {
    const scalar = numberScalar(json, type);
    if (scalar === null) return fail();
    return value(scalar);
  }
  if (typeof json === 'boolean') return value(json ? 1 : 0);
  if (typeof json !== 'string') return fail();
  if (json === '*') return value('*');
  const made = stringConstant(json, type);
  if (!made) return fail();
  return made;
}

/** `["syn", "ack"]`: some bits as one value. */
function flags(items: readonly Json[], type: FieldType | undefined): Value {
  let bits: Scalar = type && type.width > 32 ? 0n : 0;
  for (const item of items) {
    const one = constant(item, type);
    if (one.kind !== 'value') return fail();
    bits = joined(bits, one.value);
  }
  return value(bits);
}

function joined(left: Scalar, right: Scalar): Scalar {
  if (typeof left === 'number' && typeof right === 'number') return (left | right) >>> 0;
  if (typeof left === 'bigint' && typeof right === 'bigint') return left | right;
  return fail();
}

function objectExpression(json: JsonObject, types: Types): Expression {
  const { key, body } = only(json) ?? { key: '', body: null };
  if (FIELD_KEYS.has(key)) {
    const found = fieldOf(key, body);
    if (!found) return fail();
    return found;
  }
  switch (key) {
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return bitwise(key, body, types[0]);
    case 'concat':
      return concat(body, types);
    case 'set':
      return setLiteral(body, types, null);
    case 'map':
      return mapLookup(body, types);
    case 'prefix':
      return prefix(body, types[0]);
    case 'range':
      return range(body, types[0]);
    case 'elem':
      return body instanceof JsonObject ? expression(required(body, 'val'), types) : fail();
    default:
      return generator(key, body);
  }
}

/** Operators have two operands, or (nftables 1.1) several. */
function bitwise(key: '&' | '|' | '^' | '<<' | '>>', body: Json, type: FieldType | undefined): Expression {
  if (!(body instanceof JsonList) || body.items.length < 2) return fail();
  const op = OPERATORS.get(key) as 'and' | 'or' | 'xor' | 'lshift' | 'rshift';
  const shift = op === 'lshift' || op === 'rshift';
  let left = expression(body.items[0] as Json, type ? [type] : NO_TYPES);
  for (let i = 1; i < body.items.length; i++) {
    const own = shift ? INTEGER : (typesOf(left)[0] ?? type);
    const item = body.items[i] as Json;
    // Kernel: an operand may be wider than the field, which grows to the width of what the result is written to (`ip dscp | 0x40`).
    const isPlain = typeof item === 'number' && own !== undefined && own.width < INTEGER.width;
    const right = expression(item, isPlain ? [INTEGER] : own ? [own] : NO_TYPES);
    left =
      op === 'or' && own?.bitmask && left.kind === 'value' && right.kind === 'value'
        ? value(joined(left.value, right.value))
        : { kind: 'bitwise', op, left, right };
  }
  return left;
}

function concat(body: Json, types: Types): Expression {
  if (!(body instanceof JsonList)) return fail();
  const parts = body.items.map((item, i) => {
    const type = types[i];
    return expression(item, type ? [type] : NO_TYPES);
  });
  return parts.length === 1 ? (parts[0] as Expression) : { kind: 'concat', parts };
}

function mapLookup(body: Json, types: Types): Expression {
  if (!(body instanceof JsonObject)) return fail();
  const key = expression(required(body, 'key'), NO_TYPES);
  return { kind: 'map', key, map: mapOperand(required(body, 'data'), typesOf(key), types) };
}

/** `{"set": [...]}` or `"@name"` of a map or vmap. */
export function mapOperand(json: Json, key: Types, data: Types): SetLiteral | SetReference {
  if (typeof json === 'string') return json.startsWith('@') ? setReference(json) : fail();
  const found = only(json);
  return found?.key === 'set' ? setLiteral(found.body, key, data) : fail();
}

function prefix(body: Json, type: FieldType | undefined): Expression {
  if (!(body instanceof JsonObject)) return fail();
  const address = constant(required(body, 'addr'), type);
  const length = integer(body.get('len'));
  if (address.kind !== 'value' || typeof address.value === 'string') return fail();
  const known = type && type.width > 0 ? type.width : typeof address.value === 'number' ? 32 : 128;
  const width = type?.form === 'mac' ? 48 : known;
  return length > width || length < 0 ? fail() : { kind: 'prefix', address: address.value, length, width };
}

function range(body: Json, type: FieldType | undefined): Expression {
  if (!(body instanceof JsonList) || body.items.length !== 2) return fail();
  const from = constant(body.items[0] as Json, type);
  const to = constant(body.items[1] as Json, type);
  if (from.kind !== 'value' || to.kind !== 'value') return fail();
  return { kind: 'range', from: from.value, to: to.value };
}

function generator(key: string, body: Json): Expression {
  if (!(body instanceof JsonObject)) return fail();
  const offset = body.get('offset') === undefined ? 0 : integer(body.get('offset'));
  switch (key) {
    case 'numgen': {
      const mode = body.get('mode');
      if (mode !== 'inc' && mode !== 'random') return fail();
      return { kind: 'numgen', mode, modulus: integer(body.get('mod')), offset };
    }
    case 'jhash': {
      const seed = body.get('seed') === undefined ? null : integer(body.get('seed'));
      const of = expression(required(body, 'expr'), NO_TYPES);
      return { kind: 'hash', of, modulus: integer(body.get('mod')), seed, offset };
    }
    case 'symhash':
      return { kind: 'hash', of: null, modulus: integer(body.get('mod')), seed: null, offset };
    default:
      return fail();
  }
}

// Sets -------------------------------------------------------------------------------------------------------------------------

export function setLiteral(body: Json, key: Types, data: Types | null): SetLiteral {
  const items = body instanceof JsonList ? body.items : [body];
  return { kind: 'set', elements: items.map((item) => element(item, key, data)) };
}

/** An element: a key, `{"elem": {...}}` around one, or, in a map (`dataTypes` is not null), a pair of it and its data. */
export function element(json: Json, keyTypes: Types, dataTypes: Types | null): SetElement {
  if (!dataTypes) return elementKey(json, keyTypes);
  if (!(json instanceof JsonList) || json.items.length !== 2) return fail();
  const { key, extras } = elementKey(json.items[0] as Json, keyTypes);
  const data = elementData(json.items[1] as Json, dataTypes);
  return extras ? { key, data, extras } : { key, data };
}

function elementKey(json: Json, types: Types): { key: Expression; extras?: ElementExtras } {
  if (json === '*') return { key: CATCH_ALL };
  const found = only(json);
  if (found?.key !== 'elem' || !(found.body instanceof JsonObject)) return { key: expression(json, types) };
  const inner = required(found.body, 'val');
  const key = inner === '*' ? CATCH_ALL : expression(inner, types);
  const extras = elementExtras(found.body);
  return extras ? { key, extras } : { key };
}

function elementData(json: Json, types: Types): Expression | Verdict {
  const verdict = verdictOf(json);
  if (verdict) return verdict;
  if (typeof json === 'string' && types.length === 0) return constant(json, undefined);
  return expression(json, types);
}

export function elementExtras(body: JsonObject): ElementExtras | undefined {
  const extras: { -readonly [name in keyof ElementExtras]: ElementExtras[name] } = {};
  const states: string[] = [];
  let any = false;
  for (const [i, key] of body.keys.entries()) {
    const found = body.values[i] as Json;
    switch (key) {
      case 'val':
        continue;
      case 'timeout':
      case 'expires':
        extras[key] = integer(found) * 1000;
        break;
      case 'comment':
        if (typeof found !== 'string') return fail();
        extras.comment = found;
        break;
      case 'counter':
        if (found instanceof JsonObject) {
          extras.packets = integer(found.get('packets'));
          extras.bytes = integer(found.get('bytes'));
          states.push(`counter packets ${extras.packets} bytes ${extras.bytes}`);
        } else states.push('counter');
        break;
      default: {
        const statement = stateStatement(key, found);
        if (!statement) return fail();
        states.push(spellStatement(statement));
      }
    }
    any = true;
  }
  // A counter alone is numbers; with other state it is text, in the listing's order.
  if (states.length > 1 || (states.length === 1 && extras.packets === undefined)) {
    extras.state = states.join(' ');
    delete extras.packets;
    delete extras.bytes;
  }
  return any ? extras : undefined;
}

// Verdicts ---------------------------------------------------------------------------------------------------------------------

/** The verdict that `{"accept": null}`, `{"jump": {...}}` and so on are, or null. */
export function verdictOf(json: Json): Verdict | null {
  const found = only(json);
  if (!found) return null;
  switch (found.key) {
    case 'accept':
      return ACCEPT;
    case 'drop':
      return DROP;
    case 'return':
      return RETURN;
    case 'continue':
      return CONTINUE;
    case 'jump':
    case 'goto': {
      const target = found.body instanceof JsonObject ? found.body.get('target') : undefined;
      return typeof target === 'string' ? { kind: found.key, chain: target } : null;
    }
    case 'queue':
      return queue(found.body);
    default:
      return null;
  }
}

const QUEUE = fieldType('queue num');

/** `queue flags bypass,fanout to 1-10`, as nft lists it. */
function queue(body: Json): Verdict {
  if (!(body instanceof JsonObject)) return { kind: 'queue', text: '', bypass: false };
  const flagWords = words(body.get('flags')) ?? [];
  const parts = flagWords.length > 0 ? [`flags ${flagWords.join(',')}`] : [];
  const number = body.get('num');
  const queues = number === undefined ? null : expression(number, [INTEGER]);
  if (queues) parts.push(`to ${spellTyped(queues, [QUEUE])}`);
  const by = queues && chooser(queues);
  return { kind: 'queue', text: parts.join(' '), bypass: flagWords.includes('bypass'), ...(by ? { by } : {}) };
}
