/**
 * Rules and sets from which random-traces.ts draws: as templates of draw.ts (`{a|b}` draws one, `[...]` stands or not, `{NAME}` is one of NAMES, `\{` is a
 * brace). Addresses, ports and marks are few, so that packets and rules meet.
 */
import type { Random } from './draw.ts';
import { expand } from './draw.ts';

export type Version = 4 | 6;

const NAMES: ReadonlyMap<string, readonly [v4: string, v6: string]> = new Map([
  ['ip', ['ip', 'ip6']],
  ['host', ['{10.0.0.1|10.0.0.9|10.0.1.1|10.0.1.9|10.9.9.9}', '{2001:db8::1|2001:db8::9|2001:db8:1::1|2001:db8:1::9}']],
  [
    'net',
    [
      '{{host}|10.0.0.0/24|10.0.1.0/28|10.0.0.0/8|0.0.0.0/0}',
      '{{host}|2001:db8::/64|2001:db8:1::/48|2001:db8::/32|::/0}',
    ],
  ],
  [
    'range',
    [
      '{10.0.0.0-10.0.0.9|10.0.1.1-10.0.1.1|10.0.0.200-10.0.1.8}',
      '{2001:db8::-2001:db8::9|2001:db8:1::1-2001:db8:1::5}',
    ],
  ],
  ['sources', ['10.0.0.0/28, 10.0.0.77, 172.16.0.0/12', '2001:db8::/124, 2001:db8::77, fd00::/8']],
  ['targets', ['10.0.1.1, 10.0.1.8-10.0.1.20', '2001:db8:1::1, 2001:db8:1::8-2001:db8:1::20']],
  ['first', ['10.0.0.1', '2001:db8::1']],
  ['second', ['10.0.1.1', '2001:db8:1::1']],
  ['mapped', ['{10.0.1.7|10.0.1.9|10.0.0.9|10.7.7.7}', '{2001:db8:1::7|2001:db8:1::9|2001:db8:7::7}']],
  [
    'mappedrange',
    ['{10.7.7.1-10.7.7.9|10.0.1.0-10.0.1.255}', '{2001:db8:7::1-2001:db8:7::9|2001:db8:7::-2001:db8:8::}'],
  ],
  ['mask', ['{255.255.255.0|0.0.0.255|255.255.0.0}', '{ffff:ffff::|ffff:ffff:ffff::|::ffff}']],
  ['span', ['10.0.1.0/24', '2001:db8:1::/64']],
  ['mappedport', ['{mapped}:', '\\[{mapped}\\]:']],
  ['type', ['ipv4_addr', 'ipv6_addr']],
  ['hops', ['ip ttl', 'ip6 hoplimit']],
  ['len', ['ip length', 'ip6 length']],
  ['icmp', ['icmp', 'icmpv6']],
  ['icmptype', ['{echo-request|echo-reply|destination-unreachable}', '{echo-request|echo-reply|nd-neighbor-solicit}']],
  ['port', ['{80|443|53|22|8080|85|80-90|1024-65535}', '{80|443|53|22|8080|85|80-90|1024-65535}']],
  ['ports', ['{80, 443|53, 80-90|22, 8080, 1024-2000}', '{80, 443|53, 80-90|22, 8080, 1024-2000}']],
  ['bits', ['{0x1|0x5|0xf|0x10|0xff|0x4000|0xff00}', '{0x1|0x5|0xf|0x10|0xff|0x4000|0xff00}']],
  ['in', ['{eth0|veth7|cali1|eth1}', '{eth0|veth7|cali1|eth1}']],
  ['name', ['{"eth0"|"eth1"|"eth*"|"cali*"|"veth7"}', '{"eth0"|"eth1"|"eth*"|"cali*"|"veth7"}']],
  [
    'reject',
    [
      '{icmp port-unreachable|icmp host-prohibited|icmp admin-prohibited}',
      '{icmpv6 port-unreachable|icmpv6 no-route|icmpv6 admin-prohibited}',
    ],
  ],
]);

export function draw(template: string, version: Version, random: Random): string {
  return expand(template, random, (name) => NAMES.get(name)?.[version === 4 ? 0 : 1]);
}

const lines = (text: string): readonly string[] => text.trim().split('\n');

/** What a table may declare; rules of other tables do not name them. */
export const NFT_SETS = String.raw`
set srcs \{ type {type}; flags interval; elements = \{ {sources} \} \}
set dsts \{ type {type}; flags interval; elements = \{ {targets} \} \}
set svc \{ type inet_proto . inet_service; flags interval; elements = \{ tcp . 80-90, udp . 53, sctp . 80 \} \}
set pairs \{ type {type} . {type} . inet_service; flags interval; elements = \{ {first} . {second} . 80, {net} . {second} . 20-60 \} \}
set ifs \{ type ifname; flags interval; elements = \{ "eth0", "cali*" \} \}
set ifsrc \{ type ifname . {type}; elements = \{ "eth0" . {first}, "veth7" . {second} \} \}
set marks \{ type mark; flags interval; elements = \{ 0x1, 0x5-0xf, 0x4000 \} \}
map tomark \{ type {type} : mark; flags interval; elements = \{ {first} : 0x7, {span} : 0x100 \} \}
map byport \{ type inet_service : verdict; elements = \{ 80 : jump c1, 53 : goto c2, 22 : drop, 443 : accept, 8080 : return, 85 : continue \} \}
map byaddr \{ type {type} . inet_service : verdict; flags interval; elements = \{ {first} . 0-65535 : jump c2, {second} . 80 : accept \} \}
map byif \{ type ifname : verdict; elements = \{ "eth0" : jump c1, "cali1" : goto c3, * : jump c2 \} \}
map newdst \{ type {type} : {type}; elements = \{ {second} : {mapped}, {first} : {mapped} \} \}
map newport \{ type inet_service : inet_service; elements = \{ 80 : 8080, 53 : 5353 \} \}
`
  .trim()
  .replaceAll('\n', '\n ');

export const NFT_MATCHES = lines(String.raw`
{ip} {saddr|daddr}[ !=] {net}
{ip} {saddr|daddr}[ !=] {range}
{ip} saddr[ !=] \{ {sources} \}
{ip} daddr[ !=] \{ {targets} \}
{ip} {saddr|daddr} & {mask} {==|!=} {host}
{ip} saddr[ !=] @srcs
{ip} daddr[ !=] @dsts
{ip} {saddr|daddr} {<|<=|>|>=} {host}
meta l4proto . th dport[ !=] @svc
{ip} saddr . {ip} daddr . th dport[ !=] @pairs
{ip} saddr . {ip} daddr[ !=] \{ {first} . {second}, {second} . {first} \}
iifname[ !=] {name}
oifname[ !=] {name}
iifname[ !=] @ifs
iifname[ !=] \{ "eth0", "veth7" \}
iifname . {ip} saddr[ !=] @ifsrc
meta mark[ !=] {bits}
meta mark & {bits} {==|!=} {bits}
meta mark[ !=] @marks
meta mark[ !=] {0x1-0xf|0x0}
meta l4proto[ !=] {tcp|udp|icmp|\{ tcp, udp \}|\{ sctp, icmp, ipv6-icmp \}}
meta protocol {ip|ip6}
meta pkttype {host|multicast|broadcast}
meta length {<|>|!=} {44|60|64|100}
meta skuid[ !=] {0|1000|0-999}
meta nfproto {ipv4|ipv6}
{tcp|udp|th|sctp} dport[ !=] {port}
{tcp|udp|th} dport[ !=] \{ {ports} \}
{tcp|udp|th} sport[ !=] {port}
tcp flags {syn|syn,ack|! syn}
tcp flags & (fin|syn|rst|ack) == syn
tcp flags {==|!=} {syn|ack|0x12}
tcp option maxseg size[ !=] {1460|1000-1500}
tcp option {sack-perm|maxseg} {exists|missing}
{icmp} type[ !=] {icmptype}
{icmp} type . {icmp} code \{ echo-request . 0, echo-reply . 0 \}
{hops} {<|>|==|!=} {1|62|63|64}
{ip} dscp[ !=] {cs0|cs1|0x0a}
{len} {<|>} {24|44|60}
ct state[ !=] {new|established|invalid|untracked|new,established|established,related}
ct state[ !=] \{ new, related \}
ct status {dnat|snat|assured|confirmed|seen-reply}
ct status & {dnat|confirmed} {==|!=} 0
ct direction[ !=] {original|reply}
ct mark[ !=] {{bits}|0x0}
ct mark & {bits} {==|!=} {bits}
ct original {ip} {saddr|daddr}[ !=] {net}
ct reply {ip} {saddr|daddr} {host}
meta l4proto tcp ct original proto-dst[ !=] {80|53|8080}
ct zone 0
fib daddr type[ !=] {local|unicast|broadcast|\{ local, multicast \}}
fib saddr type[ !=] {local|unicast}
fib saddr . iif oif {exists|missing}
fib daddr oifname[ !=] "eth1"
@th,16,16[ !=] {80|53}
@th,0,16 & 0xff00 {==|!=} {0x9c00|0x800}
@nh,72,8[ !=] {6|17}
jhash {ip} saddr . {ip} daddr mod {2|3|7} seed 0x{a|1b|2c} {0|1}
`);

export const NFT_STATEMENTS = lines(String.raw`
counter
counter
counter
meta mark set {bits}
meta mark set meta mark {or|and|xor} {bits}
meta mark set meta mark and {bits} or {bits}
meta mark set ct mark
meta mark set ct mark and {bits}
meta mark set {ip} saddr map @tomark
meta mark set th dport map \{ 80 : 0x8, 53 : 0x9, 1024-65535 : 0xa \}
meta mark set jhash {ip} saddr . {ip} daddr mod 256 seed 0x5 offset {0|3}
meta mark set meta length
ct mark set {bits}
ct mark set meta mark
ct mark set ct mark or {bits}
ct mark set meta mark and {bits}
meta priority set 1:5
meta nftrace set 1
log prefix "x"
{hops} set {9|70}
{ip} dscp set {cs1|0x0a}
tcp dport set {81|8080}
{ip} {saddr|daddr} set {host}
notrack
dup to {mapped}
add @dyn \{ {ip} saddr \}
update @dyn \{ {ip} daddr \}
{ip} saddr @dyn
`);

export const NFT_ENDS = lines(String.raw`
accept
drop
return
continue
jump c1
jump c2
jump c3
goto c1
goto c2
goto c3
th dport vmap @byport
{ip} daddr . th dport vmap @byaddr
iifname vmap @byif
meta l4proto vmap \{ tcp : jump c1, udp : goto c3, icmp : return \}
ct state vmap \{ new : jump c2, established : accept, invalid : drop \}
meta mark & 0xff vmap \{ 0x0 : continue, 0x1-0xf : jump c3 \}
`);

export const NFT_REJECTS = lines(`
reject
reject with {reject}
reject with icmpx {port-unreachable|admin-prohibited|no-route}
meta l4proto tcp reject with tcp reset
`);

export const NFT_DNAT = lines(`
dnat to {mapped}
tcp dport {80|443} dnat to {mappedport}8080
dnat to {mappedrange}
dnat to {ip} daddr map @newdst
tcp dport 80 dnat to :{8080|9000-9010}
redirect
tcp dport {80|22} redirect to :{8080|9000-9010}
udp dport 53 redirect to :5353
dnat to {mapped} persistent
`);

export const NFT_SNAT = lines(String.raw`
snat to {mapped}
snat to {mappedrange}
masquerade
meta l4proto tcp masquerade to :{2000-3000|39000-41000}
meta l4proto \{ tcp, udp \} snat to {mappedport}{500-600|40000}
snat to {mappedrange} persistent
snat to {ip} saddr map @newdst
masquerade random
`);

export const XT_MATCHES = lines(`
{!} -s {net}
{!} -d {net}
{!} -i {{in}|eth+}
{!} -o {in}
-i eth+
{!} -p {tcp|udp|icmp|sctp}
-p tcp {!} --dport {80|80:90|1024:65535}
-p udp {!} --dport {53|53:60}
-p tcp {!} --sport {40000|1:1024}
-p tcp {!} --tcp-flags FIN,SYN,RST,ACK SYN
-p tcp {!} --syn
-p {tcp|udp|sctp} -m multiport {!} --dports {80,443|53,80:90|22}
-p tcp -m multiport {!} --ports {40000|80:90,443}
-m iprange {!} --src-range {range}
-m iprange {!} --dst-range {range}
-m addrtype {!} --dst-type {LOCAL|UNICAST|BROADCAST,MULTICAST}
-m addrtype {!} --src-type LOCAL
-m mark {!} --mark {0x1|0x0/0xff|0x10/0xf0|0x4000/0x4000}
-m connmark {!} --mark {0x0|0x5|0x10/0xf0}
-m conntrack {!} --ctstate {NEW|ESTABLISHED|NEW,ESTABLISHED|INVALID|RELATED|UNTRACKED|DNAT|SNAT}
-m conntrack --ctdir {ORIGINAL|REPLY}
-m conntrack {!} --ctorigdst {net}
-m conntrack {!} --ctorigsrc {host}
-m conntrack {!} --ctreplsrc {host}
-m conntrack --ctproto tcp --ctorigdstport {80|1:1000}
-m conntrack {!} --ctstatus {ASSURED|CONFIRMED|SEEN_REPLY}
-m conntrack --ctstate {NEW|ESTABLISHED} {!} --ctorigdst {net}
-m state {!} --state {NEW|ESTABLISHED,RELATED}
-m length {!} --length {44|40:60|100:65535}
-m pkttype {!} --pkt-type {unicast|multicast}
-m dscp {!} --dscp {0x00|0x0a}
-m tos {!} --tos {0x00/0xff|0x10/0x3f}
-m set {!} --match-set srcs {src|dst}
-m set {!} --match-set dsts {dst|src}
-m set {!} --match-set svc {dst,dst|src,src|dst,src}
-m set {!} --match-set nets {dst|src}
-m set {!} --match-set netport {dst,dst|src,dst}
-m set {!} --match-set ports dst
-m set {!} --match-set both {src,dst,dst|dst,src,src}
-m set {!} --match-set ifnet {src,src|dst,dst}
-m set {!} --match-set lists {dst|dst,dst}
-m set {!} --match-set none src
-p tcp -m tcpmss {!} --mss {1460|100:1400}
-p tcp -m tcp {!} --tcp-option {2|3}
-m helper {!} --helper ftp
-m physdev {!} --physdev-in {veth7|eth0}
-m statistic --mode nth --every 1 --packet 0
-m comment --comment "a b"
`);

export const XT_MATCHES_BY_VERSION: Readonly<Record<Version, readonly string[]>> = {
  4: lines(`
-m ttl --ttl-{eq|lt|gt} {63|64}
-p icmp -m icmp {!} --icmp-type {8|0|3|any|8/0}
-m ecn --ecn-ip-ect {0|1}
{!} -f
`).filter((line) => !line.includes('! --icmp-type any')),
  6: lines(`
-m hl --hl-{eq|lt|gt} {63|64}
-p ipv6-icmp -m icmp6 {!} --icmpv6-type {128|129|135|128/0}
`),
};

/** By table; `any` may stand in each. */
export const XT_TARGETS: Readonly<Record<string, readonly string[]>> = {
  any: lines(`
-j ACCEPT
-j DROP
-j RETURN
-j c1
-j c2
-j c3
-g c1
-g c2
-j LOG
-j
-j
-j NFQUEUE --queue-num 3[ --queue-bypass]
-j NFLOG
-j SET --{add|del}-set dynset {src|dst}
`),
  filter: lines('-j REJECT'),
  mangle: lines(`
-j MARK --set-xmark {0x1|0x5/0xf|0x0/0xff|0x10/0x10}
-j MARK --{and|or|xor}-mark {bits}
-j CONNMARK --set-xmark {0x5|0x10/0xf0}
-j CONNMARK --save-mark
-j CONNMARK --restore-mark
-j CONNMARK --{save|restore}-mark --nfmask {bits} --ctmask {bits}
-j DSCP --set-dscp {0x0a|0x08}
-j TOS --set-tos {0x10/0x10|0x00}
-j CLASSIFY --set-class 1:5
-p tcp --syn -j TCPMSS --set-mss 1300
-j TEE --gateway {mapped}
`),
  raw: lines(`
-j CT --notrack
-j NOTRACK
-j CT --zone {0|5}
-j MARK --set-xmark {0x1|0x10/0x10}
`),
  dnat: lines(`
-j DNAT --to-destination {mapped}
-j DNAT --to-destination {mappedrange}
-p tcp -j REDIRECT --to-ports {8080|9000-9010}
-j REDIRECT
-p udp -j DNAT --to-destination :5353
`),
  snat: lines(`
-j MASQUERADE
-j SNAT --to-source {mapped}
-j SNAT --to-source {mappedrange}[ --persistent]
-p tcp -j MASQUERADE --to-ports {2000-3000|39000-41000}
`),
};

/** The sets of `-m set`, as a script of ipset. */
export function ipsetsOf(version: Version, random: Random): string {
  const family = version === 4 ? 'inet' : 'inet6';
  const one = (template: string) => draw(template, version, random);
  return [
    `create srcs hash:ip family ${family}${version === 4 && random() < 0.3 ? ' netmask 24' : ''}`,
    one('add srcs {first}'),
    `create dsts hash:ip family ${family}${random() < 0.3 ? ' timeout 600' : ''}`,
    one('add dsts {second}'),
    `create svc hash:ip,port family ${family}`,
    one('add svc {second},tcp:80'),
    one('add svc {second},udp:53'),
    one(version === 4 ? 'add svc {second},icmp:8/0' : 'add svc {second},icmpv6:128/0'),
    `create nets hash:net family ${family}`,
    ...(version === 4
      ? ['add nets 10.0.0.0/16', 'add nets 10.0.1.0/28 nomatch', 'add nets 10.0.1.1']
      : ['add nets 2001:db8::/32', 'add nets 2001:db8:1::/64 nomatch', 'add nets 2001:db8:1::1']),
    `create netport hash:net,port family ${family}`,
    ...(version === 4
      ? ['add netport 10.0.1.0/24,tcp:80-90', 'add netport 10.0.1.9,tcp:80 nomatch']
      : ['add netport 2001:db8:1::/48,tcp:80-90', 'add netport 2001:db8:1::9,tcp:80 nomatch']),
    'create ports bitmap:port range 0-65535',
    'add ports 80-90',
    'add ports 53',
    `create both hash:ip,port,ip family ${family}`,
    one('add both {first},tcp:80,{second}'),
    `create ifnet hash:net,iface family ${family}`,
    one('add ifnet {first},eth0'),
    one('add ifnet {second},eth1'),
    'create lists list:set',
    'add lists dsts',
    'add lists svc',
    'add lists ports',
    `create none hash:net family ${family}`,
    `create dynset hash:ip family ${family} timeout 0`,
    '',
  ].join('\n');
}
