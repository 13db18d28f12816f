/** The kernel's own stations on a packet's way: what a hook knows of its interfaces, connection tracking, NAT. */
import { type Branch, linked } from './branch.ts';
import { isIcmp, lookUpConnection, startTracking, takeTemplateOff } from './connection-state.ts';
import { STATE, STATUS } from './conntrack.ts';
import type { HookSite, Manip, Parts } from './domain.ts';
import { FACT } from './facts.ts';
import {
  BRIDGE_IN,
  BRIDGE_OUT,
  CT_STATE,
  CT_STATUS,
  IIF,
  IIFTYPE,
  LENGTH,
  NFPROTO,
  OIF,
  OIFTYPE,
  PHYSDEV_IN,
  PHYSDEV_OUT,
} from './fields.ts';
import { writeMapping } from './nat.ts';
import type { TracePacket } from './packet.ts';
import { ETHERNET_HEADER } from './start.ts';
import { type Branches, orNull, type TraceSettings } from './trace-forks.ts';
import { viewOf } from './view.ts';

const NFPROTO_OF = { ip: 2, ip6: 10, bridge: 7, arp: 3 } as const;

/** Of a device's hooks only inet chains may ask, and they see the packet's. */
function nfprotoAt({ stack, family }: HookSite, packet: TracePacket): number {
  return NFPROTO_OF[stack === 'bridge' || stack === 'arp' ? stack : (family ?? packet.family)];
}

export class Stations {
  constructor(private readonly settings: TraceSettings) {}

  enterHook(set: Branches, site: HookSite): Branches {
    const { packet } = this.settings;
    for (const branch of set) {
      branch.set(NFPROTO, nfprotoAt(site, packet));
      if (packet.path === 'bridge' && site.stack !== 'netdev') enterBridge(branch, site, packet);
      else if (site.hook === 'postrouting' && site.stack === 'bridge') branch.set(IIF, '');
      // Kernel: ip_output() takes the copy's device for the one that it came by.
      if (branch.copiedFrom !== null && site.hook === 'postrouting') branch.set(IIF, branch.get(OIF));
      if (site.hook === 'egress') this.enterEgress(branch);
      setDevices(branch);
    }
    return set;
  }

  /** Kernel: at egress the frame has its header already, and the hook does not know where the packet came in. */
  private enterEgress(branch: Branch): void {
    const length = branch.numberOf(LENGTH);
    if (length !== null) branch.set(LENGTH, length + ETHERNET_HEADER);
    branch.set(IIF, '');
  }

  leaveHook(set: Branches, site: HookSite): Branches {
    for (const branch of set) branch.hooks = linked(branch.hooks, { site, view: viewOf(branch) });
    return set;
  }

  track(set: Branches, site: HookSite): Branches {
    for (const branch of set) {
      if (branch.template) takeTemplateOff(branch);
      if ((branch.facts & FACT.ENTRY) !== 0 || branch.get(CT_STATE) === STATE.untracked) continue;
      if (branch.connection) lookUpConnection(branch, branch.connection, this.settings.packet, site.hook);
      else startTracking(branch, this.settings.packet, site.hook);
    }
    return set;
  }

  needsMapping(set: Branches, manip: Manip): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    const bit = manip === 'src' ? STATUS.snatDone : STATUS.dnatDone;
    for (const branch of set) {
      const tracked = (branch.facts & FACT.ENTRY) !== 0 && !branch.template;
      const state = branch.get(CT_STATE);
      const opening = state === STATE.new || (state === STATE.related && !isIcmp(this.settings.packet));
      const fresh = tracked && opening && ((branch.numberOf(CT_STATUS) ?? 0) & bit) === 0;
      (fresh ? yes : no).push(branch);
    }
    return { yes: orNull(yes), no: orNull(no) };
  }

  bindUnmapped(set: Branches, manip: Manip): Branches {
    const bit = manip === 'src' ? STATUS.snatDone : STATUS.dnatDone;
    for (const branch of set) branch.set(CT_STATUS, (branch.numberOf(CT_STATUS) ?? 0) | bit);
    return set;
  }

  translate(set: Branches, manip: Manip): Branches {
    for (const branch of set) writeMapping(branch, manip, this.settings.packet);
    return set;
  }

  confirm(set: Branches): Branches {
    for (const branch of set) {
      const status = branch.numberOf(CT_STATUS);
      if ((branch.facts & FACT.ENTRY) !== 0 && !branch.template && status !== null)
        branch.set(CT_STATUS, status | STATUS.confirmed);
    }
    return set;
  }
}

const ARPHRD = { ether: 1, loopback: 772 } as const;

/** What the hook knows of its interfaces. Assumption: all but the loopback interface are of Ethernet's type, where their name does not say otherwise. */
function setDevices(branch: Branch): void {
  const [iif, oif] = [branch.nameOf(IIF), branch.nameOf(OIF)];
  branch.facts &= ~(FACT.IN | FACT.OUT);
  if (iif !== '') branch.facts |= FACT.IN;
  if (oif !== '') branch.facts |= FACT.OUT;
  branch.values[IIFTYPE.id] = deviceType(iif);
  branch.values[OIFTYPE.id] = deviceType(oif);
}

function deviceType(device: string | null): number | undefined {
  if (device === null || /^(tun|wg|ppp|gre|sit|ip6tnl|tunl|tailscale|nordlynx)/.test(device)) return undefined;
  return device === 'lo' ? ARPHRD.loopback : ARPHRD.ether;
}

/** Kernel: br_netfilter_hooks.c: inside the bridge's hooks the IP hooks see the bridge as the interface, and its ports as physical ones [k7, k8]. */
function enterBridge(branch: Branch, site: HookSite, { iif, oif, bridge }: TracePacket): void {
  const out = site.hook !== 'prerouting';
  const nested = site.stack === 'l3';
  const into = site.hook !== 'postrouting';
  branch.set(IIF, into ? ((nested ? bridge : iif) ?? undefined) : '');
  branch.set(OIF, out ? ((nested ? bridge : oif) ?? undefined) : '');
  branch.set(PHYSDEV_IN, iif ?? undefined);
  branch.set(PHYSDEV_OUT, out ? (oif ?? undefined) : '');
  branch.set(BRIDGE_IN, !nested && into ? (bridge ?? undefined) : '');
  branch.set(BRIDGE_OUT, !nested && out ? (bridge ?? undefined) : '');
  branch.facts = nested ? branch.facts | FACT.BRIDGED : branch.facts & ~FACT.BRIDGED;
}
