/** Signatures of Incus. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const incus: Owner = {
  id: 'incus',
  name: 'Incus',
  short: 'Incus',
  what: 'Container and machine manager: bridge networks, network ACLs, port forwards',
  kind: 'program',
  slot: 'libvirt',
  initials: 'In',
  chains: [],
  nftTables: [
    {
      families: ['inet', 'bridge', 'netdev', 'ip', 'ip6'],
      pattern: /^incus$/,
      example: 'incus',
      baseChains: [
        { name: 'fwd.<net>', type: 'filter', hook: 'forward', priority: '0', priorityNumber: 0 },
        { name: 'in.<net>', type: 'filter', hook: 'input', priority: '0', priorityNumber: 0 },
        { name: 'out.<net>', type: 'filter', hook: 'output', priority: '0', priorityNumber: 0 },
        { name: 'pstrt.<net>', type: 'nat', hook: 'postrouting', priority: '100', priorityNumber: 100 },
        {
          name: 'aclin./aclout./aclfwd.<net>',
          type: 'filter',
          hook: 'input/output/forward',
          priority: 'filter',
          priorityNumber: 0,
        },
        { name: 'prert.<label>', type: 'nat', hook: 'prerouting', priority: '-100', priorityNumber: -100 },
        { name: '(bridge sec.) in', type: 'filter', hook: 'input', priority: '-200', priorityNumber: -200 },
      ],
      note: 'in bridge and netdev too',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [{ pattern: /^incusbr[0-9]+$/, example: 'incusbr0' }],
  settings: [],
  behaviour: null,
  notes: ['Current versions have no iptables driver.'],
  sources: [
    { repo: 'lxc/incus', path: 'internal/server/firewall/drivers/drivers_nftables_templates.go', status: 'verified' },
    { repo: 'lxc/incus', path: 'internal/server/firewall/drivers/drivers_nftables.go', status: 'verified' },
  ],
};
