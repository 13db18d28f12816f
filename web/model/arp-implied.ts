/**
 * What iptables-nft compares in every rule of arptables without saying so: Ethernet, and the lengths of its and of IPv4's addresses.
 * Kernel side: iptables/nft-arp.c, nft_arp_add() and nft_arp_init_cs(); `nft list ruleset` shows it. The legacy engine compares what the rule says.
 */
import { field, value } from './expression.ts';
import type { Rule } from './ruleset.ts';
import type { Match, Statement } from './statement.ts';

const IMPLIED: readonly (readonly [name: string, number: number])[] = [
  ['arp htype', 1],
  ['arp hlen', 6],
  ['arp plen', 4],
];

/** The matches that are before those of `rule.body`; none for tables of other kinds. */
export function impliedArpMatches(rule: Rule): Match[] {
  const { family, backend, listing } = rule.chain.table;
  if (family !== 'arp' || listing !== 'iptables' || backend === 'iptables-legacy') return [];
  return IMPLIED.filter(([name]) => !rule.body.some((each) => compares(each, name))).map(([name, number]) => ({
    kind: 'match',
    left: field(name),
    op: '==',
    right: value(number),
  }));
}

function compares(statement: Statement, name: string): boolean {
  if (statement.kind !== 'match') return false;
  const left = statement.left.kind === 'bitwise' ? statement.left.left : statement.left;
  return left.kind === 'field' && left.name === name;
}
