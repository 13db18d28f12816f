/** Signatures of nerdctl (containerd). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const nerdctl: Owner = {
  id: 'nerdctl',
  name: 'nerdctl (containerd)',
  short: 'nerdctl',
  what: 'containerd front end; works through the CNI plugins bridge, portmap, firewall and tuning',
  kind: 'silent',
  slot: 'docker',
  initials: 'nc',
  chains: [],
  nftTables: [],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [
    'Has no chains of its own: its rules are those of the CNI plugins. Its networks are called bridge (nerdctl0) and the comments carry name: "bridge".',
  ],
  sources: [{ repo: 'containerd/nerdctl', path: 'pkg/netutil', status: 'recalled' }],
};
