/** Known conflicts with a DROP policy that one program set for everybody. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const POLICIES: readonly CatalogueEntry[] = [
  {
    id: 'lxd-accept-docker-policy-drop',
    mechanism: 'policy-drop-by-one-owner',
    owners: ['lxd', 'incus', 'docker-iptables'],
    title: "Docker's DROP policy overrules what LXD or Incus accept in their own table",
    evidence:
      "ip filter FORWARD has policy DROP and nothing in it accepts the instances' bridge, while the table of LXD or Incus accepts it in a base chain of the same hook",
    symptom: 'Instances have no connection to the outside once Docker is installed',
    remedy:
      'Accept the bridge in DOCKER-USER in both directions, enable forwarding before dockerd starts, or start dockerd with --ip-forward-no-drop',
    basis: 'reported',
    references: [
      {
        title: 'canonical/lxd#8716: NAT not working on lxdbr0 after upgrade.',
        url: 'https://github.com/canonical/lxd/issues/8716',
      },
      {
        title: 'canonical/lxd#12810: Containers on Ubuntu denied WAN access due to default nft rule (docker)',
        url: 'https://github.com/canonical/lxd/issues/12810',
      },
      {
        title:
          'canonical/lxd#3387: starting the docker service on an lxc/lxd host causes traffic to lxc containers to stop',
        url: 'https://github.com/canonical/lxd/issues/3387',
      },
    ],
  },
  {
    id: 'docker-drop-libvirt',
    mechanism: 'policy-drop-by-one-owner',
    owners: ['docker-iptables', 'libvirt-iptables', 'libvirt-nftables'],
    title: "Docker's DROP policy takes the traffic of libvirt's guests",
    evidence:
      "FORWARD has policy DROP and no libvirt rule while libvirt's nft table exists, or libvirt's rejects stand above DOCKER-USER",
    symptom:
      "Virtual machines lose their network after Docker was installed, above all with libvirt's nftables backend",
    remedy: "Accept virbr+ in DOCKER-USER, use libvirt's iptables backend, or start dockerd with --ip-forward-no-drop",
    basis: 'reported',
    references: [
      {
        title: 'moby/moby#52612: Installing Docker Engine on Fedora 44 breaks libvirt default network',
        url: 'https://github.com/moby/moby/issues/52612',
      },
      {
        title: 'docker/for-linux#949: docker-ce package makes existing KVM guests unusable',
        url: 'https://github.com/docker/for-linux/issues/949',
      },
      {
        title: 'moby/moby#39439: Prevent docket from setting Forward policy to DROP',
        url: 'https://github.com/moby/moby/issues/39439',
      },
      {
        title: 'kubernetes/minikube#23593: docs: add troubleshooting guide for kvm2 and docker network conflict',
        url: 'https://github.com/kubernetes/minikube/issues/23593',
      },
      {
        title: 'truenas/middleware#14338: NAS-130769 / 25.04 / Default to accept policy for forward chain',
        url: 'https://github.com/truenas/middleware/issues/14338',
      },
    ],
  },
  {
    id: 'docker-drop-kubernetes',
    mechanism: 'policy-drop-by-one-owner',
    owners: ['docker-iptables', 'flannel-iptables', 'kube-proxy-iptables'],
    title: "Docker's DROP policy stops pod traffic",
    evidence:
      'FORWARD has policy DROP and no CNI plugin accepts its pods there; KUBE-FORWARD accepts only marked and established packets',
    symptom: 'Pods of different nodes cannot reach each other until the policy is set to ACCEPT by hand',
    remedy:
      'Use a CNI version that accepts its own network in FORWARD, set the policy back to ACCEPT, or do not run Docker on the node',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#39823: Handle nodes with iptables FORWARD DROP better',
        url: 'https://github.com/kubernetes/kubernetes/issues/39823',
      },
      {
        title:
          'kubernetes/kubernetes#40182: Upgrading docker 1.13 on nodes causes outbound container traffic to stop working',
        url: 'https://github.com/kubernetes/kubernetes/issues/40182',
      },
      {
        title: 'flannel-io/flannel#872: network/iptables: Add iptables rules to FORWARD chain',
        url: 'https://github.com/flannel-io/flannel/issues/872',
      },
      {
        title:
          'kubernetes/kubernetes#108718: Ping pod IP from other node reject, Chain FORWARD (policy DROP 22 packets, 1848 bytes)',
        url: 'https://github.com/kubernetes/kubernetes/issues/108718',
      },
    ],
  },
  {
    id: 'ufw-before-kube',
    mechanism: 'policy-drop-by-one-owner',
    owners: ['ufw', 'kube-proxy-iptables', 'flannel-iptables'],
    title: "ufw's DROP policy takes cluster traffic",
    evidence:
      "FORWARD has ufw's chains and policy DROP, and neither ufw nor the network plugin accepts the pod network",
    symptom: 'Pods cannot reach Services',
    remedy: 'Allow the pod and Service networks in ufw, or set DEFAULT_FORWARD_POLICY to ACCEPT',
    basis: 'reported',
    references: [
      { title: 'rancher/docs#2732: Add ufw to known issues', url: 'https://github.com/rancher/docs/issues/2732' },
      { title: 'k3s-io/k3s#934: IPTables rules defined by k3s ?', url: 'https://github.com/k3s-io/k3s/issues/934' },
      {
        title: 'vagrant-libvirt/vagrant-libvirt#1839: No networking with static IPs with libvirt > 10.3.0',
        url: 'https://github.com/vagrant-libvirt/vagrant-libvirt/issues/1839',
      },
    ],
  },
  {
    id: 'netavark-flush-forward',
    mechanism: 'policy-drop-by-one-owner',
    owners: ['netavark-iptables', 'docker-iptables'],
    title: 'NETAVARK_FORWARD is empty under a DROP policy',
    evidence: 'FORWARD has policy DROP and NETAVARK_FORWARD has no rules',
    symptom: 'Podman containers lose their network when another one exits',
    remedy: 'Use netavark 1.3 or later',
    basis: 'reported',
    references: [
      {
        title:
          'containers/netavark#491: iptables rules flushed too eagerly from `NETAVARK_FORWARD` chain, breaking container networking',
        url: 'https://github.com/containers/netavark/issues/491',
      },
    ],
  },
];
