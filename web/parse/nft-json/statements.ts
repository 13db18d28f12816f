/**
 * Statements of nft's JSON into the model, as web/parse/nft reads them from text. Follows the *_stmt_json functions of nftables' src/json.c and
 * libnftables-json(5) STATEMENTS.
 */
import { parseIpv4, parseIpv6 } from '../../base/address.ts';
import { type Expression, type Field, type SetElement, value } from '../../model/expression.ts';
import { fieldType } from '../../model/field-types.ts';
import { fibInterface, normalMatch } from '../../model/normal-match.ts';
import { typesOf, typesOfSet } from '../../model/spell.ts';
import type {
  Limit,
  Log,
  MatchOperator,
  Nat,
  Reject,
  SetUpdate,
  Statement,
  Synproxy,
  Tproxy,
} from '../../model/statement.ts';
import { rejectCode } from '../nft/effects.ts';
import { elementExtras, expression, mapOperand, NO_TYPES, setReference, verdictOf } from './expressions.ts';
import { textStatement } from './fallback.ts';
import { fieldOf, words } from './fields.ts';
import { type Json, JsonList, JsonObject } from './json.ts';
import { fail, only, optionalInteger, required, text } from './parts.ts';
import { stateStatement } from './state.ts';

const PORT = [fieldType('th dport')];
const ADDRESS = [fieldType('ip saddr')];
const ADDRESS6 = [fieldType('ip6 saddr')];
const IFNAME = [fieldType('meta iifname')];
const NOTRACK: Statement = { kind: 'notrack' };
export const BARE_REJECT: Reject = { kind: 'reject', with: null, code: null };
const NAMED_LIMIT: Limit = { kind: 'limit', rate: 0, per: 'second', burst: null, over: false, bytes: false };
const OPERATORS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** One statement of a rule's `expr`. Throws NOT_READ. */
export function statement(json: Json): Statement {
  if (typeof json === 'string') return textStatement(json) ?? fail();
  const verdict = verdictOf(json);
  if (verdict) return { kind: 'verdict', verdict };
  const { key, body } = only(json) ?? fail();
  const named = namedObject(key, body);
  if (named) return named;
  const state = stateStatement(key, body);
  if (state) return state;
  switch (key) {
    case 'match':
      return match(object(body));
    case 'vmap': {
      const of = expression(required(object(body), 'key'), NO_TYPES);
      return { kind: 'vmap', key: of, map: mapOperand(required(object(body), 'data'), typesOf(of), NO_TYPES) };
    }
    case 'mangle':
      return mangle(object(body));
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return nat(key, body === null ? EMPTY : object(body));
    case 'reject':
      return body === null ? BARE_REJECT : reject(object(body));
    case 'log':
      return log(body === null ? EMPTY : object(body));
    case 'notrack':
      return NOTRACK;
    case 'tproxy':
      return tproxy(object(body));
    default:
      return rarer(key, body);
  }
}

const EMPTY = new JsonObject([], [], 0, 0);

function object(json: Json): JsonObject {
  return json instanceof JsonObject ? json : fail();
}

function rarer(key: string, body: Json): Statement {
  switch (key) {
    case 'dup':
    case 'fwd':
      return duplicate(key, object(body));
    case 'synproxy':
      return synproxy(body);
    case 'flow': {
      if (text(object(body), 'op') !== 'add') return fail();
      return { kind: 'flow', name: text(object(body), 'flowtable').replace(/^@/, '') };
    }
    case 'set':
    case 'map':
      return setUpdate(key, object(body));
    case 'meter':
      return meter(object(body));
    case 'reset': {
      const found = only(body);
      const name = found ? fieldOf(found.key, found.body) : null;
      return name ? { kind: 'object', type: 'reset', name } : fail();
    }
    case 'xt':
      return xt(object(body));
    case 'comment':
      return typeof body === 'string' ? { kind: 'comment', text: body } : fail();
    default:
      return fail();
  }
}

const OBJECT_NAME = typesOfSet({ types: ['string'] });

/** `{"counter": "name"}` and its like: a named object, or a map of names. */
function namedObject(key: string, body: Json): Statement | null {
  const map = only(body)?.key === 'map';
  if (typeof body !== 'string' && !map) return null;
  if (key === 'set' || key === 'map') return null;
  const name = (): Expression => (typeof body === 'string' ? value(body) : expression(body, OBJECT_NAME));
  switch (key) {
    case 'counter':
      return { kind: 'counter', packets: null, bytes: null, name: name() };
    case 'limit':
      return { ...NAMED_LIMIT, name: name() };
    case 'quota':
      return { kind: 'quota', bytes: 0, used: null, over: false, name: name() };
    case 'ct helper':
    case 'ct timeout':
    case 'ct expectation':
    case 'secmark':
    case 'synproxy':
    case 'tunnel':
      return { kind: 'object', type: key, name: name() };
    default:
      return null;
  }
}

// Matches and mangling ---------------------------------------------------------------------------------------------------------

function match(body: JsonObject): Statement {
  const op = text(body, 'op');
  const written = body.get('right') ?? fail();
  const left = matchLeft(required(body, 'left'), typeof written === 'boolean');
  const types = typesOf(left);
  const [type] = types;
  if (typeof written === 'boolean' && left.kind === 'field' && isFibAddress(left)) {
    // Kernel: the fib expression gives interface 0 where there is no route.
    const there = written === (op !== '!=');
    return { kind: 'match', left: fibInterface(left), op: there ? '!=' : '==', right: value(0) };
  }
  const right = rightSide(written, left, types);
  if (op === '!') return type?.bitmask ? { kind: 'match', left, op: 'no-bit', right } : fail();
  if (op === 'in') {
    const bits = type?.bitmask === true && right.kind === 'value' && left.kind === 'field';
    return normalMatch({ kind: 'match', left, op: bits ? 'any-bit' : '==', right });
  }
  if (!OPERATORS.has(op)) return fail();
  return normalMatch({ kind: 'match', left, op: op as MatchOperator, right });
}

/** `true` and `false` on the right ask for a header's presence, which changes what the left side is. */
function matchLeft(json: Json, existence: boolean): Expression {
  const found = existence ? only(json) : null;
  return (found ? fieldOf(found.key, found.body, true) : null) ?? expression(json, NO_TYPES);
}

function isFibAddress({ name }: Field): boolean {
  return name.startsWith('fib ') && !name.endsWith(' type');
}

function rightSide(json: Json, left: Expression, types: ReturnType<typeof typesOf>): Expression {
  const right = expression(json, types);
  // `fib ... oif 0` in numbers is spelled so, because `missing` is the usual spelling.
  const isNumber = typeof json === 'number' && right.kind === 'value' && right.value === 0;
  if (isNumber && left.kind === 'field' && isFibAddress(left) && !left.name.endsWith(' check')) return value(0, '0');
  return right;
}

function mangle(body: JsonObject): Statement {
  const found = only(required(body, 'key')) ?? fail();
  const target = fieldOf(found.key, found.body) ?? fail();
  const set = required(body, 'value');
  if (target.name === 'meta secmark' && typeof set === 'string')
    return { kind: 'object', type: 'secmark', name: value(set) };
  return { kind: 'mangle', target, value: expression(set, [fieldType(target.name)]) };
}

// Statements with effects ------------------------------------------------------------------------------------------------------

function nat(type: Nat['type'], body: JsonObject): Statement {
  const family = body.get('family');
  const address = body.get('addr');
  const port = body.get('port');
  const made = address === undefined || address === null ? null : natAddress(address);
  const kinds = words(body.get('type_flags')) ?? [];
  const concat = kinds.includes('concat') || (made?.kind === 'map' && dataIsConcat(made));
  return {
    kind: 'nat',
    type,
    ...(family === 'ip' || family === 'ip6' ? { family } : {}),
    address: made,
    port: port === undefined || port === null ? null : expression(port, PORT),
    // `netmap` is what nft's text calls `prefix`.
    flags: (words(body.get('flags')) ?? []).filter((flag) => flag !== 'netmap'),
    ...(concat ? { concat: true } : {}),
    ...(kinds.includes('prefix') ? { prefix: true } : {}),
  };
}

/** A constant tells its family itself; behind a map nothing does. */
function natAddress(json: Json): Expression {
  if (typeof json === 'string' && parseIpv4(json) >= 0) return expression(json, ADDRESS);
  return expression(json, typeof json === 'string' && parseIpv6(json) !== null ? ADDRESS6 : NO_TYPES);
}

function dataIsConcat(lookup: Extract<Expression, { kind: 'map' }>): boolean {
  return lookup.map.kind === 'set' && lookup.map.elements[0]?.data?.kind === 'concat';
}

function reject(body: JsonObject): Reject {
  const kind = body.get('type');
  if (kind === 'tcp reset') return { kind: 'reject', with: 'tcp reset', code: null };
  if (kind !== 'icmp' && kind !== 'icmpv6' && kind !== 'icmpx') return fail();
  const code = body.get('expr');
  if (code === undefined) return { kind: 'reject', with: kind, code: null };
  if (typeof code !== 'string' && typeof code !== 'number') return fail();
  return { kind: 'reject', with: kind, code: typeof code === 'number' ? rejectCode(kind, code) : code };
}

/** The options in the order of nft's own listing. */
function log(body: JsonObject): Log {
  const prefix = body.get('prefix');
  const options: string[] = [];
  for (const option of ['snaplen', 'queue-threshold'] as const) {
    const number = optionalInteger(body.get(option));
    if (number !== null) options.push(`${option} ${number}`);
  }
  const level = body.get('level');
  if (typeof level === 'string') options.push(`level ${level}`);
  const listed = words(body.get('flags')) ?? [];
  const tcp = listed.filter((flag) => flag.startsWith('tcp ')).map((flag) => flag.slice(4));
  if (tcp.length > 0) options.push(`flags tcp ${tcp.join(',')}`);
  for (const flag of listed) if (!flag.startsWith('tcp ')) options.push(`flags ${flag}`);
  return {
    kind: 'log',
    prefix: typeof prefix === 'string' ? prefix : null,
    group: optionalInteger(body.get('group')),
    options,
  };
}

function tproxy(body: JsonObject): Tproxy {
  const family = body.get('family');
  const address = body.get('addr');
  const port = body.get('port');
  return {
    kind: 'tproxy',
    ...(family === 'ip' || family === 'ip6' ? { family } : {}),
    address: address === undefined ? null : natAddress(address),
    port: port === undefined ? null : expression(port, PORT),
  };
}

/** In the netdev family the device stands where the address does. */
function duplicate(kind: 'dup' | 'fwd', body: JsonObject): Statement {
  const destination = body.get('addr');
  const device = body.get('dev');
  const named = body.get('family');
  const family = named === 'ip' || named === 'ip6' ? named : null;
  const types = family === 'ip6' ? ADDRESS6 : NO_TYPES;
  const address =
    destination === undefined ? null : types === ADDRESS6 ? expression(destination, types) : natAddress(destination);
  const told = family && kind === 'fwd' && address && address.kind !== 'value' ? ({ family } as const) : {};
  if (device !== undefined) return { kind, ...told, address, device: expression(device, IFNAME) };
  if (address === null || !isName(address)) return { kind, address, device: null };
  return { kind, address: null, device: expression(destination ?? null, IFNAME) };
}

function isName(destination: Expression): boolean {
  if (destination.kind === 'value') return typeof destination.value === 'string';
  if (destination.kind !== 'map' || destination.map.kind !== 'set') return false;
  const data = destination.map.elements[0]?.data;
  return data?.kind === 'value' && typeof data.value === 'string';
}

function synproxy(body: Json): Synproxy {
  if (body === null) return { kind: 'synproxy', text: '' };
  return { kind: 'synproxy', text: synproxyParts(object(body)).join(' ') };
}

/** `mss 1460`, `wscale 7`, `timestamp sack-perm`. */
export function synproxyParts(body: JsonObject): string[] {
  const parts: string[] = [];
  for (const option of ['mss', 'wscale'] as const) {
    const number = optionalInteger(body.get(option));
    if (number !== null) parts.push(`${option} ${number}`);
  }
  const flags = words(body.get('flags')) ?? [];
  if (flags.length > 0) parts.push(flags.join(' '));
  return parts;
}

function xt(body: JsonObject): Statement {
  const role = body.get('type');
  if (role !== 'match' && role !== 'target' && role !== 'watcher') return fail();
  return { kind: 'xt', role, name: text(body, 'name'), options: '', known: false };
}

// Dynamic sets -----------------------------------------------------------------------------------------------------------------

/** `{"set": {"op": "add", "elem": ..., "set": "@s", "stmt": [...]}}`; `map` has `data` and its name under `map`. */
function setUpdate(kind: 'set' | 'map', body: JsonObject): SetUpdate {
  const op = body.get('op');
  if (op !== 'add' && op !== 'update' && op !== 'delete') return fail();
  const element = updateElement(required(body, 'elem'), body.get('data'));
  return { kind: 'set-update', op, set: setReference(text(body, kind)), element, statements: innerStatements(body) };
}

function updateElement(json: Json, data: Json | undefined): SetElement {
  const wrapped = only(json);
  const inner = wrapped?.key === 'elem' && wrapped.body instanceof JsonObject ? wrapped.body : null;
  const key = expression(json, NO_TYPES);
  const extras = inner ? elementExtras(inner) : undefined;
  // Nothing here tells the type of the map's data.
  const mapped = data === undefined ? {} : { data: verdictOf(data) ?? expression(data, NO_TYPES) };
  return { key, ...mapped, ...(extras ? { extras } : {}) };
}

function innerStatements(body: JsonObject): Statement[] {
  const listed = body.get('stmt');
  if (listed === undefined) return [];
  return (listed instanceof JsonList ? listed.items : [listed]).map(statement);
}

function meter(body: JsonObject): SetUpdate {
  const size = optionalInteger(body.get('size'));
  const set = { kind: 'set-reference', name: text(body, 'name') } as const;
  const element = updateElement(required(body, 'key'), undefined);
  const statements = innerStatements(body);
  return { kind: 'set-update', op: 'update', set, meter: size === null ? '' : ` size ${size}`, element, statements };
}
