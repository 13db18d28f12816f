/** What the map's menu does with a chain, a segment or a finding: in the source, as Markdown, as a link. */

import { linkFit } from '../../permalink/fit.ts';
import type { LinkSelection, ViewState } from '../../permalink/view-state.ts';
import { notesNow } from '../../state/notes.ts';
import type { Selection } from '../../state/store.ts';
import { type PackedLink, type PackerWorkerLike, packLink } from '../../worker/packer-client.ts';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import type { ChainDetail, RuleRow } from '../../worker/protocol.ts';
import { findingMarkdown } from '../findings/markdown.ts';
import { describePlaces } from '../findings/places.ts';
import { lookOf } from '../inspector/owners.tsx';
import { openSource } from '../inspector/reveal.ts';
import { session, workspaces } from '../session.ts';
import { isOnDisk, linkBase } from '../shell/page-address.ts';
import { count, plural } from '../shell/words.ts';
import { tellWork } from '../shell/work-notice.ts';
import { spawnPacker } from '../spawn.ts';
import { ask } from '../use-answer.ts';
import { store } from '../use-store.ts';
import { chainMarkdown } from './chain-markdown.ts';

/** A chain, one segment of it (from 0), or one rule (Rule.id). */
export interface MenuPlace {
  readonly chain: number;
  readonly segment: number | null;
  readonly rule?: number;
}

/** Rules that are copied at most. */
const MOST = 200;

/** Runs what was chosen; what goes wrong becomes a notice. */
export async function attempt(what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    store.getState().notify({ severity: 'error', text: `${what}: ${reason}` });
  }
}

interface Looked {
  readonly detail: ChainDetail;
  readonly from: number;
  readonly to: number;
}

async function look({ chain, segment, rule }: MenuPlace): Promise<Looked> {
  const detail = await ask('chain', { chain });
  if (rule !== undefined) {
    const { index } = (await ask('rule', { rule })).row;
    return { detail, from: index, to: index };
  }
  const part = segment === null ? undefined : detail.segments[segment];
  return { detail, from: part?.from ?? 1, to: part?.to ?? detail.rules };
}

/** Its Rule.id; null in a chain without rules. */
export async function firstRule(place: MenuPlace): Promise<number | null> {
  const { from } = await look(place);
  const [row] = await ask('rows', { chain: place.chain, from, count: 1 });
  return row?.rule ?? null;
}

/** The chain's declaration, or the segment's first rule. */
export async function showInSource(place: MenuPlace): Promise<void> {
  const { detail, from } = await look(place);
  const whole = place.segment === null && place.rule === undefined;
  const [row] = whole ? [] : await ask('rows', { chain: place.chain, from, count: 1 });
  openSource(row?.document ?? detail.document, row?.span.start ?? detail.span.start);
  store.getState().select(selectedPlace(place), 'map');
}

function selectedPlace({ chain, segment, rule }: MenuPlace): Selection {
  if (rule !== undefined) return { kind: 'rule', chain, rule };
  return segment === null ? { kind: 'chain', chain } : { kind: 'segment', chain, segment };
}

export async function copyPlace(place: MenuPlace): Promise<void> {
  const { detail, from, to } = await look(place);
  const rows = await ask('rows', { chain: place.chain, from, count: Math.min(MOST, to - from + 1) });
  const { documents, overview, notify } = store.getState();
  const textOf = ({ document, span }: RuleRow): string =>
    documents.find(({ id }) => id === document)?.text.slice(span.start, span.end) ?? '';
  const owner = place.segment === null ? null : (detail.segments[place.segment]?.owner ?? null);
  const text = chainMarkdown({
    detail,
    owner: owner === null ? null : lookOf(overview?.owners ?? [], owner).name,
    from,
    to,
    below: rulesBelow(place, detail, rows),
    rules: rows.map(textOf),
  });
  await navigator.clipboard.writeText(text);
  notify({ severity: 'info', text: `Copied ${plural(rows.length, 'rule')} as Markdown.` });
}

/** Rules in the chains below the place alone. */
function rulesBelow({ chain, segment, rule }: MenuPlace, detail: ChainDetail, rows: readonly RuleRow[]): number {
  if (rule !== undefined) return rows[0]?.verdict.below ?? 0;
  if (segment === null) return detail.below;
  const cards = (store.getState().overview?.maps ?? []).flatMap(({ hooks }) => hooks.flatMap((hook) => hook.cards));
  return cards.find((card) => card.chain === chain)?.segments[segment]?.below ?? 0;
}

export async function copyFinding(id: string): Promise<void> {
  const { overview, documents, notify } = store.getState();
  const finding = overview?.findings.find((one) => one.id === id);
  if (!finding) throw new Error('the finding is not there any more');
  const owners = finding.owners.map((owner) => lookOf(overview?.owners ?? [], owner).name);
  const places = await describePlaces(finding, documents);
  await navigator.clipboard.writeText(findingMarkdown({ finding, owners, places }));
  notify({ severity: 'info', text: 'Copied the finding as Markdown.' });
}

/** Copies a link that opens this map with the place selected, and makes it the page's address. */
export async function copyLink(target: MenuPlace | { readonly finding: string }): Promise<void> {
  const base = linkBase();
  if (base === null) throw new Error('this page is a file on a disk, which others cannot open: see Share');
  const { chain: _chain, selection: _selection, ...rest } = session.viewState();
  const view: ViewState = { ...rest, view: 'hooks', selection: await selectionOf(target) };
  const state = store.getState();
  const content = { documents: state.documents, view, notes: notesNow(state) };
  const packed = await packTelling(content);
  if (packed === null) return;
  const length = packed.kind === 'packed' ? base.length + packed.hash.length : packed.length;
  if (packed.kind === 'too-long' || linkFit(length) === 'nowhere') {
    throw new Error(
      `it would have about ${count(length)} characters, which browsers and programs cut: save the dumps as a file (Export)`,
    );
  }
  await writeLink(base, packed.hash);
}

/** A large workspace takes seconds: a notice tells how far it is. Null: the user stopped it. */
async function packTelling(content: LinkContent): Promise<PackedLink | null> {
  const controller = new AbortController();
  const work = tellWork('Making the link…', () => controller.abort());
  try {
    return await packLink(() => spawnPacker() as PackerWorkerLike, content, {
      signal: controller.signal,
      onProgress: ({ fraction }) => work.progress(fraction),
    });
  } catch (error) {
    if (controller.signal.aborted) return null;
    throw error;
  } finally {
    work.end();
  }
}

async function writeLink(base: string, hash: string): Promise<void> {
  const { notify } = store.getState();
  const show = (): void => {
    if (!isOnDisk()) workspaces.showLink(hash);
  };
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(base + hash);
    show();
    notify({ severity: 'info', text: `Copied a link of ${plural(base.length + hash.length, 'character')}.` });
  };
  const refused = (): void => {
    show();
    const where = isOnDisk() ? 'Share shows the link.' : 'The link is in the address bar now.';
    notify({ severity: 'info', text: `The browser does not let the page copy. ${where}` });
  };
  try {
    await copy();
  } catch {
    // Packing a large dump takes longer than browsers remember the click.
    notify({
      severity: 'warning',
      text: 'The browser did not let the page copy the link by itself.',
      action: { label: 'Copy it', run: () => void copy().catch(refused) },
    });
  }
}

async function selectionOf(target: MenuPlace | { readonly finding: string }): Promise<LinkSelection> {
  if ('finding' in target) return { kind: 'finding', id: target.finding };
  const { rule } = target;
  const address = await ask('address', rule === undefined ? { chain: target.chain } : { rule });
  if (!address) throw new Error('it is not there any more');
  if (rule !== undefined) return { kind: 'rule', address };
  return target.segment === null ? { kind: 'chain', address } : { kind: 'segment', address, segment: target.segment };
}
