/**
 * The rules that kube-proxy writes for a list of Services: iptables mode as of Kubernetes 1.28 to 1.33 (pkg/proxy/iptables/proxier.go)
 * and nftables mode as of 1.31 (pkg/proxy/nftables/proxier.go), with its own names for chains: hashes are computed as it does.
 * Not written: nfacct counters, localhost node ports, IPVS mode.
 */
import { createHash } from 'node:crypto';
import type { SaveFile } from './save-file.ts';
import type { Endpoint, ServicePort } from './services.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first `length` characters of the base32 form of the text's SHA-256. */
export function hash32(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of digest) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      out += BASE32[(value >>> (bits - 5)) & 31];
      bits -= 5;
      if (out.length === length) return out;
    }
  }
  return out;
}

/** `shop/frontend:http`. */
export function servicePortName(service: ServicePort): string {
  const name = `${service.namespace}/${service.name}`;
  return service.portName === '' ? name : `${name}:${service.portName}`;
}

/** How iptables prints a probability of 1/n: the kernel keeps 31 bits. */
export function probability(n: number): string {
  return (Math.round(0x80000000 * Number((1 / n).toFixed(10))) / 0x80000000).toFixed(11);
}

export interface KubeProxyOptions {
  readonly clusterCidr: string;
  /** Where KUBE-FIREWALL's and the hint chains come from: kubelet runs beside it. */
  readonly kubelet?: boolean;
  readonly family?: 'ip' | 'ip6';
}

/** Writes kube-proxy's chains and puts its jumps at the top of the built-in chains, as its first sync does. */
export function writeKubeProxy(file: SaveFile, services: readonly ServicePort[], options: KubeProxyOptions): void {
  const { family = 'ip', kubelet = true } = options;
  if (kubelet) writeKubelet(file, family);
  for (const table of ['mangle', 'filter', 'nat'] as const) file.chain(table, 'KUBE-PROXY-CANARY');
  writeFilter(file, services, family);
  writeNat(file, services, options);
}

/** kubelet since 1.28 (IPTablesOwnershipCleanup): hint and canary chains, KUBE-FIREWALL. */
export function writeKubelet(file: SaveFile, family: 'ip' | 'ip6' = 'ip'): void {
  for (const table of ['mangle', 'filter', 'nat'] as const) file.chain(table, 'KUBE-KUBELET-CANARY');
  file.chain('mangle', 'KUBE-IPTABLES-HINT');
  file.chain('filter', 'KUBE-FIREWALL');
  if (family === 'ip') {
    file.append(
      'filter',
      'KUBE-FIREWALL',
      '! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
      0,
    );
  }
  file.insert('filter', 'OUTPUT', '-j KUBE-FIREWALL');
  file.insert('filter', 'INPUT', '-j KUBE-FIREWALL');
}

function writeFilter(file: SaveFile, services: readonly ServicePort[], family: 'ip' | 'ip6'): void {
  const fresh = '-m conntrack --ctstate NEW ';
  const jumps: readonly (readonly [string, string, string, string])[] = [
    ['INPUT', fresh, 'kubernetes externally-visible service portals', 'KUBE-EXTERNAL-SERVICES'],
    ['INPUT', '', 'kubernetes health check service ports', 'KUBE-NODEPORTS'],
    ['INPUT', fresh, 'kubernetes load balancer firewall', 'KUBE-PROXY-FIREWALL'],
    ['FORWARD', fresh, 'kubernetes externally-visible service portals', 'KUBE-EXTERNAL-SERVICES'],
    ['FORWARD', fresh, 'kubernetes service portals', 'KUBE-SERVICES'],
    ['FORWARD', '', 'kubernetes forwarding rules', 'KUBE-FORWARD'],
    ['FORWARD', fresh, 'kubernetes load balancer firewall', 'KUBE-PROXY-FIREWALL'],
    ['OUTPUT', fresh, 'kubernetes service portals', 'KUBE-SERVICES'],
    ['OUTPUT', fresh, 'kubernetes load balancer firewall', 'KUBE-PROXY-FIREWALL'],
  ];
  for (const [chain, match, comment, target] of jumps) {
    file.chain('filter', target);
    file.insert('filter', chain, `${match}-m comment --comment "${comment}" -j ${target}`);
  }
  file.append('filter', 'KUBE-FORWARD', '-m conntrack --ctstate INVALID -j DROP');
  file.append(
    'filter',
    'KUBE-FORWARD',
    '-m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
  );
  file.append(
    'filter',
    'KUBE-FORWARD',
    '-m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  );
  for (const service of services) writeServiceFilter(file, service, family);
}

function writeServiceFilter(file: SaveFile, service: ServicePort, family: 'ip' | 'ip6'): void {
  const name = servicePortName(service);
  const { protocol, port } = service;
  const host = family === 'ip' ? '/32' : '/128';
  const icmp = family === 'ip' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable';
  if (service.endpoints.length === 0) {
    const reject = `-m comment --comment "${name} has no endpoints"`;
    file.append(
      'filter',
      'KUBE-SERVICES',
      `-d ${service.clusterIp}${host} -p ${protocol} ${reject} -m ${protocol} --dport ${port} -j REJECT --reject-with ${icmp}`,
    );
    if (service.nodePort !== undefined) {
      file.append(
        'filter',
        'KUBE-EXTERNAL-SERVICES',
        `-p ${protocol} ${reject} -m addrtype --dst-type LOCAL -m ${protocol} --dport ${service.nodePort} -j REJECT --reject-with ${icmp}`,
      );
    }
  }
  if (service.externalLocal && service.endpoints.length > 0 && !service.endpoints.some(({ local }) => local)) {
    for (const ip of service.loadBalancerIps ?? []) {
      file.append(
        'filter',
        'KUBE-EXTERNAL-SERVICES',
        `-d ${ip}${host} -p ${protocol} -m comment --comment "${name} has no local endpoints" -m ${protocol} --dport ${port} -j DROP`,
      );
    }
  }
  if (service.sourceRanges) {
    for (const ip of service.loadBalancerIps ?? []) {
      const rest = `-m comment --comment "${name} traffic not accepted by KUBE-FW-${serviceHash(service)}"`;
      file.append(
        'filter',
        'KUBE-PROXY-FIREWALL',
        `-d ${ip}${host} -p ${protocol} ${rest} -m ${protocol} --dport ${port} -j DROP`,
      );
    }
  }
}

function writeNat(file: SaveFile, services: readonly ServicePort[], options: KubeProxyOptions): void {
  const portals = '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES';
  for (const name of ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ']) file.chain('nat', name);
  file.insert('nat', 'PREROUTING', portals);
  file.insert('nat', 'OUTPUT', portals);
  file.insert('nat', 'POSTROUTING', '-m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING');
  file.append('nat', 'KUBE-POSTROUTING', '-m mark ! --mark 0x4000/0x4000 -j RETURN');
  file.append('nat', 'KUBE-POSTROUTING', '-j MARK --set-xmark 0x4000/0x0');
  file.append(
    'nat',
    'KUBE-POSTROUTING',
    '-m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
  );
  file.append('nat', 'KUBE-MARK-MASQ', '-j MARK --set-xmark 0x4000/0x4000');
  for (const service of services) if (service.endpoints.length > 0) writeServiceNat(file, service, options);
  const local = options.family === 'ip6' ? '! -d ::1/128 ' : '';
  file.append(
    'nat',
    'KUBE-SERVICES',
    `${local}-m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
  );
}

function serviceHash(service: ServicePort): string {
  return hash32(servicePortName(service) + service.protocol, 16);
}

function writeServiceNat(file: SaveFile, service: ServicePort, { clusterCidr, family = 'ip' }: KubeProxyOptions): void {
  const name = servicePortName(service);
  const { protocol, port } = service;
  const hash = serviceHash(service);
  const host = family === 'ip' ? '/32' : '/128';
  const cluster = `KUBE-SVC-${hash}`;
  const clusterMatch = `-d ${service.clusterIp}${host} -p ${protocol} -m comment --comment "${name} cluster IP" -m ${protocol} --dport ${port}`;
  file.append('nat', 'KUBE-SERVICES', `${clusterMatch} -j ${cluster}`);
  file.append('nat', cluster, `! -s ${clusterCidr} ${clusterMatch} -j KUBE-MARK-MASQ`);
  writeBalancing(file, cluster, service, service.endpoints);
  for (const endpoint of service.endpoints) writeEndpoint(file, service, endpoint, host);
  const external = service.nodePort !== undefined || (service.loadBalancerIps ?? []).length > 0;
  if (external) writeExternal(file, service, hash, clusterCidr, host);
}

function writeExternal(file: SaveFile, service: ServicePort, hash: string, clusterCidr: string, host: string): void {
  const name = servicePortName(service);
  const { protocol, port } = service;
  const [chain, cluster] = [`KUBE-EXT-${hash}`, `KUBE-SVC-${hash}`];
  for (const ip of service.loadBalancerIps ?? []) {
    const target = service.sourceRanges ? `KUBE-FW-${hash}` : chain;
    file.chain('nat', target);
    file.append(
      'nat',
      'KUBE-SERVICES',
      `-d ${ip}${host} -p ${protocol} -m comment --comment "${name} loadbalancer IP" -m ${protocol} --dport ${port} -j ${target}`,
    );
  }
  for (const range of service.sourceRanges ?? []) {
    file.append('nat', `KUBE-FW-${hash}`, `-s ${range} -m comment --comment "${name} loadbalancer IP" -j ${chain}`);
  }
  if (service.sourceRanges) {
    file.append(
      'nat',
      `KUBE-FW-${hash}`,
      `-m comment --comment "other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL"`,
    );
  }
  if (service.nodePort !== undefined) {
    file.append(
      'nat',
      'KUBE-NODEPORTS',
      `-p ${protocol} -m comment --comment "${name}" -m ${protocol} --dport ${service.nodePort} -j ${chain}`,
    );
  }
  if (!service.externalLocal) {
    file.append(
      'nat',
      chain,
      `-m comment --comment "masquerade traffic for ${name} external destinations" -j KUBE-MARK-MASQ`,
      1,
    );
    file.append('nat', chain, `-j ${cluster}`);
    return;
  }
  const local = '-m addrtype --src-type LOCAL';
  file.append(
    'nat',
    chain,
    `-s ${clusterCidr} -m comment --comment "pod traffic for ${name} external destinations" -j ${cluster}`,
  );
  file.append(
    'nat',
    chain,
    `-m comment --comment "masquerade LOCAL traffic for ${name} external destinations" ${local} -j KUBE-MARK-MASQ`,
  );
  file.append(
    'nat',
    chain,
    `-m comment --comment "route LOCAL traffic for ${name} external destinations" ${local} -j ${cluster}`,
  );
  const localEndpoints = service.endpoints.filter((endpoint) => endpoint.local);
  if (localEndpoints.length === 0) return;
  const localChain = `KUBE-SVL-${hash}`;
  file.append('nat', chain, `-j ${localChain}`);
  file.append(
    'nat',
    localChain,
    `! -s ${clusterCidr} -d ${service.clusterIp}${host} -p ${protocol} -m comment --comment "${name} cluster IP" -m ${protocol} --dport ${port} -j KUBE-MARK-MASQ`,
  );
  writeBalancing(file, localChain, service, localEndpoints);
}

function endpointChain(service: ServicePort, endpoint: Endpoint): string {
  return `KUBE-SEP-${hash32(`${servicePortName(service)}${service.protocol}${socket(endpoint)}`, 16)}`;
}

function socket({ ip, port }: Endpoint): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function writeBalancing(file: SaveFile, chain: string, service: ServicePort, endpoints: readonly Endpoint[]): void {
  const name = servicePortName(service);
  if (service.affinity) {
    for (const endpoint of endpoints) {
      const target = endpointChain(service, endpoint);
      const recent = `-m recent --rcheck --seconds 10800 --reap --name ${target} --mask 255.255.255.255 --rsource`;
      file.append('nat', chain, `-m comment --comment "${name} -> ${socket(endpoint)}" ${recent} -j ${target}`, 0.3);
    }
  }
  endpoints.forEach((endpoint, index) => {
    const left = endpoints.length - index;
    const random = left > 1 ? ` -m statistic --mode random --probability ${probability(left)}` : '';
    file.append(
      'nat',
      chain,
      `-m comment --comment "${name} -> ${socket(endpoint)}"${random} -j ${endpointChain(service, endpoint)}`,
    );
  });
}

function writeEndpoint(file: SaveFile, service: ServicePort, endpoint: Endpoint, host: string): void {
  const chain = endpointChain(service, endpoint);
  const name = servicePortName(service);
  const recent = service.affinity ? ` -m recent --set --name ${chain} --mask 255.255.255.255 --rsource` : '';
  file.append('nat', chain, `-s ${endpoint.ip}${host} -m comment --comment "${name}" -j KUBE-MARK-MASQ`);
  file.append(
    'nat',
    chain,
    `-p ${service.protocol} -m comment --comment "${name}"${recent} -m ${service.protocol} -j DNAT --to-destination ${socket(endpoint)}`,
  );
}
