/** Signatures of Calico (eBPF). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const calicoEbpf: Owner = {
  id: 'calico-ebpf',
  name: 'Calico (eBPF)',
  short: 'Calico',
  what: 'Felix with the eBPF dataplane: a few netfilter rules that accept what BPF programs have passed',
  kind: 'program',
  slot: 'calico',
  initials: 'Ca',
  chains: [],
  nftTables: [],
  comments: [
    { pattern: /^Pre-approved by BPF programs\.$/, example: 'Pre-approved by BPF programs.' },
    { pattern: /^From workload without BPF seen mark/, example: 'From workload without BPF seen mark' },
    {
      pattern: /^Accept packets from flows that pre-date BPF\.$/,
      example: 'Accept packets from flows that pre-date BPF.',
    },
  ],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0x1000000',
      mask: '0x1000000',
      meaning: 'seen by a BPF program',
      bits: { value: 0x1000000, mask: 0x1000000 },
    },
    {
      kind: 'packet',
      value: '0x3000000',
      mask: '0x3000000',
      meaning: 'seen and approved: netfilter has nothing left to do',
      bits: { value: 0x3000000, mask: 0x3000000 },
    },
    {
      kind: 'packet',
      value: '0x5000000',
      mask: '0x5000000',
      meaning: 'seen, and handed on to netfilter',
      bits: { value: 0x5000000, mask: 0x5000000 },
    },
    {
      kind: 'packet',
      value: '0x8000000',
      mask: '0x8000000',
      meaning: 'belongs to a connection that the conntrack of Linux knows',
      bits: { value: 0x8000000, mask: 0x8000000 },
    },
    {
      kind: 'packet',
      value: '0x1800000',
      mask: '0x1f00000',
      meaning: 'source NAT on the way out',
      bits: { value: 0x1800000, mask: 0x1f00000 },
    },
    { kind: 'packet', value: '0x41000000', mask: '', meaning: 'the tunnel key is set' },
    { kind: 'packet', value: '0x81000000', mask: '', meaning: 'comes out of the NAT interface' },
    { kind: 'packet', value: '', mask: '0x1ff00000', meaning: 'all bits of the dataplane, fixed' },
  ],
  sets: [],
  interfaces: [],
  replaces: {
    owners: ['calico-iptables', 'calico-nftables'],
    chains:
      /^(filter-|raw-|mangle-|nat-)?cali-(FORWARD|INPUT|OUTPUT|PREROUTING|POSTROUTING|from-wl-dispatch|to-wl-dispatch)$/,
  },
  settings: [],
  behaviour: null,
  notes: ['Same chains, tables and comments as the other two dataplanes: told apart by the explanations in its rules.'],
  sources: [
    { repo: 'projectcalico/calico', path: 'felix/bpf/tc/defs/defs.go', status: 'verified' },
    { repo: 'projectcalico/calico', path: 'felix/dataplane/linux/int_dataplane.go', status: 'verified' },
  ],
};
