/** A trace as JSON, in the shapes of the kernel's own record (web/kernel/cases): `nfscope/trace@1`. */
import { addressText } from '../model/address.ts';
import { PROTOCOLS } from '../model/constants.ts';
import { ruleText } from '../model/rule.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';
import type { Choice, ConnectionView, PacketView, PortView, TraceStep } from './branch.ts';
import { STATE } from './conntrack.ts';
import type { ChainSite, End } from './domain.ts';
import { hasPorts } from './facts.ts';
import { type Endpoint, type Fate, type FateKind, fateOf, type ReplyPacket } from './fate.ts';
import { type Alternative, mergedFates } from './fates.ts';
import { dispatcherPriority } from './order.ts';
import type { TracePacket } from './packet.ts';
import type { RoutingTables } from './routing.ts';
import type { Course, TraceRun } from './trace.ts';

export interface JsonContext {
  readonly ruleset: Ruleset;
  readonly packet: TracePacket;
  readonly routing: RoutingTables;
}

/** Rule indexes count from 1, marks are unsigned 32 bit and left out where they are 0. */
export function traceJson(run: TraceRun, context: JsonContext) {
  const main = run.courses[0] as Course;
  const fates = mergedFates(run, context.packet, context.routing);
  const open = [...new Set(fates.flatMap(({ ways }) => ways.flatMap((way) => way.map(({ unknown }) => unknown))))];
  const idle = [...new Set(run.courses.flatMap((course) => [...course.idle]))].filter((text) => !open.includes(text));
  return {
    schema: 'nfscope/trace@1' as const,
    certain: fates.length === 1 && !run.cut,
    unknowns: open,
    ...(idle.length > 0 ? { withoutEffect: idle } : {}),
    ...(run.cut ? { cut: true } : {}),
    steps: stepsJson(main, context),
    fate: fateJson(fateOf(main, context.packet, context.routing), main, context),
    fates: fates.map((each) => alternativeJson(each, context)),
    hooks: hooksJson(main, context),
  };
}

function alternativeJson({ course, fate, ways, probability }: Alternative, context: JsonContext) {
  const [first = [], ...others] = ways.map((way) => whenJson(way, context));
  return {
    ...fateJson(fate, course, context),
    when: first,
    ...(others.length > 0 ? { orWhen: others } : {}),
    probability,
  };
}

function whenJson(choices: readonly Choice[], { ruleset }: JsonContext) {
  return choices.map(({ unknown, value, rule }) => ({ unknown, value, asked: ruleOf(rule, ruleset) }));
}

function ruleOf(rule: Rule, ruleset: Ruleset) {
  const { table, name } = rule.chain;
  return { family: table.family, table: table.name, chain: name, ...ruleJson(rule, ruleset) };
}

// Steps ------------------------------------------------------------------------------------------------------------------------

export function stepsJson(course: Course, context: JsonContext) {
  const several = course.steps.some(({ round, copy }) => round > 0 || copy > 0);
  const buffers: string[] = [];
  let shown = '';
  return course.steps.map((step) => {
    const packet = packetJson(step.view, context.packet);
    const text = JSON.stringify(packet);
    const same = text === shown;
    shown = text;
    return {
      ...placeJson(step.site, chainName(step)),
      type: step.type,
      ...(step.type === 'rule' ? ruleJson(step.rule, context.ruleset) : {}),
      verdict: step.verdict,
      ...(step.type === 'policy' ? { policy: step.verdict } : {}),
      ...(same ? {} : { packet }),
      ...viewJson(step.view),
      ...(several ? { skb: bufferNumber(step, buffers) } : {}),
      ...(step.copy > 0 ? { copy: step.copy } : {}),
    };
  });
}

/** The kernel's packets in the order in which they are seen: a copy is one, and what comes out of the loopback interface. */
function bufferNumber({ round, copy }: TraceStep, buffers: string[]): number {
  const key = `${copy} ${round}`;
  if (!buffers.includes(key)) buffers.push(key);
  return buffers.indexOf(key) + 1;
}

function chainName(step: TraceStep): string {
  switch (step.type) {
    case 'rule':
      return step.rule.chain.name;
    case 'return':
      return step.chain.name;
    case 'policy':
      return step.site.base.chain.name;
  }
}

function engineOf(site: ChainSite): 'nft' | 'legacy' {
  return site.base.chain.table.backend === 'iptables-legacy' ? 'legacy' : 'nft';
}

function placeJson(site: ChainSite, chain: string) {
  const { table, name, base } = site.base.chain;
  const legacyNat = engineOf(site) === 'legacy' && table.name === 'nat';
  return {
    engine: engineOf(site),
    family: table.family,
    table: table.name,
    chain,
    baseChain: name,
    hook: site.hook,
    priority: legacyNat ? dispatcherPriority(site.hook) : (base?.priority ?? null),
  };
}

function ruleJson(rule: Rule, ruleset: Ruleset) {
  return {
    ...(rule.handle === null ? {} : { ruleHandle: rule.handle }),
    ruleIndex: rule.index,
    ruleText: ruleText(ruleset, rule),
  };
}

/** What belongs to the packet, but is not in it. */
function viewJson({ iif, oif, mark, ct }: PacketView) {
  return {
    ...(iif ? { iif } : {}),
    ...(oif ? { oif } : {}),
    ...(mark ? { mark } : {}),
    ...(ct ? connectionJson(ct) : {}),
  };
}

const STATE_NAMES = new Map(Object.entries(STATE).map(([name, bit]) => [bit as number, name]));

function connectionJson({ state, direction, status }: ConnectionView) {
  if (state === STATE.invalid) return {};
  return {
    ct: {
      ...(direction ? { dir: direction } : {}),
      ...(status ? { status } : {}),
      state: STATE_NAMES.get(state) ?? state,
    },
  };
}

function hooksJson({ hooks }: Course, { packet }: JsonContext) {
  return hooks
    .filter(({ site }) => site.stack === 'l3' || site.stack === 'bridge')
    .map(({ site, view }) => ({
      hook: site.stack === 'bridge' ? `bridge ${site.hook}` : site.hook,
      passed: true,
      packet: packetJson(view, packet),
      ...viewJson(view),
    }));
}

// Packets ----------------------------------------------------------------------------------------------------------------------

/** `10.0.0.1:80`, `[2001:db8::1]:80`, `10.0.0.1`; a port out of a range as the range, what is not known as `?`. */
export function endpointText(address: number | bigint | null, port: PortView, v6: boolean): string {
  const text = address === null ? '?' : addressText(address, v6 ? 128 : 32);
  if (port === null) return text;
  const number = typeof port === 'object' ? `${port.from}-${port.to}` : String(port);
  return v6 ? `[${text}]:${number}` : `${text}:${number}`;
}

export function packetJson(
  view: Pick<PacketView, 'src' | 'dst' | 'sport' | 'dport' | 'ttl' | 'tos'>,
  packet: TracePacket,
) {
  const v6 = packet.family === 'ip6';
  if (packet.arp !== null) {
    return { src: endpointText(view.src, null, false), dst: endpointText(view.dst, null, false), arp: packet.arp };
  }
  return {
    src: endpointText(view.src, view.sport, v6),
    dst: endpointText(view.dst, view.dport, v6),
    proto: protocolName(packet.protocol),
    ...(packet.icmpType === null ? {} : { icmp: `${packet.icmpType}/${packet.icmpCode ?? 0}` }),
    ...(view.tos ? { tos: view.tos } : {}),
    ttl: view.ttl,
  };
}

/** A packet where its way begins. */
export function startJson(packet: TracePacket) {
  const { src, dst, sport, dport, open, ttl, path, iif, oif, mark } = packet;
  const view = {
    src: open.src ? null : src,
    dst: open.dst ? null : dst,
    sport: open.sport ?? sport,
    dport: open.dport ?? dport,
    ttl,
    tos: packet.dscp * 4 + packet.ecn,
  };
  return {
    ...packetJson(view, packet),
    path,
    ...(iif === null ? {} : { iif }),
    ...(oif === null ? {} : { oif }),
    ...(mark === 0 ? {} : { mark }),
  };
}

function protocolName(protocol: number): string | number {
  if (protocol === 58) return 'icmpv6';
  return hasPorts(protocol) || [1, 2, 47, 50, 51].includes(protocol)
    ? (PROTOCOLS.byNumber.get(protocol) ?? protocol)
    : protocol;
}

// Fates ------------------------------------------------------------------------------------------------------------------------

export interface FateJson {
  readonly fate: FateKind;
  /** The interface that it leaves by. */
  readonly iface?: string;
  /** As it arrives. */
  readonly packet?: ReturnType<typeof packetJson>;
  readonly copies?: readonly object[];
  /** What decided: a rule, or a chain's policy. */
  readonly by?: PlaceJson;
  readonly how?: string;
  readonly why?: string;
  /** The last hook that it passed, of a packet that was lost outside of the rules. */
  readonly after?: string | null;
  readonly nat?: { readonly snat?: string; readonly dnat?: string };
  /** What the node sends back. */
  readonly reply?: {
    readonly kind: ReplyPacket['kind'];
    readonly type?: number;
    readonly code?: number | null;
    readonly src: string;
    readonly dst: string;
  };
  readonly mark?: number;
}

export interface PlaceJson {
  readonly engine: 'nft' | 'legacy';
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly type: 'rule' | 'policy';
  readonly ruleHandle?: number;
  readonly ruleIndex?: number;
  readonly ruleText?: string;
}

export function fateJson(fate: Fate, course: Course, context: JsonContext): FateJson {
  const v6 = context.packet.family === 'ip6';
  const text = (endpoint: Endpoint) => endpointText(endpoint.address, endpoint.port, v6);
  const nat = {
    ...(fate.snat ? { snat: text(fate.snat) } : {}),
    ...(fate.dnat ? { dnat: text(fate.dnat) } : {}),
  };
  const delivered = fate.end.kind === 'delivered';
  return {
    fate: fate.kind,
    ...(delivered && fate.device ? { iface: fate.device } : {}),
    ...(delivered ? { packet: packetJson(course.last, context.packet) } : {}),
    ...copiesJson(course, context),
    ...byJson(fate.end, context.ruleset),
    ...(Object.keys(nat).length > 0 ? { nat } : {}),
    ...lostJson(fate.end, course),
    ...replyJson(fate, v6),
    ...(course.last.mark ? { mark: course.last.mark } : {}),
  };
}

/** Copies that reached somebody. */
function copiesJson({ copies }: Course, { packet }: JsonContext) {
  const sent = copies.flatMap(({ end, last }) =>
    end.kind === 'delivered'
      ? [{ ...packetJson(last, packet), at: end.to, iface: end.to === 'out' ? last.oif : null }]
      : [],
  );
  return sent.length > 0 ? { copies: sent } : {};
}

function byJson(end: End, ruleset: Ruleset) {
  if (end.kind === 'delivered' || end.kind === 'lost') return {};
  const rule = 'rule' in end ? end.rule : null;
  const { engine, family, table, chain } = placeJson(end.site, rule ? rule.chain.name : end.site.base.chain.name);
  const by = { engine, family, table, chain, type: rule ? ('rule' as const) : ('policy' as const) };
  const how = end.kind === 'stolen' ? { how: end.how } : 'why' in end ? { why: end.why } : {};
  return { by: rule ? { ...by, ...ruleJson(rule, ruleset) } : by, ...how };
}

const LOST = {
  ttl: 'its TTL has run out',
  'martian-source': 'its source cannot be: the routing refuses it',
  'martian-destination': 'its destination cannot be: the routing refuses it',
  'no-route': 'there is no route to its destination',
  'no-address': 'the interface has no address to translate to',
  'not-forwarded': 'its source may not be forwarded',
  nat: 'it could not be translated',
} as const;

function lostJson(end: End, { hooks }: Course) {
  if (end.kind !== 'lost') return {};
  return { after: hooks.at(-1)?.site.hook ?? null, why: LOST[end.why] };
}

function replyJson({ reply }: Fate, v6: boolean) {
  if (!reply) return {};
  const address = (each: number | bigint | null) => (each === null ? '?' : addressText(each, v6 ? 128 : 32));
  return {
    reply: {
      kind: reply.kind,
      ...(reply.type === null ? {} : { type: reply.type, code: reply.code }),
      src: address(reply.src),
      dst: address(reply.dst),
    },
  };
}
