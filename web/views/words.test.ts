import { describe, expect, it } from 'vitest';
import type { MatchToken } from './answer.ts';
import { contextOf, ruleIn } from './testing.ts';
import { describeRule } from './words.ts';

const IPSETS =
  'create nets hash:net family inet hashsize 1024 maxelem 65536\nadd nets 10.0.0.0/8\ncreate ends hash:ip,port family inet hashsize 1024 maxelem 65536\n';

/** `src is not 10.0.0.0/8, tcp dport 80 → jump X`. */
function words(match: readonly MatchToken[], verdict: { kind: string; detail: string }): string {
  const tokens = match.map(
    ({ field, op, value, opaque }) => `${opaque ? '~' : ''}${[field, op, value].filter(Boolean).join(' ')}`,
  );
  return `${tokens.join('; ')} → ${`${verdict.kind} ${verdict.detail}`.trim()}`;
}

function inSave(rule: string, table = 'filter'): string {
  const chains = ':X - [0:0]\n:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\n';
  const context = contextOf(`*${table}\n:OUTPUT ACCEPT [0:0]\n${chains}-A OUTPUT ${rule}\nCOMMIT\n`, IPSETS);
  const { match, verdict } = describeRule(context, ruleIn(context, 'OUTPUT'));
  return words(match, verdict);
}

function inNft(rule: string, family = 'inet'): string {
  const sets =
    'set s { type ipv4_addr; }\nset ifs { type ifname; }\nmap m { type ipv4_addr : verdict; elements = { 10.0.0.1 : drop, 10.0.0.2 : jump x } }\n';
  const context = contextOf(`table ${family} t {\n${sets}chain x {\n}\nchain c {\n${rule}\n}\n}\n`);
  const { match, verdict } = describeRule(context, ruleIn(context, 'c'));
  return words(match, verdict);
}

describe('rules of iptables-save in words', () => {
  it.each([
    [
      '-s 10.1.0.0/16 ! -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j ACCEPT',
      'src 10.1.0.0/16; dst is not 10.96.0.1; protocol tcp; tcp dport 443 → accept',
    ],
    ['-o cali+ -j X', 'out cali+ → jump X'],
    ['! -o lo -g X', 'out is not lo → goto X'],
    ['-p udp -m multiport --dports 4789 -j RETURN', 'protocol udp; udp dport 4789 → return'],
    ['-p tcp -m multiport --dports 80,443,8000:8080 -j DROP', 'protocol tcp; tcp dport 80, 443, 8000-8080 → drop'],
    ['-p tcp -m multiport ! --dports 80,443 -j DROP', 'protocol tcp; tcp dport is none of 80, 443 → drop'],
    ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'ct state established, related → accept'],
    ['-m conntrack --ctstate INVALID -j DROP', 'ct state invalid → drop'],
    ['-m addrtype --dst-type LOCAL -j X', 'dst type local → jump X'],
    ['-m addrtype ! --src-type LOCAL --limit-iface-out -j X', 'src type on out is not local → jump X'],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP', 'protocol tcp; tcp flags syn / fin,syn,rst,ack → drop'],
    [
      '-m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[BLOCK] "',
      'rate up to 3/minute burst 10 → log "[BLOCK] "',
    ],
    ['-m statistic --mode random --probability 0.33333333349 -j X', 'probability 0.33333 → jump X'],
    ['-m statistic --mode nth --every 3 --packet 0 -j X', 'packet 1 of every 3 → jump X'],
    ['-m set --match-set nets src -j ACCEPT', 'src in @nets → accept'],
    ['-m set ! --match-set nets dst -j ACCEPT', 'dst not in @nets → accept'],
    ['-m set --match-set ends dst,dst -j ACCEPT', 'dst . th dport in @ends → accept'],
    ['-m set --match-set absent src -j ACCEPT', 'src in @absent → accept'],
    ['-m owner --uid-owner 1337 -j RETURN', 'uid 1337 → return'],
    ['-p tcp -j REJECT --reject-with tcp-reset', 'protocol tcp → reject tcp reset'],
    ['-j REJECT --reject-with icmp-port-unreachable', ' → reject icmp port-unreachable'],
    ['-j REJECT --reject-with icmp-admin-prohibited', ' → reject icmp admin-prohibited'],
    ['-m mark --mark 0x4000/0x4000 -j ACCEPT', 'mark bit 0x4000 set → accept'],
    ['-m mark ! --mark 0x4000/0x4000 -j RETURN', 'mark bit 0x4000 clear → return'],
    ['-m mark --mark 0x0/0x30000 -j DROP', 'mark bits 0x30000 clear → drop'],
    ['-m mark ! --mark 0x30000/0x30000 -j DROP', 'mark bits 0x30000 not all set → drop'],
    ['-m mark --mark 0x40000/0xff0000 -j ACCEPT', 'mark 0x40000/0xff0000 → accept'],
    ['-m mark ! --mark 0xca6c -j ACCEPT', 'mark is not 0xca6c → accept'],
    ['-m bpf --bytecode "1,6 0 0 1" -j X', '~bpf --bytecode "1,6 0 0 1" → jump X'],
    ['-m comment --comment "cali:abc"', ' → continue'],
  ])('%s', (rule, expected) => expect(inSave(rule)).toBe(expected));

  it.each([
    ['-j MARK --set-xmark 0x4000/0x4000', ' → set mark bit 0x4000'],
    ['-j MARK --set-xmark 0x0/0xe0000', ' → clear mark bits 0xe0000'],
    ['-j MARK --set-xmark 0x4000/0x0', ' → flip mark bit 0x4000'],
    ['-j MARK --set-xmark 0x40000/0xff0000', ' → set mark 0x40000/0xff0000'],
    ['-j MARK --set-xmark 0x1/0xffffffff', ' → set mark 0x1'],
  ])('%s', (rule, expected) => expect(inSave(rule, 'mangle')).toBe(expected));

  it.each([
    ['-p tcp -m tcp -j DNAT --to-destination 10.244.1.5:8080', 'protocol tcp → dnat 10.244.1.5:8080'],
    ['-j MASQUERADE --random-fully', ' → masquerade fully-random'],
    ['-p tcp -j REDIRECT --to-ports 15001', 'protocol tcp → redirect :15001'],
  ])('%s', (rule, expected) => expect(inSave(rule, 'nat')).toBe(expected));
});

describe('rules of nft in words', () => {
  it.each([
    ['ip saddr @s tcp dport { 22, 443 } accept', 'src in @s; tcp dport 22, 443 → accept'],
    ['iifname @ifs drop', 'in @ifs → drop'],
    ['ip saddr != { 10.0.0.0/8, 192.168.0.0/16 } drop', 'src is none of 10.0.0.0/8, 192.168.0.0/16 → drop'],
    ['iifname { "lan0", "wlan0" } accept', 'in lan0, wlan0 → accept'],
    ['ct status dnat accept', 'ct status dnat → accept'],
    ['ct status != dnat accept', 'ct status is not exactly dnat → accept'],
    ['tcp flags fin,syn / fin,syn drop', 'tcp flags fin,syn / fin,syn → drop'],
    ['tcp flags & ack == ack accept', 'tcp flags ack → accept'],
    ['tcp flags ! fin,syn drop', 'tcp flags is none of fin, syn → drop'],
    ['tcp flags fin,syn drop', 'tcp flags any of fin, syn → drop'],
    ['fib saddr . iif oif missing drop', 'fib saddr . iif oif missing → drop'],
    ['fib saddr . iif oif exists accept', 'fib saddr . iif oif exists → accept'],
    ['meta hour "07:00"-"22:00" accept', 'hour 07:00-22:00 → accept'],
    [
      'ct state vmap { established : accept, related : accept }',
      ' → vmap ct state: established → accept, related → accept',
    ],
    ['ip daddr vmap @m', ' → vmap dst: 2 ways in @m'],
    ['ct count over 20 drop', 'connections > 20 → drop'],
    ['limit rate over 10/second drop', 'rate over 10/second → drop'],
    ['log prefix "x" drop', 'log "x" → drop'],
    ['meta mark set meta mark | 0x10000', ' → set mark bit 0x10000'],
    ['meta mark set meta mark & 0xfffeffff', ' → clear mark bit 0x10000'],
    ['meta mark set ct mark', ' → set mark ct mark'],
    ['reject', ' → reject icmpx port-unreachable'],
    ['ip dscp set cs1 udp dport 53', 'set ip dscp cs1; udp dport 53 → continue'],
    ['update @s { ip saddr } drop', 'update @s { ip saddr } → drop'],
    ['queue flags bypass to 3', ' → queue flags bypass to 3'],
  ])('%s', (rule, expected) => expect(inNft(rule)).toBe(expected));

  it('says the default of reject by family', () => {
    expect(inNft('reject', 'ip')).toBe(' → reject icmp port-unreachable');
    expect(inNft('reject', 'ip6')).toBe(' → reject icmpv6 port-unreachable');
  });

  it('counts what a long set leaves out', () => {
    const ports = Array.from({ length: 40 }, (_, i) => 1000 + 2 * i).join(', ');
    expect(inNft(`tcp dport { ${ports} } drop`)).toMatch(/^tcp dport 1000, .*1022, \.\.\. 28 more → drop$/);
  });
});

describe('what a rule leads to', () => {
  it('has the target, and the rules below it', () => {
    const context = contextOf(
      '*filter\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A A -j B\n-A B -j DROP\nCOMMIT\n',
    );
    const { verdict } = describeRule(context, ruleIn(context, 'INPUT'));
    expect(verdict).toEqual({ kind: 'jump', detail: 'A', target: ruleIn(context, 'A').chain.id, below: 2 });
  });

  it('has the one chain of a verdict map, and the set that a match names', () => {
    const context = contextOf(
      'table ip t {\nset s { type ipv4_addr; }\nmap m { type ipv4_addr : verdict; elements = { 10.0.0.1 : jump x } }\nchain x {\ndrop\n}\nchain c {\nip saddr @s ip daddr vmap @m\n}\n}\n',
    );
    const { match, verdict } = describeRule(context, ruleIn(context, 'c'));
    expect(verdict).toMatchObject({ kind: 'vmap', target: ruleIn(context, 'x').chain.id, below: 1 });
    expect(match[0]?.set).toBe(context.analysis.ruleset.sets.find(({ name }) => name === 's')?.id);
  });

  it('names the Service of an address, and the endpoint behind it', () => {
    const context = contextOf(`*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
:KUBE-SEP-BBBBBBBBBBBBBBBB - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -d 10.96.0.7/32 -m comment --comment "default/web cluster IP" -j RETURN
-A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "default/web:http -> 10.244.0.5:8080" -j KUBE-SEP-BBBBBBBBBBBBBBBB
-A KUBE-SEP-BBBBBBBBBBBBBBBB -s 10.244.0.5/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
-A KUBE-SEP-BBBBBBBBBBBBBBBB -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.0.5:8080
COMMIT
`);
    const meanings = (chain: string, index = 1): (string | null)[] =>
      describeRule(context, ruleIn(context, chain, index)).match.map(({ meaning }) => meaning);
    expect(meanings('KUBE-SERVICES')).toEqual([null, null, 'Service default/web:http']);
    expect(meanings('KUBE-SVC-AAAAAAAAAAAAAAAA')).toEqual([]);
    expect(meanings('KUBE-SEP-BBBBBBBBBBBBBBBB')).toEqual(['endpoint of default/web:http']);
    // Somebody else may write what he likes.
    expect(meanings('PREROUTING', 2)).toEqual([null]);
  });

  it('says what a mark means to its owner, and to others on the node', () => {
    const context = contextOf(
      '*nat\n:POSTROUTING ACCEPT [0:0]\n:KUBE-POSTROUTING - [0:0]\n-A POSTROUTING -m mark --mark 0x4000/0x4000 -j RETURN\n-A POSTROUTING -j KUBE-POSTROUTING\n-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN\nCOMMIT\n',
    );
    const own = describeRule(context, ruleIn(context, 'KUBE-POSTROUTING')).match[0];
    const other = describeRule(context, ruleIn(context, 'POSTROUTING')).match[0];
    expect(own?.meaning).toBe('without: masquerade');
    expect(other?.meaning).toBe('masquerade (kube-proxy)');
    const alone = contextOf(
      '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -m mark --mark 0x4000/0x4000 -j RETURN\nCOMMIT\n',
    );
    expect(describeRule(alone, ruleIn(alone, 'POSTROUTING')).match[0]?.meaning).toBeNull();
  });
});
