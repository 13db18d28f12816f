/** Known leftovers of programs, modes and flushes. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const LEFTOVERS: readonly CatalogueEntry[] = [
  {
    id: 'portmap-not-restored-after-flush',
    mechanism: 'dangling-or-empty',
    owners: ['cni-portmap', 'firewalld-nftables', 'firewalld-iptables'],
    title: 'hostPort rules were flushed and nobody wrote them again',
    evidence: "CNI-DN chains that are empty, or that nothing leads to, although kube-proxy's rules were rebuilt",
    symptom: 'A hostPort times out for good until its pod is created anew',
    remedy: 'Tell firewalld not to flush foreign rules (FlushAllOnReload=no), and restart the pods',
    basis: 'reported',
    references: [
      {
        title:
          'containernetworking/plugins#512: iptables rule CNI-HOSTPORT-DNAT never come back after restart firewalld.service',
        url: 'https://github.com/containernetworking/plugins/issues/512',
      },
      {
        title:
          'rancher/rke2#10469: firewalld reload wipes kube-proxy and CNI iptables rules on RHEL 8, causing port 443 timeout and full cluster networking disruption',
        url: 'https://github.com/rancher/rke2/issues/10469',
      },
    ],
  },
  {
    id: 'firewalld-reload-flush',
    mechanism: 'dangling-or-empty',
    owners: ['firewalld-nftables', 'docker-iptables', 'netavark-iptables', 'kube-proxy-iptables'],
    title: "A firewalld reload removed other programs' rules",
    evidence:
      "firewalld's zone docker holds Docker's bridges and Docker has no chains left, or a canary of kubelet or kube-proxy is in one table and not in another",
    symptom: 'Containers cannot be reached after firewall-cmd --reload',
    remedy: 'Set FlushAllOnReload=no, or restart the container engine after each reload',
    basis: 'reported',
    references: [
      {
        title: 'firewalld/firewalld#863: Tables not belonging to firewalld gets flushed on firewalld reload/restart',
        url: 'https://github.com/firewalld/firewalld/issues/863',
      },
      {
        title: 'firewalld/firewalld#1099: Do not clear iptables rules when reloading firewalld',
        url: 'https://github.com/firewalld/firewalld/issues/1099',
      },
      {
        title: 'firewalld/firewalld#742: starting firewalld nukes existing firewall rules',
        url: 'https://github.com/firewalld/firewalld/issues/742',
      },
      {
        title: 'containers/netavark#230: Handling firewalld reload',
        url: 'https://github.com/containers/netavark/issues/230',
      },
      {
        title: 'moby/moby#48657: Reinitialize Firewall Configuration',
        url: 'https://github.com/moby/moby/issues/48657',
      },
    ],
  },
  {
    id: 'nft-flush-ruleset',
    mechanism: 'dangling-or-empty',
    owners: ['user-nft', 'docker-iptables', 'kube-proxy-iptables', 'netavark-nftables', 'calico-iptables'],
    title: "'flush ruleset' in a configuration removed everyone's rules",
    evidence:
      'A configuration with flush ruleset beside listings of other programs; or a table without the canary that others have, and no firewalld',
    symptom: 'Containers lose their network after the nftables service was reloaded',
    remedy: 'Flush only the own table, and let dependent services restart with nftables',
    basis: 'reported',
    references: [
      {
        title: 'ipr-cnrs/nftables#70: nftables and docker cohabitation',
        url: 'https://github.com/ipr-cnrs/nftables/issues/70',
      },
      {
        title: 'docker/for-linux#1472: Native support for nftables',
        url: 'https://github.com/docker/for-linux/issues/1472',
      },
      {
        title: 'spatiumddi/spatiumddi#382: fix(appliance): #379 stop nftables flush from wiping kube-proxy rules',
        url: 'https://github.com/spatiumddi/spatiumddi/issues/382',
      },
      {
        title: 'containers/netavark#1258: Handle nftables reload/restart',
        url: 'https://github.com/containers/netavark/issues/1258',
      },
      {
        title: 'k0sproject/k0s#2908: K0s calico creates incomplet nft firewall rules on nft service restart',
        url: 'https://github.com/k0sproject/k0s/issues/2908',
      },
    ],
  },
  {
    id: 'leftover-flannel-after-calico',
    mechanism: 'leftover-chains',
    owners: ['flannel-iptables', 'calico-iptables'],
    title: "Flannel's rules are still there after a migration to Calico",
    evidence: "Flannel's chains next to Calico's, while no rule names flannel.1 or cni0",
    symptom: 'Traffic from other nodes to pods under policies times out silently',
    remedy: 'Flush the FLANNEL chains in both backends, or reboot the node',
    basis: 'reported',
    references: [
      {
        title: 'projectcalico/calico#12920: flannel-migration: flush leftover Flannel iptables chains on node cleanup',
        url: 'https://github.com/projectcalico/calico/issues/12920',
      },
      {
        title: 'tigera/docs#2768: flannel migration: document removing leftover flannel iptables rules',
        url: 'https://github.com/tigera/docs/issues/2768',
      },
      {
        title: 'k3s-io/k3s#5061: [Release 1.21] Remove flannel ipmasq iptable rules when destroying k3s',
        url: 'https://github.com/k3s-io/k3s/issues/5061',
      },
    ],
  },
  {
    id: 'leftover-kube-router-netpol',
    mechanism: 'leftover-chains',
    owners: ['kube-router', 'cilium', 'calico-iptables'],
    title: 'Policy chains of a removed kube-router still reject',
    evidence: 'KUBE-POD-FW-*, KUBE-NWPLCY-* and KUBE-ROUTER-* next to the chains of another network plugin',
    symptom: 'Traffic to a pod that got a re-used address is rejected',
    remedy: 'Run kube-router --cleanup-config (k3s-killall), or reboot the node',
    basis: 'reported',
    references: [
      {
        title:
          'k3s-io/k3s#7203: Container networking is broken on hosts with default-deny iptables rules after upgrading to v1.26.3',
        url: 'https://github.com/k3s-io/k3s/issues/7203',
      },
      {
        title: 'k3s-io/k3s#5060: [Release 1.22] Remove flannel ipmasq iptable rules when destroying k3s',
        url: 'https://github.com/k3s-io/k3s/issues/5060',
      },
    ],
  },
  {
    id: 'leftover-kube-proxy-mode',
    mechanism: 'leftover-chains',
    owners: ['kube-proxy-iptables', 'kube-proxy-ipvs', 'kube-proxy-nftables', 'cilium', 'antrea'],
    title: 'Rules of another kube-proxy mode are still loaded',
    evidence:
      "Two of: KUBE-SVC chains, KUBE-CLUSTER-IP ipset rules, the nft table kube-proxy; or KUBE-SVC chains next to a program that replaces kube-proxy, without kube-proxy's canary",
    symptom: 'Stale rejects, and Services that lead to endpoints that no longer exist',
    remedy: 'Run kube-proxy --cleanup, or reboot the node',
    basis: 'reported',
    references: [
      {
        title: "kubernetes/kubernetes#102314: docs needed: kube-proxy doesn't support live cleanup",
        url: 'https://github.com/kubernetes/kubernetes/issues/102314',
      },
      {
        title:
          'kubernetes/kubernetes#119265: Should kube proxy should delete its rules when being gracefully deleted ?',
        url: 'https://github.com/kubernetes/kubernetes/issues/119265',
      },
      {
        title: 'kubernetes/kubernetes#109286: Kube-proxy fails to cleanup properly in IPVS mode',
        url: 'https://github.com/kubernetes/kubernetes/issues/109286',
      },
      {
        title: 'kubernetes/enhancements#3824: KEP-3866: kube-proxy nftables mode',
        url: 'https://github.com/kubernetes/enhancements/issues/3824',
      },
    ],
  },
  {
    id: 'kubeadm-reset-leftovers',
    mechanism: 'leftover-chains',
    owners: ['kube-proxy-iptables', 'calico-iptables'],
    title: 'Chains that a reset node kept',
    evidence: 'KUBE-* or cali-* chains that no rule leads to, without canary chains',
    symptom: 'Packets go astray on the node after kubeadm reset',
    remedy: 'The node has left its cluster: reboot it, or flush the tables once nothing else uses them',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubeadm#689: Stale iptables rules seen after "kubeadm reset"',
        url: 'https://github.com/kubernetes/kubeadm/issues/689',
      },
    ],
  },
  {
    id: 'old-cilium-chains',
    mechanism: 'leftover-chains',
    owners: ['cilium'],
    title: 'Chains of an earlier Cilium installation are still there',
    evidence: 'Chains whose names start with OLD_CILIUM_',
    symptom: 'The agent cannot start or loops; rules are doubled',
    remedy: 'Use the same iptables version everywhere, and delete the chains',
    basis: 'reported',
    references: [
      {
        title: 'cilium/cilium#20714: Cilium failed to delete iptables',
        url: 'https://github.com/cilium/cilium/issues/20714',
      },
      {
        title: 'cilium/cilium#45867: iptables: remove feeder rules by line number, not body replay',
        url: 'https://github.com/cilium/cilium/issues/45867',
      },
      {
        title: 'cilium/cilium#31736: failed to install iptables rules',
        url: 'https://github.com/cilium/cilium/issues/31736',
      },
      {
        title: 'cilium/cilium#35017: unable to run iptables -t filter -S OLD_CILIUM_INPUT',
        url: 'https://github.com/cilium/cilium/issues/35017',
      },
    ],
  },
  {
    id: 'docker-nft-policy',
    mechanism: 'leftover-chains',
    owners: ['docker-nftables', 'docker-iptables'],
    title: "Docker's old DROP policy outlives its move to nftables",
    evidence: "The table docker-bridges next to ip filter FORWARD with policy DROP and Docker's old chains",
    symptom: 'Forwarded traffic is still dropped after the change of backend',
    remedy: "Set the policy to ACCEPT, delete the old chains, and move DOCKER-USER's rules",
    basis: 'reported',
    references: [
      {
        title: 'moby/moby#50566: nftables: IP forwarding, and filter-FORWARD policy',
        url: 'https://github.com/moby/moby/issues/50566',
      },
      {
        title: 'docker/docs content/manuals/engine/network/firewall-nftables.md: Docker with nftables',
        url: 'https://github.com/docker/docs/blob/HEAD/content/manuals/engine/network/firewall-nftables.md',
      },
    ],
  },
];
