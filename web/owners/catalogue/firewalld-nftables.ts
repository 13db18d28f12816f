/** Signatures of firewalld (nftables backend). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const firewalldNftables: Owner = {
  id: 'firewalld-nftables',
  name: 'firewalld (nftables backend)',
  short: 'firewalld',
  what: 'Host firewall, with the nftables backend (its default)',
  kind: 'program',
  slot: 'firewalld',
  initials: 'fd',
  chains: [],
  nftTables: [
    {
      families: ['inet', 'ip', 'ip6'],
      pattern: /^firewalld$/,
      example: 'firewalld',
      baseChains: [
        { name: 'mangle_PREROUTING', type: 'filter', hook: 'prerouting', priority: 'mangle+10', priorityNumber: -140 },
        { name: 'nat_PREROUTING', type: 'nat', hook: 'prerouting', priority: 'dstnat+10', priorityNumber: -90 },
        { name: 'nat_POSTROUTING', type: 'nat', hook: 'postrouting', priority: 'srcnat+10', priorityNumber: 110 },
        { name: 'nat_OUTPUT', type: 'nat', hook: 'output', priority: 'dstnat+10', priorityNumber: -90 },
        { name: 'filter_PREROUTING', type: 'filter', hook: 'prerouting', priority: 'filter+10', priorityNumber: 10 },
        { name: 'filter_INPUT', type: 'filter', hook: 'input', priority: 'filter+10', priorityNumber: 10 },
        { name: 'filter_FORWARD', type: 'filter', hook: 'forward', priority: 'filter+10', priorityNumber: 10 },
        { name: 'filter_OUTPUT', type: 'filter', hook: 'output', priority: 'filter+10', priorityNumber: 10 },
      ],
      note: 'filter_INPUT and filter_FORWARD end by dropping invalid packets and rejecting the rest with admin-prohibited. Per zone: filter_IN_, filter_FWD_ and filter_OUT_ with the zone and _pre, _log, _deny, _allow, _post. Old versions have ip and ip6 tables for NAT too.',
    },
    {
      families: ['inet'],
      pattern: /^firewalld_policy_drop$/,
      example: 'firewalld_policy_drop',
      baseChains: [
        { name: 'filter_input', type: 'filter', hook: 'input', priority: 'filter+9', priorityNumber: 9 },
        { name: 'filter_forward', type: 'filter', hook: 'forward', priority: 'filter+9', priorityNumber: 9 },
        { name: 'filter_output', type: 'filter', hook: 'output', priority: 'filter+9', priorityNumber: 9 },
      ],
      note: 'only while it starts or reloads, and in panic mode, where its chains stand at -291 with policy drop',
    },
    {
      families: ['inet'],
      pattern: /^firewalld_probe$/,
      example: 'firewalld_probe',
      baseChains: [],
      note: 'for a moment only',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [
    'FlushAllOnReload=yes (default)',
    'ReloadPolicy=INPUT:DROP,FORWARD:DROP,OUTPUT:DROP',
    'StrictForwardPorts=no',
    'NftablesTableOwner=yes',
    'NftablesFlowtable=off',
    'FirewallBackend',
    'IndividualCalls',
  ],
  behaviour:
    'Every base chain stands 10 behind the standard priority, so that iptables rules run first: a drop of theirs is final, an accept of theirs can still be refused here.',
  notes: [],
  sources: [
    { repo: 'firewalld/firewalld', path: 'src/firewall/core/nftables.py', status: 'verified' },
    { repo: 'firewalld/firewalld', path: 'config/firewalld.conf', status: 'verified' },
  ],
};
