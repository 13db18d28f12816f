/** The page: landing without dumps, workspace with them; drop and paste anywhere; notices over both. */
import { type ReactElement, useEffect } from 'react';
import { useStore as useZustand } from 'zustand';
import { isKeeping } from '../../state/keeping.ts';
import { archiveIntake } from '../intake/archive-intake.ts';
import { Landing } from '../landing/Landing.tsx';
import { useStore } from '../use-store.ts';
import './shell.css';
import './dialog.css';
import '../print/print.css';
import { DropOverlay } from './DropOverlay.tsx';
import { FileInput } from './FileInput.tsx';
import { useKeepFocus } from './keep-focus.ts';
import { Notices } from './Notices.tsx';
import { PhoneWorkspace } from './PhoneWorkspace.tsx';
import { ProgressAnnouncer } from './Progress.tsx';
import { ArchiveDialog, PrintSheet, preloadParts, ReachDialog, RemoteDialog, SearchDialog } from './parts.tsx';
import { useSearchKeys } from './search-keys.ts';
import { useUndoKeys } from './undo-keys.ts';
import { useIntake } from './use-intake.ts';
import { PHONE, useMedia } from './use-media.ts';
import { usePrinting } from './use-printing.ts';
import { Workspace } from './Workspace.tsx';

/** Milliseconds after the first map: the findings are asked for and the editor's code is fetched before. */
const PRELOAD_AFTER = 600;

export function App(): ReactElement {
  const empty = useStore((state) => state.documents.length === 0);
  const phone = useMedia(PHONE);
  const printing = usePrinting();
  const searching = useStore((state) => state.searchOpen);
  const remote = useStore((state) => state.remote !== null);
  const asking = useStore((state) => state.packetsOpen);
  const unpacking = useZustand(archiveIntake, (state) => state.phase !== 'closed');
  const dragging = useIntake();
  useTitle();
  useSearchKeys();
  useUndoKeys();
  useKeepFocus();
  usePreload();
  return (
    <>
      {empty ? <Landing /> : phone ? <PhoneWorkspace /> : <Workspace />}
      {searching && !empty ? <SearchDialog /> : null}
      {asking && !empty ? <ReachDialog /> : null}
      {remote ? <RemoteDialog /> : null}
      {printing && !empty ? <PrintSheet /> : null}
      <FileInput />
      {unpacking ? <ArchiveDialog /> : null}
      <ProgressAnnouncer />
      <Notices />
      {dragging ? <DropOverlay /> : null}
    </>
  );
}

function useTitle(): void {
  const name = useStore((state) => state.documents.find((document) => document.id === state.active)?.name ?? null);
  useEffect(() => {
    // Browsers write titles into their history: who keeps nothing has no file's name there.
    document.title = name === null || !isKeeping() ? 'nfscope: who wrote which netfilter rule' : `${name} · nfscope`;
  }, [name]);
}

/** What the first map does not need is fetched once it stands, while the user looks at it. */
function usePreload(): void {
  const drawn = useStore((state) => state.overview !== null);
  useEffect(() => {
    if (!drawn) return;
    const timer = setTimeout(() => void preloadParts(), PRELOAD_AFTER);
    return () => clearTimeout(timer);
  }, [drawn]);
}
