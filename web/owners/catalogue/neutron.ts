/** Signatures of OpenStack Neutron (iptables). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const neutron: Owner = {
  id: 'neutron',
  name: 'OpenStack Neutron (iptables)',
  short: 'Neutron',
  what: 'OpenStack networking: security groups and routers with iptables',
  kind: 'program',
  slot: 'libvirt',
  initials: 'Ne',
  chains: [
    { tables: ['filter'], pattern: /^neutron-filter-top$/, role: '', example: 'neutron-filter-top' },
    { tables: ['nat'], pattern: /^neutron-postrouting-bottom$/, role: '', example: 'neutron-postrouting-bottom' },
    {
      tables: null,
      pattern:
        /^neutron-[a-z0-9-]{1,17}-(?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING|local|sg-chain|sg-fallback|snat|float-snat|scope|[ios][0-9a-f-]{10,11})$/,
      role: 'per agent, whose name is cut to 16 characters',
      example: 'neutron-openvswi-FORWARD',
    },
  ],
  nftTables: [],
  comments: [
    {
      pattern: /^(?:Default drop rule for unmatched traffic|Send unmatched traffic to the fallback chain)/,
      example: 'Default drop rule for unmatched traffic.',
    },
    {
      pattern: /^(?:Direct traffic from the VM interface|Jump to the VM specific chain)/,
      example: 'Jump to the VM specific chain.',
    },
    { pattern: /^(?:Allow|Defaults?) /, example: 'Allow IPv4 DHCP traffic.', weak: true },
  ],
  bareRules: [],
  hooks: [
    { table: 'filter', chain: 'FORWARD,OUTPUT', how: 'insert top', detail: 'neutron-filter-top' },
    { table: 'nat', chain: 'POSTROUTING', how: 'append', detail: 'neutron-postrouting-bottom' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x1',
      mask: '0xffff',
      meaning: 'metadata access (the value is recalled)',
      configurable: 'metadata_access_mark',
      bits: { value: 0x1, mask: 0xffff },
    },
    {
      kind: 'packet',
      value: '0x2',
      mask: '0xffff',
      meaning: 'came in from the external network (the value is recalled)',
      configurable: 'external_ingress_mark',
      bits: { value: 0x2, mask: 0xffff },
    },
  ],
  sets: [{ pattern: /^N(?:IPv[46]|ET)/, example: 'NIPv4d1a2b3c4-0000-0000-0000-' }],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'openstack/neutron', path: 'neutron/agent/linux/iptables_manager.py', status: 'verified' },
    {
      repo: 'openstack/neutron',
      path: 'neutron/conf/agent/l3/config.py',
      status: 'verified',
      note: 'the mask 0xffff; the default values 0x1 and 0x2 are recalled',
    },
  ],
};
