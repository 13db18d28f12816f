/**
 * Constants of nft's JSON, read as the data type of the field that they stand beside wants them. Follows the *_type_json functions of nftables'
 * src/json.c: names where a type has names, integers in host order, times in seconds, addresses and interfaces as strings.
 * Not modelled: names that only the node's own files know (users, realms, labels); they stay strings.
 */
import { parseIpv4, parseIpv6, parseMac } from '../../base/address.ts';
import { type Expression, type Scalar, type Value, value } from '../../model/expression.ts';
import { type FieldType, hasRoom } from '../../model/field-types.ts';
import { scalarText } from '../../model/spell.ts';
import { durationMilliseconds } from '../nft/values.ts';

const DIGITS = /^\d{1,15}$/;
const HEX = /^0x[0-9a-fA-F]{1,64}$/;
const CLASS = /^([0-9a-fA-F]{0,4}):([0-9a-fA-F]{0,4})$/;
const HOUR = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** A number as the model keeps it for that type: wide ones are bigints. null: none, or the type has no room for it. */
export function numberScalar(number: number | bigint, type: FieldType | undefined): Scalar | null {
  if (typeof number === 'number' && !Number.isSafeInteger(number)) return null;
  if (type?.type === 'ct_label' && number < 128) return number < 0 ? null : 1n << BigInt(number);
  if (type?.form === 'time') return Number(number) * 1000;
  if (type && !hasRoom(type, number)) return null;
  if (type && type.width > 32) return BigInt(number);
  return number > 0xffffffff ? BigInt(number) : Number(number);
}

function ipv4(text: string): number | null {
  const address = parseIpv4(text);
  return address < 0 ? null : address;
}

/** The constant that a JSON string is for that type, or null where the type has none of that name. */
export function stringConstant(text: string, type: FieldType | undefined): Expression | null {
  if (!type) return untyped(text);
  switch (type.form) {
    case 'string':
      return nameConstant(text, type);
    case 'ipv4':
      return plain(ipv4(text) ?? (HEX.test(text) ? numberScalar(BigInt(text), type) : null));
    case 'ipv6':
      return plain(parseIpv6(text));
    case 'mac':
      return plain(parseMac(text));
    case 'classid':
      return plain(classNumber(text));
    case 'hour':
      return plain(hourSeconds(text));
    case 'time':
      return plain(durationMilliseconds(text));
    default:
      return symbolConstant(text, type);
  }
}

function plain(scalar: Scalar | null): Value | null {
  return scalar === null ? null : value(scalar);
}

/** Where nothing tells the type: an address is told by its form, all else is a name. */
function untyped(text: string): Value {
  const wide = text.includes(':') ? (parseMac(text) ?? parseIpv6(text)) : null;
  const scalar = wide ?? ipv4(text);
  return scalar === null ? value(text, text) : value(scalar, text);
}

/** An interface or another name; `eth*` is a wildcard, `eth\*` is not. */
function nameConstant(text: string, type: FieldType): Expression {
  if (type.type === 'iface_index' && DIGITS.test(text)) return value(Number(text), text);
  if (text.endsWith('\\*')) return value(`${text.slice(0, -2)}*`, `"${text}"`);
  if (text.endsWith('*') && type.type === 'ifname') return { kind: 'wildcard', stem: text.slice(0, -1) };
  return value(text);
}

function symbolConstant(text: string, type: FieldType): Expression | null {
  const known = type.symbols?.byName.get(text) ?? type.symbols?.byName.get(text.toLowerCase());
  if (known !== undefined) return spelt(known, type, text);
  if (DIGITS.test(text)) return plain(numberScalar(Number(text), type));
  if (HEX.test(text)) return plain(numberScalar(BigInt(text), type));
  // Users and groups are listed by name in JSON; root is the same everywhere.
  if (type.type === 'uid' || type.type === 'gid') return text === 'root' ? value(0) : value(text, text);
  if (type.type === 'realm' || type.type === 'devgroup' || type.type === 'ct_label') return value(text, text);
  // A mark by a name of /etc/iproute2/rt_marks: what bits it has only the node knows.
  return type.type === 'mark' ? { kind: 'opaque-expression', text } : null;
}

/** Keeps a name that is not the one that nfscope prints. */
function spelt(number: number, type: FieldType, name: string): Value {
  const usual = scalarText(number, type);
  return usual === name || usual === `"${name}"` || !type.symbolic ? value(number) : value(number, name);
}

function classNumber(text: string): number | null {
  if (text === 'root') return 0xffffffff;
  if (text === 'none') return 0;
  const match = CLASS.exec(text);
  if (!match) return DIGITS.test(text) ? Number(text) : null;
  return Number.parseInt(match[1] || '0', 16) * 65536 + Number.parseInt(match[2] || '0', 16);
}

function hourSeconds(text: string): number | null {
  const match = HOUR.exec(text);
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0) : null;
}
