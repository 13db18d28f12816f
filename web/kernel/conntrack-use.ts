/**
 * Whether the kernel tracks connections at all, per address family. Kernel: nf_ct_netns_get(): the hooks of connection tracking are registered when the
 * first rule that needs them is loaded, for the family of its table; without them no packet has an entry, and nat chains do nothing [f9, f16, f18].
 */
import type { Expression } from '../model/expression.ts';
import type { Ruleset, Table } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import { eachExpressionOf } from '../model/walk.ts';

export interface ConntrackUse {
  readonly ip: boolean;
  readonly ip6: boolean;
  /** For frames that cross a bridge without the IP hooks. */
  readonly bridge: boolean;
  /** The first table that turned it on, per family: chains at conntrack's own priority that are older run after it. */
  readonly since: Readonly<Record<'ip' | 'ip6', Table | null>>;
}

/** Kernel: the xt_*.c that call nf_ct_netns_get(); those that are fields of the model need not be listed. */
const XT_USERS: ReadonlySet<string> = new Set([
  'conntrack',
  'connlabel',
  'connlimit',
  'cluster',
  'helper',
  'ipvs',
  'state',
  'connbytes',
  'connmark',
  'CONNMARK',
  'CONNSECMARK',
  'CT',
  'SYNPROXY',
  'DNAT',
  'SNAT',
  'MASQUERADE',
  'REDIRECT',
  'NETMAP',
  'SAME',
  'CLUSTERIP',
]);

/** Cost: linear in the rules up to the first user of each family; tables without any are read whole. */
export function conntrackUse(ruleset: Ruleset): ConntrackUse {
  const since: { ip: Table | null; ip6: Table | null } = { ip: null, ip6: null };
  let bridge = false;
  const tables = [...ruleset.tables].sort((a, b) => a.rank.dump - b.rank.dump || a.rank.position - b.rank.position);
  for (const table of tables) {
    const missing = (['ip', 'ip6'] as const).filter((family) => since[family] === null);
    if (missing.length === 0 && table.family !== 'bridge') continue;
    for (const family of usersOf(table, missing)) {
      if (family === 'bridge') bridge = true;
      else since[family] ??= table;
    }
  }
  return { ip: since.ip !== null, ip6: since.ip6 !== null, bridge, since };
}

type Used = 'ip' | 'ip6' | 'bridge';

/** The families that the table's rules turn tracking on for, as far as `wanted`. */
function usersOf(table: Table, wanted: readonly Used[]): Used[] {
  const possible: Used[] =
    table.family === 'bridge'
      ? ['bridge', 'ip', 'ip6']
      : table.family === 'inet'
        ? ['ip', 'ip6']
        : table.family === 'ip' || table.family === 'ip6'
          ? [table.family]
          : [];
  const found = new Set<Used>();
  const open = possible.filter((family) => family === 'bridge' || wanted.includes(family));
  if (open.length === 0) return [];
  for (const chain of table.chains) {
    for (const rule of chain.rules) {
      for (const statement of rule.body) {
        const family = userFamily(statement);
        if (family === null) continue;
        for (const each of family === 'table' ? possible : [family]) found.add(each);
        if (open.every((each) => found.has(each))) return [...found];
      }
    }
  }
  return [...found];
}

/** `table`: for all families of the table; null: no user. */
function userFamily(statement: Statement): 'table' | 'ip' | 'ip6' | null {
  switch (statement.kind) {
    case 'nat':
      // Kernel: nft_nat_init() takes the family that is translated, masquerade and redirect that of the table.
      return (statement.type === 'dnat' || statement.type === 'snat') && statement.family ? statement.family : 'table';
    case 'connlimit':
    case 'synproxy':
    case 'flow':
      return 'table';
    case 'object':
      return statement.type.startsWith('ct timeout') || statement.type.startsWith('ct expectation') ? 'table' : null;
    case 'mangle':
      if (statement.target.name.startsWith('ct ')) return 'table';
      return usesConnection(statement) ? 'table' : null;
    case 'match':
      return isConnectionField(statement.left) || usesConnection(statement) ? 'table' : null;
    case 'vmap':
    case 'set-update':
      return usesConnection(statement) ? 'table' : null;
    case 'xt':
      return XT_USERS.has(statement.name) ? 'table' : null;
    default:
      return null;
  }
}

function isConnectionField(expression: Expression): boolean {
  return expression.kind === 'field' && expression.name.startsWith('ct ');
}

function usesConnection(statement: Statement): boolean {
  if (statement.kind === 'match' && statement.left.kind === 'field') return isConnectionField(statement.left);
  let found = false;
  eachExpressionOf(statement, (expression) => {
    if (isConnectionField(expression)) found = true;
  });
  return found;
}
