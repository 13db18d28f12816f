/** A packet's variables and facts where its way begins. */
import { Branch } from './branch.ts';
import { setPort } from './connection-state.ts';
import { STATE } from './conntrack.ts';
import { FACT, factsOf, transportFacts } from './facts.ts';
import {
  ARP_DADDR,
  ARP_DADDR_ETHER,
  ARP_HLEN,
  ARP_HTYPE,
  ARP_OPERATION,
  ARP_PLEN,
  ARP_PTYPE,
  ARP_SADDR,
  ARP_SADDR_ETHER,
  BRIDGE_IN,
  BRIDGE_OUT,
  CT_STATE,
  DPORT,
  DSCP,
  ECN,
  ETHER_DADDR,
  ETHER_SADDR,
  ETHER_TYPE,
  ICMP_CODE,
  ICMP_ID,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  IIF,
  IP_DADDR,
  IP_FRAGMENT,
  IP_HEADER_LENGTH,
  IP_LENGTH,
  IP_SADDR,
  IP_VERSION,
  IP6_DADDR,
  IP6_LENGTH,
  IP6_SADDR,
  IPSEC,
  L4PROTO,
  LENGTH,
  MARK,
  NFTRACE,
  OIF,
  PHYSDEV_IN,
  PHYSDEV_OUT,
  PKTTYPE,
  PRIORITY,
  RT_IPSEC,
  SCTP_CHUNK,
  SDIF,
  SKGID,
  SKUID,
  SPORT,
  TCP_FLAGS,
  TCP_MSS,
  TTL,
  UDP_LENGTH,
  VARIABLES,
  VLAN_ID,
} from './fields.ts';
import { PROTOCOL, type TracePacket } from './packet.ts';
import { headerLength, IPV6_HEADER, transportWords } from './packet-bytes.ts';
import { isMulticast } from './routing.ts';

const ETHERTYPE = { ip: 0x0800, ip6: 0x86dd } as const;

export function startBranch(packet: TracePacket): Branch {
  const branch = new Branch(VARIABLES.length);
  const own = packet.path === 'output';
  if (packet.arp !== null) return startArp(branch, packet, packet.arp);
  branch.facts = factsOf(['IP', packet.family === 'ip' ? 'IPV4' : 'IPV6']);
  if (packet.fragmentOffset === 0) branch.facts |= transportFacts(packet.protocol);
  branch.facts |= own ? factsOf(['SOCKET', 'OUT']) : factsOf(['FRAME', 'IN']);
  if (packet.vlan !== null) branch.facts |= FACT.VLAN;
  setHeaders(branch, packet);
  setTransport(branch, packet);
  setMeta(branch, packet, own);
  return branch;
}

const ARP = { etherType: 0x0806, hardware: 1, hardwareLength: 6, protocolLength: 4, bytes: 28 } as const;

/**
 * RFC 826: Ethernet and IPv4. Kernel: the node's own have their frame already, which counts for the length, but rules that ask for its addresses want an
 * incoming interface.
 */
function startArp(branch: Branch, packet: TracePacket, operation: number): Branch {
  const own = packet.path === 'output';
  branch.facts = own ? factsOf(['ARP', 'OUT']) : factsOf(['ARP', 'FRAME', 'IN']);
  branch.set(ETHER_TYPE, ARP.etherType);
  branch.set(ETHER_SADDR, packet.smac ?? undefined);
  branch.set(ETHER_DADDR, packet.dmac ?? undefined);
  branch.set(ARP_OPERATION, operation);
  branch.set(ARP_HTYPE, ARP.hardware);
  branch.set(ARP_PTYPE, ETHERTYPE.ip);
  branch.set(ARP_HLEN, ARP.hardwareLength);
  branch.set(ARP_PLEN, ARP.protocolLength);
  branch.set(ARP_SADDR, packet.src);
  branch.set(ARP_DADDR, packet.dst);
  branch.set(ARP_SADDR_ETHER, packet.smac ?? undefined);
  // A request asks for it.
  branch.set(ARP_DADDR_ETHER, operation === ARP_REQUEST ? 0n : (packet.dmac ?? undefined));
  branch.set(LENGTH, ARP.bytes + (own ? ETHERNET_HEADER : 0));
  setMeta(branch, packet, own);
  const toAll = packet.dmac === null ? operation === ARP_REQUEST : packet.dmac === BROADCAST;
  branch.set(PKTTYPE, !own && toAll ? 1 : 0);
  return branch;
}

const ARP_REQUEST = 1;
const BROADCAST = 0xffffffffffffn;
export const ETHERNET_HEADER = 14;

function setHeaders(branch: Branch, packet: TracePacket): void {
  const v6 = packet.family === 'ip6';
  branch.set(v6 ? IP6_SADDR : IP_SADDR, packet.open.src ? undefined : packet.src);
  branch.set(v6 ? IP6_DADDR : IP_DADDR, packet.open.dst ? undefined : packet.dst);
  branch.set(L4PROTO, packet.protocol);
  branch.set(TTL, packet.ttl);
  branch.set(DSCP, packet.dscp);
  branch.set(ECN, packet.ecn);
  branch.set(IP_VERSION, v6 ? 6 : 4);
  branch.set(IP_HEADER_LENGTH, 5);
  branch.set(IP_FRAGMENT, packet.fragmentOffset);
  branch.set(ETHER_TYPE, ETHERTYPE[packet.family]);
  branch.set(ETHER_SADDR, packet.smac ?? undefined);
  branch.set(ETHER_DADDR, packet.dmac ?? undefined);
  branch.set(VLAN_ID, packet.vlan ?? undefined);
  if (packet.length === null) return;
  branch.set(LENGTH, packet.length);
  branch.set(IP_LENGTH, packet.length);
  branch.set(IP6_LENGTH, packet.length - IPV6_HEADER);
  branch.set(UDP_LENGTH, packet.length - headerLength(packet));
}

function setTransport(branch: Branch, packet: TracePacket): void {
  const [first, second] = transportWords(packet);
  if (packet.open.sport) setPort(branch, SPORT, packet.open.sport);
  else branch.set(SPORT, first);
  if (packet.open.dport) setPort(branch, DPORT, packet.open.dport);
  else branch.set(DPORT, second);
  branch.set(TCP_FLAGS, packet.tcpFlags ?? undefined);
  branch.set(TCP_MSS, packet.mss ?? undefined);
  if ((branch.facts & FACT.TCP) !== 0 && packet.mss !== 0) branch.facts |= FACT.MSS;
  branch.set(SCTP_CHUNK, packet.sctpChunk ?? undefined);
  const v6 = packet.protocol === PROTOCOL.icmpv6;
  branch.set(v6 ? ICMPV6_TYPE : ICMP_TYPE, packet.icmpType ?? undefined);
  branch.set(v6 ? ICMPV6_CODE : ICMP_CODE, packet.icmpCode ?? undefined);
  branch.set(ICMP_ID, packet.icmpId ?? undefined);
}

function setMeta(branch: Branch, packet: TracePacket, own: boolean): void {
  branch.set(MARK, packet.mark);
  branch.set(PRIORITY, 0);
  branch.set(NFTRACE, 0);
  branch.set(IIF, own ? '' : (packet.iif ?? undefined));
  branch.set(OIF, own ? (packet.oif ?? undefined) : '');
  branch.set(PKTTYPE, own ? 0 : packetType(packet));
  branch.set(SKUID, packet.uid ?? undefined);
  branch.set(SKGID, packet.gid ?? undefined);
  // Assumption: no IPsec, as the packet form has none.
  branch.set(IPSEC, 0);
  branch.set(RT_IPSEC, 0);
  branch.set(CT_STATE, STATE.invalid);
  // Assumption: no VRF.
  branch.set(SDIF, '');
  branch.set(BRIDGE_IN, '');
  branch.set(BRIDGE_OUT, '');
  branch.set(PHYSDEV_IN, '');
  branch.set(PHYSDEV_OUT, '');
}

/** Kernel: PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST: the receiver's view [n16, n17]. */
function packetType({ dst }: TracePacket): number {
  if (isMulticast(dst)) return 2;
  return dst === 0xffffffff ? 1 : 0;
}
