import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../base/address.ts';
import { contextOf } from '../testing.ts';
import { readAsked } from './asked.ts';
import { findContents } from './find-contents.ts';
import { readySearchIndex } from './search-index.ts';

const IPSETS = `create pairs hash:ip,port family inet hashsize 1024 maxelem 65536
add pairs 10.0.0.1,tcp:80
add pairs 10.0.0.2,udp:53-60
create nets hash:net family inet
add nets 10.1.0.0/16
add nets 10.1.2.0/24 nomatch
create ports bitmap:port range 0-1000
add ports 700-710
create lists list:set
add lists nets
create six hash:net family inet6
add six fd00::/64
`;
const NFT = `table inet t {
  set typed { typeof ip daddr . tcp dport; elements = { 10.3.0.1 . 81 } }
  set wide { type ipv4_addr; flags interval; elements = { 10.4.0.0/16, 10.5.0.1-10.5.0.9 } }
  map sent { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; flags interval
    elements = { 10.6.0.0/24 . tcp . 82-84 : 10.7.0.1 . 8080 } }
  map verdicts { type ipv4_addr : verdict; elements = { 10.8.0.1 : drop } }
  chain c {
    type filter hook input priority 0
    ip saddr & 255.0.255.0 == 10.0.3.0 accept comment "masked"
    ip daddr . tcp dport @typed accept comment "typed"
    ip saddr @wide accept comment "wide"
    dnat ip to ip daddr . meta l4proto . th dport map @sent comment "sent"
    ip daddr vmap @verdicts comment "verdicts"
    ip saddr != @wide drop comment "not wide"
    tcp dport { 443, 8443-8450 } accept comment "ports"
    ip saddr { 10.9.0.0/16, 10.10.0.1 } accept comment "literal"
    ip saddr != { 10.0.0.0/8, 192.168.0.0/16 } drop comment "none of"
    ip6 saddr fd00:1::/64 accept comment "six"
    tcp dport >= 60000 accept comment "high"
    ct original ip daddr 10.11.0.1 accept comment "connection"
    ip daddr . tcp dport { 10.12.0.1 . 90, 10.12.0.2 . 91 } accept comment "pairs"
    dnat ip to 10.13.0.1:9000 comment "target"
    ip daddr 0.0.0.0/0 accept comment "any"
  }
}
`;
const SAVE = `*filter
:INPUT ACCEPT [0:0]
-A INPUT -m set --match-set pairs src,dst -m comment --comment "in pairs" -j DROP
-A INPUT -m set --match-set nets src -m comment --comment "in nets" -j DROP
-A INPUT -m set ! --match-set nets src -m comment --comment "not in nets" -j DROP
-A INPUT -m set --match-set lists src -m comment --comment "in lists" -j DROP
-A INPUT -m iprange --src-range 10.14.0.1-10.14.0.9 -m comment --comment "iprange" -j DROP
-A INPUT ! -s 10.15.0.0/16 -m comment --comment "not net" -j DROP
-A INPUT -p tcp -m multiport --ports 22,30:40 -m comment --comment "multiport" -j ACCEPT
-A INPUT -p udp -m udp --dport 5353 -m comment --comment "udp" -j ACCEPT
-A INPUT -d 10.16.0.0/16 -p tcp -m tcp --dport 92 -m comment --comment "both" -j ACCEPT
COMMIT
`;

function found(query: string): { rules: string[]; sets: string[] } {
  const context = contextOf(IPSETS, NFT, SAVE);
  const { rules, sets } = context.analysis.ruleset;
  const { contents } = readySearchIndex(context);
  const answer = findContents(contents, readAsked(query), { rules: rules.length, sets: sets.length }, 100);
  const comment = (rule: number): string =>
    rules[rule]?.body.flatMap((one) => (one.kind === 'comment' ? [one.text] : [])).join() ?? '';
  return {
    rules: answer.rules.first.map(({ holder }) => comment(holder)),
    sets: answer.sets.first.map(({ holder }) => sets[holder]?.name ?? ''),
  };
}

/** Rules that hold every address outside of what they name. */
const OTHERS = ['not wide', 'none of', 'not in nets', 'not net'];

describe('findContents', () => {
  it.each([
    ['10.0.3.7', ['masked'], []],
    ['10.77.3.200', ['masked'], []],
    ['10.3.0.1', ['typed'], ['typed']],
    ['10.4.200.1', ['wide'], ['wide']],
    ['10.5.0.9', ['wide'], ['wide']],
    ['10.6.0.200', ['sent'], ['sent']],
    ['10.7.0.1', ['sent'], ['sent']],
    ['10.8.0.1', ['verdicts'], ['verdicts']],
    ['10.9.1.1', ['literal'], []],
    ['10.10.0.1', ['literal'], []],
    ['10.11.0.1', ['connection'], []],
    ['10.12.0.2', ['pairs'], []],
    ['10.13.0.1', ['target'], []],
    ['10.14.0.5', ['iprange'], []],
    ['10.0.0.2', ['in pairs'], ['pairs']],
    ['10.1.9.9', ['in nets', 'in lists'], ['nets', 'lists']],
    ['10.1.2.9', [], []],
    ['10.16.4.3', ['both'], []],
    ['fd00:1::5', ['six'], []],
    ['fd00::5', [], ['six']],
  ])('%s', (address, rules, sets) => {
    const answer = found(address);
    expect(answer.rules.filter((name) => !OTHERS.includes(name))).toEqual(rules);
    expect(answer.sets).toEqual(sets);
  });

  it.each([
    ['10.4.0.1', ['not in nets', 'not net']],
    ['10.1.0.1', ['not wide', 'not net']],
    ['10.15.1.1', ['not wide', 'not in nets']],
    ['8.8.8.8', ['not wide', 'not in nets', 'not net', 'none of']],
  ])('%s is in what others exclude', (address, rules) => {
    expect(
      found(address)
        .rules.filter((name) => OTHERS.includes(name))
        .sort(),
    ).toEqual([...rules].sort());
  });

  it.each([
    [':81', ['typed'], ['typed']],
    ['83', ['sent'], ['sent']],
    ['8080', ['sent'], ['sent']],
    ['port 8445', ['ports'], []],
    ['tcp/22', ['multiport'], []],
    ['35/tcp', ['multiport'], []],
    ['5353/udp', ['udp'], []],
    ['5353/tcp', [], []],
    ['65000', ['high'], []],
    ['9000', ['target'], []],
    ['705', [], ['ports']],
    ['56', ['in pairs'], ['pairs']],
  ])('%s', (port, rules, sets) => expect(found(port)).toEqual({ rules, sets }));

  it.each([
    ['10.12.0.1:90', ['pairs']],
    ['10.12.0.1:91', []],
    ['10.16.9.9:92', ['both']],
    ['10.16.9.9:93', []],
    ['10.0.0.1:80', ['in pairs']],
    ['10.0.0.1:53', []],
    ['10.7.0.1:8080', ['sent']],
  ])('%s: address and port of one element', (query, rules) => expect(found(query).rules).toEqual(rules));

  it('puts the narrowest first, and what lies in a network behind what holds it', () => {
    const save = '*filter\n:A - [0:0]\n-A A -s 10.0.0.0/8\n-A A -s 10.1.2.0/24\n-A A -s 10.1.0.0/16\nCOMMIT\n';
    const context = contextOf(save);
    const ask = (query: string): string[] =>
      findContents(readySearchIndex(context).contents, readAsked(query), { rules: 3, sets: 0 }, 9).rules.first.map(
        ({ words }) => words,
      );
    expect(ask('10.1.2.3')).toEqual(['ip saddr 10.1.2.0/24', 'ip saddr 10.1.0.0/16', 'ip saddr 10.0.0.0/8']);
    expect(ask('10.1.0.0/16')).toEqual(['ip saddr 10.1.0.0/16', 'ip saddr 10.0.0.0/8', 'ip saddr 10.1.2.0/24']);
    expect(ask('10.200.0.1')).toEqual(['ip saddr 10.0.0.0/8']);
  });

  it('finds exactly the rules whose networks, ranges and sets hold the address', () => {
    const address = fc.integer({ min: 0x0a000000, max: 0x0a00ffff });
    const rule = fc.oneof(
      fc.tuple(address, fc.integer({ min: 17, max: 32 })).map(([at, length]) => {
        const size = 2 ** (32 - length);
        const from = Math.floor(at / size) * size;
        return { text: `ip saddr ${formatIpv4(from)}/${length} accept`, spans: [[from, from + size - 1]], not: false };
      }),
      fc.tuple(address, fc.nat(300), fc.boolean()).map(([from, more, not]) => ({
        text: `ip daddr ${not ? '!= ' : ''}${formatIpv4(from)}-${formatIpv4(from + more + 1)} accept`,
        spans: [[from, from + more + 1]],
        not,
      })),
      fc.tuple(fc.uniqueArray(address, { minLength: 2, maxLength: 4 }), fc.boolean()).map(([all, not]) => ({
        text: `ip saddr ${not ? '!= ' : ''}{ ${all.map(formatIpv4).join(', ')} } accept`,
        spans: all.map((one) => [one, one]),
        not,
      })),
    );
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 12 }), address, (rules, asked) => {
        const text = `table ip t {\n\tchain c {\n${rules.map((one) => `\t\t${one.text}\n`).join('')}\t}\n}\n`;
        const context = contextOf(text);
        const { contents } = readySearchIndex(context);
        const sizes = { rules: rules.length, sets: context.analysis.ruleset.sets.length };
        const answer = findContents(contents, readAsked(formatIpv4(asked)), sizes, 100);
        const expected = rules.flatMap(({ spans, not }, at) =>
          spans.some(([from = 0, to = 0]) => from <= asked && asked <= to) === not ? [] : [at],
        );
        expect(answer.rules.first.map(({ holder }) => holder).sort((a, b) => a - b)).toEqual(expected);
        expect(answer.rules.count).toBe(expected.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('readAsked', () => {
  it.each([
    ['10.0.0.1', 'ip', null],
    ['10.0.0.0/8', 'ip', null],
    ['fd00::1', 'ip6', null],
    ['[fd00::1]:53', 'ip6', 53],
    ['10.0.0.1:53', 'ip', 53],
    ['8080', null, 8080],
    [':8080', null, 8080],
    ['8080/tcp', null, 8080],
    ['tcp 8080', null, 8080],
    ['65536', null, null],
    ['10.0.0.300', null, null],
    ['10.0.0.0/33', null, null],
    ['KUBE-SVC', null, null],
    ['0x4000', null, null],
    ['', null, null],
  ])('%s', (query, family, port) => {
    const asked = readAsked(query);
    expect([asked.address?.family ?? null, asked.port?.port ?? null]).toEqual([family, port]);
  });
});
