/** Signatures of Flannel (nftables). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const flannelNftables: Owner = {
  id: 'flannel-nftables',
  name: 'Flannel (nftables)',
  short: 'Flannel',
  what: 'The same CNI with nft tables of its own (EnableNFTables)',
  kind: 'program',
  slot: 'flannel',
  initials: 'Fl',
  chains: [],
  nftTables: [
    {
      families: ['ip'],
      pattern: /^flannel-ipv4$/,
      example: 'flannel-ipv4',
      baseChains: [
        { name: 'forward', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
        { name: 'postrtg', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
      ],
    },
    {
      families: ['ip6'],
      pattern: /^flannel-ipv6$/,
      example: 'flannel-ipv6',
      baseChains: [
        { name: 'forward', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
        { name: 'postrtg', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
      ],
    },
  ],
  comments: [
    { pattern: /^rules for flannel-ipv[46]$/, example: 'rules for flannel-ipv4' },
    {
      pattern: /^chain to (accept flannel traffic|manage traffic masquerading by flannel)$/,
      example: 'chain to accept flannel traffic',
    },
  ],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0xffffffff',
      meaning:
        'the masquerade bit of kube-proxy: the first rule of postrtg leaves such packets alone, but compares the whole mark, so it misses them when another bit is set',
      configurable: 'fixed',
      bits: { value: 0x4000, mask: 0xffffffff },
    },
  ],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [
    'Has the same hook and priority (srcnat) as nat-postrouting of kube-proxy in nftables mode: which one runs first is a matter of registration order.',
  ],
  sources: [{ repo: 'flannel-io/flannel', path: 'pkg/trafficmngr/nftables/nftables.go', status: 'verified' }],
};
