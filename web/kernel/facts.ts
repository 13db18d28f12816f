/**
 * What a packet has, as bits: the conditions under which its fields are there at all. Kernel: in nft an expression that finds its field missing breaks
 * off the rule, also a negated one (`ip saddr != X` does not match IPv6 [l2, n12], `meta skuid != 0` does not match without a socket [l11], `ct mark != 5`
 * not without an entry [n11]). So every field names the facts that it needs, and a comparison holds only where they hold.
 */
const NAMES = [
  'IP',
  'IPV4',
  'IPV6',
  'ARP',
  'TRANSPORT',
  'TCP',
  'UDP',
  'UDPLITE',
  'SCTP',
  'DCCP',
  'ICMP',
  'ICMPV6',
  'IGMP',
  'ESP',
  'AH',
  'COMP',
  'FRAME',
  'VLAN',
  'ENTRY',
  'MASTER',
  'SOCKET',
  'IN',
  'OUT',
  'BRIDGED',
  'MSS',
] as const;

export type FactName = (typeof NAMES)[number];

/**
 * `TRANSPORT`: the transport header (not in a later fragment). `FRAME`: a link layer header, which a packet of the node itself does not have yet.
 * `ENTRY`: a conntrack entry; `MASTER`: one that was expected by another. `IN`, `OUT`: the hook knows the interface. `BRIDGED`: IP hooks inside a bridge.
 * `MSS`: the TCP header has the option.
 */
export const FACT = Object.fromEntries(NAMES.map((name, bit) => [name, 1 << bit])) as Readonly<
  Record<FactName, number>
>;

export const NO_FACTS = 0;

/** The facts of a list of names, as bits. */
export function factsOf(names: readonly FactName[]): number {
  let facts = NO_FACTS;
  for (const name of names) facts |= FACT[name];
  return facts;
}

/** The names of the facts, for readers. */
export function factNames(facts: number): FactName[] {
  return NAMES.filter((_, bit) => (facts & (1 << bit)) !== 0);
}

/** Kernel: include/uapi/linux/in.h. The fact that a transport protocol's header is there. */
const TRANSPORT_FACTS: ReadonlyMap<number, number> = new Map([
  [1, FACT.ICMP],
  [2, FACT.IGMP],
  [6, FACT.TCP],
  [17, FACT.UDP],
  [33, FACT.DCCP],
  [50, FACT.ESP],
  [51, FACT.AH],
  [58, FACT.ICMPV6],
  [108, FACT.COMP],
  [132, FACT.SCTP],
  [136, FACT.UDPLITE],
]);

/** The facts of a transport protocol's number whose header is in the packet. */
export function transportFacts(protocol: number): number {
  return FACT.TRANSPORT | (TRANSPORT_FACTS.get(protocol) ?? NO_FACTS);
}

/** tcp, udp, dccp, sctp, udplite. */
export const PORT_PROTOCOLS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** Whether the protocol has ports. */
export function hasPorts(protocol: number): boolean {
  return PORT_PROTOCOLS.has(protocol);
}
