/** Signatures of NetworkManager. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const networkmanagerShared: Owner = {
  id: 'networkmanager-shared',
  name: 'NetworkManager',
  short: 'NetworkManager',
  what: 'Shared connections (ipv4.method shared), WireGuard and MLAG',
  kind: 'program',
  slot: 'libvirt',
  initials: 'nm',
  chains: [{ tables: ['filter'], pattern: /^nm-sh-(in|fw)-.+$/, role: '', example: 'nm-sh-fw-wlan0' }],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^nm-shared-/,
      example: 'nm-shared-wlan0',
      baseChains: [
        { name: 'nat_postrouting', type: 'nat', hook: 'postrouting', priority: '100', priorityNumber: 100 },
        { name: 'filter_forward', type: 'filter', hook: 'forward', priority: '0', priorityNumber: 0 },
      ],
      note: 'the names of the chains are recalled',
    },
    {
      families: ['ip', 'ip6'],
      pattern: /^nm-wg-/,
      example: 'nm-wg-wg0',
      baseChains: [
        { name: '-', type: 'filter', hook: 'prerouting', priority: 'mangle', priorityNumber: -150 },
        { name: '-', type: 'filter', hook: 'postrouting', priority: 'mangle', priorityNumber: -150 },
      ],
    },
    { families: ['netdev'], pattern: /^nm-mlag-/, example: 'nm-mlag-bond0', baseChains: [] },
  ],
  comments: [
    { pattern: /^nm-shared-/, example: 'nm-shared-wlan0' },
    { pattern: /^nm-wg-/, example: 'nm-wg-wg0' },
  ],
  bareRules: [],
  hooks: [{ table: 'filter,nat', chain: 'INPUT,FORWARD,POSTROUTING', how: 'insert', detail: '' }],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'NetworkManager/NetworkManager', path: 'src/core/nm-firewall-utils.c', status: 'verified' }],
};
