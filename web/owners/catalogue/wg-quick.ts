/** Signatures of wg-quick. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const wgQuick: Owner = {
  id: 'wg-quick',
  name: 'wg-quick',
  short: 'wg-quick',
  what: 'Sets up WireGuard interfaces; with a default route through the tunnel it protects the tunnel address and saves the mark',
  kind: 'program',
  slot: 'wireguard',
  initials: 'wg',
  chains: [],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^wg-quick-/,
      example: 'wg-quick-wg0',
      baseChains: [
        { name: 'preraw', type: 'filter', hook: 'prerouting', priority: '-300', priorityNumber: -300 },
        { name: 'premangle', type: 'filter', hook: 'prerouting', priority: '-150', priorityNumber: -150 },
        { name: 'postmangle', type: 'filter', hook: 'postrouting', priority: '-150', priorityNumber: -150 },
      ],
    },
  ],
  comments: [{ pattern: /^wg-quick\(8\) rule for /, example: 'wg-quick(8) rule for wg0' }],
  bareRules: [],
  hooks: [
    { table: 'raw', chain: 'PREROUTING', how: 'insert', detail: '! -i wgX -d addr -j DROP' },
    { table: 'mangle', chain: 'PREROUTING/POSTROUTING', how: 'insert', detail: 'CONNMARK save/restore for udp' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0xca6c',
      mask: '0xffffffff',
      meaning:
        'routes packets that are already encrypted past the tunnel: the number of the first free routing table from 51820 on; without a mask, and its bits include 0x8000 and 0x4000',
      configurable: 'FwMark=, Table=',
      bits: { value: 0xca6c, mask: 0xffffffff },
    },
  ],
  sets: [],
  interfaces: [{ pattern: /^wg[0-9]+$/, example: 'wg0' }],
  settings: [],
  behaviour: null,
  notes: [
    "Rules that a configuration adds by PostUp are the administrator's own; they are attributed here only because they name the interface.",
  ],
  sources: [{ repo: 'WireGuard/wireguard-tools', path: 'src/wg-quick/linux.bash', status: 'verified' }],
};
