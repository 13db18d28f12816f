/** Signatures of miniupnpd. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const miniupnpd: Owner = {
  id: 'miniupnpd',
  name: 'miniupnpd',
  short: 'miniupnpd',
  what: 'UPnP IGD, NAT-PMP and PCP daemon: opens ports of a router on the wish of its clients',
  kind: 'program',
  slot: 'unknown',
  initials: 'UP',
  chains: [
    { tables: ['nat', 'mangle', 'filter'], pattern: /^MINIUPNPD$/, role: 'mapped ports', example: 'MINIUPNPD' },
    {
      tables: ['nat'],
      pattern: /^MINIUPNPD-(POSTROUTING|PCP-PEER)$/,
      role: 'source addresses of mapped ports',
      example: 'MINIUPNPD-POSTROUTING',
    },
  ],
  nftTables: [
    {
      families: ['inet', 'ip', 'ip6'],
      pattern: /^miniupnpd$/,
      example: 'miniupnpd',
      baseChains: [
        { name: 'forward', type: 'filter', hook: 'forward', priority: '-25', priorityNumber: -25 },
        { name: 'prerouting', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'postrouting', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
      ],
      note: 'Since 2.2 its chains (miniupnpd, prerouting_miniupnpd, postrouting_miniupnpd) may stand in a table of the administrator, by default inet filter.',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [
    { table: 'nat', chain: 'PREROUTING', how: 'append', detail: '-i <uplink> -j MINIUPNPD (its init script)' },
    { table: 'filter', chain: 'FORWARD', how: 'append', detail: '-i <uplink> ! -o <uplink> -j MINIUPNPD' },
  ],
  marks: [],
  sets: [],
  interfaces: [],
  settings: ['upnp_table_name', 'upnp_nat_table_name', 'upnp_forward_chain', 'upnp_nat_chain'],
  behaviour: null,
  notes: ["An accept in a table of its own does not save a packet from the router's own forward chain (issue 422)."],
  sources: [
    { repo: 'miniupnp/miniupnp', path: 'miniupnpd/netfilter_nft/scripts/nft_init.sh', status: 'verified' },
    { repo: 'miniupnp/miniupnp', path: 'miniupnpd/netfilter/iptables_init.sh', status: 'verified' },
  ],
};
