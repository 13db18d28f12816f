/** Signatures of Tailscale. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const tailscale: Owner = {
  id: 'tailscale',
  name: 'Tailscale',
  short: 'Tailscale',
  what: 'Mesh VPN on WireGuard',
  kind: 'program',
  slot: 'tailscale',
  initials: 'Ts',
  chains: [
    { tables: ['filter'], pattern: /^ts-(input|forward)$/, role: '', example: 'ts-forward' },
    { tables: ['nat'], pattern: /^ts-(postrouting|prerouting)$/, role: '', example: 'ts-postrouting' },
    { tables: ['mangle'], pattern: /^ts-clamp$/, role: '', example: 'ts-clamp' },
    { tables: ['nat'], pattern: /^ts-test-nat$/, role: 'a test whether nat works', example: 'ts-test-nat' },
  ],
  nftTables: [
    {
      families: ['ip', 'ip6'],
      pattern: /^filter$/,
      example: 'filter',
      baseChains: [
        { name: 'INPUT', type: 'filter', hook: 'input', priority: 'filter', priorityNumber: 0 },
        { name: 'FORWARD', type: 'filter', hook: 'forward', priority: 'filter', priorityNumber: 0 },
      ],
      note: 'In nftables mode it works inside the tables of iptables-nft (ip and ip6, filter and nat) and adds its ts- chains to them; ts-clamp is at mangle.',
      compat: true,
    },
  ],
  comments: [],
  bareRules: [
    { text: 'in ts-input: -s 100.115.92.0/23 ! -i tailscale0 -j RETURN; -s 100.64.0.0/10 ! -i tailscale0 -j DROP' },
    {
      text: 'in ts-forward: -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000; -m mark --mark 0x40000/0xff0000 -j ACCEPT; -s 100.64.0.0/10 -o tailscale0 -j DROP; -o tailscale0 -j ACCEPT',
    },
  ],
  hooks: [
    { table: 'filter', chain: 'INPUT,FORWARD', how: 'insert at 1 (if missing)', detail: '-j ts-input / ts-forward' },
    { table: 'nat', chain: 'POSTROUTING', how: 'insert at 1', detail: '-j ts-postrouting' },
  ],
  marks: [
    {
      kind: 'packet',
      value: '0x40000',
      mask: '0xff0000',
      meaning: 'came in by tailscale0: to be translated (subnet route)',
      bits: { value: 0x40000, mask: 0xff0000 },
    },
    {
      kind: 'packet',
      value: '0x80000',
      mask: '0xff0000',
      meaning: 'traffic of tailscaled itself, past the tunnel',
      bits: { value: 0x80000, mask: 0xff0000 },
    },
  ],
  sets: [],
  interfaces: [{ pattern: /^tailscale[0-9]+$/, example: 'tailscale0' }],
  settings: [
    '--netfilter-mode=on|nodivert|off',
    '--snat-subnet-routes',
    '--stateful-filtering',
    'TS_DEBUG_FIREWALL_MODE',
  ],
  behaviour: null,
  notes: [],
  sources: [
    { repo: 'tailscale/tailscale', path: 'tsconst/linuxfw.go', status: 'verified' },
    { repo: 'tailscale/tailscale', path: 'util/linuxfw/iptables_runner.go', status: 'verified' },
    { repo: 'tailscale/tailscale', path: 'util/linuxfw/nftables_runner.go', status: 'verified' },
  ],
};
