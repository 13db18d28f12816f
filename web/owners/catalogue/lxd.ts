/** Signatures of LXD. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const lxd: Owner = {
  id: 'lxd',
  name: 'LXD',
  short: 'LXD',
  what: 'Container and machine manager: bridge networks',
  kind: 'program',
  slot: 'libvirt',
  initials: 'lx',
  chains: [],
  nftTables: [
    {
      families: ['inet', 'bridge', 'ip', 'ip6'],
      pattern: /^lxd$/,
      example: 'lxd',
      baseChains: [
        { name: 'fwd.<net>', type: 'filter', hook: 'forward', priority: '0', priorityNumber: 0 },
        { name: 'in.<net>', type: 'filter', hook: 'input', priority: '0', priorityNumber: 0 },
        { name: 'out.<net>', type: 'filter', hook: 'output', priority: '0', priorityNumber: 0 },
        { name: 'pstrt.<net>', type: 'nat', hook: 'postrouting', priority: '100', priorityNumber: 100 },
      ],
    },
  ],
  comments: [
    { pattern: /^generated for LXD (network|container|instance) /, example: 'generated for LXD network lxdbr0' },
  ],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [{ pattern: /^lxdbr[0-9]+$/, example: 'lxdbr0' }],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'canonical/lxd', path: 'issue 8716 (chain quoted)', status: 'verified' },
    { repo: 'canonical/lxd', path: 'lxd/firewall/drivers/drivers_nftables_templates.go', status: 'recalled' },
  ],
};
