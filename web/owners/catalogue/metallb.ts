/** Signatures of MetalLB. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const metallb: Owner = {
  id: 'metallb',
  name: 'MetalLB',
  short: 'MetalLB',
  what: 'Announces Service addresses on layer 2 or by BGP',
  kind: 'silent',
  slot: 'wireguard',
  initials: 'Mb',
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
  notes: ['Writes no netfilter rules: traffic to its addresses is handled by kube-proxy. Nothing is attributed to it.'],
  sources: [{ repo: 'metallb/metallb', path: 'speaker', status: 'recalled' }],
};
