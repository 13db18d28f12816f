/** Signatures of Proxmox VE firewall. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const proxmox: Owner = {
  id: 'proxmox',
  name: 'Proxmox VE firewall',
  short: 'Proxmox',
  what: 'Firewall of Proxmox VE',
  kind: 'program',
  slot: 'libvirt',
  initials: 'pv',
  chains: [
    { tables: ['filter'], pattern: /^PVEFW-.+$/, role: '', example: 'PVEFW-FORWARD' },
    {
      tables: ['filter'],
      pattern: /^(?:tap|veth|fwbr|fwln|fwpr)[0-9]+i[0-9]+-(?:IN|OUT)$/,
      role: 'per guest',
      example: 'tap100i0-IN',
    },
    {
      tables: ['filter'],
      pattern: /^GROUP-.+$/,
      role: 'per security group',
      example: 'GROUP-web-IN',
      beside: /^PVEFW-/,
    },
  ],
  nftTables: [
    {
      families: ['inet'],
      pattern: /^proxmox-firewall$/,
      example: 'proxmox-firewall',
      baseChains: [],
      note: 'the newer implementation',
    },
    {
      families: ['bridge'],
      pattern: /^proxmox-firewall-guests$/,
      example: 'proxmox-firewall-guests',
      baseChains: [],
      note: 'recalled',
    },
  ],
  comments: [{ pattern: /^PVESIG:/, example: 'PVESIG:0bULE0nBCZDVeoCYHTTyVIVcCDQ' }],
  bareRules: [],
  hooks: [
    {
      table: 'filter',
      chain: 'INPUT,OUTPUT,FORWARD',
      how: 'insert',
      detail: 'PVEFW-INPUT, PVEFW-OUTPUT, PVEFW-FORWARD',
    },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x80000000',
      mask: '0x80000000',
      meaning: 'accept (recalled)',
      bits: { value: 0x80000000, mask: 0x80000000 },
    },
  ],
  sets: [{ pattern: /^PVEFW-[0-9A-Za-z-]+$/, example: 'PVEFW-0-management-v4' }],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'proxmox/pve-firewall', path: 'src/PVE/Firewall.pm', status: 'verified' },
    { repo: 'proxmox/proxmox-firewall', path: 'proxmox-firewall/src', status: 'recalled' },
  ],
};
