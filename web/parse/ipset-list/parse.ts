/**
 * `ipset list`: a paragraph for each set, with its header and its members, which stand there as in `ipset save`. With `-t` it has no members.
 * Follows ipset(8) and ipset's lib/session.c.
 */
import { pushAll } from '../../base/lists.ts';
import type { Span } from '../../base/span.ts';
import type { NamedSet } from '../../model/ruleset.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { parseIpsetSave } from '../ipset-save/parse.ts';
import { Problems } from '../iptables-save/problems.ts';
import { relocate } from '../shell/relocate.ts';
import { ScriptText } from '../shell/script-text.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** What a set's paragraph says before its members. */
interface Head {
  name: string;
  nameSpan: Span;
  type: string;
  header: string;
  /** `Number of entries`, where the list has it. */
  entries: number | null;
  members: boolean;
}

const LINE = /^(Name|Type|Header|Revision|Size in memory|References|Number of entries|Members):\s*(.*)$/;
/** Numbers that the kernel chooses, which `ipset create` does not need. */
const CHOSEN = / ?\b(?:bucketsize|initval) \S+/g;

/** How sure it is that `head` is a listing of `ipset list`: 0 or 1. */
export function detectIpsetList(head: string): number {
  return /^Name: \S+[ \t]*\r?\nType: (?:hash|bitmap|list):/m.test(head) ? 1 : 0;
}

/** Reads `text[start, end)`. Never throws. Cost: linear. */
export function parseIpsetList(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const made = new ScriptText(text);
  const section: ParsedSection = { tables: [], ipsets: [], diagnostics: [] };
  const problems = new Problems(section.diagnostics);
  const heads = readLines(text, start, end, made, problems);
  problems.finish();
  const written = made.text;
  const read = parseIpsetSave(written, 0, written.length, {});
  const place = (span: Span): Span => made.placeOf(span);
  relocate(read, place, place);
  for (const set of read.ipsets as Open<NamedSet>[]) {
    const head = heads.get(set.name);
    if (!head) continue;
    set.nameSpan = head.nameSpan;
    if (head.entries !== null && head.entries !== set.elements.length && !head.members) set.complete = false;
  }
  pushAll(section.ipsets, read.ipsets);
  pushAll(section.diagnostics, read.diagnostics);
  options.onProgress?.(1);
  return section;
}

function readLines(text: string, start: number, end: number, made: ScriptText, problems: Problems): Map<string, Head> {
  const heads = new Map<string, Head>();
  let head: Head | null = null;
  for (let at = start; at < end; ) {
    let eol = text.indexOf('\n', at);
    if (eol < 0 || eol > end) eol = end;
    const line = text.slice(at, eol).trim();
    const from = at + text.slice(at, eol).search(/\S|$/);
    at = eol + 1;
    if (line === '') continue;
    const span: Span = { start: from, end: from + line.length };
    const [, key, value = ''] = LINE.exec(line) ?? [];
    if (key === 'Name') {
      const nameSpan = { start: span.end - value.length, end: span.end };
      head = { name: value, nameSpan, type: '', header: '', entries: null, members: false };
      heads.set(value, head);
    } else if (key !== undefined && head && !head.members) headLine(head, key, value, made, span);
    else if (head?.members) addLine(made, `add ${head.name} ${line}`, span);
    else
      problems.add(
        'warning',
        'list-line-not-understood',
        `Not a line of ipset list: ${line.slice(0, 80)}`,
        span.start,
        span.end,
      );
  }
  return heads;
}

/** The set is made once its header is known. */
function headLine(head: Head, key: string, value: string, made: ScriptText, span: Span): void {
  if (key === 'Type') head.type = value;
  else if (key === 'Header') {
    head.header = value.replace(CHOSEN, '');
    addLine(made, `create ${head.name} ${head.type} ${head.header}`.trimEnd(), span);
  } else if (key === 'Number of entries') head.entries = Number(value);
  else if (key === 'Members') head.members = true;
}

function addLine(made: ScriptText, line: string, span: Span): void {
  made.addCommand([{ text: line, unknown: false, ...span }], span, (text) => text);
}
