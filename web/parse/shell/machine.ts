/** The tools that a script calls: each takes its lines in order; what they leave behind is put back to its place in the script. */

import type { Diagnostic } from '../../base/diagnostic.ts';
import { pushAll } from '../../base/lists.ts';
import { lineIndexAt, type Span } from '../../base/span.ts';
import type { NamedSet, Table } from '../../model/ruleset.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { parseIpsetSave } from '../ipset-save/parse.ts';
import type { SaveFamily } from '../iptables-save/extension.ts';
import { familyOfTool } from '../iptables-save/header.ts';
import { SaveParser } from '../iptables-save/parse.ts';
import { parseNft } from '../nft/parse.ts';
import { type Codes, codesOf } from '../text/codes.ts';
import { relocate } from './relocate.ts';
import type { ScriptText } from './script-text.ts';
import type { Step, TableRef } from './steps.ts';

const BUILTIN = /^(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING|BROUTING)$/;

/** Loops that go on for longer, all together, have no end. */
const MOST_ROUNDS = 1000;

export class Machine {
  private readonly text: string;
  private readonly codes: Codes;
  private readonly parsers = new Map<string, SaveParser>();
  private readonly diagnostics: Diagnostic[] = [];
  private readonly nft: Span[] = [];
  private readonly ipset: Span[] = [];
  private readonly setNames = new Set<string>();
  /** Whether the last command was taken. */
  private taken = true;
  private stopped = false;
  private rounds = 0;

  constructor(
    private readonly made: ScriptText,
    private readonly options: ParseOptions,
  ) {
    this.text = made.text;
    this.codes = codesOf(this.text);
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) {
      if (this.stopped) return;
      this.step(step);
    }
  }

  private step(step: Step): void {
    switch (step.kind) {
      case 'table-line':
        this.taken = this.parserFor(step.table, step.line.start).runLine(step.line.start, step.line.end);
        return;
      case 'table-reset':
        this.parserFor(step.table, 0).reset();
        return;
      case 'table-look':
        this.taken = this.has(step.table, step.chain);
        return;
      case 'nft':
        this.nft.push(step.text);
        return;
      case 'ipset':
        this.taken = this.setCommand(step.text);
        return;
      case 'choice':
        if (this.taken === step.on) this.run(step.steps);
        return;
      case 'either':
        this.run(this.taken ? step.taken : step.refused);
        return;
      case 'repeat':
        this.repeat(step);
        return;
      case 'not':
        this.taken = !this.taken;
        return;
      case 'stop':
        this.stopped = true;
        return;
    }
  }

  private repeat({ condition, on, body }: Extract<Step, { kind: 'repeat' }>): void {
    for (; this.rounds < MOST_ROUNDS && !this.stopped; this.rounds++) {
      this.run(condition);
      if (this.taken !== on) return;
      this.run(body);
    }
  }

  private parserFor(table: TableRef, at: number): SaveParser {
    const key = `${table.tool} ${table.backend} ${table.table}`;
    const known = this.parsers.get(key);
    if (known) return known;
    const family = familyOfTool(table.tool) as SaveFamily;
    const named = table.backend === 'iptables' ? this.options.name : table.backend;
    const options: ParseOptions = { codes: this.codes, ...(named === undefined ? {} : { name: named }) };
    const isUnknown = (start: number, end: number): boolean => this.made.isUnknown(start, end);
    const parser = new SaveParser(this.text, 0, this.text.length, options, family, { isUnknown });
    parser.beginScript(table.table, at);
    this.parsers.set(key, parser);
    return parser;
  }

  private has(table: TableRef, chain: string): boolean {
    const key = `${table.tool} ${table.backend} ${table.table}`;
    if (chain === '' || BUILTIN.test(chain)) return true;
    return this.parsers.get(key)?.tables[0]?.chainNamed.has(chain) ?? false;
  }

  /** Sets are made once, and only what is there can be changed or listed. */
  private setCommand(text: Span): boolean {
    const [command = '', name = '', ...rest] = this.text.slice(text.start, text.end).split(/\s+/);
    const exist = rest.includes('-exist') || rest.includes('-!');
    const known = this.setNames.has(name);
    if (/^(?:list|-L|--list|save|-S|test|-T)$/.test(command)) return name === '' || known;
    this.ipset.push(text);
    if (/^(?:create|-N|--create)$/.test(command)) {
      this.setNames.add(name);
      return !known || exist;
    }
    if (/^(?:destroy|-X|--destroy)$/.test(command)) return name === '' || this.setNames.delete(name);
    return true;
  }

  /** Everything that the commands have made, with its place in the script. */
  finish(): ParsedSection {
    const tables: Table[] = [];
    const ipsets: NamedSet[] = [];
    for (const parser of this.parsers.values()) {
      parser.finishScript();
      pushAll(tables, parser.tables);
      pushAll(this.diagnostics, parser.diagnostics);
    }
    const place = (span: Span): Span => this.made.placeOf(span);
    relocate(
      { tables, ipsets: [], diagnostics: this.diagnostics },
      place,
      (rule) => this.made.commandAt(rule.start) ?? place(rule),
    );
    this.collect(parseNft, this.nft, tables, ipsets);
    this.collect(parseIpsetSave, this.ipset, tables, ipsets);
    return { tables, ipsets, diagnostics: this.diagnostics };
  }

  /** Reads the pieces as one text. */
  private collect(parse: typeof parseNft, pieces: readonly Span[], tables: Table[], ipsets: NamedSet[]): void {
    if (pieces.length === 0) return;
    const starts = new Uint32Array(pieces.length);
    const lines: string[] = [];
    let length = 0;
    for (const [index, { start, end }] of pieces.entries()) {
      starts[index] = length;
      length += lines[lines.push(`${this.text.slice(start, end)}\n`) - 1]?.length ?? 0;
    }
    const read = parse(lines.join(''), 0, length, {});
    const sourceOf = (offset: number): number => {
      const at = lineIndexAt(starts, offset);
      return (pieces[at]?.start ?? 0) + offset - (starts[at] ?? 0);
    };
    const place = ({ start, end }: Span): Span =>
      this.made.placeOf({ start: sourceOf(start), end: sourceOf(Math.max(start, end - 1)) + 1 });
    relocate(read, place, place);
    pushAll(tables, read.tables);
    pushAll(ipsets, read.ipsets);
    pushAll(this.diagnostics, read.diagnostics);
  }
}
