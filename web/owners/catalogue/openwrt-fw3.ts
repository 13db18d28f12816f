/** Signatures of OpenWrt fw3. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const openwrtFw3: Owner = {
  id: 'openwrt-fw3',
  name: 'OpenWrt fw3',
  short: 'OpenWrt',
  what: 'Firewall of OpenWrt before 22.03',
  kind: 'program',
  slot: 'firewalld',
  initials: 'w3',
  chains: [
    {
      tables: null,
      pattern: /^(?:input|output|forwarding|prerouting|postrouting)_(?:rule|[a-z0-9_]+_rule)$/,
      role: 'for rules of the administrator',
      example: 'input_lan_rule',
      open: 'user',
    },
    {
      tables: null,
      pattern:
        /^zone_[A-Za-z0-9_]+_(?:src|dest|input|output|forward|prerouting|postrouting|helper)(?:_(?:ACCEPT|REJECT|DROP))?$/,
      role: 'per zone',
      example: 'zone_lan_input',
    },
    { tables: null, pattern: /^delegate_/, role: 'old versions', example: 'delegate_input' },
    {
      tables: ['filter'],
      pattern: /^(?:syn_flood|reject)$/,
      role: '',
      example: 'syn_flood',
      beside: /^zone_|^delegate_/,
    },
  ],
  nftTables: [],
  comments: [{ pattern: /^!fw3/, example: '!fw3: Allow-DHCP-Renew' }],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'openwrt/firewall3', path: 'zones.c', status: 'recalled' }],
};
