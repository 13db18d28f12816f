/** Signatures of CNI portmap (hostPort). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const cniPortmap: Owner = {
  id: 'cni-portmap',
  name: 'CNI portmap (hostPort)',
  short: 'portmap',
  what: 'CNI plugin for hostPorts',
  kind: 'program',
  slot: 'podman',
  initials: 'pm',
  chains: [
    {
      tables: ['nat'],
      pattern: /^CNI-HOSTPORT-(DNAT|SETMARK|MASQ|SNAT)$/,
      role: 'SNAT before 0.7',
      example: 'CNI-HOSTPORT-DNAT',
    },
    {
      tables: ['nat'],
      pattern: /^CNI-(DN|SN)-[0-9a-f]{21}$/,
      role: 'per container; 28 characters in all',
      example: 'CNI-DN-2aeb1b76b7e7e5c8d5b6f',
    },
  ],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^cni_hostport$/,
      example: 'cni_hostport',
      baseChains: [
        { name: 'prerouting', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'output', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
        { name: 'masquerading', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
      ],
      note: 'Comment "CNI portmap plugin"; chains hostports, hostip_hostports, hostports_all.',
    },
  ],
  comments: [
    { pattern: /^dnat name: "/, example: 'dnat name: "cbr0" id: "abc123"' },
    { pattern: /^CNI portfwd (masquerade mark|requiring masquerade)$/, example: 'CNI portfwd requiring masquerade' },
    { pattern: /^CNI portmap plugin$/, example: 'CNI portmap plugin' },
  ],
  bareRules: [],
  hooks: [
    {
      table: 'nat',
      chain: 'PREROUTING,OUTPUT',
      how: 'append (since 0.7.5, CVE-2019-9946); prepend before',
      detail: 'addrtype LOCAL -j CNI-HOSTPORT-DNAT',
    },
    { table: 'nat', chain: 'POSTROUTING', how: 'prepend', detail: '-j CNI-HOSTPORT-MASQ' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x2000',
      mask: '0x2000',
      meaning: 'masquerade',
      configurable: 'markMasqBit (13), externalSetMarkChain',
      bits: { value: 0x2000, mask: 0x2000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: ['backend iptables|nftables', 'conditionsV4/V6', 'snat'],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'containernetworking/plugins', path: 'plugins/meta/portmap/portmap_iptables.go', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'plugins/meta/portmap/portmap_nftables.go', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'plugins/meta/portmap/main.go', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'PR 269', status: 'verified' },
  ],
};
