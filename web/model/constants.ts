/**
 * The named constants of nft(8) and iptables-extensions(8): protocols, conntrack bits, ICMP types, and so on, with their numbers.
 * Follows the symbol tables of nftables (src/datatype.c, src/proto.c, src/ct.c, src/meta.c) and the kernel's uapi headers.
 * Not modelled: a node's own /etc/services, /etc/protocols and /etc/iproute2 names beyond the common ones.
 */

/** A table of names. Where several names have one number, the one that nft prints is the first. */
export interface Symbols {
  readonly byName: ReadonlyMap<string, number>;
  readonly byNumber: ReadonlyMap<number, string>;
}

/** `first:1 second:2 ...`, decimal or 0x numbers. The first name of a number is the one that is printed. */
function symbols(list: string): Symbols {
  const byName = new Map<string, number>();
  const byNumber = new Map<number, string>();
  for (const pair of list.split(/\s+/)) {
    const colon = pair.lastIndexOf(':');
    const name = pair.slice(0, colon);
    const number = Number(pair.slice(colon + 1));
    byName.set(name, number);
    if (!byNumber.has(number)) byNumber.set(number, name);
  }
  return { byName, byNumber };
}

/** IP protocol numbers: the common ones of /etc/protocols, which nft prints by name, and usual aliases. */
export const PROTOCOLS = symbols(
  `ip:0 icmp:1 igmp:2 ggp:3 ipencap:4 st:5 tcp:6 egp:8 igp:9 pup:12 udp:17 hmp:20 xns-idp:22 rdp:27 iso-tp4:29 dccp:33 xtp:36
  ddp:37 idpr-cmtp:38 ipv6:41 ipv6-route:43 ipv6-frag:44 idrp:45 rsvp:46 gre:47 esp:50 ah:51 skip:57 ipv6-icmp:58 ipv6-nonxt:59
  ipv6-opts:60 rspf:73 vmtp:81 eigrp:88 ospf:89 ax.25:93 ipip:94 etherip:97 encap:98 pim:103 ipcomp:108 vrrp:112 l2tp:115
  isis:124 sctp:132 fc:133 mobility-header:135 udplite:136 mpls-in-ip:137 manet:138 hip:139 shim6:140 wesp:141 rohc:142
  ethernet:143 hopopt:0 ipv6-hopopt:0 icmpv6:58 comp:108 ipv6-mh:135 mh:135 ospfigp:89 ipv4:4 all:0`,
);

/** Kernel: include/net/netfilter/nf_conntrack.h, NF_CT_STATE_BIT as nft sees it. */
export const CT_STATE = symbols('invalid:1 established:2 related:4 new:8 untracked:64');
/** Kernel: include/uapi/linux/netfilter/nf_conntrack_common.h, enum ip_conntrack_status. */
export const CT_STATUS = symbols('expected:1 seen-reply:2 assured:4 confirmed:8 snat:16 dnat:32 dying:512');
export const CT_DIRECTION = symbols('original:0 reply:1');
export const CT_EVENT = symbols(
  'new:1 related:2 destroy:4 reply:8 assured:16 protoinfo:32 helper:64 mark:128 seqadj:256 secmark:512 label:1024',
);
export const TCP_FLAGS = symbols('fin:1 syn:2 rst:4 psh:8 ack:16 urg:32 ecn:64 cwr:128');

/** TCP options that nft(8) has names for: src/tcpopt.c of nftables. */
export const TCP_OPTIONS = symbols(
  'eol:0 nop:1 maxseg:2 window:3 sack-perm:4 sack:5 timestamp:8 md5sig:19 mptcp:30 fastopen:34',
);

export const ICMP_TYPES = symbols(
  `echo-reply:0 destination-unreachable:3 source-quench:4 redirect:5 echo-request:8 router-advertisement:9 router-solicitation:10
  time-exceeded:11 parameter-problem:12 timestamp-request:13 timestamp-reply:14 info-request:15 info-reply:16
  address-mask-request:17 address-mask-reply:18`,
);
export const ICMP_CODES = symbols(
  'net-unreachable:0 host-unreachable:1 prot-unreachable:2 port-unreachable:3 frag-needed:4 net-prohibited:9 host-prohibited:10 admin-prohibited:13',
);
export const ICMPV6_TYPES = symbols(
  `destination-unreachable:1 packet-too-big:2 time-exceeded:3 parameter-problem:4 echo-request:128 echo-reply:129
  mld-listener-query:130 mld-listener-report:131 mld-listener-done:132 mld-listener-reduction:132 nd-router-solicit:133
  nd-router-advert:134 nd-neighbor-solicit:135 nd-neighbor-advert:136 nd-redirect:137 router-renumbering:138
  ind-neighbor-solicit:141 ind-neighbor-advert:142 mld2-listener-report:143`,
);
export const ICMPV6_CODES = symbols(
  'no-route:0 admin-prohibited:1 addr-unreachable:3 port-unreachable:4 policy-fail:5 reject-route:6',
);
export const ICMPX_CODES = symbols('no-route:0 port-unreachable:1 host-unreachable:2 admin-prohibited:3');
export const IGMP_TYPES = symbols(
  'membership-query:17 membership-report-v1:18 membership-report-v2:22 leave-group:23 membership-report-v3:34',
);
export const MH_TYPES = symbols(
  `binding-refresh-request:0 home-test-init:1 careof-test-init:2 home-test:3 careof-test:4 binding-update:5
  binding-acknowledgement:6 binding-error:7 fast-binding-update:8 fast-binding-acknowledgement:9 fast-binding-advertisement:10
  experimental-mobility-header:11 home-agent-switch-message:12
  brr:0 hoti:1 coti:2 hot:3 cot:4 bu:5 ba:6 be:7`,
);
export const DCCP_TYPES = symbols(
  'request:0 response:1 data:2 ack:3 dataack:4 closereq:5 close:6 reset:7 sync:8 syncack:9',
);
export const ARP_OPERATIONS = symbols('request:1 reply:2 rrequest:3 rreply:4 inrequest:8 inreply:9 nak:10');

/** Kernel: include/uapi/linux/if_packet.h, PACKET_*. */
export const PACKET_TYPES = symbols('host:0 unicast:0 broadcast:1 multicast:2 other:3');
/** Kernel: include/uapi/linux/if_arp.h, ARPHRD_*. */
export const INTERFACE_TYPES = symbols('ether:1 ppp:512 ipip:768 ipip6:769 loopback:772 sit:776 ipgre:778');
/** Kernel: include/uapi/linux/if_ether.h; `ether type`, `meta protocol`, `vlan type`. */
export const ETHER_TYPES = symbols('ip:0x0800 arp:0x0806 ip6:0x86dd 8021q:0x8100 8021ad:0x88a8 vlan:0x8100');
export const NF_PROTOCOLS = symbols('ipv4:2 ipv6:10');
/** Kernel: include/uapi/linux/rtnetlink.h, RTN_*; `fib ... type`, iptables' addrtype (upper case there). */
export const ADDRESS_TYPES = symbols(
  'unspec:0 unicast:1 local:2 broadcast:3 anycast:4 multicast:5 blackhole:6 unreachable:7 prohibit:8',
);
/** iptables' addrtype knows three more. */
export const XT_ADDRESS_TYPES = symbols(
  'unspec:0 unicast:1 local:2 broadcast:3 anycast:4 multicast:5 blackhole:6 unreachable:7 prohibit:8 throw:9 nat:10 xresolve:11',
);
export const DSCP = symbols(
  `cs0:0 cs1:8 cs2:16 cs3:24 cs4:32 cs5:40 cs6:48 cs7:56 df:0 be:0 lephb:1 af11:10 af12:12 af13:14 af21:18 af22:20 af23:22
  af31:26 af32:28 af33:30 af41:34 af42:36 af43:38 va:44 ef:46`,
);
/** Kernel: include/net/mptcp.h, MPTCPOPT_*. nft prints the names from 1.1 on. */
export const MPTCP_SUBTYPES = symbols(
  'mp-capable:0 mp-join:1 dss:2 add-addr:3 remove-addr:4 mp-prio:5 mp-fail:6 mp-fastclose:7 mp-tcprst:8',
);
export const ECN = symbols('not-ect:0 ect1:1 ect0:2 ce:3');
export const DAYS = symbols('Sunday:0 Monday:1 Tuesday:2 Wednesday:3 Thursday:4 Friday:5 Saturday:6');
export const BOOLEAN = symbols('missing:0 exists:1');
export const DEVICE_GROUPS = symbols('default:0');
export const REALMS = symbols('cosmos:0');

/** syslog levels as nft spells them; iptables' `--log-level` takes the numbers and most of the names. */
export const LOG_LEVELS = symbols(
  'emerg:0 alert:1 crit:2 err:3 warn:4 notice:5 info:6 debug:7 panic:0 error:3 warning:4',
);

/** Common names of /etc/services, for input only: nft and iptables-save print ports as numbers. */
export const SERVICES = symbols(
  `tcpmux:1 echo:7 discard:9 systat:11 daytime:13 netstat:15 qotd:17 chargen:19 ftp-data:20 ftp:21 ssh:22 telnet:23 smtp:25 time:37
  whois:43 tacacs:49 domain:53 bootps:67 bootpc:68 tftp:69 gopher:70 finger:79 http:80 www:80 kerberos:88 iso-tsap:102 pop3:110
  sunrpc:111 auth:113 ident:113 nntp:119 ntp:123 epmap:135 loc-srv:135 netbios-ns:137 netbios-dgm:138 netbios-ssn:139 imap:143
  imap2:143 snmp:161 snmp-trap:162 snmptrap:162 xdmcp:177 bgp:179 irc:194 smux:199 ptp-event:319 ptp-general:320 ldap:389
  svrloc:427 https:443 microsoft-ds:445 kpasswd:464 submissions:465 urd:465 ssmtp:465 isakmp:500 exec:512 biff:512 login:513 who:513
  shell:514 syslog:514 printer:515 talk:517 ntalk:518 route:520 uucp:540 klogin:543 kshell:544 dhcpv6-client:546
  dhcpv6-server:547 rtsp:554 nntps:563 submission:587 asf-rmcp:623 ipp:631 ldaps:636 ldp:646 tinc:655 silc:706
  kerberos-adm:749 domain-s:853 rsync:873 ftps-data:989 ftps:990 telnets:992 imaps:993 ircs:994 pop3s:995 socks:1080
  openvpn:1194 rmiregistry:1099 ms-sql-s:1433 ms-sql-m:1434 l2f:1701 radius:1812 radius-acct:1813 nfs:2049 gnunet:2086
  dict:2628 gpsd:2947 icpv2:3130 iscsi-target:3260 mysql:3306 ms-wbt-server:3389 nut:3493 distcc:3632 daap:3689 svn:3690
  sieve:4190 epmd:4369 ntske:4460 ipsec-nat-t:4500 iax:4569 sip:5060 sip-tls:5061 xmpp-client:5222 xmpp-server:5269 mdns:5353
  postgresql:5432 amqps:5671 amqp:5672 nrpe:5666 x11:6000 gnutella-svc:6346 redis:6379 syslog-tls:6514 sane-port:6566 ircd:6667
  babel:6696 ircs-u:6697 bbs:7000 afs3-fileserver:7000 http-alt:8080 webcache:8080 tproxy:8081 puppet:8140 bacula-dir:9101
  bacula-fd:9102 bacula-sd:9103 git:9418 webmin:10000 zabbix-agent:10050 zabbix-trapper:10051 amanda:10080 nbd:10809 hkp:11371`,
);
