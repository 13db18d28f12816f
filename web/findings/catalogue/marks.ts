/** Known conflicts over bits of the packet mark. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const MARKS: readonly CatalogueEntry[] = [
  {
    id: 'tailscale-calico-mark',
    mechanism: 'mark-bit-collision',
    owners: ['tailscale', 'calico-iptables', 'calico-nftables'],
    title: 'Tailscale and Calico use the same mark bits',
    evidence: "Tailscale's rules use 0x40000 and 0x80000 under the mask 0xff0000, and Calico's mask has bits of it too",
    symptom: "Pod packets are taken for Tailscale's own or for subnet traffic and are routed or accepted wrongly",
    remedy: 'Give Calico other bits: IptablesMarkMask (NftablesMarkMask) in FelixConfiguration, for example 0xff000000',
    basis: 'reported',
    references: [
      {
        title: 'tailscale/tailscale#591: Tailscale and Calico netfilter packet marks conflict with each other',
        url: 'https://github.com/tailscale/tailscale/issues/591',
      },
      { title: 'fwmark/registry#3: Add calico reserved bits', url: 'https://github.com/fwmark/registry/issues/3' },
    ],
  },
  {
    id: 'tailscale-cilium-mark',
    mechanism: 'mark-bit-collision',
    owners: ['tailscale', 'cilium'],
    title: "Tailscale's marks overlap with Cilium's identities",
    evidence: 'Chains of Tailscale and of Cilium in one dump; Cilium keeps identities in the upper 16 bits of the mark',
    symptom: 'Pods on other nodes cannot be reached, policies drop',
    remedy: "Run one of the two in its own network namespace: Cilium's bits cannot be moved",
    basis: 'reported',
    references: [
      {
        title: 'cilium/cilium#36104: Tailscale incompatibility due to packet mark conflict',
        url: 'https://github.com/cilium/cilium/issues/36104',
      },
      {
        title:
          'tailscale/tailscale#19876: Pod with kernel-mode tailscaled becomes unreachable to cross-node cluster traffic under Cilium CNI',
        url: 'https://github.com/tailscale/tailscale/issues/19876',
      },
    ],
  },
  {
    id: 'cilium-ipsec-kube-marks',
    mechanism: 'mark-bit-collision',
    owners: ['cilium', 'kube-proxy-iptables', 'kubelet'],
    title: "Cilium's IPsec key ids hit kube's drop and masquerade bits",
    evidence: 'KUBE-FIREWALL drops 0x8000, and stands above the accept of Cilium for its marks 0xXe00 and 0xXd00',
    symptom: 'Encrypted packets are dropped or masqueraded once the key id reaches 4 or 8',
    remedy: "Make sure that Cilium's accept rules stand first, or update to versions that clear the mark on output",
    basis: 'reported',
    references: [
      {
        title: 'cilium/cilium#8516: encryption: mark key id collides with kube-proxy drop rules',
        url: 'https://github.com/cilium/cilium/issues/8516',
      },
      {
        title:
          'cilium/cilium#15350: Investigate potential mark conflict between IPSec and kube-proxy with large keyIDs',
        url: 'https://github.com/cilium/cilium/issues/15350',
      },
      {
        title: 'cilium/cilium#8710: cilium: encryption, ensure 0x*d00 and 0x*e00 marks dont cause conflicts',
        url: 'https://github.com/cilium/cilium/issues/8710',
      },
      {
        title: 'cilium/cilium#28258: ipsec: Clear node ID and SPI with output-mark',
        url: 'https://github.com/cilium/cilium/issues/28258',
      },
    ],
  },
  {
    id: 'wireguard-fwmark-kube-drop',
    mechanism: 'mark-bit-collision',
    owners: ['wg-quick', 'kubelet', 'kube-proxy-iptables'],
    title: "WireGuard's default mark contains kubelet's drop bit",
    evidence: "KUBE-FIREWALL drops packets with 0x8000, and wg-quick's mark 51820 (0xca6c) has that bit",
    symptom: 'The VPN stops working as soon as kubelet starts',
    remedy: 'Choose a FwMark without 0x8000 and 0x4000; Kubernetes 1.28 and later have no drop mark',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#113659: Conflict with wireguard vpn on iptables',
        url: 'https://github.com/kubernetes/kubernetes/issues/113659',
      },
      {
        title: 'canonical/microk8s#1541: Causing issues for wireguard VPN (iptables)',
        url: 'https://github.com/canonical/microk8s/issues/1541',
      },
    ],
  },
  {
    id: 'unmasked-mark-set',
    mechanism: 'unmasked-mark-set',
    owners: ['weave', 'docker-iptables', 'azure-cni', 'kubespan', 'calico-iptables', 'kube-proxy-iptables'],
    title: 'A program writes or compares the whole mark',
    evidence:
      'A rule sets the mark without a mask, restores it from the connection without a mask, or compares it as a whole, while another program uses single bits',
    symptom: "The other program's bits vanish, or the comparison fails because of them",
    remedy: 'Use masks on both sides',
    basis: 'both',
    references: [
      {
        title: 'projectcalico/felix#964: Calico clobbers the whole forwarding mark even though we only need 1 bit',
        url: 'https://github.com/projectcalico/felix/issues/964',
      },
      {
        title: 'kubernetes/kubernetes#19983: kube-proxy uses the entire forwarding mark',
        url: 'https://github.com/kubernetes/kubernetes/issues/19983',
      },
      {
        title: 'siderolabs/talos#5945: fix: use masks and different firewall mark for KubeSpan',
        url: 'https://github.com/siderolabs/talos/issues/5945',
      },
      {
        title: 'flannel-io/flannel pkg/trafficmngr/nftables/nftables.go: meta mark 0x4000 return without mask',
        url: 'https://github.com/flannel-io/flannel/blob/HEAD/pkg/trafficmngr/nftables/nftables.go',
      },
      {
        title: 'moby/moby daemon/libnetwork/drivers/overlay/encryption.go: 0xD0C4E3 full mark',
        url: 'https://github.com/moby/moby/blob/HEAD/daemon/libnetwork/drivers/overlay/encryption.go',
      },
      {
        title: "sbezverk/nfproxy#53: Pod can't access itself with ClusterIP when using Calico",
        url: 'https://github.com/sbezverk/nfproxy/issues/53',
      },
    ],
  },
  {
    id: 'istio-ambient-calico-ebpf',
    mechanism: 'mark-bit-collision',
    owners: ['istio-ambient', 'calico-ebpf'],
    title: "Calico's eBPF dataplane drops the address of Istio's probes",
    evidence: 'ISTIO_POSTRT and its ipset next to Calico rules that test 0x1000000 or 0x5000000',
    symptom: 'Readiness probes fail',
    remedy: 'Use Calico 3.29 or later',
    basis: 'reported',
    references: [
      {
        title:
          'istio/istio#52765: Calico eBPF mode leads to readiness probe failures with ambient [fixed in Calico 3.29]',
        url: 'https://github.com/istio/istio/issues/52765',
      },
    ],
  },
  {
    id: 'portmap-netavark-same-bit',
    mechanism: 'mark-bit-collision',
    owners: ['cni-portmap', 'netavark-nftables', 'netavark-iptables', 'azure-cni'],
    title: "CNI portmap, netavark and Azure's old NPM share bit 0x2000",
    evidence: 'Two of them in one dump',
    symptom: 'Harmless while both only mean masquerading; wrong SNAT or dropped packets with NPM',
    remedy: "Set markMasqBit in portmap's configuration",
    basis: 'derived',
    references: [
      {
        title: 'containernetworking/plugins plugins/meta/portmap/main.go: DefaultMarkBit = 13',
        url: 'https://github.com/containernetworking/plugins/blob/HEAD/plugins/meta/portmap/main.go',
      },
      {
        title: 'containers/netavark src/firewall/nft.rs: MASQUERADE_MASK 0x2000',
        url: 'https://github.com/containers/netavark/blob/HEAD/src/firewall/nft.rs',
      },
    ],
  },
  {
    id: 'gke-netd-kube-bit',
    mechanism: 'mark-bit-collision',
    owners: ['gke', 'kube-proxy-iptables'],
    title: "GKE's hairpin mark is kube-proxy's masquerade bit",
    evidence: 'GCP-PREROUTING or GCP-POSTROUTING with 0x4000 next to a KUBE-MARK-MASQ that sets another bit',
    symptom: "Intended on GKE; breaks only if kube-proxy's bit was changed",
    remedy: "Leave kube-proxy's masquerade bit at its default",
    basis: 'derived',
    references: [
      { title: 'GoogleCloudPlatform/netd: hairpinMark = 0x4000', url: 'https://github.com/GoogleCloudPlatform/netd' },
    ],
  },
  {
    id: 'submariner-mark',
    mechanism: 'mark-bit-collision',
    owners: ['submariner', 'calico-iptables', 'tailscale', 'weave'],
    title: "Submariner's mark lies in Calico's and Tailscale's masks",
    evidence: "SUBMARINER-GN-MARK sets 0xc0000 next to Calico's or Tailscale's rules",
    symptom: 'Derived from the sources; nobody has reported it yet',
    remedy: 'Give Calico other bits (IptablesMarkMask)',
    basis: 'derived',
    references: [
      {
        title: 'submariner-io/submariner pkg/globalnet/controllers/types.go: globalNetIPTableMark 0xC0000',
        url: 'https://github.com/submariner-io/submariner/blob/HEAD/pkg/globalnet/controllers/types.go',
      },
    ],
  },
];
