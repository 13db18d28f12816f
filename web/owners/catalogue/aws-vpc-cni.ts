/** Signatures of AWS VPC CNI. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const awsVpcCni: Owner = {
  id: 'aws-vpc-cni',
  name: 'AWS VPC CNI',
  short: 'AWS VPC CNI',
  what: 'Pod addresses of the VPC; SNAT for traffic that leaves it',
  kind: 'program',
  slot: 'flannel',
  initials: 'Aw',
  chains: [
    { tables: ['nat'], pattern: /^AWS-(SNAT-CHAIN|CONNMARK-CHAIN)-[0-9]+$/, role: '', example: 'AWS-SNAT-CHAIN-0' },
  ],
  nftTables: [],
  comments: [{ pattern: /^AWS,? ?(SNAT|primary ENI|CONNMARK CHAIN|OUTBOUND CONNECTIONS)/, example: 'AWS, SNAT' }],
  bareRules: [],
  hooks: [
    { table: 'nat', chain: 'POSTROUTING', how: 'append', detail: 'AWS-SNAT-CHAIN-0' },
    { table: 'mangle', chain: 'PREROUTING', how: 'append', detail: 'CONNMARK set/restore' },
  ],
  marks: [
    {
      kind: 'connection',
      value: '0x80',
      mask: '0x80',
      meaning: 'came in by the primary interface: replies use the main routing table',
      configurable: 'AWS_VPC_K8S_CNI_CONNMARK',
      bits: { value: 0x80, mask: 0x80 },
    },
  ],
  sets: [],
  interfaces: [{ pattern: /^eni/, example: 'eni+' }],
  settings: ['AWS_VPC_K8S_CNI_EXTERNALSNAT', 'AWS_VPC_CNI_NODE_PORT_SUPPORT', 'AWS_VPC_K8S_CNI_RANDOMIZESNAT'],
  behaviour: null,
  notes: [],
  sources: [{ repo: 'aws/amazon-vpc-cni-k8s', path: 'pkg/networkutils/network.go', status: 'verified' }],
};
