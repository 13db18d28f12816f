/** All notes of the workspace, each with the way to what it is on. */
import type { ReactElement } from 'react';
import type { Note } from '../../permalink/notes.ts';
import { type NotePlace, targetKey } from '../../state/notes.ts';
import { openRule } from '../inspector/reveal.ts';
import { plural } from '../shell/words.ts';
import { Icon } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import './notes.css';

export function NotesList(): ReactElement | null {
  const notes = useStore((state) => state.notes);
  const places = useStore((state) => state.notePlaces);
  if (notes.length === 0) return null;
  return (
    <section className="notes-list" aria-label="Notes">
      <h3 className="t-label">{plural(notes.length, 'note')}</h3>
      <ul>
        {notes.map((note, at) => (
          <NoteLine key={targetKey(note.on)} note={note} place={places[at] ?? null} />
        ))}
      </ul>
    </section>
  );
}

function NoteLine({ note, place }: { readonly note: Note; readonly place: NotePlace | null }): ReactElement {
  const finding = useStore(({ overview }) =>
    note.on.kind === 'finding'
      ? overview?.findings.find(({ id }) => note.on.kind === 'finding' && id === note.on.id)
      : null,
  );
  const { on } = note;
  const isGone = on.kind === 'rule' ? place === null : !finding;
  const name = on.kind === 'rule' ? ruleName(place?.address ?? on.address) : (finding?.title ?? on.id);
  const show = (): void => {
    if (place) openRule({ chain: place.chain, rule: place.rule }, 'findings');
    else if (on.kind === 'finding') store.getState().select({ kind: 'finding', finding: on.id }, 'findings');
  };
  return (
    <li data-highlight={note.highlight || undefined}>
      <button type="button" className="notes-link" disabled={isGone} onClick={show}>
        <span className="notes-place">
          {name}
          {isGone ? <span className="quiet"> (not in the dump any more)</span> : null}
        </span>
        {note.text === '' ? null : <span className="note-text">{note.text}</span>}
      </button>
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label={`Delete the note on ${name}`}
        title="Delete the note"
        onClick={() => store.getState().writeNote(on, null)}
      >
        <Icon name="close" size={12} />
      </button>
    </li>
  );
}

function ruleName({ family, table, chain, rule }: NotePlace['address']): string {
  return `${family} ${table} ${chain ?? ''} rule ${rule ?? ''}`;
}
