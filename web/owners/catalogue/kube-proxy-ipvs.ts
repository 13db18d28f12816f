/** Signatures of kube-proxy (IPVS mode). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubeProxyIpvs: Owner = {
  id: 'kube-proxy-ipvs',
  name: 'kube-proxy (IPVS mode)',
  short: 'kube-proxy',
  what: 'Kubernetes Services on IPVS: iptables only masquerades and filters, and finds Services through ipsets',
  kind: 'program',
  slot: 'kube-proxy',
  initials: 'kp',
  chains: [
    { tables: ['nat'], pattern: /^KUBE-(NODE-PORT|LOAD-BALANCER|FIREWALL)$/, role: '', example: 'KUBE-LOAD-BALANCER' },
    {
      tables: ['nat'],
      pattern: /^KUBE-(SERVICES|POSTROUTING|MARK-MASQ)$/,
      role: 'names that iptables mode has too',
      example: 'KUBE-SERVICES',
    },
    {
      tables: ['filter'],
      pattern: /^KUBE-(NODE-PORT|SOURCE-RANGES-FIREWALL|IPVS-FILTER|IPVS-OUT-FILTER)$/,
      role: '',
      example: 'KUBE-IPVS-FILTER',
    },
    {
      tables: ['filter'],
      pattern: /^KUBE-(FORWARD|PROXY-FIREWALL)$/,
      role: 'names that iptables mode has too',
      example: 'KUBE-PROXY-FIREWALL',
    },
  ],
  nftTables: [],
  comments: [
    {
      pattern: /^Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose$/,
      example: 'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose',
    },
    {
      pattern: /^Kubernetes service (cluster ip|external ip|lb|load balancer)/,
      example: 'Kubernetes service cluster ip + port for masquerade purpose',
    },
    {
      pattern: /^Kubernetes nodeport (TCP|UDP|SCTP) port/,
      example: 'Kubernetes nodeport TCP port for masquerade purpose',
    },
    { pattern: /^kubernetes health check rules$/, example: 'kubernetes health check rules' },
    { pattern: /^kube-proxy firewall rules$/, example: 'kube-proxy firewall rules' },
    { pattern: /^kubernetes ipvs access filter$/, example: 'kubernetes ipvs access filter' },
  ],
  bareRules: [],
  hooks: [
    { table: 'nat', chain: 'PREROUTING/OUTPUT', how: 'prepend', detail: 'KUBE-SERVICES' },
    { table: 'nat', chain: 'POSTROUTING', how: 'prepend', detail: 'KUBE-POSTROUTING' },
    {
      table: 'filter',
      chain: 'INPUT',
      how: 'prepend',
      detail: 'KUBE-NODE-PORT, KUBE-PROXY-FIREWALL, KUBE-IPVS-FILTER',
    },
    { table: 'filter', chain: 'FORWARD', how: 'prepend', detail: 'KUBE-FORWARD, KUBE-PROXY-FIREWALL' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0x4000',
      meaning: 'masquerade: set by KUBE-MARK-MASQ; KUBE-POSTROUTING clears it and masquerades',
      configurable: 'ipvs.masqueradeBit (14)',
      bits: { value: 0x4000, mask: 0x4000 },
    },
  ],
  sets: [
    {
      pattern:
        /^KUBE-(LOOP-BACK|CLUSTER-IP|EXTERNAL-IP|EXTERNAL-IP-LOCAL|LOAD-BALANCER|LOAD-BALANCER-LOCAL|LOAD-BALANCER-FW|LOAD-BALANCER-SOURCE-IP|LOAD-BALANCER-SOURCE-CIDR|HEALTH-CHECK-NODE-PORT|IPVS-IPS)$/,
      example: 'KUBE-CLUSTER-IP',
    },
    { pattern: /^KUBE-NODE-PORT-(LOCAL-)?(TCP|UDP|SCTP-HASH)$/, example: 'KUBE-NODE-PORT-LOCAL-TCP' },
    { pattern: /^6-KUBE-/, example: '6-KUBE-CLUSTER-IP' },
  ],
  interfaces: [{ pattern: /^kube-ipvs0$/, example: 'kube-ipvs0' }],
  settings: [],
  behaviour: null,
  notes: [
    'Service addresses are local addresses here (on kube-ipvs0), so rules of others that match `--dst-type LOCAL` (hostPort, Docker) capture Service traffic.',
    'The IPv6 twins of the sets, with the prefix 6-KUBE-, are recalled, not read in the source.',
  ],
  sources: [
    { repo: 'kubernetes/kubernetes', path: 'pkg/proxy/ipvs/ipset.go', status: 'verified' },
    {
      repo: 'kubernetes/kubernetes',
      path: 'pkg/proxy/ipvs/proxier.go',
      status: 'verified',
      note: 'KUBE-IPVS-FILTER, KUBE-IPVS-OUT-FILTER and KUBE-NODE-PORT, read in part',
    },
  ],
};
