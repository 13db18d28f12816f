/**
 * Notes that people write on rules and findings. They travel with links and files, so they name what they are on by its address, and a rule by its
 * text too: a line that was put in above it does not move its note to another rule.
 */
import { decodeSelection, encodeSelection, type LinkAddress, type LinkSelection } from './view-state.ts';

export type NoteTarget =
  /** `line`: the rule's text when the note was written; empty where it is not known. */
  | { readonly kind: 'rule'; readonly address: LinkAddress; readonly line: string }
  | { readonly kind: 'finding'; readonly id: string };

export interface Note {
  readonly on: NoteTarget;
  /** May be empty where the place is only highlighted. */
  readonly text: string;
  readonly highlight: boolean;
}

/** More than anybody writes by hand, little enough to draw. */
export const MOST_NOTES = 1000;
export const LONGEST_NOTE = 10_000;
const LONGEST_LINE = 4000;
/** Characters that nobody sees and that turn others around; not those that break lines or join emoji. */
const UNSEEN = /(?![\n\t\u200d])[\p{Cc}\p{Cf}]/gu;

/** As JSON: `{at: "rule/iptables/ip/filter/FORWARD/3", line, text, mark}`, the place in the link's spelling. */
export function notesToJson(notes: readonly Note[]): readonly object[] {
  return notes.map(({ on, text, highlight }) => ({
    at: encodeSelection(selectionOf(on)),
    ...(on.kind === 'rule' && on.line !== '' ? { line: on.line } : {}),
    text,
    ...(highlight ? { mark: true } : {}),
  }));
}

function selectionOf(on: NoteTarget): LinkSelection {
  return on.kind === 'rule' ? { kind: 'rule', address: on.address } : on;
}

export interface ReadNotes {
  readonly notes: readonly Note[];
  /** Entries that were left out because they are not understood, or too many. */
  readonly left: number;
}

/** Of untrusted JSON; never throws. What is too long is cut. */
export function notesFromJson(value: unknown): ReadNotes {
  if (value === undefined) return { notes: [], left: 0 };
  if (!Array.isArray(value)) return { notes: [], left: 1 };
  const notes = value.slice(0, MOST_NOTES).flatMap((entry: unknown) => noteFromJson(entry) ?? []);
  return { notes, left: value.length - notes.length };
}

function noteFromJson(entry: unknown): Note | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { at, line, text, mark } = entry as Readonly<Record<string, unknown>>;
  if (typeof at !== 'string' || typeof text !== 'string') return undefined;
  const place = decodeSelection(at);
  const known = { text: text.slice(0, LONGEST_NOTE).replace(UNSEEN, ''), highlight: mark === true };
  if (place?.kind === 'finding') return { on: { kind: 'finding', id: place.id }, ...known };
  if (place?.kind !== 'rule') return undefined;
  const written = typeof line === 'string' ? line.slice(0, LONGEST_LINE) : '';
  return { on: { kind: 'rule', address: place.address, line: written }, ...known };
}
