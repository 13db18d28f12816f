/**
 * A part of the workspace as texts that still load: some chains with what they need, with or without counters and comments. What goes into a link when
 * all of it is too long, or more than others should see.
 *
 * Listings of nft, iptables-save and ipset save are cut where their pieces stand, so that the rest is as it was written. Of other formats (JSON,
 * iptables -L, scripts) the chosen chains are printed as nft or iptables-save; a trace of packets is left out.
 */
import type { Chain, Dump, FormatId, Table } from '../../model/ruleset.ts';
import { printIptablesSave } from '../../parse/iptables-save/print.ts';
import { printNft } from '../../parse/nft/print.ts';
import type { ViewContext } from '../context.ts';
import { type Needed, neededBy } from './needed.ts';
import { type CommentChoice, factsOf, type TextFacts, withoutComments, withoutCounters } from './strip.ts';

export interface ExcerptRequest {
  /** Ids of chains; null: the whole workspace. */
  readonly chains: readonly number[] | null;
  readonly counters: boolean;
  readonly comments: CommentChoice;
}

export interface ExcerptDocument extends TextFacts {
  readonly id: string;
  /** Null: as it is. */
  readonly text: string | null;
  /** UTF-16 units. */
  readonly length: number;
}

export interface ExcerptAnswer {
  /** Those of which something is left. */
  readonly documents: readonly ExcerptDocument[];
  /** What is in it, also where all is. */
  readonly chains: number;
  readonly rules: number;
  readonly sets: number;
}

interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Never throws. Cost: linear in the texts. */
export function buildExcerpt(context: ViewContext, request: ExcerptRequest): ExcerptAnswer {
  const { ruleset, documents } = context.analysis;
  const chosen = request.chains?.flatMap((id) => ruleset.chains[id] ?? []);
  const needed = chosen && neededBy(ruleset, chosen);
  const made = documents.flatMap(({ text }, document): ExcerptDocument[] => {
    const dumps = ruleset.dumps.filter((dump) => dump.document === document);
    const left = needed ? keepNeeded(text, dumps, context, needed) : text;
    if (left === null) return [];
    const formats = new Set(dumps.map(({ format }) => format));
    const plain = request.counters ? left : withoutCounters(left);
    const shown = [...formats].reduce((rest, format) => withoutComments(rest, format, request.comments), plain);
    const id = context.documentIds[document] ?? '';
    return [{ id, text: shown === text ? null : shown, length: shown.length, ...factsOf(shown) }];
  });
  const chains = needed ? [...needed.chains] : ruleset.chains;
  return {
    documents: made,
    chains: chains.length,
    rules: chains.reduce((sum, chain) => sum + chain.rules.length, 0),
    sets: needed ? needed.sets.size : ruleset.sets.length,
  };
}

const CUTTABLE: ReadonlySet<FormatId> = new Set<FormatId>([
  'iptables-save',
  'ip6tables-save',
  'ebtables-save',
  'arptables-save',
  'nft',
  'ipset-save',
]);

/** Null where nothing of the document is needed. */
function keepNeeded(text: string, dumps: readonly Dump[], context: ViewContext, needed: Needed): string | null {
  const counting = new Set(context.analysis.ruleset.tables);
  const isNeeded = (dump: Dump): boolean =>
    dump.ipsets.some((set) => needed.sets.has(set)) ||
    dump.tables.some((table) => counting.has(table) && table.chains.some((chain) => needed.chains.has(chain)));
  if (!dumps.some(isNeeded)) return null;
  const parts = dumps.filter(isNeeded).map((dump) => {
    if (!CUTTABLE.has(dump.format)) return printed(dump, counting, needed);
    const cuts = cutsOf(text, dump, counting, needed);
    return applyCuts(text, { start: dump.start, end: dump.end }, cuts);
  });
  return parts.join(parts.length > 1 ? '\n' : '');
}

function cutsOf(text: string, dump: Dump, counting: ReadonlySet<Table>, needed: Needed): Cut[] {
  const cuts: Cut[] = [];
  for (const set of dump.ipsets) if (!needed.sets.has(set)) cuts.push(set.span);
  for (const table of dump.tables) {
    const kept = counting.has(table) ? table.chains.filter((chain) => needed.chains.has(chain)) : [];
    if (kept.length === 0) {
      cuts.push(table.span);
      continue;
    }
    for (const chain of table.chains) {
      if (needed.chains.has(chain) || chain.implicit) continue;
      // An empty base chain of iptables takes no more than its line, and says that the table is whole.
      if (!(table.listing === 'iptables' && chain.base)) cuts.push(chain);
      if (table.listing === 'iptables') cuts.push(...chain.rules);
    }
    for (const set of table.sets) if (!needed.sets.has(set)) cuts.push(set.span);
    const words = wordsOf(text, kept, table, needed);
    for (const object of table.objects) if (!words.has(object.name)) cuts.push(object.span);
  }
  return cuts;
}

/** Names of objects may stand in any statement and in maps: an object is needed where its name is a word of what is kept. */
function wordsOf(text: string, chains: readonly Chain[], table: Table, needed: Needed): ReadonlySet<string> {
  const words = new Set<string>();
  if (table.objects.length === 0) return words;
  const add = ({ start, end }: Cut): void => {
    for (const [word] of text.slice(start, end).matchAll(/[\w.-]+/g)) words.add(word);
  };
  for (const chain of chains) for (const rule of chain.rules) add(rule);
  for (const set of table.sets) if (needed.sets.has(set)) add(set.span);
  return words;
}

/** What is left of the section. A cut that has its lines for itself takes them whole, and of two empty lines one. */
function applyCuts(text: string, section: Cut, cuts: readonly Cut[]): string {
  let left = '';
  let at = section.start;
  for (const cut of [...cuts].sort((a, b) => a.start - b.start)) {
    const { start, end } = wholeLines(text, cut, section);
    if (start > at) left += text.slice(at, start);
    at = Math.max(at, end);
  }
  return (left + text.slice(at, section.end)).replace(/\n(?:[ \t]*\n){2,}/g, '\n\n');
}

function wholeLines(text: string, { start, end }: Cut, section: Cut): Cut {
  let from = start;
  while (from > section.start && /[ \t]/.test(text[from - 1] ?? '')) from--;
  const rest = /[ \t]*(?:# handle \d+)?[ \t]*(?:\r?\n|$)/y;
  rest.lastIndex = end;
  const isLineStart = from === section.start || text[from - 1] === '\n';
  if (!isLineStart || !rest.test(text)) return { start, end };
  return { start: from, end: Math.min(rest.lastIndex, section.end) };
}

function printed(dump: Dump, counting: ReadonlySet<Table>, needed: Needed): string {
  const tables = dump.tables.flatMap((table): Table[] => {
    const chains = counting.has(table) ? table.chains.filter((chain) => needed.chains.has(chain)) : [];
    if (chains.length === 0) return [];
    return [{ ...table, chains, sets: table.sets.filter((set) => needed.sets.has(set)) }];
  });
  const isNft = tables.every(({ listing }) => listing === 'nft');
  const part = { tables, dumps: [] };
  return isNft ? printNft(part).text : printIptablesSave({ ...EMPTY, ...part }).text;
}

const EMPTY = {
  chains: [],
  baseChains: [],
  rules: [],
  sets: [],
  ipsets: new Map(),
  shadowed: [],
  diagnostics: [],
} as const;
