/** `#url=https://...`: asks before anything is loaded, says what is in the way, and opens what came. */
import { Dialog } from 'radix-ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { looksLikeWorkspace } from '../../permalink/file.ts';
import { readFile } from '../../state/read-file.ts';
import { checkRemote, type FetchTools, fetchRemote, RemoteError } from '../../state/remote.ts';
import { openArchives } from '../intake/archive-intake.ts';
import { workspaces } from '../session.ts';
import { openWorkspaceFile } from '../share/open-workspace.ts';
import '../share/share.css';
import { fileSize } from '../shell/words.ts';
import { store, useStore } from '../use-store.ts';

export function RemoteDialog(): ReactElement | null {
  const asked = useStore((state) => state.remote);
  if (asked === null) return null;
  const close = (): void => {
    store.getState().askRemote(null);
    // The address must not ask again at each reload.
    history.replaceState(history.state, '', location.pathname + location.search);
  };
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog share" aria-describedby="remote-what">
          <Body asked={asked} onClose={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function policyOfPage(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]')?.content ?? null;
}

const TOOLS: FetchTools = {
  fetch: (...request) => fetch(...request),
  onForbidden: (listener) => {
    document.addEventListener('securitypolicyviolation', listener);
    return () => document.removeEventListener('securitypolicyviolation', listener);
  },
};

function Body({ asked, onClose }: { readonly asked: string; readonly onClose: () => void }): ReactElement {
  const remote = checkRemote(asked, policyOfPage(), location.origin);
  const [loading, setLoading] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const load = async (url: URL, name: string): Promise<void> => {
    const mine = new AbortController();
    controller.current = mine;
    setError(null);
    setLoading(0);
    try {
      const bytes = await fetchRemote(url, TOOLS, mine.signal, setLoading);
      onClose();
      await open(new File([bytes], name));
    } catch (reason) {
      if (mine.signal.aborted) return;
      setLoading(null);
      setError(reason instanceof RemoteError ? reason.message : String(reason));
    }
  };

  const stop = (): void => {
    controller.current?.abort();
    setLoading(null);
  };

  return (
    <>
      <Dialog.Title className="t-title">Load a dump from another place?</Dialog.Title>
      <div id="remote-what">
        {remote.kind === 'ask' ? (
          <>
            <p>
              The link asks this page to load from <strong>{remote.url.host}</strong>:
            </p>
            <p className="mono remote-url">{remote.url.href}</p>
            <p className="secondary">
              {remote.url.host} then sees your address and that somebody loads this file. No cookies and no referrer are
              sent, and nothing of what you have open here.
            </p>
          </>
        ) : (
          <p role="alert">{remote.message}</p>
        )}
        {error === null ? null : <p role="alert">{error}. Download the file yourself and drop it here.</p>}
      </div>
      <p className="note-actions">
        {remote.kind === 'ask' ? (
          <button
            type="button"
            className="button button-primary"
            disabled={loading !== null}
            onClick={() => void load(remote.url, remote.name)}
          >
            {loading === null ? `Load from ${remote.url.host}` : `Loading… ${fileSize(loading)}`}
          </button>
        ) : null}
        <button type="button" className="button" onClick={loading === null ? onClose : stop}>
          {remote.kind !== 'ask' ? 'Close' : loading === null ? 'Do not load' : 'Stop'}
        </button>
      </p>
    </>
  );
}

/** In the place of what is shown, which is kept. */
async function open(file: File): Promise<void> {
  const read = await readFile(file);
  switch (read.kind) {
    case 'refused':
      store.getState().notify({ severity: 'error', text: read.message });
      return;
    case 'archive':
      workspaces.replace([], `“${file.name}”`);
      await openArchives([read.file]);
      return;
    case 'text':
      if (looksLikeWorkspace(read.text)) openWorkspaceFile(read.name, read.text);
      else workspaces.replace([{ name: read.name, text: read.text }], `“${read.name}”`);
  }
}
