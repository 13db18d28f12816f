/**
 * Routes and addresses where the dump has none: what its facts make likely. Everything that is taken for granted is noted, because a wrong guess here is
 * a wrong trace; an interface that the user names settles it.
 */
import { formatIp, holds, type IpAddress, ipAddress, parseIp } from '../../base/ip.ts';
import type { NodeFacts, PodFact } from '../../facts/fact.ts';
import { isOverlayName } from '../../facts/interfaces.ts';
import type { AddressFamily, TracePacket } from '../../kernel/packet.ts';
import { AssumedTables, type RouteResult, type RoutingTables } from '../../kernel/routing.ts';
import { type Cast, castOf, insider, podInterface } from './cast.ts';

/** The facts by address, made once: a big cluster has 40,000 pods. */
interface Lookups {
  readonly own: ReadonlySet<number | bigint>;
  readonly pods: ReadonlyMap<number | bigint, PodFact>;
}

const lookups = new WeakMap<NodeFacts, Lookups>();

function lookupsOf(facts: NodeFacts): Lookups {
  let found = lookups.get(facts);
  if (!found) {
    found = {
      own: new Set(facts.addresses.map(({ address }) => address.value)),
      pods: new Map(facts.pods.map((pod) => [pod.address.value, pod])),
    };
    lookups.set(facts, found);
  }
  return found;
}

export class FactTables implements RoutingTables {
  readonly complete = false;
  /** In words, in the order in which they were needed. */
  readonly assumed = new Set<string>();
  readonly #tables: AssumedTables;
  readonly #own: ReadonlySet<number | bigint>;
  readonly #pods: ReadonlyMap<number | bigint, PodFact>;
  readonly #cast: Cast;

  /** @param explicit the user named the packet's outgoing interface: then no other is assumed */
  constructor(
    private readonly packet: TracePacket,
    private readonly facts: NodeFacts,
    private readonly explicit: boolean,
  ) {
    const { own, pods } = lookupsOf(facts);
    this.#own = own;
    this.#pods = pods;
    this.#tables = new AssumedTables(packet, this.#own);
    this.#cast = castOf(facts, packet.family);
  }

  isLocal(address: number | bigint): boolean | null {
    const local = this.#tables.isLocal(address);
    return local === null && this.#isElsewhere(ipAddress(address)) ? false : local;
  }

  route(address: number | bigint): RouteResult {
    const route = this.#tables.route(address);
    if (route.kind !== 'out' || this.explicit) return route;
    return { kind: 'out', device: this.#deviceOf(ipAddress(address)) };
  }

  addressType(address: number | bigint, device: string | null): number | null {
    const type = this.#tables.addressType(address, device);
    // Kernel: RTN_UNICAST.
    return type === null && this.#isElsewhere(ipAddress(address)) ? 1 : type;
  }

  deviceTo(address: number | bigint, device: string | null): string | null {
    const known = this.#tables.deviceTo(address, device);
    if (known !== null) return known;
    const likely = this.#isElsewhere(ipAddress(address)) ? this.#deviceOf(ipAddress(address)) : null;
    return likely === null ? null : device !== null && likely !== device ? '' : likely;
  }

  sourceFor(device: string, _towards: number | bigint, family: AddressFamily): number | bigint | null {
    const own = this.facts.addresses.filter(({ address }) => address.family === family);
    const on = own.find((one) => one.interface === device);
    if (on) return on.address.value;
    if (device !== this.#cast.uplink.name) return null;
    const node = parseIp(this.#cast.node.address);
    return node && this.#own.has(node.value) ? node.value : null;
  }

  /** A packet to the node has come to one of its addresses: that is likely the interface's own. */
  firstAddress(device: string, family: AddressFamily): number | bigint | null {
    const on = this.facts.addresses.find((one) => one.interface === device && one.address.family === family);
    if (on) return on.address.value;
    return this.packet.path === 'input' && this.packet.iif === device ? this.packet.dst : null;
  }

  /** Endpoints, and what is in a network of pods or containers, are not the node's own. */
  #isElsewhere(address: IpAddress): boolean {
    return (
      this.#pods.has(address.value) ||
      this.facts.networks.some(({ network, use }) => use !== 'services' && holds(network, address))
    );
  }

  #deviceOf(address: IpAddress): string | null {
    const behind = this.facts.networks.find((one) => one.interface !== null && holds(one.network, address));
    if (behind?.interface) return behind.interface;
    const pod = this.#pods.get(address.value);
    if (pod?.interface) return this.#say(address, pod.interface, 'that pod’s name and the interface’s profiles agree');
    if (pod?.local) {
      const link = podInterface(this.#cast, pod).name;
      return link === null ? null : this.#say(address, link, 'the dump does not tell which pod is behind it');
    }
    const overlay = this.facts.interfaces.find(({ name, wildcard }) => !wildcard && isOverlayName(name));
    if (overlay && this.#isIn('pods', address)) {
      return this.#say(address, overlay.name, 'pods of other nodes are behind it');
    }
    const link = this.#isIn('inside', address) ? insider(this.#cast)?.interface : null;
    if (link) return this.#say(address, link, 'that network is inside');
    return this.#say(address, this.#cast.uplink.name, 'it leads out');
  }

  #isIn(use: 'pods' | 'inside', address: IpAddress): boolean {
    return this.facts.networks.some((fact) => fact.use === use && holds(fact.network, address));
  }

  #say(address: IpAddress, device: string, why: string): string {
    this.assumed.add(`${device} is assumed for ${formatIp(address)}: ${why}.`);
    return device;
  }
}
