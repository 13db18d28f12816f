/**
 * The way through the hooks, for every domain (domain.ts): ingress, prerouting, the routing decision, forward or input, output, postrouting, egress; with
 * connection tracking and NAT at their places. Kernel: net/ipv4/ip_input.c, ip_forward.c, ip_output.c and their IPv6 counterparts, br_netfilter_hooks.c.
 */
import { assertNever } from '../base/assert.ts';
import type { Hook } from '../model/hook.ts';
import type { Program } from './compile.ts';
import type { Domain, HookSite, Manip } from './domain.ts';
import type { OrderedChain } from './order.ts';
import type { Plan, Station } from './plan.ts';
import { Walk } from './walk.ts';

/** What a domain says of routes and devices, beside what it says of packets. */
export interface Routing<S> {
  /** The devices that packets come in by or leave through, each with its packets: where a device has chains of its own. */
  byDevice(set: S, side: 'in' | 'out'): readonly { readonly device: string; readonly set: S }[];
  /** After prerouting. Those that are neither have left the way. */
  routeIn(set: S): { readonly local: S | null; readonly forward: S | null };
  /** Before the forward hook: TTL. Null: all have left. */
  beforeForward(set: S): S | null;
  /** After the output hook: a changed destination or mark is routed again. */
  routeOut(set: S): { readonly out: S | null };
  /** After postrouting: what loops back to the node itself, and what leaves. */
  transmit(set: S): { readonly loop: S | null; readonly out: S | null };
  /** Delivered to the node, or out of it. */
  arrive(set: S, to: 'local' | 'out'): void;
}

export interface JourneyOptions {
  /** sysctl net.bridge.bridge-nf-call-iptables (and -ip6tables). */
  readonly bridgeCallsIp: boolean;
}

export class Journey<S> {
  private readonly walk: Walk<S>;

  constructor(
    program: Program,
    private readonly plan: Plan,
    private readonly domain: Domain<S> & Routing<S>,
    private readonly options: JourneyOptions,
    walk?: Walk<S>,
  ) {
    this.walk = walk ?? new Walk(program, domain, (copies, site) => this.sendCopies(copies, site));
  }

  /** Packets that come in by an interface. */
  receive(set: S, family: 'ip' | 'ip6'): void {
    this.after(this.device(set, 'ingress'), 'ingress', family);
  }

  /** Packets that the node sends, with a route. */
  send(set: S, family: 'ip' | 'ip6'): void {
    this.after(this.ipHook(set, 'output', family), 'output', family);
  }

  /** Packets that have come so far: through the first `done` stations of a hook, of which `stations` are all. To the end of their way. */
  resume(set: S, site: HookSite, stations: readonly Station[], done: number, family: 'ip' | 'ip6'): void {
    const passed = this.leaveHook(this.through(set, stations.slice(done), site), site);
    this.after(passed, site.hook, family);
  }

  /** What comes behind a hook of the IP stack, or behind those of the devices. */
  private after(passed: S | null, hook: Hook, family: 'ip' | 'ip6'): void {
    if (passed === null) return;
    switch (hook) {
      case 'ingress':
        this.after(this.ipHook(passed, 'prerouting', family), 'prerouting', family);
        break;
      case 'prerouting':
        this.route(passed, family);
        break;
      case 'input':
        this.domain.arrive(passed, 'local');
        break;
      case 'output':
        this.leaveBy(this.domain.routeOut(passed).out, family);
        break;
      case 'forward':
        this.leaveBy(passed, family);
        break;
      case 'postrouting':
        this.after(this.device(passed, 'egress'), 'egress', family);
        break;
      case 'egress':
        this.transmit(passed, family);
        break;
      default:
        assertNever(hook, 'hook');
    }
  }

  /** Copies have their route already, and leave after the output hook. */
  private sendCopies(copies: S, { family }: HookSite): void {
    if (family !== null) this.leaveBy(this.ipHook(copies, 'output', family), family);
  }

  private route(set: S, family: 'ip' | 'ip6'): void {
    const { local, forward } = this.domain.routeIn(set);
    if (local !== null) this.after(this.ipHook(local, 'input', family), 'input', family);
    const going = forward === null ? null : this.domain.beforeForward(forward);
    if (going !== null) this.after(this.ipHook(going, 'forward', family), 'forward', family);
  }

  private leaveBy(set: S | null, family: 'ip' | 'ip6'): void {
    if (set !== null) this.after(this.ipHook(set, 'postrouting', family), 'postrouting', family);
  }

  private transmit(set: S, family: 'ip' | 'ip6'): void {
    const { loop, out } = this.domain.transmit(set);
    if (loop !== null) this.receive(loop, family);
    if (out !== null) this.domain.arrive(out, 'out');
  }

  /** A frame from one port of a bridge to another. */
  bridge(set: S, family: 'ip' | 'ip6' | null): void {
    let at = this.device(set, 'ingress');
    for (const hook of ['prerouting', 'forward', 'postrouting'] as const) {
      if (at === null) return;
      at = this.bridgeHook(at, hook, family);
    }
    const sent = at === null ? null : this.device(at, 'egress');
    if (sent !== null) this.domain.arrive(sent, 'out');
  }

  /** ARP for the node, or from it. Kernel: net/ipv4/arp.c; requests of others are not forwarded. */
  arp(set: S, hook: 'input' | 'output'): void {
    const entered = hook === 'input' ? this.device(set, 'ingress') : set;
    const passed =
      entered === null ? null : this.hook(entered, { stack: 'arp', hook, family: null }, this.plan.arp(hook));
    const sent = passed === null || hook === 'input' ? passed : this.device(passed, 'egress');
    if (sent !== null) this.domain.arrive(sent, hook === 'input' ? 'local' : 'out');
  }

  private device(set: S, hook: 'ingress' | 'egress'): S | null {
    let passed: S | null = null;
    for (const one of this.domain.byDevice(set, hook === 'ingress' ? 'in' : 'out')) {
      const stations = this.plan.device(hook, one.device);
      const left =
        stations.length === 0
          ? one.set
          : this.hook(one.set, { stack: 'netdev', hook, family: null }, stations, one.device);
      if (left !== null) passed = passed === null ? left : this.domain.join(passed, left);
    }
    return passed;
  }

  private ipHook(set: S, hook: Hook, family: 'ip' | 'ip6'): S | null {
    return this.hook(set, { stack: 'l3', hook, family }, this.plan.ip(hook, family));
  }

  private bridgeHook(set: S, hook: Hook, family: 'ip' | 'ip6' | null): S | null {
    const stations = this.plan.bridge(hook, this.options.bridgeCallsIp && family !== null);
    return this.hook(set, { stack: 'bridge', hook, family }, stations);
  }

  /** A hook from its beginning to its end. `device`: whose chains these are; null: they belong to no device. */
  protected hook(set: S, site: HookSite, stations: readonly Station[], _device: string | null = null): S | null {
    return this.leaveHook(this.through(this.domain.enterHook(set, site), stations, site), site);
  }

  private leaveHook(set: S | null, site: HookSite): S | null {
    const passed = set === null ? null : this.domain.leaveHook(set, site);
    return passed !== null && this.confirms(site) ? this.domain.confirm(passed) : passed;
  }

  private confirms({ stack, hook, family }: HookSite): boolean {
    if (stack === 'bridge') return this.plan.confirmsBridge(hook);
    return stack === 'l3' && family !== null && this.plan.confirms(hook, family);
  }

  private through(set: S, stations: readonly Station[], site: HookSite): S | null {
    let at: S | null = set;
    for (const station of stations) {
      if (at === null) return null;
      at = this.written(this.station(at, station, site), station);
    }
    return at;
  }

  /** The mappings that a station has made, written to the packets. */
  protected written(set: S | null, station: Station): S | null {
    return set !== null && station.kind === 'nat' ? this.domain.translate(set, station.manip) : set;
  }

  /** What a station lets pass, with mappings that are not yet written to the packets. */
  protected station(set: S, station: Station, site: HookSite): S | null {
    switch (station.kind) {
      case 'chain':
        return this.walk.baseChain(set, { ...site, base: station.chain });
      case 'conntrack':
        return this.domain.track(set, site);
      case 'nat':
        return this.dispatch(set, station.manip, station.chains, site);
      case 'ip-hooks': {
        if (site.family === null) return set;
        const passed = this.ipHook(set, station.hook, site.family);
        return passed === null ? null : this.domain.enterHook(passed, site);
      }
    }
  }

  /**
   * Kernel: nf_nat_inet_fn(): the chains are called one after the other until one makes a mapping; accept without one goes on to the next [f5, f6, f10-f15];
   * connections that have a mapping are only translated [f1-f4, m1]. The mappings are written when all is decided (through).
   */
  private dispatch(set: S, manip: Manip, chains: readonly OrderedChain[], site: HookSite): S | null {
    const { domain } = this;
    const { yes, no } = domain.needsMapping(set, manip);
    let settled = no;
    let open = yes;
    for (const base of chains) {
      if (open === null) break;
      const passed = this.walk.baseChain(open, { ...site, base });
      if (passed === null) {
        open = null;
        break;
      }
      const parts = domain.needsMapping(passed, manip);
      open = parts.yes;
      if (parts.no !== null) settled = settled === null ? parts.no : domain.join(settled, parts.no);
    }
    if (open !== null) {
      const bound = domain.bindUnmapped(open, manip);
      settled = settled === null ? bound : domain.join(settled, bound);
    }
    return settled;
  }
}
