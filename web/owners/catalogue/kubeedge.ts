/** Signatures of KubeEdge cloudcore. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubeedge: Owner = {
  id: 'kubeedge',
  name: 'KubeEdge cloudcore',
  short: 'KubeEdge',
  what: 'cloudcore of KubeEdge: tunnels to edge nodes',
  kind: 'program',
  slot: 'istio',
  initials: 'ke',
  chains: [{ tables: ['nat'], pattern: /^TUNNEL-PORT$/, role: '', example: 'TUNNEL-PORT' }],
  nftTables: [],
  comments: [{ pattern: /^kubeedge tunnel port$/, example: 'kubeedge tunnel port' }],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'kubeedge/kubeedge', path: 'cloud/pkg/cloudhub iptables manager', status: 'verified' }],
};
