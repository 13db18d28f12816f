/** Signatures of OVN-Kubernetes. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const ovnKubernetes: Owner = {
  id: 'ovn-kubernetes',
  name: 'OVN-Kubernetes',
  short: 'OVN-Kubernetes',
  what: 'CNI on OVN',
  kind: 'program',
  slot: 'flannel',
  initials: 'Ov',
  chains: [
    {
      tables: ['nat', 'mangle'],
      pattern: /^OVN-KUBE-.+$/,
      role: 'NODEPORT, EXTERNALIP, ETP, ITP, SNAT-MGMTPORT, EGRESS-SVC, EGRESS-IP-MULTI-NIC, UDN-MASQUERADE',
      example: 'OVN-KUBE-NODEPORT',
    },
  ],
  nftTables: [
    {
      families: ['inet'],
      pattern: /^ovn-kubernetes$/,
      example: 'ovn-kubernetes',
      baseChains: [
        { name: '(gateway DNAT)', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: '(gateway DNAT out)', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
        { name: '(ITP mark)', type: 'route', hook: 'output', priority: 'mangle', priorityNumber: -150 },
        {
          name: 'udn-service-prerouting',
          type: 'filter',
          hook: 'prerouting',
          priority: 'mangle',
          priorityNumber: -150,
        },
        { name: 'udn-service-output', type: 'filter', hook: 'output', priority: 'mangle', priorityNumber: -150 },
        { name: 'mgmtport-snat', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
        { name: 'egress-services', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
        { name: 'ovn-kube-local-gw-masq', type: 'nat', hook: 'postrouting', priority: '101', priorityNumber: 101 },
        { name: 'egress-ip secondary', type: 'filter', hook: 'postrouting', priority: 'srcnat+1', priorityNumber: 101 },
        { name: 'no-pmtud', type: 'filter', hook: 'output', priority: 'filter', priorityNumber: 0 },
        { name: 'udn-bgp-drop', type: 'filter', hook: 'output', priority: 'filter', priorityNumber: 0 },
        { name: 'udn-isolation', type: 'filter', hook: 'output', priority: 'filter', priorityNumber: 0 },
      ],
      note: 'names of base chains in parentheses are not confirmed',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0x3f0',
      mask: '0xffffffff',
      meaning: 'to be translated to the address of the node',
      bits: { value: 0x3f0, mask: 0xffffffff },
    },
    {
      kind: 'packet',
      value: '0x1745ec',
      mask: '0xffffffff',
      meaning: 'internalTrafficPolicy, back to the node itself (recalled)',
      bits: { value: 0x1745ec, mask: 0xffffffff },
    },
  ],
  sets: [{ pattern: /^mgmtport-no-snat-/, example: 'mgmtport-no-snat-nodeports' }],
  interfaces: [{ pattern: /^ovn-k8s-mp[0-9]+$/, example: 'ovn-k8s-mp0' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'ovn-kubernetes/ovn-kubernetes', path: 'go-controller/pkg/node/gateway_nftables.go', status: 'verified' },
    {
      repo: 'ovn-kubernetes/ovn-kubernetes',
      path: 'go-controller/pkg/node/gateway_shared_intf.go',
      status: 'verified',
    },
    { repo: 'ovn-kubernetes/ovn-kubernetes', path: 'go-controller/pkg/node/nftables/helpers.go', status: 'verified' },
    { repo: 'ovn-kubernetes/ovn-kubernetes', path: 'go-controller/pkg/node/gateway_iptables.go', status: 'verified' },
  ],
};
