/**
 * The options of each extension in full: getopt_long(3) takes their beginnings too, where only one option begins so (`-j SNAT --to ADDRESS`).
 * Follows iptables-extensions(8) and the tables of options in extensions/*.c. Extensions whose options allow no shorter spelling are left out.
 */
import type { OptionWords } from './words.ts';

const PORTS = 'source-port sport destination-port dport';
const MARKS = 'set-xmark set-mark and-mark or-mark xor-mark';

const NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  `addrtype: src-type dst-type limit-iface-in limit-iface-out
  ah: ahspi ahlen ahres
  bpf: bytecode object-pinned
  cgroup: cgroup path
  cluster: cluster-total-nodes cluster-local-node cluster-local-nodemask cluster-hash-seed
  comment: comment
  connbytes: connbytes connbytes-dir connbytes-mode
  connlabel: label set
  connlimit: connlimit-upto connlimit-above connlimit-mask connlimit-saddr connlimit-daddr
  connmark: mark
  conntrack: ctstate ctproto ctorigsrc ctorigdst ctreplsrc ctrepldst ctorigsrcport ctorigdstport ctreplsrcport ctrepldstport ctstatus ctexpire ctdir
  cpu: cpu
  dccp: ${PORTS} dccp-types dccp-option
  devgroup: src-group dst-group
  dscp: dscp dscp-class
  dst: dst-len dst-opts
  ecn: ecn-tcp-cwr ecn-tcp-ece ecn-ip-ect
  esp: espspi
  frag: fragid fraglen fragres fragfirst fragmore fraglast
  hashlimit: hashlimit-upto hashlimit-above hashlimit hashlimit-srcmask hashlimit-dstmask hashlimit-burst hashlimit-htable-size hashlimit-htable-max hashlimit-htable-gcinterval hashlimit-htable-expire hashlimit-mode hashlimit-name hashlimit-rate-match hashlimit-rate-interval
  hbh: hbh-len hbh-opts
  helper: helper
  hl: hl-lt hl-gt hl-eq hl
  icmp: icmp-type
  icmp6: icmpv6-type
  iprange: src-range dst-range
  ipcomp: ipcompspi compres
  ipv6header: soft header
  length: length
  limit: limit limit-burst
  mac: mac-source
  mark: mark
  mh: mh-type
  multiport: source-ports sports destination-ports dports ports
  nfacct: nfacct-name
  osf: genre ttl log
  owner: uid-owner gid-owner suppl-groups socket-exists
  physdev: physdev-in physdev-out physdev-is-in physdev-is-out physdev-is-bridged
  pkttype: pkt-type
  policy: dir pol strict reqid spi tunnel-src tunnel-dst proto mode next
  quota: quota
  realm: realm
  recent: set rcheck update seconds reap hitcount remove rttl name rsource rdest mask
  rpfilter: loose validmark accept-local invert
  rt: rt-type rt-segsleft rt-len rt-0-res rt-0-addrs rt-0-not-strict
  sctp: ${PORTS} chunk-types
  set: match-set set return-nomatch update-counters update-subcounters packets-eq packets-lt packets-gt bytes-eq bytes-lt bytes-gt
  socket: transparent nowildcard restore-skmark
  state: state
  statistic: mode probability every packet
  string: from to algo string hex-string icase
  tcp: ${PORTS} syn tcp-flags tcp-option
  tcpmss: mss
  time: datestart datestop timestart timestop weekdays monthdays kerneltz contiguous
  tos: tos
  ttl: ttl ttl-eq ttl-lt ttl-gt
  u32: u32
  udp: ${PORTS}
  udplite: ${PORTS}
  AUDIT: type
  CHECKSUM: checksum-fill
  CLASSIFY: set-class
  CONNMARK: ${MARKS} restore-mark save-mark left-shift-mark right-shift-mark ctmask nfmask mask
  CT: notrack helper timeout ctevents expevents zone zone-orig zone-reply
  DNAT: to-destination random persistent
  DNPT: src-pfx dst-pfx
  DSCP: set-dscp set-dscp-class
  ECN: ecn-tcp-remove ecn-tcp-cwr ecn-tcp-ece ecn-ip-ect
  HL: hl-set hl-dec hl-inc
  HMARK: hmark-tuple hmark-mod hmark-offset hmark-src-prefix hmark-dst-prefix hmark-sport hmark-dport hmark-spi hmark-sport-mask hmark-dport-mask hmark-spi-mask hmark-proto-mask hmark-rnd
  LOG: log-level log-prefix log-tcp-sequence log-tcp-options log-ip-options log-uid log-macdecode
  MARK: ${MARKS}
  MASQUERADE: to-ports random random-fully
  NETMAP: to
  NFLOG: nflog-group nflog-prefix nflog-range nflog-size nflog-threshold
  NFQUEUE: queue-num queue-balance queue-bypass queue-cpu-fanout
  REDIRECT: to-ports random
  REJECT: reject-with
  SET: add-set del-set map-set timeout exist map-mark map-prio map-queue
  SNAT: to-source random random-fully persistent
  SNPT: src-pfx dst-pfx
  SYNPROXY: sack-perm timestamp wscale mss ecn
  TCPMSS: set-mss clamp-mss-to-pmtu
  TCPOPTSTRIP: strip-options
  TEE: gateway oif
  TOS: set-tos and-tos or-tos xor-tos
  TPROXY: on-port on-ip tproxy-mark
  TTL: ttl-set ttl-dec ttl-inc`
    .split('\n')
    .map((line) => {
      const [name = '', ...options] = line.trim().split(/:? /);
      return [name, options.map((option) => `--${option}`)];
    }),
);

/** The options with each name in full. Those that no option or several begin with stay as they are. */
export function withFullNames<Options extends readonly OptionWords[] | null>(
  extension: string,
  options: Options,
): Options {
  const names = NAMES.get(extension);
  if (!names || !options?.some(({ name }) => !names.includes(name))) return options;
  return options.map((each) => {
    const [full, ...others] = names.includes(each.name) ? [] : names.filter((name) => name.startsWith(each.name));
    return full !== undefined && others.length === 0 ? { ...each, name: full } : each;
  }) as readonly OptionWords[] as Options;
}
