/** Signatures of CNI firewall plugin. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const cniFirewall: Owner = {
  id: 'cni-firewall',
  name: 'CNI firewall plugin',
  short: 'CNI firewall',
  what: 'CNI plugin that lets the traffic of its pods through the FORWARD chain',
  kind: 'program',
  slot: 'podman',
  initials: 'cf',
  chains: [
    { tables: ['filter'], pattern: /^CNI-FORWARD$/, role: '', example: 'CNI-FORWARD' },
    {
      tables: ['filter'],
      pattern: /^CNI-ADMIN$/,
      role: 'for rules of the administrator',
      example: 'CNI-ADMIN',
      open: 'user',
    },
    { tables: ['filter'], pattern: /^CNI-ISOLATION-STAGE-[12]$/, role: '', example: 'CNI-ISOLATION-STAGE-1' },
  ],
  nftTables: [],
  comments: [{ pattern: /^CNI firewall plugin (rules|admin overrides)/, example: 'CNI firewall plugin rules' }],
  bareRules: [],
  hooks: [
    {
      table: 'filter',
      chain: 'FORWARD',
      how: 'insert at 1 if missing',
      detail: '-j CNI-FORWARD; CNI-ISOLATION-STAGE-1 inserted above it',
    },
  ],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [
    'CNI-FORWARD accepts all that its pods send. That ends the chain: what others appended below (kube-router, Calico in Append mode) does not see those packets.',
  ],
  sources: [
    { repo: 'containernetworking/plugins', path: 'plugins/meta/firewall/iptables.go', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'plugins/meta/firewall/ingresspolicy.go', status: 'verified' },
  ],
};
