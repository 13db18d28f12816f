/** Signatures of Linkerd proxy-init. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const linkerd: Owner = {
  id: 'linkerd',
  name: 'Linkerd proxy-init',
  short: 'Linkerd',
  what: 'Traffic capture by proxy-init or the CNI plugin, inside the network namespace of a pod',
  kind: 'program',
  slot: 'istio',
  initials: 'Li',
  chains: [{ tables: ['nat'], pattern: /^PROXY_INIT_(OUTPUT|REDIRECT)$/, role: '', example: 'PROXY_INIT_REDIRECT' }],
  nftTables: [],
  comments: [{ pattern: /^proxy-init\//, example: 'proxy-init/install-proxy-init-prerouting' }],
  bareRules: [
    { text: 'REDIRECT to port 4143 (inbound) and 4140 (outbound), recalled' },
    { text: '-m owner --uid-owner 2102, recalled' },
  ],
  hooks: [{ table: 'nat', chain: 'PREROUTING,OUTPUT', how: 'append', detail: '' }],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'linkerd/linkerd2-proxy-init', path: 'pkg/iptables/iptables.go', status: 'verified' }],
};
