/**
 * The table that kube-proxy writes in nftables mode (Kubernetes 1.31 to 1.33, pkg/proxy/nftables/proxier.go and its README), as a
 * script for `nft -f`, and in the form in which `nft list ruleset` prints it.
 */
import { hash32, servicePortName } from './kube-proxy.ts';
import type { Endpoint, ServicePort } from './services.ts';

export interface KubeProxyNftOptions {
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  readonly nodeIps: readonly string[];
  readonly family?: 'ip' | 'ip6';
}

/** `shop/frontend/tcp/http`. */
function pathOf(service: ServicePort): string {
  return `${service.namespace}/${service.name}/${service.protocol}/${service.portName}`;
}

function chainOf(kind: 'service' | 'external' | 'firewall', service: ServicePort): string {
  const path = pathOf(service);
  return `${kind}-${hash32(path, 8)}-${path}`;
}

function endpointOf(kind: 'endpoint' | 'affinity', service: ServicePort, endpoint: Endpoint): string {
  const path = `${pathOf(service)}__${endpoint.ip}/${endpoint.port}`;
  return `${kind}-${hash32(path, 8)}-${path}`;
}

const wrap = (elements: readonly string[], perLine: number): string => {
  const lines: string[] = [];
  for (let i = 0; i < elements.length; i += perLine) lines.push(elements.slice(i, i + perLine).join(', '));
  return `\t\telements = { ${lines.join(',\n\t\t\t     ')} }\n`;
};

/** A set or map block as the listing prints it; the elements line is left out when there are none. */
function setBlock(
  kind: 'set' | 'map',
  name: string,
  type: string,
  comment: string,
  elements: readonly string[],
  perLine: number,
): string {
  return `\t${kind} ${name} {\n\t\ttype ${type}\n\t\tcomment "${comment}"\n${elements.length > 0 ? wrap(elements, perLine) : ''}\t}\n\n`;
}

function chainBlock(name: string, rules: readonly string[]): string {
  return `\tchain ${name} {\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n\n`;
}

interface Elements {
  readonly clusterIps: string[];
  readonly serviceIps: string[];
  readonly nodePorts: string[];
  readonly firewall: string[];
  readonly noServices: string[];
  readonly noNodePorts: string[];
}

function collect(services: readonly ServicePort[]): Elements {
  const out: Elements = {
    clusterIps: [],
    serviceIps: [],
    nodePorts: [],
    firewall: [],
    noServices: [],
    noNodePorts: [],
  };
  const seen = new Set<string>();
  for (const service of services) {
    if (!seen.has(service.clusterIp)) out.clusterIps.push(service.clusterIp);
    seen.add(service.clusterIp);
    const key = (ip: string) => `${ip} . ${service.protocol} . ${service.port}`;
    const comment = `comment "${servicePortName(service)}"`;
    if (service.endpoints.length === 0) {
      out.noServices.push(`${key(service.clusterIp)} ${comment} : goto reject-chain`);
      if (service.nodePort !== undefined)
        out.noNodePorts.push(`${service.protocol} . ${service.nodePort} ${comment} : goto reject-chain`);
      continue;
    }
    out.serviceIps.push(`${key(service.clusterIp)} : goto ${chainOf('service', service)}`);
    const external = chainOf('external', service);
    const noLocal = service.externalLocal && !service.endpoints.some(({ local }) => local);
    for (const ip of service.loadBalancerIps ?? []) {
      out.serviceIps.push(`${key(ip)} : goto ${external}`);
      if (service.sourceRanges)
        out.firewall.push(`${key(ip)} comment "${servicePortName(service)}" : goto ${chainOf('firewall', service)}`);
      if (noLocal) out.noServices.push(`${key(ip)} ${comment} : drop`);
    }
    if (service.nodePort !== undefined) {
      out.nodePorts.push(`${service.protocol} . ${service.nodePort} : goto ${external}`);
      if (noLocal) out.noNodePorts.push(`${service.protocol} . ${service.nodePort} ${comment} : drop`);
    }
  }
  return out;
}

/** The whole table. O(services x endpoints). */
export function kubeProxyNft(services: readonly ServicePort[], options: KubeProxyNftOptions): string {
  const { family = 'ip' } = options;
  const address = family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
  const elements = collect(services);
  const triple = `${address} . inet_proto . inet_service : verdict`;
  const pair = 'inet_proto . inet_service : verdict';
  const out: string[] = [`table ${family} kube-proxy {\n\tcomment "rules for kube-proxy"\n`];
  out.push(
    setBlock('set', 'cluster-ips', address, 'Active ClusterIPs', elements.clusterIps, 2),
    setBlock('set', 'nodeport-ips', address, 'IPs that accept NodePort traffic', options.nodeIps, 2),
    setBlock(
      'map',
      'no-endpoint-services',
      triple,
      'vmap to drop or reject packets to services with no endpoints',
      elements.noServices,
      1,
    ),
    setBlock(
      'map',
      'no-endpoint-nodeports',
      pair,
      'vmap to drop or reject packets to service nodeports with no endpoints',
      elements.noNodePorts,
      1,
    ),
    setBlock(
      'map',
      'firewall-ips',
      triple,
      'destinations that are subject to LoadBalancerSourceRanges',
      elements.firewall,
      1,
    ),
    setBlock('map', 'service-ips', triple, 'ClusterIP, ExternalIP and LoadBalancer IP traffic', elements.serviceIps, 1),
    setBlock('map', 'service-nodeports', pair, 'NodePort traffic', elements.nodePorts, 1),
  );
  for (const service of services) {
    if (!service.affinity) continue;
    for (const endpoint of service.endpoints) {
      out.push(
        `\tset ${endpointOf('affinity', service, endpoint)} {\n\t\ttype ${address}\n\t\tflags dynamic,timeout\n\t\ttimeout 3h\n\t}\n\n`,
      );
    }
  }
  out.push(fixedChains(options, family));
  for (const service of services) if (service.endpoints.length > 0) out.push(serviceChains(service, options, family));
  // The listing has no empty line after a table's last chain.
  const last = out.length - 1;
  out[last] = (out[last] as string).slice(0, -1);
  out.push('}\n');
  return out.join('');
}

function fixedChains({ serviceCidr }: KubeProxyNftOptions, family: 'ip' | 'ip6'): string {
  const base = (name: string, type: string, hook: string, priority: string, rules: readonly string[]) =>
    chainBlock(name, [`type ${type} hook ${hook} priority ${priority}; policy accept;`, ...rules]);
  const check = (target: string) => `ct state new jump ${target}`;
  return [
    base('filter-prerouting-pre-dnat', 'filter', 'prerouting', 'dstnat - 10', [check('firewall-check')]),
    base('filter-output-pre-dnat', 'filter', 'output', '-110', [check('firewall-check')]),
    base('filter-input', 'filter', 'input', 'filter', [
      check('nodeport-endpoints-check'),
      check('service-endpoints-check'),
    ]),
    base('filter-forward', 'filter', 'forward', 'filter', [
      check('service-endpoints-check'),
      check('cluster-ips-check'),
    ]),
    base('filter-output', 'filter', 'output', 'filter', [check('service-endpoints-check'), check('cluster-ips-check')]),
    base('nat-prerouting', 'nat', 'prerouting', 'dstnat', ['jump services']),
    base('nat-output', 'nat', 'output', '-100', ['jump services']),
    base('nat-postrouting', 'nat', 'postrouting', 'srcnat', ['jump masquerading']),
    chainBlock('cluster-ips-check', [
      `${family} daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"`,
      `${family} daddr ${serviceCidr} drop comment "Drop traffic to unallocated ClusterIPs"`,
    ]),
    chainBlock('firewall-check', [`${family} daddr . meta l4proto . th dport vmap @firewall-ips`]),
    chainBlock('mark-for-masquerade', ['meta mark set meta mark | 0x00004000']),
    chainBlock('masquerading', [
      'meta mark & 0x00004000 == 0x00000000 return',
      'meta mark set meta mark ^ 0x00004000',
      'masquerade fully-random',
    ]),
    chainBlock('nodeport-endpoints-check', [
      `${family} daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports`,
    ]),
    `\tchain reject-chain {\n\t\tcomment "helper for @no-endpoint-services / @no-endpoint-nodeports"\n\t\treject\n\t}\n\n`,
    chainBlock('services', [
      `${family} daddr . meta l4proto . th dport vmap @service-ips`,
      `${family} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`,
    ]),
    chainBlock('service-endpoints-check', [`${family} daddr . meta l4proto . th dport vmap @no-endpoint-services`]),
  ].join('');
}

function serviceChains(service: ServicePort, { clusterCidr }: KubeProxyNftOptions, family: 'ip' | 'ip6'): string {
  const out: string[] = [];
  const cluster = chainOf('service', service);
  const balance = (endpoints: readonly Endpoint[]) => {
    const targets = endpoints.map((endpoint, index) => `${index} : goto ${endpointOf('endpoint', service, endpoint)}`);
    return `numgen random mod ${endpoints.length} vmap { ${targets.join(', ')} }`;
  };
  const affine = service.affinity
    ? service.endpoints.map(
        (endpoint) =>
          `${family} saddr @${endpointOf('affinity', service, endpoint)} goto ${endpointOf('endpoint', service, endpoint)}`,
      )
    : [];
  for (const endpoint of service.endpoints) {
    const update = service.affinity ? [`update @${endpointOf('affinity', service, endpoint)} { ${family} saddr }`] : [];
    out.push(
      chainBlock(endpointOf('endpoint', service, endpoint), [
        `${family} saddr ${endpoint.ip} jump mark-for-masquerade`,
        ...update,
        `meta l4proto ${service.protocol} dnat to ${endpoint.ip}:${endpoint.port}`,
      ]),
    );
  }
  out.push(
    chainBlock(cluster, [
      `${family} daddr ${service.clusterIp} ${family} saddr != ${clusterCidr} jump mark-for-masquerade`,
      ...affine,
      balance(service.endpoints),
    ]),
  );
  if (service.nodePort !== undefined || (service.loadBalancerIps ?? []).length > 0) {
    const local = service.endpoints.filter((endpoint) => endpoint.local);
    const rules = service.externalLocal
      ? [
          `${family} saddr ${clusterCidr} goto ${cluster} comment "short-circuit pod traffic"`,
          'fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"',
          `fib saddr type local goto ${cluster} comment "short-circuit local traffic"`,
          ...(local.length > 0 ? [balance(local)] : []),
        ]
      : ['jump mark-for-masquerade', `goto ${cluster}`];
    out.push(chainBlock(chainOf('external', service), rules));
  }
  if (service.sourceRanges) {
    out.push(
      chainBlock(chainOf('firewall', service), [`${family} saddr != { ${service.sourceRanges.join(', ')} } drop`]),
    );
  }
  return out.join('');
}
