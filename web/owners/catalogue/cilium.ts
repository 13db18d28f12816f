/** Signatures of Cilium. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const cilium: Owner = {
  id: "cilium",
  name: "Cilium",
  short: "Cilium",
  what: "eBPF CNI that keeps a small set of iptables rules",
  kind: "program",
  slot: "cilium",
  initials: "Ci",
  chains: [{ tables: ["filter"], pattern: /^CILIUM_(INPUT|OUTPUT|FORWARD)$/, role: "", example: "CILIUM_FORWARD" }, { tables: ["nat"], pattern: /^CILIUM_(PRE_nat|POST_nat|OUTPUT_nat|POST|POST_KUBE)$/, role: "", example: "CILIUM_POST_nat" }, { tables: ["mangle"], pattern: /^CILIUM_(PRE_mangle|POST_mangle)$/, role: "", example: "CILIUM_PRE_mangle" }, { tables: ["raw"], pattern: /^CILIUM_(PRE_raw|OUTPUT_raw)$/, role: "", example: "CILIUM_PRE_raw" }, { tables: null, pattern: /^OLD_CILIUM_.+$/, role: "left while it re-installs its rules, or after that failed", example: "OLD_CILIUM_POST_nat" }, { tables: ["filter"], pattern: /^CILIUM_TRANSIENT_FORWARD$/, role: "old versions", example: "CILIUM_TRANSIENT_FORWARD" }],
  nftTables: [],
  comments: [{ pattern: /^cilium-feeder: CILIUM_/, example: "cilium-feeder: CILIUM_FORWARD" }, { pattern: /^cilium: /, example: "cilium: any->cluster on cilium_host forward accept" }, { pattern: /^cilium-xfrm-notrack:/, example: "cilium-xfrm-notrack: skip conntrack" }, { pattern: /^cilium (host->cluster|masquerade non-cluster|hostport loopback)/, example: "cilium masquerade non-cluster" }],
  bareRules: [],
  hooks: [{ table: "*", chain: "each built-in chain", how: "insert", detail: "-I by default (--prepend-iptables-chains=true), -A when false" }],
  marks: [{ kind: "packet", value: "0x0200", mask: "0x0F00", meaning: "to proxy (TPROXY mark, upper 16 bits hold proxy port)", bits: { value: 0x200, mask: 0xf00 } }, { kind: "packet", value: "0x0A00", mask: "0x0F00/0xfffffeff", meaning: "proxy ingress (upper bits: identity)", bits: { value: 0xa00, mask: 0xf00 } }, { kind: "packet", value: "0x0B00", mask: "0x0F00", meaning: "proxy egress", bits: { value: 0xb00, mask: 0xf00 } }, { kind: "packet", value: "0x0C00", mask: "0x0F00", meaning: "from host", bits: { value: 0xc00, mask: 0xf00 } }, { kind: "packet", value: "0x0D00", mask: "0x0F00", meaning: "IPsec decrypt", bits: { value: 0xd00, mask: 0xf00 } }, { kind: "packet", value: "0x0E00", mask: "0x0F00", meaning: "IPsec encrypt (0xX000 = key id)", bits: { value: 0xe00, mask: 0xf00 } }, { kind: "packet", value: "0x0F00", mask: "0x0F00", meaning: "carries identity in upper 16 bits", bits: { value: 0xf00, mask: 0xf00 } }, { kind: "packet", value: "0x0900", mask: "0x0F00", meaning: "proxy egress endpoint id", bits: { value: 0x900, mask: 0xf00 } }, { kind: "packet", value: "0xFFFF0000", mask: "0xFFFF0000", meaning: "identity / node id / port (not masked)", bits: { value: 0xffff0000, mask: 0xffff0000 } }, { kind: "packet", value: "0x4000", mask: "0x4000", meaning: "clears kube-proxy masq bit for packets to cilium_host", bits: { value: 0x4000, mask: 0x4000 } }],
  sets: [{ pattern: /^cilium_node_set_v[46]$/, example: "cilium_node_set_v4" }],
  interfaces: [{ pattern: /^cilium_(host|net|vxlan|geneve)$/, example: "cilium_host" }],
  settings: ["install-iptables-rules", "prepend-iptables-chains", "disable-iptables-feeder-rules", "enable-bpf-masquerade", "kube-proxy-replacement", "install-no-conntrack-iptables-rules"],
  behaviour: null,
  notes: [],
  sources: [{ repo: "cilium/cilium", path: "pkg/datapath/iptables/iptables.go", status: "verified", note: "an old version read in full; newer names of the chains read in part" }, { repo: "cilium/cilium", path: "pkg/datapath/linux/linux_defaults/mark.go", status: "verified", note: "the MagicMark constants; the path is recalled" }],
};
