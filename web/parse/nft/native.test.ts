/** Rules of iptables-save printed as nft: what the real `nft -f` refused is here, each with what it is now. */
import { describe, expect, test } from 'vitest';
import { readDocument } from '../read.ts';
import { printNft } from './print.ts';

function printed(table: string, chain: string, rules: readonly string[]) {
  const text = `*${table}\n:${chain} ACCEPT [0:0]\n:TO - [0:0]\n${rules.map((rule) => `-A ${chain} ${rule}`).join('\n')}\nCOMMIT\n`;
  const tables = readDocument(0, 'node.save', text).flatMap((dump) => dump.tables);
  return printNft({ tables });
}

function rulesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('\t\t') && !line.startsWith('\t\ttype '))
    .map((line) => line.trim());
}

test.each([
  [
    '-m statistic --mode random --probability 0.50000000000 -j TO',
    'numgen random mod 2147483648 < 1073741824 counter jump TO',
  ],
  ['-p tcp -m tcp -j TO', 'meta l4proto tcp counter jump TO'],
  ['-p icmp -m icmp --icmp-type any -j TO', 'meta l4proto icmp counter jump TO'],
  ['-i + -j TO', 'counter jump TO'],
  [
    '-p tcp -m multiport --ports 53 -j TO',
    'meta l4proto tcp tcp sport . tcp dport { 0-65535 . 53, 53 . 0-65535 } counter jump TO',
  ],
])('%s', (rule, nft) => {
  const { text, diagnostics } = printed('filter', 'FORWARD', [rule]);
  expect(rulesOf(text)).toEqual([nft]);
  expect(diagnostics).toEqual([]);
});

test.each([
  ['mangle', '-j CONNMARK --restore-mark --nfmask 0x4000 --ctmask 0x4000', 'bitwise operation on two fields at once'],
  ['mangle', '-j TTL --ttl-inc 1', 'way to count a field up or down'],
  ['mangle', '-m quota --quota 18446744073709551615', 'quota of 18446744073709551615 bytes'],
  ['mangle', '-m conntrack --ctexpire 4294967295', 'time as long as that'],
  ['mangle', '-p udp -m multiport --ports 53,1024:65535', 'match of several ports in either direction'],
  ['mangle', '! -i + -j TO', 'match that no interface meets'],
  ['nat', '-p tcp -j DNAT --to-destination 10.0.0.1:1000-2000/1000', 'shifted port ranges'],
])('in table %s: %s', (table, rule, missing) => {
  const { text, diagnostics } = printed(table, 'PREROUTING', [rule]);
  expect(rulesOf(text)).toEqual([expect.stringMatching(`^# nft has no ${missing}: `)]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['nft-not-expressible']);
});

test("a placeholder of nft's own listing stays, and is told", () => {
  const text = 'table ip filter {\n\tchain FORWARD {\n\t\txt match "set" counter packets 0 bytes 0 accept\n\t}\n}\n';
  const tables = readDocument(0, 'node.nft', text).flatMap((dump) => dump.tables);
  const print = printNft({ tables });
  expect(print.text).toBe(text);
  expect(print.diagnostics.map(({ code }) => code)).toEqual(['nft-placeholder']);
});

describe('nft takes the names of NAT priorities on one hook each', () => {
  test.each([
    ['PREROUTING', 'dstnat'],
    ['INPUT', '100'],
    ['OUTPUT', '-100'],
    ['POSTROUTING', 'srcnat'],
  ])('%s: %s', (chain, priority) => {
    expect(printed('nat', chain, []).text).toContain(`hook ${chain.toLowerCase()} priority ${priority};`);
  });
});
