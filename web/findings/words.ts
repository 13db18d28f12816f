/** Names for people in findings: programs, chains, lists. English, plain text; whoever shows it escapes it. */
import type { Backend } from '../model/hook.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import { type OwnerId, UNKNOWN } from '../owners/owner.ts';

/** A program, whatever its mode: `kube-proxy-iptables` and `kube-proxy-nftables` are both `kube-proxy`. */
export type Program = string;

/** Owners whose program is more than their id without the mode's suffix. */
const PROGRAM_NAMES: ReadonlyMap<string, string> = new Map([
  ['antrea', 'Antrea'],
  ['aws-vpc-cni', 'AWS VPC CNI'],
  ['azure-cni', 'Azure CNI'],
  ['calico', 'Calico'],
  ['cilium', 'Cilium'],
  ['cni-firewall', 'CNI firewall'],
  ['cni-ipmasq', 'CNI ipMasq'],
  ['cni-portmap', 'CNI portmap'],
  ['crowdsec', 'CrowdSec'],
  ['csf', 'CSF'],
  ['docker', 'Docker'],
  ['egressgateway', 'EgressGateway'],
  ['flannel', 'Flannel'],
  ['gke', 'GKE'],
  ['incus', 'Incus'],
  ['istio', 'Istio'],
  ['kilo', 'Kilo'],
  ['kubeedge', 'KubeEdge'],
  ['kubespan', 'KubeSpan'],
  ['kuma', 'Kuma'],
  ['linkerd', 'Linkerd'],
  ['lxd', 'LXD'],
  ['metallb', 'MetalLB'],
  ['microk8s', 'MicroK8s'],
  ['multus', 'Multus'],
  ['netavark', 'Podman'],
  ['networkmanager-shared', 'NetworkManager'],
  ['neutron', 'Neutron'],
  ['nodelocaldns', 'NodeLocal DNSCache'],
  ['openwrt', 'OpenWrt'],
  ['ovn-kubernetes', 'OVN-Kubernetes'],
  ['proxmox', 'Proxmox'],
  ['shorewall', 'Shorewall'],
  ['submariner', 'Submariner'],
  ['systemd-nat', 'systemd'],
  ['tailscale', 'Tailscale'],
  ['weave', 'Weave'],
  ['unknown', 'an unknown writer'],
  ['user', 'an unknown writer'],
]);

const SAME_PROGRAM: ReadonlyMap<OwnerId, Program> = new Map([
  ['openwrt-fw4', 'openwrt'],
  ['openwrt-fw3', 'openwrt'],
  ['istio-sidecar', 'istio'],
  ['istio-ambient', 'istio'],
  ['user', UNKNOWN],
  ['user-nft', UNKNOWN],
]);

/** Not programs that want something, but the backend that keeps the table. */
const BACKEND_OWNERS: ReadonlySet<OwnerId> = new Set(['iptables-nft', 'iptables-legacy']);

/** The program behind an owner; the backends (`iptables-nft`) and `unknown` count as the unknown one. */
export function programOf(owner: OwnerId): Program {
  if (BACKEND_OWNERS.has(owner)) return UNKNOWN;
  const same = SAME_PROGRAM.get(owner);
  if (same !== undefined) return same;
  return owner.replace(/-(iptables|nftables|ipvs|ebpf|firewalld)$/, '');
}

/** Programs that are made for each other count as one where order is concerned: kubelet's few rules serve kube-proxy's. */
export function suiteOf(program: Program): Program {
  return program === 'kubelet' ? 'kube-proxy' : program;
}

/** `Calico`, `kube-proxy`, `an unknown writer`. */
export function programName(program: Program): string {
  return PROGRAM_NAMES.get(program) ?? program;
}

/** As programName, at the start of a sentence. Names of programs keep their spelling (`kube-proxy`). */
export function programNameFirst(program: Program): string {
  return program === UNKNOWN ? 'An unknown writer' : programName(program);
}

const MODES: readonly [string, string][] = [
  ['-iptables', ' (iptables)'],
  ['-nftables', ' (nftables)'],
  ['-ipvs', ' (IPVS)'],
  ['-ebpf', ' (eBPF)'],
];

/** With the mode where the owner has one: `kube-proxy (nftables)`. */
export function ownerName(owner: OwnerId): string {
  const mode = MODES.find(([suffix]) => owner.endsWith(suffix))?.[1] ?? '';
  return `${programName(programOf(owner))}${mode}`;
}

/** `ip filter FORWARD`, with the backend where both iptables backends may be meant. */
export function chainName(chain: Chain): string {
  const legacy = chain.table.backend === 'iptables-legacy' ? ' (legacy)' : '';
  return `${chain.table.family} ${chain.table.name} ${chain.name}${legacy}`;
}

/** For a finding's id: no spaces, tells the backends apart. */
export function chainKey(chain: Chain): string {
  const legacy = chain.table.backend === 'iptables-legacy' ? '.legacy' : '';
  return `${chain.table.family}.${chain.table.name}.${chain.name}${legacy}`;
}

/** `rule 4 of ip filter FORWARD`. */
export function ruleName(rule: Rule): string {
  return `rule ${rule.index} of ${chainName(rule.chain)}`;
}

/** `a`, `a and b`, `a, b and c`; more than `most` are counted: `a, b and 7 more`. */
export function joinWords(words: readonly string[], most = 4): string {
  const shown = words.length > most ? words.slice(0, most - 1) : words;
  const rest = words.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown;
  if (parts.length <= 1) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `1 rule`, `3,204 rules`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${thousands(n)} ${n === 1 ? one : many}`;
}

/** With English thousands separators, independent of the machine's language. */
export function thousands(n: number): string {
  const digits = String(n);
  let out = '';
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % 3 === 0) out += ',';
    out += digits[i];
  }
  return out;
}

/** A mark in the spelling of nft and iptables: `0x4000`. */
export function hex(mark: number): string {
  return `0x${(mark >>> 0).toString(16)}`;
}

/** How people call the side of a kernel that runs a backend. */
export function backendName(backend: Backend): string {
  switch (backend) {
    case 'iptables-legacy':
      return 'iptables-legacy';
    case 'iptables-nft':
      return 'iptables-nft';
    case 'iptables':
      return 'iptables';
    case 'nft':
      return 'nftables';
  }
}
