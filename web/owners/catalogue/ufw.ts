/** Signatures of ufw. Facts: see `sources`; `recalled` ones are from memory. */
import type { Owner } from '../owner.ts';

export const ufw: Owner = {
  id: 'ufw',
  name: 'ufw',
  short: 'ufw',
  what: 'Host firewall: a front end of iptables',
  kind: 'program',
  slot: 'firewalld',
  initials: 'uf',
  chains: [
    {
      tables: ['filter'],
      pattern: /^ufw6?-user-.+$/,
      role: 'the rules of the administrator, written by ufw',
      example: 'ufw-user-input',
      open: 'others',
    },
    {
      tables: ['filter'],
      pattern: /^ufw6?-(before|after|reject|track|skip-to-policy|logging|not-local).*$/,
      role: '',
      example: 'ufw-before-forward',
      open: 'others',
    },
    {
      tables: ['filter'],
      pattern: /^ufw6?-docker.*$/,
      role: 'the ufw-docker script',
      example: 'ufw-docker-logging-deny',
    },
  ],
  nftTables: [],
  comments: [{ pattern: /^dapp_/, example: 'dapp_OpenSSH' }],
  bareRules: [],
  hooks: [
    {
      table: 'filter',
      chain: 'INPUT,FORWARD,OUTPUT',
      how: 'append',
      detail: 'ufw-before-logging-*, ufw-before-*, ufw-after-*, ufw-after-logging-*, ufw-reject-*, ufw-track-*',
    },
    {
      table: 'filter',
      chain: 'INPUT,FORWARD',
      how: 'policy',
      detail: 'DROP unless DEFAULT_INPUT_POLICY or DEFAULT_FORWARD_POLICY say otherwise',
    },
  ],
  marks: [],
  sets: [],
  interfaces: [],
  settings: ['MANAGE_BUILTINS=no', 'DEFAULT_FORWARD_POLICY', 'IPT_SYSCTL'],
  behaviour: null,
  notes: ['The ufw-docker script adds a chain ufw-docker-logging-deny and puts rules into DOCKER-USER.'],
  sources: [{ repo: 'jdstrand/ufw', path: 'src/ufw-init-functions', status: 'verified' }],
};
