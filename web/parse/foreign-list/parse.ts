/**
 * `ebtables -L` and `arptables -L`, with or without counters and numbers: their rules stand there as in the tool's own arguments. Follows
 * ebtables' ebtables.c (list_em) and iptables' iptables/nft-bridge.c, nft-arp.c. `ebtables -L` names its table; arptables has only one.
 */
import type { Span } from '../../base/span.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import type { SaveFamily } from '../iptables-save/extension.ts';
import { SaveParser } from '../iptables-save/parse.ts';
import { Problems } from '../iptables-save/problems.ts';
import { relocate } from '../shell/relocate.ts';
import { ScriptText } from '../shell/script-text.ts';

const TABLE = /^Bridge table: (\S+)$/;
const BRIDGE_CHAIN = /^Bridge chain: (\S+?), entries: \d+, policy: ([A-Z]+)$/;
const ARP_CHAIN = /^Chain (\S+) \((?:policy ([A-Z]+)(?: (\d+) packets, (\d+) bytes)?|\d+ references?)\)?$/;
const COUNTERS = /,? *pcnt ?= ?(\d+) -- bcnt ?= ?(\d+) *$/;
/** `1 -p IPv4 ...`, `1. -p IPv4 ...`. */
const NUMBER = /^\d+\.? +(?=-)/;
/** arptables -v shows interfaces that are not compared. */
const ANY_INTERFACE = /(?:^| )-[io] (?:\*|any)(?= |$)/g;

/** How sure it is that `head` is a listing of `ebtables -L`: 0 or 1. */
export function detectEbtablesList(head: string): number {
  return /^Bridge table: \S+\s*$/m.test(head) ? 1 : 0;
}

/** How sure it is that `head` is a listing of `arptables -L`: 0 or 0.95. */
export function detectArptablesList(head: string): number {
  return /^Chain \S+ \([^\n]*\)[ \t]*\r?\n-(?:[jsdio]|-[a-z])/m.test(head) ? 0.95 : 0;
}

interface ListedTable {
  readonly name: string;
  readonly start: number;
  readonly chains: Span[];
  readonly rules: Span[];
}

/** Reads `text[start, end)`. Never throws. Cost: linear. */
export function parseForeignList(
  text: string,
  start: number,
  end: number,
  options: ParseOptions,
  family: Extract<SaveFamily, 'bridge' | 'arp'>,
): ParsedSection {
  const section: ParsedSection = { tables: [], ipsets: [], diagnostics: [] };
  const made = new ScriptText(text);
  const problems = new Problems(section.diagnostics);
  const tables = readLines(text, start, end, family, made, problems);
  problems.finish();
  const written = made.text;
  const isUnknown = (): boolean => false;
  const name = options.name === undefined ? {} : { name: options.name };
  const read: ParsedSection = { tables: [], ipsets: [], diagnostics: [] };
  for (const table of tables) {
    const parser = new SaveParser(written, 0, written.length, name, family, { isUnknown });
    parser.beginScript(table.name, table.start);
    // Rules may jump to chains that are listed later.
    for (const line of [...table.chains, ...table.rules]) parser.runLine(line.start, line.end);
    parser.finishScript();
    read.tables.push(...parser.tables);
    read.diagnostics.push(...parser.diagnostics);
  }
  const place = (span: Span): Span => made.placeOf(span);
  relocate(read, place, (rule) => made.commandAt(rule.start) ?? place(rule));
  section.tables.push(...read.tables);
  section.diagnostics.push(...read.diagnostics);
  return section;
}

function readLines(
  text: string,
  start: number,
  end: number,
  family: 'bridge' | 'arp',
  made: ScriptText,
  problems: Problems,
): ListedTable[] {
  const tables: ListedTable[] = [];
  let table: ListedTable | null = null;
  let chain = '';
  for (let at = start; at < end; ) {
    let eol = text.indexOf('\n', at);
    if (eol < 0 || eol > end) eol = end;
    const line = text.slice(at, eol).trim();
    const from = at + text.slice(at, eol).search(/\S|$/);
    const span: Span = { start: from, end: from + line.length };
    at = eol + 1;
    if (line === '' || line.startsWith('#')) continue;
    const named = TABLE.exec(line)?.[1];
    const found = family === 'bridge' ? BRIDGE_CHAIN.exec(line) : ARP_CHAIN.exec(line);
    if (named !== undefined) {
      table = { name: named, start: made.addText('', span.start, span.end).start, chains: [], rules: [] };
      tables.push(table);
    } else if (found) {
      if (!table) {
        table = { name: 'filter', start: made.addText('', span.start, span.end).start, chains: [], rules: [] };
        tables.push(table);
      }
      chain = found[1] ?? '';
      table.chains.push(addLine(made, declaration(found), span));
    } else if (table && chain !== '' && /^(?:\d+\.? +)?-/.test(line))
      table.rules.push(addLine(made, ruleLine(line, chain), span));
    else
      problems.add(
        'warning',
        'list-line-not-understood',
        `Not a line of this listing: ${line.slice(0, 80)}`,
        span.start,
        span.end,
      );
  }
  return tables;
}

function addLine(made: ScriptText, line: string, span: Span): Span {
  return made.addCommand([{ text: line, unknown: false, ...span }], span, (text) => text);
}

function declaration([, name = '', policy = '-', packets, bytes]: RegExpExecArray): string {
  return `:${name} ${policy}${packets === undefined ? '' : ` [${packets}:${bytes ?? '0'}]`}`;
}

function ruleLine(line: string, chain: string): string {
  const counters = COUNTERS.exec(line);
  const [, packets, bytes] = counters ?? [];
  const said = (counters ? line.slice(0, counters.index) : line).replace(NUMBER, '').replace(ANY_INTERFACE, '').trim();
  return `${packets === undefined ? '' : `[${packets}:${bytes ?? '0'}] `}-A ${chain} ${said}`;
}
