import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalRulesets, rulesetDifferences } from '../../model/equal.ts';
import { nameSpanOf } from '../../model/rule.ts';
import type { Rule, Table } from '../../model/ruleset.ts';
import type { ParsedSection } from '../format.ts';
import { parseNft } from '../nft/parse.ts';
import { printNft } from '../nft/print.ts';
import { readDocument } from '../read.ts';
import { JsonScanner, NO_JSON } from './json.ts';
import { locateNftJson } from './locate.ts';
import { parseNftJson } from './parse.ts';

/** One ruleset, listed twice by nft 1.0.6: `nft -a list ruleset` and `nft -j list ruleset`. */
const TEXT = readFileSync(new URL('./cases/listing.nft.txt', import.meta.url), 'utf8');
const JSON_TEXT = readFileSync(new URL('./cases/listing.json.txt', import.meta.url), 'utf8');

function read(text: string): ParsedSection {
  return parseNftJson(text, 0, text.length, {});
}

function readText(text: string): ParsedSection {
  return parseNft(text, 0, text.length, {});
}

function rulesOf(tables: readonly Table[]): Rule[] {
  return tables.flatMap((table) => table.chains.flatMap((chain) => chain.rules));
}

/** A listing of one rule with these statements. */
function ruleJson(statements: string, family = 'inet'): string {
  const home = `"family": "${family}", "table": "t", "chain": "c"`;
  return `{"nftables": [{"table": {"family": "${family}", "name": "t"}}, {"chain": {"family": "${family}", "table": "t", "name": "c"}},
    {"rule": {${home}, "expr": [${statements}]}}]}`;
}

describe('the two listings of one ruleset', () => {
  it('hold many rules and no surprise', () => {
    const { tables, diagnostics } = read(JSON_TEXT);
    expect(diagnostics).toEqual([]);
    expect(rulesOf(tables).length).toBeGreaterThan(130);
    expect(
      rulesOf(tables)
        .flatMap(({ body }) => body)
        .filter(({ kind }) => kind === 'opaque'),
    ).toEqual([]);
  });

  it("give the same model, but for what nft 1.0.6's JSON leaves out", () => {
    const differences = rulesetDifferences(readText(TEXT).tables, read(JSON_TEXT).tables);
    expect(differences.map(({ path }) => path)).toEqual([
      // auto-merge, the flag dynamic and typeof are not in its JSON.
      'inet filter / sets / blk / options / length',
      'inet filter / sets / meters / flags / length',
      'inet filter / sets / cnt / key / typeof',
      'inet filter / sets / lim2 / flags / 0',
      'inet filter / sets / lim2 / flags / length',
      'inet filter / sets / seen / flags / length',
      'inet filter / sets / blk7 / flags / length',
      // Nor is the device of a chain.
      'netdev nd / chains / ing / base / devices / length',
    ]);
  });

  it('print and read again to the same model', () => {
    const { tables } = read(JSON_TEXT);
    const kept = tables.filter(({ family }) => family !== 'netdev');
    const printed = printNft({ tables: kept }).text;
    expect(rulesetDifferences(readText(printed).tables, kept)).toEqual([]);
  });
});

describe('spans', () => {
  const { tables } = read(JSON_TEXT);

  it('are the items of rules', () => {
    for (const rule of rulesOf(tables)) {
      const item = JSON.parse(JSON_TEXT.slice(rule.start, rule.end)) as { rule: { chain: string; handle: number } };
      expect([item.rule.chain, item.rule.handle]).toEqual([rule.chain.name, rule.handle]);
    }
  });

  it('are the names of chains and sets', () => {
    const named = tables.flatMap(({ chains, sets }) => [
      ...chains.map((chain) => ({ name: chain.name, nameSpan: nameSpanOf(chain) })),
      ...sets,
    ]);
    for (const { name, nameSpan } of named) expect(JSON_TEXT.slice(nameSpan.start, nameSpan.end)).toBe(name);
  });

  it('hold what is in a table', () => {
    for (const { span, chains, sets } of tables)
      for (const { start, end } of [...chains.flatMap(({ rules }) => rules), ...sets.map((set) => set.span)]) {
        expect(start).toBeGreaterThanOrEqual(span.start);
        expect(end).toBeLessThanOrEqual(span.end + 1);
      }
  });

  it('are located for every statement', () => {
    for (const rule of rulesOf(tables)) {
      const { rule: item } = JSON.parse(JSON_TEXT.slice(rule.start, rule.end)) as {
        rule: { expr: unknown[]; comment?: string };
      };
      const pieces = locateNftJson(JSON_TEXT, rule).map(
        ({ start, end }) => JSON.parse(JSON_TEXT.slice(start, end)) as unknown,
      );
      expect(pieces).toEqual([...item.expr, ...(item.comment === undefined ? [] : [item.comment])]);
    }
  });
});

describe('statements of newer releases and of hand-written JSON', () => {
  it.each([
    [
      '{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": {"|": ["established", "related", "new"]}}}',
      'ct state established,related,new',
    ],
    [
      '{"match": {"op": "==", "left": {"&": [{"meta": {"key": "mark"}}, 255]}, "right": 16}}',
      'meta mark & 0xff == 0x10',
    ],
    [
      '{"mangle": {"key": {"meta": {"key": "mark"}}, "value": {"|": [{"meta": {"key": "mark"}}, 16, 32]}}}',
      'meta mark set meta mark | 16 | 32',
    ],
    [
      '{"match": {"op": "==", "left": {"payload": {"tunnel": "vxlan", "protocol": "ip", "field": "saddr"}}, "right": "10.0.0.1"}}',
      'vxlan ip saddr 10.0.0.1',
    ],
    [
      '{"match": {"op": "==", "left": {"fib": {"result": "oif", "flags": ["saddr", "iif"]}}, "right": false}}',
      'fib saddr . iif oif missing',
    ],
    [
      '{"match": {"op": "==", "left": {"fib": {"result": "check", "flags": ["saddr", "iif"]}}, "right": true}}',
      'fib saddr . iif check exists',
    ],
    [
      '{"match": {"op": "==", "left": {"socket": {"key": "cgroupv2", "level": 2}}, "right": "a/b"}}',
      'socket cgroupv2 level 2 "a/b"',
    ],
    [
      '{"set": {"op": "update", "elem": {"elem": {"val": {"payload": {"protocol": "ip", "field": "saddr"}}, "timeout": 30}}, "set": "@s", "stmt": [{"counter": null}]}}',
      'update @s { ip saddr timeout 30s counter }',
    ],
    [
      '{"map": {"op": "add", "elem": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": 1, "map": "@m"}}',
      'add @m { ip saddr : 1 }',
    ],
    ['{"queue": {"num": {"range": [1, 3]}, "flags": ["bypass", "fanout"]}}', 'queue flags bypass,fanout to 1-3'],
    ['{"queue": {"num": {"symhash": {"mod": 2}}}}', 'queue to symhash mod 2'],
    ['{"flow": {"op": "add", "flowtable": "@ft"}}', 'flow add @ft'],
    [
      '{"snat": {"family": "ip", "addr": {"map": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": {"set": [[{"prefix": {"addr": "10.0.0.0", "len": 8}}, {"prefix": {"addr": "10.1.0.0", "len": 16}}]]}}}, "flags": "netmap", "type_flags": "prefix"}}',
      'snat ip prefix to ip saddr map { 10.0.0.0/8 : 10.1.0.0/16 }',
    ],
    ['{"last": {"used": 3000}}', 'last used 3s'],
    ['{"reset": {"tcp option": {"name": "sack-perm"}}}', 'reset tcp option sack-perm'],
    ['{"xt": {"type": "match", "name": "bpf"}}', 'xt match "bpf"'],
    ['"add @m { ip saddr : 1 }"', 'add @m { ip saddr : 1 }'],
    ['{"limit": {"rate": 10, "burst": 5, "per": "second"}}', 'limit rate 10/second burst 5 packets'],
  ])('%s', (json, text) => {
    const fromJson = read(ruleJson(json));
    expect(fromJson.diagnostics).toEqual([]);
    const fromText = readText(`table inet t {\n chain c {\n ${text}\n }\n}\n`);
    expect(rulesetDifferences(fromJson.tables, fromText.tables)).toEqual([]);
  });

  it.each([
    ['ip', 'icmp', null],
    ['ip6', 'icmpv6', null],
    ['inet', 'icmpx', null],
    ['inet', 'icmp', 'icmp'],
  ])('the usual rejection in %s with %s', (family, type, expected) => {
    const [rule] = rulesOf(
      read(ruleJson(`{"reject": {"type": "${type}", "expr": "port-unreachable"}}`, family)).tables,
    );
    expect(rule?.body[0]).toMatchObject({ kind: 'reject', with: expected });
  });

  it('keeps what it does not know as text, with a diagnostic', () => {
    const unknown = '{"teleport": {"to": "mars"}}';
    const { tables, diagnostics } = read(ruleJson(`{"accept": null}, ${unknown}`));
    expect(rulesOf(tables)[0]?.body).toEqual([
      { kind: 'verdict', verdict: { kind: 'accept' } },
      { kind: 'opaque', text: unknown },
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['nft-json-not-understood']);
  });

  it('shares statements of the same text', () => {
    const statement = '{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}}';
    const [rule] = rulesOf(read(ruleJson(`${statement}, ${statement}`)).tables);
    expect(rule?.body[0]).toBe(rule?.body[1]);
  });
});

describe('command files', () => {
  const rule = (mark: number, more = ''): string =>
    `{"rule": {"family": "ip", "table": "t", "chain": "c", ${more} "expr": [{"mangle": {"key": {"meta": {"key": "mark"}}, "value": ${mark}}}]}}`;
  const marks = (text: string): unknown[] =>
    rulesOf(read(text).tables).map(({ body: [first] }) =>
      first?.kind === 'mangle' && first.value.kind === 'value' ? first.value.value : first?.kind,
    );

  it('adds and inserts in order', () => {
    const text = `{"nftables": [{"flush": {"ruleset": null}}, {"add": {"table": {"family": "ip", "name": "t"}}},
      {"add": {"chain": {"family": "ip", "table": "t", "name": "c"}}},
      {"add": ${rule(1)}}, {"add": ${rule(2)}}, {"insert": ${rule(3)}}, {"insert": ${rule(4)}}, {"add": ${rule(5, '"index": 0,')}}]}`;
    expect(marks(text)).toEqual([4, 5, 3, 1, 2]);
    expect(rulesOf(read(text).tables).map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(read(text).diagnostics).toEqual([]);
  });

  it('adds elements and reports what it does not carry out', () => {
    const text = `{"nftables": [{"add": {"set": {"table": "t", "family": "ip", "name": "s", "type": ["ipv4_addr", "inet_service"]}}},
      {"add": {"element": {"family": "ip", "table": "t", "name": "s", "elem": [{"concat": ["10.0.0.1", 80]}]}}},
      {"add": ${rule(1)}}, {"delete": {"table": {"family": "ip", "name": "t"}}}]}`;
    const { tables, diagnostics } = read(text);
    expect(tables[0]?.sets[0]?.elements).toHaveLength(1);
    expect(diagnostics.map(({ code }) => code)).toEqual(['nft-json-command-ignored']);
  });
});

describe('documents', () => {
  it('are found in a paste, whatever stands around them', () => {
    const iptables = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n';
    const text = `${iptables}${JSON_TEXT}\ntable ip z {\n chain c {\n accept\n }\n}\n`;
    const dumps = readDocument(0, 'paste', text);
    expect(dumps.map(({ format }) => format)).toEqual(['iptables-save', 'nft-json', 'nft']);
    expect(dumps.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(equalRulesets(dumps[1]?.tables ?? [], read(JSON_TEXT).tables)).toBe(true);
  });

  it('may be spread over lines', () => {
    const pretty = JSON.stringify(JSON.parse(JSON_TEXT), null, 2);
    const [dump] = readDocument(0, 'pretty', pretty);
    expect(dump?.format).toBe('nft-json');
    expect(dump?.diagnostics).toEqual([]);
    expect(rulesetDifferences(dump?.tables ?? [], read(JSON_TEXT).tables)).toEqual([]);
  });

  it('keep names as they are', () => {
    const name = 'a\\u00e4 "quoted" __proto__';
    const text = `{"nftables": [{"chain": {"family": "ip", "table": "__proto__", "name": ${JSON.stringify(name)}}}]}`;
    expect(read(text).tables[0]?.chains[0]?.name).toBe(name);
    expect(read(text).tables[0]?.name).toBe('__proto__');
  });

  it('that are cut off keep what came before', () => {
    const cut = JSON_TEXT.slice(0, JSON_TEXT.indexOf('"tcp option"'));
    const { tables, diagnostics } = read(cut);
    expect(diagnostics.at(-1)).toMatchObject({ severity: 'error', code: 'nft-json-unexpected-end' });
    const all = rulesOf(read(JSON_TEXT).tables);
    const some = rulesOf(tables);
    expect(some.length).toBeGreaterThan(20);
    const whole = some.slice(0, -1).map(({ body }) => body);
    expect(whole).toEqual(all.slice(0, whole.length).map(({ body }) => body));
    expect(some.at(-1)?.body.at(-1)?.kind).toBe('opaque');
  });

  it('that are broken in one item go on with the next', () => {
    const at = JSON_TEXT.indexOf('"expr"', 4000);
    const broken = `${JSON_TEXT.slice(0, at)}"expr": }oops ${JSON_TEXT.slice(at + 6)}`;
    const { tables, diagnostics } = read(broken);
    expect(diagnostics.map(({ code }) => code)).toContain('nft-json-broken');
    expect(rulesOf(tables).length).toBe(rulesOf(read(JSON_TEXT).tables).length - 1);
  });
});

describe('the scanner', () => {
  /** The value as JSON.parse would give it. */
  function plain(text: string): unknown {
    const scanner = new JsonScanner(text, 0, text.length);
    const skipper = new JsonScanner(text, 0, text.length);
    skipper.skip();
    const json = scanner.value();
    expect(skipper.at).toBe(scanner.at);
    const convert = (each: unknown): unknown => {
      if (typeof each !== 'object' || each === null) return each;
      if ('items' in each) return (each.items as unknown[]).map(convert);
      const { keys, values } = each as { keys: string[]; values: unknown[] };
      return keys.map((key, i) => [key, convert(values[i])]);
    };
    return convert(json);
  }
  const pairs = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(pairs);
    if (typeof each !== 'object' || each === null) return each;
    return Object.entries(each).map(([key, value]) => [key, pairs(value)]);
  };

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const source = JSON.stringify(JSON.parse(text), null, indent);
        // A double writes an integer beyond 2^53 with other digits than a bigint reads; -0 is 0.
        fc.pre(!/\d{16}|-0\b/.test(source));
        expect(plain(source)).toEqual(pairs(JSON.parse(source)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    '{',
    '[',
    '[1',
    '[1,]',
    '{"a"',
    '{"a":',
    '{"a":1,',
    '"a',
    '"a\\',
    '01',
    '-',
    'nul',
    '[1 2]',
    '{1:2}',
    '}',
  ])('refuses %s', (text) => {
    expect(() => new JsonScanner(text, 0, text.length).value()).toThrow(NO_JSON);
  });

  it('does not recurse without bound', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(() => new JsonScanner(deep, 0, deep.length).value()).toThrow(NO_JSON);
    expect(read(ruleJson(deep)).diagnostics.map(({ code }) => code)).toEqual(['nft-json-not-understood']);
  });
});

describe('mutations', () => {
  it('never throw, however the text is cut', () => {
    for (let at = 0; at < JSON_TEXT.length; at += 149) read(JSON_TEXT.slice(0, at));
  });

  it('never throw, whatever is put in, taken out or swapped', () => {
    const piece = JSON_TEXT.slice(0, 12_000);
    const noise = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      'null',
      '-1',
      '1e999',
      '"x"',
      '{"range": [1]}',
      '\u0000',
      '@',
      '*',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(piece.length), fc.nat(40), noise), { minLength: 1, maxLength: 6 }),
        (edits) => {
          let text = piece;
          for (const [at, gone, put] of edits) text = text.slice(0, at) + put + text.slice(at + gone);
          const { tables } = read(text);
          for (const rule of rulesOf(tables)) {
            expect(rule.end).toBeLessThanOrEqual(text.length);
            expect(locateNftJson(text, rule)).toHaveLength(rule.body.length);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
