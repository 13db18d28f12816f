/** The source of the active document. Monaco comes as a chunk of its own, after the map: until then, and if it fails to load, a plain text area. */
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { store, useStore } from '../use-store.ts';
import { type LoadedEditor, loadEditor } from './load.ts';
import './source.css';

type Loaded =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly loaded: LoadedEditor }
  | { readonly status: 'failed'; readonly message: string };

export function SourcePanel(): ReactElement {
  const [editor, setEditor] = useState<Loaded>({ status: 'loading' });
  const [cursor, setCursor] = useState('');
  const [attempt, setAttempt] = useState(0);
  const document = useStore((state) => state.documents.find(({ id }) => id === state.active) ?? null);
  const overview = useStore((state) => state.overview?.documents.find(({ id }) => id === state.active) ?? null);
  const settled = useStore(
    (state) => state.overview !== null || state.analysis.status === 'failed' || state.analysis.status === 'cancelled',
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt loads again
  useEffect(() => {
    // The map first: the editor's code and the text's lines cost main-thread time that the first picture needs.
    if (!settled && editor.status === 'loading') return;
    let current = true;
    loadEditor().then(
      (loaded) => current && setEditor({ status: 'ready', loaded }),
      (error: unknown) =>
        current && setEditor({ status: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      current = false;
    };
  }, [settled, attempt]);

  const label = overview?.dumps.map((dump) => dump.label).join(' + ') ?? '';
  return (
    <section className="panel source" aria-label="Source">
      <header className="panel-header source-header">
        <h2>Source</h2>
        <span className="quiet source-format" title={label}>
          {label}
        </span>
        <span className="mono quiet">{cursor}</span>
        {overview?.dumps.some(({ packets }) => packets > 0) ? <FollowTrace /> : null}
      </header>
      {editor.status === 'ready' && document ? (
        <editor.loaded.Editor monaco={editor.loaded.monaco} onCursor={setCursor} />
      ) : editor.status === 'failed' ? (
        <>
          <p className="source-failed" role="alert">
            The editor could not be loaded ({editor.message}). The text is below, and can be edited.{' '}
            <button type="button" className="button" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </button>
          </p>
          <PlainText />
        </>
      ) : (
        <Preview />
      )}
    </section>
  );
}

/** The document is a kernel's trace: what it is for is the trace view. */
function FollowTrace(): ReactElement | null {
  const inTrace = useStore((state) => state.view === 'trace');
  const rules = useStore((state) => state.overview?.counts.rules ?? 0);
  if (inTrace || rules === 0) return null;
  return (
    <button type="button" className="button source-follow" onClick={() => store.getState().setView('trace')}>
      Follow its packets
    </button>
  );
}

/** The beginning of the text in the editor's type, so that nothing moves when the editor comes. */
function Preview(): ReactElement {
  const text = useStore((state) => state.documents.find(({ id }) => id === state.active)?.text.slice(0, 6000) ?? '');
  return (
    <pre className="source-preview" aria-hidden="true">
      {text}
    </pre>
  );
}

function PlainText(): ReactElement {
  const document = useStore((state) => state.documents.find(({ id }) => id === state.active) ?? null);
  const edit = useCallback((text: string) => document && store.getState().editDocument(document.id, text), [document]);
  if (!document) return <p className="source-failed">No dump is open.</p>;
  return (
    <textarea
      className="source-plain mono"
      aria-label={`Text of ${document.name}`}
      spellCheck={false}
      value={document.text}
      onChange={(event) => edit(event.target.value)}
    />
  );
}
