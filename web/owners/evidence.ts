/** Evidence in words, with its place in the dump. Made on demand, for what a user looks at. */

import type { Span } from '../base/span.ts';
import { nameSpanOf } from '../model/rule.ts';
import type { Chain, Rule, Ruleset, Table } from '../model/ruleset.ts';
import { CATALOGUE } from './catalogue/index.ts';
import type { Evidence } from './owner.ts';
import { isShared } from './presence.ts';
import { type OwnerIndex, ownerAt, shortName } from './signatures.ts';

/** Why something has its owner; `word` is what tells: the comment, the chain's name, the interface. */
export interface Reason {
  readonly kind: Evidence['kind'];
  readonly owner: OwnerIndex;
  readonly word: string;
}

/** The reason as a sentence about the rule or chain (null: about a set). */
export function explain(ruleset: Ruleset, subject: Rule | Chain | null, reason: Reason): Evidence {
  const text = words(subject, reason);
  const span = subject && 'body' in subject ? placeOf(ruleset, subject, reason.word) : nameOf(subject);
  return span ? { kind: reason.kind, text, span } : { kind: reason.kind, text };
}

function nameOf(subject: Chain | null): Span | null {
  return subject ? nameSpanOf(subject) : null;
}

function words(subject: Rule | Chain | null, { kind, owner, word }: Reason): string {
  const name = shortName(owner);
  switch (kind) {
    case 'table-name':
      return subject ? `in table ${tablePath(subject)}` : `table ${word} is ${owns(name)}`;
    case 'chain-name':
      return `${word} is a chain of ${name}${roleOf(subject, owner)}`;
    case 'in-chain':
      return `in ${word}, a chain of ${name}`;
    case 'comment':
      return commentWords(word, owner);
    case 'jump-target':
      return subject && 'body' in subject
        ? `jumps to ${word}, a chain of ${name}`
        : `only rules of ${name} jump to ${word}`;
    case 'set-name':
      return `${word} is a set of ${name}`;
    case 'mark':
      return `uses mark ${word}, which only ${name} documents among the writers of this ruleset`;
    case 'interface':
      return `names ${word}, an interface of ${name}; no stronger sign`;
    case 'bare-rule':
      return `looks like a documented rule of ${name}: ${word}`;
    case 'policy':
      return `policy set by ${name}`;
    case 'none':
      return noneWords(subject);
  }
}

function commentWords(comment: string, owner: OwnerIndex): string {
  const name = shortName(owner);
  if (!comment.startsWith('cali:')) return `comment "${comment}" is ${owns(name)}`;
  const hash = comment.slice(0, 21);
  const known = CATALOGUE.map(({ stableComments }) => stableComments?.get(hash)).find((text) => text !== undefined);
  return `comment "${hash}" is ${owns(name)} rule hash${known ? `: ${known}` : ''}`;
}

function owns(name: string): string {
  return name.endsWith('s') ? `${name}'` : `${name}'s`;
}

function roleOf(subject: Rule | Chain | null, owner: OwnerIndex): string {
  if (!subject || 'body' in subject) return '';
  const { table, name } = subject;
  const signature = ownerAt(owner)?.chains.find(
    ({ tables, pattern, fallback }) =>
      !fallback && (tables === null || tables.includes(table.name)) && pattern.test(name),
  );
  return signature?.role ? `: ${signature.role}` : '';
}

function tablePath(subject: Rule | Chain): string {
  const { family, name } = 'body' in subject ? subject.chain.table : subject.table;
  return `${family} ${name}`;
}

function noneWords(subject: Rule | Chain | null): string {
  if (subject === null) return 'no owner in the catalogue has sets of such a name';
  if (!('body' in subject)) return 'no owner in the catalogue has such a chain, and its callers do not agree on one';
  const { chain } = subject;
  if (chain.base && isShared(chain.table))
    return 'nothing in the rule tells its writer: no comment, jump, set, mark or interface that the catalogue knows';
  return `in ${chain.name}, which no owner in the catalogue claims`;
}

/** A sentence about a whole table. */
export function tableEvidence(table: Table, owner: OwnerIndex): Evidence {
  const path = `${table.family} ${table.name}`;
  const entry = ownerAt(owner);
  if (!entry) {
    const text = isShared(table)
      ? `table ${path} is shared: its chains and rules are attributed one by one`
      : `no owner in the catalogue has a table ${path}`;
    return { kind: 'none', text };
  }
  if (entry.kind === 'engine')
    return {
      kind: 'table-name',
      text: `table ${path} is kept by ${entry.name}; its chains and rules belong to others`,
    };
  return { kind: 'table-name', text: `table ${path} is ${owns(entry.short)} own` };
}

/** About something in a table that one program keeps to itself. */
export function insideTable(table: Table): Evidence {
  return { kind: 'table-name', text: `in table ${table.family} ${table.name}` };
}

/** Where the telling word stands in the rule's text. */
function placeOf(ruleset: Ruleset, rule: Rule, word: string): Span | null {
  const dump = ruleset.dumps[rule.chain.table.dump];
  if (!dump || word === '') return null;
  const at = dump.text.slice(rule.start, rule.end).indexOf(word);
  return at === -1 ? null : { start: rule.start + at, end: rule.start + at + word.length };
}
