/** Signatures of MicroK8s. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const microk8s: Owner = {
  id: 'microk8s',
  name: 'MicroK8s',
  short: 'MicroK8s',
  what: 'The MicroK8s snap',
  kind: 'program',
  slot: 'flannel',
  initials: 'mk',
  chains: [],
  nftTables: [],
  comments: [{ pattern: /^generated for MicroK8s pods$/, example: 'generated for MicroK8s pods' }],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: ['The Docker snap always uses iptables-legacy (issue 68).'],
  sources: [{ repo: 'canonical/docker-snap', path: 'issue 68', status: 'verified' }],
};
