/**
 * Links the dumps of one node into its ruleset: numbers everything, and settles what one dump alone cannot tell: which tables are listed
 * twice, and whether an `iptables-save` of unknown backend is iptables-nft's or iptables-legacy's.
 *
 * Kernel: `nft list ruleset` also lists the tables of iptables-nft, so the usual pair of dumps shows them twice; iptables-legacy's tables are
 * in no nft listing. The iptables-save copy is kept: nft shows extensions that it cannot translate only as placeholders.
 */
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { BUILTIN_CHAINS, BUILTIN_TABLES } from './hook.ts';
import type { Chain, Dump, NamedSet, Rule, Ruleset, Table } from './ruleset.ts';

type Located = Ruleset['diagnostics'][number];
type Shadowed = Ruleset['shadowed'][number];

/** Cost: linear in chains, rules and sets. Writes ids into the dumps' nodes: a dump belongs to one ruleset at a time. */
export function linkRuleset(dumps: readonly Dump[]): Ruleset {
  const diagnostics: Located[] = [];
  const shadowed: Shadowed[] = [];
  dumps.forEach((dump, index) => {
    dump.index = index;
    dump.tables.forEach((table, position) => {
      table.dump = index;
      table.rank = { dump: index, position };
    });
  });
  settleTwins(dumps, shadowed, diagnostics);
  settleBackends(dumps, shadowed, diagnostics);
  const hidden = new Set(shadowed.map(({ table }) => table));
  const tables = dumps.flatMap((dump) => dump.tables).filter((table) => !hidden.has(table));
  const ipsets = new Map<string, NamedSet>();
  for (const dump of dumps) for (const set of dump.ipsets) if (!ipsets.has(set.name)) ipsets.set(set.name, set);
  return { dumps, tables, ...numberNodes(tables, ipsets), ipsets, shadowed, diagnostics };
}

function numberNodes(tables: readonly Table[], ipsets: ReadonlyMap<string, NamedSet>) {
  const chains: Chain[] = [];
  const baseChains: Chain[] = [];
  // A list of the right length: growing one of 100,000 rules step by step copies them several times.
  const rules = new Array<Rule>(countRules(tables));
  let ruleCount = 0;
  const sets: NamedSet[] = [];
  tables.forEach((table, index) => {
    table.id = index;
    table.chainNamed.index();
    for (const set of table.sets) set.id = sets.push(set) - 1;
    for (const chain of table.chains) {
      chain.id = chains.push(chain) - 1;
      if (chain.base) baseChains.push(chain);
      for (const rule of chain.rules) {
        rule.id = ruleCount;
        rules[ruleCount++] = rule;
      }
    }
  });
  for (const set of ipsets.values()) set.id = sets.push(set) - 1;
  return { chains, baseChains, rules, sets };
}

function countRules(tables: readonly Table[]): number {
  let count = 0;
  for (const { chains } of tables) for (const { rules } of chains) count += rules.length;
  return count;
}

/** Tables that two dumps list. Of each family and name at most one table per engine stays in use, so the comparison is linear. */
function settleTwins(dumps: readonly Dump[], shadowed: Shadowed[], diagnostics: Located[]): void {
  const used = new Map<string, Table[]>();
  for (const dump of dumps) {
    for (const table of dump.tables) {
      const key = `${table.family} ${table.name}`;
      const others = used.get(key) ?? [];
      const pair = firstTwin(others, table, dumps);
      if (pair) {
        shadowed.push(pair);
        diagnostics.push({ dump: pair.table.dump, diagnostic: twinDiagnostic(dumps, key, pair) });
      }
      used.set(
        key,
        [...others, table].filter((one) => one !== pair?.table),
      );
    }
  }
}

function firstTwin(others: readonly Table[], table: Table, dumps: readonly Dump[]): Shadowed | null {
  for (const other of others) {
    const pair = other.dump === table.dump ? null : (commandTwin(other, table, dumps) ?? relate(other, table));
    if (pair) return pair;
  }
  return null;
}

function twinDiagnostic(dumps: readonly Dump[], key: string, { table, by, reason }: Shadowed): Diagnostic {
  const name = dumps[by.dump]?.name ?? 'another dump';
  if (reason === 'commands') {
    const message = `Table ${key} is listed in ${name}: the listing counts, not these commands.`;
    return diagnostic('info', 'table-listed-twice', message, headOf(dumps, table));
  }
  return reason === 'iptables-nft'
    ? diagnostic(
        'info',
        'table-listed-twice',
        `Table ${key} is also in ${name}; nft lists iptables-nft's tables too. The iptables-save copy is used.`,
        headOf(dumps, table),
      )
    : diagnostic(
        'warning',
        'table-listed-twice',
        `Table ${key} is in two dumps. Are they of two nodes, or of two times? Only the one in ${name} is used.`,
        headOf(dumps, table),
      );
}

/** A table's first line: what is said of a table is not said of each of its thousand lines. */
function headOf(dumps: readonly Dump[], { dump, span }: Table): Span {
  const end = dumps[dump]?.text.indexOf('\n', span.start) ?? -1;
  return { start: span.start, end: end === -1 ? span.end : Math.min(end, span.end) };
}

/** Of commands and a listing of one table, the listing is what stands. */
function commandTwin(a: Table, b: Table, dumps: readonly Dump[]): Shadowed | null {
  const typed = ({ dump }: Table): boolean => dumps[dump]?.format === 'shell';
  if (typed(a) === typed(b) || (a.backend === 'iptables-legacy') !== (b.backend === 'iptables-legacy')) return null;
  const [table, by] = typed(a) ? [a, b] : [b, a];
  return { table, by, reason: 'commands' };
}

/** Whether two tables of the same family and name are one table listed twice, and which copy goes. */
function relate(a: Table, b: Table): Shadowed | null {
  const aLegacy = a.backend === 'iptables-legacy';
  const bLegacy = b.backend === 'iptables-legacy';
  if (aLegacy !== bLegacy) {
    const unsure = aLegacy ? b : a;
    // A legacy dump beside one that does not say: the other is what plain `iptables-save` prints, and that is the nft engine on such a node.
    if (unsure.backend === 'iptables') unsure.backend = 'iptables-nft';
    return null;
  }
  if (isIptables(a) !== isIptables(b)) {
    const [saved, listed] = isIptables(a) ? [a, b] : [b, a];
    if (saved.backend === 'iptables' && !sameChains(saved, listed)) {
      setBackend(saved, 'iptables-legacy');
      return null;
    }
    setBackend(saved, 'iptables-nft');
    saved.rank = listed.rank;
    return { table: listed, by: saved, reason: 'iptables-nft' };
  }
  return { table: b, by: a, reason: 'same table' };
}

function isIptables(table: Table): boolean {
  return table.listing === 'iptables';
}

/** iptables-save lists built-in chains that iptables-nft never made; all others must be in both. */
function sameChains(saved: Table, listed: Table): boolean {
  if (!listed.chains.every(({ name }) => saved.chainNamed.has(name))) return false;
  for (const chain of saved.chains) {
    if (!listed.chainNamed.has(chain.name) && !(chain.base !== null && chain.rules.length === 0)) return false;
  }
  return true;
}

/** An nft listing without any iptables table beside an iptables-save of unknown backend that has rules: that one must be legacy. */
function settleBackends(dumps: readonly Dump[], shadowed: readonly Shadowed[], diagnostics: Located[]): void {
  const listings = dumps.filter((dump) => dump.format === 'nft' && dump.tables.length > 0);
  if (listings.length === 0) return;
  const twins = new Set(shadowed.map(({ by }) => by));
  for (const dump of dumps) {
    // Commands need not have been run.
    if (dump.format === 'shell') continue;
    for (const table of dump.tables) {
      if (table.backend !== 'iptables' || twins.has(table)) continue;
      if (!table.chains.some((chain) => chain.rules.length > 0)) continue;
      setBackend(table, 'iptables-legacy');
      const message = `Table ${table.family} ${table.name} is taken for iptables-legacy's: the nft listing does not have it.`;
      diagnostics.push({
        dump: table.dump,
        diagnostic: diagnostic('info', 'taken-for-legacy', message, headOf(dumps, table)),
      });
    }
  }
}

/** Changes the backend, and with it the priorities that depend on it (`security`). */
function setBackend(table: Table, backend: Table['backend']): void {
  table.backend = backend;
  const builtin = Object.hasOwn(BUILTIN_TABLES, table.name) ? BUILTIN_TABLES[table.name] : undefined;
  if (!builtin || (table.family !== 'ip' && table.family !== 'ip6')) return;
  for (const chain of table.chains) {
    if (chain.base && Object.hasOwn(BUILTIN_CHAINS, chain.name)) {
      chain.base = { ...chain.base, priority: builtin.priority(chain.base.hook, backend) };
    }
  }
}
