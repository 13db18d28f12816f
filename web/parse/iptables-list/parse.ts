/**
 * `iptables -L` and `ip6tables -L`, with or without -v, -n, -x and --line-numbers, into the model. Lossy: the listing does not name its table,
 * without -v it has no interfaces and no counters, without -n it has names for addresses; extensions print what they like. Each table is written
 * as iptables-save (words.ts, rows.ts) and read by the reader of that format, so that both give the same statements; what has no words there is
 * kept as its text. Follows iptables' iptables/iptables.c, `list_entries`.
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { lineIndexAt, lineStarts, type Span } from '../../base/span.ts';
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import type { Statement, Xt } from '../../model/statement.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { familyOfName } from '../iptables-save/header.ts';
import { parseIptablesSave } from '../iptables-save/parse.ts';
import { type ChainLine, type Columns, countOf, type Row, readChainLine, readColumns, readRow } from './rows.ts';
import { beginsTable, guessTable, type TableGuess } from './tables.ts';

/** The rules of one chain, with their lines. */
interface ListedChain {
  readonly line: ChainLine;
  readonly span: { start: number; end: number };
  readonly lines: Span[];
  columns: Columns | null;
}

/** How sure it is that `head` is a listing of `iptables -L`: 0 or 0.9. */
export function detectIptablesList(head: string): number {
  return /^Chain \S+ \((?:policy [A-Z]+|\d+ references?)/m.test(head) ? 0.9 : 0;
}

/** Reads `text[start, end)`. Never throws; linear in the text. Rules are spanned by their lines. */
export function parseIptablesList(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const diagnostics: Diagnostic[] = [];
  const tables: Table[] = [];
  const groups = readGroups(text, start, end, diagnostics);
  for (const group of groups) tables.push(...readTable(text, group, options, diagnostics));
  sayWhatIsMissing(groups, diagnostics);
  options.onProgress?.(1);
  return { tables, ipsets: [], diagnostics };
}

/** The chains of the text, table by table. */
function readGroups(text: string, start: number, end: number, diagnostics: Diagnostic[]): ListedChain[][] {
  const groups: ListedChain[][] = [];
  let chain: ListedChain | null = null;
  let blankBefore = true;
  let at = start;
  while (at < end) {
    let eol = text.indexOf('\n', at);
    if (eol < 0 || eol > end) eol = end;
    const line = text.slice(at, eol).trimEnd();
    const span = { start: at, end: at + line.length };
    const head = line.startsWith('Chain ') ? readChainLine(line) : null;
    if (head) {
      chain = { line: head, span, lines: [], columns: null };
      const group = groups.at(-1);
      if (
        group &&
        !beginsTable(
          group.map((each) => each.line),
          head,
          blankBefore,
        )
      )
        group.push(chain);
      else groups.push([chain]);
    } else if (line !== '' && !line.startsWith('#')) {
      const columns: Columns | null = chain && chain.columns === null ? readColumns(line) : null;
      if (chain && columns) chain.columns = columns;
      else if (chain?.columns) chain.lines.push(span);
      else if (at > start) diagnostics.push(notRead(line, span));
    }
    if (chain && line !== '') chain.span.end = span.end;
    blankBefore = line === '';
    at = eol + 1;
  }
  return groups;
}

function notRead(line: string, span: Span): Diagnostic {
  return diagnostic('warning', 'list-line-not-understood', `Not a line of iptables -L: ${line.slice(0, 80)}`, span);
}

/** One table as a text of iptables-save: each line of it stands for one of the listing. */
interface Written {
  readonly lines: string[];
  readonly spans: Span[];
  readonly rows: (Row | null)[];
}

function readTable(
  text: string,
  group: readonly ListedChain[],
  options: ParseOptions,
  diagnostics: Diagnostic[],
): Table[] {
  const names = new Set(group.map(({ line }) => line.name));
  const rows = new Map<Span, Row>();
  for (const { lines, columns } of group)
    for (const span of lines) {
      const line = text.slice(span.start, span.end);
      const row = columns ? readRow(line, columns, names) : null;
      if (row) rows.set(span, row);
      else diagnostics.push(notRead(line, span));
    }
  const { command } = options;
  const told = command?.table ?? null;
  const guess = told === null ? guessOf(text, group) : { name: told, reason: '' };
  const family = familyOfTool(command?.tool) ?? familyOfRows(rows, options.name ?? '');
  const first = group[0] as ListedChain;
  if (told === null) diagnostics.push(tableDiagnostic(guess, family, first.span));
  const written = write(group, rows, guess.name);
  const saved = `${written.lines.join('\n')}\n`;
  const read = parseIptablesSave(
    saved,
    0,
    saved.length,
    { ...(options.name === undefined ? {} : { name: options.name }), ...(command ? { command } : {}) },
    family,
  );
  const starts = lineStarts(saved);
  const spanAt = (offset: number): Span => written.spans[lineIndexAt(starts, offset)] ?? first.span;
  for (const each of read.diagnostics) diagnostics.push({ ...each, span: spanAt(each.span.start) });
  const whole = { start: first.span.start, end: (group.at(-1) as ListedChain).span.end };
  for (const table of read.tables)
    place(table, group, whole, (offset) => lineIndexAt(starts, offset), written, diagnostics);
  return read.tables;
}

function guessOf(text: string, group: readonly ListedChain[]): TableGuess {
  return guessTable(
    group.map(({ line }) => line),
    targetsIn(text, group),
  );
}

function familyOfTool(tool: string | null | undefined): 'ip' | 'ip6' | null {
  if (tool === 'ip6tables') return 'ip6';
  return tool === 'iptables' ? 'ip' : null;
}

function targetsIn(text: string, group: readonly ListedChain[]): Set<string> {
  const targets = new Set<string>();
  for (const { lines, columns } of group)
    for (const { start } of lines) {
      const from = start + (columns?.target ?? 0);
      const word = /^\S+/.exec(text.slice(from, from + 32));
      if (word) targets.add(word[0]);
    }
  return targets;
}

function familyOfRows(rows: ReadonlyMap<Span, Row>, name: string): 'ip' | 'ip6' {
  for (const { family } of rows.values()) if (family !== null) return family;
  return familyOfName(name) ?? 'ip';
}

function write(group: readonly ListedChain[], rows: ReadonlyMap<Span, Row>, table: string): Written {
  const written: Written = { lines: [`*${table}`], spans: [(group[0] as ListedChain).span], rows: [null] };
  const push = (line: string, span: Span, row: Row | null): void => {
    written.lines.push(line);
    written.spans.push(span);
    written.rows.push(row);
  };
  for (const { line, span } of group) {
    const counters = line.packets === null ? '' : ` [${countOf(line.packets)}:${countOf(line.bytes ?? '0')}]`;
    push(`:${line.name} ${line.policy ?? '-'}${counters}`, span, null);
  }
  for (const { line, lines } of group)
    for (const span of lines) {
      const row = rows.get(span);
      if (!row) continue;
      const counters = row.counters ? `[${row.counters.packets}:${row.counters.bytes}] ` : '';
      push(`${counters}-A ${line.name} ${row.arguments}`.trimEnd(), span, row);
    }
  push('COMMIT', (group.at(-1) as ListedChain).span, null);
  return written;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Gives everything its place in the listing, and rules the text that is kept. */
function place(
  table: Table,
  group: readonly ListedChain[],
  whole: Span,
  lineAt: (offset: number) => number,
  written: Written,
  diagnostics: Diagnostic[],
): void {
  (table as Open<Table>).span = whole;
  const listed = new Map(group.map((each) => [each.line.name, each]));
  for (const chain of table.chains as Open<Chain>[]) {
    const found = listed.get(chain.name);
    if (found) {
      chain.start = found.span.start;
      chain.end = found.span.end;
      chain.nameStart = found.span.start + 'Chain '.length;
      chain.nameEnd = chain.nameStart + chain.name.length;
    }
    for (const rule of chain.rules as Open<Rule>[]) {
      const line = lineAt(rule.start);
      const row = written.rows[line];
      const span = written.spans[line];
      if (!row || !span) continue;
      rule.start = span.start;
      rule.end = span.end;
      rule.body = withKept(rule.body, row, found?.columns?.verbose === true, span, diagnostics);
    }
  }
}

/** Whether a rule also compares interfaces is not listed without -v: it may match less than it says. */
const NO_INTERFACES: Xt = {
  kind: 'xt',
  role: 'match',
  name: 'interfaces',
  options: '(not listed without -v)',
  known: false,
};

function withKept(
  body: readonly Statement[],
  row: Row,
  verbose: boolean,
  span: Span,
  diagnostics: Diagnostic[],
): Statement[] {
  const kept = row.leftover.map(
    (text): Statement => ({ kind: 'xt', role: 'match', name: 'listed', options: text, known: false }),
  );
  if (!verbose) kept.unshift(NO_INTERFACES);
  const counter = body.findIndex(({ kind }) => kind === 'counter');
  const at = counter < 0 ? endOfMatches(body) : counter;
  const made = [...body.slice(0, at), ...kept, ...body.slice(at)];
  const { keptTarget } = row;
  if (keptTarget)
    made.push({ kind: 'xt', role: 'target', name: keptTarget.name, options: keptTarget.options, known: false });
  if (row.leftover.length > 0 || keptTarget) {
    const text = [...row.leftover, ...(keptTarget ? [`${keptTarget.name} ${keptTarget.options}`.trim()] : [])].join(
      '; ',
    );
    diagnostics.push(diagnostic('info', 'list-text-kept', `Kept, but not interpreted: ${text.slice(0, 120)}`, span));
  }
  return made;
}

function endOfMatches(body: readonly Statement[]): number {
  let at = 0;
  for (const [i, { kind }] of body.entries())
    if (kind === 'match' || kind === 'comment' || kind === 'limit') at = i + 1;
  return at;
}

// What the listing cannot tell -------------------------------------------------------------------------------------------------

const ADVICE = 'Paste the output of “iptables-save -c” to be sure.';

function tableDiagnostic(guess: TableGuess, family: 'ip' | 'ip6', span: Span): Diagnostic {
  const tool = family === 'ip6' ? 'ip6tables' : 'iptables';
  const message = `This listing does not name its table: taken for the table ${guess.name} of ${tool}, because ${guess.reason}. ${ADVICE}`;
  return diagnostic('info', 'list-table-guessed', message, span);
}

function sayWhatIsMissing(groups: readonly (readonly ListedChain[])[], diagnostics: Diagnostic[]): void {
  const chains = groups.flat().filter(({ columns }) => columns !== null);
  const say = (code: string, message: string, chain: ListedChain | undefined): void => {
    if (chain) diagnostics.push(diagnostic('info', code, `${message} ${ADVICE}`, chain.span));
  };
  const brief = chains.find(({ columns, lines }) => columns?.verbose === false && lines.length > 0);
  const without = 'Without -v interfaces and counters are not shown: each rule may also compare interfaces.';
  say('list-without-interfaces', without, brief);
  const rounded = chains.find(({ line }) => /[KMGTP]$/.test(line.packets ?? '') || /[KMGTP]$/.test(line.bytes ?? ''));
  say('list-counters-rounded', 'Without -x counters above 99,999 are rounded.', rounded);
  say(
    'list-is-lossy',
    'iptables -L shows what each extension prints about itself, which is not all of its options.',
    chains[0],
  );
}
