/**
 * What happens between dropping an archive and having its dumps open: list, ask which ones (or not, where one node has only a few), read.
 * No React in it; ArchiveDialog.tsx draws it.
 */
import { createStore } from 'zustand/vanilla';
import { dumpsWithoutQuestion } from '../../archive/listing.ts';
import {
  ArchiveError,
  type ArchiveOpening,
  type ArchiveWorkerLike,
  openArchiveWorker,
} from '../../worker/archive-client.ts';
import type { DumpText, FoundDump, Listing, NodeDumps } from '../../worker/archive-protocol.ts';
import { plural } from '../shell/words.ts';
import { spawnArchiveWorker } from '../spawn.ts';
import { store } from '../use-store.ts';

export type ArchiveState =
  | { readonly phase: 'closed' }
  /** `fraction` is 0..1; `found` counts dumps. */
  | { readonly phase: 'listing'; readonly files: readonly string[]; readonly fraction: number; readonly found: number }
  | { readonly phase: 'choosing'; readonly listing: Listing }
  | { readonly phase: 'reading'; readonly listing: Listing; readonly fraction: number };

const CLOSED: ArchiveState = { phase: 'closed' };

/** `opening` ends when its dialog does. */
export const archiveIntake = createStore<ArchiveState>(() => CLOSED);

let opening: ArchiveOpening | null = null;

function spawn(): ArchiveWorkerLike {
  return spawnArchiveWorker() as ArchiveWorkerLike;
}

function set(state: ArchiveState): void {
  archiveIntake.setState(state, true);
}

/** Lists what is in the archives, replacing an opening that is going on. Never rejects: what goes wrong becomes a notice. */
export async function openArchives(files: readonly File[], ask = false): Promise<void> {
  closeArchives();
  const mine = openArchiveWorker(spawn);
  opening = mine;
  const names = files.map(({ name }) => name);
  set({ phase: 'listing', files: names, fraction: 0, found: 0 });
  try {
    const listing = await mine.list(files, (fraction, found) =>
      set({ phase: 'listing', files: names, fraction, found }),
    );
    const direct = ask ? null : dumpsWithoutQuestion(listing);
    if (listing.nodes.length === 0) {
      closeArchives();
      store.getState().notify({ severity: 'error', text: nothingFound(listing) });
    } else if (direct) {
      await read(mine, listing, direct);
      tellOpened(listing, direct, () => void openArchives(files, true));
    } else set({ phase: 'choosing', listing });
  } catch (error) {
    fail(mine, names, error);
  }
}

/** Opens the chosen dumps (FoundDump.id). Never rejects. */
export async function openDumps(ids: ReadonlySet<number>): Promise<void> {
  const state = archiveIntake.getState();
  const mine = opening;
  if (state.phase !== 'choosing' || !mine || ids.size === 0) return;
  const { listing } = state;
  const dumps = listing.nodes.flatMap((node) => node.dumps.filter(({ id }) => ids.has(id)));
  try {
    await read(mine, listing, dumps);
    for (const { message } of listing.problems) store.getState().notify({ severity: 'warning', text: message });
  } catch (error) {
    fail(mine, listing.files, error);
  }
}

/** Cancels what is going on, also the unpacking. */
export function closeArchives(): void {
  opening?.close();
  opening = null;
  set(CLOSED);
}

async function read(mine: ArchiveOpening, listing: Listing, dumps: readonly FoundDump[]): Promise<void> {
  set({ phase: 'reading', listing, fraction: 0 });
  const texts = await mine.read(
    dumps.map(({ id }) => id),
    (fraction) => set({ phase: 'reading', listing, fraction }),
  );
  closeArchives();
  store.getState().addDocuments(documentsOf(listing, texts));
}

/** Names of tabs: the file's own, and the node's in front where there are several. A file name that comes twice gets its directory. */
function documentsOf(listing: Listing, texts: readonly DumpText[]): { name: string; text: string }[] {
  const chosen = new Set(texts.map(({ id }) => id));
  const nodes = listing.nodes.filter(({ dumps }) => dumps.some(({ id }) => chosen.has(id)));
  const places = new Map(
    nodes.flatMap(({ name, dumps }) => dumps.map(({ id, path }) => [id, { node: name, path }] as const)),
  );
  const prefix = (id: number): string => (nodes.length > 1 ? `${places.get(id)?.node ?? ''}: ` : '');
  const counts = new Map<string, number>();
  for (const { id, name } of texts) counts.set(prefix(id) + name, (counts.get(prefix(id) + name) ?? 0) + 1);
  return texts.map(({ id, name, text }) => {
    const twice = (counts.get(prefix(id) + name) ?? 0) > 1;
    const directory = twice ? (places.get(id)?.path.split(/[/›]/).at(-2)?.trim() ?? '') : '';
    return { name: `${prefix(id)}${directory === '' ? '' : `${directory}/`}${name}`, text };
  });
}

function nothingFound({ files, members, problems }: Listing): string {
  const names = files.map((name) => `“${name}”`).join(', ');
  const looked =
    members === 0
      ? 'holds no file that could be read'
      : `holds ${plural(members, 'file')}, but no dump that nfscope reads`;
  const why = problems.map(({ message }) => message).join(' ');
  return `${names} ${looked}. ${why === '' ? 'It looks for iptables-save, nft list ruleset and ipset save, whatever the files are called.' : why}`;
}

function tellOpened(listing: Listing, opened: readonly FoundDump[], choose: () => void): void {
  const { notify } = store.getState();
  for (const { message } of listing.problems) notify({ severity: 'warning', text: message });
  // A file that was only compressed is opened like any other: there is nothing to tell.
  const [node] = listing.nodes as readonly [NodeDumps];
  if (listing.members === 1) return;
  const left = node.dumps.length - opened.length;
  const names = opened.map(({ name }) => name).join(', ');
  const more = left === 0 ? '' : ` Left out: ${plural(left, 'dump')}, such as repetitions and configuration files.`;
  notify({
    severity: 'info',
    text: `Opened ${plural(opened.length, 'dump')} of ${node.name} from ${listing.files.map((name) => `“${name}”`).join(', ')}: ${names}.${more}`,
    action: { label: 'Choose…', run: choose },
  });
}

function fail(mine: ArchiveOpening, names: readonly string[], error: unknown): void {
  // The user closed it, or dropped another archive.
  if (error instanceof ArchiveError && error.code === 'closed') return;
  if (opening === mine) closeArchives();
  const reason = error instanceof Error ? error.message : String(error);
  store.getState().notify({
    severity: 'error',
    text: `${names.map((name) => `“${name}”`).join(', ')} could not be opened (${reason}). Unpack it and drop the dumps inside.`,
  });
}
