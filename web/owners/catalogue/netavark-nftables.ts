/** Signatures of Podman / netavark (nftables). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const netavarkNftables: Owner = {
  id: 'netavark-nftables',
  name: 'Podman / netavark (nftables)',
  short: 'Podman',
  what: 'Podman networks by netavark, with an nft table of its own',
  kind: 'program',
  slot: 'podman',
  initials: 'Po',
  chains: [],
  nftTables: [
    {
      families: ['inet'],
      pattern: /^netavark$/,
      example: 'netavark',
      baseChains: [
        { name: 'INPUT', type: 'filter', hook: 'input', priority: 'filter', priorityNumber: 0 },
        { name: 'FORWARD', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
        { name: 'POSTROUTING', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
        { name: 'PREROUTING', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'OUTPUT', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
      ],
      note: 'Chains NETAVARK-HOSTPORT-DNAT, NETAVARK-HOSTPORT-SETMARK, NETAVARK-ISOLATION-1 to 3, and nv_ with hash, subnet and prefix length. FORWARD begins by dropping invalid packets.',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [
    { kind: 'packet', value: '0x2000', mask: '0x2000', meaning: 'masquerade', bits: { value: 0x2000, mask: 0x2000 } },
    {
      kind: 'packet',
      value: '0x1000',
      mask: '0x1000',
      meaning: 'translated by a port forward',
      bits: { value: 0x1000, mask: 0x1000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: ['firewall_driver / NETAVARK_FW = nftables|firewalld|none'],
  behaviour: null,
  notes: ['Current versions have no iptables driver any more.'],
  sources: [
    { repo: 'containers/netavark', path: 'src/firewall/nft.rs', status: 'verified' },
    { repo: 'containers/netavark', path: 'test/250-bridge-nftables.bats', status: 'verified' },
  ],
};
