/** Signatures of Calico (nftables). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const calicoNftables: Owner = {
  id: "calico-nftables",
  name: "Calico (nftables)",
  short: "Calico",
  what: "Felix with the nftables dataplane: network policy in tables of its own (nftablesMode Enabled, or Auto beside a kube-proxy in nftables mode)",
  kind: "program",
  slot: "calico",
  initials: "Ca",
  chains: [],
  nftTables: [{ families: ["ip", "ip6"], pattern: /^calico$/, example: "calico", baseChains: [{ name: "raw-PREROUTING", type: "filter", hook: "prerouting", priority: "raw", priorityNumber: -300 }, { name: "raw-OUTPUT", type: "filter", hook: "output", priority: "raw", priorityNumber: -300 }, { name: "mangle-PREROUTING", type: "filter", hook: "prerouting", priority: "mangle", priorityNumber: -150 }, { name: "mangle-INPUT", type: "filter", hook: "input", priority: "mangle", priorityNumber: -150 }, { name: "mangle-FORWARD", type: "filter", hook: "forward", priority: "mangle", priorityNumber: -150 }, { name: "mangle-OUTPUT", type: "route", hook: "output", priority: "mangle", priorityNumber: -150 }, { name: "mangle-POSTROUTING", type: "filter", hook: "postrouting", priority: "mangle", priorityNumber: -150 }, { name: "filter-INPUT", type: "filter", hook: "input", priority: "filter", priorityNumber: 0 }, { name: "filter-FORWARD", type: "filter", hook: "forward", priority: "filter", priorityNumber: 0 }, { name: "filter-OUTPUT", type: "filter", hook: "output", priority: "filter", priorityNumber: 0 }, { name: "nat-PREROUTING", type: "nat", hook: "prerouting", priority: "dstnat", priorityNumber: -100 }, { name: "nat-INPUT", type: "nat", hook: "input", priority: "dstnat", priorityNumber: -100 }, { name: "nat-OUTPUT", type: "nat", hook: "output", priority: "srcnat+10", priorityNumber: 110 }, { name: "nat-POSTROUTING", type: "nat", hook: "postrouting", priority: "srcnat+10", priorityNumber: 110 }], note: "Chains carry the table that they come from: filter-cali-FORWARD, nat-cali-POSTROUTING. Felix takes every chain that begins with cali-, nat-, filter-, mangle- or raw- as its own." }, { families: ["arp"], pattern: /^calico-arp$/, example: "calico-arp", baseChains: [{ name: "filter-OUTPUT", type: "filter", hook: "output", priority: "filter", priorityNumber: 0 }], note: "suppresses proxy ARP" }],
  comments: [{ pattern: /^cali:[A-Za-z0-9_-]{16};/, example: "cali:dpfqBgJrpRwlrqw1;", weak: true }],
  bareRules: [],
  hooks: [],
  marks: [{ kind: "packet", value: "0x10000", mask: "0x10000", meaning: "accept: policy allowed the packet", configurable: "IptablesMarkMask / NftablesMarkMask (first bit of the mask)", bits: { value: 0x10000, mask: 0x10000 } }, { kind: "packet", value: "0x20000", mask: "0x20000", meaning: "pass: go on with the next tier or the profiles", configurable: "IptablesMarkMask / NftablesMarkMask (second bit)", bits: { value: 0x20000, mask: 0x20000 } }, { kind: "packet", value: "0x40000", mask: "0x40000", meaning: "drop bit of a policy; the first scratch bit in versions that have no drop bit", configurable: "IptablesMarkMask / NftablesMarkMask (third bit)", bits: { value: 0x40000, mask: 0x40000 } }, { kind: "packet", value: "0x80000", mask: "0x80000", meaning: "scratch bit", configurable: "IptablesMarkMask / NftablesMarkMask (fourth bit)", bits: { value: 0x80000, mask: 0x80000 } }, { kind: "packet", value: "0x100000", mask: "0x100000", meaning: "second scratch bit, or the endpoint mark", configurable: "IptablesMarkMask / NftablesMarkMask (fifth bit)", bits: { value: 0x100000, mask: 0x100000 } }, { kind: "packet", value: "(pool)", mask: "0xffff0000", meaning: "All bits come from this mask, the first free one each: accept, pass, drop, two scratch bits, WireGuard where it is on, and the rest for endpoints", configurable: "IptablesMarkMask / NftablesMarkMask" }],
  sets: [],
  interfaces: [],
  settings: ["nftablesMode=Enabled|Disabled|Auto", "nftablesFilterAllowAction", "nftablesMarkMask", "nftablesRefreshInterval"],
  behaviour: null,
  notes: ["Its nat-PREROUTING shares hook and priority (dstnat) with nat-prerouting of kube-proxy; the SNAT side was moved to srcnat+10 on purpose (PR 9130), and nat-OUTPUT stands at 110, after dstnat.", "Each mode can delete what the other left behind; the eBPF dataplane deletes the table kube-proxy."],
  sources: [{ repo: "projectcalico/calico", path: "felix/nftables/table.go", status: "verified", note: "the base chains" }, { repo: "projectcalico/calico", path: "PR 9130", status: "verified" }],
};
