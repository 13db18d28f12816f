import { describe, expect, it } from 'vitest';
import { ChainNames } from '../model/chain-names.ts';
import type { Backend, ChainType, Family, Hook } from '../model/hook.ts';
import { BUILTIN_CHAINS, BUILTIN_TABLES } from '../model/hook.ts';
import { linkRuleset } from '../model/link.ts';
import type { Chain, Dump, Table } from '../model/ruleset.ts';
import { chainsForFamily, dispatcherPriority, effectiveOrder, type HookOrder } from './order.ts';

/** `ip one: a filter input 0, b nat prerouting -110`; a device follows the priority: `ing filter ingress 0 eth0`. */
function table(text: string, backend: Backend = 'nft', flags: string[] = []): Table {
  const colon = text.indexOf(':');
  const [family, name] = text.slice(0, colon).split(' ') as [Family, string];
  const span = { start: 0, end: 0 };
  const chains: Chain[] = [];
  const made: Table = {
    id: 0,
    dump: 0,
    rank: { dump: 0, position: 0 },
    family,
    name,
    backend,
    listing: backend === 'nft' ? 'nft' : 'iptables',
    flags,
    comment: null,
    handle: null,
    chains,
    chainNamed: new ChainNames(chains),
    sets: [],
    setNamed: new Map(),
    objects: [],
    span,
  };
  for (const part of text.slice(colon + 1).split(',')) {
    const [chainName, type, hook, priority, ...devices] = part.trim().split(' ') as [string, ChainType, Hook, string];
    const base = { type, hook, priority: Number(priority), prioritySpelled: priority, devices };
    const chain: Chain = {
      id: 0,
      table: made,
      name: chainName,
      base: { ...base, policy: 'accept', policyPackets: null, policyBytes: null },
      rules: [],
      ...span,
      nameStart: span.start,
      nameEnd: span.end,
      handle: null,
      comment: null,
    };
    chains.push(chain);
  }
  return made;
}

/** An iptables table with all of its built-in chains. */
function iptables(family: Family, name: string, hooks: string[], backend: Backend): Table {
  const builtin = BUILTIN_TABLES[name];
  if (!builtin) throw new Error(name);
  const chains = hooks.map((chain) => {
    const hook = BUILTIN_CHAINS[chain] as Hook;
    return `${chain} ${builtin.type(hook)} ${hook} ${builtin.priority(hook, backend)}`;
  });
  return table(`${family} ${name}:${chains.join(',')}`, backend);
}

function dump(tables: Table[], format: Dump['format'] = 'nft', name = 'dump'): Dump {
  return { index: 0, document: 0, name, format, text: '', start: 0, end: 0, diagnostics: [], tables, ipsets: [] };
}

function orders(...dumps: Dump[]): HookOrder[] {
  return effectiveOrder(linkRuleset(dumps));
}

function namesOn(list: readonly HookOrder[], hook: Hook, device: string | null = null): string[] {
  const order = list.find((o) => o.hook === hook && o.device === device);
  return (order?.chains ?? []).map(({ chain }) => `${chain.table.name}/${chain.name}`);
}

function hookOf(list: readonly HookOrder[], hook: Hook): HookOrder {
  const found = list.find((o) => o.hook === hook);
  if (!found) throw new Error(`no ${hook}`);
  return found;
}

describe('order within one listing', () => {
  const cases: [golden: string, tables: string[], hook: Hook, expected: string[]][] = [
    ['d1', ['ip one: a filter input 0', 'ip two: b filter input 0'], 'input', ['two/b', 'one/a']],
    ['d2', ['ip two: b filter input 0', 'ip one: a filter input 0'], 'input', ['one/a', 'two/b']],
    ['d4', ['ip t: x filter input 0, y filter input 0, z filter input 0'], 'input', ['t/z', 't/y', 't/x']],
    ['d5', ['inet one: a filter input 0', 'ip two: b filter input 0'], 'input', ['two/b', 'one/a']],
    ['d6', ['ip two: b filter input 0', 'inet one: a filter input 0'], 'input', ['one/a', 'two/b']],
    ['j1', ['inet one: a filter input -10', 'ip two: b filter input 0'], 'input', ['one/a', 'two/b']],
    [
      'j2',
      [
        'inet i1: a filter input 5',
        'ip p1: b filter input 0',
        'inet i2: c filter input -5',
        'ip p2: d filter input 10',
      ],
      'input',
      ['i2/c', 'p1/b', 'i1/a', 'p2/d'],
    ],
    ['f5', ['ip n1: a nat prerouting -110', 'ip n2: b nat prerouting -90'], 'prerouting', ['n1/a', 'n2/b']],
    [
      'f7',
      ['ip n1: n180 nat prerouting -180', 'ip f: f150 filter prerouting -150'],
      'prerouting',
      ['f/f150', 'n1/n180'],
    ],
    ['f8', ['ip n1: n50 nat prerouting 50', 'ip f: f0 filter prerouting 0'], 'prerouting', ['n1/n50', 'f/f0']],
    ['f10', ['ip n1: a nat prerouting -100', 'ip n2: b nat prerouting -100'], 'prerouting', ['n2/b', 'n1/a']],
    ['f11', ['inet n1: a nat prerouting -100', 'ip n2: b nat prerouting -100'], 'prerouting', ['n2/b', 'n1/a']],
    ['f12', ['inet n1: a nat prerouting -110', 'ip n2: b nat prerouting -90'], 'prerouting', ['n1/a', 'n2/b']],
    ['f13', ['inet n1: a nat prerouting -90', 'ip n2: b nat prerouting -110'], 'prerouting', ['n2/b', 'n1/a']],
    ['f19', ['ip n1: a nat postrouting 100', 'ip n2: b nat postrouting 110'], 'postrouting', ['n1/a', 'n2/b']],
    ['f20', ['ip f: early filter postrouting 99', 'ip n: a nat postrouting -500'], 'postrouting', ['f/early', 'n/a']],
    [
      'f24',
      ['ip n: a nat input -500', 'ip f: late filter input 101, early filter input 99'],
      'input',
      ['f/early', 'n/a', 'f/late'],
    ],
    ['n19', ['ip f: pre filter prerouting -100', 'ip n: pre nat prerouting -100'], 'prerouting', ['n/pre', 'f/pre']],
    ['n20', ['ip n: pre nat prerouting -100', 'ip f: pre filter prerouting -100'], 'prerouting', ['f/pre', 'n/pre']],
    [
      'the dispatcher registers with the first nat chain of any hook',
      ['ip n: out nat output -100', 'ip f: pre filter prerouting -100', 'ip m: pre nat prerouting -90'],
      'prerouting',
      ['f/pre', 'm/pre'],
    ],
  ];
  it.each(cases)('%s', (_golden, tables, hook, expected) => {
    expect(namesOn(orders(dump(tables.map((text) => table(text)))), hook)).toEqual(expected);
  });

  it('n14: ip and ip6 chains of one hook share a list but no path', () => {
    const list = orders(
      dump([
        table('ip filter: input filter input 0'),
        table('inet filter: input filter input 0'),
        table('ip6 filter: input filter input 0'),
      ]),
    );
    const input = hookOf(list, 'input');
    const families = (family: 'ip' | 'ip6') => chainsForFamily(input, family).map(({ chain }) => chain.table.family);
    expect(families('ip')).toEqual(['inet', 'ip']);
    expect(families('ip6')).toEqual(['ip6', 'inet']);
    expect(input.ties).toHaveLength(1);
    const separate = orders(
      dump([table('ip filter: input filter input 0'), table('ip6 filter: input filter input 0')]),
    );
    expect(hookOf(separate, 'input').ties).toEqual([]);
  });

  it('shows nat chains at the dispatcher, with positions from 1', () => {
    const list = orders(
      dump([table('ip n: a nat prerouting -180, b nat input 7'), table('ip f: c filter prerouting -150')]),
    );
    expect(
      hookOf(list, 'prerouting').chains.map((c) => [c.chain.name, c.effectivePriority, c.position, c.dispatcher]),
    ).toEqual([
      ['c', -150, 1, false],
      ['a', -100, 2, true],
    ]);
    expect(hookOf(list, 'input').chains[0]?.effectivePriority).toBe(100);
    expect([dispatcherPriority('output'), dispatcherPriority('postrouting')]).toEqual([-100, 100]);
  });

  it('has nat chains of both families and a filter chain of one in a consistent total order', () => {
    const list = orders(
      dump([
        table('ip n: a nat prerouting 10'),
        table('ip6 n6: b nat prerouting 5'),
        table('inet n46: c nat prerouting 7'),
        table('ip f: d filter prerouting -100'),
      ]),
    );
    expect(namesOn(list, 'prerouting')).toEqual(['f/d', 'n6/b', 'n46/c', 'n/a']);
  });
});

describe('devices and stacks', () => {
  it('k4, k5: inet ingress and netdev chains of one device share a list; several devices give several lists', () => {
    const list = orders(
      dump([
        table('netdev n1: a filter ingress 0 eth0 eth1'),
        table('netdev n2: b filter ingress 0 eth0'),
        table('inet i: ing filter ingress -5 eth0, pre filter prerouting -300'),
      ]),
    );
    expect(namesOn(list, 'ingress', 'eth0')).toEqual(['i/ing', 'n2/b', 'n1/a']);
    expect(namesOn(list, 'ingress', 'eth1')).toEqual(['n1/a']);
    expect(list.map(({ stack, hook, device }) => [stack, hook, device])).toEqual([
      ['l3', 'prerouting', null],
      ['netdev', 'ingress', 'eth0'],
      ['netdev', 'ingress', 'eth1'],
    ]);
  });

  it('keeps bridge and arp apart, without a NAT dispatcher', () => {
    const list = orders(
      dump([
        table('bridge b: pre filter prerouting -300'),
        table('arp a: in filter input 0'),
        table('ip f: in filter input 0'),
      ]),
    );
    expect(list.map(({ stack, hook }) => `${stack} ${hook}`)).toEqual(['l3 input', 'bridge prerouting', 'arp input']);
  });

  it('d12: a dormant table has no hooks, and a chain without devices neither', () => {
    const list = orders(
      dump([table('ip one: a filter input 0', 'nft', ['dormant']), table('netdev n: x filter ingress 0')]),
    );
    expect(list).toEqual([]);
  });
});

describe('several dumps', () => {
  const legacy = () =>
    dump([iptables('ip', 'filter', ['INPUT', 'FORWARD', 'OUTPUT'], 'iptables-legacy')], 'iptables-save');

  it('d7, d8: nft and legacy at one priority are an unknown tie', () => {
    const [tie] = hookOf(orders(dump([table('ip one: a filter input 0')]), legacy()), 'input').ties;
    expect(tie?.known).toBe(false);
    expect(tie?.reason).toContain('legacy');
    expect(tie?.chains).toHaveLength(2);
  });

  it('i1-i4: both iptables engines tie with each other, except in security', () => {
    const tables = (backend: Backend) => [
      iptables('ip', 'filter', ['INPUT'], backend),
      iptables('ip', 'security', ['INPUT'], backend),
    ];
    const list = orders(
      dump(tables('iptables-nft'), 'iptables-save', 'nft'),
      dump(tables('iptables-legacy'), 'iptables-save', 'legacy'),
    );
    const input = hookOf(list, 'input');
    expect(input.ties.map(({ known, chains }) => [known, chains.length])).toEqual([[false, 2]]);
    expect(input.chains.map(({ effectivePriority }) => effectivePriority)).toEqual([0, 0, 50, 150]);
  });

  it('f14, f15: nat chains of both engines are an unknown tie inside the dispatcher', () => {
    const list = orders(
      dump([table('ip n2: b nat prerouting -100')]),
      dump([iptables('ip', 'nat', ['PREROUTING'], 'iptables-legacy')], 'iptables-save'),
    );
    expect(hookOf(list, 'prerouting').ties.map(({ known }) => known)).toEqual([false]);
  });

  it('iptables-nft tables that an nft listing has too are ordered by their place there', () => {
    const build = (nftTables: Table[]) =>
      orders(dump(nftTables), dump([iptables('ip', 'filter', ['INPUT'], 'iptables-nft')], 'iptables-save', 'save'));
    const copy = () => table('ip filter: INPUT filter input 0');
    const own = () => table('inet fw: in filter input 0');
    expect(namesOn(build([copy(), own()]), 'input')).toEqual(['fw/in', 'filter/INPUT']);
    expect(namesOn(build([own(), copy()]), 'input')).toEqual(['filter/INPUT', 'fw/in']);
    expect(hookOf(build([own(), copy()]), 'input').ties.map(({ known }) => known)).toEqual([true]);
    expect(hookOf(build([own()]), 'input').ties.map(({ known }) => known)).toEqual([false]);
  });

  it('a filter chain at the dispatcher of another dump is an unknown tie', () => {
    const list = orders(
      dump([table('ip f: pre filter prerouting -100')]),
      dump([iptables('ip', 'nat', ['PREROUTING'], 'iptables-nft')], 'iptables-save'),
    );
    const [tie] = hookOf(list, 'prerouting').ties;
    expect([tie?.known, tie?.chains.length]).toEqual([false, 2]);
  });

  it('tables of one iptables dump never tie', () => {
    const names = ['filter', 'mangle', 'nat', 'raw', 'security'];
    const list = orders(
      dump(
        names.map((name) => iptables('ip', name, ['OUTPUT'], 'iptables-nft')),
        'iptables-save',
      ),
    );
    const output = hookOf(list, 'output');
    expect(output.ties).toEqual([]);
    expect(output.chains.map(({ chain }) => chain.table.name)).toEqual(['raw', 'mangle', 'nat', 'filter', 'security']);
  });
});
