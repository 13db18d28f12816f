/** A small sign that something has a note, with the note as its title. */
import type { ReactElement } from 'react';
import type { Note } from '../../permalink/notes.ts';
import { Icon } from '../theme/marks.tsx';
import './notes.css';

export function NoteMark({ note }: { readonly note: Note | null }): ReactElement | null {
  if (!note) return null;
  const words = note.text === '' ? 'Highlighted' : `Note: ${note.text}`;
  return (
    <span className="note-mark" title={words} data-highlight={note.highlight || undefined}>
      <Icon name="note" size={11} />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
