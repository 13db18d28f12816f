/**
 * The statements that elements of sets can have too: counter, limit, quota, ct count, last. Follows the *_stmt_json functions of nftables'
 * src/statement.c and src/json.c.
 */
import { durationText } from '../../model/spell.ts';
import type { Counter, Limit, Quota, Statement } from '../../model/statement.ts';
import { type Json, JsonObject } from './json.ts';
import { fail, integer, optionalInteger, text } from './parts.ts';

const BARE_COUNTER: Counter = { kind: 'counter', packets: null, bytes: null };
const PERIODS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week']);
const UNITS = new Map([
  ['bytes', 1],
  ['kbytes', 1024],
  ['mbytes', 1_048_576],
  ['gbytes', 1_073_741_824],
]);

/** The statement of that key with its own numbers (not a named object), or null where there is none of that name. Throws NOT_READ. */
export function stateStatement(key: string, body: Json): Statement | null {
  switch (key) {
    case 'counter':
      if (!(body instanceof JsonObject)) return BARE_COUNTER;
      return { kind: 'counter', packets: integer(body.get('packets')), bytes: integer(body.get('bytes')) };
    case 'limit':
      return body instanceof JsonObject ? limit(body) : null;
    case 'quota':
      return body instanceof JsonObject ? quota(body) : null;
    case 'ct count':
      if (!(body instanceof JsonObject)) return null;
      return { kind: 'connlimit', count: integer(body.get('val')), over: body.get('inv') === true };
    case 'last':
      return last(body);
    default:
      return null;
  }
}

function unit(body: JsonObject, key: string): number | null {
  const name = body.get(key);
  if (name === undefined || name === 'packets') return null;
  return (typeof name === 'string' ? UNITS.get(name) : undefined) ?? fail();
}

/** nft's own default of a packet rate (src/parser_json.c), which its text leaves out; of a byte rate it is 0. */
const DEFAULT_BURST = 5;

/** `burst` counts bytes where the rate does. */
export function limit(body: JsonObject): Limit {
  const per = text(body, 'per');
  if (!PERIODS.has(per)) return fail();
  const size = unit(body, 'rate_unit');
  const burst = optionalInteger(body.get('burst'));
  const usual = burst === null || burst === (size === null ? DEFAULT_BURST : 0);
  return {
    kind: 'limit',
    rate: integer(body.get('rate')) * (size ?? 1),
    per: per as Limit['per'],
    burst: usual ? null : burst * (unit(body, 'burst_unit') ?? 1),
    over: body.get('inv') === true,
    bytes: size !== null,
  };
}

function quota(body: JsonObject): Quota {
  const used = optionalInteger(body.get('used'));
  return {
    kind: 'quota',
    bytes: integer(body.get('val')) * (unit(body, 'val_unit') ?? 1),
    used: used === null ? null : used * (unit(body, 'used_unit') ?? 1),
    over: body.get('inv') === true,
  };
}

/** Assumption: `null` is "never" (nft prints the same where it was told to leave state out). */
function last(body: Json): Statement {
  const used = body instanceof JsonObject ? durationText(integer(body.get('used'))) : 'never';
  return { kind: 'object', type: 'last', name: { kind: 'opaque-expression', text: `used ${used}` } };
}
