/** Signatures of Istio (sidecar). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const istioSidecar: Owner = {
  id: 'istio-sidecar',
  name: 'Istio (sidecar)',
  short: 'Istio',
  what: 'Traffic capture for the sidecar, inside the network namespace of a pod',
  kind: 'program',
  slot: 'istio',
  initials: 'Is',
  chains: [
    {
      tables: ['nat'],
      pattern: /^ISTIO_(INBOUND|REDIRECT|IN_REDIRECT|OUTPUT_DNS)$/,
      role: '',
      example: 'ISTIO_INBOUND',
    },
    { tables: ['nat'], pattern: /^ISTIO_OUTPUT$/, role: 'ambient mode has one too', example: 'ISTIO_OUTPUT' },
    { tables: ['mangle'], pattern: /^ISTIO_(INBOUND|DIVERT|TPROXY|DROP)$/, role: '', example: 'ISTIO_TPROXY' },
    { tables: ['raw'], pattern: /^ISTIO_INBOUND$/, role: '', example: 'ISTIO_INBOUND' },
    {
      tables: ['raw'],
      pattern: /^ISTIO_OUTPUT(_DNS)?$/,
      role: 'ambient mode has ISTIO_OUTPUT too',
      example: 'ISTIO_OUTPUT',
    },
  ],
  nftTables: [
    {
      families: ['inet'],
      pattern: /^istio-proxy-nat$/,
      example: 'istio-proxy-nat',
      baseChains: [
        { name: 'prerouting', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'output', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
      ],
    },
    {
      families: ['inet'],
      pattern: /^istio-proxy-mangle$/,
      example: 'istio-proxy-mangle',
      baseChains: [
        { name: 'prerouting', type: 'filter', hook: 'prerouting', priority: 'mangle', priorityNumber: -150 },
        { name: 'output', type: 'route', hook: 'output', priority: 'mangle', priorityNumber: -150 },
      ],
    },
    {
      families: ['inet'],
      pattern: /^istio-proxy-raw$/,
      example: 'istio-proxy-raw',
      baseChains: [
        { name: 'prerouting', type: 'filter', hook: 'prerouting', priority: 'raw', priorityNumber: -300 },
        { name: 'output', type: 'filter', hook: 'output', priority: 'raw', priorityNumber: -300 },
      ],
    },
  ],
  comments: [],
  bareRules: [
    {
      text: 'REDIRECT to port 15001 (outbound), 15006 (inbound), 15053 (DNS)',
      match: {
        tables: ['nat'],
        chains: ['OUTPUT', 'PREROUTING'],
        toPorts: [15001, 15006, 15053],
        verdicts: ['redirect'],
      },
      present: true,
    },
    {
      text: '-t raw -A OUTPUT -d <name server> -p udp --dport 53 -j CT --zone 2, and the same for replies in PREROUTING',
      match: { tables: ['raw'], chains: ['OUTPUT', 'PREROUTING'], ports: [53] },
      present: true,
    },
    {
      text: 'rules on the user or group of Envoy, 1337',
      match: { uid: 1337, tables: ['nat', 'mangle', 'raw', 'filter'], chains: ['OUTPUT', 'PREROUTING'] },
    },
    {
      text: '-t nat -A PREROUTING -i <excluded interface> -j RETURN',
      match: { tables: ['nat', 'mangle'], chains: ['PREROUTING'], iif: '*', verdicts: ['return'] },
      present: true,
    },
    {
      text: '-t nat -A OUTPUT -o <excluded interface> -j RETURN',
      match: { tables: ['nat', 'mangle'], chains: ['OUTPUT'], oif: '*', verdicts: ['return'] },
      present: true,
    },
  ],
  hooks: [{ table: 'nat', chain: 'PREROUTING,OUTPUT', how: 'append (jump)', detail: '' }],
  marks: [
    {
      kind: 'packet',
      value: '0x539',
      mask: '0xffffffff',
      meaning: 'inbound connection, to be delivered by TPROXY',
      configurable: 'ISTIO_INBOUND_TPROXY_MARK=1337',
      bits: { value: 0x539, mask: 0xffffffff },
    },
    {
      kind: 'packet',
      value: '0x53a',
      mask: '0xffffffff',
      meaning: 'outbound to the pod itself (1338), in TPROXY mode',
      bits: { value: 0x53a, mask: 0xffffffff },
    },
    {
      kind: 'connection',
      value: '0x539',
      mask: '0xffffffff',
      meaning: 'inbound connection: its replies get the packet mark back',
      bits: { value: 0x539, mask: 0xffffffff },
    },
  ],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'istio/istio', path: 'tools/istio-iptables/pkg/constants/constants.go', status: 'verified' },
    { repo: 'istio/istio', path: 'tools/istio-nftables/pkg/constants/constants.go', status: 'verified' },
    { repo: 'istio/istio', path: 'tools/istio-nftables/pkg/capture/run.go', status: 'verified' },
  ],
};
