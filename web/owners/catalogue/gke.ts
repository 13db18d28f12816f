/** Signatures of GKE (netd, metadata server). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const gke: Owner = {
  id: 'gke',
  name: 'GKE (netd, metadata server)',
  short: 'GKE',
  what: 'Agents of Google Kubernetes Engine: netd and the metadata server',
  kind: 'program',
  slot: 'tailscale',
  initials: 'Gk',
  chains: [
    { tables: ['mangle'], pattern: /^GCP-(PREROUTING|POSTROUTING)$/, role: '', example: 'GCP-PREROUTING' },
    {
      tables: ['nat'],
      pattern: /^IP-MASQ$/,
      role: 'ip-masq-agent under this name',
      example: 'IP-MASQ',
      fallback: true,
    },
    { tables: ['nat'], pattern: /^GKE-.*$/, role: '', example: 'GKE-METADATA-SERVER' },
  ],
  nftTables: [],
  comments: [
    {
      pattern: /^(restore the conn mark if applicable|redirect all traffic to GCP-PREROUTING chain)$/,
      example: 'redirect all traffic to GCP-PREROUTING chain',
    },
    { pattern: /^metadata-concealment: /, example: 'metadata-concealment: bridge traffic to metadata server' },
  ],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0x4000',
      meaning: 'netd, hairpin: the same bit as masquerade of kube-proxy',
      bits: { value: 0x4000, mask: 0x4000 },
    },
    {
      kind: 'connection',
      value: '0x4000',
      mask: '0x4000',
      meaning: 'netd, hairpin: the same bit as masquerade of kube-proxy',
      bits: { value: 0x4000, mask: 0x4000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    {
      repo: 'GoogleCloudPlatform/netd',
      path: 'internal/config/config.go',
      status: 'verified',
      note: 'the path is recalled',
    },
  ],
};
