/**
 * Notes on rules and findings: one for each place. A note knows its rule by address and by text; `startNotes` finds the rule again after each
 * reading, also where lines were put in above it.
 */
import type { Note, NoteTarget } from '../permalink/notes.ts';
import type { Client } from '../worker/client.ts';
import type { Address, DocumentText } from '../worker/protocol.ts';
import type { Store } from './store.ts';

/** Equal for the same place. */
export function targetKey(on: NoteTarget): string {
  if (on.kind === 'finding') return `finding ${on.id}`;
  const { backend, family, table, chain, rule } = on.address;
  return JSON.stringify([backend, family, table, chain, rule]);
}

export function noteOn(notes: readonly Note[], on: NoteTarget): Note | undefined {
  const key = targetKey(on);
  return notes.find((note) => targetKey(note.on) === key);
}

/** With this note in the place of the one that was there; null takes it away. */
export function withNote(notes: readonly Note[], on: NoteTarget, note: Note | null): readonly Note[] {
  const key = targetKey(on);
  const at = notes.findIndex((one) => targetKey(one.on) === key);
  if (at === -1) return note ? [...notes, note] : notes;
  return notes.flatMap((one, index) => (index === at ? (note ?? []) : one));
}

/** Where a note's rule is in the present revision. */
export interface NotePlace {
  readonly chain: number;
  readonly rule: number;
  readonly address: Address;
  readonly document: string;
  /** Where the rule starts in its document. */
  readonly offset: number;
  /** Base chains from which it is reached, with the index (from 1) of the rule there that leads to it. */
  readonly bases: readonly { readonly chain: number; readonly index: number }[];
}

/** One for each note, in their order; null: a note on a finding, or on a rule that is gone. */
export type NotePlaces = readonly (NotePlace | null)[];

/** Keeps `notePlaces` in step with the notes and the overview. Returns what ends it. */
export function startNotes(store: Store, client: Client): () => void {
  let latest: object = {};

  async function placeAll(): Promise<void> {
    const { notes, overview, documents } = store.getState();
    const mine = {};
    latest = mine;
    const places: (NotePlace | null)[] = [];
    for (const { on } of overview ? notes : []) {
      places.push(on.kind === 'rule' ? await find(client, on, documents) : null);
      if (latest !== mine) return;
    }
    if (places.length > 0 || store.getState().notePlaces.length > 0) store.setState({ notePlaces: places });
  }

  return store.subscribe((state, before) => {
    const isOther = (state.overview?.revision ?? null) !== (before.overview?.revision ?? null);
    if (isOther || state.notes !== before.notes) void placeAll();
  });
}

/** Null where the rule is gone, or where the worker was lost meanwhile: the next overview asks again. */
async function find(
  client: Client,
  { address, line }: Extract<NoteTarget, { kind: 'rule' }>,
  documents: readonly DocumentText[],
): Promise<NotePlace | null> {
  try {
    const { rule } = await client.request('resolve', { address });
    const here = rule === null ? null : await detailOf(client, rule);
    if (here && (line === '' || withoutCounter(here.text) === withoutCounter(line))) return here.place;
    // Lines were put in above it; where its own text changed, the note stays where it is.
    return (await search(client, withoutCounter(line), documents)) ?? here?.place ?? null;
  } catch {
    return null;
  }
}

async function detailOf(client: Client, rule: number): Promise<{ place: NotePlace; text: string }> {
  const { row, text, address, paths } = await client.request('rule', { rule });
  const { chain, document, span } = row;
  const bases: { chain: number; index: number }[] = [];
  for (const [first] of paths) {
    if (!first) continue;
    const lead = first.rule === null ? address : await client.request('address', { rule: first.rule });
    if (lead?.rule !== undefined) bases.push({ chain: first.chain, index: lead.rule });
  }
  return { place: { chain, rule, address, document, offset: span.start, bases }, text };
}

/** The rule of a line that is in the documents once. */
async function search(client: Client, line: string, documents: readonly DocumentText[]): Promise<NotePlace | null> {
  if (line === '') return null;
  const places: { document: string; offset: number }[] = [];
  for (const { id, text } of documents) {
    for (let offset = text.indexOf(line); offset !== -1; offset = text.indexOf(line, offset + 1)) {
      places.push({ document: id, offset });
      if (places.length > 1) return null;
    }
  }
  const [only] = places;
  if (!only) return null;
  const { rule } = await client.request('spot', only);
  return rule === null ? null : (await detailOf(client, rule)).place;
}

/** Counters grow from dump to dump. */
function withoutCounter(line: string): string {
  return line.replace(/^\[\d+:\d+\] /, '');
}

/** The notes with the addresses that their rules have now: what a link or a file carries. */
export function notesNow({ notes, notePlaces }: Noted): readonly Note[] {
  return notes.map((note, at) => {
    const place = notePlaces[at];
    return note.on.kind === 'rule' && place ? { ...note, on: { ...note.on, address: place.address } } : note;
  });
}

export interface Noted {
  readonly notes: readonly Note[];
  readonly notePlaces: NotePlaces;
}

/** The note on a rule of the present revision. */
export function noteOfRule({ notes, notePlaces }: Noted, rule: number): Note | null {
  const at = notePlaces.findIndex((place) => place?.rule === rule);
  return at === -1 ? null : (notes[at] ?? null);
}

export function noteOfFinding({ notes }: { readonly notes: readonly Note[] }, finding: string): Note | null {
  return notes.find(({ on }) => on.kind === 'finding' && on.id === finding) ?? null;
}
