/** Signatures of Podman / netavark (iptables, 1.x). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const netavarkIptables: Owner = {
  id: 'netavark-iptables',
  name: 'Podman / netavark (iptables, 1.x)',
  short: 'Podman',
  what: 'Podman networks by netavark 1.x, with iptables',
  kind: 'program',
  slot: 'podman',
  initials: 'Po',
  chains: [
    { tables: ['filter'], pattern: /^NETAVARK_(FORWARD|INPUT)$/, role: '', example: 'NETAVARK_FORWARD' },
    { tables: ['filter'], pattern: /^NETAVARK_ISOLATION_[123]$/, role: '', example: 'NETAVARK_ISOLATION_1' },
    {
      tables: ['nat'],
      pattern: /^NETAVARK-(HOSTPORT-DNAT|HOSTPORT-SETMARK|HOSTPORT-MASQ)$/,
      role: '',
      example: 'NETAVARK-HOSTPORT-DNAT',
    },
    {
      tables: ['nat'],
      pattern: /^NETAVARK-(DN-)?[0-9A-F]{13,}$/,
      role: 'per network',
      example: 'NETAVARK-1D8721804F16F',
    },
  ],
  nftTables: [],
  comments: [{ pattern: /^netavark firewall (rules|plugin rules)/, example: 'netavark firewall rules' }],
  bareRules: [],
  hooks: [
    {
      table: 'filter',
      chain: 'FORWARD',
      how: 'insert/append',
      detail: '-j NETAVARK_FORWARD; comment "netavark firewall rules" (recalled)',
    },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x2000',
      mask: '0x2000',
      meaning: 'masquerade: the same bit as that of the portmap plugin',
      bits: { value: 0x2000, mask: 0x2000 },
    },
  ],
  sets: [],
  interfaces: [{ pattern: /^podman[0-9]+$/, example: 'podman0' }],
  interfacesFrom: /^NETAVARK_(FORWARD|ISOLATION_[123])$/,
  settings: [],
  behaviour: null,
  notes: ['The jump from FORWARD and its comment "netavark firewall rules" are recalled.'],
  sources: [
    { repo: 'containers/netavark', path: 'issue 491 (NETAVARK_FORWARD)', status: 'verified' },
    { repo: 'containers/netavark', path: 'src/firewall/iptables.rs', status: 'recalled' },
  ],
};
