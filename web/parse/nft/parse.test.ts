import { describe, expect, it } from 'vitest';
import type { Chain, Table } from '../../model/ruleset.ts';
import type { ParsedSection } from '../format.ts';
import { dumpExpression, dumpStatements } from './dump.testing.ts';
import { detectNft, parseNft } from './parse.ts';
import { printNft } from './print.ts';

function parse(text: string): ParsedSection {
  return parseNft(text, 0, text.length, {});
}

function codes(text: string): string[] {
  return parse(text).diagnostics.map((each) => each.code);
}

function firstTable(text: string): Table {
  const [table] = parse(text).tables;
  if (!table) throw new Error('no table');
  return table;
}

function onlyChain(text: string): Chain {
  const [chain] = firstTable(text).chains;
  if (!chain) throw new Error('no chain');
  return chain;
}

const LISTING = `table inet fw { # handle 3
	comment "the whole firewall"
	flags dormant

	counter web { # handle 9
		comment "hits"
		packets 12 bytes 3456
	}

	ct helper ftp-standard {
		type "ftp" protocol tcp
		l3proto inet
	}

	set blocked { # handle 4
		type ipv4_addr
		size 65535
		flags interval
		auto-merge
		timeout 1h
		comment "bad guys"
		elements = { 10.0.0.0/8, 192.0.2.1-192.0.2.9,
			     198.51.100.7 timeout 5m expires 1m2s comment "x" }
	}

	map ports {
		typeof ip saddr . tcp dport : verdict
		counter
		elements = { 10.0.0.1 . 22 counter packets 1 bytes 2 : accept,
			     10.0.0.2 . 80 counter packets 0 bytes 0 : jump web }
	}

	chain web { # handle 1
		ip saddr @blocked drop # handle 5
		accept comment "a \\ b" # handle 6
	}

	chain input { # handle 2
		comment "first"
		type filter hook input priority filter + 10; policy drop;
		ct state established,related accept # handle 7
		ip saddr . tcp dport vmap @ports # handle 8
	}
}
table netdev edge {
	chain in {
		type filter hook ingress devices = { "eth0", "eth1" } priority -500; policy accept; flags offload;
	}
}
`;

/** Milliseconds: a hundredfold of what these texts take on an idle machine, and far below what anything quadratic takes. */
const LINEAR = 20_000;

describe('a listing', () => {
  it('comes back as it was', () => {
    const { tables, diagnostics } = parse(LISTING);
    expect(diagnostics).toEqual([]);
    expect(printNft({ tables })).toEqual({ text: LISTING, diagnostics: [] });
  });

  it('keeps tables, chains, sets and objects', () => {
    const table = firstTable(LISTING);
    expect(table).toMatchObject({
      family: 'inet',
      name: 'fw',
      handle: 3,
      flags: ['dormant'],
      comment: 'the whole firewall',
      backend: 'nft',
    });
    expect(table.objects.map(({ kind, name, handle }) => [kind, name, handle])).toEqual([
      ['counter', 'web', 9],
      ['ct helper', 'ftp-standard', null],
    ]);
    const [blocked, ports] = table.sets;
    expect(blocked).toMatchObject({
      flags: ['interval'],
      options: ['size 65535', 'auto-merge', 'timeout 1h'],
      comment: 'bad guys',
      handle: 4,
      complete: true,
    });
    expect(blocked?.elements.map((element) => dumpExpression(element.key))).toEqual([
      '167772160/8of32',
      '[3221225985..3221225993]',
      '3325256711',
    ]);
    expect(blocked?.elements[2]?.extras).toEqual({ timeout: 300_000, expires: 62_000, comment: 'x' });
    expect(ports).toMatchObject({
      key: { types: ['ipv4_addr', 'inet_service'], typeof: 'ip saddr . tcp dport' },
      data: { types: ['verdict'] },
    });
    expect(table.chainNamed.get('input')).toMatchObject({
      handle: 2,
      comment: 'first',
      base: {
        type: 'filter',
        hook: 'input',
        priority: 10,
        prioritySpelled: 'filter + 10',
        policy: 'drop',
        devices: [],
      },
    });
    expect(
      table.chainNamed.get('web')?.rules.map((rule) => [rule.index, rule.handle, dumpStatements(rule.body)]),
    ).toEqual([
      [1, 5, '<ip saddr> == @blocked; drop'],
      [2, 6, 'accept; comment "a \\\\ b"'],
    ]);
    expect(parse(LISTING).tables[1]?.chains[0]).toMatchObject({
      flags: ['offload'],
      base: { hook: 'ingress', devices: ['eth0', 'eth1'], priority: -500 },
    });
  });

  it('spans rules, names and blocks', () => {
    const table = firstTable(LISTING);
    const web = table.chainNamed.get('web');
    expect(web?.rules.map((rule) => LISTING.slice(rule.start, rule.end))).toEqual([
      'ip saddr @blocked drop',
      'accept comment "a \\ b"',
    ]);
    expect(LISTING.slice(web?.nameStart, web?.nameEnd)).toBe('web');
    expect(LISTING.slice(web?.start, web?.end)).toMatch(/^chain web \{[^}]*\}$/);
    expect(LISTING.slice(table.span.start, table.span.end)).toMatch(/^table inet fw \{[\s\S]*\n\}$/);
  });

  it('reads only its section', () => {
    const text = `table ip a { }\n${LISTING}table ip b { }\n`;
    const start = text.indexOf('table inet');
    const { tables } = parseNft(text, start, start + LISTING.length, {});
    expect(tables.map((table) => table.name)).toEqual(['fw', 'edge']);
  });
});

describe('priorities', () => {
  it.each([
    ['ip', 'filter', 0],
    ['ip', 'filter + 10', 10],
    ['ip', 'dstnat - 5', -105],
    ['ip', 'srcnat', 100],
    ['ip', 'security', 50],
    ['ip', 'raw', -300],
    ['ip', '-310', -310],
    ['ip', '5', 5],
    ['bridge', 'dstnat', -300],
    ['bridge', 'filter', -200],
    ['bridge', 'out', 100],
    ['arp', 'filter', 0],
    ['netdev', 'filter - 1', -1],
  ])('%s %s is %i', (family, spelled, number) => {
    const hook = family === 'netdev' ? 'ingress device "eth0"' : 'input';
    const chain = onlyChain(
      `table ${family} t {\n chain c {\n type filter hook ${hook} priority ${spelled}; policy accept;\n }\n}`,
    );
    expect(chain.base).toMatchObject({ priority: number, prioritySpelled: spelled });
  });

  it('reports a name that the family has not', () => {
    expect(codes('table arp t {\n chain c {\n type filter hook input priority dstnat;\n }\n}')).toEqual([
      'nft-chain-not-understood',
    ]);
  });
});

describe('scripts', () => {
  it('reads commands, variables, comments and continuations', () => {
    const { tables, diagnostics } = parse(`#!/usr/sbin/nft -f
flush ruleset
define lan = { 10.0.0.0/8, 192.168.0.0/16 }
define wan = "eth0" # the uplink
define port = 22
add table inet f
add chain inet f in { type filter hook input priority 0 ; policy drop ; }
add set inet f admins { type ipv4_addr ; }
add element inet f admins { 10.0.0.1, 10.0.0.2 }
add rule inet f in iifname $wan ip saddr $lan \\
    tcp dport { $port, 80 } accept
insert rule inet f in ct state established accept; add rule inet f in drop
`);
    expect(diagnostics).toEqual([]);
    const [table] = tables;
    expect(table?.sets[0]?.elements.length).toBe(2);
    expect(table?.chains[0]?.base).toMatchObject({ priority: 0, policy: 'drop' });
    expect(table?.chains[0]?.rules.map((rule) => [rule.index, dumpStatements(rule.body)])).toEqual([
      [1, '<ct state> any-bit 2; accept'],
      [
        2,
        '<meta iifname> == "eth0"; <ip saddr> == {167772160/8of32, 3232235520/16of32}; <tcp dport> == {22, 80}; accept',
      ],
      [3, 'drop'],
    ]);
  });

  it('puts inserted rules where nft puts them', () => {
    const { tables } = parse(`add table ip t
add chain ip t c
add rule ip t c tcp dport 1
insert rule ip t c tcp dport 2
insert rule ip t c tcp dport 3
add rule ip t c tcp dport 4
add rule ip t c index 0 tcp dport 5
insert rule ip t c index 1 tcp dport 6
insert rule ip t c tcp dport 7
`);
    const rules = tables[0]?.chains[0]?.rules ?? [];
    expect(rules.map((rule) => dumpStatements(rule.body).slice(-1)).join('')).toBe('7365214');
    expect(rules.map((rule) => rule.index)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('reads a hundred thousand inserts in linear time', () => {
    const before = performance.now();
    const { tables } = parse(`add table ip t\nadd chain ip t c\n${'insert rule ip t c accept\n'.repeat(100_000)}`);
    expect(tables[0]?.chains[0]?.rules.length).toBe(100_000);
    expect(performance.now() - before).toBeLessThan(LINEAR);
  }, 60_000);

  it('keeps an anonymous chain in place of its jump', () => {
    const text = `table ip t {
	chain c {
		ip saddr 10.0.0.1 jump {
			tcp dport 22 accept
			drop
		}
		accept
	}
}
`;
    const { tables, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(tables[0]?.chains.map((chain) => chain.rules.length)).toEqual([2, 2]);
    expect(printNft({ tables }).text).toBe(text);
  });

  it.each([
    ['include "/etc/x.nft"\n', 'nft-include'],
    ['table ip t { chain c { accept\n } }\ndelete table ip x\n', 'command-refused'],
  ])('reports %j', (text, code) => {
    expect(codes(text)).toEqual([code]);
  });
});

describe('iptables-nft listings', () => {
  const body =
    'chain FORWARD {\n\t\ttype filter hook forward priority filter; policy accept;\n\t\tcounter packets 1 bytes 2 jump X\n\t}\n\n\tchain X {\n\t}\n}\n';
  it('are known by their warning', () => {
    expect(
      firstTable(`# Warning: table ip filter is managed by iptables-nft, do not touch!\ntable ip filter {\n\t${body}`)
        .backend,
    ).toBe('iptables-nft');
  });
  it('are known by their form', () => {
    expect(firstTable(`table ip filter {\n\t${body}`).backend).toBe('iptables-nft');
  });
  it.each([
    ['another name', `table ip filters {\n\t${body}`],
    ['another family', `table inet filter {\n\t${body}`],
    ['another priority', `table ip filter {\n\t${body.replace('priority filter', 'priority filter + 1')}`],
    ['a lower-case chain', `table ip filter {\n\t${body.replace('FORWARD', 'forward')}`],
    ['a rule without a counter', `table ip filter {\n\t${body.replace('counter packets 1 bytes 2 ', '')}`],
    ['a named set', `table ip filter {\n\tset s {\n\t\ttype ipv4_addr\n\t}\n\n\t${body}`],
  ])('are not assumed with %s', (_, text) => {
    expect(firstTable(text).backend).toBe('nft');
  });
});

describe('broken text', () => {
  it('keeps what it can and says where', () => {
    const text =
      'table ip t {\n\tchain a {\n\t\tip saddr 10.0.0.1 accept\n\t\tnonsense here\n\t\tdrop\n\t}\n\twhat is this\n\tchain b {\n\t\taccept\n';
    const { tables, diagnostics } = parse(text);
    expect(tables[0]?.chains.map((chain) => chain.rules.map((rule) => dumpStatements(rule.body)))).toEqual([
      ['<ip saddr> == 167772161; accept', 'opaque "nonsense here"', 'drop'],
      ['accept'],
    ]);
    expect(diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)])).toEqual([
      ['nft-not-understood', 'nonsense here'],
      ['nft-declaration-not-understood', 'what is this'],
      ['nft-unexpected-end', '\n'],
      ['nft-unexpected-end', '\n'],
    ]);
  });

  it('marks a set whose elements are cut as incomplete', () => {
    const [set] = firstTable(
      'table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1, 10.0.0.2,\n',
    ).sets;
    expect(set?.complete).toBe(false);
    expect(set?.elements.length).toBe(2);
  });

  it('takes names that are also names of object properties', () => {
    const text =
      'table ip __proto__ {\n\tset constructor {\n\t\ttype ipv4_addr\n\t}\n\n\tchain toString {\n\t\tip saddr @constructor jump hasOwnProperty\n\t}\n\n\tchain hasOwnProperty {\n\t}\n}\n';
    const { tables, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(printNft({ tables }).text).toBe(text);
    expect(codes('table ip t {\n chain c {\n type filter hook input priority toString;\n }\n}')).toEqual([
      'nft-chain-not-understood',
    ]);
    expect(codes('table ip t {\n chain c {\n ip __proto__ 5\n }\n}')).toEqual(['nft-not-understood']);
  });

  it.each(Array.from({ length: 31 }, (_, code) => code + 1).filter((code) => code < 9 || code > 13))(
    'takes the control character %d for nothing but itself',
    (code) => {
      const control = String.fromCharCode(code);
      const text = `table ip t {\n\tchain c {\n\t\tip6 saddr ${control} drop\n\t\tdrop\n\t}\n}\n`;
      const { tables, diagnostics } = parse(text);
      expect(diagnostics.map((each) => each.code)).toEqual(['nft-not-understood']);
      expect(tables[0]?.chains[0]?.rules).toHaveLength(2);
    },
  );

  const DEEP = 100_000;
  it.each([
    ['braces', '{'.repeat(DEEP)],
    ['blocks', 'table ip t { chain c { '.repeat(DEEP / 10)],
    ['anonymous chains', `table ip t { chain c { ${'jump { '.repeat(DEEP)}`],
    ['anonymous sets', `table ip t { chain c { ip saddr ${'{ '.repeat(DEEP)}`],
    ['parentheses', `table ip t { chain c { meta mark set ${'('.repeat(DEEP)}`],
    ['operators', `table ip t { chain c { meta mark set ${'1 | '.repeat(DEEP)}`],
    ['maps', `table ip t { chain c { meta mark set mark${' map @m'.repeat(DEEP)}`],
    ['variables', `define a = $a\ntable ip t { chain c { ip saddr $a${' ip saddr $a'.repeat(1000)}`],
    [
      'doubling variables',
      `define v0 = { 10.0.0.1, 10.0.0.2 }\n${Array.from({ length: 60 }, (_, i) => `define v${i + 1} = { $v${i}, $v${i} }\n`).join('')}table ip t { chain c { ip saddr $v60`,
    ],
    ['quotes', `table ip t { chain c { ${'comment "'.repeat(DEEP)}`],
    ['stray closing braces', '}\n'.repeat(DEEP)],
    ['colons', `table ip t { chain c { ip6 saddr ${':'.repeat(DEEP)}`],
  ])(
    'survives many %s in linear time',
    (_, text) => {
      const before = performance.now();
      const { diagnostics } = parse(text);
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(performance.now() - before).toBeLessThan(LINEAR);
    },
    60_000,
  );
});

describe('size', () => {
  it('reads a set of a million elements', () => {
    const parts: string[] = [];
    for (let i = 0; i < 1_000_000; i++) parts.push(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    const [set] = firstTable(
      `table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${parts.join(',\n\t\t\t     ')} }\n\t}\n}\n`,
    ).sets;
    expect(set?.elements.length).toBe(1_000_000);
    expect(set?.elements[999_999]).toEqual({ key: { kind: 'value', value: 0x0a0f423f } });
  }, 60_000);

  it('reports progress up to 1', () => {
    const rule = '\t\tip saddr 10.0.0.1 accept\n';
    const text = `table ip t {\n\tchain c {\n${rule.repeat(100_000)}\t}\n}\n`;
    const seen: number[] = [];
    parseNft(text, 0, text.length, { onProgress: (fraction) => seen.push(fraction) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});

describe('numbers that a field has no room for', () => {
  const codesOf = (rule: string): string[] => codes(`table ip t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`);

  // As nft -c says: "Value 70000 exceeds valid range 0-65535", "Service out of range".
  it.each([
    'tcp dport 70000 drop',
    'tcp dport 1-70000 drop',
    'tcp dport { 1, 70000 } drop',
    'ip dscp 99 drop',
    'ip protocol 300 drop',
    'meta mark 0x100000000 drop',
    'meta mark set 0x100000000',
    'tcp dport vmap { 70000 : drop }',
    'dnat to 10.0.0.1:70000',
    '@th,0,8 999 drop',
  ])('%s is refused', (rule) => {
    expect(codesOf(rule)).toEqual(['nft-out-of-range']);
  });

  it.each(['meta mark set ip dscp | 0x40', 'tcp dport 65535 drop', 'ip dscp 63 drop', 'meta mark 0xffffffff drop'])(
    '%s is taken',
    (rule) => {
      expect(codesOf(rule)).toEqual([]);
    },
  );
});

describe('detectNft', () => {
  it.each([
    [LISTING, 1],
    ['#!/usr/sbin/nft -f\n', 1],
    ['table ip x {\n}\n', 0.9],
    ['add rule ip filter input accept\n', 0.9],
    ['*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n', 0],
    ['the table in the kitchen\n', 0],
    ['', 0],
  ])('%#', (head, sure) => {
    expect(detectNft(head)).toBe(sure);
  });
});
