/** What earlier visits left in this browser: continue, rename, forget; and whether anything is left at all. */
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { isKeeping, setKeeping } from '../../state/keeping.ts';
import { nameOfDumps } from '../../state/nodes.ts';
import type { WorkspaceSummary } from '../../state/storage.ts';
import { workspaces } from '../session.ts';
import { ago, fileSize, plural } from '../shell/words.ts';

export function Recent(): ReactElement | null {
  const [list, setList] = useState<readonly WorkspaceSummary[] | null>(null);
  const [keeping, setKept] = useState(isKeeping);
  const read = useCallback(() => {
    void workspaces.list().then(setList);
  }, []);
  useEffect(read, [read]);
  if (list === null) return null;
  return (
    <section className="recent" aria-labelledby="recent">
      <h2 id="recent" className="t-heading">
        In this browser
      </h2>
      {list.length === 0 ? (
        <p className="quiet">{keeping ? 'Nothing is kept yet.' : 'Nothing is kept.'}</p>
      ) : (
        <ul>
          {list.map((one) => (
            <RecentLine key={one.id} summary={one} onChange={read} />
          ))}
        </ul>
      )}
      <p className="recent-keep">
        <label>
          <input
            type="checkbox"
            checked={keeping}
            onChange={({ target }) => {
              setKeeping(target.checked);
              setKept(target.checked);
            }}
          />{' '}
          Keep dumps here between visits
        </label>
        {list.length > 0 ? <ForgetAll list={list} onDone={read} /> : null}
      </p>
      <p className="quiet">
        {keeping
          ? 'They stay on this machine. Without the tick nothing new is kept.'
          : 'A reload or a closed tab loses what is open; the browser asks before.'}
      </p>
    </section>
  );
}

function titleOf({ title, names }: WorkspaceSummary): string {
  return title ?? nameOfDumps(names);
}

interface RecentLineProps {
  readonly summary: WorkspaceSummary;
  readonly onChange: () => void;
}

function RecentLine({ summary, onChange }: RecentLineProps): ReactElement {
  const [renaming, setRenaming] = useState(false);
  const { id, savedAt, size, notes } = summary;
  const name = titleOf(summary);
  return (
    <li className="landing-continue">
      {renaming ? (
        <RenameField
          name={name}
          onDone={(title) => {
            setRenaming(false);
            if (title !== null) void workspaces.rename(id, title === '' ? null : title).then(onChange);
          }}
        />
      ) : (
        <span>
          <strong>{name}</strong>{' '}
          <span className="quiet">
            {fileSize(size)}
            {notes > 0 ? `, ${plural(notes, 'note')}` : ''}, {ago(savedAt, Date.now())}
          </span>
        </span>
      )}
      <button
        type="button"
        className="button"
        aria-label={`Continue with ${name}`}
        onClick={() => void workspaces.continueWith(id)}
      >
        Continue
      </button>
      <button type="button" className="button button-quiet" onClick={() => setRenaming(true)}>
        Rename
      </button>
      <SureButton
        words="Forget it"
        label={`Forget ${name}`}
        sureWords="For good?"
        sureLabel={`Forget ${name} for good`}
        onSure={() => void workspaces.forget(id).then(onChange)}
      />
    </li>
  );
}

interface RenameFieldProps {
  readonly name: string;
  readonly onDone: (name: string | null) => void;
}

function RenameField({ name, onDone }: RenameFieldProps): ReactElement {
  const [typed, setTyped] = useState(name);
  return (
    <input
      className="input"
      aria-label="Name of the workspace"
      value={typed}
      maxLength={100}
      // biome-ignore lint/a11y/noAutofocus: the user asked for this field
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => onDone(typed === name ? null : typed.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(typed.trim());
        if (event.key === 'Escape') onDone(null);
      }}
    />
  );
}

interface ForgetAllProps {
  readonly list: readonly WorkspaceSummary[];
  readonly onDone: () => void;
}

function ForgetAll({ list, onDone }: ForgetAllProps): ReactElement {
  const size = fileSize(list.reduce((sum, one) => sum + one.size, 0));
  return (
    <SureButton
      words={`Forget everything (${size})`}
      sureWords={`Forget ${size} for good`}
      onSure={() => void workspaces.forgetAll().then(onDone)}
    />
  );
}

interface SureButtonProps {
  readonly words: string;
  /** Accessible name, where the words alone do not say what is meant. */
  readonly label?: string;
  /** The words of the question. */
  readonly sureWords: string;
  readonly sureLabel?: string;
  readonly onSure: () => void;
}

/** Asks once more in its own place: there is no way back. */
function SureButton({ words, label, sureWords, sureLabel, onSure }: SureButtonProps): ReactElement {
  const [sure, setSure] = useState(false);
  return (
    <button
      type="button"
      className={sure ? 'button button-primary' : 'button button-quiet'}
      aria-label={sure ? sureLabel : label}
      onBlur={() => setSure(false)}
      onClick={() => {
        if (sure) onSure();
        setSure(!sure);
      }}
    >
      {sure ? sureWords : words}
    </button>
  );
}
