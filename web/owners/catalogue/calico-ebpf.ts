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
      value: '0x01000000',
      mask: '0x01000000',
      meaning: 'seen',
      bits: { value: 0x1000000, mask: 0x1000000 },
    },
    {
      kind: 'packet',
      value: '0x03000000',
      mask: '0x03000000',
      meaning: 'seen+bypass',
      bits: { value: 0x3000000, mask: 0x3000000 },
    },
    {
      kind: 'packet',
      value: '0x05000000',
      mask: '0x05000000',
      meaning: 'seen+fall-through',
      bits: { value: 0x5000000, mask: 0x5000000 },
    },
    {
      kind: 'packet',
      value: '0x08000000',
      mask: '0x08000000',
      meaning: 'linux conntrack established',
      bits: { value: 0x8000000, mask: 0x8000000 },
    },
    {
      kind: 'packet',
      value: '0x01800000',
      mask: '0x01f00000',
      meaning: 'nat outgoing',
      bits: { value: 0x1800000, mask: 0x1f00000 },
    },
    {
      kind: 'packet',
      value: '0x41000000',
      mask: '',
      meaning: 'tunnel key set',
      bits: { value: 0x41000000, mask: 0x41000000 },
    },
    {
      kind: 'packet',
      value: '0x81000000',
      mask: '',
      meaning: 'from nat iface out',
      bits: { value: 0x81000000, mask: 0x81000000 },
    },
    { kind: 'packet', value: '-', mask: '0x1ff00000', meaning: 'whole fixed mask' },
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
