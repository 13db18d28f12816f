/** Known conflicts over who comes first in a chain. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const CHAIN_ORDER: readonly CatalogueEntry[] = [
  {
    id: 'calico-insert-vs-everyone',
    mechanism: 'same-chain-order',
    owners: ['calico-iptables', '*'],
    title: "Felix keeps Calico's jumps at the top of every built-in chain",
    evidence:
      "Calico's jump is rule 1 of a built-in chain with other programs' rules below it; if it is not, someone has inserted above it since Felix last looked",
    symptom:
      "Rules that an administrator inserts at the top slide below Calico's within seconds; a second program that re-inserts itself swaps places with it endlessly",
    remedy:
      'Nothing to do while Calico is first. For a rule of your own that must come before it: an earlier table (raw, mangle), a host endpoint policy, or chainInsertMode Append with the filter and mangle allow actions on Return',
    basis: 'reported',
    references: [
      {
        title: 'projectcalico/calico#2672: Calico keeps making itself as the first rule in iptables chains',
        url: 'https://github.com/projectcalico/calico/issues/2672',
      },
      {
        title: 'projectcalico/felix#2132: Calico rules not inserted at the top of FORWARD chain',
        url: 'https://github.com/projectcalico/felix/issues/2132',
      },
      {
        title:
          'projectcalico/calico#5249: Iptables insert mode to insert calico rules at a position other than top of the chain',
        url: 'https://github.com/projectcalico/calico/issues/5249',
      },
      {
        title: 'projectcalico/calico#3756: felix/table.go 612: Detected out-of-sync inserts, marking for resync',
        url: 'https://github.com/projectcalico/calico/issues/3756',
      },
    ],
  },
  {
    id: 'docker-append-behind-drop',
    mechanism: 'same-chain-order',
    owners: ['docker-iptables', 'user'],
    title: "Docker's rules stand behind a final DROP of the administrator",
    evidence: "FORWARD holds an unconditional DROP or REJECT of no known program, with Docker's jumps below it",
    symptom: 'Containers lose their network after an upgrade or a `compose up`',
    remedy: "Use the chain's policy instead of a final DROP, or put own rules into DOCKER-USER",
    basis: 'reported',
    references: [
      {
        title: 'moby/moby#49498: Docker 28 stops containers communicating with tailscale network.',
        url: 'https://github.com/moby/moby/issues/49498',
      },
      {
        title:
          'moby/moby#49721: Docker compose projects overwriting firewall forwarding rules of other running projects with iptables-nft',
        url: 'https://github.com/moby/moby/issues/49721',
      },
    ],
  },
  {
    id: 'egressgateway-calico-mark-order',
    mechanism: 'same-chain-order',
    owners: ['egressgateway', 'calico-iptables'],
    title: "EgressGateway's rules come after Calico's accept in mangle",
    evidence: "cali-PREROUTING is called before EgressGateway's chains and accepts established or marked packets",
    symptom: "Egress traffic leaves with the node's address",
    remedy: "Set Calico's mangle allow action to Return, or chainInsertMode to Append",
    basis: 'reported',
    references: [
      {
        title:
          'spidernet-io/egressgateway#1683: Calico kept changing the order of iptables chain to make itself priority.',
        url: 'https://github.com/spidernet-io/egressgateway/issues/1683',
      },
      {
        title: 'spidernet-io/egressgateway#198: Work in default calico config (chainInsertMode )',
        url: 'https://github.com/spidernet-io/egressgateway/issues/198',
      },
    ],
  },
  {
    id: 'nodelocaldns-notrack-calico',
    mechanism: 'same-chain-order',
    owners: ['nodelocaldns', 'calico-iptables'],
    title: 'NodeLocal DNSCache switches tracking off for packets that Calico judges by their state',
    evidence:
      "NOTRACK rules of NodeLocal DNSCache in raw, Calico's workload chains that rely on established, and Calico in front of the cache's accept in INPUT",
    symptom: 'DNS fails for pods under a policy',
    remedy: "Allow the cache's address in both directions in the policies, or use chainInsertMode Append",
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#98758: NodeLocal DNS cache breaks connection tracking, conflicts with Calico',
        url: 'https://github.com/kubernetes/kubernetes/issues/98758',
      },
      {
        title: 'projectcalico/calico#3795: When enabling NodeLocal DNSCache DNS requests are being blocked',
        url: 'https://github.com/projectcalico/calico/issues/3795',
      },
    ],
  },
  {
    id: 'nodelocaldns-backend-mismatch',
    mechanism: 'same-chain-order',
    owners: ['nodelocaldns', 'kube-proxy-nftables'],
    title: 'NodeLocal DNSCache writes iptables rules next to kube-proxy in nftables mode',
    evidence: "The table kube-proxy exists in nft, and the cache's NOTRACK rules are in an iptables raw table",
    symptom: 'A combination that nobody documents or tests',
    remedy: 'None yet: follow the open issue',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/dns#682: Clarification/feature request: support node-local-dns-cache with nftables mode',
        url: 'https://github.com/kubernetes/dns/issues/682',
      },
    ],
  },
  {
    id: 'flannel-double-masq',
    mechanism: 'same-chain-order',
    owners: ['flannel-iptables', 'kube-proxy-iptables'],
    title: 'Flannel masquerades what kube-proxy has marked for masquerading too',
    evidence: "FLANNEL-POSTRTG runs before KUBE-POSTROUTING, and its first rule does not return for kube-proxy's mark",
    symptom: 'Connections stall for a minute, VXLAN packets have bad checksums',
    remedy: 'Use flannel 0.20.2 or later',
    basis: 'reported',
    references: [
      {
        title: 'flannel-io/flannel#1679: 60+ seconds stuck when call a http service pod',
        url: 'https://github.com/flannel-io/flannel/issues/1679',
      },
      {
        title: 'flannel-io/flannel#1681: Fixed masquerade rule to avoid double NAT bug',
        url: 'https://github.com/flannel-io/flannel/issues/1681',
      },
      {
        title: 'kubernetes/kubernetes#92035: kubelet, kube-proxy: unmark packets before masquerading them',
        url: 'https://github.com/kubernetes/kubernetes/issues/92035',
      },
      {
        title: 'kubernetes/kubernetes#20391: Flannel and kube-proxy race for postrouting chain',
        url: 'https://github.com/kubernetes/kubernetes/issues/20391',
      },
    ],
  },
  {
    id: 'calico-masq-before-kube-masq',
    mechanism: 'same-chain-order',
    owners: ['calico-iptables', 'kube-proxy-iptables'],
    title: 'Calico masquerades before kube-proxy has cleared its mark',
    evidence:
      "cali-POSTROUTING stands above KUBE-POSTROUTING, or Calico's nft postrouting chain does not run after kube-proxy's",
    symptom: "Encapsulated packets keep kube-proxy's bit and get bad checksums; tunnel offload had to be switched off",
    remedy: 'Use Calico 3.29 or later',
    basis: 'reported',
    references: [
      {
        title:
          'projectcalico/calico#9091: Execute MASQ rules after kube-proxy to avoid conflict - reenable vxlan csum offload',
        url: 'https://github.com/projectcalico/calico/issues/9091',
      },
      {
        title: 'projectcalico/calico#9130: Adjust nftables SNAT priority to avoid conflict with kube-proxy',
        url: 'https://github.com/projectcalico/calico/issues/9130',
      },
    ],
  },
  {
    id: 'cilium-snat-vs-kube-masq',
    mechanism: 'same-chain-order',
    owners: ['cilium', 'kube-proxy-iptables'],
    title: "kube-proxy's masquerade comes before Cilium's SNAT",
    evidence: 'The jump to KUBE-POSTROUTING stands above the one to CILIUM_POST_nat',
    symptom: 'Connections from the node through a Service to a remote pod fail',
    remedy: 'Restart cilium-agent so that it inserts its jumps again (prepend-iptables-chains)',
    basis: 'reported',
    references: [
      {
        title:
          "cilium/cilium#15234: kube-proxy masquerade breaks cilium snat if kube-proxy's rules are before cilium's in iptables",
        url: 'https://github.com/cilium/cilium/issues/15234',
      },
    ],
  },
  {
    id: 'native-nft-in-compat-table',
    mechanism: 'same-chain-order',
    owners: ['kube-router', 'cilium', 'tailscale', 'user-nft'],
    title: 'A native nft rule lives in a table that iptables-nft manages',
    evidence:
      'ip filter or ip nat has sets, verdict maps or base chains that iptables cannot express, next to chains that iptables programs manage',
    symptom: "iptables refuses the whole table ('use nft tool'), and programs that call it fail",
    remedy: 'Keep own rules in an own table, not named filter, nat, mangle or raw',
    basis: 'reported',
    references: [
      {
        title:
          'cloudnativelabs/kube-router#1588: kube-router breaks iptables beacause it insists on using iptables table "filter"',
        url: 'https://github.com/cloudnativelabs/kube-router/issues/1588',
      },
      {
        title: 'cloudnativelabs/kube-router#1777: nftables with conntrack can break kube-router',
        url: 'https://github.com/cloudnativelabs/kube-router/issues/1777',
      },
      {
        title: 'cilium/cilium#22868: Fedora CoreOS 37.20221127.3.0, Failed to upgrade cilium to v1.12.5',
        url: 'https://github.com/cilium/cilium/issues/22868',
      },
      {
        title: 'projectcalico/calico#8025: Calico panics if kube-proxy using nftables mode',
        url: 'https://github.com/projectcalico/calico/issues/8025',
      },
    ],
  },
  {
    id: 'istio-postrt-behind-masq',
    mechanism: 'same-chain-order',
    owners: ['istio-ambient', 'ovn-kubernetes', 'cni-ipmasq', 'flannel-iptables'],
    title: "Istio's SNAT for probes stands behind the network plugin's masquerade",
    evidence: 'nat POSTROUTING masquerades above the jump to ISTIO_POSTRT',
    symptom: 'Readiness probes fail in ambient mode',
    remedy: 'Use Istio 1.27 or later, which inserts its jump',
    basis: 'reported',
    references: [
      {
        title:
          "istio/istio#56414: Change host iptables rule addition from Append to Insert to ensure Istio's rules take precedence",
        url: 'https://github.com/istio/istio/issues/56414',
      },
    ],
  },
  {
    id: 'kube-router-accept-position',
    mechanism: 'same-chain-order',
    owners: ['kube-router', 'user', 'flannel-iptables'],
    title: "kube-router's accept stands where a default deny comes first",
    evidence: 'The accept of mark 0x20000 stands behind a final DROP or REJECT, or is missing under a DROP policy',
    symptom: 'Pods are cut off on nodes with a default deny (k3s 1.26.3)',
    remedy: 'Use k3s 1.26.4 or later, or allow the pod network explicitly',
    basis: 'reported',
    references: [
      {
        title:
          'k3s-io/k3s#7203: Container networking is broken on hosts with default-deny iptables rules after upgrading to v1.26.3',
        url: 'https://github.com/k3s-io/k3s/issues/7203',
      },
      {
        title: 'k3s-io/k3s#7218: Updated kube-router to move the default ACCEPT rule at the end of the chain',
        url: 'https://github.com/k3s-io/k3s/issues/7218',
      },
    ],
  },
  {
    id: 'antrea-proxyall-vs-kube-proxy',
    mechanism: 'same-chain-order',
    owners: ['antrea', 'kube-proxy-iptables'],
    title: "kube-proxy answers Services before Antrea's proxy",
    evidence: "Antrea's jump in nat stands below KUBE-SERVICES",
    symptom: 'Services are handled by kube-proxy although proxyAll is on',
    remedy: "Restart antrea-agent, which puts its jump back, and remove kube-proxy's rules",
    basis: 'derived',
    references: [
      {
        title: 'antrea-io/antrea pkg/agent/route/route_linux.go: removeUnexpectedAntreaJumpRule',
        url: 'https://github.com/antrea-io/antrea/blob/HEAD/pkg/agent/route/route_linux.go',
      },
      {
        title:
          'kubernetes/kubernetes#119265: Should kube proxy should delete its rules when being gracefully deleted ?',
        url: 'https://github.com/kubernetes/kubernetes/issues/119265',
      },
    ],
  },
];
