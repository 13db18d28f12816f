/** Small looks at one rule: the interface, prefix or address that it tests, positively or negated. */
import { type IpAddress, type IpNetwork, ipAddress } from '../base/ip.ts';
import type { Expression } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import { elementsOf } from './scan.ts';
import { singleAddress } from './way.ts';

export interface Tested<T> {
  readonly value: T;
  readonly negated: boolean;
}

/** Of `iifname`/`iif` or `oifname`/`oif`: every name that the rule compares with, wildcards left out. */
export function interfacesTested(rule: Rule, side: 'in' | 'out'): Tested<string>[] {
  const names = side === 'in' ? ['meta iifname', 'meta iif'] : ['meta oifname', 'meta oif'];
  return tested(rule, names, (one) => (one.kind === 'value' && typeof one.value === 'string' ? one.value : null));
}

/** Prefixes and single addresses that the rule compares the source or destination with. */
export function networksTested(rule: Rule, side: 'saddr' | 'daddr'): Tested<IpNetwork>[] {
  return tested(rule, [`ip ${side}`, `ip6 ${side}`], networkOf);
}

export function addressesTested(rule: Rule, side: 'saddr' | 'daddr'): Tested<IpAddress>[] {
  return tested(rule, [`ip ${side}`, `ip6 ${side}`], singleAddress);
}

export function networkOf(one: Expression): IpNetwork | null {
  if (one.kind === 'prefix') return one.width === 48 ? null : { ...ipAddress(one.address), length: one.length };
  const address = singleAddress(one);
  return address ? { ...address, length: address.family === 'ip' ? 32 : 128 } : null;
}

/** Sets of more elements are lists, not the node's own interfaces or networks. */
const MOST = 64;

function tested<T>(rule: Rule, fields: readonly string[], read: (one: Expression) => T | null): Tested<T>[] {
  return rule.body.flatMap((statement) => {
    if (statement.kind !== 'match' || statement.left.kind !== 'field' || !fields.includes(statement.left.name))
      return [];
    if (statement.op !== '==' && statement.op !== '!=') return [];
    const { right } = statement;
    const negated = statement.op === '!=';
    const set = right.kind === 'set' || (right.kind === 'set-reference' && !right.ipset);
    const list = set
      ? elementsOf(rule.chain.table, right)
          .slice(0, MOST)
          .map(({ key }) => key)
      : [right];
    return list.flatMap((one) => {
      const value = read(one);
      return value === null ? [] : [{ value, negated }];
    });
  });
}
