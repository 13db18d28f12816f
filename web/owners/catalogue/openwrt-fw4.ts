/** Signatures of OpenWrt fw4. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const openwrtFw4: Owner = {
  id: "openwrt-fw4",
  name: "OpenWrt fw4",
  short: "OpenWrt",
  what: "Firewall of OpenWrt since 22.03",
  kind: "program",
  slot: "firewalld",
  initials: "w4",
  chains: [],
  nftTables: [{ families: ["inet"], pattern: /^fw4$/, example: "fw4", baseChains: [{ name: "input", type: "filter", hook: "input", priority: "filter", priorityNumber: 0 }, { name: "forward", type: "filter", hook: "forward", priority: "filter", priorityNumber: 0 }, { name: "output", type: "filter", hook: "output", priority: "filter", priorityNumber: 0 }, { name: "prerouting", type: "filter", hook: "prerouting", priority: "filter", priorityNumber: 0 }, { name: "dstnat", type: "nat", hook: "prerouting", priority: "dstnat", priorityNumber: -100 }, { name: "srcnat", type: "nat", hook: "postrouting", priority: "srcnat", priorityNumber: 100 }, { name: "raw_prerouting", type: "filter", hook: "prerouting", priority: "raw", priorityNumber: -300 }, { name: "raw_output", type: "filter", hook: "output", priority: "raw", priorityNumber: -300 }, { name: "mangle_prerouting", type: "filter", hook: "prerouting", priority: "mangle", priorityNumber: -150 }, { name: "mangle_postrouting", type: "filter", hook: "postrouting", priority: "mangle", priorityNumber: -150 }, { name: "mangle_input", type: "filter", hook: "input", priority: "mangle", priorityNumber: -150 }, { name: "mangle_output", type: "route", hook: "output", priority: "mangle", priorityNumber: -150 }, { name: "mangle_forward", type: "filter", hook: "forward", priority: "mangle", priorityNumber: -150 }], note: "Per zone: input_, forward_, accept_from_, reject_to_ and others. Policy drop on input and forward by default." }],
  comments: [{ pattern: /^!fw4: /, example: "!fw4: Accept traffic from loopback" }],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: "openwrt/firewall4", path: "root/usr/share/firewall4/templates/ruleset.uc", status: "verified" }],
};
