/** Signatures of libvirt (iptables backend). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const libvirtIptables: Owner = {
  id: 'libvirt-iptables',
  name: 'libvirt (iptables backend)',
  short: 'libvirt',
  what: 'Networks of virtual machines, with the iptables backend',
  kind: 'program',
  slot: 'libvirt',
  initials: 'lv',
  chains: [
    { tables: ['filter'], pattern: /^LIBVIRT_(INP|OUT|FWI|FWO|FWX)$/, role: '', example: 'LIBVIRT_FWI' },
    { tables: ['nat', 'mangle'], pattern: /^LIBVIRT_PRT$/, role: '', example: 'LIBVIRT_PRT' },
  ],
  nftTables: [],
  comments: [],
  bareRules: [
    {
      text: '-t mangle -A POSTROUTING -o <bridge> -p udp --dport 68 -j CHECKSUM --checksum-fill',
      match: { tables: ['mangle'], chains: ['POSTROUTING'], oif: '@', verdicts: ['checksum'] },
    },
    {
      text: 'before 4.10: -A INPUT -i <bridge> -p udp --dport 53 -j ACCEPT, and ports 67, and tcp',
      match: { tables: ['filter'], chains: ['INPUT'], iif: '@', verdicts: ['accept'] },
    },
    {
      text: 'before 4.10: -A OUTPUT -o <bridge> -p udp --dport 68 -j ACCEPT',
      match: { tables: ['filter'], chains: ['OUTPUT'], oif: '@', verdicts: ['accept'] },
    },
    {
      text: 'before 4.10: -A FORWARD -d <network> -o <bridge> ... -j ACCEPT; -A FORWARD -o <bridge> -j REJECT',
      match: { tables: ['filter'], chains: ['FORWARD'], oif: '@', verdicts: ['accept', 'reject'] },
    },
    {
      text: 'before 4.10: -A FORWARD -s <network> -i <bridge> -j ACCEPT; -A FORWARD -i <bridge> -j REJECT',
      match: { tables: ['filter'], chains: ['FORWARD'], iif: '@', verdicts: ['accept', 'reject'] },
    },
    {
      text: 'before 4.10: -t nat -A POSTROUTING -s 192.168.122.0/24 -d 224.0.0.0/24 -j RETURN',
      match: { tables: ['nat'], chains: ['POSTROUTING'], daddr: '224.0.0.0/24', verdicts: ['return'] },
    },
    {
      text: 'before 4.10: -t nat -A POSTROUTING -s 192.168.122.0/24 -d 255.255.255.255/32 -j RETURN',
      match: { tables: ['nat'], chains: ['POSTROUTING'], daddr: '255.255.255.255/32', verdicts: ['return'] },
    },
    {
      text: 'before 4.10: -t nat -A POSTROUTING -s 192.168.122.0/24 ! -d 192.168.122.0/24 -j MASQUERADE (the default network)',
      match: {
        tables: ['nat'],
        chains: ['POSTROUTING'],
        saddr: '192.168.122.0/24',
        daddr: '!192.168.122.0/24',
        verdicts: ['masquerade'],
      },
    },
  ],
  hooks: [
    {
      table: 'filter',
      chain: 'INPUT/OUTPUT/FORWARD',
      how: 'insert',
      detail: 'on top of FORWARD in the order FWX, FWI, FWO; the last two end by rejecting what concerns their bridge',
    },
    { table: 'nat,mangle', chain: 'POSTROUTING', how: 'insert', detail: 'LIBVIRT_PRT' },
  ],
  marks: [],
  sets: [],
  interfaces: [{ pattern: /^virbr[0-9]+(-nic)?$/, example: 'virbr0' }],
  interfacesFrom: /^LIBVIRT_FW[IOX]$/,
  settings: ['network.conf firewall_backend'],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'libvirt/libvirt', path: 'src/network/network_iptables.c', status: 'recalled' },
    { repo: 'docker/for-linux', path: 'issue 949 (dump)', status: 'verified' },
  ],
};
