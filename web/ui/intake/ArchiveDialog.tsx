/** The dialog of an archive: how far the unpacking is, then its dumps by node, to choose from. */

import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useState } from 'react';
import { useStore as useZustand } from 'zustand';
import type { Listing, NodeDumps } from '../../worker/archive-protocol.ts';
import { DialogClose } from '../shell/DialogClose.tsx';
import { fileSize, plural } from '../shell/words.ts';
import './archive.css';
import { type ArchiveState, archiveIntake, closeArchives, openDumps } from './archive-intake.ts';
import { DumpTree } from './DumpTree.tsx';
import { filterNodes, firstTicks, type Ticks } from './selection.ts';

/** Milliseconds before unpacking is worth a dialog. */
const PATIENCE = 250;
/** From so many nodes or dumps on there is a field to find one. */
const FILTER_FROM = { nodes: 6, dumps: 60 };

export function ArchiveDialog(): ReactElement | null {
  const state = useZustand(archiveIntake);
  const patient = usePatience(state.phase === 'listing' || state.phase === 'reading');
  const shown = state.phase === 'choosing' || (state.phase !== 'closed' && patient);
  if (!shown) return null;
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : closeArchives())}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog archive" aria-describedby={undefined}>
          <Body state={state} />
          <DialogClose />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** True once `busy` has lasted. */
function usePatience(busy: boolean): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!busy) {
      setOver(false);
      return;
    }
    const timer = setTimeout(() => setOver(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [busy]);
  return busy && over;
}

function Body({ state }: { readonly state: ArchiveState }): ReactElement | null {
  switch (state.phase) {
    case 'closed':
      return null;
    case 'listing':
      return (
        <Working
          title={`Looking into ${nameFiles(state.files)}`}
          fraction={state.fraction}
          words={state.found === 0 ? 'no dump found yet' : `${plural(state.found, 'dump')} found`}
        />
      );
    case 'reading':
      return <Working title={`Opening from ${nameFiles(state.listing.files)}`} fraction={state.fraction} words="" />;
    case 'choosing':
      return <Choose listing={state.listing} />;
  }
}

function nameFiles(files: readonly string[]): string {
  return files.length === 1 ? (files[0] ?? '') : plural(files.length, 'archive');
}

function Working({
  title,
  fraction,
  words,
}: {
  readonly title: string;
  readonly fraction: number;
  readonly words: string;
}): ReactElement {
  const percent = Math.round(fraction * 100);
  return (
    <>
      <Dialog.Title className="t-title archive-title">{title}</Dialog.Title>
      <div
        className="archive-bar"
        role="progressbar"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span style={{ transform: `scaleX(${fraction})` }} />
      </div>
      <p className="archive-footer">
        <span className="secondary" role="status">
          {percent} %{words === '' ? '' : `, ${words}`}
        </span>
        <button type="button" className="button" onClick={closeArchives}>
          Cancel
        </button>
      </p>
    </>
  );
}

function Choose({ listing }: { readonly listing: Listing }): ReactElement {
  const { nodes, files } = listing;
  const [ticks, setTicks] = useState<Ticks>(() => firstTicks(nodes));
  const [query, setQuery] = useState('');
  const shown = useMemo(() => filterNodes(nodes, query), [nodes, query]);
  const dumps = nodes.reduce((sum, node) => sum + node.dumps.length, 0);
  const open = (): void => void openDumps(ticks);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || ticks.size === 0 || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    open();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in any box or field of the dialog opens what is ticked
    <div className="archive-choose" onKeyDown={onKeyDown}>
      <Dialog.Title className="t-title archive-title">
        {nodes.length === 1 ? 'Which dumps?' : `Which of ${plural(nodes.length, 'node')}?`}
      </Dialog.Title>
      <p className="secondary">
        {nameFiles(files)} has {plural(dumps, 'dump')} among {plural(listing.members, 'file')}.
        {nodes.length === 1 ? '' : ' A packet meets the rules of one node only, so open one.'}
      </p>
      {nodes.length < FILTER_FROM.nodes && dumps < FILTER_FROM.dumps ? null : (
        <input
          type="search"
          className="input"
          placeholder="Find a node, path or format"
          aria-label="Find a node, path or format"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      )}
      <DumpTree
        nodes={shown}
        all={nodes}
        ticks={ticks}
        onTicks={setTicks}
        expanded={nodes.length === 1 || query !== ''}
      />
      <Problems listing={listing} />
      <Footer nodes={nodes} ticks={ticks} onOpen={open} />
    </div>
  );
}

function Problems({ listing: { problems } }: { readonly listing: Listing }): ReactElement | null {
  if (problems.length === 0) return null;
  return (
    <ul className="archive-problems" aria-label="What could not be read">
      {problems.map(({ code, message }) => (
        <li key={code}>
          <strong className="warning-text">Note.</strong> {message}
        </li>
      ))}
    </ul>
  );
}

function Footer({
  nodes,
  ticks,
  onOpen,
}: {
  readonly nodes: readonly NodeDumps[];
  readonly ticks: Ticks;
  readonly onOpen: () => void;
}): ReactElement {
  const touched = nodes.filter(({ dumps }) => dumps.some(({ id }) => ticks.has(id)));
  const size = touched.reduce(
    (sum, { dumps }) => sum + dumps.reduce((part, dump) => part + (ticks.has(dump.id) ? dump.size : 0), 0),
    0,
  );
  return (
    <div className="archive-footer">
      <span role="status">
        {touched.length > 1 ? (
          <span className="warning-text">
            {plural(touched.length, 'node')} are ticked: their rules would be shown as those of one.
          </span>
        ) : (
          <span className="secondary">
            {ticks.size === 0 ? 'Nothing ticked' : `${plural(ticks.size, 'dump')}, ${fileSize(size)}`}
          </span>
        )}
      </span>
      <button type="button" className="button" onClick={closeArchives}>
        Cancel
      </button>
      <button type="button" className="button button-primary" disabled={ticks.size === 0} onClick={onOpen}>
        {touched.length === 1 && nodes.length > 1 ? 'Open this node' : 'Open'}
      </button>
    </div>
  );
}
