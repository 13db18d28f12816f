/**
 * Every field, match and statement of nft(8) as templates from which rules are drawn (random-nft.ts), in the syntax of draw.ts: `{a|b}` draws one,
 * `{0..255}` a number (its ends often), `[...]` stands or not, `{NAME}` is one of NAMES; braces of nft's own are written `\{` and `\}`.
 * A line begins with its families: 4 (ip), 6 (ip6), i(net), b(ridge), n(etdev), a(rp). Left out: what needs files of the node (realms, labels).
 * Behind the families: `!`, not in a concatenation or a map, where nft 1.0.6 lists a part of a byte or a number of the host's order wrongly; `?`, only in a
 * rule of its own, because nft lists it by other names beside some others.
 */

export const NAMES: ReadonlyMap<string, string> = new Map([
  ['v4', '{10.{0..255}.{0..255}.{0..255}|192.0.2.{0..255}|127.0.0.1}'],
  ['v4more', '{10.{0..255}.0.0/16|172.16.0.0/12|192.0.2.1-192.0.2.{2..255}|198.51.100.128/25|10.0.0.0-10.1.0.255}'],
  ['v6', '{2001:db8::{1..9}|fe80::{1..9}|::1|2001:db8:1:2:3:4:5:{1..9}}'],
  ['v6more', '{2001:db8::/32|fe80::/10|2001:db8::1-2001:db8::ff|2001:db8:{1..9}::/48}'],
  ['mac', '{00:11:22:33:44:{10..99}|aa:bb:cc:dd:ee:ff}'],
  ['u8', '{{0..255}|{0..255}}'],
  ['u16', '{{0..65535}|{0..65535}}'],
  ['u32', '{{0..4294967295}|{0..255}}'],
  ['range', '{{0..40}-{41..120}}'],
  ['port', '{{1..65535}|22|80|443|53}'],
  ['ports', '{1024-65535|80-89|0-1023}'],
  ['mark', '0x{0|1|ff|8000|80000000|ffffffff|dead}'],
  ['proto', '{tcp|udp|icmp|ipv6-icmp|esp|ah|sctp|udplite|dccp|comp|igmp|gre|{138..250}}'],
  ['if', '{"lo"|"eth0"|"veth-1.2"|"br0"}'],
  ['ifmore', '{"eth*"|"cali*"|"a.b*"}'],
  ['time', '{{1..59}s|{1..59}m{1..59}s|{1..23}h|{1..30}d|1d2h3m4s}'],
  ['verdict', '{accept|drop|return|continue|jump other|goto other}'],
  ['there', '{exists|missing}'],
  ['unit', '{second|minute|hour|day|week}'],
  [
    'rate',
    '{{1..900}/{unit} [burst {1..100} packets]|{1..900} {bytes|kbytes|mbytes}/{unit} [burst {1..100} {bytes|kbytes|mbytes}]}',
  ],
  ['flag', '{fin|syn|rst|psh|ack|urg|ecn|cwr}'],
  ['state', '{new|established|related|invalid|untracked}'],
  ['status', '{expected|seen-reply|assured|confirmed|snat|dnat|dying}'],
]);

/** `FAMILIES FIELD ; VALUE [; VALUES]`: the last are several at once (ranges, prefixes, wildcards), which sets have as intervals. */
export const FIELDS = `
4ibn ip saddr ; {v4} ; {v4more}
4ibn ip daddr ; {v4} ; {v4more}
4ibn! ip dscp ; {cs0|cs1|cs7|af11|af43|ef|lephb|0x{01|03|3f}} ; 0x01-0x20
4ibn! ip ecn ; {not-ect|ect0|ect1|ce}
4ibn ip length ; {u16} ; {range}
4ibn ip id ; {u16} ; {range}
4ibn ip frag-off ; {u16}
4ibn ip ttl ; {u8} ; {range}
4ibn ip protocol ; {proto}
4ibn ip checksum ; {u16} ; {range}
4ibn! ip version ; {4|6}
4ibn! ip hdrlength ; {0..14} ; 0-5
4ibn icmp type ; {echo-request|echo-reply|destination-unreachable|source-quench|redirect|time-exceeded|parameter-problem|timestamp-request|timestamp-reply|info-request|info-reply|address-mask-request|address-mask-reply|router-advertisement|router-solicitation|{40..255}}
4ibn? icmp code ; {net-unreachable|host-unreachable|prot-unreachable|port-unreachable|frag-needed|net-prohibited|host-prohibited|admin-prohibited|{20..255}} ; {range}
4ibn icmp checksum ; {u16} ; {range}
4ibn? icmp id ; {u16} ; {range}
4ibn? icmp sequence ; {u16} ; {range}
4ibn? icmp mtu ; {u16} ; {range}
4ibn? icmp gateway ; {u32}
4ibn? igmp type ; {membership-query|membership-report-v1|membership-report-v2|membership-report-v3|leave-group}
4ibn? igmp mrt ; {u8}
4ibn? igmp checksum ; {u16}
6ibn ip6 saddr ; {v6} ; {v6more}
6ibn ip6 daddr ; {v6} ; {v6more}
6ibn! ip6 dscp ; {cs0|cs1|af42|ef|0x{01|3f}}
6ibn! ip6 ecn ; {not-ect|ect0|ect1|ce}
6ibn! ip6 flowlabel ; {0..1048000} ; {range}
6ibn ip6 length ; {u16} ; {range}
6ibn ip6 nexthdr ; {proto} ; {range}
6ibn ip6 hoplimit ; {u8} ; {range}
6ibn! ip6 version ; {4|6}
6ibn icmpv6 type ; {destination-unreachable|packet-too-big|time-exceeded|parameter-problem|echo-request|echo-reply|mld-listener-query|mld-listener-report|mld-listener-done|nd-router-solicit|nd-router-advert|nd-neighbor-solicit|nd-neighbor-advert|nd-redirect|router-renumbering|ind-neighbor-solicit|ind-neighbor-advert|mld2-listener-report|{200..255}}
6ibn? icmpv6 code ; {no-route|admin-prohibited|addr-unreachable|port-unreachable|policy-fail|reject-route|{20..255}}
6ibn icmpv6 checksum ; {u16} ; {range}
6ibn? icmpv6 id ; {u16} ; {range}
6ibn? icmpv6 sequence ; {u16} ; {range}
6ibn? icmpv6 mtu ; {u32} ; {range}
6ibn? icmpv6 max-delay ; {u16} ; {range}
6ibn? icmpv6 param-problem ; {u32}
6ibn? hbh nexthdr ; {proto}
6ibn? hbh hdrlength ; {u8} ; {range}
6ibn? dst nexthdr ; {proto}
6ibn? dst hdrlength ; {u8}
6ibn? frag nexthdr ; {proto}
6ibn? frag reserved ; {u8}
6ibn? frag frag-off ; {0..8191} ; {range}
6ibn? frag more-fragments ; {0|1}
6ibn? frag id ; {u32} ; {range}
6ibn? rt nexthdr ; {proto}
6ibn? rt hdrlength ; {u8}
6ibn? rt type ; {u8}
6ibn? rt seg-left ; {u8} ; {range}
6ibn? srh last-entry ; {u8}
6ibn? srh flags ; {u8}
6ibn? srh tag ; {u16}
6ibn? srh sid[1] ; {v6}
6ibn? mh nexthdr ; {proto}
6ibn? mh type ; {binding-refresh-request|home-test-init|careof-test-init|home-test|careof-test|binding-update|binding-acknowledgement|binding-error|fast-binding-update|home-agent-switch-message}
6ibn? mh checksum ; {u16}
46ibn tcp sport ; {port} ; {ports}
46ibn tcp dport ; {port} ; {ports}
46ibn tcp sequence ; {u32} ; {range}
46ibn tcp ackseq ; {u32}
46ibn! tcp doff ; {0..14} ; 1-8
46ibn tcp window ; {u16} ; {range}
46ibn tcp checksum ; {u16}
46ibn tcp urgptr ; {u16} ; {range}
46ibn? tcp option maxseg size ; {u16} ; {range}
46ibn? tcp option window count ; {u8}
46ibn? tcp option timestamp tsval ; {u32}
46ibn? tcp option timestamp tsecr ; {u32}
46ibn? tcp option sack left ; {u32}
46ibn? tcp option sack2 right ; {u32}
46ibn? tcp option mptcp subtype ; {0..15}
46ibn? tcp option sack-perm length ; {u8}
46ibn udp sport ; {port} ; {ports}
46ibn udp dport ; {port} ; {ports}
46ibn udp length ; {u16} ; {range}
46ibn udp checksum ; {u16}
46ibn udplite sport ; {port} ; {ports}
46ibn udplite checksum ; {u16}
46ibn sctp sport ; {port} ; {ports}
46ibn sctp vtag ; {u32}
46ibn! sctp chunk data tsn ; {u32}
46ibn! sctp chunk init init-tag ; {u32}
46ibn! sctp chunk data flags ; {u8}
46ibn! sctp chunk sack cum-tsn-ack ; {u32}
46ibn dccp sport ; {port} ; {ports}
46ibn! dccp type ; {request|response|data|ack|dataack|closereq|close|reset|sync|syncack}
46ibn ah spi ; {u32} ; {range}
46ibn! ah hdrlength ; {u8}
46ibn ah sequence ; {u32}
46ibn esp spi ; {u32} ; {range}
46ibn esp sequence ; {u32}
46ibn comp flags ; 0x{0|3|ff}
46ibn comp cpi ; {u16}
46ibn? th sport ; {port} ; {ports}
46ibn? th dport ; {port} ; {ports}
bn? ether saddr ; {mac}
46ibn? ether daddr ; {mac}
bn? ether type ; {ip|ip6|arp|8021q|8021ad|0x88b5}
46ibn! vlan id ; {0..4090} ; 100-200
46ibn! vlan pcp ; {0..7} ; 2-4
bna arp operation ; {request|reply|rrequest|rreply|inrequest|inreply|nak}
bna arp htype ; {u16} ; {range}
bna arp ptype ; {ip|ip6|0x0806}
bna arp hlen ; {u8}
bna arp saddr ip ; {v4} ; {v4more}
bna arp daddr ether ; {mac}
46ibna! meta length ; {u32} ; {range}
46ibn? meta protocol ; {ip|ip6|arp|8021q}
46ibn meta l4proto ; {proto} ; {range}
i? meta nfproto ; {ipv4|ipv6}
46ibna! meta priority ; {{1..9}:{1..9}|bcad:dadc|none|root}
46ibna! meta mark ; {mark} ; 0x10-0x20
46ibna iif ; "lo"
46ibna iifname ; {if} ; {ifmore}
46ibna oifname ; {if} ; {ifmore}
46ia? iiftype ; {ether|loopback|ppp|ipip|ipgre|sit}
46ibna? oiftype ; {ether|loopback}
46ibna! iifgroup ; {"default"|{1..90}} ; {range}
46ibna! oifgroup ; {"default"|{1..90}} ; {range}
46ibna! meta skuid ; {u32} ; {range}
46ibna! meta skgid ; {u32} ; {range}
46ibna! meta cpu ; {0..63} ; 1-3
46ibna! meta cgroup ; {u32}
46ibna meta pkttype ; {host|broadcast|multicast|other}
46ibna meta iifkind ; {"vrf"|"veth"|"bridge"}
46ibna meta oifkind ; {"vrf"|"team"}
46ibna meta sdifname ; "vrf1"
46ibna! meta time ; {"2021-07-01 11:00:00"|"1970-05-23 21:07:14"} ; "2022-07-01 11:00:00"-"2022-07-01 12:00:00"
46ibna! meta day ; {"Monday"|"Saturday"|"Sunday"}
46ibna! meta hour ; {"17:00"|"23:59:59"|"00:00"}
b meta ibrname ; {if}
b meta obrname ; {if}
b meta ibrpvid ; {0..4095}
46ibn ct state ; {state}
46ibn ct direction ; {original|reply}
46ibn ct status ; {status}
46ibn! ct mark ; {mark} ; 0x32-0x45
46ibn! ct expiration ; {time} ; 1m-1h
46ibn ct helper ; {"ftp"|"sip"}
46ibn! ct zone ; {u16}
46ibn! ct id ; {u32}
46ibn! ct bytes ; {0..1000000}
46ibn! ct original packets ; {0..1000000}
46ibn! ct reply avgpkt ; {0..1000}
46? ct l3proto ; {ipv4|ipv6}
46ibn ct protocol ; {proto}
4i? ct original ip saddr ; {v4} ; {v4more}
4i? ct reply ip daddr ; {v4} ; {v4more}
6i? ct original ip6 daddr ; {v6} ; {v6more}
46i! socket transparent ; {0|1}
46i! socket mark ; {mark}
46i! socket wildcard ; {0|1}
46i! rt mtu ; {u16}
4i rt ip nexthop ; {v4}
6i rt ip6 nexthop ; {v6}
46i fib daddr type ; {local|unicast|broadcast|multicast|anycast|blackhole|unreachable|prohibit}
46i fib saddr . iif type ; {local|unicast|broadcast}
46i fib daddr . mark . iif oifname ; {if}
46i! osf name ; {"Linux"|"Windows"}
46i! osf ttl loose name ; {"Linux"|"MacOs"}
46i! osf version ; {"Linux:3.0"|"Windows:XP"}
46i! ipsec in reqid ; {u32} ; {range}
46i! ipsec out spnum 2 spi ; {u32}
4i! ipsec in ip saddr ; {v4} ; {v4more}
6i! ipsec out ip6 daddr ; {v6}
`;

/** What is no comparison of a field with values. */
export const MATCHES = String.raw`
46ibn ct state {state},{state},{state}
46ibn ct state != {state},{state}
46ibn ct state ! {state},{state}
46ibn ct status {status},{status}
46ibn ct status != {status}
46ibn ct status ! {status}
46ibn? tcp flags {flag}
46ibn tcp flags {==|!=} {flag}
46ibn tcp flags {flag},{flag} / {flag},{flag},{flag}
46ibn tcp flags != {flag} / {flag},syn,ack
46ibn tcp flags & ({flag} | {flag} | {flag}) {==|!=} {flag}
46ibn tcp flags & ({flag} | {flag}) {==|!=} 0x0
46ibn tcp flags ! {flag},{flag}
46ibn tcp flags \{ {fin|syn|rst}, {psh|ack} | {urg|ecn|cwr} \}
46ibn tcp flags & (syn | ack) vmap \{ syn : {verdict}, syn | ack : {verdict} \}
4ibn ip saddr & 0.0.0.{1..255} {==|!=} 0.0.0.{0|1}
4ibn ip saddr {<|<=|>|>=} {v4}
4ibn ip saddr & 255.255.0.0 . tcp dport \{ 10.{0..9}.0.0 . {port}, 10.1{0..9}.0.0 . {ports} \}
4ibn ip frag-off & {0x1fff|0x2000|0x4000} {==|!=} 0
4ibn ip option {lsrr|rr|ssrr|ra} {there}
4ibn ip option {lsrr|rr|ssrr} {ptr|length} {u8}
4ibn ip option ra value {u16}
4ibn? ip ttl {<|>|<=|>=} {1..254}
6ibn ip6 saddr & ffff:ffff:: {==|!=} 2001:db8::
6ibn ip6 saddr & ::ffff {==|!=} ::{1..9}
6ibn? exthdr {hbh|rt|frag|dst|mh} {there}
46ibn meta mark & {0xff|0x0f|0xff00|3} {==|!=} {0|1}
46ibn? meta mark {<|>|<=|>=} {1..65535}
46ibn meta mark ^ 0x3 == {0..9}
46ibn meta mark 0x{80|ff|c0}000000/{8|4|16}
46ibn ct mark & 0x{ff|8000|f0f0} {==|!=} {mark}
46ibna? meta random {<|>|<=|>=} {1..4294967294}
46ibna? meta length {<|>|<=|>=} {1..65534}
46ibna meta hour {"17:00"|"03:30"}-{"18:00"|"23:59:59"}
46ibna? meta time {<|>|<=|>=} "2022-07-01 11:00:00"
46i meta ipsec {there}
46i rt ipsec {there}
46i fib saddr . iif oif {there}
46i fib daddr oif {there}
46i fib saddr . mark . iif oif {there}
46ibn? ct expiration {<|>|<=|>=} {time}
46ibn? ct bytes {<|>|<=|>=} {1..100000}
46ibn? tcp dport {<|>|<=|>=} {1..65534}
46ibn? tcp option {eol|nop|maxseg|window|sack-perm|sack|timestamp|echo|md5sig|fastopen|mptcp|{30..250}} {there}
46ibn? tcp option @{40..250},{0|8|16},{8|16|32} {0..255}
46ibn sctp chunk {data|init|init-ack|sack|heartbeat|heartbeat-ack|abort|shutdown|shutdown-ack|error|cookie-echo|cookie-ack|ecne|cwr|shutdown-complete|asconf-ack|forward-tsn|asconf} {there}
46ibn? @nh,8,{8|16} {0x{0|1|22|ff}|\{ 0x1, 0x22 \}}
46ibn? @th,{0|16|64},{4|8|16|32} {==|!=} 0x{0|1|f}
46ibn? @ll,{0|48},48 0x{0|1|dead}
46ibn? @ll,0,{1|2|3} {0|1}
46ibn? @th,32,32 & 0x{ff|0f|10} {==|!=} 0x{0|1|10}
46ibn? @ih,{0|32},{8|32} 0x{1|14}
46ibn numgen {inc|random} mod {2..9} [offset {1..9}] {0|1}
46ibn? numgen random mod {10..100} {<|>} {1..9}
46ibn symhash mod {2..9} [offset {1..9}] {0|1}
4ib jhash ip saddr . ip daddr mod {2..9} [seed 0x{1|deadbeef}] [offset {1..5}] {0|1}
46ib? jhash tcp dport mod {2..9} [seed 0x{1|deadbeef}] \{ 0, 1 \}
4ibn ip saddr @s4
4ibn ip saddr != @s4
6ibn ip6 saddr @s6
46ibn tcp dport @ports
4ibn ip saddr . tcp dport @pairs
46ibna iifname @names
46ibna meta mark @marks
46ibn tcp dport vmap @verdicts
4ibn ip saddr & 255.255.255.0 @s4
46ibn ct count [over] {1..99}
46ibna limit rate [over] {rate}
46ibna quota [over] {1..900} {bytes|kbytes|mbytes} [used {1..50} kbytes]
46ibn ct state vmap \{ established : {verdict}, related : {verdict}, invalid : {verdict} \}
46ibna iifname vmap \{ "lo" : {verdict}, "eth0" : {verdict}, "v*" : {verdict} \}
46ibna meta mark vmap \{ 0x1 : {verdict}, 0x2-0x9 : {verdict}, * : {verdict} \}
46ibn numgen inc mod 3 vmap \{ 0 : {verdict}, 1 : {verdict}, 2 : {verdict} \}
4ibn jhash ip saddr mod 2 vmap \{ 0 : {verdict}, 1 : {verdict} \}
46ibn tcp dport \{ 22 comment "a b", 80, 443 \}
`;

/** What does something, and goes on. */
export const STATEMENTS = String.raw`
46ibna counter [packets {0..900} bytes {0..90000}]
46ibna counter name {cnt|"cnt"|tcp dport map \{ 80 : "cnt", 443 : "cnt2" \}}
46ibna quota name "qt"
46ibna limit name "lim"
46ibna log
46ibna log prefix {"a"|"in: "|"x.y-z"} [level {emerg|alert|crit|err|notice|info|debug}]
46ibna log prefix "p" group {0..9} [snaplen {1..99}] [queue-threshold {2..9}]
46ibna log [flags tcp sequence,options ][flags ip options ][flags skuid ][flags ether ]
46ibna log level {debug|info} flags {all|tcp sequence|ip options}
46ibna last
46ibna meta mark set {mark}
46ibna meta mark set meta mark {&|^} {mark} [| 0x1]
46ibna meta mark set meta mark & 0xffffff00 | 0x{1|ff}
46ibna meta mark set meta mark {<<|>>} {1..31}
46ib meta mark set ct mark
46ibn meta mark set tcp dport map \{ 80 : 0x1, 443 : 0x2, 1000-2000 : 0x3 \}
4ib meta mark set ip saddr map @values
4ibn meta mark set jhash ip saddr mod {2..9} [seed 0x{1|2}] [offset {1..9}]
46ibn meta mark set numgen inc mod {2..9} [offset {1..9}]
46ibn meta mark set symhash mod {2..9}
46ibna meta priority set {{1..9}:{1..9}|none}
46ibna meta pkttype set {host|broadcast|multicast}
46ibna meta nftrace set 1
46ib ct mark set {mark}
46ib ct mark set meta mark [& 0xff00]
46ib ct mark set ct mark & 0xff | {mark}
46ib ct zone set {u16}
46ib ct original zone set {u16}
46ib ct event set {new|related|destroy,reply|new,related,assured}
46i ct helper set "hlp"
46i ct timeout set "tmo"
46i ct expectation set "exp"
46i synproxy name "syn"
46ib notrack
4ibn ip dscp set {cs0|af11|ef|0x12}
4ibn ip ecn set {ce|ect0}
4ibn ip ttl set {u8}
4ibn ip saddr set {v4}
4ibn ip daddr set ip saddr map \{ {v4} : 10.0.0.1 \}
6ibn ip6 dscp set {cs0|af42}
6ibn ip6 flowlabel set {0..1048575}
6ibn ip6 hoplimit set {u8}
46ibn tcp dport set {port}
46ibn udp sport set {port}
46ibn udp checksum set 0
46ibn? tcp option maxseg size set {u16}
46i? tcp option maxseg size set rt mtu
46ibn? vlan id set {1..4094}
b ether daddr set {mac}
46ibn? @th,16,16 set {u16}
4ibn {add|update} @dyn4 \{ ip saddr \}
4ibn {add|update} @dyn4 \{ ip saddr timeout {time} \}
4ibn {add|update} @dyn4 \{ ip saddr [timeout {time} ]limit rate [over ]{rate} \}
4ibn update @dyn4 \{ ip saddr ct count over {1..90} \}
4ibn update @dyn4 \{ ip saddr counter \}
4ibn update @dyn4 \{ ip saddr quota over {1..90} kbytes \}
4ibn delete @dyn4 \{ ip saddr \}
4ibn {add|update} @dynpairs \{ ip saddr . tcp dport timeout {time} \}
4ibn update @dynmap \{ ip saddr : 0x{1|2} \}
4ibn update @dynmap \{ ip saddr timeout {time} : 0x{1|2} \}
4i dup to {v4} [device "lo"]
6i dup to {v6} [device "lo"]
n dup to "lo"
n fwd to "lo"
n fwd ip to {v4} device "lo"
46i flow add @ft
46i synproxy [mss {100..1460}] [wscale {1..14}] [timestamp] [sack-perm]
46i reset tcp option {fastopen|sack-perm|{30..90}}
`;

/** What ends the rule. */
export const FINALS = String.raw`
46ibna {accept|drop|return|continue|jump other|goto other}
46i reject
46ib reject with tcp reset
46ib reject with icmpx {no-route|port-unreachable|host-unreachable|admin-prohibited}
4i reject with icmp {net-unreachable|host-unreachable|prot-unreachable|port-unreachable|net-prohibited|host-prohibited|admin-prohibited}
6i reject with icmpv6 {no-route|admin-prohibited|addr-unreachable|port-unreachable|policy-fail|reject-route}
46ib queue [flags {bypass|fanout|bypass,fanout} ]to {0..9}-{10..99}
46ib queue [flags bypass ]to {0..99}
46ib queue to {numgen inc mod {2..9}|symhash mod {2..9} offset {1..9}|oifname map \{ "eth0" : 0, "ppp0" : 2 \}}
4i {snat|dnat} [ip ]to {v4}[-10.255.255.255] [{random|persistent|fully-random|random,persistent}]
4i meta l4proto tcp {snat|dnat} ip to {v4}:{1..65535}
4i meta l4proto {tcp|udp} {snat|dnat} ip to {v4}:{1..1000}-{1001..65535} [random]
6i {snat|dnat} ip6 to {v6}
6i meta l4proto tcp {snat|dnat} ip6 to \[{v6}\]:{1..1000}
4i dnat ip to tcp dport map \{ 80 : {v4}, 443 : {v4} \}
4i dnat ip to ip saddr . tcp dport map \{ {v4} . 80 : 10.0.0.1 . 8080 \}
4i dnat ip to numgen inc mod 2 map \{ 0 : {v4}, 1 : {v4} \}
4i snat ip to ip saddr map \{ 10.141.11.0/24 : 192.168.2.2-192.168.2.4 \}
4i dnat ip prefix to ip daddr map \{ 10.1.0.0/16 : 10.2.0.0/16 \}
46i masquerade [{random|persistent|fully-random}]
46i meta l4proto tcp masquerade to :{1024..2000}[-{2001..65535}]
46i redirect
46i meta l4proto tcp redirect to :{1..65535} [{random|persistent}]
46i tcp dport 80 redirect to :tcp dport map \{ 80 : 8080, 443 : 8443 \}
4 meta l4proto tcp tproxy to {v4}:{1..65535} accept
6 meta l4proto tcp tproxy to \[{v6}\]:{1..65535} accept
46i meta l4proto udp tproxy to :{1..65535}
`;
