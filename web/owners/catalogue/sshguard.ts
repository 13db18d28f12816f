/** Signatures of sshguard. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const sshguard: Owner = {
  id: 'sshguard',
  name: 'sshguard',
  short: 'sshguard',
  what: 'Bans addresses that fail to log in',
  kind: 'program',
  slot: 'tailscale',
  initials: 'sg',
  chains: [{ tables: ['filter'], pattern: /^sshguard$/, role: '', example: 'sshguard' }],
  nftTables: [
    {
      families: ['ip', 'ip6', 'inet'],
      pattern: /^sshguard$/,
      example: 'sshguard',
      baseChains: [{ name: 'blacklist', type: 'filter', hook: 'input', priority: 'filter-10', priorityNumber: -10 }],
      note: 'Older versions: inet sshguard with a chain input at priority 0.',
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [
    { pattern: /^attackers$/, example: 'attackers', weak: true },
    { pattern: /^sshguard[46]$/, example: 'sshguard4' },
  ],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'crowdsecurity/cs-firewall-bouncer', path: 'issue 210 (quotes sshguard chain)', status: 'verified' },
    { repo: 'sshguard/sshguard', path: 'src/fw', status: 'recalled' },
  ],
};
