/** Signatures of kubelet. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubelet: Owner = {
  id: 'kubelet',
  name: 'kubelet',
  short: 'kubelet',
  what: 'The node agent: a hint at the iptables backend in use, protection of localhost, hostPorts of old runtimes, and the mark chains before 1.28',
  kind: 'program',
  slot: 'kubelet',
  initials: 'kl',
  chains: [
    {
      tables: ['mangle'],
      pattern: /^KUBE-IPTABLES-HINT$/,
      role: 'tells others which backend (legacy or nft) the node uses',
      example: 'KUBE-IPTABLES-HINT',
    },
    {
      tables: ['nat', 'filter', 'mangle'],
      pattern: /^KUBE-KUBELET-CANARY$/,
      role: 'flush detector',
      example: 'KUBE-KUBELET-CANARY',
    },
    {
      tables: ['filter'],
      pattern: /^KUBE-FIREWALL$/,
      role: 'drops packets to localhost addresses from outside and, before 1.28, packets with mark 0x8000',
      example: 'KUBE-FIREWALL',
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-MARK-DROP$/,
      role: 'kube-proxy jumps to it',
      example: 'KUBE-MARK-DROP',
      open: 'others',
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-(MARK-MASQ|POSTROUTING)$/,
      role: 'made by kubelet until 1.27; kube-proxy has them too',
      example: 'KUBE-MARK-MASQ',
      fallback: true,
    },
    {
      tables: ['nat'],
      pattern: /^KUBE-(HOSTPORTS|HP-.+)$/,
      role: 'hostPorts of dockershim and kubenet; CRI-O has a copy of that code',
      example: 'KUBE-HP-2AGFMGRKDZYYN3DX',
    },
  ],
  nftTables: [],
  comments: [
    {
      pattern: /^kubernetes firewall for dropping marked packets$/,
      example: 'kubernetes firewall for dropping marked packets',
    },
    { pattern: /^block incoming localnet connections$/, example: 'block incoming localnet connections' },
    { pattern: /^kubernetes postrouting rules$/, example: 'kubernetes postrouting rules' },
    { pattern: /^kubernetes service traffic requiring SNAT$/, example: 'kubernetes service traffic requiring SNAT' },
    { pattern: /^kube hostport portals$/, example: 'kube hostport portals' },
    { pattern: /^SNAT for localhost access to hostports$/, example: 'SNAT for localhost access to hostports' },
  ],
  bareRules: [],
  hooks: [
    { table: 'filter', chain: 'INPUT', how: 'prepend', detail: '-j KUBE-FIREWALL (no comment)' },
    { table: 'filter', chain: 'OUTPUT', how: 'prepend', detail: '-j KUBE-FIREWALL' },
    { table: 'nat', chain: 'POSTROUTING', how: 'prepend', detail: 'KUBE-POSTROUTING' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x8000',
      mask: '0x8000',
      meaning: 'drop: KUBE-FIREWALL drops packets that carry it',
      configurable: '--iptables-drop-bit (15), gone since 1.28',
      bits: { value: 0x8000, mask: 0x8000 },
    },
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0x4000',
      meaning: 'masquerade: the bit of kube-proxy, whose chains kubelet made too',
      configurable: '--iptables-masquerade-bit (14)',
      bits: { value: 0x4000, mask: 0x4000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: ['The hostPort chains (KUBE-HOSTPORTS, KUBE-HP-*) and their comments are recalled.'],
  sources: [
    {
      repo: 'kubernetes/kubernetes',
      path: 'pkg/kubelet/kubelet_network_linux.go',
      status: 'verified',
      note: 'commit 02c82103',
    },
  ],
};
