/** Signatures of kube-router. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const kubeRouter: Owner = {
  id: 'kube-router',
  name: 'kube-router',
  short: 'kube-router',
  what: 'Network policy, Service proxy on IPVS and BGP; k3s and k0s embed its network policy part',
  kind: 'program',
  slot: 'libvirt',
  initials: 'kr',
  chains: [
    {
      tables: ['filter'],
      pattern: /^KUBE-ROUTER-(INPUT|FORWARD|OUTPUT|SERVICES)$/,
      role: '',
      example: 'KUBE-ROUTER-FORWARD',
    },
    { tables: ['filter'], pattern: /^KUBE-POD-FW-.+$/, role: 'per pod', example: 'KUBE-POD-FW-4RVTCDHV5RIVVYKF' },
    {
      tables: ['filter'],
      pattern: /^KUBE-NWPLCY-.+$/,
      role: 'per network policy, and DEFAULT, COMMON, TAIL',
      example: 'KUBE-NWPLCY-DEFAULT',
    },
    { tables: ['nat'], pattern: /^KUBE-ROUTER-HAIRPIN$/, role: '', example: 'KUBE-ROUTER-HAIRPIN' },
  ],
  nftTables: [
    {
      families: ['ip'],
      pattern: /^kube-router-filter-ipv4$/,
      example: 'kube-router-filter-ipv4',
      baseChains: [
        { name: 'KUBE-ROUTER-INPUT', type: 'filter', hook: 'input', priority: 'filter', priorityNumber: 0 },
        { name: 'KUBE-ROUTER-FORWARD', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
        { name: 'KUBE-ROUTER-OUTPUT', type: 'filter', hook: 'output', priority: 'filter', priorityNumber: 0 },
      ],
      note: 'only with --use-nftables-for-netpol, an experiment',
    },
    { families: ['ip6'], pattern: /^kube-router-filter-ipv6$/, example: 'kube-router-filter-ipv6', baseChains: [] },
  ],
  comments: [
    { pattern: /^kube-router netpol/, example: 'kube-router netpol - 4IA2OSFRMVNDXBVV' },
    {
      pattern: /^rule to jump traffic (destined to|from) POD name:/,
      example: 'rule to jump traffic from POD name:web namespace: default to chain KUBE-POD-FW-X',
    },
    {
      pattern: /^rule to (REJECT|log dropped|drop invalid state)/,
      example: 'rule to REJECT traffic destined for POD name:web',
    },
    {
      pattern: /^KUBE-ROUTER rule to explicitly ACCEPT traffic that comply to network policies$/,
      example: 'KUBE-ROUTER rule to explicitly ACCEPT traffic that comply to network policies',
    },
    {
      pattern: /^rule to explicitly ACCEPT traffic that comply to network policies$/,
      example: 'rule to explicitly ACCEPT traffic that comply to network policies',
    },
    {
      pattern:
        /^allow (LOCAL (TCP|UDP) traffic to node ports|traffic to (primary|secondary|primary\/secondary) cluster IP range)/,
      example: 'allow LOCAL TCP traffic to node ports',
    },
  ],
  bareRules: [{ text: '-A INPUT|FORWARD|OUTPUT -m mark --mark 0x20000/0x20000 -j ACCEPT (at the end)' }],
  hooks: [
    {
      table: 'filter',
      chain: 'INPUT,FORWARD,OUTPUT',
      how: 'insert at position',
      detail: 'kept at its position on every sync',
    },
    {
      table: 'filter',
      chain: 'INPUT,FORWARD,OUTPUT',
      how: 'append',
      detail: '-m mark 0x20000/0x20000 -j ACCEPT at the end',
    },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x10000',
      mask: '0x10000',
      meaning: 'matched by a rule that allows it',
      bits: { value: 0x10000, mask: 0x10000 },
    },
    {
      kind: 'packet',
      value: '0x20000',
      mask: '0x20000',
      meaning: 'complies with the policies: accepted by a rule at the end of the built-in chain',
      bits: { value: 0x20000, mask: 0x20000 },
    },
  ],
  sets: [
    { pattern: /^KUBE-(SRC|DST)-.+$/, example: 'KUBE-SRC-2FAIIK2E4RIPMTGF' },
    {
      pattern: /^kube-router-(local-ips|svip|svip-prt|pod-subnets|node-ips|local-pods)$/,
      example: 'kube-router-pod-subnets',
    },
    { pattern: /^inet6:(kube-router|KUBE)-/, example: 'inet6:kube-router-node-ips' },
  ],
  interfaces: [
    { pattern: /^kube-bridge$/, example: 'kube-bridge' },
    { pattern: /^kube-dummy-if$/, example: 'kube-dummy-if' },
  ],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    {
      repo: 'cloudnativelabs/kube-router',
      path: 'pkg/controllers/netpol/network_policy_controller.go',
      status: 'verified',
    },
    { repo: 'cloudnativelabs/kube-router', path: 'pkg/controllers/netpol/npc_iptables.go', status: 'verified' },
    { repo: 'cloudnativelabs/kube-router', path: 'pkg/controllers/netpol/npc_nftables.go', status: 'verified' },
    { repo: 'cloudnativelabs/kube-router', path: 'docs/nftables.md', status: 'verified' },
  ],
};
