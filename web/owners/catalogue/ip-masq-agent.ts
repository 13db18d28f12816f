/** Signatures of ip-masq-agent. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const ipMasqAgent: Owner = {
  id: 'ip-masq-agent',
  name: 'ip-masq-agent',
  short: 'ip-masq-agent',
  what: 'Masquerades pod traffic to addresses outside the cluster',
  kind: 'program',
  slot: 'wireguard',
  initials: 'im',
  chains: [
    { tables: ['nat'], pattern: /^IP-MASQ-AGENT$/, role: '', example: 'IP-MASQ-AGENT' },
    { tables: ['nat'], pattern: /^IP-MASQ$/, role: 'the name on GKE', example: 'IP-MASQ' },
  ],
  nftTables: [],
  comments: [{ pattern: /^ip-masq-agent:/, example: 'ip-masq-agent: local traffic is not subject to MASQUERADE' }],
  bareRules: [],
  hooks: [{ table: 'nat', chain: 'POSTROUTING', how: 'append', detail: '! --dst-type LOCAL -j IP-MASQ-AGENT' }],
  marks: [],
  sets: [],
  interfaces: [],
  settings: ['--masq-chain', 'nonMasqueradeCIDRs', 'masqLinkLocal', 'resyncInterval'],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'kubernetes-sigs/ip-masq-agent', path: 'cmd/ip-masq-agent/ip-masq-agent.go', status: 'verified' }],
};
