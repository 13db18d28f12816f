/** Signatures of Submariner. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const submariner: Owner = {
  id: 'submariner',
  name: 'Submariner',
  short: 'Submariner',
  what: 'Connects clusters; Globalnet maps overlapping networks',
  kind: 'program',
  slot: 'wireguard',
  initials: 'Sm',
  chains: [
    {
      tables: ['nat', 'filter', 'mangle'],
      pattern: /^SUBMARINER-(POSTROUTING|INPUT|FORWARD|GN-INGRESS|GN-EGRESS|GN-MARK|FWD-MSSCLAMP)$/,
      role: '',
      example: 'SUBMARINER-POSTROUTING',
    },
    { tables: ['nat', 'filter', 'mangle'], pattern: /^SM-GN-.+$/, role: 'Globalnet', example: 'SM-GN-EGRESS-ALL-PODS' },
  ],
  nftTables: [
    {
      families: ['ip', 'ip6', 'inet'],
      pattern: /^submariner$/,
      example: 'submariner',
      baseChains: [
        { name: '-', type: 'filter', hook: '*', priority: 'filter[-10]', priorityNumber: -10 },
        { name: '-', type: 'nat', hook: '*', priority: 'dstnat[-10]', priorityNumber: -110 },
      ],
      note: 'Priorities are the basic ones, 10 less for those that come first. The name of the table is not confirmed.',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [
    { table: 'nat', chain: 'POSTROUTING', how: 'insert (ChainPriorityFirst)', detail: '' },
    { table: 'filter', chain: 'FORWARD', how: 'insert', detail: '' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0xc0000',
      mask: '0xc0000',
      meaning: 'Globalnet egress: two bits that Calico and Tailscale use too',
      bits: { value: 0xc0000, mask: 0xc0000 },
    },
  ],
  sets: [
    { pattern: /^SUBMARINER-(REMOTECIDRS|LOCALCIDRS)$/, example: 'SUBMARINER-REMOTECIDRS' },
    { pattern: /^SM-GN-.+$/, example: 'SM-GN-ABC' },
  ],
  interfaces: [{ pattern: /^vx-submariner$/, example: 'vx-submariner' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'submariner-io/submariner', path: 'pkg/routeagent_driver/constants/constants.go', status: 'verified' },
    { repo: 'submariner-io/submariner', path: 'pkg/globalnet/controllers/types.go', status: 'verified' },
    { repo: 'submariner-io/submariner', path: 'pkg/packetfilter/nftables/nftables.go', status: 'verified' },
  ],
};
