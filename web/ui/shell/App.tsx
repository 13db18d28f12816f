/** The page: landing without dumps, workspace with them; drop and paste anywhere; notices over both. */
import { type ReactElement, useEffect } from 'react';
import { ArchiveDialog } from '../intake/ArchiveDialog.tsx';
import { Landing } from '../landing/Landing.tsx';
import { ReachDialog } from '../reach/ReachDialog.tsx';
import { store, useStore } from '../use-store.ts';
import './shell.css';
import { DropOverlay } from './DropOverlay.tsx';
import { FileInput } from './FileInput.tsx';
import { Notices } from './Notices.tsx';
import { PhoneWorkspace } from './PhoneWorkspace.tsx';
import { ProgressAnnouncer } from './Progress.tsx';
import { SearchPalette } from './parts.ts';
import { useIntake } from './use-intake.ts';
import { PHONE, useMedia } from './use-media.ts';
import { Workspace } from './Workspace.tsx';

export function App(): ReactElement {
  const empty = useStore((state) => state.documents.length === 0);
  const phone = useMedia(PHONE);
  const dragging = useIntake();
  useTitle();
  useSearchKey();
  return (
    <>
      {empty ? <Landing /> : phone ? <PhoneWorkspace /> : <Workspace />}
      {empty ? null : <SearchPalette />}
      {empty ? null : <ReachDialog />}
      <FileInput />
      <ArchiveDialog />
      <ProgressAnnouncer />
      <Notices />
      {dragging ? <DropOverlay /> : null}
    </>
  );
}

function useTitle(): void {
  const name = useStore((state) => state.documents.find((document) => document.id === state.active)?.name ?? null);
  useEffect(() => {
    document.title = name === null ? 'nfscope: who wrote which netfilter rule' : `${name} · nfscope`;
  }, [name]);
}

/** Ctrl+K or ⌘K. Monaco starts a chord with it, so it is taken before. */
function useSearchKey(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (store.getState().documents.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      store.getState().setSearchOpen(true);
    };
    addEventListener('keydown', listen, true);
    return () => removeEventListener('keydown', listen, true);
  }, []);
}
