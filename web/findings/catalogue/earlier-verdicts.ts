/** Known conflicts where an earlier accept or drop hides what another program wanted. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const EARLIER_VERDICTS: readonly CatalogueEntry[] = [
  {
    id: 'calico-accept-shadows-kube-reject',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['calico-iptables', 'kube-proxy-iptables'],
    title: "An accept of an old Calico hides kube-proxy's REJECT for Services without endpoints",
    evidence:
      "A chain of Calico that is called above kube-proxy's jumps ends in a plain ACCEPT; newer versions only set a mark there and accept it at the end of the chain",
    symptom: 'Connections to a Service without endpoints hang instead of being refused at once',
    remedy: 'Use Calico 3.16 or later, which appends its accept, or chainInsertMode Append',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#78994: Connections to service ClusterIP with no endpoints are not rejected',
        url: 'https://github.com/kubernetes/kubernetes/issues/78994',
      },
      {
        title: 'projectcalico/felix#2417: Support for both appending and inserting chains in iptables dataplane',
        url: 'https://github.com/projectcalico/felix/issues/2417',
      },
    ],
  },
  {
    id: 'calico-append-vs-firewalld-reject',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['calico-iptables', 'firewalld-iptables'],
    title: "Calico's accept stands behind a final REJECT",
    evidence:
      "FORWARD holds an unconditional REJECT or DROP, and below it the rule that accepts what carries Calico's accept mark",
    symptom: 'Pod traffic between nodes is refused with host-prohibited since Calico 3.16',
    remedy: 'Turn firewalld off on the node, or put the pod interfaces and the pod network into its trusted zone',
    basis: 'reported',
    references: [
      {
        title: 'projectcalico/calico#4382: Calico 3.16+ and FirewallD CentOS 7 not working well',
        url: 'https://github.com/projectcalico/calico/issues/4382',
      },
      {
        title: 'firewalld/firewalld#750: Allow Configuration of sepcial IPTables Rules',
        url: 'https://github.com/firewalld/firewalld/issues/750',
      },
    ],
  },
  {
    id: 'flannel-fwd-accept-bypasses-policy',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['flannel-iptables', 'calico-iptables'],
    title: 'Flannel accepts pod traffic before Calico has judged it',
    evidence: 'FLANNEL-FWD, or a bare accept of the pod network, stands above the jump to cali-FORWARD',
    symptom: 'Network policies have no effect',
    remedy: "Switch off flannel's forward rules, or let Calico insert its jump instead of appending it",
    basis: 'reported',
    references: [
      {
        title: 'flannel-io/flannel#978: Make the iptables FORWARD chain rules optional',
        url: 'https://github.com/flannel-io/flannel/issues/978',
      },
      {
        title: 'canonical/microk8s#2345: Remove useless iptables rule',
        url: 'https://github.com/canonical/microk8s/issues/2345',
      },
    ],
  },
  {
    id: 'ufw-docker-bypass',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['docker-iptables', 'ufw'],
    title: 'Ports that Docker publishes are not subject to ufw',
    evidence:
      "Docker's DNAT has no source limit and its accepts in FORWARD come before ufw's; ufw's own port rules are in INPUT, which forwarded packets never visit",
    symptom: '`ufw deny` has no effect on a published port',
    remedy: 'Publish on 127.0.0.1, or filter in DOCKER-USER by the original destination port',
    basis: 'reported',
    references: [
      { title: 'moby/moby#4737: docker and ufw serious problems', url: 'https://github.com/moby/moby/issues/4737' },
      {
        title: 'moby/moby#22054: Docker Network bypasses Firewall, no option to disable',
        url: 'https://github.com/moby/moby/issues/22054',
      },
      {
        title: 'docker/for-linux#690: Docker --net=host bypasses ufw firewall rules',
        url: 'https://github.com/docker/for-linux/issues/690',
      },
      {
        title: 'docker/docs#19618: engine: add note about nftables incompatibility to install docs',
        url: 'https://github.com/docker/docs/issues/19618',
      },
    ],
  },
  {
    id: 'docker28-raw-direct-access',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['docker-iptables', 'docker-nftables', 'tailscale', 'wg-quick'],
    title: 'Docker drops routed traffic to container addresses already in raw',
    evidence:
      "raw PREROUTING drops what goes to a container's address and does not come from its bridge, on a node with a VPN",
    symptom:
      "Container addresses cannot be reached through the VPN since Docker 28; the VPN's accept counters stay at zero",
    remedy:
      "Name the VPN's interface in the network's trusted_host_interfaces, allow direct routing, or use the routed gateway mode",
    basis: 'reported',
    references: [
      {
        title: 'moby/moby#51015: Docker 28 and Tailscale subnet routing',
        url: 'https://github.com/moby/moby/issues/51015',
      },
      {
        title:
          'psviderski/uncloud#293: [BUG] Docker 28 raw table PREROUTING rules block WireGuard traffic to containers',
        url: 'https://github.com/psviderski/uncloud/issues/293',
      },
      {
        title: 'moby/moby#49498: Docker 28 stops containers communicating with tailscale network.',
        url: 'https://github.com/moby/moby/issues/49498',
      },
    ],
  },
  {
    id: 'calico-mangle-accept-starves-aws-connmark',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['calico-iptables', 'aws-vpc-cni'],
    title: "Calico's accept in mangle keeps AWS' connection mark from being set",
    evidence:
      "The jump to cali-PREROUTING, which can accept, stands above the rules with the comment 'AWS, primary ENI'",
    symptom: 'A NodePort on pods of a secondary interface times out (reverse path filter)',
    remedy: "Set Calico's mangle allow action to Return",
    basis: 'reported',
    references: [
      {
        title: 'aws/amazon-vpc-cni-k8s#263: Fix return path of NodePort traffic when using Calico network policy.',
        url: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/263',
      },
      {
        title: 'aws/amazon-vpc-cni-k8s#75: NodePort not working properly for pods on secondary ENIs',
        url: 'https://github.com/aws/amazon-vpc-cni-k8s/issues/75',
      },
    ],
  },
  {
    id: 'iptables-version-skew',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['kubelet', 'kube-proxy-iptables', 'kube-router', 'cilium'],
    title: "Two iptables versions misread each other's rules",
    evidence:
      "KUBE-FIREWALL drops without testing the mark, although the comment says 'marked packets'; or nft shows matches that it cannot decode",
    symptom: 'The node loses all of its network',
    remedy: 'Use the same iptables version in images and on the host; Kubernetes 1.28 and later avoid the shared chain',
    basis: 'reported',
    references: [
      {
        title: 'cloudnativelabs/kube-router#1370: kube-router does not work with iptables 1.8.8 (nf_tables) on host',
        url: 'https://github.com/cloudnativelabs/kube-router/issues/1370',
      },
      {
        title: 'tailscale/tailscale#14900: Tailscale in Docker with nftables: Rules not visible with iptables command',
        url: 'https://github.com/tailscale/tailscale/issues/14900',
      },
    ],
  },
  {
    id: 'tailscale-cgnat-drop',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['tailscale', 'kube-proxy-iptables', 'user'],
    title: 'Tailscale drops 100.64.0.0/10 that somebody else uses',
    evidence: 'ts-input drops that range unless it comes from tailscale0, and another rule uses addresses of the range',
    symptom: 'Cloud DNS, pods or DHCP in that range cannot be reached',
    remedy: 'Run tailscale with --netfilter-mode=nodivert, use IP pools, or accept the range at the top of ts-input',
    basis: 'reported',
    references: [
      {
        title: 'tailscale/tailscale#1381: Better interop with other users of 100.64.0.0/10',
        url: 'https://github.com/tailscale/tailscale/issues/1381',
      },
      {
        title:
          'tailscale/tailscale#12555: Tailscale iptables rules blocks any non-tailscale IP on 100.64.0.0/10 from working',
        url: 'https://github.com/tailscale/tailscale/issues/12555',
      },
      {
        title:
          'tailscale/tailscale#3104: FR: netfilter CGNAT mode when non-Tailscale CGNAT addresses should be allowed',
        url: 'https://github.com/tailscale/tailscale/issues/3104',
      },
      {
        title:
          'tailscale/tailscale#12828: When using IP Pool to define CIDR range it will get a hardcoded 100.64/10 route',
        url: 'https://github.com/tailscale/tailscale/issues/12828',
      },
    ],
  },
  {
    id: 'tailscale-stateful-docker',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['tailscale', 'docker-iptables'],
    title: "Tailscale's stateful filtering drops what containers send",
    evidence: 'ts-forward drops packets for tailscale0 that are not established, above DOCKER-USER',
    symptom: 'Containers cannot reach Tailscale addresses',
    remedy: 'Switch it off: --stateful-filtering=false',
    basis: 'reported',
    references: [
      {
        title: 'tailscale/tailscale#12070: After update to 1.66, docker containers cannot access Tailscale IPs',
        url: 'https://github.com/tailscale/tailscale/issues/12070',
      },
    ],
  },
  {
    id: 'firewalld-dnat-accept',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['firewalld-nftables', 'firewalld-iptables', 'docker-iptables', 'cni-portmap'],
    title: 'firewalld accepts every translated packet before it looks at zones',
    evidence: "firewalld's chain accepts `ct status dnat` first, and another program translates destinations",
    symptom: 'Published ports are open to everyone, whatever the zone says',
    remedy: 'Set StrictForwardPorts=yes where firewalld has it',
    basis: 'reported',
    references: [
      {
        title: "firewalld/firewalld#556: Conflict with CNI DNAT rule and top-level accept of DNAT'd packets",
        url: 'https://github.com/firewalld/firewalld/issues/556',
      },
    ],
  },
  {
    id: 'cni-forward-accept',
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    owners: ['cni-firewall', 'kube-router', 'calico-iptables'],
    title: 'The CNI firewall plugin accepts before policy engines judge',
    evidence: "CNI-FORWARD stands above the policy engine's jump in FORWARD and accepts pod addresses",
    symptom: 'Egress policies are bypassed',
    remedy: 'Remove the firewall plugin, or put its jump below',
    basis: 'derived',
    references: [
      {
        title:
          'containernetworking/plugins plugins/meta/firewall/iptables.go: ensureFirstChainRule (derived, no issue seen)',
        url: 'https://github.com/containernetworking/plugins/blob/HEAD/plugins/meta/firewall/iptables.go',
      },
    ],
  },
];
