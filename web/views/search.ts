/** Search over owners, chains, sets, findings and the text of rules and set elements. */
import { chainPath } from '../model/rule.ts';
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import { rulePath } from './address.ts';
import type { SearchHit } from './answer.ts';
import { ruleAt, setAt, type ViewContext } from './context.ts';
import { ownerEntry } from './owner-entry.ts';
import { plural } from './plural.ts';

/** How many hits of one kind are looked for. */
const PER_KIND = 40;

/** When there are hits enough, so many rules are looked at for better ones: half of all rules contain `SVC`. */
const MAX_EXAMINED = 4000;

/** A text of one hit is cut here. */
const MAX_TITLE = 300;

/**
 * At most `limit` hits in the order owners, chains, sets, findings, rules; what has exactly that name comes before all others, and each
 * kind gets its share. Any case. Cost: one scan of the names and the texts, about 30 ms for 20 MB; no copy of the text is made.
 */
export function search(context: ViewContext, query: string, limit: number): SearchHit[] {
  const wanted = createWanted(query.trim());
  if (!wanted) return [];
  const text = searchTexts(context, wanted);
  const kinds = [owners(context, wanted), chains(context, wanted), sets(context, wanted, text.sets)];
  kinds.push(findings(context, wanted), text.rules);
  const hits = share(kinds, limit);
  const exact = hits.filter((hit) => isExact(hit, wanted));
  return [...exact, ...hits.filter((hit) => !exact.includes(hit))];
}

/** What is looked for, as a pattern: matching any case without a lower-cased copy of what is searched. */
interface Wanted {
  readonly text: string;
  readonly lower: string;
  readonly pattern: RegExp;
}

function createWanted(text: string): Wanted | null {
  if (text === '') return null;
  return { text, lower: text.toLowerCase(), pattern: new RegExp(text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'i') };
}

/** Neither shorter nor longer: `10.96.0.1` is not at its end in `10.96.0.10`. */
function isWhole(text: string, at: number, length: number): boolean {
  return (
    !isWordCode(text.charCodeAt(at - 1)) && !isWordCode(text.charCodeAt(at + length)) && !continues(text, at + length)
  );
}

function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  );
}

/** `10.96.0` goes on with `.10`. */
function continues(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  return (code === 0x2e || code === 0x2d) && isWordCode(text.charCodeAt(end + 1));
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

function owners(context: ViewContext, { pattern }: Wanted): SearchHit[] {
  return [...context.owners]
    .map((id) => ownerEntry(id))
    .filter(({ id, name, short }) => pattern.test(`${id} ${name} ${short}`))
    .map(({ id, name }) => ({ kind: 'owner', id, chain: null, title: name, detail: 'owner', owner: id }));
}

/**
 * The first of each rank, best rank first: names that are exactly it, begin with it, have a word that begins with it, contain it. Several
 * words may also be in the path.
 */
function ranked<T>(items: Iterable<T>, nameOf: (item: T) => string, pathOf: (item: T) => string, wanted: Wanted): T[] {
  const ranks: [T[], T[], T[], T[]] = [[], [], [], []];
  for (const item of items) {
    const name = nameOf(item);
    const at = name.search(wanted.pattern);
    if (at === -1 && !(wanted.text.includes(' ') && wanted.pattern.test(pathOf(item)))) continue;
    const rank = ranks[rankOf(name, at, wanted)] as T[];
    if (rank.length < PER_KIND) rank.push(item);
  }
  return ranks.flat().slice(0, PER_KIND);
}

function rankOf(name: string, at: number, { text }: Wanted): 0 | 1 | 2 | 3 {
  if (at === 0) return name.length === text.length ? 0 : 1;
  return at > 0 && !isWordCode(name.charCodeAt(at - 1)) ? 2 : 3;
}

function chains(context: ViewContext, wanted: Wanted): SearchHit[] {
  const declared = context.analysis.ruleset.chains.filter((chain) => !chain.implicit);
  return ranked(declared, ({ name }) => name, chainPath, wanted).map((chain) => chainHit(context, chain));
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

/** By name first, then those with an element that contains it. */
function sets(context: ViewContext, wanted: Wanted, byElement: ReadonlySet<NamedSet>): SearchHit[] {
  const named = ranked(
    context.analysis.ruleset.sets,
    ({ name }) => name,
    ({ name }) => name,
    wanted,
  );
  return [...new Set([...named, ...byElement])].slice(0, PER_KIND).map((set) => ({
    kind: 'set',
    id: set.id,
    chain: null,
    title: set.name,
    detail: `${set.table ? `${set.table.family} ${set.table.name}` : 'ipset'} · ${plural(set.elements.length, 'element')}`,
    owner: context.ownerOfSet(set),
  }));
}

function findings(context: ViewContext, { pattern }: Wanted): SearchHit[] {
  return context.analysis.findings
    .filter(({ title, why }) => pattern.test(title) || pattern.test(why))
    .slice(0, PER_KIND)
    .map(({ id, title, mechanism, owners: [owner] }) => ({
      kind: 'finding',
      id,
      chain: null,
      title,
      detail: mechanism,
      owner: owner ?? 'unknown',
    }));
}

/** Rules and sets whose text contains it: those first that have it as a whole word. Each rule and set once. */
function searchTexts(context: ViewContext, wanted: Wanted): { rules: SearchHit[]; sets: Set<NamedSet> } {
  const whole: { rule: Rule; text: string }[] = [];
  const part: typeof whole = [];
  const sets = new Set<NamedSet>();
  let examined = 0;
  const pattern = new RegExp(wanted.pattern.source, 'gi');
  context.analysis.documents.forEach(({ text }, document) => {
    pattern.lastIndex = 0;
    while (whole.length < PER_KIND && (part.length < PER_KIND || examined < MAX_EXAMINED)) {
      const found = pattern.exec(text);
      if (!found) break;
      const rule = ruleAt(context, document, found.index);
      const set = rule ? null : setAt(context, document, found.index);
      if (set && sets.size < PER_KIND) sets.add(set);
      if (set) pattern.lastIndex = Math.max(pattern.lastIndex, set.span.end);
      if (!rule) continue;
      examined++;
      const list = hasWhole(text, rule, found.index, wanted) ? whole : part;
      if (list.length < PER_KIND) list.push({ rule, text });
      pattern.lastIndex = Math.max(pattern.lastIndex, rule.end);
    }
  });
  const hits = [...whole, ...part].slice(0, PER_KIND).map(
    ({ rule, text }): SearchHit => ({
      kind: 'rule',
      id: rule.id,
      chain: rule.chain.id,
      title: text.slice(rule.start, Math.min(rule.end, rule.start + MAX_TITLE)),
      detail: rulePath(rule),
      owner: context.ownerOfRule(rule),
    }),
  );
  return { rules: hits, sets };
}

/** Whether one of the rule's mentions of it, from `at` on, is whole. */
function hasWhole(text: string, rule: Rule, at: number, { text: { length }, pattern }: Wanted): boolean {
  if (isWhole(text, at, length)) return true;
  const rest = text.slice(at + 1, Math.min(rule.end, at + 4096));
  const next = rest.search(pattern);
  return next !== -1 && isWhole(text, at + 1 + next, length);
}
