/** Signatures of KubeSpan (Talos). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubespan: Owner = {
  id: 'kubespan',
  name: 'KubeSpan (Talos)',
  short: 'KubeSpan',
  what: 'WireGuard mesh of Talos Linux',
  kind: 'program',
  slot: 'wireguard',
  initials: 'ks',
  chains: [],
  nftTables: [
    {
      families: ['inet'],
      pattern: /^talos_kubespan$/,
      example: 'talos_kubespan',
      baseChains: [],
      note: 'the name is recalled',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [
    { kind: 'packet', value: '0x20', mask: '0x60', meaning: 'KubeSpan', bits: { value: 0x20, mask: 0x60 } },
    {
      kind: 'packet',
      value: '0x40',
      mask: '0x60',
      meaning: 'KubeSpan, force the route',
      bits: { value: 0x40, mask: 0x60 },
    },
    {
      kind: 'packet',
      value: '0x51820',
      mask: '0xffffffff',
      meaning: 'old versions',
      bits: { value: 0x51820, mask: 0xffffffff },
    },
    {
      kind: 'packet',
      value: '0x51821',
      mask: '0xffffffff',
      meaning: 'old versions, force the route',
      bits: { value: 0x51821, mask: 0xffffffff },
    },
  ],
  sets: [],
  interfaces: [{ pattern: /^kubespan$/, example: 'kubespan' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'siderolabs/talos', path: 'PR 5945', status: 'verified' }],
};
