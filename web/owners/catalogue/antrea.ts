/** Signatures of Antrea. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const antrea: Owner = {
  id: 'antrea',
  name: 'Antrea',
  short: 'Antrea',
  what: 'CNI on Open vSwitch',
  kind: 'program',
  slot: 'cilium',
  initials: 'An',
  chains: [
    {
      tables: ['raw', 'filter', 'nat', 'mangle'],
      pattern: /^ANTREA-(FORWARD|PREROUTING|POSTROUTING|INPUT|OUTPUT)$/,
      role: '',
      example: 'ANTREA-FORWARD',
    },
    {
      tables: ['filter'],
      pattern: /^ANTREA-POL-.+$/,
      role: 'node network policies',
      example: 'ANTREA-POL-PRE-INGRESS-RULES',
    },
  ],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^antrea$/,
      example: 'antrea',
      baseChains: [
        { name: 'raw-prerouting-proxy-all', type: 'filter', hook: 'prerouting', priority: 'raw', priorityNumber: -300 },
        { name: 'raw-output-proxy-all', type: 'filter', hook: 'output', priority: 'raw', priorityNumber: -300 },
        {
          name: 'nat-prerouting-proxy-all',
          type: 'nat',
          hook: 'prerouting',
          priority: 'dstnat-1',
          priorityNumber: -101,
        },
        { name: 'nat-output-proxy-all', type: 'nat', hook: 'output', priority: 'dstnat-1', priorityNumber: -101 },
        {
          name: 'nat-postrouting-proxy-all',
          type: 'nat',
          hook: 'postrouting',
          priority: 'srcnat',
          priorityNumber: 100,
        },
        { name: 'forward-offload', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
      ],
      note: 'hostNetworkNFTables and the flowtable fast path',
    },
  ],
  comments: [{ pattern: /^Antrea: /, example: 'Antrea: jump to Antrea forwarding rules' }],
  bareRules: [],
  hooks: [
    {
      table: '*',
      chain: 'raw PREROUTING/OUTPUT, filter FORWARD/INPUT/OUTPUT, nat POSTROUTING, mangle PREROUTING/OUTPUT',
      how: 'append',
      detail: '',
    },
    {
      table: 'nat',
      chain: 'PREROUTING,OUTPUT',
      how: 'insert',
      detail:
        'with proxyAll only: it has to come before KUBE-SERVICES, and takes its jump out and in again when it finds itself behind',
    },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x80000000',
      mask: '0x80000000',
      meaning: 'from the host itself',
      bits: { value: 0x80000000, mask: 0x80000000 },
    },
    {
      kind: 'packet',
      value: '0x40000000',
      mask: '0x40000000',
      meaning: 'reply of an Egress connection, without encapsulation',
      bits: { value: 0x40000000, mask: 0x40000000 },
    },
    { kind: 'packet', value: '1..255', mask: '0xff', meaning: 'number of the Egress address for SNAT' },
  ],
  sets: [
    { pattern: /^ANTREA-(POD|NODEPORT|EXTERNAL|LOCAL-FLEXIBLE-IPAM-POD|CLUSTER-NODE)-IP6?$/, example: 'ANTREA-POD-IP' },
  ],
  interfaces: [{ pattern: /^antrea-(gw|tun|egress)[0-9]+$/, example: 'antrea-gw0' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'antrea-io/antrea', path: 'pkg/agent/route/route_linux.go', status: 'verified' },
    { repo: 'antrea-io/antrea', path: 'pkg/agent/util/nftables/nftables.go', status: 'verified' },
    { repo: 'antrea-io/antrea', path: 'pkg/agent/types/net.go', status: 'verified' },
  ],
};
