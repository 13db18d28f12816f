/** The dumps of this workspace: which one the source shows, how long each is, what could not be read in it. */
import { type ReactElement, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { DocumentOverview, DocumentText } from '../../worker/protocol.ts';
import { Icon } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { DiagnosticsMenu } from './parts.tsx';
import { useCrowded } from './use-crowded.ts';
import { count } from './words.ts';

export function DocumentTabs(): ReactElement {
  const documents = useStore((state) => state.documents);
  const active = useStore((state) => state.active);
  const overview = useStore((state) => state.overview);
  const ref = useRef<HTMLElement>(null);
  const content = `${documents.map(({ name }) => name).join('\n')} ${overview?.revision} ${active}`;
  useCrowded(ref, content);
  useInSight(ref, content);
  return (
    <nav ref={ref} className="tabs" aria-label="Dumps">
      <ul>
        {documents.map((document) => (
          <DocumentTab
            key={document.id}
            document={document}
            overview={overview?.documents.find((one) => one.id === document.id) ?? null}
            active={document.id === active}
          />
        ))}
      </ul>
    </nav>
  );
}

/** Scrolls the bar, and nothing else, to the dump that is shown. */
function useInSight(ref: RefObject<HTMLElement | null>, content: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is added or named otherwise moves it
  useLayoutEffect(() => {
    const bar = ref.current;
    const tab = bar?.querySelector<HTMLElement>('.tab[data-active]');
    if (!bar || !tab) return;
    const left = tab.offsetLeft - bar.offsetLeft;
    if (left < bar.scrollLeft) bar.scrollLeft = left;
    else if (left + tab.offsetWidth > bar.scrollLeft + bar.clientWidth)
      bar.scrollLeft = Math.min(left, left + tab.offsetWidth - bar.clientWidth);
  }, [ref, content]);
}

interface DocumentTabProps {
  readonly document: DocumentText;
  /** Null until it is read. */
  readonly overview: DocumentOverview | null;
  readonly active: boolean;
}

function DocumentTab({ document, overview, active }: DocumentTabProps): ReactElement {
  const [renaming, setRenaming] = useState(false);
  const { activate, closeDocument, togglePanel } = store.getState();
  // Where nobody has written anything yet, that nothing can be read is no error.
  const blank = document.text.trim() === '';
  if (renaming) {
    return (
      <li className="tab" data-active={active || undefined}>
        <RenameField document={document} onDone={() => setRenaming(false)} />
      </li>
    );
  }
  return (
    <li className="tab" data-active={active || undefined}>
      <button
        type="button"
        className="tab-name"
        aria-current={active ? 'true' : undefined}
        title={`${document.name}. Double-click or F2 to rename`}
        onClick={() => {
          activate(document.id);
          if (!store.getState().panels.source) togglePanel('source', true);
        }}
        onDoubleClick={() => setRenaming(true)}
        onKeyDown={(event) => {
          if (event.key === 'F2') setRenaming(true);
        }}
      >
        <span className="tab-text">{document.name}</span>
        {overview ? (
          <span className="tab-lines">
            {count(overview.lines)}
            <span className={active ? undefined : 'visually-hidden'}> {overview.lines === 1 ? 'line' : 'lines'}</span>
          </span>
        ) : null}
      </button>
      {overview && !blank ? <DiagnosticsMenu document={document} overview={overview} /> : null}
      <button
        type="button"
        className="tab-close"
        aria-label={`Close ${document.name}`}
        title={`Close ${document.name}`}
        onClick={() => closeDocument(document.id)}
      >
        <Icon name="close" size={12} />
      </button>
    </li>
  );
}

function RenameField({
  document,
  onDone,
}: {
  readonly document: DocumentText;
  readonly onDone: () => void;
}): ReactElement {
  const [name, setName] = useState(document.name);
  const keep = (): void => {
    const trimmed = name.trim();
    if (trimmed !== '') store.getState().renameDocument(document.id, trimmed);
    onDone();
  };
  return (
    <input
      className="input tab-rename"
      aria-label="Name of the dump"
      value={name}
      // biome-ignore lint/a11y/noAutofocus: the user asked for this field by double-clicking where it stands
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
        if (event.key === 'Escape') onDone();
      }}
    />
  );
}
