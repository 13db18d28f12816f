/**
 * Which table a listing of `iptables -L` is of: it does not say. Follows the built-in chains of each table (iptables(8) "TABLES") and the order
 * in which iptables lists them.
 */
import type { ChainLine } from './rows.ts';

export interface TableGuess {
  readonly name: string;
  /** Completes "because ...". */
  readonly reason: string;
}

const BUILTIN: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const NAT_TARGETS = ['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP'];
const RAW_TARGETS = ['CT', 'NOTRACK', 'TRACE'];
const MANGLE_TARGETS = ['MARK', 'CONNMARK', 'TPROXY', 'TCPMSS', 'TTL', 'HL', 'DSCP', 'CLASSIFY', 'TOS'];
const SECURITY_TARGETS = ['SECMARK', 'CONNSECMARK'];

/** Whether `next` cannot belong to the table of the chains before it. A table's chains are parted by blank lines, tables are not. */
export function beginsTable(chains: readonly ChainLine[], next: ChainLine, blankBefore: boolean): boolean {
  if (!blankBefore || chains.some(({ name }) => name === next.name)) return true;
  if (next.policy === null) return false;
  // Built-in chains are listed first.
  if (chains.some(({ policy }) => policy === null) || next.name === 'PREROUTING') return true;
  if (next.name === 'INPUT') return chains.some(({ name }) => name !== 'PREROUTING');
  return next.name === 'FORWARD' && chains.some(({ name }) => name === 'OUTPUT' || name === 'POSTROUTING');
}

/** The table with those chains; where several have them, the one that has such targets. */
export function guessTable(chains: readonly ChainLine[], targets: ReadonlySet<string>): TableGuess {
  const builtin = chains.filter(({ name, policy }) => policy !== null && BUILTIN.has(name)).map(({ name }) => name);
  const has = (name: string): boolean => builtin.includes(name);
  const uses = (names: readonly string[]): string | undefined => names.find((name) => targets.has(name));
  const told = builtin.length > 0 ? `it has the chains ${builtin.join(', ')}` : 'it has no built-in chain';
  if (has('PREROUTING') && has('FORWARD') && has('POSTROUTING')) return { name: 'mangle', reason: told };
  if (has('PREROUTING') && has('POSTROUTING')) return { name: 'nat', reason: told };
  if (has('PREROUTING') && has('OUTPUT')) return { name: 'raw', reason: told };
  if (has('INPUT') && has('FORWARD') && has('OUTPUT')) {
    const security = uses(SECURITY_TARGETS);
    if (security !== undefined) return { name: 'security', reason: `${told} and the target ${security}` };
    return { name: 'filter', reason: told };
  }
  return guessByTargets(has, uses, told);
}

function guessByTargets(
  has: (name: string) => boolean,
  uses: (names: readonly string[]) => string | undefined,
  told: string,
): TableGuess {
  for (const [name, names] of [
    ['nat', NAT_TARGETS],
    ['raw', RAW_TARGETS],
    ['mangle', MANGLE_TARGETS],
    ['security', SECURITY_TARGETS],
  ] as const) {
    const target = uses(names);
    if (target !== undefined) return { name, reason: `it has the target ${target}` };
  }
  const name = has('PREROUTING') || has('POSTROUTING') ? 'nat' : 'filter';
  return { name, reason: `${told} and nothing speaks for another table` };
}
