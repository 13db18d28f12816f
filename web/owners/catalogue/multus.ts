/** Signatures of Multus. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const multus: Owner = {
  id: 'multus',
  name: 'Multus',
  short: 'Multus',
  what: 'Meta CNI: calls several plugins for one pod',
  kind: 'silent',
  slot: 'podman',
  initials: 'Mu',
  chains: [],
  nftTables: [],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [
    'Writes no netfilter rules. It can make a delegate (istio-cni, portmap) run twice, which shows as doubled rules (istio issue 57432).',
  ],
  sources: [{ repo: 'istio/istio', path: 'issue 57432', status: 'verified' }],
};
