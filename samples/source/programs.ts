/**
 * The rules of the programs beside Kubernetes on a node, as their current releases write them through iptables: Docker Engine 28, ufw 0.36,
 * Tailscale, flannel, the CNI portmap plugin, Istio's sidecar. Each function adds to a file in the way the program does (insert or append).
 */
import { createHash } from 'node:crypto';
import type { SaveFile } from './save-file.ts';

export interface DockerNetwork {
  readonly bridge: string;
  readonly subnet: string;
  readonly containers: readonly { readonly ip: string; readonly ports: readonly DockerPort[] }[];
}

export interface DockerPort {
  readonly host: number;
  readonly container: number;
  /** `-p 127.0.0.1:5432:5432`. */
  readonly address?: string;
}

/** dockerd 28: DOCKER-USER and DOCKER-FORWARD at the top of FORWARD, whose policy it sets to DROP. */
export function writeDocker(file: SaveFile, networks: readonly DockerNetwork[], policyDrop = true): void {
  for (const name of ['DOCKER', 'DOCKER-BRIDGE', 'DOCKER-CT', 'DOCKER-FORWARD', 'DOCKER-INTERNAL', 'DOCKER-USER'])
    file.chain('filter', name);
  file.insert('filter', 'FORWARD', '-j DOCKER-FORWARD');
  file.insert('filter', 'FORWARD', '-j DOCKER-USER');
  for (const target of ['DOCKER-CT', 'DOCKER-INTERNAL', 'DOCKER-BRIDGE'])
    file.append('filter', 'DOCKER-FORWARD', `-j ${target}`);
  if (policyDrop) file.policy('filter', 'FORWARD', 'DROP');
  file.chain('nat', 'DOCKER');
  file.append('nat', 'PREROUTING', '-m addrtype --dst-type LOCAL -j DOCKER');
  file.append('nat', 'OUTPUT', '! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER');
  for (const network of [...networks].reverse()) {
    const { bridge, subnet, containers } = network;
    file.append('filter', 'DOCKER-CT', `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`, 0.4);
    file.append('filter', 'DOCKER-BRIDGE', `-o ${bridge} -j DOCKER`, 0.3);
    file.append('filter', 'DOCKER-FORWARD', `-i ${bridge} -j ACCEPT`, 0.6);
    file.append('nat', 'POSTROUTING', `-s ${subnet} ! -o ${bridge} -j MASQUERADE`, 0.03);
    for (const { ip, ports } of containers) {
      for (const port of ports) writeDockerPort(file, bridge, ip, port);
      if (ports.length > 0) file.append('raw', 'PREROUTING', `-d ${ip}/32 ! -i ${bridge} -j DROP`, 0.0001);
    }
  }
  for (const { bridge } of [...networks].reverse())
    file.append('filter', 'DOCKER', `! -i ${bridge} -o ${bridge} -j DROP`, 0.0005);
}

function writeDockerPort(file: SaveFile, bridge: string, ip: string, { host, container, address }: DockerPort): void {
  file.append(
    'filter',
    'DOCKER',
    `-d ${ip}/32 ! -i ${bridge} -o ${bridge} -p tcp -m tcp --dport ${container} -j ACCEPT`,
    0.4,
  );
  const match = address ? `-d ${address}/32 ! -i ${bridge} -p tcp` : `! -i ${bridge} -p tcp`;
  file.append('nat', 'DOCKER', `${match} -m tcp --dport ${host} -j DNAT --to-destination ${ip}:${container}`, 0.3);
  if (address === '127.0.0.1')
    file.append('raw', 'PREROUTING', `-d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport ${host} -j DROP`, 0);
}

/** ufw: its chains, its jumps at the end of the built-in chains, DROP policies. `allowed` are user rules (`ufw allow 22/tcp`). */
export function writeUfw(file: SaveFile, allowed: readonly string[]): void {
  for (const hook of ['input', 'forward', 'output'] as const) {
    const chain = hook.toUpperCase();
    for (const part of [
      `before-logging-${hook}`,
      `before-${hook}`,
      `after-${hook}`,
      `after-logging-${hook}`,
      `reject-${hook}`,
      `track-${hook}`,
    ]) {
      file.chain('filter', `ufw-${part}`);
      file.append('filter', chain, `-j ufw-${part}`);
    }
    file.chain('filter', `ufw-user-${hook}`);
    file.chain('filter', `ufw-user-logging-${hook}`);
    file.append('filter', `ufw-skip-to-policy-${hook}`, hook === 'output' ? '-j ACCEPT' : '-j DROP', 1);
  }
  file.policy('filter', 'INPUT', 'DROP');
  file.policy('filter', 'FORWARD', 'DROP');
  const block = '-m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "';
  file.append('filter', 'ufw-after-logging-input', block);
  file.append('filter', 'ufw-after-logging-forward', block);
  writeUfwBefore(file);
  for (const rule of [
    '-p udp -m udp --dport 137',
    '-p udp -m udp --dport 138',
    '-p tcp -m tcp --dport 139',
    '-p tcp -m tcp --dport 445',
    '-p udp -m udp --dport 67',
    '-p udp -m udp --dport 68',
    '-m addrtype --dst-type BROADCAST',
  ]) {
    file.append('filter', 'ufw-after-input', `${rule} -j ufw-skip-to-policy-input`, 0.04);
  }
  for (const rule of allowed) file.append('filter', 'ufw-user-input', `${rule} -j ACCEPT`, 0.2);
  file.append('filter', 'ufw-user-limit', '-m limit --limit 3/min -j LOG --log-prefix "[UFW LIMIT BLOCK] "');
  file.append('filter', 'ufw-user-limit', '-j REJECT --reject-with icmp-port-unreachable');
  file.append('filter', 'ufw-user-limit-accept', '-j ACCEPT');
}

function writeUfwBefore(file: SaveFile): void {
  const [before, established] = ['ufw-before-input', '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'];
  file.append('filter', before, '-i lo -j ACCEPT', 0.1);
  file.append('filter', before, established);
  file.append('filter', before, '-m conntrack --ctstate INVALID -j ufw-logging-deny');
  file.append('filter', before, '-m conntrack --ctstate INVALID -j DROP');
  for (const type of [3, 11, 12, 8])
    file.append('filter', before, `-p icmp -m icmp --icmp-type ${type} -j ACCEPT`, 0.01);
  file.append('filter', before, '-p udp -m udp --sport 67 --dport 68 -j ACCEPT', 0.002);
  file.append('filter', before, '-j ufw-not-local');
  file.append('filter', before, '-d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT', 0.01);
  file.append('filter', before, '-d 239.255.255.250/32 -p udp -m udp --dport 1900 -j ACCEPT', 0.01);
  file.append('filter', before, '-j ufw-user-input');
  file.append('filter', 'ufw-before-forward', established);
  for (const type of [3, 11, 12, 8])
    file.append('filter', 'ufw-before-forward', `-p icmp -m icmp --icmp-type ${type} -j ACCEPT`, 0.001);
  file.append('filter', 'ufw-before-forward', '-j ufw-user-forward');
  file.append('filter', 'ufw-before-output', '-o lo -j ACCEPT', 0.1);
  file.append('filter', 'ufw-before-output', established);
  file.append('filter', 'ufw-before-output', '-j ufw-user-output');
  file.append(
    'filter',
    'ufw-logging-allow',
    '-m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW ALLOW] "',
  );
  file.append(
    'filter',
    'ufw-logging-deny',
    '-m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN',
    1,
  );
  file.append(
    'filter',
    'ufw-logging-deny',
    '-m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "',
  );
  for (const type of ['LOCAL', 'MULTICAST', 'BROADCAST']) {
    file.append('filter', 'ufw-not-local', `-m addrtype --dst-type ${type} -j RETURN`, type === 'LOCAL' ? 0.95 : 0.5);
  }
  file.append('filter', 'ufw-not-local', '-m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny', 1);
  file.append('filter', 'ufw-not-local', '-j DROP', 1);
  file.append('filter', 'ufw-track-output', '-p tcp -m conntrack --ctstate NEW -j ACCEPT', 0.6);
  file.append('filter', 'ufw-track-output', '-p udp -m conntrack --ctstate NEW -j ACCEPT', 0.9);
}

/** tailscaled with `--netfilter-mode=on`: jumps inserted at the top once. */
export function writeTailscale(file: SaveFile, address: string): void {
  for (const [table, chain, name] of [
    ['filter', 'INPUT', 'ts-input'],
    ['filter', 'FORWARD', 'ts-forward'],
    ['nat', 'POSTROUTING', 'ts-postrouting'],
  ] as const) {
    file.chain(table, name);
    file.insert(table, chain, `-j ${name}`);
  }
  file.append('filter', 'ts-input', `-s ${address}/32 -i lo -j ACCEPT`, 0.0002);
  file.append('filter', 'ts-input', '-s 100.115.92.0/23 ! -i tailscale0 -j RETURN', 0);
  file.append('filter', 'ts-input', '-s 100.64.0.0/10 ! -i tailscale0 -j DROP', 0);
  file.append('filter', 'ts-input', '-i tailscale0 -j ACCEPT', 0.02);
  file.append('filter', 'ts-input', '-p udp -m udp --dport 41641 -j ACCEPT', 0.03);
  file.append('filter', 'ts-forward', '-i tailscale0 -j MARK --set-xmark 0x40000/0xff0000', 0.03);
  file.append('filter', 'ts-forward', '-m mark --mark 0x40000/0xff0000 -j ACCEPT', 0.03);
  file.append('filter', 'ts-forward', '-s 100.64.0.0/10 -o tailscale0 -j DROP', 0);
  file.append('filter', 'ts-forward', '-o tailscale0 -j ACCEPT', 0.03);
  file.append('nat', 'ts-postrouting', '-m mark --mark 0x40000/0xff0000 -j MASQUERADE', 0.01);
}

/** flanneld since 0.22. */
export function writeFlannel(file: SaveFile, cluster: string, node: string): void {
  file.chain('nat', 'FLANNEL-POSTRTG');
  file.append('nat', 'POSTROUTING', '-m comment --comment "flanneld masq" -j FLANNEL-POSTRTG');
  const masq = (text: string, share?: number) => {
    const [match, target] = text.split(' => ') as [string, string];
    file.append('nat', 'FLANNEL-POSTRTG', `${match} -m comment --comment "flanneld masq" -j ${target}`.trim(), share);
  };
  file.append(
    'nat',
    'FLANNEL-POSTRTG',
    '-m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
    0.02,
  );
  masq(`-s ${node} -d ${cluster} => RETURN`, 0.4);
  masq(`-s ${cluster} -d ${node} => RETURN`, 0.2);
  masq(`! -s ${cluster} -d ${node} => RETURN`, 0.1);
  masq(`-s ${cluster} ! -d 224.0.0.0/4 => MASQUERADE --random-fully`, 0.5);
  masq(`! -s ${cluster} -d ${cluster} => MASQUERADE --random-fully`, 0.02);
  file.chain('filter', 'FLANNEL-FWD');
  file.append('filter', 'FORWARD', '-m comment --comment "flanneld forward" -j FLANNEL-FWD');
  file.append('filter', 'FLANNEL-FWD', `-s ${cluster} -m comment --comment "flanneld forward" -j ACCEPT`, 0.9);
  file.append('filter', 'FLANNEL-FWD', `-d ${cluster} -m comment --comment "flanneld forward" -j ACCEPT`, 0.99);
}

export interface HostPort {
  readonly network: string;
  readonly containerId: string;
  readonly ip: string;
  readonly host: number;
  readonly container: number;
}

/** The CNI portmap plugin 1.x. */
export function writePortmap(file: SaveFile, ports: readonly HostPort[], podCidr: string): void {
  for (const chain of ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-MASQ', 'CNI-HOSTPORT-SETMARK']) file.chain('nat', chain);
  file.append('nat', 'PREROUTING', '-m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT');
  file.append('nat', 'OUTPUT', '-m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT');
  file.insert('nat', 'POSTROUTING', '-m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ');
  file.append('nat', 'CNI-HOSTPORT-MASQ', '-m mark --mark 0x2000/0x2000 -j MASQUERADE', 0.01);
  file.append(
    'nat',
    'CNI-HOSTPORT-SETMARK',
    '-m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000',
  );
  for (const port of ports) {
    const hash = createHash('sha512').update(`${port.network}${port.containerId}`).digest('hex');
    const chain = `CNI-DN-${hash.slice(0, 21)}`;
    const comment = `dnat name: \\"${port.network}\\" id: \\"${port.containerId}\\"`;
    file.append(
      'nat',
      'CNI-HOSTPORT-DNAT',
      `-p tcp -m comment --comment "${comment}" -m multiport --dports ${port.host} -j ${chain}`,
    );
    const tcp = `-p tcp -m tcp --dport ${port.host}`;
    file.append('nat', chain, `-s ${podCidr} ${tcp} -j CNI-HOSTPORT-SETMARK`, 0.02);
    file.append('nat', chain, `-s 127.0.0.1/32 ${tcp} -j CNI-HOSTPORT-SETMARK`, 0.01);
    file.append('nat', chain, `${tcp} -j DNAT --to-destination ${port.ip}:${port.container}`);
  }
}

/** istio-init in a pod's network namespace, with DNS capture; `runs` greater than one: the rules were added again (two plugins). */
export function writeIstio(file: SaveFile, runs: number): void {
  for (const chain of ['ISTIO_INBOUND', 'ISTIO_REDIRECT', 'ISTIO_IN_REDIRECT', 'ISTIO_OUTPUT'])
    file.chain('nat', chain);
  file.append('nat', 'ISTIO_REDIRECT', '-p tcp -j REDIRECT --to-ports 15001', 1);
  file.append('nat', 'ISTIO_IN_REDIRECT', '-p tcp -j REDIRECT --to-ports 15006', 1);
  for (let run = 0; run < runs; run++) {
    file.append('nat', 'PREROUTING', '-p tcp -j ISTIO_INBOUND', 0.95);
    file.append('nat', 'OUTPUT', '-j ISTIO_OUTPUT');
  }
  for (const [port, share] of [
    [15008, 0.001],
    [15090, 0.12],
    [15021, 0.3],
    [15020, 0.2],
  ] as const) {
    file.append('nat', 'ISTIO_INBOUND', `-p tcp -m tcp --dport ${port} -j RETURN`, share);
  }
  file.append('nat', 'ISTIO_INBOUND', '-p tcp -j ISTIO_IN_REDIRECT', 1);
  const out = (text: string, share: number) => file.append('nat', 'ISTIO_OUTPUT', text, share);
  out('-s 127.0.0.6/32 -o lo -j RETURN', 0.2);
  for (const who of ['uid', 'gid']) {
    out(`! -d 127.0.0.1/32 -o lo -p tcp -m tcp ! --dport 53 -m owner --${who}-owner 1337 -j ISTIO_IN_REDIRECT`, 0.01);
    out(`-o lo -p tcp -m tcp ! --dport 53 -m owner ! --${who}-owner 1337 -j RETURN`, 0.03);
    out(`-m owner --${who}-owner 1337 -j RETURN`, who === 'uid' ? 0.5 : 0);
  }
  out('-d 10.96.0.10/32 -p tcp -m tcp --dport 53 -j REDIRECT --to-ports 15053', 0.01);
  out('-d 127.0.0.1/32 -j RETURN', 0.02);
  out('-j ISTIO_REDIRECT', 1);
  for (const who of ['uid', 'gid'])
    file.append('nat', 'OUTPUT', `-p udp -m udp --dport 53 -m owner --${who}-owner 1337 -j RETURN`, 0.01);
  file.append('nat', 'OUTPUT', '-d 10.96.0.10/32 -p udp -m udp --dport 53 -j REDIRECT --to-ports 15053', 0.3);
  for (const who of ['uid', 'gid'])
    file.append('raw', 'OUTPUT', `-p udp -m udp --dport 53 -m owner --${who}-owner 1337 -j CT --zone 1`, 0.02);
  file.append('raw', 'OUTPUT', '-p udp -m udp --sport 15053 -m owner --uid-owner 1337 -j CT --zone 2', 0.02);
  file.append('raw', 'OUTPUT', '-p udp -m udp --sport 15053 -m owner --gid-owner 1337 -j CT --zone 2', 0);
  file.append('raw', 'OUTPUT', '-d 10.96.0.10/32 -p udp -m udp --dport 53 -j CT --zone 2', 0.02);
  file.append('raw', 'PREROUTING', '-s 10.96.0.10/32 -p udp -m udp --sport 53 -j CT --zone 1', 0.02);
}
