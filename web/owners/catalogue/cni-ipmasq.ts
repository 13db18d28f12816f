/** Signatures of CNI bridge and ptp plugins (ipMasq). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const cniIpmasq: Owner = {
  id: 'cni-ipmasq',
  name: 'CNI bridge and ptp plugins (ipMasq)',
  short: 'CNI bridge',
  what: 'CNI plugins bridge and ptp: masquerading of pod addresses',
  kind: 'program',
  slot: 'podman',
  initials: 'cm',
  chains: [
    { tables: ['nat'], pattern: /^CNI-[0-9a-f]{24}$/, role: 'per container', example: 'CNI-8d0a2b1c4e5f60718293a4b5' },
  ],
  nftTables: [
    {
      families: ['inet'],
      pattern: /^cni_plugins_masquerade$/,
      example: 'cni_plugins_masquerade',
      baseChains: [{ name: 'masq_checks', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 }],
      note: 'Comment "Masquerading for plugins from github.com/containernetworking/plugins".',
    },
  ],
  comments: [
    { pattern: /^name: ".*" id: "/, example: 'name: "bridge" id: "abc123"' },
    {
      pattern: /^Masquerading for plugins from github\.com\/containernetworking/,
      example: 'Masquerading for plugins from github.com/containernetworking/plugins',
    },
  ],
  bareRules: [],
  hooks: [{ table: 'nat', chain: 'POSTROUTING', how: 'append', detail: '-s <pod ip> -j CNI-<hash>' }],
  marks: [],
  sets: [],
  interfaces: [{ pattern: /^cni(0|-podman[0-9]+)$/, example: 'cni0' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'containernetworking/plugins', path: 'pkg/ip/ipmasq_iptables_linux.go', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'pkg/ip/ipmasq_nftables_linux.go', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'pkg/utils/utils.go', status: 'verified' },
  ],
};
