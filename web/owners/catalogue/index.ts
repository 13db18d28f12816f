/**
 * The catalogue: every owner that nfscope knows, one file each. The order matters where two variants of a program share a name and nothing
 * tells them apart: the first one counts.
 */
import type { Owner, OwnerId } from '../owner.ts';
import { antrea } from './antrea.ts';
import { awsVpcCni } from './aws-vpc-cni.ts';
import { azureCni } from './azure-cni.ts';
import { calicoEbpf } from './calico-ebpf.ts';
import { calicoIptables } from './calico-iptables.ts';
import { calicoNftables } from './calico-nftables.ts';
import { cilium } from './cilium.ts';
import { cniFirewall } from './cni-firewall.ts';
import { cniIpmasq } from './cni-ipmasq.ts';
import { cniPortmap } from './cni-portmap.ts';
import { crowdsec } from './crowdsec.ts';
import { csf } from './csf.ts';
import { dockerIptables } from './docker-iptables.ts';
import { dockerNftables } from './docker-nftables.ts';
import { egressgateway } from './egressgateway.ts';
import { fail2ban } from './fail2ban.ts';
import { firewalldIptables } from './firewalld-iptables.ts';
import { firewalldNftables } from './firewalld-nftables.ts';
import { flannelIptables } from './flannel-iptables.ts';
import { flannelNftables } from './flannel-nftables.ts';
import { gke } from './gke.ts';
import { incus } from './incus.ts';
import { ipMasqAgent } from './ip-masq-agent.ts';
import { iptablesLegacy } from './iptables-legacy.ts';
import { iptablesNft } from './iptables-nft.ts';
import { istioAmbient } from './istio-ambient.ts';
import { istioSidecar } from './istio-sidecar.ts';
import { kilo } from './kilo.ts';
import { kubeProxyIptables } from './kube-proxy-iptables.ts';
import { kubeProxyIpvs } from './kube-proxy-ipvs.ts';
import { kubeProxyNftables } from './kube-proxy-nftables.ts';
import { kubeRouter } from './kube-router.ts';
import { kubeedge } from './kubeedge.ts';
import { kubelet } from './kubelet.ts';
import { kubespan } from './kubespan.ts';
import { kuma } from './kuma.ts';
import { libvirtIptables } from './libvirt-iptables.ts';
import { libvirtNftables } from './libvirt-nftables.ts';
import { linkerd } from './linkerd.ts';
import { lxd } from './lxd.ts';
import { metallb } from './metallb.ts';
import { microk8s } from './microk8s.ts';
import { miniupnpd } from './miniupnpd.ts';
import { multus } from './multus.ts';
import { nerdctl } from './nerdctl.ts';
import { netavarkFirewalld } from './netavark-firewalld.ts';
import { netavarkIptables } from './netavark-iptables.ts';
import { netavarkNftables } from './netavark-nftables.ts';
import { networkmanagerShared } from './networkmanager-shared.ts';
import { neutron } from './neutron.ts';
import { nodelocaldns } from './nodelocaldns.ts';
import { openwrtFw3 } from './openwrt-fw3.ts';
import { openwrtFw4 } from './openwrt-fw4.ts';
import { ovnKubernetes } from './ovn-kubernetes.ts';
import { proxmox } from './proxmox.ts';
import { shorewall } from './shorewall.ts';
import { sshguard } from './sshguard.ts';
import { submariner } from './submariner.ts';
import { systemdNat } from './systemd-nat.ts';
import { tailscale } from './tailscale.ts';
import { ufw } from './ufw.ts';
import { weave } from './weave.ts';
import { wgQuick } from './wg-quick.ts';

export const CATALOGUE: readonly Owner[] = [
  kubeProxyIptables,
  kubeProxyIpvs,
  kubeProxyNftables,
  kubelet,
  calicoIptables,
  calicoNftables,
  calicoEbpf,
  cilium,
  flannelIptables,
  flannelNftables,
  weave,
  kubeRouter,
  antrea,
  ovnKubernetes,
  dockerIptables,
  dockerNftables,
  netavarkNftables,
  netavarkIptables,
  netavarkFirewalld,
  cniPortmap,
  cniFirewall,
  cniIpmasq,
  nerdctl,
  firewalldNftables,
  firewalldIptables,
  ufw,
  istioSidecar,
  istioAmbient,
  linkerd,
  kuma,
  awsVpcCni,
  azureCni,
  ipMasqAgent,
  gke,
  nodelocaldns,
  metallb,
  multus,
  tailscale,
  wgQuick,
  kubespan,
  libvirtIptables,
  libvirtNftables,
  incus,
  lxd,
  fail2ban,
  crowdsec,
  sshguard,
  proxmox,
  neutron,
  openwrtFw4,
  openwrtFw3,
  miniupnpd,
  shorewall,
  csf,
  systemdNat,
  networkmanagerShared,
  submariner,
  kilo,
  egressgateway,
  kubeedge,
  microk8s,
  iptablesNft,
  iptablesLegacy,
];

/** The catalogue by id. */
export const OWNERS: ReadonlyMap<OwnerId, Owner> = new Map(CATALOGUE.map((owner) => [owner.id, owner]));
