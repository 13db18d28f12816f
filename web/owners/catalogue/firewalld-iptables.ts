/** Signatures of firewalld (iptables backend). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const firewalldIptables: Owner = {
  id: 'firewalld-iptables',
  name: 'firewalld (iptables backend)',
  short: 'firewalld',
  what: 'Host firewall, with the iptables backend, or with direct rules',
  kind: 'program',
  slot: 'firewalld',
  initials: 'fd',
  chains: [
    {
      tables: null,
      pattern: /^(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_direct$/,
      role: 'rules that others ask firewalld to add',
      example: 'INPUT_direct',
      open: 'others',
    },
    {
      tables: null,
      pattern:
        /^(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(?:POLICIES_pre|POLICIES_post|ZONES|ZONES_SOURCE|POLICIES|IN_ZONES|OUT_ZONES|IN_ZONES_SOURCE|OUT_ZONES_SOURCE)$/,
      role: '',
      example: 'INPUT_ZONES',
    },
    {
      tables: null,
      pattern: /^(?:IN|FWD|FWDI|FWDO|OUT|PRE|POST)_[A-Za-z0-9_-]+$/,
      role: 'per zone',
      example: 'IN_public_allow',
      beside: /^(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(?:direct|ZONES)$/,
    },
  ],
  nftTables: [],
  comments: [],
  bareRules: [
    {
      text: '-A FORWARD -j REJECT --reject-with icmp-host-prohibited',
      match: { tables: ['filter'], chains: ['INPUT', 'FORWARD'], unconditional: true, verdicts: ['reject'] },
      present: true,
    },
    {
      text: '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT',
      match: {
        tables: ['filter'],
        chains: ['INPUT', 'FORWARD', 'OUTPUT'],
        states: ['established', 'related', 'dnat'],
        verdicts: ['accept'],
      },
      present: true,
    },
    {
      text: '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      match: {
        tables: ['filter'],
        chains: ['INPUT', 'FORWARD'],
        states: ['established', 'related'],
        verdicts: ['accept'],
      },
      present: true,
    },
    {
      text: '-A INPUT -m conntrack --ctstate INVALID -j DROP',
      match: { tables: ['filter'], chains: ['INPUT', 'FORWARD'], states: ['invalid'], verdicts: ['drop'] },
      present: true,
    },
    {
      text: '-A INPUT -i lo -j ACCEPT',
      match: { tables: ['filter'], chains: ['INPUT', 'FORWARD'], iif: 'lo', verdicts: ['accept'] },
      present: true,
    },
    {
      text: '-A OUTPUT -o lo -j ACCEPT',
      match: { tables: ['filter'], chains: ['OUTPUT'], oif: 'lo', verdicts: ['accept'] },
      present: true,
    },
  ],
  hooks: [
    {
      table: '*',
      chain: 'built-ins',
      how: 'append',
      detail: 'flushes the chain, then appends the jumps to _direct and _ZONES and the final reject',
    },
  ],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: ['The bare rules other than the first two are recalled.'],
  sources: [
    { repo: 'firewalld/firewalld', path: 'src/firewall/core/ipXtables.py', status: 'verified' },
    { repo: 'containernetworking/plugins', path: 'issue 512 (dump)', status: 'verified' },
  ],
};
