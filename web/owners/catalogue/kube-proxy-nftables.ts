/** Signatures of kube-proxy (nftables mode). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubeProxyNftables: Owner = {
  id: 'kube-proxy-nftables',
  name: 'kube-proxy (nftables mode)',
  short: 'kube-proxy',
  what: 'Kubernetes Services in nft tables of its own, with verdict maps; stable since 1.33 (recalled)',
  kind: 'program',
  slot: 'kube-proxy',
  initials: 'kp',
  chains: [],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^kube-proxy$/,
      example: 'kube-proxy',
      baseChains: [
        { name: 'filter-prerouting', type: 'filter', hook: 'prerouting', priority: 'dstnat-10', priorityNumber: -110 },
        { name: 'filter-input', type: 'filter', hook: 'input', priority: 'dstnat-10', priorityNumber: -110 },
        { name: 'filter-forward', type: 'filter', hook: 'forward', priority: 'dstnat-10', priorityNumber: -110 },
        { name: 'filter-output', type: 'filter', hook: 'output', priority: 'dstnat-10', priorityNumber: -110 },
        { name: 'filter-output-post-dnat', type: 'filter', hook: 'output', priority: 'dstnat+10', priorityNumber: -90 },
        { name: 'nat-prerouting', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'nat-output', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
        { name: 'nat-postrouting', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
      ],
      sets: [
        'service-ips',
        'service-nodeports',
        'no-endpoint-services',
        'no-endpoint-nodeports',
        'firewall-ips',
        'nodeport-ips',
        'cluster-ips',
        'affinity-*',
      ],
      note: 'The table carries the comment "rules for kube-proxy". Its other chains: services, service-endpoints-check, nodeport-endpoints-check, cluster-ips-check, firewall-check, reject-chain, masquerading, mark-for-masquerade (gone since PR 135800), and service-, external-, endpoint-, firewall- followed by a hash and namespace/name/protocol/port.',
    },
  ],
  comments: [{ pattern: /^rules for kube-proxy$/, example: 'rules for kube-proxy' }],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0x4000',
      meaning:
        'masquerade: cleared just before it masquerades; its documentation says that others must not rely on the bit',
      configurable: 'nftables.masqueradeBit (14)',
      bits: { value: 0x4000, mask: 0x4000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: ['masqueradeBit', 'nodePortAddresses default primary IPs only'],
  behaviour: null,
  notes: [],
  sources: [
    {
      repo: 'kubernetes/kubernetes',
      path: 'pkg/proxy/nftables/proxier.go',
      status: 'verified',
      note: 'commit b0f823e6: the base chains',
    },
    { repo: 'kubernetes/kubernetes', path: 'pkg/proxy/nftables/README.md', status: 'verified' },
    { repo: 'kubernetes/kubernetes', path: 'PR 135800', status: 'verified' },
  ],
};
