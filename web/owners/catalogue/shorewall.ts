/** Signatures of Shorewall. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const shorewall: Owner = {
  id: "shorewall",
  name: "Shorewall",
  short: "Shorewall",
  what: "Host firewall: compiles zones and policies to iptables",
  kind: "program",
  slot: "firewalld",
  initials: "Sh",
  chains: [{ tables: ["filter"], pattern: /^shorewall$/, role: "empty; holds the name of the configuration", example: "shorewall" }, { tables: ["filter"], pattern: /^(?:dynamic|logdrop|logreject|logflags|smurfs|smurflog|tcpflags|reject)$/, role: "", example: "dynamic", beside: /^shorewall$/ }, { tables: ["filter"], pattern: /^sha-[0-9a-f-]+$/, role: "a checksum of the configuration", example: "sha-lh-4a2b9f00d1c3", beside: /^shorewall$/ }, { tables: ["filter"], pattern: /^~(?:log|blacklist|excl)[0-9]+$/, role: "", example: "~log0", beside: /^shorewall$/ }, { tables: ["filter"], pattern: /^(?:net|loc|fw|dmz|vpn|all|road)[2-](?:net|loc|fw|dmz|vpn|all|road)$/, role: "from zone to zone", example: "net-fw", beside: /^shorewall$/ }, { tables: ["filter"], pattern: /^(?:net|loc|dmz|vpn|road|[a-z]+[0-9]+)_(?:in|fwd|out|frwd|dyn)$/, role: "per zone or interface", example: "net_frwd", beside: /^shorewall$/ }, { tables: ["mangle"], pattern: /^tc(?:pre|fwd|in|out|post)$/, role: "", example: "tcpre", beside: /^shorewall$/ }],
  nftTables: [],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: ["Its names are common words: they count only where a chain called shorewall is there too.", "Chains per zone or interface (net_frwd) are recalled."],
  sources: [{ repo: "shorewall/code", path: "Shorewall/Perl/Shorewall/Chains.pm", status: "recalled" }],
};
