/** Where a packet goes: the routing decision, TTL, the loopback interface. Kernel: net/ipv4/ip_input.c, ip_forward.c, route.c; net/ipv6/ip6_output.c. */
import type { Branch } from './branch.ts';
import { tupleIn } from './connection-state.ts';
import type { End } from './domain.ts';
import { FACT } from './facts.ts';
import { IIF, IP_DADDR, IP6_DADDR, OIF, PKTTYPE, TTL } from './fields.ts';
import { ADDRESS_TYPE, isLoopback, isMulticast, plainType } from './routing.ts';
import { type Branches, orNull, type TraceSettings } from './trace-forks.ts';

export class Routes {
  constructor(
    private readonly settings: TraceSettings,
    private readonly leave: (set: Branches, end: End) => void,
  ) {}

  /** A packet of the node has its route before the output hook. */
  routeFirst(branch: Branch): void {
    const { routing, packet } = this.settings;
    const route = routing.route(packet.dst);
    if (route.kind === 'local' && !isGroup(packet.dst)) branch.set(OIF, 'lo');
    else if (routing.complete && route.kind === 'out' && route.device !== null) branch.set(OIF, route.device);
  }

  byDevice(set: Branches, side: 'in' | 'out'): { device: string; set: Branches }[] {
    const groups = new Map<string, Branches>();
    for (const branch of set) {
      const device = branch.nameOf(side === 'in' ? IIF : OIF) ?? '';
      const group = groups.get(device);
      if (group) group.push(branch);
      else groups.set(device, [branch]);
    }
    return [...groups].map(([device, own]) => ({ device, set: own }));
  }

  routeIn(set: Branches): { local: Branches | null; forward: Branches | null } {
    const local: Branches = [];
    const forward: Branches = [];
    for (const branch of set) {
      const destination = destinationOf(branch);
      const lost = this.cannotRoute(branch, destination);
      if (lost) {
        this.leave([branch], { kind: 'lost', why: lost });
        continue;
      }
      const route = destination === null ? this.unknownRoute(branch) : this.settings.routing.route(destination);
      if (route.kind === 'local' || branch.nameOf(IIF) === 'lo') local.push(branch);
      else if (route.kind === 'none') this.leave([branch], { kind: 'lost', why: 'no-route' });
      else {
        branch.set(OIF, route.device ?? undefined);
        branch.facts |= FACT.OUT;
        forward.push(branch);
      }
    }
    return { local: orNull(local), forward: orNull(forward) };
  }

  private unknownRoute({ toSelf }: Branch) {
    return toSelf ? ({ kind: 'local' } as const) : ({ kind: 'out', device: this.settings.packet.oif } as const);
  }

  /** Kernel: ip_route_input_slow(), fib_validate_source(); ip6_forward() looks at the source later. */
  private cannotRoute(
    branch: Branch,
    destination: number | bigint | null,
  ): 'martian-source' | 'martian-destination' | null {
    if (branch.nameOf(IIF) === 'lo' || (branch.facts & FACT.IPV4) === 0) return null;
    const { src } = tupleIn(branch);
    if (destination !== null && isLoopback(destination)) return 'martian-destination';
    if (typeof src !== 'number') return null;
    if (destination === 0 && src !== 0) return 'martian-destination';
    const strange = isLoopback(src) || isMulticast(src) || src === 0xffffffff;
    if (strange || (src === 0 && !takesFromNobody(destination))) return 'martian-source';
    return this.settings.routing.isLocal(src) === true ? 'martian-source' : null;
  }

  beforeForward(set: Branches): Branches | null {
    const going: Branches = [];
    for (const branch of set) {
      const ttl = branch.numberOf(TTL);
      if (ttl !== null && ttl <= 1) {
        this.leave([branch], { kind: 'lost', why: 'ttl' });
        continue;
      }
      if (ttl !== null) branch.set(TTL, ttl - 1);
      if (this.cannotForward(branch)) this.leave([branch], { kind: 'lost', why: 'not-forwarded' });
      else going.push(branch);
    }
    return orNull(going);
  }

  private cannotForward(branch: Branch): boolean {
    // Kernel: ip_forward(), ip6_forward(): what came to all, or to a group, goes no further [group-dnat].
    if (branch.numberOf(PKTTYPE) !== 0 && branch.numberOf(PKTTYPE) !== null) return true;
    const { src } = tupleIn(branch);
    if (typeof src !== 'bigint') return false;
    return src === 0n || isLoopback(src) || isMulticast(src) || src >> 118n === 0x3fan;
  }

  routeOut(set: Branches): { out: Branches | null } {
    const out: Branches = [];
    for (const branch of set) {
      const destination = destinationOf(branch);
      const route = destination === null ? this.unknownRoute(branch) : this.settings.routing.route(destination);
      if (route.kind === 'none') {
        this.leave([branch], { kind: 'lost', why: 'no-route' });
        continue;
      }
      branch.set(
        OIF,
        route.kind === 'local' && !isGroup(destination)
          ? 'lo'
          : route.kind === 'out'
            ? (route.device ?? undefined)
            : branch.get(OIF),
      );
      out.push(branch);
    }
    return { out: orNull(out) };
  }

  transmit(set: Branches): { loop: Branches | null; out: Branches | null } {
    const loop: Branches = [];
    const out: Branches = [];
    for (const branch of set) {
      if (branch.nameOf(OIF) !== 'lo') {
        out.push(branch);
        continue;
      }
      // Kernel: drivers/net/loopback.c: the packet comes in again, with its entry and its mark, but without its socket.
      branch.set(IIF, 'lo');
      branch.set(OIF, '');
      branch.facts = (branch.facts & ~(FACT.OUT | FACT.SOCKET)) | FACT.IN | FACT.FRAME;
      branch.round++;
      loop.push(branch);
    }
    return { loop: orNull(loop), out: orNull(out) };
  }
}

/** Kernel: ip_mc_validate_source(): who has no address yet may ask all, and the groups of the link [zeronet]. */
function takesFromNobody(destination: number | bigint | null): boolean {
  return typeof destination === 'number' && (destination === 0xffffffff || destination >>> 8 === 0xe00000);
}

function destinationOf(branch: Branch): number | bigint | null {
  return branch.addressOf((branch.facts & FACT.IPV6) !== 0 ? IP6_DADDR : IP_DADDR);
}

/** Multicast and broadcast leave by the interface that was asked for. */
function isGroup(address: number | bigint | null): boolean {
  if (address === null) return false;
  const type = plainType(address);
  return type === ADDRESS_TYPE.multicast || type === ADDRESS_TYPE.broadcast;
}
