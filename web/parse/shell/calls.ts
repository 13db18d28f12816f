/** What a call of iptables, iptables-restore, nft or ipset in a script amounts to, as steps. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { type Environment, expandText, type Field } from './expand.ts';
import type { ScriptText } from './script-text.ts';
import type { Step, TableRef } from './steps.ts';
import type { Input, Word, WordPart } from './syntax.ts';
import { readTableCommand } from './table-command.ts';
import type { Tool, ToolCall } from './tools.ts';

export interface CallSink {
  readonly text: string;
  readonly made: ScriptText;
  readonly add: (step: Step) => void;
  readonly report: (severity: Diagnostic['severity'], code: string, message: string, span: Span) => void;
}

type TablesTool = Extract<Tool, { kind: 'tables' }>;

/** Adds the steps of `call`. True where it may be refused. `command`: its place in the script. */
export function callSteps(
  call: ToolCall,
  command: Span,
  input: Input | null,
  environment: Environment,
  sink: CallSink,
): boolean {
  const { tool } = call;
  switch (tool.kind) {
    case 'tables':
      return tool.restores
        ? restoreSteps(tool, call.arguments, command, input, environment, sink)
        : tableSteps(tool, call.arguments, command, sink);
    case 'nft':
      return nftSteps(call.arguments, command, input, environment, sink);
    case 'ipset':
      return ipsetSteps(call.arguments, command, input, environment, sink);
  }
}

function tableSteps(tool: TablesTool, fields: readonly Field[], command: Span, sink: CallSink): boolean {
  const read = readTableCommand(fields);
  if (!read) return false;
  const table: TableRef = { tool: tool.tool, backend: tool.backend, table: read.table };
  if (read.letter === null) {
    sink.add({ kind: 'table-look', table, chain: read.fields[0]?.text ?? '' });
    return true;
  }
  const unknown = read.fields.slice(0, 2).find((field) => field.unknown);
  if (unknown)
    sink.report(
      'warning',
      'variable-unknown',
      `“${unknown.text}” names a chain by a variable that is not set in this text.`,
      unknown,
    );
  sink.add({ kind: 'table-line', table, line: sink.made.addCommand(read.fields, command) });
  return true;
}

// iptables-restore

function restoreSteps(
  tool: TablesTool,
  fields: readonly Field[],
  command: Span,
  input: Input | null,
  environment: Environment,
  sink: CallSink,
): boolean {
  const keeps = fields.some(({ text }) => /^-[a-z]*n[a-z]*$|^--noflush$/.test(text));
  const file = fields.find(({ text }, at) => !text.startsWith('-') && !/^-[TMw]$/.test(fields[at - 1]?.text ?? ''));
  const body = bodyOf(input, file, command, environment, sink);
  if (!body) return false;
  let table: TableRef | null = null;
  for (const line of linesOf(body)) {
    const text = line
      .map((piece) => piece.text)
      .join('')
      .trim();
    const name = /^\*\s*(\S+)/.exec(text)?.[1];
    if (name !== undefined) {
      table = { tool: tool.tool, backend: tool.backend, table: name };
      if (!keeps) sink.add({ kind: 'table-reset', table });
    } else if (table && text !== '' && text !== 'COMMIT' && !text.startsWith('#'))
      sink.add({ kind: 'table-line', table, line: addPieces(line, sink.made) });
  }
  return false;
}

/** A piece of text that a tool reads, and where in the script it is from. */
interface TextPiece {
  readonly text: string;
  readonly unknown: boolean;
  readonly start: number;
  readonly end: number;
}

/** The text on the tool's standard input, or null where it is no part of the script: then that is told. */
function bodyOf(
  input: Input | null,
  file: Field | undefined,
  command: Span,
  environment: Environment,
  sink: CallSink,
): TextPiece[] | null {
  const standard = file === undefined || file.text === '-' || file.text === '/dev/stdin';
  if (standard && input?.body) return piecesOf(sink.text, input.body, environment);
  const named = standard ? input?.file : null;
  const name = file && !standard ? file.text : named ? sink.text.slice(named.start, named.end) : 'what it reads';
  sink.report('info', 'script-include', `${name} is not part of this text: the rules in it are missing here.`, command);
  return null;
}

function piecesOf(text: string, body: Word, environment: Environment): TextPiece[] {
  return body.parts.map((part) => {
    if (part.kind === 'text') return { text: part.text, unknown: false, start: part.start, end: part.end };
    const { start, end } = part;
    const alone: readonly WordPart[] = [part];
    const field = expandText(text, { parts: alone, start, end }, environment);
    return { text: field.text, unknown: field.unknown, start, end };
  });
}

/** The lines of a text, each as its pieces. */
function linesOf(pieces: readonly TextPiece[]): TextPiece[][] {
  const lines: TextPiece[][] = [[]];
  for (const piece of pieces) {
    let at = 0;
    const same = piece.end - piece.start === piece.text.length;
    for (const [index, text] of piece.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      const start = same ? piece.start + at : piece.start;
      lines.at(-1)?.push({ ...piece, text, start, end: same ? start + text.length : piece.end });
      at += text.length + 1;
    }
  }
  return lines;
}

function addPieces(pieces: readonly TextPiece[], made: ScriptText): Span {
  let start = -1;
  let end = 0;
  for (const piece of pieces) {
    const added = made.addText(piece.text, piece.start, piece.end, piece.unknown);
    if (start < 0) start = added.start;
    end = added.end;
  }
  made.endText();
  return { start: Math.max(0, start), end };
}

// nft and ipset

const NFT_VALUED: ReadonlySet<string> = new Set(['-I', '--includepath', '-D', '--define', '-d', '--debug']);

function nftSteps(
  fields: readonly Field[],
  command: Span,
  input: Input | null,
  environment: Environment,
  sink: CallSink,
): boolean {
  let at = 0;
  for (; at < fields.length; at++) {
    const { text } = fields[at] as Field;
    const value = fields[at + 1];
    if (text === '-f' || text === '--file') {
      const body = bodyOf(input, value, command, environment, sink);
      if (body) sink.add({ kind: 'nft', text: addPieces(body, sink.made) });
      return false;
    }
    if (text === '-D' || text === '--define') addDefine(value, command, sink);
    else if (text === '-c' || text === '--check') return false;
    else if (!text.startsWith('-')) break;
    if (NFT_VALUED.has(text)) at++;
  }
  const said = fields.slice(at);
  if (said.length === 0 || /^(?:list|monitor|describe|export|get)\b/.test(said[0]?.text ?? '')) return false;
  const unknown = said.find((field) => field.unknown);
  if (unknown)
    sink.report('warning', 'variable-unknown', `“${unknown.text.slice(0, 60)}” is not set in this text.`, unknown);
  sink.add({ kind: 'nft', text: sink.made.addCommand(said, command, asIs) });
  return false;
}

/** nft joins its arguments by blanks. */
function asIs(text: string): string {
  return text;
}

function addDefine(value: Field | undefined, command: Span, sink: CallSink): void {
  if (!value) return;
  const define: Field = { ...value, text: `define ${value.text}` };
  sink.add({ kind: 'nft', text: sink.made.addCommand([define], command, asIs) });
}

/** Options of ipset that stand before its command. */
const IPSET_GLOBAL: ReadonlySet<string> = new Set([
  '-!',
  '-exist',
  '-q',
  '-quiet',
  '-r',
  '-resolve',
  '-s',
  '-sorted',
  '--',
]);

function ipsetSteps(
  fields: readonly Field[],
  command: Span,
  input: Input | null,
  environment: Environment,
  sink: CallSink,
): boolean {
  const first = fields.findIndex(({ text }) => !IPSET_GLOBAL.has(text));
  const said = first < 0 ? [] : fields.slice(first);
  const name = said[0]?.text ?? '';
  if (/^(?:restore|-R|--restore)$/.test(name)) {
    const file = said[said.findIndex(({ text }) => text === '-f' || text === '-file') + 1];
    const body = bodyOf(input, file === said[0] ? undefined : file, command, environment, sink);
    if (body) sink.add({ kind: 'ipset', text: addPieces(body, sink.made) });
    return false;
  }
  const exist = fields.slice(0, Math.max(0, first)).filter(({ text }) => text === '-!' || text === '-exist');
  if (said.length > 0) sink.add({ kind: 'ipset', text: sink.made.addCommand([...said, ...exist], command) });
  return true;
}
