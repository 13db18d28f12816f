import { describe, expect, it } from 'vitest';
import { rulesetDifferences } from '../../model/equal.ts';
import { readDocument } from '../read.ts';

/** Printed by ebtables and arptables 1.8.9 (nf_tables) of the same rules. */
const EBTABLES_SAVE = `*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
:EBC RETURN
-A INPUT -p IPv4 --ip-src 10.0.0.0/8 --ip-proto tcp --ip-dport 22 -j ACCEPT -c 5 300
-A FORWARD -s 02:00:00:00:00:01 -i eth0 -j DROP -c 0 0
-A FORWARD -p ARP --arp-op Request -j EBC -c 0 0
-A FORWARD --pkttype-type multicast --log-level info --log-prefix "x y" --log-ip -j ACCEPT -c 0 0
-A EBC -p 802_1Q --vlan-id 5 -j CONTINUE -c 0 0
`;
const EBTABLES_LIST = `Bridge table: filter

Bridge chain: INPUT, entries: 1, policy: ACCEPT
1 -p IPv4 --ip-src 10.0.0.0/8 --ip-proto tcp --ip-dport 22 -j ACCEPT , pcnt = 5 -- bcnt = 300

Bridge chain: FORWARD, entries: 3, policy: DROP
1 -s 02:00:00:00:00:01 -i eth0 -j DROP , pcnt = 0 -- bcnt = 0
2 -p ARP --arp-op Request -j EBC , pcnt = 0 -- bcnt = 0
3 --pkttype-type multicast --log-level info --log-prefix "x y" --log-ip -j ACCEPT , pcnt = 0 -- bcnt = 0

Bridge chain: OUTPUT, entries: 0, policy: ACCEPT

Bridge chain: EBC, entries: 1, policy: RETURN
1 -p 802_1Q --vlan-id 5 -j CONTINUE , pcnt = 0 -- bcnt = 0
`;
const ARPTABLES_SAVE = `*filter
:INPUT ACCEPT
:OUTPUT DROP
:AC -
[0:0] -A INPUT -j DROP -s 10.0.0.1 --src-mac 02:00:00:00:00:01
[4:112] -A INPUT -j AC -i eth0 --opcode 1
[0:0] -A AC -j mangle -d 10.0.0.0/8 --mangle-ip-s 10.9.9.9
`;
const ARPTABLES_LIST = `Chain INPUT (policy ACCEPT)
-j DROP -i * -o * -s 10.0.0.1 --src-mac 02:00:00:00:00:01 , pcnt=0 -- bcnt=0
-j AC -i eth0 -o * --opcode 1 , pcnt=4 -- bcnt=112

Chain OUTPUT (policy DROP)

Chain AC (1 references)
-j mangle -i * -o * -d 10.0.0.0/8 --mangle-ip-s 10.9.9.9 , pcnt=0 -- bcnt=0
`;

describe.each([
  ['ebtables -L', 'ebtables-list', EBTABLES_LIST, EBTABLES_SAVE],
  ['arptables -L', 'arptables-list', ARPTABLES_LIST, ARPTABLES_SAVE],
])('%s', (_name, format, list, save) => {
  it('says what the tool saves', () => {
    const [listed] = readDocument(0, 'x', list);
    const [saved] = readDocument(0, 'x', save);
    expect(listed?.format).toBe(format);
    expect(listed?.diagnostics).toEqual([]);
    expect(rulesetDifferences(listed?.tables ?? [], saved?.tables ?? [])).toEqual([]);
  });

  it('has each rule at its line', () => {
    const [dump] = readDocument(0, 'x', list);
    for (const { chains } of dump?.tables ?? [])
      for (const { name, nameStart, start: chainStart, end: chainEnd, rules } of chains) {
        expect(list.slice(chainStart, chainEnd)).toContain(name);
        expect(chainStart).toBeLessThanOrEqual(nameStart);
        for (const { start, end } of rules) expect(list.slice(start, end)).toMatch(/^(?:\d )?-.*bcnt ?= ?\d+$/);
      }
  });

  it('tells a line that it does not know', () => {
    const [dump] = readDocument(0, 'x', `${list}\nwhat is this\n`);
    expect(dump?.diagnostics.map(({ code }) => code)).toEqual(['list-line-not-understood']);
  });
});

describe('several listings', () => {
  it('are told apart by their commands', () => {
    const text = `# ebtables -L\n${EBTABLES_LIST}# ebtables -t nat -L\n${EBTABLES_LIST.replace('filter', 'nat')}# arptables -L\n${ARPTABLES_LIST}`;
    expect(readDocument(0, 'x', text).map(({ format, tables }) => [format, tables.map(({ name }) => name)])).toEqual([
      ['ebtables-list', ['filter', 'nat']],
      ['arptables-list', ['filter']],
    ]);
  });
});
