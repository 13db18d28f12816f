/** What a branch's packet looks like, for those who show it. */
import type { Branch, ConnectionView, PacketView, PortView } from './branch.ts';
import { FACT, hasPorts } from './facts.ts';
import {
  ARP_DADDR,
  ARP_SADDR,
  CT_DIRECTION,
  CT_MARK,
  CT_STATE,
  CT_STATUS,
  DPORT,
  DSCP,
  ECN,
  IIF,
  IP_DADDR,
  IP_SADDR,
  IP6_DADDR,
  IP6_SADDR,
  L4PROTO,
  MARK,
  OIF,
  SPORT,
  TTL,
  type Variable,
} from './fields.ts';

export function viewOf(branch: Branch): PacketView {
  const [from, to] = addressesOf(branch.facts);
  const ported = hasPorts(branch.numberOf(L4PROTO) ?? 0);
  const [dscp, ecn] = [branch.numberOf(DSCP), branch.numberOf(ECN)];
  return {
    src: branch.addressOf(from),
    dst: branch.addressOf(to),
    sport: ported ? portOf(branch, SPORT) : null,
    dport: ported ? portOf(branch, DPORT) : null,
    ttl: branch.numberOf(TTL),
    tos: dscp === null || ecn === null ? null : dscp * 4 + ecn,
    mark: branch.numberOf(MARK),
    iif: branch.nameOf(IIF),
    oif: branch.nameOf(OIF),
    ct: connectionOf(branch),
  };
}

function addressesOf(facts: number): [Variable, Variable] {
  if ((facts & FACT.ARP) !== 0) return [ARP_SADDR, ARP_DADDR];
  return (facts & FACT.IPV6) !== 0 ? [IP6_SADDR, IP6_DADDR] : [IP_SADDR, IP_DADDR];
}

/** A port that the kernel draws is known by its range. */
function portOf(branch: Branch, variable: Variable): PortView {
  const port = branch.numberOf(variable);
  if (port !== null) return port;
  const range = branch.domains.get(variable.name);
  if (range?.kind !== 'numbers' || range.ranges.length < 2) return null;
  return { from: range.ranges[0] as number, to: range.ranges[range.ranges.length - 1] as number };
}

function connectionOf(branch: Branch): ConnectionView | null {
  const state = branch.numberOf(CT_STATE);
  if (state === null) return null;
  const entry = (branch.facts & FACT.ENTRY) !== 0;
  return {
    state,
    direction: entry ? (branch.numberOf(CT_DIRECTION) === 1 ? 'reply' : 'original') : null,
    status: entry ? branch.numberOf(CT_STATUS) : null,
    mark: entry ? branch.numberOf(CT_MARK) : null,
  };
}
