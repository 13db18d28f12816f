/** The note of a rule or finding: read, written, highlighted, deleted where the thing itself is shown. */
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { LONGEST_NOTE, type Note, type NoteTarget } from '../../permalink/notes.ts';
import { targetKey } from '../../state/notes.ts';
import { store } from '../use-store.ts';
import './notes.css';

export interface NotePartProps {
  /** Where a new note goes. An old one keeps its own place. */
  readonly on: NoteTarget;
  readonly note: Note | null;
}

export function NotePart({ on, note }: NotePartProps): ReactElement {
  // Another rule has another field: what was typed in this one is kept first.
  return <Part key={targetKey(note?.on ?? on)} on={note?.on ?? on} note={note} />;
}

function Part({ on, note }: NotePartProps): ReactElement {
  const [writing, setWriting] = useState(false);
  const { writeNote } = store.getState();
  const text = note?.text ?? '';
  const highlight = note?.highlight ?? false;
  const setHighlight = (to: boolean): void => writeNote(on, to || text !== '' ? { text, highlight: to } : null);
  return (
    <section className="note" aria-label="Note" data-highlight={highlight || undefined}>
      {writing ? (
        <NoteField
          text={text}
          onDone={(written) => {
            setWriting(false);
            if (written !== null && written !== text) keep(on, written, highlight);
          }}
        />
      ) : text === '' ? null : (
        <p className="note-text">{text}</p>
      )}
      <p className="note-actions">
        {writing ? null : (
          <button type="button" className="button" onClick={() => setWriting(true)}>
            {text === '' ? 'Add a note' : 'Edit the note'}
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-pressed={highlight}
          title="Marks it in the source, in tables and in the list"
          onClick={() => setHighlight(!highlight)}
        >
          Highlight
        </button>
        {note === null || writing ? null : (
          <button type="button" className="button button-quiet" onClick={() => writeNote(on, null)}>
            Delete the note
          </button>
        )}
      </p>
    </section>
  );
}

function keep(on: NoteTarget, text: string, highlight: boolean): void {
  store.getState().writeNote(on, text.trim() === '' && !highlight ? null : { text: text.trim(), highlight });
}

interface NoteFieldProps {
  readonly text: string;
  /** Null: nothing was meant to change. */
  readonly onDone: (text: string | null) => void;
}

/** Keeps what was typed when the focus leaves, when it is taken away, and when the page goes; only Escape throws it away. */
function NoteField({ text, onDone }: NoteFieldProps): ReactElement {
  const [typed, setTyped] = useState(text);
  const latest = useRef({ typed, done: false, onDone });
  latest.current.typed = typed;
  latest.current.onDone = onDone;
  const finish = (value: string | null): void => {
    if (latest.current.done) return;
    latest.current.done = true;
    onDone(value);
  };
  useEffect(() => {
    const state = latest.current;
    // Development mounts twice.
    state.done = false;
    const leave = (): void => {
      if (!state.done) state.onDone(state.typed);
    };
    // Before the page writes its workspace for the last time.
    addEventListener('pagehide', leave, true);
    return () => {
      removeEventListener('pagehide', leave, true);
      if (!state.done) setTimeout(() => state.onDone(state.typed));
    };
  }, []);
  return (
    <textarea
      className="input note-field"
      aria-label="Text of the note"
      rows={3}
      maxLength={LONGEST_NOTE}
      value={typed}
      // biome-ignore lint/a11y/noAutofocus: the user asked for this field
      autoFocus
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => finish(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') finish(null);
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) finish(typed);
        event.stopPropagation();
      }}
    />
  );
}
