/** Signatures of iptables-nft. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const iptablesNft: Owner = {
  id: 'iptables-nft',
  name: 'iptables-nft',
  short: 'iptables-nft',
  what: 'The tables that the iptables tools on nf_tables make; others fill them',
  kind: 'engine',
  slot: 'unknown',
  initials: 'xn',
  chains: [],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^filter$/,
      example: 'filter',
      baseChains: [{ name: 'INPUT/FORWARD/OUTPUT', type: 'filter', hook: '', priority: 'filter', priorityNumber: 0 }],
      compat: true,
    },
    {
      families: ['ip', 'ip6'],
      pattern: /^nat$/,
      example: 'nat',
      baseChains: [
        { name: 'PREROUTING', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'INPUT', type: 'nat', hook: 'input', priority: '100', priorityNumber: 100 },
        { name: 'OUTPUT', type: 'nat', hook: 'output', priority: '-100', priorityNumber: -100 },
        { name: 'POSTROUTING', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
      ],
      compat: true,
    },
    {
      families: ['ip', 'ip6'],
      pattern: /^mangle$/,
      example: 'mangle',
      baseChains: [
        { name: '*', type: 'filter', hook: '*', priority: 'mangle', priorityNumber: -150 },
        { name: 'OUTPUT', type: 'route', hook: 'output', priority: 'mangle', priorityNumber: -150 },
      ],
      compat: true,
    },
    {
      families: ['ip', 'ip6'],
      pattern: /^raw$/,
      example: 'raw',
      baseChains: [{ name: 'PREROUTING/OUTPUT', type: 'filter', hook: '', priority: 'raw', priorityNumber: -300 }],
      compat: true,
    },
    {
      families: ['ip', 'ip6'],
      pattern: /^security$/,
      example: 'security',
      baseChains: [{ name: '*', type: 'filter', hook: '*', priority: '150', priorityNumber: 150 }],
      compat: true,
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [
    'Known by the warning that nft prints above such a table, by `xt match` and `xt target` in its rules, and by chains with built-in names. Old nft shows table security at priority 150. The priority of nat OUTPUT is printed as -100 or as dstnat, by version.',
  ],
  sources: [
    { repo: 'firewalld/firewalld', path: 'issue 742', status: 'verified' },
    { repo: 'netfilter/iptables', path: 'iptables/nft.c', status: 'recalled' },
  ],
};
