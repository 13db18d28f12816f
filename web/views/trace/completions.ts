/** What a field of the packet may be completed to, out of the facts of the dump. */
import { formatIp, type IpFamily, parseIp } from '../../base/ip.ts';
import type { InterfaceFact, NodeFacts, PodFact, ServiceFact, Target } from '../../facts/fact.ts';
import { CT_STATE, DSCP, ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS, TCP_FLAGS } from '../../model/constants.ts';
import type { OwnerId } from '../../owners/owner.ts';
import { familyOf, ICMPV6, type PacketField, type PacketForm, pathOf, protocolOf, textOf } from '../../packet/form.ts';

export interface Completion {
  /** What the field becomes. */
  readonly value: string;
  /** What the list shows: the Service's name, or the value. */
  readonly label: string;
  readonly detail: string;
  readonly owner: OwnerId | null;
  /** The whole form with this chosen: a Service brings its port and protocol along. */
  readonly form: PacketForm;
}

/** At most `limit` completions of `text` in `field`, best first; none where the text is one of them already. Linear in the facts. */
export function completeField(
  facts: NodeFacts,
  form: PacketForm,
  field: PacketField,
  text: string,
  limit: number,
): readonly Completion[] {
  const found = new Ranked(text.trim().toLowerCase(), limit);
  const choose = (value: string, label: string, detail: string, owner: OwnerId | null, more: PacketForm = {}) => {
    found.add({ value, label, detail, owner, form: { ...form, ...more, [field]: value } });
  };
  switch (field) {
    case 'dst':
      completeDestination(facts, form, choose);
      break;
    case 'src':
      completeSource(facts, form, choose);
      break;
    case 'dport':
      completePort(facts, form, choose);
      break;
    case 'iif':
    case 'oif':
      completeInterface(facts, field, choose);
      break;
    default:
      for (const [value, detail] of constantsOf(field, form)) choose(value, value, detail, null);
  }
  return found.best();
}

type Choose = (value: string, label: string, detail: string, owner: OwnerId | null, more?: PacketForm) => void;

/** Keeps the best of each rank: begins with it, has a word that begins with it, contains it. */
class Ranked {
  readonly #ranks: [Completion[], Completion[], Completion[]] = [[], [], []];
  readonly #seen = new Set<string>();

  constructor(
    readonly wanted: string,
    readonly limit: number,
  ) {}

  add(completion: Completion): void {
    const rank = Math.min(
      this.#rank(completion.label),
      this.#rank(completion.value),
      this.#rank(completion.detail) + 1,
    );
    const list = this.#ranks[rank];
    if (!list || list.length >= this.limit) return;
    const key = `${completion.value} ${completion.label}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    list.push(completion);
  }

  best(): readonly Completion[] {
    return this.#ranks.flat().slice(0, this.limit);
  }

  #rank(text: string): number {
    const at = text.toLowerCase().indexOf(this.wanted);
    if (at < 0) return 3;
    if (at === 0) return 0;
    return /[a-z0-9]/i.test(text[at - 1] as string) ? 2 : 1;
  }
}

function familyName(form: PacketForm): IpFamily {
  return familyOf(form) === 4 ? 'ip' : 'ip6';
}

/** A form whose family nobody chose takes either; then the choice decides. */
function fits(form: PacketForm, family: IpFamily): boolean {
  return textOf(form, 'family') === '' || familyName(form) === family;
}

function protocolName(protocol: number | null): string {
  return PROTOCOLS.byNumber.get(protocol ?? 6) ?? String(protocol);
}

function completeDestination(facts: NodeFacts, form: PacketForm, choose: Choose): void {
  const take = ({ name, protocol, owner }: ServiceFact, { address, port }: Target, what: string): void => {
    const at = formatIp(address);
    const proto = protocolName(protocol);
    const detail = `${at}:${port} ${proto}${what}`;
    choose(at, name ?? `${at}:${port}`, detail, owner, { proto, ...(port === null ? {} : { dport: String(port) }) });
  };
  for (const service of facts.services) {
    if (!fits(form, service.family)) continue;
    const { clusterIp, port, externals, endpoints } = service;
    const silent = endpoints.length === 0 && service.name !== null ? ', no endpoints' : '';
    if (clusterIp) take(service, { address: clusterIp, port }, silent);
    for (const external of externals) take(service, external, ', load balancer or external');
  }
  completeNodePorts(facts, form, choose);
  completeAddresses(facts, form, choose);
}

/** A NodePort is chosen by the Service's name or its number: the node's address comes with it. */
function completeNodePorts(facts: NodeFacts, form: PacketForm, choose: Choose): void {
  for (const { name, nodePort, protocol, owner, family } of facts.services) {
    if (nodePort === null || !fits(form, family)) continue;
    const own = facts.addresses.find(({ address }) => address.family === family);
    if (!own) continue;
    const more = { path: 'input', proto: protocolName(protocol), dport: String(nodePort) };
    choose(
      formatIp(own.address),
      `${name ?? 'Service'} NodePort ${nodePort}`,
      `${formatIp(own.address)}:${nodePort}`,
      owner,
      more,
    );
  }
}

function completeAddresses(facts: NodeFacts, form: PacketForm, choose: Choose): void {
  for (const pod of facts.pods) {
    if (fits(form, pod.address.family)) choose(formatIp(pod.address), formatIp(pod.address), podDetail(pod), null);
  }
  for (const { address, interface: name, assumed } of facts.addresses) {
    if (!fits(form, address.family)) continue;
    const where = name === null ? '' : ` on ${name}`;
    choose(formatIp(address), formatIp(address), `this node${where}${assumed ? ', assumed' : ''}`, null);
  }
}

function completeSource(facts: NodeFacts, form: PacketForm, choose: Choose): void {
  for (const pod of facts.pods) {
    if (pod.local === false || !fits(form, pod.address.family)) continue;
    const more = pod.interface !== null && pathOf(form) !== 'output' ? { iif: pod.interface } : {};
    choose(formatIp(pod.address), formatIp(pod.address), podDetail(pod), null, more);
  }
  completeAddresses(facts, form, choose);
}

function podDetail({ services, local, kind, interface: name }: PodFact): string {
  const what = services[0]?.split(':')[0] ?? (kind === 'container' ? 'container' : 'pod');
  const where = local === true ? ' here' : local === false ? ' on another node' : '';
  return `${what}${where}${name === null ? '' : `, ${name}`}`;
}

/** Ports of what the destination is, then NodePorts and published ports. */
function completePort(facts: NodeFacts, form: PacketForm, choose: Choose): void {
  const to = parseIp(textOf(form, 'dst'));
  const own = to !== null && facts.addresses.some(({ address }) => address.value === to.value);
  for (const { name, protocol, clusterIp, port, nodePort, externals, endpoints, owner } of facts.services) {
    const proto = protocolName(protocol);
    const at = (number: number | null, what: string): void => {
      if (number !== null)
        choose(String(number), String(number), `${name ?? ''} ${proto}${what}`.trim(), owner, { proto });
    };
    if (to && clusterIp?.value === to.value) at(port, '');
    if (to) for (const one of [...externals, ...endpoints]) if (one.address.value === to.value) at(one.port, '');
    if (own || to === null || pathOf(form) === 'input') at(nodePort, ', NodePort');
  }
  for (const { from, protocol, owner, targets } of facts.published) {
    const detail = `${protocolName(protocol)} to ${targets[0] ? formatIp(targets[0].address) : 'elsewhere'}`;
    choose(String(from), String(from), detail, owner, { proto: protocolName(protocol) });
  }
}

function completeInterface(facts: NodeFacts, field: 'iif' | 'oif', choose: Choose): void {
  const side = field === 'iif' ? 'in' : 'out';
  const named = facts.interfaces.filter(({ wildcard }) => !wildcard);
  for (const fact of [...named].sort((a, b) => Number(b[side] > 0) - Number(a[side] > 0))) {
    choose(fact.name, fact.name, interfaceDetail(fact), fact.owners[0] ?? null);
  }
}

const ROLE_WORDS: Readonly<Record<InterfaceFact['role'], string>> = {
  loopback: 'loopback',
  uplink: 'way out',
  workload: 'pod',
  bridge: 'bridge',
  tunnel: 'tunnel',
  other: 'named by rules',
};

function interfaceDetail({ role, zone, namespace, serviceAccount }: InterfaceFact): string {
  if (namespace !== null) return `pod of ${namespace}${serviceAccount === null ? '' : `, account ${serviceAccount}`}`;
  return zone === null ? ROLE_WORDS[role] : `${ROLE_WORDS[role]}, zone ${zone}`;
}

const COMMON_PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'gre', 'esp', 'ah', 'igmp', 'dccp', 'udplite'];

function constantsOf(field: PacketField, form: PacketForm): readonly (readonly [value: string, detail: string])[] {
  switch (field) {
    case 'proto':
      return COMMON_PROTOCOLS.map((name) => [name, String(PROTOCOLS.byName.get(name))]);
    case 'icmpType': {
      const types = protocolOf(form) === ICMPV6 ? ICMPV6_TYPES : ICMP_TYPES;
      return [...types.byNumber].map(([number, name]) => [name, String(number)]);
    }
    case 'tcpFlags':
      return [
        ...[
          ['syn', 'opens'],
          ['syn,ack', 'answers'],
          ['ack', 'goes on'],
          ['psh,ack', 'data'],
          ['fin,ack', 'ends'],
        ].map(pair),
        ...[...TCP_FLAGS.byName.keys()].map((name): readonly [string, string] => [name, 'alone']),
      ];
    case 'ctstate':
      return [...CT_STATE.byName.keys()].map((name) => [name, '']);
    case 'dscp':
      return [...DSCP.byNumber].map(([number, name]) => [name, String(number)]);
    default:
      return [];
  }
}

function pair([value = '', detail = '']: readonly string[]): readonly [string, string] {
  return [value, detail];
}
