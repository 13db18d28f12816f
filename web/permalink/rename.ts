/**
 * The view and the notes of a workspace whose names are others now (anonymised dumps): every text in them that speaks of the dumps, in order, and the
 * same view and notes with other texts in their place.
 */
import type { Note, NoteTarget } from './notes.ts';
import type { LinkAddress, LinkSelection, ViewState } from './view-state.ts';

export interface Speaking {
  readonly view: ViewState;
  readonly notes: readonly Note[];
}

/** Calls `rename` for each text, always in the same order. Families, backends, owners and numbers stay. */
export function renamed({ view, notes }: Speaking, rename: (text: string) => string): Speaking {
  const { selection, chain, packet, pins, name } = view;
  return {
    view: {
      ...view,
      ...(selection ? { selection: ofSelection(selection, rename) } : {}),
      ...(chain ? { chain: ofAddress(chain, rename) } : {}),
      ...(name === undefined ? {} : { name: rename(name) }),
      ...(packet
        ? { packet: Object.fromEntries(Object.entries(packet).map(([field, text]) => [field, rename(text)])) }
        : {}),
      ...(pins ? { pins: pins.map((pin) => ({ ...pin, unknown: rename(pin.unknown) })) } : {}),
    },
    notes: notes.map((note) => ({ ...note, on: ofTarget(note.on, rename), text: rename(note.text) })),
  };
}

/** The texts themselves. */
export function textsOf(speaking: Speaking): readonly string[] {
  const texts: string[] = [];
  renamed(speaking, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

/** With these texts, as many as `textsOf` gives, in their places. */
export function withTexts(speaking: Speaking, texts: readonly string[]): Speaking {
  let at = 0;
  return renamed(speaking, (text) => texts[at++] ?? text);
}

function ofTarget(on: NoteTarget, rename: (text: string) => string): NoteTarget {
  if (on.kind === 'finding') return { ...on, id: rename(on.id) };
  return { ...on, address: ofAddress(on.address, rename), line: rename(on.line) };
}

function ofSelection(selection: LinkSelection, rename: (text: string) => string): LinkSelection {
  if ('address' in selection) return { ...selection, address: ofAddress(selection.address, rename) };
  return selection.kind === 'owner' ? selection : { ...selection, id: rename(selection.id) };
}

function ofAddress(address: LinkAddress, rename: (text: string) => string): LinkAddress {
  const { table, chain, set } = address;
  return {
    ...address,
    table: rename(table),
    ...(chain === undefined ? {} : { chain: rename(chain) }),
    ...(set === undefined ? {} : { set: rename(set) }),
  };
}
