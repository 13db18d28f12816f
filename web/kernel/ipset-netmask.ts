/** ipset's `netmask N`: of an address only so many bits count. Kernel: ip_set_hash_ip.c masks what is added and what is looked for [netmask]. */
import type { Expression, SetElement } from '../model/expression.ts';
import { ipsetParts } from '../model/ipset.ts';
import type { NamedSet } from '../model/ruleset.ts';

/** null: all bits count. */
export function netmaskOf(set: NamedSet): number | bigint | null {
  const option = set.options.find((each) => each.startsWith('netmask '));
  const length = option === undefined ? Number.NaN : Number(option.slice('netmask '.length));
  if (!Number.isInteger(length)) return null;
  if (set.options.includes('family inet6')) return ((1n << BigInt(length)) - 1n) << BigInt(128 - length);
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** The elements as the kernel keeps them: a script may write bits that do not count. Linear where there is such an option. */
export function keptElements(set: NamedSet): readonly SetElement[] {
  const mask = set.table === null ? netmaskOf(set) : null;
  if (mask === null) return set.elements;
  const parts = ipsetParts(set.key.types[0] ?? '');
  return set.elements.map((element) => {
    const { key } = element;
    if (key.kind !== 'concat') return { ...element, key: masked(key, mask) };
    return {
      ...element,
      key: { ...key, parts: key.parts.map((each, i) => (parts[i] === 'ip' ? masked(each, mask) : each)) },
    };
  });
}

function masked(key: Expression, mask: number | bigint): Expression {
  if (key.kind !== 'value' || typeof key.value !== typeof mask) return key;
  const { value } = key;
  return { ...key, value: typeof value === 'number' ? (value & Number(mask)) >>> 0 : BigInt(value) & BigInt(mask) };
}
