/** Signatures of Podman / netavark (firewalld driver). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const netavarkFirewalld: Owner = {
  id: 'netavark-firewalld',
  name: 'Podman / netavark (firewalld driver)',
  short: 'Podman',
  what: 'Podman networks by netavark, with the firewalld driver',
  kind: 'silent',
  slot: 'podman',
  initials: 'Po',
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
    'Makes the firewalld policies netavark_portfwd and netavark_policy; their rules are in the table of firewalld, so no rule is attributed to this entry.',
  ],
  sources: [{ repo: 'containers/netavark', path: 'issue 723', status: 'verified' }],
};
