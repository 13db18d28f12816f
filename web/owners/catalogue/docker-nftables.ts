/** Signatures of Docker Engine (nftables backend). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const dockerNftables: Owner = {
  id: 'docker-nftables',
  name: 'Docker Engine (nftables backend)',
  short: 'Docker',
  what: 'Docker Engine with the nftables backend (experimental in 29)',
  kind: 'program',
  slot: 'docker',
  initials: 'Do',
  chains: [],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^docker-bridges$/,
      example: 'docker-bridges',
      baseChains: [
        { name: 'filter-FORWARD', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
        { name: 'nat-PREROUTING', type: 'nat', hook: 'prerouting', priority: 'dstnat', priorityNumber: -100 },
        { name: 'nat-OUTPUT', type: 'nat', hook: 'output', priority: 'dstnat', priorityNumber: -100 },
        { name: 'nat-POSTROUTING', type: 'nat', hook: 'postrouting', priority: 'srcnat', priorityNumber: 100 },
        { name: 'raw-PREROUTING', type: 'filter', hook: 'prerouting', priority: 'raw', priorityNumber: -300 },
      ],
      sets: [
        'filter-forward-in-jumps',
        'filter-forward-out-jumps',
        'nat-postrouting-in-jumps',
        'nat-postrouting-out-jumps',
      ],
      note: 'Per network: filter-forward-in__, filter-forward-out__, nat-postrouting-in__ and nat-postrouting-out__ followed by the bridge. There is no DOCKER-USER.',
    },
  ],
  comments: [
    {
      pattern: /^(DROP DIRECT ACCESS|DROP REMOTE LOOPBACK|UNPUBLISHED PORT DROP)$/,
      example: 'DROP DIRECT ACCESS',
      weak: true,
    },
    { pattern: /^(OUTGOING|ICC|DNAT|SNAT|MASQUERADE)$/, example: 'OUTGOING', weak: true },
  ],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0xd0c4e3',
      mask: '0xffffffff',
      meaning: 'overlay traffic to be encrypted',
      bits: { value: 0xd0c4e3, mask: 0xffffffff },
    },
    {
      kind: 'packet',
      value: '(setting)',
      mask: '(setting)',
      meaning: 'accepted on the bridge',
      configurable: '--bridge-accept-fwmark',
    },
  ],
  sets: [],
  interfaces: [],
  settings: [
    'firewall-backend=nftables',
    'bridge-accept-fwmark',
    'does not enable ip_forward nor set drop policy (per docs: must be set by hand)',
  ],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'moby/moby', path: 'daemon/libnetwork/drivers/bridge/internal/nftabler/nftabler.go', status: 'verified' },
    { repo: 'moby/moby', path: 'daemon/libnetwork/internal/nftables/nftables_linux.go', status: 'verified' },
    { repo: 'docker/docs', path: 'content/manuals/engine/network/firewall-nftables.md', status: 'verified' },
  ],
};
