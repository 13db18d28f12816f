/** Signatures of EgressGateway (Spidernet). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const egressgateway: Owner = {
  id: 'egressgateway',
  name: 'EgressGateway (Spidernet)',
  short: 'EgressGateway',
  what: 'Egress gateway of Spidernet',
  kind: 'program',
  slot: 'istio',
  initials: 'eg',
  chains: [
    {
      tables: ['mangle', 'nat', 'filter'],
      pattern: /^EGRESSGATEWAY-.+$/,
      role: '',
      example: 'EGRESSGATEWAY-MARK-REQUEST',
    },
  ],
  nftTables: [],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [
    {
      kind: 'packet',
      value: '0x26000000',
      mask: '0xff000000',
      meaning: 'to be routed by an egress policy: inside the mark mask of Calico',
      bits: { value: 0x26000000, mask: 0xff000000 },
    },
  ],
  sets: [],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'spidernet-io/egressgateway', path: 'issue 1683 (dump)', status: 'verified' }],
};
