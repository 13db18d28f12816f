/** Signatures of Kuma. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kuma: Owner = {
  id: 'kuma',
  name: 'Kuma',
  short: 'Kuma',
  what: 'Traffic capture for the sidecar, inside the network namespace of a pod',
  kind: 'program',
  slot: 'istio',
  initials: 'Ku',
  chains: [
    {
      tables: ['nat'],
      pattern: /^MESH_(INBOUND|OUTBOUND|INBOUND_REDIRECT|OUTBOUND_REDIRECT)$/,
      role: '',
      example: 'MESH_INBOUND',
    },
    { tables: ['nat', 'raw', 'mangle'], pattern: /^KUMA_MESH_.+$/, role: '', example: 'KUMA_MESH_INBOUND' },
  ],
  nftTables: [],
  comments: [
    {
      pattern: /^kuma\/mesh\/transparent\/proxy\//,
      example: 'kuma/mesh/transparent/proxy/redirect inbound TCP traffic',
    },
  ],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'kumahq/kuma', path: 'pkg/transparentproxy/iptables', status: 'recalled' }],
};
