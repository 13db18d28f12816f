/** Packets out of demands: who could send such a one, whereto, with what the rules ask for filled in. The likelier stories come first. */
import { formatIp, type IpFamily, ipAddress, parseIp } from '../../base/ip.ts';
import type { Target } from '../../facts/fact.ts';
import { nodeFacts } from '../../facts/node-facts.ts';
import { FACT } from '../../kernel/facts.ts';
import { hasValue, type ValueSet } from '../../kernel/value-set.ts';
import { CT_STATE, PROTOCOLS } from '../../model/constants.ts';
import type { Hook } from '../../model/hook.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { PacketForm } from '../../packet/form.ts';
import { flagsText } from '../../packet/read.ts';
import type { ViewContext } from '../context.ts';
import { type Cast, castOf, podInterface } from './cast.ts';
import type { Demands } from './demands.ts';

/** Packets that meet the demands of a rule at or below a base chain of this hook. */
export function* guesses(context: ViewContext, rule: Rule, hook: Hook, demands: Demands): Generator<PacketForm> {
  const family = familyOf(rule, demands);
  const cast = castOf(nodeFacts(context), family);
  if (hook !== 'prerouting' && hook !== 'ingress' && hook !== 'output') yield* translated(cast, demands);
  for (const path of pathsOf(hook, demands)) {
    for (const state of statesOf(demands)) {
      for (const stage of stagesOf(cast, path, demands)) {
        // Ports that are published or open are taken by other rules: an unlikely one comes first.
        for (const port of demands.allowed('th dport') ? [null] : PORTS) {
          yield formOf(cast, demands, path, state, { ...stage, port });
        }
      }
    }
  }
}

const NFPROTO_IPV4 = 2;

/** Rules behind the translation see the endpoint: the packet is for a Service or a published port that leads there. */
function* translated(cast: Cast, demands: Demands): Generator<PacketForm> {
  const daddr = demands.allowed(cast.family === 'ip' ? 'ip daddr' : 'ip6 daddr');
  if (!daddr) return;
  const dport = demands.allowed('th dport');
  const leads = ({ address, port }: Target): boolean =>
    hasValue(daddr, address.value) && (!dport || port === null || hasValue(dport, port));
  for (const door of doors(cast)) {
    if (!door.targets.some(leads)) continue;
    for (const stage of stagesOf(cast, 'input', demands).slice(0, 2)) {
      const form = formOf(cast, demands, door.own ? 'input' : 'forward', 'new', stage);
      yield { ...form, dst: door.dst, dport: door.dport };
    }
  }
}

interface Door {
  readonly dst: string;
  readonly dport: string;
  readonly own: boolean;
  readonly targets: readonly Target[];
}

function* doors({ facts, family, node }: Cast): Generator<Door> {
  for (const { address, from, targets, family: own } of facts.published) {
    if (own === family)
      yield { dst: address ? formatIp(address) : node.address, dport: String(from), own: true, targets };
  }
  for (const { clusterIp, port, endpoints, family: own } of facts.services) {
    if (own === family && clusterIp) {
      yield { dst: formatIp(clusterIp), dport: String(port), own: false, targets: endpoints };
    }
  }
}

function familyOf({ chain }: Rule, demands: Demands): IpFamily {
  const { facts } = demands;
  const protocol = demands.allowed('meta nfproto');
  if (chain.table.family === 'ip6' || (facts & (FACT.IPV6 | FACT.ICMPV6)) !== 0) return 'ip6';
  if (protocol && !hasValue(protocol, NFPROTO_IPV4)) return 'ip6';
  return 'ip';
}

type Path = 'forward' | 'input' | 'output';

const PATHS: Readonly<Record<Hook, readonly Path[]>> = {
  ingress: ['forward', 'input'],
  prerouting: ['forward', 'input'],
  forward: ['forward', 'input'],
  input: ['input'],
  output: ['output'],
  postrouting: ['forward', 'output', 'input'],
  egress: ['forward', 'output'],
};

function pathsOf(hook: Hook, { facts, localDestination }: Demands): readonly Path[] {
  const paths = PATHS[hook];
  if ((facts & FACT.SOCKET) !== 0) return ['output'];
  return localDestination ? [...paths].sort((a, b) => Number(b === 'input') - Number(a === 'input')) : paths;
}

function statesOf(demands: Demands): readonly string[] {
  const bits = demands.bits('ct state');
  const said = bits ? [...CT_STATE.byNumber].find(([bit]) => (bits.value & bit) !== 0)?.[1] : undefined;
  if (said !== undefined) return [said];
  // Kernel: an ICMP error belongs to another packet's connection, or to none [o1].
  return (demands.facts & (FACT.ICMP | FACT.ICMPV6)) !== 0 ? ['new', 'related', 'untracked'] : ['new', 'established'];
}

const PORTS = ['8123', '22', '443'];

/** Who sends, and by which interface it comes in. */
interface Stage {
  readonly src: string;
  readonly iif: string | null;
  readonly dst?: string;
  readonly port?: string | null;
}

function stagesOf(cast: Cast, path: Path, demands: Demands): readonly Stage[] {
  const link = demands.allowed('meta iifname');
  if (link && hasValue(link, 'lo') && !hasValue(link, cast.uplink.name)) return [loopback(cast)];
  if (path === 'output') return [{ src: cast.node.address, iif: null }];
  const outside = { src: cast.outside.address, iif: cast.uplink.name };
  const pods = cast.localPods
    .slice(0, 2)
    .map((pod) => ({ src: formatIp(pod.address), iif: podInterface(cast, pod).name }));
  return path === 'forward' ? [...pods, outside] : [outside, ...pods];
}

/** What the node sends to itself comes in again by lo. */
function loopback({ family }: Cast): Stage {
  const own = family === 'ip' ? '127.0.0.1' : '::1';
  return { src: own, iif: 'lo', dst: own };
}

function formOf(cast: Cast, demands: Demands, path: Path, state: string, stage: Stage): PacketForm {
  const six = cast.family === 'ip6';
  const protocol = protocolOf(demands, six);
  const service = needsTranslation(demands) ? serviceTarget(cast) : null;
  const own = path === 'input' || demands.localDestination === true;
  const to = service?.dst ?? stage.dst ?? (own ? cast.node.address : cast.internet.address);
  const form: Record<string, string | undefined> = {
    family: six ? '6' : '4',
    path: service ? 'forward' : stage.iif === 'lo' ? 'output' : path,
    ctstate: state,
    proto: PROTOCOLS.byNumber.get(protocol) ?? String(protocol),
    src: addressFor(demands, six ? 'ip6 saddr' : 'ip saddr', stage.src),
    dst: addressFor(demands, six ? 'ip6 daddr' : 'ip daddr', to),
    iif: path === 'output' || stage.iif === 'lo' ? undefined : nameFor(demands, 'meta iifname', stage.iif, cast),
    oif: demands.allowed('meta oifname') ? nameFor(demands, 'meta oifname', cast.uplink.name, cast) : undefined,
    ...portsOf(demands, protocol, service?.dport ?? stage.port ?? null),
    ...icmpOf(demands, six),
    ...restOf(demands, protocol),
  };
  return Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** `ct status dnat`: only a packet for a Service or a published port gets it. */
function needsTranslation(demands: Demands): boolean {
  return ((demands.bits('ct status')?.value ?? 0) & 32) !== 0;
}

function serviceTarget({ facts, family }: Cast): { readonly dst: string; readonly dport: string } | null {
  const service = facts.services.find((one) => one.family === family && one.clusterIp && one.endpoints.length > 0);
  return service?.clusterIp ? { dst: formatIp(service.clusterIp), dport: String(service.port) } : null;
}

const PROTOCOL_FACTS: readonly (readonly [number, number])[] = [
  [FACT.UDP, 17],
  [FACT.TCP, 6],
  [FACT.ICMP, 1],
  [FACT.ICMPV6, 58],
  [FACT.SCTP, 132],
  [FACT.DCCP, 33],
  [FACT.UDPLITE, 136],
  [FACT.ESP, 50],
  [FACT.AH, 51],
  [FACT.IGMP, 2],
];

function protocolOf(demands: Demands, six: boolean): number {
  const allowed = demands.allowed('meta l4proto');
  const byFact = PROTOCOL_FACTS.find(([fact]) => (demands.facts & fact) !== 0)?.[1];
  if (byFact !== undefined) return byFact;
  const usual = [6, 17, six ? 58 : 1];
  return allowed ? (usual.find((one) => hasValue(allowed, one)) ?? Number(sampleOf(allowed) ?? 6)) : 6;
}

function addressFor(demands: Demands, variable: string, wanted: string): string {
  const allowed = demands.allowed(variable);
  const address = parseIp(wanted);
  if (!allowed || (address && hasValue(allowed, address.value))) return wanted;
  const value = sampleOf(allowed);
  return typeof value === 'number' || typeof value === 'bigint' ? formatIp(ipAddress(value)) : wanted;
}

/** A known interface that fits, before one that is made up. */
function nameFor(demands: Demands, variable: string, wanted: string | null, { facts }: Cast): string | undefined {
  const allowed = demands.allowed(variable);
  if (!allowed || (wanted !== null && hasValue(allowed, wanted))) return wanted ?? undefined;
  const known = facts.interfaces.find(({ name, wildcard }) => !wildcard && name !== 'lo' && hasValue(allowed, name));
  if (known) return known.name;
  const value = sampleOf(allowed);
  return typeof value === 'string' && value !== '' ? value : (wanted ?? undefined);
}

function portsOf(demands: Demands, protocol: number, service: string | null) {
  if (!PORTED.has(protocol)) return {};
  return { sport: sample(demands, 'th sport'), dport: sample(demands, 'th dport') ?? service ?? undefined };
}

const PORTED: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

function icmpOf(demands: Demands, six: boolean) {
  const name = six ? 'icmpv6' : 'icmp';
  return { icmpType: sample(demands, `${name} type`), icmpCode: sample(demands, `${name} code`) };
}

function restOf(demands: Demands, protocol: number) {
  const flags = demands.bits('tcp flags');
  const marked = demands.bits('meta mark')?.value ?? Number(sample(demands, 'meta mark') ?? 0);
  return {
    tcpFlags: flags && protocol === 6 ? flagsText(flags.value) : undefined,
    mark: marked === 0 ? undefined : `0x${marked.toString(16)}`,
    ttl: sample(demands, 'ip ttl'),
    length: sample(demands, 'meta length') ?? sample(demands, 'ip length'),
    uid: sample(demands, 'meta skuid'),
  };
}

/** A value that the field may have, if something is demanded of it. */
function sample(demands: Demands, variable: string): string | undefined {
  const allowed = demands.allowed(variable);
  const value = allowed ? sampleOf(allowed) : null;
  return value === null ? undefined : String(value);
}

/** A value of the set: of a range the second, which in a network is the first host. */
function sampleOf(values: ValueSet): number | bigint | string | null {
  switch (values.kind) {
    case 'numbers': {
      const [from, to] = values.ranges;
      if (from === undefined || to === undefined) return null;
      return to - from > 2 ? from + 1 : from;
    }
    case 'wides': {
      const [from, to] = values.ranges;
      if (from === undefined || to === undefined) return null;
      return to - from > 2n ? from + 1n : from;
    }
    case 'names': {
      if (values.complement) return null;
      const [exact] = values.exact;
      return exact ?? (values.stems[0] === undefined ? null : `${values.stems[0]}0`);
    }
  }
}
