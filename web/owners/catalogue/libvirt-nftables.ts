/** Signatures of libvirt (nftables backend). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const libvirtNftables: Owner = {
  id: 'libvirt-nftables',
  name: 'libvirt (nftables backend)',
  short: 'libvirt',
  what: 'Networks of virtual machines, with the nftables backend (since 10.4)',
  kind: 'program',
  slot: 'libvirt',
  initials: 'lv',
  chains: [],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^libvirt_network$/,
      example: 'libvirt_network',
      baseChains: [
        { name: 'forward', type: 'filter', hook: 'forward', priority: '0', priorityNumber: 0 },
        { name: 'guest_nat', type: 'nat', hook: 'postrouting', priority: '100', priorityNumber: 100 },
      ],
      note: 'Regular chains guest_input, guest_output and guest_cross; the first two end in a reject.',
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
  notes: [],
  sources: [{ repo: 'libvirt/libvirt', path: 'src/network/network_nftables.c', status: 'verified' }],
};
