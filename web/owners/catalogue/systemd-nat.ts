/** Signatures of systemd (networkd, nspawn). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const systemdNat: Owner = {
  id: 'systemd-nat',
  name: 'systemd (networkd, nspawn)',
  short: 'systemd',
  what: 'systemd-networkd and systemd-nspawn: IPMasquerade= and --port=',
  kind: 'program',
  slot: 'podman',
  initials: 'sd',
  chains: [],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^io\.systemd\.nat$/,
      example: 'io.systemd.nat',
      baseChains: [
        { name: 'prerouting', type: 'nat', hook: 'prerouting', priority: 'dstnat+1', priorityNumber: -99 },
        { name: 'output', type: 'nat', hook: 'output', priority: 'dstnat+1', priorityNumber: -99 },
        { name: 'postrouting', type: 'nat', hook: 'postrouting', priority: 'srcnat+1', priorityNumber: 101 },
      ],
      sets: ['masq_saddr', 'map_port_ipport'],
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
  notes: ['Makes its table anew when it finds it gone after somebody ran nft flush ruleset.'],
  sources: [{ repo: 'systemd/systemd', path: 'src/shared/firewall-util-nft.c', status: 'verified' }],
};
