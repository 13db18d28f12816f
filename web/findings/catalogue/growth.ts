/** Known duplicates and linear costs. Data only: what recognises an entry is in the detectors, see ../README.md. */
import type { CatalogueEntry } from './entry.ts';

export const GROWTH: readonly CatalogueEntry[] = [
  {
    id: 'kube-firewall-duplicates',
    mechanism: 'duplicate-jumps',
    owners: ['kubelet', 'kube-proxy-iptables'],
    title: 'kubelet adds the same rule again and again',
    evidence: 'KUBE-FIREWALL holds several equal rules',
    symptom: 'Tens of thousands of rules, CPU load, latency',
    remedy: 'Use iptables 1.8.3 or later, or the legacy backend',
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#82361: iptables are spammed with entries in the KUBE-FIREWALL chain',
        url: 'https://github.com/kubernetes/kubernetes/issues/82361',
      },
      {
        title: 'kubernetes/kubernetes#79304: kubelet filling iptables with duplicate rules',
        url: 'https://github.com/kubernetes/kubernetes/issues/79304',
      },
      {
        title: 'kubernetes/kubernetes#76431: Kubelet keeps creating identical rule on Deb Buster',
        url: 'https://github.com/kubernetes/kubernetes/issues/76431',
      },
      {
        title:
          'kubernetes/kubernetes#37416: kubelet 1.3.9 inserting duplicate iptables rules on centos6 (iptables v1.4.7)',
        url: 'https://github.com/kubernetes/kubernetes/issues/37416',
      },
      {
        title:
          'kubernetes/kubernetes#72370: Networking: Pods are unable to communicate with: other pods, the API Server and the outside world',
        url: 'https://github.com/kubernetes/kubernetes/issues/72370',
      },
    ],
  },
  {
    id: 'kube-router-duplicates',
    mechanism: 'duplicate-jumps',
    owners: ['kube-router', 'flannel-iptables'],
    title: "kube-router's or flannel's rules pile up",
    evidence: 'KUBE-ROUTER-INPUT or FORWARD hold several equal rules',
    symptom: "The kernel's packet processing takes a whole CPU after a long uptime",
    remedy: 'Use the iptables that the distribution bundles (--prefer-bundled-bin)',
    basis: 'reported',
    references: [
      {
        title: 'cloudnativelabs/kube-router#1676: kube-router duplicates rules in the KUBE-ROUTER-INPUT chain',
        url: 'https://github.com/cloudnativelabs/kube-router/issues/1676',
      },
      {
        title: 'k3s-io/k3s#3117: High load due to ksoftirqd, growing iptables rules',
        url: 'https://github.com/k3s-io/k3s/issues/3117',
      },
      {
        title: 'BlueKrypto/k3os#15: Duplicate iptables rules cause 100% ksoftirqd usage after long uptimes',
        url: 'https://github.com/BlueKrypto/k3os/issues/15',
      },
    ],
  },
  {
    id: 'checkpoint-restore-duplicates',
    mechanism: 'duplicate-jumps',
    owners: ['kube-proxy-iptables', 'kubelet', 'user'],
    title: 'A saved dump was loaded on top of the running rules',
    evidence: 'A base chain holds several equal jumps of one program',
    symptom: 'The ruleset grows with every reboot, and stale rules stay',
    remedy: 'Do not save rules of running programs; filter the dump before saving it',
    basis: 'reported',
    references: [
      {
        title: 'coreos/kenc#42: iptables-restore with no flush leads to duplicate rules',
        url: 'https://github.com/coreos/kenc/issues/42',
      },
      {
        title: 'kubernetes/kubernetes#14870: kube-proxy keeps adding duplicate iptables rules',
        url: 'https://github.com/kubernetes/kubernetes/issues/14870',
      },
    ],
  },
  {
    id: 'istio-duplicate-init',
    mechanism: 'duplicate-jumps',
    owners: ['istio-sidecar', 'multus'],
    title: "Istio's rules were set up twice in one namespace",
    evidence: 'ISTIO_* jumps are repeated in PREROUTING or OUTPUT',
    symptom: 'The init container fails again and again, or redirects loop',
    remedy: 'Use Istio 1.24 or later, and only one CNI configuration',
    basis: 'reported',
    references: [
      {
        title: 'istio/istio#15519: Iptables rules are not updated even after successful istio-init',
        url: 'https://github.com/istio/istio/issues/15519',
      },
      {
        title: 'istio/istio#21030: Erroneous init-containers restarts Init:CrashLoopBackOff',
        url: 'https://github.com/istio/istio/issues/21030',
      },
      {
        title: 'istio/istio#57432: The Istio-cni configuration is injected into both Multus and Calico',
        url: 'https://github.com/istio/istio/issues/57432',
      },
    ],
  },
  {
    id: 'kube-proxy-linear',
    mechanism: 'linear-cost',
    owners: ['kube-proxy-iptables'],
    title: 'Thousands of Services are tested one by one',
    evidence: 'KUBE-SERVICES has more than a thousand rules',
    symptom: 'The first packet of each connection is slow, and updates take seconds',
    remedy: "Use kube-proxy's nftables mode, and a longer minSyncPeriod",
    basis: 'reported',
    references: [
      {
        title: 'kubernetes/kubernetes#96018: nftables do not scale for services',
        url: 'https://github.com/kubernetes/kubernetes/issues/96018',
      },
      {
        title:
          'kubernetes/kubernetes#48107: Kube-proxy facing locking timeout in large clusters during load test with services enabled',
        url: 'https://github.com/kubernetes/kubernetes/issues/48107',
      },
      {
        title: 'kubernetes/website#49393: nftables kube-proxy blog post for 1.33',
        url: 'https://github.com/kubernetes/website/issues/49393',
      },
    ],
  },
];
