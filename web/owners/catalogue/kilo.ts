/** Signatures of Kilo. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kilo: Owner = {
  id: 'kilo',
  name: 'Kilo',
  short: 'Kilo',
  what: 'WireGuard mesh for Kubernetes',
  kind: 'program',
  slot: 'wireguard',
  initials: 'Ki',
  chains: [
    { tables: ['nat'], pattern: /^KILO-NAT$/, role: '', example: 'KILO-NAT' },
    { tables: ['filter'], pattern: /^KILO-IPIP$/, role: '', example: 'KILO-IPIP' },
  ],
  nftTables: [],
  comments: [{ pattern: /^Kilo: /, example: 'Kilo: jump to KILO-NAT chain' }],
  bareRules: [],
  hooks: [
    { table: 'filter', chain: 'FORWARD', how: 'prepend', detail: 'bare accepts' },
    { table: 'nat', chain: 'POSTROUTING', how: 'prepend', detail: '-s pod-cidr -j KILO-NAT' },
    { table: 'filter', chain: 'INPUT', how: 'append', detail: '-j KILO-IPIP' },
  ],
  marks: [],
  sets: [],
  interfaces: [{ pattern: /^kilo[0-9]+$/, example: 'kilo0' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'squat/kilo', path: 'pkg/mesh/routes.go', status: 'verified' },
    { repo: 'squat/kilo', path: 'pkg/encapsulation/ipip.go', status: 'verified' },
  ],
};
