import { describe, expect, it } from 'vitest';
import type { RuleFilter } from './answer.ts';
import { filterRules } from './filter-rules.ts';
import { readPacketWords } from './packet-words.ts';
import { chainIn, contextOf } from './testing.ts';

const SAVE = `*filter
:FORWARD ACCEPT [0:0]
:KUBE-FORWARD - [0:0]
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -d 10.96.0.10/32 -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -s 10.244.0.0/16 -j ACCEPT
-A FORWARD -p tcp -m multiport --dports 80,8000:8100 -j DROP
-A FORWARD ! -d 10.96.0.0/12 -j DROP
-A FORWARD -m set --match-set blocked dst -j DROP
-A FORWARD -m set --match-set pairs dst,dst -j DROP
-A FORWARD -j REJECT --reject-with icmp-port-unreachable
-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
COMMIT
`;
const IPSETS = `create blocked hash:net family inet hashsize 1024 maxelem 65536
add blocked 192.0.2.0/24
create nets hash:net family inet hashsize 1024 maxelem 65536
add nets 10.0.0.0/8
add nets 10.96.0.0/16 nomatch
create pairs hash:ip,port family inet hashsize 1024 maxelem 65536
add pairs 10.0.0.1,tcp:443
`;
const MORE = `*mangle
:FORWARD ACCEPT [0:0]
:PORTS - [0:0]
-A PORTS -p icmp -j ACCEPT
-A PORTS -p tcp -j ACCEPT
-A PORTS -p udplite -j ACCEPT
-A PORTS -m set --match-set nets src -j ACCEPT
-A PORTS -m set ! --match-set nets src -j ACCEPT
COMMIT
`;
const NFT = `table inet app {
	chain in {
		type filter hook input priority 0; policy accept;
		ip daddr { 10.0.0.1, 10.0.0.2 } tcp dport vmap { 22 : accept, 80 : drop }
		ip6 daddr fd00::/8 accept
		tcp dport != 443 drop
		ip saddr . tcp dport { 10.0.0.9 . 8080 } accept
	}
}
`;
const context = contextOf(SAVE, MORE, IPSETS, NFT);
const ALL: RuleFilter = { owner: null, verdict: null, text: '', packet: '' };
const left = (chain: string, filter: Partial<RuleFilter>): number[] => [
  ...filterRules(context, chainIn(context, chain), { ...ALL, ...filter }).indexes,
];

describe('rules that can match a packet', () => {
  it.each([
    ['10.96.0.10:53', [1, 2, 3, 8]],
    ['10.96.0.10:54', [1, 3, 8]],
    ['10.96.0.10 udp', [1, 2, 3, 8]],
    ['tcp 10.96.0.10', [1, 3, 4, 8]],
    ['from 10.244.3.4', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['from 192.168.0.1 to 192.0.2.7', [1, 4, 5, 6, 8]],
    ['to 198.51.100.1', [1, 3, 4, 5, 8]],
    ['tcp 8050', [1, 3, 4, 5, 6, 8]],
    ['tcp 10.0.0.1:443', [1, 3, 5, 7, 8]],
    ['tcp 10.0.0.1:444', [1, 3, 5, 8]],
  ])('%s of iptables', (packet, indexes) => {
    expect(left('FORWARD', { packet })).toEqual(indexes);
  });
  it.each([
    ['80', [2, 3, 4, 5]],
    ['icmp', [1, 4, 5]],
    ['icmp from 10.1.2.3', [1, 4]],
    ['icmp from 10.96.2.3', [1, 5]],
    ['from 10.1.2.3', [1, 2, 3, 4]],
    ['from 192.0.2.1 to 10.1.2.3 tcp', [2, 5]],
  ])('%s of protocols with ports, and sets with exceptions', (packet, indexes) => {
    expect(left('PORTS', { packet })).toEqual(indexes);
  });
  it.each([
    ['10.0.0.2:22', [1, 3]],
    ['10.0.0.2:23', [3]],
    ['10.0.0.3', [3, 4]],
    ['fd00::1', [2, 3]],
    ['[fd00::1]:443', [2]],
    ['10.0.0.2:443', []],
    ['from 10.0.0.9 to 8080', [3, 4]],
  ])('%s of nft', (packet, indexes) => {
    expect(left('in', { packet })).toEqual(indexes);
  });
});

describe('the other filters', () => {
  it('find by verdict, words and owner, all together', () => {
    expect(left('FORWARD', { verdict: 'drop' })).toEqual([4, 5, 6, 7]);
    expect(left('FORWARD', { text: 'Forwarding  rules' })).toEqual([1]);
    expect(left('FORWARD', { text: '10.96', verdict: 'drop' })).toEqual([5]);
    expect(left('FORWARD', { owner: 'nobody' })).toEqual([]);
    expect(left('FORWARD', {})).toHaveLength(8);
  });
});

describe('words for a packet', () => {
  it.each(['10.0.0.0/8', 'somewhere', '10.0.0.1:99999', '10.0.0.1 fd00::1', 'tcp udp', '999999'])(
    '%s is refused',
    (text) => {
      expect(readPacketWords(text).ok).toBe(false);
    },
  );
  it('says what is wrong', () => {
    expect(filterRules(context, chainIn(context, 'FORWARD'), { ...ALL, packet: 'tpc' })).toMatchObject({
      problem: '"tpc" is no address, port or protocol',
    });
    expect(readPacketWords('udp 10.96.0.0/12')).toEqual({
      ok: false,
      problem: '10.96.0.0/12 is a network: name an address in it',
    });
  });
});
