/** Signatures of fail2ban. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const fail2ban: Owner = {
  id: 'fail2ban',
  name: 'fail2ban',
  short: 'fail2ban',
  what: 'Bans addresses that fail to log in',
  kind: 'program',
  slot: 'tailscale',
  initials: 'f2',
  chains: [
    { tables: ['filter'], pattern: /^f2b-.+$/, role: 'per jail', example: 'f2b-sshd' },
    { tables: ['filter'], pattern: /^fail2ban-.+$/, role: 'old versions', example: 'fail2ban-ssh' },
  ],
  nftTables: [
    {
      families: ['inet', 'ip', 'ip6'],
      pattern: /^f2b-table$/,
      example: 'f2b-table',
      baseChains: [{ name: 'f2b-chain', type: 'filter', hook: 'input', priority: '-1', priorityNumber: -1 }],
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [
    {
      table: 'filter',
      chain: 'INPUT (action chain=, can be DOCKER-USER/FORWARD)',
      how: 'insert',
      detail: '-I INPUT ... -j f2b-<name>',
    },
  ],
  marks: [],
  sets: [
    { pattern: /^addr6?-set-.+$/, example: 'addr-set-sshd' },
    { pattern: /^f2b-.+$/, example: 'f2b-sshd' },
  ],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: ['The chain that it writes into is a setting: INPUT, but FORWARD or DOCKER-USER just as well.'],
  sources: [
    { repo: 'fail2ban/fail2ban', path: 'config/action.d/nftables.conf', status: 'verified' },
    { repo: 'fail2ban/fail2ban', path: 'config/action.d/iptables.conf', status: 'verified' },
  ],
};
