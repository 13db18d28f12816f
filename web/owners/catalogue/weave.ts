/** Signatures of Weave Net. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const weave: Owner = {
  id: 'weave',
  name: 'Weave Net',
  short: 'Weave Net',
  what: 'CNI with its own network policy controller (archived project)',
  kind: 'program',
  slot: 'flannel',
  initials: 'We',
  chains: [
    {
      tables: ['filter'],
      pattern: /^WEAVE-(EXPOSE|LOCAL|NPC|NPC-.+)$/,
      role: 'WEAVE-NPC, WEAVE-NPC-DEFAULT, WEAVE-NPC-INGRESS, WEAVE-NPC-EGRESS and its parts',
      example: 'WEAVE-NPC',
    },
    { tables: ['nat'], pattern: /^WEAVE$/, role: '', example: 'WEAVE' },
    {
      tables: ['mangle', 'filter'],
      pattern: /^WEAVE-IPSEC-(IN|OUT|IN-MARK|OUT-MARK)$/,
      role: '',
      example: 'WEAVE-IPSEC-IN',
    },
    { tables: ['nat', 'filter', 'mangle'], pattern: /^WEAVE-CANARY$/, role: 'flush detector', example: 'WEAVE-CANARY' },
  ],
  nftTables: [],
  comments: [],
  bareRules: [],
  hooks: [
    { table: 'nat', chain: 'POSTROUTING', how: 'append', detail: '-j WEAVE' },
    { table: 'filter', chain: 'FORWARD', how: 'append/insert', detail: '-o weave -j WEAVE-NPC / WEAVE-EXPOSE' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x40000',
      mask: '0x40000',
      meaning: 'allowed by an egress policy',
      bits: { value: 0x40000, mask: 0x40000 },
    },
    {
      kind: 'packet',
      value: '0x20000',
      mask: '0x20000',
      meaning: 'IPsec of the fast datapath',
      bits: { value: 0x20000, mask: 0x20000 },
    },
  ],
  sets: [{ pattern: /^weave-/, example: 'weave-]B*(W?)t*z5O17G044[gUo#$l' }],
  interfaces: [{ pattern: /^weave$/, example: 'weave' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'weaveworks/weave', path: 'npc/constants.go', status: 'verified' },
    { repo: 'weaveworks/weave', path: 'net/bridge.go', status: 'verified' },
    { repo: 'weaveworks/weave', path: 'net/ipsec/ipsec.go', status: 'verified' },
    { repo: 'weaveworks/weave', path: 'prog/weave-npc/main.go', status: 'verified' },
  ],
};
