/** Signatures of ConfigServer Firewall (csf, lfd). Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const csf: Owner = {
  id: 'csf',
  name: 'ConfigServer Firewall (csf, lfd)',
  short: 'CSF',
  what: 'ConfigServer Firewall and its login failure daemon',
  kind: 'program',
  slot: 'firewalld',
  initials: 'lf',
  chains: [
    { tables: ['filter'], pattern: /^LOCAL(?:INPUT|OUTPUT)$/, role: '', example: 'LOCALINPUT' },
    {
      tables: ['filter'],
      pattern:
        /^(?:ALLOWIN|ALLOWOUT|DENYIN|DENYOUT|INVALID|INVDROP|LOGDROPIN|LOGDROPOUT|SMTPOUTPUT|SPAMHAUS|DSHIELD|BDE|GALLOWIN|GDENYIN|PORTFLOOD|SYNFLOOD|UDPFLOOD|ALLOWDYNIN|ALLOWDYNOUT)$/,
      role: '',
      example: 'DENYIN',
      beside: /^LOCALINPUT$/,
    },
    {
      tables: ['filter'],
      pattern: /^CC_[A-Z]+$/,
      role: 'per country list',
      example: 'CC_DENY',
      beside: /^LOCALINPUT$/,
    },
  ],
  nftTables: [],
  comments: [],
  bareRules: [],
  hooks: [],
  marks: [],
  sets: [
    { pattern: /^chain_(DENY|ALLOW)$/, example: 'chain_DENY' },
    { pattern: /^bl_/, example: 'bl_SPAMDROP', weak: true },
  ],
  interfaces: [],
  settings: [],
  behaviour: null,
  notes: [
    'Sets policy DROP on INPUT, OUTPUT and FORWARD. Its restart (csf -r) flushes every chain, those of Docker and Kubernetes included.',
  ],
  sources: [{ repo: 'ConfigServer/csf', path: 'csf.pl', status: 'recalled' }],
};
