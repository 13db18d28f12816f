/** Signatures of kube-proxy (iptables mode). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubeProxyIptables: Owner = {
  id: 'kube-proxy-iptables',
  name: 'kube-proxy (iptables mode)',
  short: 'kube-proxy',
  what: 'Kubernetes Services in iptables mode: rewrites its chains in nat and filter with iptables-restore --noflush',
  kind: 'program',
  slot: 'kube-proxy',
  initials: 'kp',
  chains: [
    {
      tables: ['nat'],
      pattern: /^KUBE-(SERVICES|NODEPORTS|PROXY-CANARY)$/,
      role: 'entry chains and the flush detector',
      example: 'KUBE-SERVICES',
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-(POSTROUTING|MARK-MASQ)$/,
      role: 'masquerading; kubelet made them too until it gave up its iptables rules',
      example: 'KUBE-MARK-MASQ',
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-(SVC|SVL|EXT|SEP|FW|XLB)-.+$/,
      role: 'per Service and per endpoint (16 characters of a base32 SHA-256); XLB until 1.23, SVL and EXT since 1.24',
      example: 'KUBE-SVC-NPX46M4PTMTKRN6Y',
    },
    {
      tables: ['filter'],
      pattern: /^KUBE-(SERVICES|EXTERNAL-SERVICES|NODEPORTS|FORWARD|PROXY-FIREWALL|PROXY-CANARY)$/,
      role: 'accepts, rejects for Services without endpoints, source ranges',
      example: 'KUBE-FORWARD',
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-EXTERNAL-SERVICES$/,
      role: 'named in nat by older versions',
      example: 'KUBE-EXTERNAL-SERVICES',
    },
    { tables: ['mangle'], pattern: /^KUBE-PROXY-CANARY$/, role: 'flush detector', example: 'KUBE-PROXY-CANARY' },
    {
      tables: ['nat'],
      pattern: /^KUBE-PORTALS-(CONTAINER|HOST)$/,
      role: 'the old userspace mode',
      example: 'KUBE-PORTALS-HOST',
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-NODEPORT-(CONTAINER|HOST|NON-LOCAL)$/,
      role: 'the old userspace mode',
      example: 'KUBE-NODEPORT-HOST',
    },
    {
      tables: ['nat', 'filter', 'mangle'],
      pattern: /^KUBE-.+$/,
      role: 'another chain with the prefix of kube-proxy',
      example: 'KUBE-SOMETHING',
      fallback: true,
    },
  ],
  nftTables: [],
  comments: [
    { pattern: /^kubernetes service portals/, example: 'kubernetes service portals' },
    {
      pattern: /^kubernetes externally-visible service portals$/,
      example: 'kubernetes externally-visible service portals',
    },
    { pattern: /^kubernetes health check service ports$/, example: 'kubernetes health check service ports' },
    { pattern: /^kubernetes forwarding /, example: 'kubernetes forwarding conntrack rule' },
    { pattern: /^kubernetes load balancer firewall$/, example: 'kubernetes load balancer firewall' },
    { pattern: /^kubernetes postrouting rules$/, example: 'kubernetes postrouting rules' },
    { pattern: /^kubernetes service traffic requiring SNAT$/, example: 'kubernetes service traffic requiring SNAT' },
    {
      pattern: /^kubernetes service nodeports;/,
      example: 'kubernetes service nodeports; NOTE: this must be the last rule in this chain',
    },
    {
      pattern: /^handle (ClusterIPs|service NodePorts)/,
      example: 'handle ClusterIPs; NOTE: this must be before the NodePort rules',
    },
    {
      pattern:
        /^[a-z0-9-]+\/[a-z0-9.-]+(?::[a-z0-9-]+)?(?: cluster IP| external IP| loadbalancer IP| has no endpoints| -> .*)?$/,
      example: 'default/web:http cluster IP',
      weak: true,
    },
  ],
  bareRules: [],
  hooks: [
    { table: 'nat', chain: 'PREROUTING', how: 'prepend', detail: '-j KUBE-SERVICES' },
    { table: 'nat', chain: 'OUTPUT', how: 'prepend', detail: '-j KUBE-SERVICES' },
    { table: 'nat', chain: 'POSTROUTING', how: 'prepend', detail: '-j KUBE-POSTROUTING' },
    {
      table: 'filter',
      chain: 'INPUT',
      how: 'prepend',
      detail: 'KUBE-PROXY-FIREWALL and KUBE-EXTERNAL-SERVICES for new connections, KUBE-NODEPORTS for all',
    },
    {
      table: 'filter',
      chain: 'FORWARD',
      how: 'prepend',
      detail: 'KUBE-FORWARD for all; KUBE-PROXY-FIREWALL, KUBE-SERVICES and KUBE-EXTERNAL-SERVICES for new connections',
    },
    {
      table: 'filter',
      chain: 'OUTPUT',
      how: 'prepend',
      detail: 'KUBE-PROXY-FIREWALL(NEW), KUBE-SERVICES(NEW), KUBE-FIREWALL',
    },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0x4000',
      meaning: 'masquerade: set by KUBE-MARK-MASQ; KUBE-POSTROUTING clears it and masquerades',
      configurable: '--iptables-masquerade-bit, iptables.masqueradeBit (14)',
      bits: { value: 0x4000, mask: 0x4000 },
    },
    {
      kind: 'packet',
      value: '0x8000',
      mask: '0x8000',
      meaning: 'drop: set by KUBE-MARK-DROP; gone since 1.28',
      configurable: '--iptables-drop-bit of kubelet (15)',
      bits: { value: 0x8000, mask: 0x8000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: [
    'masqueradeBit',
    '--masquerade-all',
    '--cluster-cidr / detectLocalMode',
    'nodePortAddresses',
    'iptables.localhostNodePorts',
    'minSyncPeriod/syncPeriod',
  ],
  behaviour:
    'Inserts each jump at position 1, but only while that exact rule is missing, and never moves one that is there. So where it stands beside other writers depends on who started last.',
  notes: ['Not confirmed: the complete list of chains from 1.33 on.'],
  sources: [
    {
      repo: 'kubernetes/kubernetes',
      path: 'pkg/proxy/iptables/proxier.go',
      status: 'verified',
      note: 'an old version read in full (prepended jumps, names of the chains); the present jump table read in part and seen in dumps',
    },
    {
      repo: 'projectcalico/calico',
      path: 'felix/rules/rule_defs.go',
      status: 'verified',
      note: 'KubeProxyChainPrefixes',
    },
    { repo: 'kubernetes/kubernetes', path: 'issues 39823 and 72370 (dumps)', status: 'verified' },
  ],
};
