/**
 * How wide match and verdict are, and how many lines a rule takes: every row is its own grid, so that columns know nothing of what stands in
 * them. An address, a port, a mark or a verdict must be readable whole; comments give way first, then a match takes more lines. Widths are those
 * of chain.css, in pixels; no DOM in it.
 */
import { measureInter, measureMono } from '../../layout/inter-metrics.ts';
import type { MatchToken, RuleRow } from '../../worker/protocol.ts';
import { shownComment, shownTokens } from './tokens.ts';

/** What the widest rows so far want. */
export interface Wanted {
  readonly match: number;
  readonly verdict: number;
  /** What follows a match where comments have no column of their own. */
  readonly comment: number;
}

export interface Columns {
  readonly match: number;
  readonly verdict: number;
  /** 0: comments follow the match. */
  readonly comment: number;
}

export interface Room {
  /** Of the table. */
  readonly width: number;
  /** Of the column of numbers. */
  readonly number: number;
  readonly counters: boolean;
  /** Comments have no column, bars stand below the counts. */
  readonly medium: boolean;
  /** A match that is too long takes more lines; else it is cut. */
  readonly wraps: boolean;
}

export const NOTHING_WANTED: Wanted = { match: 0, verdict: 0, comment: 0 };
/** Lines of one rule: a longer match goes on in its tooltip and in the inspector. */
export const MOST_LINES = 3;
/** Before the first token, where jumps are opened. */
const TOGGLE = 24;
const TOKEN_GAP = 6;
const INDENT = 15;
/** Rounding of letters, and that browsers kern otherwise. */
const AIR = 6;
/** Its name at the column's head. */
const VERDICT_LEAST = 60;
/** What a match never takes from it. */
const VERDICT_MIN = 150;
/** Of a longer one (a verdict map's elements) the rest is in its tooltip, unless matches leave it more. */
const VERDICT_WIDEST = 290;
const VERDICT_WHOLE = 480;
/** Its share beside a match that can take more lines. */
const VERDICT_MOST = 0.5;
/** "any packet" and what opens a jump. */
const MATCH_MIN = 100;
const COMMENT_MIN = 90;
/** Its name at the column's head, where no rule has one. */
const COMMENT_NONE = 64;
/** More of a comment than this does not narrow the verdict. */
const COMMENT_MOST = 220;

/** Of one token with its frame; its meaning follows as a piece of its own. */
function piecesOf({ field, op, value, meaning }: MatchToken): readonly number[] {
  const name = op === '' ? field : `${field} ${op}`;
  const framed =
    2 + (field === '' ? 0 : 10 + measureInter(name, 11.5, 400)) + (value === '' ? 0 : 12 + measureMono(value, 11));
  return meaning === null ? [framed] : [framed, measureInter(meaning, 11.5, 400)];
}

const known = new WeakMap<RuleRow, readonly number[]>();

/** Widths of what stands in the match cell, without the comment. Measured once per row. */
function pieces(row: RuleRow): readonly number[] {
  const found = known.get(row) ?? shownTokens(row.match).flatMap(piecesOf);
  known.set(row, found);
  return found;
}

function verdictWidth({ verdict: { kind, detail, target, below } }: RuleRow): number {
  const word = measureInter(kind, 12.5, target === null ? 650 : 400);
  if (target !== null) {
    const after =
      below === 0 ? 4 + 10 + measureInter('empty', 10.5, 400) : 4 + 12 + measureInter(`${below}`, 12.5, 400);
    return word + 4 + measureInter(detail, 12.5, 650) + after;
  }
  if (detail === '') return word;
  return word + 4 + (kind === 'reject' ? measureInter(detail, 12.5, 400) : measureMono(detail, 11));
}

/** `before`, widened to what `row` wants, opened `depth` jumps deep. */
export function widen(before: Wanted, row: RuleRow, depth: number): Wanted {
  const all = pieces(row);
  const match = TOGGLE + depth * INDENT + all.reduce((sum, width) => sum + width + TOKEN_GAP, 0) - TOKEN_GAP + AIR;
  const verdict = Math.min(VERDICT_WHOLE, verdictWidth(row) + AIR);
  const words = shownComment(row);
  const comment = words === '' ? 0 : Math.min(COMMENT_MOST, measureInter(words, 11.5, 400)) + TOKEN_GAP;
  if (match <= before.match && verdict <= before.verdict && comment <= before.comment) return before;
  return {
    match: Math.max(before.match, Math.ceil(match)),
    verdict: Math.max(before.verdict, Math.ceil(verdict)),
    comment: Math.max(before.comment, Math.ceil(comment)),
  };
}

/** Shares the room: both as they usually are, unless one of them wants more than that and the others can do with less. */
export function shareRoom(wanted: Wanted, { width, number, counters, medium, wraps }: Room): Columns {
  const gap = medium ? 8 : 9;
  const fixed = number + 6 + (counters ? (medium ? 62 : 108) : 0) + (medium ? 42 : 46);
  const columns = 4 + Number(counters) + Number(!medium);
  const room = Math.max(0, width - fixed - columns * gap - (medium ? 10 : 12));
  const comments = wanted.comment === 0 ? COMMENT_NONE : room * 0.21;
  const comment = medium ? 0 : between(Math.min(COMMENT_MIN, comments), room - wanted.match - wanted.verdict, comments);
  const both = room - comment;
  const usual = both * (medium ? 0.53 : 0.44);
  // What the match leaves to the verdict, and what it leaves with the comments that follow it.
  const left = both - Math.max(MATCH_MIN, wanted.match);
  const spare = medium ? left - wanted.comment : left;
  const least = Math.max(VERDICT_LEAST, Math.min(wanted.verdict, Math.max(VERDICT_WIDEST, left)));
  const verdict =
    left >= least
      ? between(least, spare, Math.max(least, Math.min(usual, left)))
      : wraps
        ? Math.min(least, Math.max(left, both * VERDICT_MOST))
        : between(Math.min(least, Math.max(VERDICT_MIN, both * 0.34)), left, least);
  return { match: Math.floor(both - verdict), verdict: Math.floor(verdict), comment: Math.floor(comment) };
}

/** How many lines the row's match takes in `width` pixels, 1 to MOST_LINES. */
export function linesOf(row: RuleRow, depth: number, width: number): number {
  const room = width - TOGGLE - depth * INDENT;
  let lines = 1;
  let x = 0;
  for (const piece of pieces(row)) {
    if (x > 0 && x + piece > room) {
      lines += 1;
      x = 0;
    }
    // What is wider than the column is broken within.
    const more = room > 0 ? Math.ceil(piece / room) - 1 : 0;
    lines += more;
    x += Math.min(piece, room) + TOKEN_GAP;
  }
  return Math.min(MOST_LINES, lines);
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
