/**
 * The text of a dump beside the model that was read from it, so that a tool's own listing is printed back as it was. What is printed comes from the
 * model: the dump's text stands in for a piece of it only where
 *
 * - the two differ in nothing but blanks (where releases of nft break lines of elements differently, or print nothing for an iptables match), or
 * - reading the dump's text alone gives that very piece of the model again (`cpu 0` for `meta cpu 0`).
 *
 * A change of the model therefore always shows. What a person wrote, or what was repaired, is printed anew.
 */
import type { Span } from '../../base/span.ts';
import { sameModel } from '../../model/equal.ts';
import type { Chain, Dump, NamedObject, NamedSet, Rule, Ruleset, Table } from '../../model/ruleset.ts';
import { isListingText } from './listing-text.ts';
import { readRule } from './locate.ts';
import { parseNft } from './parse.ts';

/** The listing behind `table`, or null where there is none that it could be printed from. */
export function writtenText(ruleset: Partial<Pick<Ruleset, 'dumps'>>, table: Table): WrittenText | null {
  const dump = ruleset.dumps?.[table.dump];
  if (dump?.format !== 'nft' || !dump.tables.includes(table)) return null;
  if (isRepaired(dump) || !isListingText(dump.text.slice(table.span.start, table.span.end))) return null;
  return new WrittenText(dump.text, table);
}

function isRepaired({ diagnostics }: Dump): boolean {
  return diagnostics.some(({ code }) => code.startsWith('repaired-'));
}

export class WrittenText {
  constructor(
    private readonly text: string,
    private readonly table: Table,
  ) {}

  /** nft's warnings right before the table (`# Warning: table ip filter is managed by iptables-nft, do not touch!`), each with its line end. */
  warnings(): string {
    const lines: string[] = [];
    let end = this.table.span.start;
    for (;;) {
      const start = this.text.lastIndexOf('\n', end - 2) + 1;
      if (start >= end || !this.text.startsWith('# Warning: ', start)) return lines.join('');
      lines.unshift(this.text.slice(start, end));
      end = start;
    }
  }

  /** The dump's text of the span if it says the same as `printed` but for its blanks, else null. Linear. */
  same(printed: string, span: Span): string | null {
    return sameButBlanks(printed, this.text, span.start, span.end) ? this.text.slice(span.start, span.end) : null;
  }

  /** A rule without its handle. Cost: linear in the rule. */
  rule(printed: string, rule: Rule): string {
    const { start, end } = rule;
    if (this.text.length >= end && this.text.startsWith(printed, start) && printed.length === end - start)
      return printed;
    const same = this.same(printed, { start, end });
    if (same !== null) return same;
    const text = this.text.slice(start, end);
    if (text.includes('\n') || text.includes('#')) return printed;
    return sameModel(readRule(text, true), rule.body) ? text : printed;
  }

  /** A set with its elements, from its keyword to its closing brace. */
  set(printed: string, set: NamedSet): string {
    return this.block(printed, set.span, (table) => table.setNamed.get(set.name), set);
  }

  object(printed: string, object: NamedObject): string {
    const alike = ({ kind, name }: NamedObject): boolean => kind === object.kind && name === object.name;
    return this.block(printed, object.span, (table) => table.objects.find(alike), object);
  }

  /** A chain from its keyword to the line before its first rule. */
  chainHead(printed: string, chain: Chain): string {
    const first = chain.rules[0]?.start ?? chain.end - 1;
    const span = { start: chain.start, end: this.trimmed(chain.start, Math.min(first, chain.end - 1)) };
    const closed = this.block(
      printed,
      span,
      ({ chainNamed }) => chainNamed.get(chain.name),
      { ...chain, rules: [] },
      '\n}',
    );
    return closed;
  }

  /** A table from its keyword to the line before the first thing in it. */
  tableHead(printed: string, table: Table): string {
    const blocks = [...table.objects, ...table.sets].map(({ span }) => span.start);
    const inside = [...blocks, ...table.chains.map(({ start }) => start)].filter((start) => start > table.span.start);
    const end = this.trimmed(table.span.start, Math.min(table.span.end - 1, ...inside));
    const span = { start: table.span.start, end };
    const same = this.same(printed, span);
    if (same !== null) return same;
    const text = this.plainText(span);
    const read = text === null ? undefined : parsed(`${text}\n}`);
    return read && sameModel({ ...read, ...BARE }, { ...table, ...BARE }) ? (text as string) : printed;
  }

  private block<T extends object>(
    printed: string,
    span: Span,
    find: (table: Table) => T | undefined,
    wanted: T,
    closing = '',
  ): string {
    const same = this.same(printed, span);
    if (same !== null) return same;
    const text = this.plainText(span);
    if (text === null) return printed;
    const { family, name } = this.table;
    const read = parsed(`table ${family} "${name}" {\n${text}${closing}\n}\n`);
    const found = read && find(read);
    return found && sameModel(found, wanted) ? text : printed;
  }

  /** The text of the span; null where it holds a comment of a person, which is no part of a listing. */
  private plainText({ start, end }: Span): string | null {
    if (start < 0 || end > this.text.length || start >= end) return null;
    const text = this.text.slice(start, end);
    return FOREIGN_COMMENT.test(text) ? null : text;
  }

  private trimmed(start: number, end: number): number {
    let at = Math.min(end, this.text.length);
    while (at > start && isBlank(this.text.charCodeAt(at - 1))) at--;
    return at;
  }
}

const FOREIGN_COMMENT = /#(?! (?:handle \d|progname |count \d))/;
/** What a table's head does not say. */
const BARE = { chains: [], sets: [], objects: [], backend: 'nft' } as const;

function parsed(text: string): Table | undefined {
  const { tables, diagnostics } = parseNft(text, 0, text.length, {});
  return diagnostics.length === 0 && tables.length === 1 ? tables[0] : undefined;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** Whether `text[start, end)` is `printed` with other runs of blanks in the same places. Linear. */
export function sameButBlanks(printed: string, text: string, start: number, end: number): boolean {
  let i = 0;
  let at = start;
  let quoted = false;
  while (i < printed.length && at < end) {
    const code = printed.charCodeAt(i);
    const other = text.charCodeAt(at);
    if (!quoted && isBlank(code) && isBlank(other)) {
      while (i < printed.length && isBlank(printed.charCodeAt(i))) i++;
      while (at < end && isBlank(text.charCodeAt(at))) at++;
      continue;
    }
    if (code !== other) return false;
    if (code === 34) quoted = !quoted;
    i++;
    at++;
  }
  return i === printed.length && at === end;
}
