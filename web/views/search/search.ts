/** Search over owners, Services, chains, sets, findings, what rules and sets contain of addresses and ports, and the text of both. */
import { chainPath } from '../../model/rule.ts';
import type { Chain, NamedSet, Rule } from '../../model/ruleset.ts';
import { rulePath } from '../address.ts';
import type { SearchAnswer, SearchHit, SearchKind } from '../answer.ts';
import { documentOfChain, type ViewContext } from '../context.ts';
import { ownerEntry } from '../owner-entry.ts';
import { plural } from '../plural.ts';
import { type Asked, readAsked } from './asked.ts';
import { type Found, findContents } from './find-contents.ts';
import { readySearchIndex, type SearchIndex } from './search-index.ts';
import { searchTexts } from './search-texts.ts';
import { createWanted, hasAll, isWordCode, type Wanted } from './wanted.ts';

/** How many hits of one kind are looked for. */
const PER_KIND = 40;
/** How many of the only kind that is asked for. */
const PER_ONLY_KIND = 1000;

/** A text of one hit is cut here. */
const MAX_TITLE = 300;

export interface SearchRequest {
  readonly query: string;
  readonly limit: number;
  /** Only hits of this kind, and more of them. */
  readonly kind?: SearchKind | undefined;
}

/**
 * At most `limit` hits in the order owners, Services, chains, sets, findings, rules; what has exactly that name comes before all others, and each
 * kind gets its share. Any case. Of several words, what has all of them comes behind what has them in a row. An address, a network, a port or an address with its port (asked.ts) also finds the rules and sets that contain
 * it, the narrowest first.
 * Cost: one scan of the names and the texts, about 30 ms for 20 MB, and of the index; no copy of the text is made. The index is built at the first
 * search, unless `prepareSearch` has done so in slices.
 */
export function search(context: ViewContext, { query, limit, kind }: SearchRequest): SearchAnswer {
  const wanted = createWanted(query.trim(), kind === undefined ? PER_KIND : PER_ONLY_KIND);
  if (!wanted) return { hits: [], more: {} };
  const index = readySearchIndex(context);
  const asked = readAsked(wanted.text);
  const { ruleset } = context.analysis;
  const sizes = { rules: ruleset.rules.length, sets: ruleset.sets.length };
  const found = findContents(index.contents, asked, sizes, wanted.most);
  const text = searchTexts(context, wanted);
  const kinds: readonly Listing[] = [
    owners(context, wanted),
    services(context, wanted, index, found, asked),
    chains(context, wanted),
    sets(context, wanted, found, text.sets),
    findings(context, wanted),
    rules(context, wanted, found, text.rules),
  ];
  const only = kind === undefined ? kinds : kinds.filter((listing) => listing.kind === kind);
  const hits = share(
    only.map((listing) => listing.hits),
    limit,
  );
  const exact = hits.filter((hit) => isExact(hit, wanted));
  return { hits: [...exact, ...hits.filter((hit) => !exact.includes(hit))], more: left(only, hits) };
}

interface Listing {
  readonly kind: SearchKind;
  readonly hits: SearchHit[];
  /** How many there are, as far as they were looked for. */
  readonly count: number;
}

function left(kinds: readonly Listing[], hits: readonly SearchHit[]): SearchAnswer['more'] {
  const more: { [K in SearchKind]?: number } = {};
  for (const { kind, count } of kinds) {
    const shown = hits.filter((hit) => hit.kind === kind).length;
    if (count > shown) more[kind] = count - shown;
  }
  return more;
}

function listing(kind: SearchKind, hits: SearchHit[], count = hits.length): Listing {
  return { kind, hits, count };
}

function isExact({ kind, title, id }: SearchHit, { lower }: Wanted): boolean {
  if (kind === 'rule' || kind === 'finding') return false;
  return (
    title.toLowerCase() === lower ||
    (kind === 'owner' && (id === lower || ownerEntry(String(id)).short.toLowerCase() === lower))
  );
}

/** Cuts the longest lists until all together are no longer than `limit`. */
function share(kinds: readonly SearchHit[][], limit: number): SearchHit[] {
  const kept = kinds.map((hits) => hits.length);
  let sum = kept.reduce((all, length) => all + length, 0);
  for (; sum > Math.max(0, limit); sum--) {
    const longest = kept.lastIndexOf(Math.max(...kept));
    kept[longest] = (kept[longest] as number) - 1;
  }
  return kinds.flatMap((hits, kind) => hits.slice(0, kept[kind]));
}

function owners(context: ViewContext, wanted: Wanted): Listing {
  const hits = [...context.owners]
    .map((id) => ownerEntry(id))
    .filter(({ id, name, short }) => {
      const all = `${id} ${name} ${short}`;
      return wanted.pattern.test(all) || hasAll(all, wanted);
    })
    .map(({ id, name }): SearchHit => ({ kind: 'owner', id, chain: null, title: name, detail: 'owner', owner: id }));
  return listing('owner', hits);
}

/** By name, and those whose address, port or endpoint is exactly what is asked for. */
function services(
  context: ViewContext,
  wanted: Wanted,
  { services: { entries, ofRule } }: SearchIndex,
  found: Found,
  asked: Asked,
): Listing {
  const named = ranked(
    entries,
    ({ name }) => name,
    ({ name }) => name,
    wanted,
  );
  const exact = new Set<(typeof entries)[number]>();
  for (const { holder, exact: isExactly } of asked.address ? found.rules.first : []) {
    const at = isExactly ? ofRule.get(holder) : undefined;
    const entry = at === undefined ? undefined : entries[at];
    if (entry) exact.add(entry);
  }
  const addressed = asked.address
    ? entries.filter(({ address }) => address !== null && hasAddress(address, wanted))
    : [];
  const all = [...new Set([...addressed, ...exact, ...named.items])];
  const hits = all.slice(0, wanted.most).map(({ name, place, address }): SearchHit => {
    const rule = 'body' in place ? place : null;
    const chain = rule?.chain ?? (place as Chain);
    return {
      kind: 'service',
      id: name,
      chain: chain.id,
      ...(rule ? { rule: rule.id } : {}),
      title: name,
      detail: address ?? 'Service',
      owner: rule ? context.ownerOfRule(rule) : context.ownerOfChain(chain),
    };
  });
  return listing('service', hits, Math.max(all.length, named.count));
}

/** `10.96.0.10` and `10.96.0.10:53` both find `10.96.0.10:53 UDP`. */
function hasAddress(address: string, { lower }: Wanted): boolean {
  return (
    address === lower ||
    address.startsWith(`${lower}:`) ||
    address.startsWith(`${lower} `) ||
    address.startsWith(`[${lower}]`)
  );
}

/**
 * The first of each rank, best rank first: names that are exactly it, begin with it, have a word that begins with it, contain it. Several
 * words may also be anywhere in the path.
 */
function ranked<T>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
  pathOf: (item: T) => string,
  wanted: Wanted,
): { readonly items: T[]; readonly count: number } {
  let count = 0;
  const ranks: [T[], T[], T[], T[]] = [[], [], [], []];
  for (const item of items) {
    const name = nameOf(item);
    const at = name.search(wanted.pattern);
    // A path is only put together where it may decide: there are 30,000 chains.
    if (at === -1 && (wanted.words.length === 0 || !hasAll(pathOf(item), wanted))) continue;
    count++;
    const rank = ranks[rankOf(name, at, wanted)] as T[];
    if (rank.length < wanted.most) rank.push(item);
  }
  return { items: ranks.flat().slice(0, wanted.most), count };
}

function rankOf(name: string, at: number, { text }: Wanted): 0 | 1 | 2 | 3 {
  if (at === 0) return name.length === text.length ? 0 : 1;
  return at > 0 && !isWordCode(name.charCodeAt(at - 1)) ? 2 : 3;
}

function chains(context: ViewContext, wanted: Wanted): Listing {
  const declared = context.analysis.ruleset.chains.filter((chain) => !chain.implicit);
  const { items, count } = ranked(declared, ({ name }) => name, chainWords, wanted);
  const isNamed = ({ name }: Chain): boolean => name.toLowerCase() === wanted.lower;
  // Several tables have a chain of that name: people mean the one with the rules.
  const named = items.filter(isNamed).sort((a, b) => b.rules.length - a.rules.length);
  return listing(
    'chain',
    [...named, ...items.filter((chain) => !isNamed(chain))].map((chain) => chainHit(context, chain)),
    count,
  );
}

/** Several words may also be of its hook: `policy drop`. */
function chainWords(chain: Chain): string {
  const { base } = chain;
  return base
    ? `${chainPath(chain)} ${base.type} hook ${base.hook} priority ${base.priority} policy ${base.policy ?? 'accept'}`
    : chainPath(chain);
}

function chainHit(context: ViewContext, chain: Chain): SearchHit {
  return {
    kind: 'chain',
    id: chain.id,
    chain: chain.id,
    title: chain.name,
    detail: `${chain.table.family} ${chain.table.name} · ${plural(chain.rules.length, 'rule')}`,
    owner: context.ownerOfChain(chain),
  };
}

/** By name first, then those that contain what is asked for, then those with an element whose text contains it. */
function sets(context: ViewContext, wanted: Wanted, found: Found, byText: ReadonlySet<NamedSet>): Listing {
  const { sets: all } = context.analysis.ruleset;
  const named = ranked(
    all,
    ({ name }) => name,
    ({ name }) => name,
    wanted,
  );
  const words = new Map(found.sets.first.map((one) => [one.holder, one.words]));
  const holding = found.sets.first.flatMap(({ holder }) => all[holder] ?? []);
  const distinct = [...new Set([...named.items, ...holding, ...byText])];
  const hits = distinct.slice(0, wanted.most).map((set): SearchHit => {
    const why = words.get(set.id);
    const where = `${set.table ? `${set.table.family} ${set.table.name}` : 'ipset'} · ${plural(set.elements.length, 'element')}`;
    return {
      kind: 'set',
      id: set.id,
      chain: null,
      title: set.name,
      detail: why === undefined ? where : `${why} · ${where}`,
      owner: context.ownerOfSet(set),
    };
  });
  return listing('set', hits, Math.max(distinct.length, named.count));
}

/** Those that contain what is asked for, the narrowest first; then those whose text contains it. */
function rules(context: ViewContext, wanted: Wanted, found: Found, byText: readonly Rule[]): Listing {
  const { ruleset, documents } = context.analysis;
  const words = new Map(found.rules.first.map((one) => [one.holder, one.words]));
  const holding = found.rules.first.flatMap(({ holder }) => ruleset.rules[holder] ?? []);
  const distinct = [...new Set([...holding, ...byText])];
  const hits = distinct.slice(0, wanted.most).map((rule): SearchHit => {
    const text = documents[documentOfChain(context.analysis, rule.chain)]?.text ?? '';
    const why = words.get(rule.id);
    return {
      kind: 'rule',
      id: rule.id,
      chain: rule.chain.id,
      title: text.slice(rule.start, Math.min(rule.end, rule.start + MAX_TITLE)),
      detail: why === undefined ? rulePath(rule) : `${why} · ${rulePath(rule)}`,
      owner: context.ownerOfRule(rule),
    };
  });
  const textOnly = byText.filter((rule) => !found.rules.has(rule.id)).length;
  return listing('rule', hits, found.rules.count + textOnly);
}

function findings(context: ViewContext, wanted: Wanted): Listing {
  const { pattern } = wanted;
  const all = context.analysis.findings.filter(
    ({ title, why }) => pattern.test(title) || pattern.test(why) || hasAll(`${title} ${why}`, wanted),
  );
  const hits = all.slice(0, wanted.most).map(
    ({ id, title, mechanism, owners: [owner] }): SearchHit => ({
      kind: 'finding',
      id,
      chain: null,
      title,
      detail: mechanism,
      owner: owner ?? 'unknown',
    }),
  );
  return listing('finding', hits, all.length);
}
