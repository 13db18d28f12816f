/** Highlighting of the dump formats for Monaco (Monarch): only words, no meaning. Meaning comes from the worker's answers. */
import type { languages } from 'monaco-editor/editor/editor.api.js';
import type { FormatId } from '../../model/ruleset.ts';

export const LANGUAGE_IDS = ['nft', 'iptables-save', 'ipset'] as const;

export type LanguageId = (typeof LANGUAGE_IDS)[number] | 'plaintext';

/** The language of a format; null (nothing read yet) is told from the text's beginning. */
export function languageOf(format: FormatId | null, head: string): LanguageId {
  switch (format) {
    case 'nft':
      return 'nft';
    case 'iptables-save':
    case 'ip6tables-save':
    case 'ebtables-save':
    case 'arptables-save':
    case 'ebtables-list':
    case 'arptables-list':
    case 'shell':
      return 'iptables-save';
    case 'ipset-save':
      return 'ipset';
    case 'nft-json':
    case 'iptables-list':
    case 'ipset-list':
    case 'nft-trace':
    case 'xtables-trace':
    case 'kernel-trace':
    case 'unknown':
      return 'plaintext';
    default:
      return /^\s*table\s+\S+/m.test(head)
        ? 'nft'
        : /^(\*\w+|:\S+ |-A |\[\d)/m.test(head)
          ? 'iptables-save'
          : 'plaintext';
  }
}

const iptables: languages.IMonarchLanguage = {
  defaultToken: '',
  tokenizer: {
    root: [
      [/^#.*$/, 'comment'],
      [/^\*[\w-]+/, 'keyword'],
      [/^(COMMIT)\s*$/, 'keyword'],
      [/^(:)(\S+)(\s+)(\S+)/, ['delimiter', 'chain', '', 'verdict']],
      [/\[\d+:\d+\]/, 'counter'],
      [/(-A|-I|-N|-P)(\s+)(\S+)/, ['option', '', 'chain']],
      [/(-j|-g|--jump|--goto)(\s+)(\S+)/, ['option', '', 'verdict']],
      [/(-m|--match)(\s+)(\S+)/, ['option', '', 'module']],
      [/--comment\b/, 'comment', '@comment'],
      [/--?[A-Za-z][\w-]*/, 'option'],
      [/!/, 'operator'],
      [/"/, 'string', '@string'],
      [/0x[0-9a-fA-F]+(\/0x[0-9a-fA-F]+)?/, 'number'],
    ],
    comment: [
      [/\s+"/, 'comment', '@quotedComment'],
      [/\s+\S+/, 'comment', '@pop'],
      [/$/, '', '@pop'],
    ],
    quotedComment: [
      [/[^"\\]+/, 'comment'],
      [/\\./, 'comment'],
      [/"/, { token: 'comment', switchTo: '@root' }],
    ],
    string: [
      [/[^"\\]+/, 'string'],
      [/\\./, 'string'],
      [/"/, 'string', '@pop'],
    ],
  },
};

const nft: languages.IMonarchLanguage = {
  defaultToken: '',
  verdicts: [
    'accept',
    'drop',
    'reject',
    'return',
    'continue',
    'queue',
    'dnat',
    'snat',
    'masquerade',
    'redirect',
    'notrack',
    'tproxy',
    'synproxy',
  ],
  blocks: [
    'table',
    'chain',
    'set',
    'map',
    'flowtable',
    'counter',
    'quota',
    'limit',
    'type',
    'hook',
    'priority',
    'policy',
    'elements',
    'flags',
    'typeof',
    'define',
    'include',
    'flush',
    'add',
    'delete',
    'devices',
    'device',
  ],
  tokenizer: {
    root: [
      [/#.*$/, 'comment'],
      [/(table)(\s+)(\w+)(\s+)(\S+)/, ['keyword', '', 'module', '', 'chain']],
      [/(chain|set|map|flowtable)(\s+)([^\s{]+)/, ['keyword', '', 'chain']],
      [/(jump|goto)(\s+)([^\s,;}]+)/, ['verdict', '', 'verdict']],
      [/(counter)(\s+packets\s+\d+\s+bytes\s+\d+)/, ['counter', 'counter']],
      [/(comment)(\s+)(")/, ['comment', '', { token: 'comment', next: '@comment' }]],
      [/@[\w.-]+/, 'chain'],
      [/\$[\w-]+/, 'chain'],
      [/[a-zA-Z_][\w-]*/, { cases: { '@verdicts': 'verdict', '@blocks': 'keyword', '@default': '' } }],
      [/"/, 'string', '@string'],
      [/0x[0-9a-fA-F]+/, 'number'],
      [/[{}]/, '@brackets'],
      [/[=!<>&|^]+/, 'operator'],
    ],
    comment: [
      [/[^"]+/, 'comment'],
      [/"/, 'comment', '@pop'],
    ],
    string: [
      [/[^"]+/, 'string'],
      [/"/, 'string', '@pop'],
    ],
  },
};

const ipset: languages.IMonarchLanguage = {
  tokenizer: {
    root: [
      [/^(create|add|del)(\s+)(\S+)/, ['keyword', '', 'chain']],
      [/\b(nomatch)\b/, 'verdict'],
    ],
  },
};

const GRAMMARS: Readonly<Record<(typeof LANGUAGE_IDS)[number], languages.IMonarchLanguage>> = {
  nft,
  'iptables-save': iptables,
  ipset,
};

/** Registers the three languages. Call once. */
export function registerLanguages(api: typeof languages): void {
  for (const id of LANGUAGE_IDS) {
    api.register({ id });
    api.setMonarchTokensProvider(id, GRAMMARS[id]);
    api.setLanguageConfiguration(id, {
      comments: { lineComment: '#' },
      brackets: [['{', '}']],
      // A chain's name is one word: double click selects `cali-from-wl-dispatch`.
      wordPattern: /[\w.:@/+-]+/,
    });
  }
}
