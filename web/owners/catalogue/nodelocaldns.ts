/** Signatures of NodeLocal DNSCache. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const nodelocaldns: Owner = {
  id: 'nodelocaldns',
  name: 'NodeLocal DNSCache',
  short: 'NodeLocal DNS',
  what: 'DNS cache on the node; keeps its traffic out of connection tracking',
  kind: 'program',
  slot: 'libvirt',
  initials: 'nd',
  chains: [],
  nftTables: [],
  comments: [
    {
      pattern: /^NodeLocal DNS Cache: (skip conntrack|allow DNS traffic)$/,
      example: 'NodeLocal DNS Cache: skip conntrack',
    },
    { pattern: /^localdns: skip conntrack$/, example: 'localdns: skip conntrack' },
  ],
  bareRules: [
    {
      text: '-t raw -A PREROUTING -d 169.254.20.10/32 -p udp --dport 53 -j NOTRACK, and for the address of kube-dns, port 8080 too',
      match: { daddr: '169.254.20.10/32' },
    },
    { text: '-t raw -A OUTPUT -s 169.254.20.10/32 -p udp --sport 53 -j NOTRACK', match: { saddr: '169.254.20.10/32' } },
  ],
  hooks: [
    { table: 'raw', chain: 'PREROUTING,OUTPUT', how: 'prepend', detail: '-j NOTRACK (CT --notrack)' },
    { table: 'filter', chain: 'INPUT,OUTPUT', how: 'prepend', detail: '-j ACCEPT' },
  ],
  marks: [],
  sets: [],
  interfaces: [{ pattern: /^nodelocaldns$/, example: 'nodelocaldns' }],
  settings: [],
  behaviour: null,
  notes: [
    'Has no chains: its rules are known by their comments, or by the link-local address. The variant of AKS, localdns, has 169.254.10.10 and 169.254.10.11 and the comment "localdns: skip conntrack".',
  ],
  sources: [{ repo: 'kubernetes/dns', path: 'cmd/node-cache/app/cache_app.go', status: 'verified' }],
};
