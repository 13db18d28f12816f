/** Signatures of CrowdSec firewall bouncer. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const crowdsec: Owner = {
  id: 'crowdsec',
  name: 'CrowdSec firewall bouncer',
  short: 'CrowdSec',
  what: 'Firewall bouncer: drops addresses of shared block lists',
  kind: 'program',
  slot: 'tailscale',
  initials: 'Cs',
  chains: [{ tables: ['filter'], pattern: /^CROWDSEC_(CHAIN|LOG)(-[0-9]+)?$/, role: '', example: 'CROWDSEC_CHAIN' }],
  nftTables: [
    {
      families: ['ip', 'inet'],
      pattern: /^crowdsec$/,
      example: 'crowdsec',
      baseChains: [
        { name: 'crowdsec-chain-input', type: 'filter', hook: 'input', priority: '-10', priorityNumber: -10 },
        { name: 'crowdsec-chain-forward', type: 'filter', hook: 'forward', priority: '-10', priorityNumber: -10 },
      ],
      note: 'what follows crowdsec-chain in the names of the chains is recalled',
    },
    {
      families: ['ip6', 'inet'],
      pattern: /^crowdsec6$/,
      example: 'crowdsec6',
      baseChains: [
        { name: 'crowdsec6-chain-input', type: 'filter', hook: 'input', priority: '-10', priorityNumber: -10 },
      ],
    },
  ],
  comments: [],
  bareRules: [],
  hooks: [
    {
      table: 'filter',
      chain: 'iptables_chains: [INPUT] (DOCKER-USER optional)',
      how: 'insert',
      detail: '-I <chain> -j CROWDSEC_CHAIN',
    },
  ],
  marks: [],
  sets: [{ pattern: /^crowdsec6?-blacklists/, example: 'crowdsec-blacklists' }],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'crowdsecurity/cs-firewall-bouncer', path: 'config/crowdsec-firewall-bouncer.yaml', status: 'verified' },
    { repo: 'crowdsecurity/cs-firewall-bouncer', path: 'pkg/iptables/iptables_context.go', status: 'verified' },
  ],
};
