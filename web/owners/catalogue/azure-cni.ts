/** Signatures of Azure CNI, CNS and NPM. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const azureCni: Owner = {
  id: 'azure-cni',
  name: 'Azure CNI, CNS and NPM',
  short: 'Azure CNI',
  what: 'Azure CNI with its services CNS and NPM (network policy)',
  kind: 'program',
  slot: 'flannel',
  initials: 'Az',
  chains: [
    { tables: ['nat'], pattern: /^SWIFT(-POSTROUTING)?$/, role: '', example: 'SWIFT-POSTROUTING' },
    { tables: ['filter'], pattern: /^AZURE-NPM(-.+)?$/, role: '', example: 'AZURE-NPM-INGRESS' },
    { tables: ['filter'], pattern: /^AZURECNI(INPUT|OUTPUT)$/, role: '', example: 'AZURECNIINPUT' },
  ],
  nftTables: [],
  comments: [],
  bareRules: [
    {
      text: '-d 168.63.129.16/32 -p tcp --dport 80 -j DROP (protects the wire server)',
      match: { daddr: '168.63.129.16/32', verdicts: ['drop'] },
    },
  ],
  hooks: [{ table: 'nat', chain: 'POSTROUTING', how: 'append', detail: '-j SWIFT-POSTROUTING' }],
  marks: [
    {
      kind: 'packet',
      value: '0x2000',
      mask: '0xffffffff',
      meaning:
        'old NPM, ingress (not confirmed): the value is the masquerade bit of portmap and netavark, written without a mask',
      bits: { value: 0x2000, mask: 0xffffffff },
    },
    {
      kind: 'packet',
      value: '0x4000, 0x5000',
      mask: '',
      meaning: 'other marks of NPM; 0x5000 is dropped egress in version 2 (not confirmed)',
    },
  ],
  sets: [{ pattern: /^azure-npm-/, example: 'azure-npm-2837910840' }],
  interfaces: [
    { pattern: /^azure[0-9]+$/, example: 'azure0' },
    { pattern: /^azv/, example: 'azv+' },
  ],
  settings: [],
  behaviour: null,
  notes: ['Not confirmed: what its marks mean.'],
  sources: [
    { repo: 'Azure/azure-container-networking', path: 'cns and npm (names of the chains)', status: 'verified' },
  ],
};
