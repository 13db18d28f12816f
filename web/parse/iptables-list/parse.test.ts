import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulesetDifferences } from '../../model/equal.ts';
import type { Rule, Table } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import { readDocument } from '../read.ts';
import { parseIptablesList } from './parse.ts';

/** The same rules, listed by iptables 1.8.9 (nf_tables): iptables-save, and filter, nat, mangle, raw with -nvL --line-numbers and with -nL. */
function listing(name: string): string {
  return readFileSync(new URL(`./cases/${name}.txt`, import.meta.url), 'utf8');
}

function tablesOf(text: string, name = 'node'): Table[] {
  return readDocument(0, name, text).flatMap(({ tables }) => tables);
}

function rulesOf(tables: readonly Table[]): Rule[] {
  return tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules));
}

/** The rules whose statements differ, by table, chain and number. */
function differing(listed: readonly Table[], saved: readonly Table[], keep: (each: Statement) => boolean): string[] {
  const found: string[] = [];
  for (const table of saved) {
    const other = listed.find(({ name, family }) => name === table.name && family === table.family);
    for (const { name, rules } of table.chains)
      for (const [i, rule] of rules.entries()) {
        const same = other?.chainNamed.get(name)?.rules[i];
        const left = [{ ...table, objects: [], sets: [], chains: [], body: rule.body.filter(keep) }];
        const right = [{ ...table, objects: [], sets: [], chains: [], body: (same?.body ?? []).filter(keep) }];
        if (rulesetDifferences(left, right).length > 0) found.push(`${table.name} ${name} ${i + 1}`);
      }
  }
  return found;
}

/** hashlimit, recent, string and time leave options out of their listing. */
const KEPT_AS_TEXT = ['filter INPUT 28', 'filter INPUT 29', 'filter INPUT 30', 'filter INPUT 31'];

describe('against iptables-save of the same rules', () => {
  const saved = tablesOf(listing('save'));
  const uncounted = ({ kind }: Statement): boolean => kind !== 'counter';

  it('has every rule', () => {
    expect(rulesOf(saved).length).toBe(80);
    for (const name of ['nvl', 'nl']) expect(rulesOf(tablesOf(listing(name))).length).toBe(80);
  });

  it('-nvL --line-numbers differs only where an extension leaves options out', () => {
    expect(differing(tablesOf(listing('nvl')), saved, uncounted)).toEqual(KEPT_AS_TEXT);
  });

  it('-nL differs in interfaces too, and each of its rules says so', () => {
    const listed = tablesOf(listing('nl'));
    const isPlaceholder = (each: Statement): boolean => each.kind === 'xt' && each.name === 'interfaces';
    for (const { body } of rulesOf(listed)) expect(body.filter(isPlaceholder)).toHaveLength(1);
    expect(differing(listed, saved, (each) => uncounted(each) && !isPlaceholder(each))).toEqual([
      'filter INPUT 1',
      ...KEPT_AS_TEXT,
      'filter FORWARD 1',
      'filter FORWARD 2',
      'nat POSTROUTING 1',
    ]);
  });

  it('-L has names for ports, protocols and types', () => {
    const isPlaceholder = (each: Statement): boolean => each.kind === 'xt' && each.name === 'interfaces';
    const listed = tablesOf(listing('l'));
    const filter = saved.filter(({ name }) => name === 'filter');
    const unequal = differing(listed, filter, (each) => uncounted(each) && !isPlaceholder(each));
    expect(unequal.filter((each) => each.startsWith('filter INPUT'))).toEqual(['filter INPUT 1', ...KEPT_AS_TEXT]);
  });

  it('ip6tables -nvL', () => {
    const listed = tablesOf(listing('nvl6'));
    expect(listed.map(({ family }) => family)).toEqual(['ip6']);
    expect(differing(listed, tablesOf(listing('save6')), uncounted)).toEqual([]);
  });

  it('keeps policies, counters and chains', () => {
    const filter = tablesOf(listing('nvl')).find(({ name }) => name === 'filter');
    const other = saved.find(({ name }) => name === 'filter');
    expect(filter?.chains.map(({ name }) => name)).toEqual(other?.chains.map(({ name }) => name));
    expect(filter?.chainNamed.get('FORWARD')?.base?.policy).toBe('drop');
  });
});

describe('spans', () => {
  it('are the lines of rules and the names of chains', () => {
    const text = listing('nvl');
    for (const table of tablesOf(text))
      for (const { name, nameStart, nameEnd, rules } of table.chains) {
        expect(text.slice(nameStart, nameEnd)).toBe(name);
        for (const { start, end, index } of rules) {
          expect(text.slice(start, end)).toMatch(new RegExp(`^${index} `));
          expect(text.slice(start, end)).not.toContain('\n');
        }
      }
  });
});

const HEAD = ' pkts bytes target     prot opt in     out     source               destination\n';

function one(rule: string, chain = 'INPUT (policy ACCEPT 0 packets, 0 bytes)'): Rule | undefined {
  return rulesOf(tablesOf(`Chain ${chain}\n${HEAD}${rule}\n`))[0];
}

describe('rules', () => {
  const same = (row: string, args: string): void => {
    const saved = tablesOf(`*filter\n:INPUT ACCEPT [0:0]\n[7:420] -A INPUT ${args}\nCOMMIT\n`);
    const listed = one(`    7   420 ${row}`);
    expect(listed?.body).toEqual(rulesOf(saved)[0]?.body);
  };

  it.each([
    [
      'ACCEPT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:22',
      '-p tcp -m tcp --dport 22 -j ACCEPT',
    ],
    ['           all  --  lo     *       0.0.0.0/0            0.0.0.0/0', '-i lo'],
    ['DROP       all  --  !eth0  *       0.0.0.0/0           !10.0.0.0/8', '! -d 10.0.0.0/8 ! -i eth0 -j DROP'],
    [
      'DROP       icmp --  *      *       0.0.0.0/0            0.0.0.0/0            icmptype 8',
      '-p icmp -m icmp --icmp-type 8 -j DROP',
    ],
    [
      "LOG        all  --  *      *       0.0.0.0/0            0.0.0.0/0            LOG flags 0 level 4 prefix `IN: '",
      '-j LOG --log-prefix "IN: "',
    ],
    [
      'ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0            /* a */ b */ ctstate NEW /* c */',
      '-m comment --comment "a */ b" -m conntrack --ctstate NEW -m comment --comment c -j ACCEPT',
    ],
  ])('%s', (row, args) => {
    same(row, args);
  });

  it('rounded counters are numbers, and said', () => {
    const [dump] = readDocument(
      0,
      'x',
      `Chain INPUT (policy ACCEPT 12K packets, 3M bytes)\n${HEAD} 250K  17M DROP       tcp  --  *      *       0.0.0.0/0            0.0.0.0/0\n`,
    );
    expect(rulesOf(dump?.tables ?? [])[0]?.body).toContainEqual({
      kind: 'counter',
      packets: 250_000,
      bytes: 17_000_000,
    });
    expect(dump?.diagnostics.map(({ code }) => code)).toContain('list-counters-rounded');
  });

  it('an unknown target keeps its text', () => {
    const rule = one(
      '    0     0 HMARK      tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:80 HMARK mod 10',
    );
    expect(rule?.body.at(-1)).toMatchObject({ kind: 'xt', role: 'target', name: 'HMARK', options: 'HMARK mod 10' });
    expect(rule?.body.some(({ kind }) => kind === 'match')).toBe(true);
  });

  it("a host's name is kept as text", () => {
    const rule = one('    0     0 ACCEPT     all  --  any    any     router.example       anywhere');
    expect(rule?.body).toContainEqual(expect.objectContaining({ kind: 'xt', options: 'source router.example' }));
  });
});

describe('tables', () => {
  it.each([
    [
      'one chain with DNAT',
      'PREROUTING (policy ACCEPT 0 packets, 0 bytes)',
      '    0     0 DNAT       tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            to:10.0.0.1',
      'nat',
    ],
    [
      'one chain INPUT',
      'INPUT (policy ACCEPT 0 packets, 0 bytes)',
      '    0     0 ACCEPT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0',
      'filter',
    ],
  ])('%s', (_, chain, rule, table) => {
    expect(one(rule, chain)?.chain.table.name).toBe(table);
  });

  it('are told apart with blank lines between them too', () => {
    const text = listing('nvl').replaceAll('\nChain ', '\n\nChain ');
    expect(tablesOf(text).map(({ name }) => name)).toEqual(['filter', 'nat', 'mangle', 'raw']);
    const [dump] = readDocument(0, 'x', text);
    expect(dump?.diagnostics.filter(({ code }) => code === 'list-table-guessed')).toHaveLength(4);
  });

  it('stand beside other listings in a paste', () => {
    const text = `${listing('nvl')}\ntable ip x {\n chain c {\n accept\n }\n}\n${listing('save')}`;
    expect(readDocument(0, 'x', text).map(({ format }) => format)).toEqual(['iptables-list', 'nft', 'iptables-save']);
  });
});

describe('mutations', () => {
  it('never throw', () => {
    const text = listing('nvl');
    const noise = fc.constantFrom(
      '\n',
      ' ',
      '!',
      '/* ',
      ' */',
      'Chain X (1 references)\n',
      '[goto]',
      '0x',
      ':',
      '"',
      '\u0000',
      'tcp dpt:',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(text.length), fc.nat(60), noise), { minLength: 1, maxLength: 6 }),
        (edits) => {
          let changed = text;
          for (const [at, gone, put] of edits) changed = changed.slice(0, at) + put + changed.slice(at + gone);
          const { tables } = parseIptablesList(changed, 0, changed.length, {});
          for (const { start, end } of rulesOf(tables)) {
            expect(end).toBeLessThanOrEqual(changed.length);
            expect(start).toBeLessThan(end);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
