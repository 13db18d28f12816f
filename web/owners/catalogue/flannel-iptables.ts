/** Signatures of Flannel (iptables). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const flannelIptables: Owner = {
  id: 'flannel-iptables',
  name: 'Flannel (iptables)',
  short: 'Flannel',
  what: 'VXLAN or host-gw CNI, with iptables rules for masquerading and forwarding',
  kind: 'program',
  slot: 'flannel',
  initials: 'Fl',
  chains: [
    { tables: ['nat'], pattern: /^FLANNEL-POSTRTG$/, role: '', example: 'FLANNEL-POSTRTG' },
    { tables: ['filter'], pattern: /^FLANNEL-FWD$/, role: '', example: 'FLANNEL-FWD' },
    { tables: ['nat'], pattern: /^FLANNEL$/, role: 'very old versions', example: 'FLANNEL' },
  ],
  nftTables: [],
  comments: [
    { pattern: /^flanneld masq$/, example: 'flanneld masq' },
    { pattern: /^flanneld forward$/, example: 'flanneld forward' },
  ],
  bareRules: [
    {
      text: '-A POSTROUTING -s <pod network> ! -d 224.0.0.0/4 -j MASQUERADE (before it had chains)',
      match: { tables: ['nat'], chains: ['POSTROUTING'], daddr: '!224.0.0.0/4', verdicts: ['masquerade'] },
    },
  ],
  hooks: [
    { table: 'nat', chain: 'POSTROUTING', how: 'append', detail: '-j FLANNEL-POSTRTG (0.20.x used -I; HEAD uses -A)' },
    { table: 'filter', chain: 'FORWARD', how: 'append', detail: '-j FLANNEL-FWD' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x4000',
      mask: '0x4000',
      meaning: 'the masquerade bit of kube-proxy: the first rule of FLANNEL-POSTRTG leaves such packets alone',
      configurable: 'fixed',
      bits: { value: 0x4000, mask: 0x4000 },
    },
  ],
  sets: [],
  interfaces: [{ pattern: /^flannel([.-].*)?$/, example: 'flannel.1' }],
  settings: [
    '--ip-masq',
    '--iptables-forward-rules (FLANNEL_IPTABLES_FORWARD_RULES)',
    '--iptables-resync',
    'EnableNFTables in net-conf',
  ],
  behaviour: null,
  notes: [
    'Versions before the chains existed wrote bare rules into POSTROUTING and FORWARD (a dump in kubernetes issue 107591 shows them).',
  ],
  sources: [
    { repo: 'flannel-io/flannel', path: 'pkg/trafficmngr/iptables/iptables.go', status: 'verified' },
    { repo: 'flannel-io/flannel', path: 'pkg/trafficmngr/trafficmngr.go', status: 'verified' },
  ],
};
