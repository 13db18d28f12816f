/**
 * Services in IPVS mode: iptables only sees the IP sets that kube-proxy keeps, without names; the endpoints are the kernel's IPVS table, which
 * is in no dump. Follows kubernetes/pkg/proxy/ipvs/ipset.go.
 */
import { type IpAddress, ipAddress } from '../base/ip.ts';
import type { Expression } from '../model/expression.ts';
import type { NamedSet, Ruleset } from '../model/ruleset.ts';
import type { ServiceFact, Target } from './fact.ts';

const OWNER = 'kube-proxy-ipvs';
const NODE_PORTS = /^(6-)?KUBE-NODE-PORT(?:-LOCAL)?-(TCP|UDP|SCTP-HASH)$/;
const PROTOCOL: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, 'SCTP-HASH': 132 };

interface Member {
  readonly address: IpAddress;
  readonly protocol: number;
  readonly port: number;
}

/** Cluster addresses, load balancer and external addresses, and NodePorts: each a Service of its own, because nothing joins them. */
export function ipvsServices(ruleset: Ruleset): ServiceFact[] {
  return [...ruleset.ipsets.values()].flatMap((set) => {
    if (/^(6-)?KUBE-CLUSTER-IP$/.test(set.name)) return members(set).map(clusterService);
    if (/^(6-)?KUBE-(EXTERNAL-IP|LOAD-BALANCER)(-LOCAL)?$/.test(set.name)) return members(set).map(externalService);
    const ports = NODE_PORTS.exec(set.name);
    return ports ? nodePorts(set, PROTOCOL[ports[2] ?? ''] ?? 6, ports[1] === undefined ? 'ip' : 'ip6') : [];
  });
}

/** Pods of this node, from the set for hairpin traffic: their address and port. */
export function ipvsLocalPods(ruleset: Ruleset): Target[] {
  return [...ruleset.ipsets.values()]
    .filter(({ name }) => /^(6-)?KUBE-LOOP-BACK$/.test(name))
    .flatMap((set) => members(set).map(({ address, port }) => ({ address, port })));
}

const BARE = {
  ...{ name: null, clusterIp: null, port: null, nodePort: null },
  ...{ externals: [], endpoints: [], rule: null, owner: OWNER },
};

function clusterService({ address, protocol, port }: Member): ServiceFact {
  return { ...BARE, family: address.family, protocol, clusterIp: address, port };
}

function externalService({ address, protocol, port }: Member): ServiceFact {
  return { ...BARE, family: address.family, protocol, externals: [{ address, port }] };
}

function nodePorts(set: NamedSet, protocol: number, family: 'ip' | 'ip6'): ServiceFact[] {
  const ports = set.elements.flatMap(({ key }) => {
    if (key.kind === 'value' && typeof key.value === 'number') return [key.value];
    const member = memberOf(key);
    return member ? [member.port] : [];
  });
  return [...new Set(ports)].map((nodePort) => ({ ...BARE, family, protocol, nodePort }));
}

function members(set: NamedSet): Member[] {
  return set.elements.flatMap(({ key }) => memberOf(key) ?? []);
}

/** `10.96.0.1,tcp:443`, with or without more behind it. */
function memberOf(key: Expression): Member | null {
  if (key.kind !== 'concat') return null;
  const [address, port] = key.parts;
  if (address?.kind !== 'value' || typeof address.value === 'string' || port?.kind !== 'concat') return null;
  const [protocol, number] = port.parts;
  if (protocol?.kind !== 'value' || number?.kind !== 'value') return null;
  return { address: ipAddress(address.value), protocol: Number(protocol.value), port: Number(number.value) };
}
