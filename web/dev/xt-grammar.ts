/**
 * Every match and target of iptables-extensions(8) with all of its options, as templates from which rules are drawn (random-rules.ts). One line is
 * `FAMILIES HOOKS OPTIONS`: families 4 and 6; hooks P(rerouting) I(nput) F(orward) O(utput) S (postrouting), where the kernel takes it;
 * a target's line begins with its table.
 *
 * In the options: `{a|b}` draws one, `{0..255}` a number (its ends often), `{!}` a negation or nothing, `[...]` stands or not, `{NAME}` is
 * one of NAMES. Left out: what needs other modules or objects (nfacct, ipvs, rateest, LED, CLUSTERIP), and bpf objects.
 */

/** By family: IPv4, then IPv6 where it is another. */
export const NAMES: ReadonlyMap<string, readonly [ip: string, ip6?: string]> = new Map<string, [string, string?]>([
  [
    'net',
    [
      '{10.0.0.0/8|192.0.2.1|172.16.0.0/12|10.1.2.3/255.0.255.0|0.0.0.0/0|198.51.100.128/25|192.0.2.1/32|10.2.3.4/16}',
      '{2001:db8::/32|fe80::1|::/0|2001:db8::1/ffff::ffff|2001:db8::5/64|::1}',
    ],
  ],
  ['ip', ['{10.0.0.1|192.0.2.9|198.51.100.77}', '{2001:db8::1|fe80::9|2001:db8:1::7}']],
  [
    'range',
    ['{10.0.0.1-10.0.0.9|192.0.2.0-192.0.2.255|1.2.3.4-1.2.3.4}', '{2001:db8::1-2001:db8::ff|fe80::-fe80::ffff}'],
  ],
  ['port', ['{80|22|0|65535|{1..65535}}']],
  ['ports', ['{80|1:1024|0:65535|65535|8080:8083|:7|1024:|{1..65535}}']],
  ['list', ['{80|80,443|1:10,22,8080:8083|5,5|7:7|1,2,3,4,5,6,7,8,9,10,11,12,13,14,15}']],
  ['mark', ['{0x1|0x1/0xff|0x0/0x4000|0xffffffff|0x80000000/0x80000000|0x5/0x3|0|10/12}']],
  ['mask', ['{255.255.255.0|255.255.255.255}', '{ffff:ffff::|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff}']],
  ['bits', ['{0x1|0xff|0x0|0xffffffff|0x80000000|0x10}']],
  ['if', ['{eth0|cali+|a+|lo|veth-1.2|+}']],
  ['states', ['{NEW|RELATED,ESTABLISHED|INVALID|NEW,UNTRACKED|INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED}']],
  ['ctstates', ['{{states}|DNAT|SNAT|SNAT,DNAT|NEW,DNAT|INVALID,SNAT}']],
  [
    'types',
    [
      '{LOCAL|UNICAST|UNICAST,BROADCAST|MULTICAST|ANYCAST|UNSPEC|BLACKHOLE,UNREACHABLE,PROHIBIT|THROW|NAT|XRESOLVE|LOCAL,UNICAST}',
      '{LOCAL|UNICAST|MULTICAST|ANYCAST|UNSPEC|UNREACHABLE|LOCAL,UNICAST}',
    ],
  ],
  ['set', ['{s4|p4|n4}', '{s6|p6}']],
  ['way', ['{src|dst|src,dst|dst,src|src,src}']],
  ['mac', ['{00:11:22:33:44:55|fe:dc:ba:98:76:54}']],
  [
    'icmptype',
    [
      '{any|echo-request|8|3/1|3|255|destination-unreachable|network-redirect|{0..254}/{0..255}}',
      '{echo-request|128|1/4|packet-too-big|{0..255}/{0..255}}',
    ],
  ],
  [
    'reject',
    [
      '{icmp-port-unreachable|icmp-net-unreachable|icmp-host-unreachable|icmp-proto-unreachable|icmp-net-prohibited|icmp-host-prohibited|icmp-admin-prohibited}',
      '{icmp6-port-unreachable|icmp6-no-route|icmp6-adm-prohibited|icmp6-addr-unreachable|icmp6-policy-fail|icmp6-reject-route}',
    ],
  ],
  [
    'flags',
    ['{SYN,ACK SYN|FIN,SYN,RST,ACK SYN|ALL NONE|ALL ALL|RST RST|FIN,SYN,RST,PSH,ACK,URG FIN,PSH,URG|SYN,RST NONE}'],
  ],
  [
    'chunk',
    [
      '{DATA|INIT|INIT_ACK|SACK|HEARTBEAT|HEARTBEAT_ACK|ABORT|SHUTDOWN|SHUTDOWN_ACK|ERROR|COOKIE_ECHO|COOKIE_ACK|ECN_ECNE|ECN_CWR|SHUTDOWN_COMPLETE|ASCONF|ASCONF_ACK|FORWARD_TSN|DATA:uBe|DATA:Be|ABORT:T|SHUTDOWN_COMPLETE:t|I_DATA:iUbE|I_DATA|RE_CONFIG|PAD|I_FORWARD_TSN}',
    ],
  ],
  ['tosvalue', ['{0x10/0x3f|0x04/0xff|0x08|Minimize-Delay|Normal-Service|0x14/0xf4}']],
  ['date', ['{2021-01-29|2007-12-24T17:00:05|2030|2030-02-28T23:59}']],
  ['clock', ['{00:00|09:00|12:30:15|18:00|23:59:59}']],
  ['days', ['{Mon,Tue|Sun|1,7|Sa,Su|Mon,Tue,Wed,Thu,Fri,Sat}']],
  [
    'to',
    [
      '{{ip}|{ip}:{port}|{range}|{range}:80-90|:1024-2000|{ip}:8000-8010/9000}',
      '{{ip}|\\[{ip}\\]:{port}|{range}|\\[{range}\\]:80-90|:1024-2000|\\[{ip}\\]:8000-8010/9000}',
    ],
  ],
  ['toports', ['{{1..65535}|1000-2000|{1..65535}}']],
  ['target', ['{ -j ACCEPT| -j DROP| -j CONTINUE| -j aaa||}']],
  ['arptarget', ['{ -j ACCEPT| -j DROP| -j CONTINUE| -j aaa||}']],
  ['random', ['{ --random| --random-fully| --persistent| --random --persistent|||}']],
]);

export const MATCHES = `
46 PIFOS {!}-s {net}
46 PIFOS {!}-d {net}
46 PIF {!}-i {if}
46 FOS {!}-o {if}
46 PIFOS {!}-p {tcp|udp|icmp|47|esp|200|sctp|udplite|igmp|1|ipv6-icmp|dccp|ah|gre}
4 PIFOS {!}-f
46 PIFOS -p tcp -m tcp {!}--dport {ports}
46 PIFOS -p tcp -m tcp {!}--sport {ports}[ {!}--dport {ports}][ {!}--tcp-flags {flags}][ {!}--tcp-option {1..255}]
46 PIFOS -p tcp -m tcp {!}--syn
46 PIFOS -p tcp -m tcp {!}--tcp-flags {flags}
46 PIFOS -p tcp -m tcp {!}--tcp-option {1..255}
46 PIFOS -p tcp -m tcp
46 PIFOS -p udp -m udp {!}--dport {ports}[ {!}--sport {ports}]
46 PIFOS -p sctp -m sctp {!}--dport {ports}[ {!}--sport {ports}]
46 PIFOS -p sctp -m sctp {!}--chunk-types {all|any|only} {chunk}
46 PIFOS -p sctp -m sctp[ --dport {ports}] {!}--chunk-types {all|any|only} {chunk},{chunk}
46 PIFOS -p sctp -m sctp {!}--chunk-types {all|any|only} {ALL|NONE}
46 PIFOS -p dccp -m dccp {!}--dport {ports}[ {!}--sport {ports}]
46 PIFOS -p dccp -m dccp {!}--dccp-types {REQUEST|RESPONSE,DATA|ACK,DATAACK,CLOSEREQ|CLOSE,RESET,SYNC,SYNCACK|INVALID}
46 PIFOS -p dccp -m dccp {!}--dccp-option {1..255}
46 PIFOS -p {tcp|udp|sctp|dccp|udplite} -m multiport {!}{--sports|--dports|--ports} {list}
4 PIFOS -p icmp -m icmp {!}--icmp-type {icmptype}
6 PIFOS -p ipv6-icmp -m icmp6 {!}--icmpv6-type {icmptype}
46 PIFOS -p esp -m esp {!}--espspi {1|0:4294967295|5:0x10|{0..4294967295}}
4 PIFOS -p ah -m ah {!}--ahspi {1|0:4294967295|5:16}
6 PIFOS -m ah {!}--ahspi {1|0:4294967295|5:16}[ {!}--ahlen {24|12|7}][ --ahres]
46 PIFOS -p ipcomp -m ipcomp {!}--ipcompspi {1|0:65535|5:16}[ --compres]
46 PIFOS -p tcp -m tcpmss {!}--mss {536|1:500|0:65535|1460:1460}
46 PIFOS -p tcp -m ecn {!}--ecn-tcp-cwr[ {!}--ecn-tcp-ece]
46 PIFOS -m ecn {!}--ecn-ip-ect {0..3}
46 PIFOS -m mark {!}--mark {mark}
46 PIFOS -m connmark {!}--mark {mark}
46 PIFOS -m conntrack {!}--ctstate {ctstates}
46 PIFOS -m conntrack {!}--ctstate {ctstates}[ --ctdir {ORIGINAL|REPLY}][ {!}--ctproto {tcp|6|17}][ {!}--ctorigsrc {net}]
46 PIFOS -m conntrack {!}--ctproto {tcp|17|igmp|200}
46 PIFOS -m conntrack {!}--ctorigsrc {net}[ {!}--ctorigdst {net}][ {!}--ctreplsrc {net}][ {!}--ctrepldst {net}]
46 PIFOS -m conntrack {!}--ctorigsrcport {ports}[ {!}--ctorigdstport {ports}][ {!}--ctreplsrcport {ports}][ {!}--ctrepldstport {ports}]
46 PIFOS -m conntrack {!}--ctstatus {NONE|EXPECTED|SEEN_REPLY|ASSURED|CONFIRMED|EXPECTED,ASSURED|SEEN_REPLY,CONFIRMED}
46 PIFOS -m conntrack {!}--ctexpire {5|5:10|0|0:4294967295}
46 PIFOS -m conntrack --ctdir {ORIGINAL|REPLY}
46 PIFOS -m state {!}--state {states}
46 PIFOS -m connbytes {!}--connbytes {10|1:100|0:0|5:|:7} --connbytes-dir {original|reply|both} --connbytes-mode {packets|bytes|avgpkt}
46 PIFOS -m connlabel {!}--label {0..127}[ --set]
46 PIFOS -m connlimit --connlimit-{above|upto} {0..100}[ --connlimit-mask {0|8|24|32}][ {--connlimit-saddr|--connlimit-daddr}]
46 PIFOS -m helper {!}--helper {ftp|sip|ftp-2121|pptp}
4 PIFOS -m iprange {!}--src-range {range}[ {!}--dst-range {range}]
6 PIFOS -m iprange {!}--dst-range {range}
46 PIFOS -m addrtype {!}--src-type {types}[ {!}--dst-type {types}]
46 PIFOS -m addrtype {!}--dst-type {types}
46 PI -m addrtype {!}--src-type {types} --limit-iface-in
46 S -m addrtype {!}--dst-type {types} --limit-iface-out
46 PIFOS -m set {!}--match-set {set} {way}
46 PIFOS -m set {!}--match-set {set} {way}[ --return-nomatch][ ! --update-counters][ ! --update-subcounters][ {--packets-eq 5|! --packets-eq 5|--packets-lt 7|--packets-gt 9}][ {--bytes-eq 5|! --bytes-eq 5|--bytes-lt 7|--bytes-gt 9}]
46 PIF -m mac {!}--mac-source {mac}
46 PIFOS -m physdev {!}--physdev-is-bridged
46 PIF -m physdev {!}--physdev-in {if}[ {!}--physdev-is-in]
46 FS -m physdev {!}--physdev-out {if} {!}--physdev-is-bridged
46 OS -m owner {!}--uid-owner {0|1000|0-999|1000-4294967294}
46 OS -m owner {!}--gid-owner {0|1000|0-999}[ --suppl-groups]
46 OS -m owner {!}--socket-exists[ {!}--uid-owner 0]
46 PIFOS -m limit --limit {5/sec|10/min|3/hour|100/day|1/sec|10000/sec}[ --limit-burst {1|5|10|10000}]
46 PIFOS -m limit
46 PIFOS -m hashlimit --hashlimit-{upto|above} {5/sec|100/min|1/hour|3/day}[ --hashlimit-burst {1..100}][ --hashlimit-mode {srcip|dstip|srcip,dstip|srcip,dstip,srcport,dstport}] --hashlimit-name {h1|h2|h3}[ --hashlimit-htable-expire 10000][ --hashlimit-htable-size 100][ --hashlimit-htable-max 1000][ --hashlimit-htable-gcinterval 60000]
46 PIFOS -m hashlimit --hashlimit-above {1kb/s|512kb/s|1mb/s|200b/s}[ --hashlimit-burst {1mb|10kb}] --hashlimit-mode srcip[ --hashlimit-srcmask {24|8}] --hashlimit-name {b1|b2}
46 PIFOS -m hashlimit --hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name r1 --hashlimit-rate-match --hashlimit-rate-interval 5
46 PIFOS -m statistic --mode random {!}--probability {0|0.5|1|0.33332999982|0.1|0.00000000047}
46 PIFOS -m statistic --mode nth {!}--every {1..100} --packet 0
46 PIFOS -m recent {!}{--set|--rcheck|--remove|--update} --name {r1|r2}[ --rsource][ --mask {mask}]
46 PIFOS -m recent {!}{--rcheck|--update} --seconds {60|1}[ --reap][ --hitcount {1..20}][ --rttl] --name r3 {--rsource|--rdest}
46 PIFOS -m comment --comment {x|"two words"|"it's"|"a \\"b\\" c"|"-j x"|"--dport 5"|"\\\\"}
46 PIFOS -m length {!}--length {0:65535|100|100:200|:5|1000:}
46 PIFOS -m pkttype {!}--pkt-type {unicast|broadcast|multicast|other|host}
46 PIFOS -m time[ --datestart {date}][ --timestart {clock}][ --timestop {clock}][ {!}--monthdays {1,15|31|1,2,3}][ {!}--weekdays {days}][ --kerneltz]
46 PIFOS -m time --timestart 22:00 --timestop 06:00[ --contiguous][ --weekdays {days}]
46 PIFOS -m time --datestop {date}[ --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun]
4 PIFOS -m ttl {{!}--ttl-eq|--ttl-lt|--ttl-gt} {0..255}
6 PIFOS -m hl {{!}--hl-eq|--hl-lt|--hl-gt} {0..255}
46 PIFOS -m dscp {!}{--dscp {0..63}|--dscp-class {EF|AF11|AF43|CS0|CS7|BE}}
46 PIFOS -m tos {!}--tos {tosvalue}
46 P -m rpfilter[ --loose][ --validmark][ --accept-local][ --invert]
46 PI -m socket[ --transparent][ --nowildcard][ --restore-skmark]
46 IOS -m cgroup {!}--cgroup {0|1|1048577}
46 PIF -m policy --dir in --pol {ipsec|none}
46 FOS -m policy --dir out --pol {ipsec|none}
46 PIF -m policy --dir in --pol ipsec[ {!}--reqid {1..100}][ {!}--spi 0x5][ {!}--proto {esp|ah|ipcomp}][ {!}--mode {tunnel|transport}]
46 FOS -m policy --dir out --pol ipsec --strict {!}--reqid 1 --mode tunnel {!}--tunnel-src {ip} {!}--tunnel-dst {ip}[ --next --proto ah]
46 PIFOS -m quota {!}--quota {0|1000|18446744073709551615|123456789}
46 PIFOS -m u32 {!}--u32 {0x0&0xffff=0x100:0xffff|"6&0xFF=1 && 4&0x1FFF=0 && 0>>22&0x3C@0>>24=0"|0x6&0xff=0x6&&0x0>>0x16&0x3c@0xc>>0x1a&0x3c@0x8=0x1,0x2,0x5,0x8}
46 PIFOS -m bpf --bytecode {"4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"|"1,6 0 0 1"}
46 PIFOS -m string {!}{--string {abc|"GET /index.html"|"a\\"b"}|--hex-string {"|0d0a|"|"|03|www|09|netfilter|03|org|00|"}} --algo {bm|kmp}[ --from {0..100}][ --to {200..300}][ --icase]
46 PIFOS -m cluster --cluster-total-nodes {2..8} {!}{--cluster-local-node 1|--cluster-local-nodemask 3} --cluster-hash-seed {0xdeadbeef|5}
46 PIF -m devgroup {!}--src-group {mark}
46 FOS -m devgroup {!}--dst-group {0|0x1|0xc/0xc}
4 IFOS -m realm {!}--realm {0x1|0x1/0xff|10|0x2/0x6}
46 PIFOS -m cpu {!}--cpu {0..3}
4 PIFOS -p tcp -m osf {!}--genre {Linux|Windows}[ --ttl {0|1|2}][ --log {0|1|2}]
6 PIFOS -m frag[ {!}--fragid {1|5:10|0:4294967295}][ --fragfirst][ --fragres]
6 PIFOS -m frag {--fragmore|--fraglast|{!}--fraglen 8}
6 PIFOS -m rt[ {!}--rt-type {0|2|4|255}][ {!}--rt-segsleft {0|1:3|0:4294967295}][ {!}--rt-len {8|24|7}]
6 PIFOS -m rt --rt-type 0[ --rt-0-res] --rt-0-addrs {ip},{ip}[ --rt-0-not-strict]
6 PIFOS -p mobility-header -m mh {!}--mh-type {1|binding-refresh-request|home-test-init:care-of-test|0:255|cot}
6 PIFOS -m ipv6header {!}--header {hop-by-hop|ipv6-opts,ipv6-route|esp|none|prot|frag,auth}[ --soft]
6 PIFOS -m {hbh|dst}[ {!}--{hbh|dst}-len {8|16|7}]
6 PIFOS -m hbh[ {!}--hbh-len 8] --hbh-opts {1:4|5:2,1:3|0,1,2:5}
6 PIFOS -m dst[ {!}--dst-len 24] --dst-opts {1:4|5:2,1:3|0,1,2:5}
6 PIFOS -m srh {!}--srh-next-hdr {17|6}[ {!}--srh-hdr-len-{eq|lt|gt} {0..255}][ {!}--srh-segs-left-{eq|lt|gt} {0..255}][ {!}--srh-last-entry-{eq|lt|gt} {0..255}][ {!}--srh-tag {0..65535}]
6 PIFOS -m srh[ {!}--srh-psid {net}][ {!}--srh-nsid {net}][ {!}--srh-lsid {net}]
6 PIF -m eui64
`;

export const TARGETS = `
filter 46 IFO -j {ACCEPT|DROP|RETURN|aaa}
filter 46 IFO -g aaa
filter 46 IFO -j REJECT[ --reject-with {reject}]
filter 46 IFO -p tcp -j REJECT --reject-with tcp-reset
filter 46 IFO -j LOG[ --log-prefix {"p: "|x|"a\\"b"}][ --log-level {0|debug|4|7|warning|error}][ --log-tcp-sequence][ --log-tcp-options][ --log-ip-options][ --log-uid][ --log-macdecode]
filter 46 IFO -j NFLOG[ --nflog-group {0..65535}][ --nflog-prefix {"p: "|x}][ {--nflog-size|--nflog-range} {0..100}][ --nflog-threshold {1..100}]
filter 46 IFO -j NFQUEUE {--queue-num {0..65535}|--queue-balance {0:3|4:9}[ --queue-cpu-fanout]}[ --queue-bypass]
filter 46 IFO -j NFQUEUE
filter 46 IFO -j AUDIT --type {accept|drop|reject}
filter 46 IFO -j
mangle 46 PIFOS -j MARK --{set-xmark|set-mark} {mark}
mangle 46 PIFOS -j MARK --{and|or|xor}-mark {bits}
mangle 46 PIFOS -j CONNMARK --{set-xmark|set-mark} {mark}
mangle 46 PIFOS -j CONNMARK --{and|or|xor}-mark {bits}
mangle 46 PIFOS -j CONNMARK {--save-mark|--restore-mark}[ --nfmask {bits}][ --ctmask {bits}]
mangle 46 PIFOS -j CONNMARK {--save-mark|--restore-mark} --mask {bits}
mangle 46 PIFOS -j CONNMARK {--set-mark {mark}|--save-mark|--restore-mark --nfmask 0xff00} {--left-shift-mark|--right-shift-mark} {1..31}
mangle 46 PIFOS -j DSCP {--set-dscp {0..63}|--set-dscp-class {EF|AF11|CS7|BE}}
mangle 46 PIFOS -j TOS {--set-tos {tosvalue}|--{and|or|xor}-tos {0x3f|0xff|0x0|0x04}}
mangle 4 PIFOS -j TTL --ttl-{set|inc|dec} {1..255}
mangle 6 PIFOS -j HL --hl-{set|inc|dec} {1..255}
mangle 4 PIFOS -p tcp -j ECN --ecn-tcp-remove
mangle 46 FOS -p tcp --syn -j TCPMSS {--set-mss {500..1460}|--clamp-mss-to-pmtu}
mangle 46 PIFOS -p tcp -j TCPOPTSTRIP --strip-options {mss|mss,wscale,sack-permitted|2,3,4,200|timestamp,md5,sack}
mangle 46 PIFOS -j TEE --gateway {ip}[ --oif lo]
mangle 46 FOS -j CLASSIFY --set-class {1:10|ffff:ffff|0:0|a:B}
mangle 46 P -p {tcp|udp} -j TPROXY --on-port {0..65535}[ --on-ip {ip}][ --tproxy-mark {mark}]
mangle 46 PIFOS -j SET --add-set {set} {way}[ --exist][ --timeout {0..1000}]
mangle 46 PIFOS -j SET {--del-set|--add-set} {set} {way}
mangle 46 PIFOS -j SET --add-set {set} {way} --del-set {set} {way}
mangle 46 FOS -j SET --map-set {set} {way} {--map-mark[ --map-prio]|--map-prio --map-queue}
mangle 46 PIFOS -j HMARK --hmark-tuple {src|src,dst|src,dst,sport,dport|ct,src,dst,proto|spi,proto} --hmark-mod {1..100}[ --hmark-offset 0x{10|ff}] --hmark-rnd 0xfeed
mangle 46 PIFOS -j HMARK --hmark-src-prefix {24|8} --hmark-dst-prefix {16|32} --hmark-sport-mask 0xff --hmark-dport-mask 0xf0 --hmark-proto-mask 0xff --hmark-mod 7 --hmark-rnd 0xfeed
mangle 46 PIFOS -j CHECKSUM --checksum-fill
mangle 46 PIFOS -j IDLETIMER --timeout 5 --label {l1|l2}[ --alarm]
mangle 46 PIFOS -j CONNSECMARK {--save|--restore}
mangle 6 PIFOS -j {SNPT|DNPT} --src-pfx fd00::/{64|48} --dst-pfx 2001:db8::/64
raw 46 PO -j CT --notrack
raw 46 PO -j NOTRACK
raw 46 PO -j CT {--zone|--zone-orig|--zone-reply} {{1..65535}|mark}[ --ctevents {new|new,destroy|related,reply,assured,protoinfo,helper,mark,natseqinfo,secmark}][ --expevents new]
raw 46 PO -j CT --zone-orig {1..100} --zone-reply {1..100}
raw 46 PO -j CT --ctevents {new|new,destroy}
raw 46 PO -j TRACE
nat 46 PO -p {tcp|udp} -j DNAT --to-destination {to}[ --random][ --persistent]
nat 46 IS -p {tcp|udp} -j SNAT --to-source {{ip}|{ip}|{range}|:1024-2000}{random}
nat 46 PO -p {tcp|udp} -j REDIRECT[ --to-ports {toports}][ --random]
nat 46 S -p {tcp|udp} -j MASQUERADE[ --to-ports {1..65535}][{ --random| --random-fully}]
nat 4 PIOS -j NETMAP --to {192.0.2.0/24|10.0.0.0/8|10.1.2.3/255.0.255.0|192.0.2.1}
nat 6 PIOS -j NETMAP --to {2001:db8::/32|2001:db8:5::/64}
filter 46 IF -p tcp -j SYNPROXY[ --sack-perm][ --timestamp][ --wscale {0..14}][ --mss {500..1460}][ --ecn]
`;

/** ebtables' options, as `TABLE CHAIN OPTIONS`: each is a rule. What the tool writes wrong (masks of `--logical-in`, IGMP ranges) is left out. */
export const BRIDGE = `
filter FORWARD -p {!}{IPv4|ARP|IPv6|0x1234|LENGTH|802_1Q|LLDP}{target}
filter FORWARD -s {!}{Unicast|Multicast|BGA|00:11:22:33:44:55|00:11:22:00:00:00/ff:ff:ff:00:00:00|00:11:00:00:00:55/ff:ff:00:00:00:ff}{target}
filter FORWARD -d {!}{Broadcast|Multicast|01:80:c2:00:00:00/ff:ff:ff:ff:ff:00} -i {!}{eth0|eth+}{target}
filter OUTPUT -o {!}{eth0|veth+}{target}
filter FORWARD -p IPv4 --ip-src {!}{10.0.0.1|10.0.0.0/8|1.0.2.3/255.0.255.255}[ --ip-dst {!}192.0.2.0/24]{target}
filter FORWARD -p IPv4 --ip-tos {!}{0x10|0xff}{target}
filter FORWARD -p IPv4 --ip-proto {!}{tcp|47|icmp}{target}
filter FORWARD -p IPv4 --ip-proto {tcp|udp|sctp|dccp}[ --ip-sport {!}{80|1:1024|:5|5:}] --ip-dport {!}{80|1:1024|65535}{target}
filter FORWARD -p IPv4 --ip-proto icmp --ip-icmp-type {!}{echo-request|3|3/4|1:5/0:255|3:5/1:2}{target}
filter FORWARD -p IPv4 --ip-proto igmp --ip-igmp-type {!}{membership-query|leave-group}{target}
filter FORWARD -p IPv6 --ip6-src {!}{fe80::1|2001:db8::/32}[ --ip6-dst {!}::1]{target}
filter FORWARD -p IPv6 --ip6-tclass {!}{0x10|0xff}{target}
filter FORWARD -p IPv6 --ip6-proto {!}{tcp|udp|17}{target}
filter FORWARD -p IPv6 --ip6-proto {tcp|udp} --ip6-sport {!}{1:5|80}[ --ip6-dport {!}53]{target}
filter FORWARD -p IPv6 --ip6-proto ipv6-icmp --ip6-icmp-type {!}{echo-request|1:10/0:255|1/4|router-solicitation}{target}
filter FORWARD -p ARP --arp-op {!}{Request|Reply|ARP_NAK|11}[ --arp-htype {!}1][ --arp-ptype {!}0x800]{target}
filter FORWARD -p ARP --arp-ip-src {!}{10.0.0.1|10.0.0.0/8}[ --arp-ip-dst {!}1.2.3.4][ --arp-mac-src {!}00:11:22:33:44:55][ --arp-mac-dst {!}00:11:22:00:00:00/ff:ff:ff:00:00:00]{target}
filter FORWARD -p ARP {!}--arp-gratuitous{target}
filter FORWARD -p LENGTH {--802_3-sap {!}0x42|--802_3-type {!}0x1234}{target}
filter FORWARD -p 802_1Q {--vlan-id {!}{1..4094}|--vlan-prio {!}{0..7}|--vlan-encap {!}{0800|86DD|ARP}}{target}
filter FORWARD --pkttype-type {!}{broadcast|multicast|host|otherhost|outgoing}{target}
filter FORWARD --limit {5/min|3/hour|100/sec}[ --limit-burst {1..100}]{target}
filter FORWARD --mark {!}{0x5|0x5/0x7|/0x2|0}{target}
filter FORWARD --among-src {!}{00:11:22:33:44:55,00:11:22:33:44:56|00:11:22:33:44:55=10.0.0.1,00:11:22:33:44:56=10.0.0.2}{target}
filter FORWARD -d BGA --stp-type {!}{config|tcn|5}[ --stp-flags {!}{topology-change|topology-change-ack|5}][ --stp-root-prio {!}{5|1:7}][ --stp-root-addr {!}00:11:22:33:44:55]{target}
filter FORWARD -d BGA --stp-root-cost {!}{5|1:7}[ --stp-sender-prio 3][ --stp-sender-addr 00:11:22:00:00:00/ff:ff:ff:00:00:00][ --stp-port {!}5][ --stp-msg-age 1:2][ --stp-max-age 4][ --stp-hello-time 5:6][ --stp-forward-delay {!}7]{target}
filter FORWARD --log[ --log-level {debug|info|4|notice}][ --log-prefix {"a b"|x}][ --log-ip][ --log-ip6][ --log-arp]{target}
filter FORWARD --nflog-group {1..100}[ --nflog-prefix {"a b"|x}][ --nflog-range {1..100}][ --nflog-threshold {1..100}]{target}
filter FORWARD -j mark --mark-{set|or|and|xor} {0x5|0xff|0}[ --mark-target {ACCEPT|CONTINUE|DROP|RETURN}]
nat PREROUTING -j dnat --to-dst 00:11:22:33:44:55[ --dnat-target {ACCEPT|CONTINUE|DROP}]
nat POSTROUTING -j snat --to-src 00:11:22:33:44:55[ --snat-target {ACCEPT|CONTINUE|DROP}][ --snat-arp]
nat PREROUTING -j redirect[ --redirect-target {ACCEPT|DROP|CONTINUE}]
nat PREROUTING -p ARP -j arpreply --arpreply-mac 00:11:22:33:44:55[ --arpreply-target {ACCEPT|DROP|CONTINUE}]
`;

/** arptables' options likewise. Masks of lengths, types and operations are left out: 1.8.9 loses them. */
export const ARP = `
filter INPUT {!}-s {10.0.0.1|10.0.0.0/8|1.0.2.3/255.0.255.255}{arptarget}
filter INPUT {!}-d {10.0.0.1|10.0.0.0/8} {!}-i {eth0|eth+}{arptarget}
filter OUTPUT {!}-o {lo|veth+}{arptarget}
filter INPUT {!}--src-mac 00:11:22:33:44:55[ {!}--dst-mac 00:11:22:33:44:56]{arptarget}
filter INPUT {!}--opcode {1|2|Request|InARP_Request}{arptarget}
filter INPUT {!}--proto-type 0x800{arptarget}
filter INPUT --h-length 6[ --h-type 1]{arptarget}
filter OUTPUT[ -s 10.0.0.1] -j mangle --mangle-ip-{s|d} 10.0.0.9[ --mangle-target {ACCEPT|DROP|CONTINUE}]
filter OUTPUT --opcode 2 -j mangle --mangle-mac-s 00:11:22:33:44:55 --mangle-mac-d 00:11:22:33:44:56
filter OUTPUT -j MARK --{set|and|or}-mark {10|ff|1}
filter OUTPUT[ -d 10.0.0.1] -j CLASSIFY --set-class {1:20|ffff:a}
`;
