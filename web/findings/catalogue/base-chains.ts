/** Known conflicts between base chains of one hook. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const BASE_CHAINS: readonly CatalogueEntry[] = [
  {
    id: 'firewalld-nft-later-chain-drops',
    mechanism: 'later-base-chain-overrides-accept',
    owners: ['firewalld-nftables', 'calico-iptables', 'docker-iptables', 'libvirt-iptables', 'flannel-iptables'],
    title: "firewalld's own base chain refuses what others accepted before it",
    evidence:
      'The table inet firewalld has base chains at filter + 10 that end in reject or drop, and a chain that runs earlier on the same hook accepts for another program',
    symptom: "TCP between pods fails with 'no route to host' although ping works; virtual machines get no DHCP answer",
    remedy:
      "Put the other program's interfaces and networks into the trusted zone (or its own zone, as for docker and libvirt), or turn firewalld off",
    basis: 'reported',
    references: [
      {
        title: 'firewalld/firewalld#767: Problem firewalld dropping calico traffic on the nft backend',
        url: 'https://github.com/firewalld/firewalld/issues/767',
      },
      {
        title: 'firewalld/firewalld#397: FirewallBackend=nftables (default since 0.6.0) breaks NAT networks in libvirt',
        url: 'https://github.com/firewalld/firewalld/issues/397',
      },
      {
        title: 'firewalld/firewalld#534: Docker does not work with FirewallBackend=nftables',
        url: 'https://github.com/firewalld/firewalld/issues/534',
      },
      {
        title: 'firewalld/firewalld#527: How to accept traffic from direct rules using nftables backend',
        url: 'https://github.com/firewalld/firewalld/issues/527',
      },
    ],
  },
  {
    id: 'same-priority-nft',
    mechanism: 'same-hook-same-priority',
    owners: [
      'kube-proxy-nftables',
      'calico-nftables',
      'flannel-nftables',
      'docker-nftables',
      'netavark-nftables',
      'cni-portmap',
      'incus',
      'openwrt-fw4',
      'libvirt-nftables',
    ],
    title: 'Base chains of two programs share a hook and a priority',
    evidence:
      'Two programs have base chains of equal priority on a hook; it matters for nat chains, where the first mapping wins',
    symptom: 'It is undefined who translates a connection, and it may change with a reload',
    remedy: 'Give one of them another priority, as Calico (srcnat + 10), Antrea (dstnat - 1) and firewalld (+ 10) do',
    basis: 'both',
    references: [
      {
        title: 'projectcalico/calico#9130: Adjust nftables SNAT priority to avoid conflict with kube-proxy',
        url: 'https://github.com/projectcalico/calico/issues/9130',
      },
      {
        title: 'crowdsecurity/cs-firewall-bouncer#210: feature-request: saner nftables chain priority and counter',
        url: 'https://github.com/crowdsecurity/cs-firewall-bouncer/issues/210',
      },
      {
        title: 'antrea-io/antrea pkg/agent/route/route_linux.go: DNATPriority-1 for proxyAll',
        url: 'https://github.com/antrea-io/antrea/blob/HEAD/pkg/agent/route/route_linux.go',
      },
    ],
  },
  {
    id: 'miniupnpd-default-drop',
    mechanism: 'later-base-chain-overrides-accept',
    owners: ['miniupnpd', 'user-nft', 'openwrt-fw4'],
    title: 'A DROP policy overrules what miniupnpd accepts in its own chain',
    evidence: "miniupnpd's base chain accepts, and another base chain of the hook has policy DROP",
    symptom: 'Ports opened by UPnP stay closed',
    remedy: "Jump to miniupnpd's chain from the main chain",
    basis: 'reported',
    references: [
      {
        title: "miniupnp/miniupnp#422: nftables: 'miniupnpd' chain gets overruled by default drop policy on base chain",
        url: 'https://github.com/miniupnp/miniupnp/issues/422',
      },
      {
        title: 'openwrt/packages#17871: miniupnpd-nftables: rules are created but no traffic is being forwarded',
        url: 'https://github.com/openwrt/packages/issues/17871',
      },
    ],
  },
  {
    id: 'fw4-accept-vs-own-chain',
    mechanism: 'later-base-chain-overrides-accept',
    owners: ['*'],
    title: 'An accept in an nft base chain is not the last word',
    evidence: 'One base chain accepts, and another one on the hook can drop or has policy DROP',
    symptom: 'People expect what iptables did with a single filter table',
    remedy: 'Merge the chains, or mark in one and accept the mark in the other',
    basis: 'reported',
    references: [
      {
        title: 'wazuh/wazuh#21816: Implement nftables active response in default-firewall-drop (quotes man nft)',
        url: 'https://github.com/wazuh/wazuh/issues/21816',
      },
      {
        title: "onyks-os/TransparentTorProxy#29: No test runs TTP's ruleset alongside a competing one",
        url: 'https://github.com/onyks-os/TransparentTorProxy/issues/29',
      },
      {
        title: 'FoobarOy/foomuuri#7: [RFE] also take into account other nft rules on the system',
        url: 'https://github.com/FoobarOy/foomuuri/issues/7',
      },
    ],
  },
];
