/** Known conflicts between iptables-legacy and nf_tables. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const BACKENDS: readonly CatalogueEntry[] = [
  {
    id: 'legacy-and-nft-kube',
    mechanism: 'legacy-and-nft-both-loaded',
    owners: ['kubelet', 'kube-proxy-iptables', 'kube-router', 'calico-iptables', 'docker-iptables'],
    title: "Kubernetes' programs are split over iptables-legacy and iptables-nft",
    evidence:
      "Both backends hold rules; the hints are a kubelet chain in one and kube-proxy's or Calico's chains in the other",
    symptom:
      'Rules that the administrator does not see; a packet accepted in one backend and dropped in the other; double NAT',
    remedy:
      'Let all programs use one backend (iptables-wrappers, update-alternatives, FELIX_IPTABLESBACKEND), and flush the other',
    basis: 'reported',
    references: [
      {
        title: 'cloudnativelabs/kube-router#1069: Kube-router mixes iptables-legacy and iptables-nft rules',
        url: 'https://github.com/cloudnativelabs/kube-router/issues/1069',
      },
      {
        title: 'canonical/microk8s#2180: MicroK8s seems to use iptables-legacy instead of iptables-nft',
        url: 'https://github.com/canonical/microk8s/issues/2180',
      },
      {
        title: 'kubernetes/kubernetes#71305: kube-proxy currently incompatible with `iptables >= 1.8`',
        url: 'https://github.com/kubernetes/kubernetes/issues/71305',
      },
      {
        title: 'cilium/cilium#20123: cilium: fix conflicting iptables-legacy and iptables-nft rules',
        url: 'https://github.com/cilium/cilium/issues/20123',
      },
      {
        title:
          "moby/moby#46636: iptables (legacy) doesn't work with swarm published ports; iptables (nf_tables) is required",
        url: 'https://github.com/moby/moby/issues/46636',
      },
      {
        title: 'kubernetes/website#16271: Add instructions for switching to iptables-legacy',
        url: 'https://github.com/kubernetes/website/issues/16271',
      },
    ],
  },
  {
    id: 'docker-snap-legacy',
    mechanism: 'legacy-and-nft-both-loaded',
    owners: ['docker-iptables', 'ufw', 'lxd'],
    title: 'Docker from the snap writes legacy rules on an nft node',
    evidence: "The legacy dump has Docker's chains and a DROP policy, the nft one ufw's or LXD's",
    symptom: 'LXD and multipass instances get no address or route',
    remedy: "Use the distribution's package, or set the alternatives to one backend",
    basis: 'reported',
    references: [
      {
        title: 'canonical/docker-snap#68: docker snap unconditionally uses xtables',
        url: 'https://github.com/canonical/docker-snap/issues/68',
      },
      {
        title: 'chaifeng/ufw-docker#9: iptables migration to nftables on debian',
        url: 'https://github.com/chaifeng/ufw-docker/issues/9',
      },
    ],
  },
];
