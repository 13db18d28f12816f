/**
 * Fields of nft's JSON (`{"payload": {...}}`, `{"meta": {...}}`, ...) by the names that nft text gives them. Follows the *_expr_json functions of
 * nftables' src/json.c and libnftables-json(5) EXPRESSIONS.
 */
import { type Field, field } from '../../model/expression.ts';
import { FIELD_ALIASES, META_ALIASES, TCP_OPTION_NAMES } from '../nft/fields.ts';
import { type Json, JsonList, JsonObject } from './json.ts';

/** The expressions that are fields. */
export const FIELD_KEYS: ReadonlySet<string> = new Set([
  'payload',
  'exthdr',
  'tcp option',
  'ip option',
  'sctp chunk',
  'dccp option',
  'meta',
  'rt',
  'ct',
  'fib',
  'socket',
  'osf',
  'ipsec',
  'tunnel',
]);

/** The field, or null where its parts are not understood. `existence`: it is compared with true or false. */
export function fieldOf(key: string, body: Json, existence = false): Field | null {
  if (key === 'meta' && typeof body === 'string') return metaField(body);
  if (!(body instanceof JsonObject)) return null;
  const name = fieldName(key, body, existence);
  return name === null ? null : field(name);
}

function fieldName(key: string, body: JsonObject, existence: boolean): string | null {
  switch (key) {
    case 'payload':
      return payloadName(body);
    case 'exthdr':
      return partName('exthdr', body, false);
    case 'tcp option':
      return optionName(body, existence);
    case 'ip option':
    case 'sctp chunk':
      return partName(key, body, true);
    case 'dccp option': {
      const type = word(body, 'type');
      return type === null ? null : `dccp option ${type}`;
    }
    case 'meta': {
      const name = word(body, 'key');
      return name === null ? null : (metaField(name)?.name ?? null);
    }
    case 'fib':
      return fibName(body);
    case 'socket':
      return socketName(body);
    default:
      return directedName(key, body);
  }
}

function metaField(key: string): Field {
  return field(`meta ${META_ALIASES.get(key) ?? key}`);
}

/** A string or an integer as a word; null where there is none. */
function word(body: JsonObject, key: string): string | null {
  const found = body.get(key);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}

function payloadName(body: JsonObject): string | null {
  const base = word(body, 'base');
  const offset = word(body, 'offset');
  const length = word(body, 'len');
  if (base !== null && offset !== null && length !== null) return `@${base},${offset},${length}`;
  const protocol = word(body, 'protocol');
  const part = word(body, 'field');
  if (protocol === null || part === null) return null;
  const tunnel = word(body, 'tunnel');
  const name = FIELD_ALIASES.get(`${protocol} ${part}`) ?? `${protocol} ${part}`;
  // The tunnel's own header: `vxlan vni`.
  return tunnel === null || tunnel === protocol ? name : `${tunnel} ${name}`;
}

/** `rt nexthdr`, and `exthdr rt` where only its presence is asked; `ip option lsrr ptr`, `sctp chunk data flags`. */
function partName(key: string, body: JsonObject, prefixed: boolean): string | null {
  const name = word(body, 'name');
  if (name === null) return null;
  const part = word(body, 'field');
  if (part === null) return `${key} ${name}`;
  return prefixed ? `${key} ${name} ${part}` : `${name} ${part}`;
}

function optionName(body: JsonObject, existence: boolean): string | null {
  const base = word(body, 'base');
  if (base === null) {
    const name = partName('tcp option', body, true);
    const kind = word(body, 'name');
    const usual = kind === null ? undefined : TCP_OPTION_NAMES.get(kind);
    return usual === undefined ? name : (name?.replace(` ${kind}`, ` ${usual}`) ?? null);
  }
  const offset = body.get('offset');
  const length = body.get('len');
  if (typeof offset !== 'number' || typeof length !== 'number') return null;
  // Kernel: presence is asked of the option's first byte; `reset tcp option` has no length.
  if (offset === 0 && (length === 0 || (existence && length === 8))) return `tcp option ${base}`;
  return offset === 0 && length === 8 ? `tcp option ${base} kind` : `tcp option @${base},${offset},${length}`;
}

function fibName(body: JsonObject): string | null {
  const flags = words(body.get('flags'));
  const result = word(body, 'result');
  if (flags === null || flags.length === 0 || result === null) return null;
  return `fib ${flags.join(' . ')} ${result}`;
}

function socketName(body: JsonObject): string | null {
  const key = word(body, 'key');
  if (key !== 'cgroupv2') return key === null ? null : `socket ${key}`;
  return `socket cgroupv2 level ${word(body, 'level') ?? '0'}`;
}

/** `ct original ip saddr`, `rt ip nexthop`, `ipsec in spnum 1 ip saddr`, `osf ttl loose name`. */
function directedName(header: string, body: JsonObject): string | null {
  const key = word(body, 'key');
  if (key === null) return null;
  const parts = [header];
  for (const option of ['dir', 'spnum', 'family', 'ttl'] as const) {
    const found = word(body, option);
    if (found === null) continue;
    // nft text leaves out the outermost policy's number.
    if (option === 'spnum') {
      if (found !== '0') parts.push('spnum', found);
    } else if (option === 'ttl') parts.push('ttl', found);
    else parts.push(found);
  }
  parts.push(key);
  return parts.join(' ');
}

/** One word or a list of them, or null. */
export function words(found: Json | undefined): string[] | null {
  if (typeof found === 'string') return [found];
  if (!(found instanceof JsonList)) return null;
  const list: string[] = [];
  for (const item of found.items) {
    if (typeof item !== 'string') return null;
    list.push(item);
  }
  return list;
}
