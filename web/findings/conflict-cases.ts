/**
 * The samples of the known conflicts: for each entry of the catalogue a node that shows it, and one that a tool would flag that looks at names only.
 *
 * The listings are in cases/ENTRY/positive.* and negative.*, as the real tools print them: `.iptables` is iptables-nft-save's, `.legacy.iptables`
 * iptables-legacy-save's, `.nft` nft's, `.ipset` ipset's. Several of one sample are one node. Those of `kube-proxy-linear` are made here: a thousand
 * Services are no reading matter. `npm run test:kernel` loads all of them.
 */
import type { FindingSeverity } from './finding.ts';

export interface ConflictCase {
  /** Of the catalogue; the folder in cases/. */
  readonly id: string;
  /** Of the worst finding that names the entry, before anything is proved. */
  readonly severity: FindingSeverity;
  readonly shows: string;
  /** What the negative has in common with it, and what is different. */
  readonly naive: string;
}

export const CONFLICT_CASES: readonly ConflictCase[] = [
  {
    id: 'calico-insert-vs-everyone',
    severity: 'warning',
    shows: 'an accept for a backup network stands above the jump to cali-FORWARD',
    naive: 'Calico and kube-proxy meet on the same hooks, but in tables of their own',
  },
  {
    id: 'calico-accept-shadows-kube-reject',
    severity: 'warning',
    shows: 'cali-FORWARD accepts by interface above KUBE-SERVICES, which rejects for a Service without endpoints',
    naive: 'cali-FORWARD stands above the same reject, but only marks; its accept is the last rule',
  },
  {
    id: 'calico-append-vs-firewalld-reject',
    severity: 'error',
    shows: "firewalld's final reject stands above Calico's appended accept",
    naive: 'the same two rules, the reject behind the accept',
  },
  {
    id: 'firewalld-nft-later-chain-drops',
    severity: 'warning',
    shows: "firewalld's chain at filter + 10 rejects what Calico has accepted at filter",
    naive: 'the chain ends in the same reject, but cali+ and tunl0 are in the trusted zone',
  },
  {
    id: 'lxd-accept-docker-policy-drop',
    severity: 'warning',
    shows: "LXD accepts lxdbr0 in its own table, Docker's FORWARD drops it by its policy",
    naive: 'the policy and both tables are the same, but DOCKER-USER lets lxdbr0 through',
  },
  {
    id: 'docker-drop-libvirt',
    severity: 'warning',
    shows: "libvirt accepts virbr0 in ip libvirt_network, Docker's FORWARD drops it by its policy",
    naive: "policy drop and rejects of libvirt in one chain, where libvirt's accepts stand first",
  },
  {
    id: 'docker-drop-kubernetes',
    severity: 'warning',
    shows: "FORWARD has Docker's DROP policy, and nobody accepts for the pods",
    naive: 'the same policy, and FLANNEL-FWD accepts the pod network',
  },
  {
    id: 'flannel-fwd-accept-bypasses-policy',
    severity: 'warning',
    shows: 'FLANNEL-FWD accepts the pod network above cali-FORWARD',
    naive: 'FLANNEL-FWD accepts the same below cali-FORWARD',
  },
  {
    id: 'portmap-captures-service',
    severity: 'warning',
    shows: 'CNI-HOSTPORT-DNAT stands above KUBE-SERVICES on a node with IPVS, hostPort 443',
    naive: 'the same hostPort below KUBE-SERVICES, in iptables mode',
  },
  {
    id: 'portmap-not-restored-after-flush',
    severity: 'warning',
    shows: "a hostPort's chain and its siblings are declared and empty, kube-proxy's are full",
    naive: 'CNI-HOSTPORT-DNAT is empty, because no pod has a hostPort any more',
  },
  {
    id: 'firewalld-reload-flush',
    severity: 'warning',
    shows: "docker0 and a bridge are in firewalld's zone docker, ip nat and ip filter are empty",
    naive: "the same zone, and Docker's chains are there",
  },
  {
    id: 'nft-flush-ruleset',
    severity: 'warning',
    shows: "nftables.conf holds flush ruleset, and the node has Docker's rules in nf_tables",
    naive: 'the words stand in a comment, and only its own table is flushed',
  },
  {
    id: 'ufw-docker-bypass',
    severity: 'warning',
    shows: 'Docker publishes TCP 8080 and accepts above ufw',
    naive: 'the same ports and order, but DOCKER-USER asks ufw-user-forward and drops the rest',
  },
  {
    id: 'fail2ban-wrong-chain',
    severity: 'warning',
    shows: 'bans for TCP 80 and 443 in INPUT, both ports published by Docker',
    naive: 'bans in INPUT and published ports, but the bans are for SSH on the host',
  },
  {
    id: 'docker28-raw-direct-access',
    severity: 'warning',
    shows: 'raw drops 172.17.0.2 from everything but docker0, on a node with Tailscale',
    naive: 'the same drop behind an accept for tailscale0 (trusted_host_interfaces)',
  },
  {
    id: 'docker-append-behind-drop',
    severity: 'error',
    shows: "an administrator's DROP of everything stands above the jumps to Docker's chains",
    naive: 'the same DROP as the last rule',
  },
  {
    id: 'tailscale-calico-mark',
    severity: 'warning',
    shows: "Calico's marks 0xf0000 lie in Tailscale's mask",
    naive: 'both mark packets, Calico from 0x1000000 on',
  },
  {
    id: 'tailscale-cilium-mark',
    severity: 'warning',
    shows: 'ts-forward writes 0xff0000 on a node with Cilium',
    naive: "the same chains, but no base chain leads to Tailscale's (--netfilter-mode=nodivert)",
  },
  {
    id: 'cilium-ipsec-kube-marks',
    severity: 'warning',
    shows: "KUBE-FIREWALL drops 0x8000 above Cilium's accept for encrypted packets",
    naive: "both rules, Cilium's first",
  },
  {
    id: 'wireguard-fwmark-kube-drop',
    severity: 'warning',
    shows: "wg-quick's mark 0xca6c contains the bit that KUBE-FIREWALL drops",
    naive: 'the same mark, and a KUBE-FIREWALL that tests none (Kubernetes 1.28)',
  },
  {
    id: 'unmasked-mark-set',
    severity: 'warning',
    shows: 'mangle FORWARD overwrites the whole mark between KUBE-MARK-MASQ and KUBE-POSTROUTING',
    naive: 'the same write in mangle PREROUTING, before kube-proxy marks anything',
  },
  {
    id: 'egressgateway-calico-mark-order',
    severity: 'warning',
    shows: 'cali-PREROUTING accepts in mangle above EGRESSGATEWAY-MARK-REQUEST',
    naive: 'the same order, but Calico returns (iptablesMangleAllowAction)',
  },
  {
    id: 'calico-mangle-accept-starves-aws-connmark',
    severity: 'warning',
    shows: "cali-PREROUTING accepts in mangle above the VPC CNI's connection mark",
    naive: 'the same order, but Calico returns',
  },
  {
    id: 'nodelocaldns-notrack-calico',
    severity: 'info',
    shows: "NOTRACK for the DNS cache, on a node with Calico's workload chains",
    naive: 'the same NOTRACK without a policy engine',
  },
  {
    id: 'nodelocaldns-backend-mismatch',
    severity: 'info',
    shows: 'NOTRACK in iptables beside kube-proxy in nftables mode',
    naive: 'the same NOTRACK beside kube-proxy in iptables mode',
  },
  {
    id: 'flannel-double-masq',
    severity: 'warning',
    shows: 'FLANNEL-POSTRTG stands above KUBE-POSTROUTING and does not look at 0x4000',
    naive: "the same order, with flannel's RETURN for 0x4000",
  },
  {
    id: 'calico-masq-before-kube-masq',
    severity: 'info',
    shows: 'cali-POSTROUTING stands above KUBE-POSTROUTING, with VXLAN',
    naive: 'both masquerade, Calico second',
  },
  {
    id: 'cilium-snat-vs-kube-masq',
    severity: 'warning',
    shows: 'KUBE-POSTROUTING stands above CILIUM_POST_nat',
    naive: 'both masquerade, Cilium first',
  },
  {
    id: 'masquerade-all-breaks-policy',
    severity: 'warning',
    shows: 'every Service marks every source for masquerading, on a node with Calico',
    naive: 'every Service has a rule that marks, for sources outside the pod network',
  },
  {
    id: 'leftover-foreign-masquerade',
    severity: 'warning',
    shows: 'a masquerade of nobody for all but one network',
    naive: 'masquerades of nobody for one network, and out of one interface',
  },
  {
    id: 'leftover-flannel-after-calico',
    severity: 'warning',
    shows: "flannel's chains beside Calico's masquerade, and no rule names a device of flannel",
    naive: 'Canal: the same chains, and Calico names flannel.1',
  },
  {
    id: 'leftover-kube-router-netpol',
    severity: 'warning',
    shows: 'KUBE-POD-FW chains still reject, next to Calico',
    naive: 'k3s: the same chains beside flannel, which has no policies of its own',
  },
  {
    id: 'leftover-kube-proxy-mode',
    severity: 'warning',
    shows: 'Services in KUBE-SVC chains and in ip kube-proxy',
    naive: "kube-proxy in nftables mode beside kubelet's KUBE chains",
  },
  {
    id: 'kubeadm-reset-leftovers',
    severity: 'warning',
    shows: 'all chains of kube-proxy and Calico, and no jump to them',
    naive: 'a working node, where canaries and spare chains have no jump either',
  },
  {
    id: 'old-cilium-chains',
    severity: 'warning',
    shows: 'OLD_CILIUM_FORWARD is still called',
    naive: 'the same node after a clean start',
  },
  {
    id: 'legacy-and-nft-kube',
    severity: 'warning',
    shows: "kubelet's chains in iptables-legacy, kube-proxy's and Calico's in iptables-nft",
    naive: 'iptables-legacy tables are loaded and empty',
  },
  {
    id: 'docker-snap-legacy',
    severity: 'warning',
    shows: "Docker's DROP policy in iptables-legacy, ufw in iptables-nft and LXD in nft",
    naive: 'Docker and ufw in iptables-nft, iptables-legacy empty',
  },
  {
    id: 'iptables-version-skew',
    severity: 'error',
    shows: "KUBE-FIREWALL's rule for marked packets has lost its mark match",
    naive: 'the same rule with its match',
  },
  {
    id: 'native-nft-in-compat-table',
    severity: 'warning',
    shows: "a set, a base chain and a verdict map in ip filter beside Tailscale's chains",
    naive: 'the same things in a table of their own',
  },
  {
    id: 'kube-firewall-duplicates',
    severity: 'warning',
    shows: 'the rule for marked packets 15 times',
    naive: 'rules with the same comment that test other marks and addresses',
  },
  {
    id: 'kube-router-duplicates',
    severity: 'warning',
    shows: "kube-router's rule for node ports 12 times",
    naive: 'the same chain with each rule once',
  },
  {
    id: 'checkpoint-restore-duplicates',
    severity: 'info',
    shows: 'two jumps to KUBE-SERVICES in each chain',
    naive: 'two jumps of kube-proxy to different chains',
  },
  {
    id: 'istio-duplicate-init',
    severity: 'info',
    shows: 'two jumps to ISTIO_INBOUND and to ISTIO_OUTPUT',
    naive: "Istio's own pairs of rules for its user and its group",
  },
  {
    id: 'istio-vm-vs-docker',
    severity: 'warning',
    shows: 'PREROUTING sends all TCP to ISTIO_INBOUND on a host with Docker',
    naive: 'the same jump for eth0 only',
  },
  {
    id: 'istio-postrt-behind-masq',
    severity: 'warning',
    shows: "a masquerade for nearly everything stands above Istio's address for probes",
    naive: "both rules, Istio's first",
  },
  {
    id: 'istio-ambient-calico-ebpf',
    severity: 'info',
    shows: "ISTIO_POSTRT beside Calico's eBPF dataplane",
    naive: "ISTIO_POSTRT beside Calico's iptables dataplane",
  },
  {
    id: 'tailscale-cgnat-drop',
    severity: 'warning',
    shows: 'pods in 100.72.0.0/16, and ts-input drops 100.64.0.0/10',
    naive: 'pods in 100.128.0.0/16 and 100.63.0.0/16, just outside the range',
  },
  {
    id: 'tailscale-stateful-docker',
    severity: 'warning',
    shows: 'ts-forward drops new connections to tailscale0 above Docker',
    naive: 'the same chains without stateful filtering',
  },
  {
    id: 'ufw-before-kube',
    severity: 'warning',
    shows: "ufw's DROP policy on FORWARD, and no accept for the pods",
    naive: "the same policy, and ufw route allow for the pods' network",
  },
  {
    id: 'kube-router-accept-position',
    severity: 'error',
    shows: "a reject of everything stands above kube-router's accept",
    naive: 'the same reject behind it',
  },
  {
    id: 'same-priority-nft',
    severity: 'warning',
    shows: 'kube-proxy and Docker both translate TCP port 31080 of the node at dstnat',
    naive: 'Calico and kube-proxy on the same hooks, at other priorities',
  },
  {
    id: 'miniupnpd-default-drop',
    severity: 'warning',
    shows: "ports mapped in inet miniupnpd, and the router's own chain drops by its policy",
    naive: "the same rules in a chain that the router's own chain jumps to",
  },
  {
    id: 'fw4-accept-vs-own-chain',
    severity: 'warning',
    shows: 'a chain of somebody behind fw4 drops by its policy',
    naive: 'a chain behind fw4 that only counts, and one that drops in raw',
  },
  {
    id: 'docker-nft-policy',
    severity: 'warning',
    shows: "Docker's iptables chains with policy DROP beside ip docker-bridges",
    naive: 'DOCKER-USER alone is left, with policy ACCEPT',
  },
  {
    id: 'firewalld-dnat-accept',
    severity: 'warning',
    shows: 'firewalld accepts what is translated, and Docker translates TCP 8080',
    naive: 'the same zones with StrictForwardPorts',
  },
  {
    id: 'netavark-flush-forward',
    severity: 'error',
    shows: 'NETAVARK_FORWARD is empty under policy DROP, and nobody else accepts',
    naive: 'the same policy, and the chain has its rules',
  },
  {
    id: 'kube-proxy-linear',
    severity: 'info',
    shows: '1,200 Services in KUBE-SERVICES',
    naive: '150 Services',
  },
  {
    id: 'portmap-netavark-same-bit',
    severity: 'info',
    shows: 'CNI portmap and Podman both masquerade by 0x2000',
    naive: 'both masquerade by a mark, portmap by 0x1000',
  },
  {
    id: 'gke-netd-kube-bit',
    severity: 'warning',
    shows: "netd's hairpin bit 0x4000, and kube-proxy masquerades by 0x8000",
    naive: 'both use 0x4000, as GKE means it',
  },
  {
    id: 'submariner-mark',
    severity: 'warning',
    shows: "Submariner's 0xc0000 lies in Calico's marks",
    naive: 'both mark packets, Calico from 0x1000000 on',
  },
  {
    id: 'cni-forward-accept',
    severity: 'warning',
    shows: 'CNI-FORWARD accepts a pod above KUBE-ROUTER-FORWARD',
    naive: 'CNI-FORWARD accepts the same below it',
  },
  {
    id: 'antrea-proxyall-vs-kube-proxy',
    severity: 'warning',
    shows: 'KUBE-SERVICES stands above ANTREA-PREROUTING',
    naive: "both translate, Antrea's first",
  },
];

/** An iptables-save of a node with `services` Services, in kube-proxy's words: the sample of `kube-proxy-linear`. */
export function manyServices(services: number): string {
  const rules: string[] = [];
  const chains: string[] = [];
  for (let i = 0; i < services; i++) {
    const address = `10.96.${i >> 8}.${i & 255}`;
    const unique = `ABCDEFGHIJKL${base32(i)}`;
    chains.push(`:KUBE-SVC-${unique} - [0:0]`, `:KUBE-SEP-${unique} - [0:0]`);
    const full = `load/svc-${i}:http`;
    rules.push(
      `-A KUBE-SERVICES -d ${address}/32 -p tcp -m comment --comment "${full} cluster IP" -m tcp --dport 80 -j KUBE-SVC-${unique}`,
      `-A KUBE-SVC-${unique} -m comment --comment "${full} -> 10.244.1.9:8080" -j KUBE-SEP-${unique}`,
      `-A KUBE-SEP-${unique} -p tcp -m comment --comment "${full}" -m tcp -j DNAT --to-destination 10.244.1.9:8080`,
    );
  }
  const jump = '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES';
  return [
    '# Generated by iptables-save v1.8.9 (nf_tables) on Mon Mar  4 09:12:31 2024',
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ':KUBE-SERVICES - [0:0]',
    ':KUBE-PROXY-CANARY - [0:0]',
    ...chains,
    `-A PREROUTING ${jump}`,
    `-A OUTPUT ${jump}`,
    ...rules,
    'COMMIT',
    '',
  ].join('\n');
}

/** Four digits of the alphabet in which kube-proxy names its chains. */
function base32(value: number): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [15, 10, 5, 0].map((shift) => digits[(value >> shift) & 31]).join('');
}
