/**
 * What the directions of `-m set --match-set NAME src,dst` compare: each stands for one part of the set's type, so a match can be told in header
 * fields only once the set is known. Parsers write the directions as the fields `ipset src` and `ipset dst`.
 * Follows ipset(8) "SET TYPES" and the kernel's net/netfilter/ipset/ip_set_hash_*.c.
 */
import { type Expression, field } from './expression.ts';
import type { NamedSet } from './ruleset.ts';

/** The header field of one part (`ip`, `net`, `port`, `mac`, `iface`, `mark`) for a direction; null where there is none. */
function partField(part: string, source: boolean, family: 'ip' | 'ip6'): Expression | null {
  switch (part) {
    case 'ip':
    case 'net':
      return field(`${family} ${source ? 'saddr' : 'daddr'}`);
    case 'port':
      return field(`th ${source ? 'sport' : 'dport'}`);
    case 'mac':
      return field(`ether ${source ? 'saddr' : 'daddr'}`);
    case 'iface':
      return field(`meta ${source ? 'iifname' : 'oifname'}`);
    case 'mark':
      return field('meta mark');
    default:
      return null;
  }
}

/** The parts of `hash:ip,port,net`: `['ip', 'port', 'net']`; a `list:set` has the part `set`. */
export function ipsetParts(type: string): string[] {
  return type.slice(type.indexOf(':') + 1).split(',');
}

/**
 * The key of a match or SET target (`left`, made of `ipset src` and `ipset dst`) in header fields. `set.key.types[0]` is ipset's name of the type.
 * More directions than parts are ignored, as the kernel does. Null for a `list:set` (resolve each member), an unknown type, or too few
 * directions: kernel: the match then fails.
 */
export function resolveIpsetKey(left: Expression, set: NamedSet, family: 'ip' | 'ip6'): Expression | null {
  const directions = left.kind === 'concat' ? left.parts : [left];
  const resolved: Expression[] = [];
  for (const [index, part] of ipsetParts(set.key.types[0] ?? '').entries()) {
    const direction = directions[index];
    if (direction?.kind !== 'field' || !direction.name.startsWith('ipset ')) return null;
    const found = partField(part, direction.name === 'ipset src', family);
    if (!found) return null;
    resolved.push(found);
  }
  if (resolved.length === 1) return resolved[0] as Expression;
  return { kind: 'concat', parts: resolved };
}
