/** Signatures of Istio (ambient). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const istioAmbient: Owner = {
  id: 'istio-ambient',
  name: 'Istio (ambient)',
  short: 'Istio',
  what: 'Ambient mode: the CNI agent and ztunnel, in pods and on the host',
  kind: 'program',
  slot: 'istio',
  initials: 'Is',
  chains: [
    { tables: ['nat', 'mangle', 'raw'], pattern: /^ISTIO_PRERT$/, role: 'inside the pod', example: 'ISTIO_PRERT' },
    {
      tables: ['nat', 'mangle', 'raw'],
      pattern: /^ISTIO_OUTPUT$/,
      role: 'inside the pod; the sidecar has one too',
      example: 'ISTIO_OUTPUT',
    },
    {
      tables: ['nat'],
      pattern: /^ISTIO_POSTRT$/,
      role: 'on the host: SNAT of the probes of kubelet to 169.254.7.127',
      example: 'ISTIO_POSTRT',
    },
  ],
  nftTables: [
    {
      families: ['inet', 'ip', 'ip6'],
      pattern: /^istio-ambient-nat$/,
      example: 'istio-ambient-nat',
      baseChains: [
        { name: 'prerouting', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'output', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
      ],
      note: 'in the pod; on the host it has a postrouting chain at srcnat (100)',
    },
    {
      families: ['inet', 'ip', 'ip6'],
      pattern: /^istio-ambient-mangle$/,
      example: 'istio-ambient-mangle',
      baseChains: [
        { name: 'prerouting', type: 'filter', hook: 'prerouting', priority: 'mangle', priorityNumber: -150 },
        { name: 'output', type: 'route', hook: 'output', priority: 'mangle', priorityNumber: -150 },
      ],
    },
    {
      families: ['inet', 'ip', 'ip6'],
      pattern: /^istio-ambient-raw$/,
      example: 'istio-ambient-raw',
      baseChains: [
        { name: 'prerouting', type: 'filter', hook: 'prerouting', priority: 'raw', priorityNumber: -300 },
        { name: 'output', type: 'filter', hook: 'output', priority: 'raw', priorityNumber: -300 },
      ],
    },
  ],
  comments: [],
  bareRules: [
    { text: 'ct zone set 1 for DNS' },
    { text: 'REDIRECT to ports 15001, 15006 and 15053; not for destination port 15008' },
  ],
  hooks: [
    {
      table: 'nat',
      chain: 'POSTROUTING (host)',
      how: 'insert since 1.27-ish (PR 56414), append before',
      detail: '-j ISTIO_POSTRT',
    },
  ],
  marks: [
    { kind: 'packet', value: '0x539', mask: '0xfff', meaning: 'from ztunnel', bits: { value: 0x539, mask: 0xfff } },
    {
      kind: 'connection',
      value: '0x111',
      mask: '0xfff',
      meaning: 'connection that goes back to ztunnel',
      bits: { value: 0x111, mask: 0xfff },
    },
  ],
  sets: [{ pattern: /^istio-inpod-probes-v[46]$/, example: 'istio-inpod-probes-v4' }],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'istio/istio', path: 'cni/pkg/iptables/iptables.go', status: 'verified' },
    { repo: 'istio/istio', path: 'cni/pkg/iptables/testdata/default.golden', status: 'verified' },
    { repo: 'istio/istio', path: 'cni/pkg/nftables/nftables.go', status: 'verified' },
    { repo: 'istio/istio', path: 'cni/pkg/nftables/testdata/default.golden', status: 'verified' },
  ],
};
