/**
 * Units of ebtables-save and arptables-save lines, which have no `-m`: every long option stands alone. Each statement keeps its option as written in
 * `via`, which is what prints; the further statements of one option have an empty one.
 */
import type { Match, Statement } from '../../../model/statement.ts';
import type { Context } from '../extension.ts';
import { groupOptions, type Word } from '../words.ts';

/** One option with its value (`! --ip-src 1.2.3.4`, `--ip-src ! 1.2.3.4`), or several that are one statement (`--limit 5/sec --limit-burst 7`). */
export interface Piece {
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  readonly text: string;
  /** The options of a group; empty for a single option. */
  readonly parts: readonly Piece[];
}

/** What the options of one unit before a piece have said: the transport protocol, for ports and ICMP types. */
export interface UnitState {
  readonly context: Context;
  protocol: number;
}

/** The statements of one piece, without `via`; null where it is not modelled or has no such value. */
export type ReadPiece = (piece: Piece, state: UnitState) => readonly Statement[] | null;

/**
 * All statements of one unit, in order; null for what is no option at all. Options in a row for which `groupOf` gives one name are read as one piece
 * of that name.
 */
export function readPieces(
  text: string,
  words: readonly Word[],
  context: Context,
  read: ReadPiece,
  groupOf: (option: string) => string | null = () => null,
): Statement[] | null {
  const pieces = splitPieces(text, words);
  if (!pieces) return null;
  const state: UnitState = { context, protocol: -1 };
  return grouped(pieces, groupOf).flatMap((piece) => written(piece, read(piece, state)));
}

function grouped(pieces: readonly Piece[], groupOf: (option: string) => string | null): Piece[] {
  const list: Piece[] = [];
  for (const piece of pieces) {
    const name = groupOf(piece.name);
    const last = list[list.length - 1];
    if (name === null) list.push(piece);
    else if (last?.name === name)
      list[list.length - 1] = { ...last, text: `${last.text} ${piece.text}`, parts: [...last.parts, piece] };
    else list.push({ ...piece, name, parts: [piece] });
  }
  return list;
}

/** With their spelling; an option that is not modelled is kept as text. */
function written(piece: Piece, read: readonly Statement[] | null): readonly Statement[] {
  const [first, ...more] = read ?? [];
  if (!first) return [{ kind: 'xt', role: 'match', name: '', options: piece.text, known: read !== null }];
  if (first.kind === 'xt') return [{ ...first, options: piece.text }];
  return [withVia(first, piece.text), ...more.map((each) => withVia(each, ''))];
}

function withVia(statement: Statement, via: string): Statement {
  switch (statement.kind) {
    case 'match':
    case 'log':
    case 'limit':
    case 'mangle':
      return { ...statement, via };
    default:
      return statement;
  }
}

/** The first short option and its value, then long options with all that belongs to them. */
function splitPieces(text: string, words: readonly Word[]): Piece[] | null {
  const pieces: Piece[] = [];
  let at = 0;
  const negated = words[0]?.text === '!';
  const first = words[negated ? 1 : 0];
  if (!first) return null;
  if (/^-[a-z]$/i.test(first.text)) {
    at = negated ? 2 : 1;
    let inverted = negated;
    if (words[at]?.text === '!') {
      inverted = !inverted;
      at++;
    }
    const value = words[at];
    const hasValue = value !== undefined && !(value.text.startsWith('--') && !value.quoted);
    const end = hasValue ? value.end : first.end;
    pieces.push({
      name: first.text,
      negated: inverted,
      args: hasValue ? [value.text] : [],
      text: text.slice((words[0] as Word).start, end),
      parts: [],
    });
    if (hasValue) at++;
  }
  const options = groupOptions(words, at);
  if (!options) return null;
  for (const option of options) pieces.push({ ...option, text: text.slice(option.start, option.end), parts: [] });
  return pieces;
}

/** `==`, or `!=` where the option is negated. */
export function compared(piece: Piece, found: Pick<Match, 'left' | 'right'> | null): Match[] | null {
  return found && [{ kind: 'match', left: found.left, op: piece.negated ? '!=' : '==', right: found.right }];
}
