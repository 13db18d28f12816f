/**
 * The page's state: input, selection and view; the rest is derived from the worker's overview. A vanilla zustand store without React in
 * it: components read it through `ui/use-store.ts`, tests call it directly.
 *
 * Longer than a file should be, because it is one list: what the page knows, and the one place where each of it changes.
 */

import { createStore } from 'zustand/vanilla';
import type { FindingWitness, OrderChange } from '../findings/finding.ts';
import { EMPTY_FORM, type PacketForm, tidyForm } from '../packet/form.ts';
import type { Note, NoteTarget } from '../permalink/notes.ts';
import type { Address, DocumentText, Found, MapFamily, Overview, Phase, Pin } from '../worker/protocol.ts';
import type { PacketsQuestion, Place } from '../worker/prover-protocol.ts';
import {
  type AskedChange,
  type AskedPackets,
  type AskedPlace,
  answered,
  asking,
  canRedo,
  canUndo,
  NOTHING_SUPPOSED,
  type Supposed,
  step,
  suppose,
} from './asked.ts';
import { fitting, leftOut } from './capacity.ts';
import { doStep, type History, moveStep, NO_HISTORY, type Step } from './history.ts';
import { documentsOfNode, nodeAt } from './nodes.ts';
import type { NotePlaces } from './notes.ts';
import { NO_PROOF, type ProofState } from './proof-state.ts';

export type View = 'hooks' | 'chain' | 'trace' | 'cost' | 'source' | 'findings';
export type Theme = 'system' | 'light' | 'dark';

/** One thing is selected everywhere: map, source, table, findings. Ids are those of `overview.revision`. */
export type Selection =
  | { readonly kind: 'chain'; readonly chain: number }
  /** `segment` counts from 0. */
  | { readonly kind: 'segment'; readonly chain: number; readonly segment: number }
  | { readonly kind: 'rule'; readonly chain: number; readonly rule: number }
  | { readonly kind: 'set'; readonly set: number }
  | { readonly kind: 'owner'; readonly owner: string }
  | { readonly kind: 'finding'; readonly finding: string };

/** Who made the selection: a view does not scroll to what it selected itself. */
export type SelectionSource =
  | 'map'
  | 'source'
  | 'table'
  | 'tree'
  | 'findings'
  | 'inspector'
  | 'search'
  | 'trace'
  | 'link'
  | 'key';

export interface Analysis {
  readonly status: 'idle' | 'working' | 'ready' | 'failed' | 'cancelled';
  readonly phase: Phase | null;
  /** 0..1 within the phase. */
  readonly fraction: number;
  /** Says what went wrong, and what to do. */
  readonly message: string | null;
}

export interface Notice {
  readonly id: number;
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** 0..1 of work that goes on: the notice stays until whoever works dismisses it. */
  readonly fraction?: number;
}

/** What is asked of the tracer: only input; the answer is the worker's. */
export interface Trace {
  /** What the form shows. */
  readonly form: PacketForm;
  /** What is traced, tidied; null: nothing yet. */
  readonly traced: PacketForm | null;
  readonly pins: readonly Pin[];
  /** The whole connection: first packet, reply, later packets. */
  readonly connection: boolean;
  /** Which of the connection's packets is looked at, from 0. */
  readonly passage: number;
  /** The selected step's number, from 1; null: none. */
  readonly step: number | null;
  /** A kernel trace, pasted, and which of its packets is looked at, from 0 (null: what is traced is); not in links. */
  readonly recorded: Recorded;
  /** A finding's packet, traced as its proof has it, beside what another order would do; null: the form's packet. Not in links. */
  readonly witness: FindingWitness | null;
  /** Which of the two is looked at. */
  readonly side: 'as-is' | 'changed';
}

export interface Recorded {
  readonly text: string;
  readonly packet: number | null;
}

export const NO_TRACE: Trace = {
  form: EMPTY_FORM,
  traced: null,
  pins: [],
  connection: false,
  passage: 0,
  step: null,
  recorded: { text: '', packet: null },
  witness: null,
  side: 'as-is',
};

export interface State {
  readonly documents: readonly DocumentText[];
  readonly active: string | null;
  readonly view: View;
  readonly family: MapFamily;
  /** The chain that the chain view shows; null: the one of the selection, else the first base chain. */
  readonly chain: number | null;
  readonly selection: Selection | null;
  readonly selectionSource: SelectionSource | null;
  /** Survives edits; follows `selection`. */
  readonly selectionAddress: Address | null;
  /** Survives edits; follows `chain`. */
  readonly chainAddress: Address | null;
  /** Where the source should scroll to and put its cursor, because the user asked (a diagnostic). A new object each time. */
  readonly reveal: { readonly document: string; readonly offset: number } | null;
  /** Under the pointer: lights up in source, map and table. */
  readonly hover: Selection | null;
  /** The node whose dumps are read, by its name (nodes.ts); null: all dumps are of one. */
  readonly node: string | null;
  /** Owners dimmed by the legend's toggles. */
  readonly dimmed: readonly string[];
  readonly theme: Theme;
  readonly searchOpen: boolean;
  readonly panels: { readonly source: boolean; readonly findings: boolean };
  readonly overview: Overview | null;
  readonly analysis: Analysis;
  readonly proof: ProofState;
  readonly notices: readonly Notice[];
  readonly trace: Trace;
  /** Orders that are tried out; nothing in the dump changes. */
  readonly supposed: Supposed;
  /** Who reaches a place, as last asked. */
  readonly reach: AskedPlace | null;
  /** What becomes of packets, as last asked, and the form that it is asked with. */
  readonly fates: AskedPackets | null;
  readonly packetsForm: PacketForm;
  readonly packetsOpen: boolean;
  readonly notes: readonly Note[];
  /** Where the notes' rules are in the present revision: notes.ts keeps it in step. */
  readonly notePlaces: NotePlaces;
  /** What stands behind `#url=` in the address, until the user has said yes or no. */
  readonly remote: string | null;
  /** What can be undone and redone in the workspace. */
  readonly history: History;
}

/** What a new overview means for the rest of the state: ids of the revision before are void. */
export interface Resolved {
  readonly overview: Overview;
  readonly family: MapFamily;
  readonly selection: Selection | null;
  readonly selectionSource: SelectionSource | null;
  readonly chain: number | null;
}

export interface NewDocument {
  readonly name: string;
  readonly text: string;
}

export interface Actions {
  /** Replaces the workspace: forgets overview, selection, filters and history, which belong to the one before. `at`: indexes of the shown document, and of one of the node that is read. */
  openWorkspace: (
    documents: readonly NewDocument[],
    at?: { readonly active?: number | undefined; readonly node?: number | undefined },
    notes?: readonly Note[],
  ) => void;
  setDocuments: (documents: readonly DocumentText[], active?: string | null) => void;
  /** Those for which there is no room are left out, with a notice. Names that the workspace has already get a number. The longest one becomes active: of a node's files, the one that people came for. */
  addDocuments: (documents: readonly NewDocument[]) => void;
  editDocument: (id: string, text: string) => void;
  renameDocument: (id: string, name: string) => void;
  closeDocument: (id: string) => void;
  /** Writes the note of a place; null takes it away. */
  writeNote: (on: NoteTarget, note: Omit<Note, 'on'> | null) => void;
  /** One step back or forth: of what is supposed while something is, else of dumps and notes. False where there is none. */
  undo: () => boolean;
  redo: () => boolean;
  askRemote: (asked: string | null) => void;
  activate: (id: string) => void;
  setView: (view: View) => void;
  setFamily: (family: MapFamily) => void;
  showChain: (chain: number) => void;
  select: (selection: Selection | null, source: SelectionSource) => void;
  setSelectionAddress: (address: Address | null) => void;
  setHover: (hover: Selection | null) => void;
  toggleOwner: (owner: string) => void;
  showAllOwners: () => void;
  setTheme: (theme: Theme) => void;
  setSearchOpen: (open: boolean) => void;
  togglePanel: (panel: 'source' | 'findings', open?: boolean) => void;
  setOverview: (overview: Overview | null) => void;
  /** A new overview with everything that refers to it, in one step. */
  applyOverview: (resolved: Resolved) => void;
  /** What the shown overview lacked; a selected finding that did not turn up is no longer selected. */
  completeOverview: (found: Found) => void;
  setChainAddress: (address: Address | null) => void;
  revealOffset: (document: string, offset: number) => void;
  setDimmed: (owners: readonly string[]) => void;
  setNode: (node: string | null) => void;
  setAnalysis: (analysis: Partial<Analysis>) => void;
  setProof: (proof: Partial<ProofState>) => void;
  /** Gives the notice's id. */
  notify: (notice: Omit<Notice, 'id'>) => number;
  /** How far the work is that a notice tells of. */
  setFraction: (notice: number, fraction: number) => void;
  dismiss: (id: number) => void;
  setPacket: (form: PacketForm) => void;
  /** Traces a packet: the form shows it, and what was pinned or selected of the one before is forgotten. */
  tracePacket: (form: PacketForm) => void;
  suppose: (change: OrderChange) => void;
  stepSupposed: (by: -1 | 1) => void;
  clearSupposed: () => void;
  answerSupposed: (change: OrderChange, part: Partial<AskedChange>) => void;
  /** Asks who reaches a place; null asks nothing any more. */
  askReach: (place: Place | null) => void;
  askFates: (question: PacketsQuestion | null) => void;
  setPacketsForm: (form: PacketForm) => void;
  setPacketsOpen: (open: boolean) => void;
  /** Sets what is given; the rest of the trace stays. */
  setTrace: (trace: Partial<Trace>) => void;
  /** Says what unknowns are. */
  pin: (pins: readonly Pin[]) => void;
  /** Takes it back. */
  unpin: (unknowns: readonly string[]) => void;
}

export type Store = ReturnType<typeof createNfscopeStore>;

let nextId = 1;

function longest(documents: readonly DocumentText[]): DocumentText | undefined {
  return documents.reduce<DocumentText | undefined>(
    (best, one) => (best && best.text.length >= one.text.length ? best : one),
    undefined,
  );
}

/** A store of its own: tests make as many as they like; the page has one (ui/use-store.ts). */
export function createNfscopeStore() {
  return createStore<State & Actions>()((set, get) => {
    const did = (step: Step): void => {
      const { work, history } = doStep(get(), get().history, step);
      set({ documents: work.documents, active: work.active, notes: work.notes, history });
    };
    const move = (by: -1 | 1): boolean => {
      const { supposed } = get();
      if (by < 0 ? canUndo(supposed) : canRedo(supposed)) {
        set({ supposed: step(supposed, by) });
        return true;
      }
      const moved = moveStep(get(), get().history, by);
      if (!moved) return false;
      const { work, history, what } = moved;
      set({ documents: work.documents, active: work.active, notes: work.notes, history });
      get().notify({ severity: 'info', text: `${by < 0 ? 'Undone' : 'Done again'}: ${what}.` });
      return true;
    };
    return {
      documents: [],
      active: null,
      view: 'hooks',
      family: 'ip',
      chain: null,
      selection: null,
      selectionSource: null,
      selectionAddress: null,
      chainAddress: null,
      reveal: null,
      hover: null,
      node: null,
      dimmed: [],
      theme: 'system',
      searchOpen: false,
      panels: { source: true, findings: true },
      overview: null,
      analysis: { status: 'idle', phase: null, fraction: 0, message: null },
      proof: NO_PROOF,
      notices: [],
      trace: NO_TRACE,
      supposed: NOTHING_SUPPOSED,
      reach: null,
      fates: null,
      packetsForm: EMPTY_FORM,
      packetsOpen: false,
      notes: [],
      notePlaces: [],
      history: NO_HISTORY,
      remote: null,

      openWorkspace: (documents, { active = 0, node } = {}, notes = []) => {
        const made = withIds(documents, []);
        set({
          documents: made,
          active: made[active]?.id ?? made[0]?.id ?? null,
          overview: null,
          selection: null,
          selectionSource: null,
          selectionAddress: null,
          chain: null,
          chainAddress: null,
          reveal: null,
          hover: null,
          node: nodeAt(made, node),
          dimmed: [],
          trace: NO_TRACE,
          packetsForm: EMPTY_FORM,
          packetsOpen: false,
          notes,
          notePlaces: [],
          history: NO_HISTORY,
        });
      },
      setDocuments: (documents, active) => set({ documents, active: active ?? documents[0]?.id ?? null }),
      addDocuments: (added) => {
        const { documents } = get();
        const { fit, left } = fitting(added, documents);
        if (left.length > 0) get().notify({ severity: 'error', text: leftOut(left, documents) });
        const made = withIds(fit, documents);
        if (made.length === 0) return;
        const names = made.length === 1 ? `“${made[0]?.name}”` : `${made.length} dumps`;
        const inserted = made.map((document, at) => ({ at: documents.length + at, document }));
        did({ what: `adding ${names}`, change: { kind: 'insert', documents: inserted } });
        set({ active: longest(made)?.id ?? get().active });
      },
      editDocument: (id, text) =>
        set({
          documents: get().documents.map((d) =>
            d.id === id && d.text !== text ? { ...d, text, version: d.version + 1 } : d,
          ),
        }),
      renameDocument: (id, name) => {
        const before = get().documents.find((d) => d.id === id)?.name;
        if (before === undefined || before === name) return;
        did({ what: `renaming “${before}” to “${name}”`, change: { kind: 'rename', id, name } });
      },
      closeDocument: (id) => {
        const closed = get().documents.find((d) => d.id === id);
        if (!closed) return;
        did({ what: `closing “${closed.name}”`, change: { kind: 'remove', ids: [id] } });
        const mine = get().history.done.at(-1);
        get().notify({
          severity: 'info',
          text: `Closed ${closed.name}.`,
          action: {
            label: 'Undo',
            run: () => {
              // Something was done since: only this is taken back, as something new.
              if (get().history.done.at(-1) === mine) get().undo();
              else if (mine) did({ what: `opening “${closed.name}” again`, change: mine.change });
            },
          },
        });
      },
      writeNote: (on, note) =>
        did({
          what: note === null ? 'deleting a note' : 'writing a note',
          change: { kind: 'note', on, note: note && { ...note, on } },
        }),
      undo: () => move(-1),
      redo: () => move(1),
      askRemote: (remote) => set({ remote }),
      activate: (id) => set({ active: id }),
      setView: (view) => set({ view }),
      setFamily: (family) => set({ family }),
      showChain: (chain) => set({ chain, view: 'chain' }),
      select: (selection, selectionSource) => set({ selection, selectionSource }),
      setChainAddress: (chainAddress) => set({ chainAddress }),
      revealOffset: (document, offset) => set({ active: document, reveal: { document, offset } }),
      setDimmed: (dimmed) => set({ dimmed }),
      setNode: (node) => {
        const first = documentsOfNode(get().documents, node)[0];
        // The source goes along: of another node's text nothing is known.
        set({ node, active: first?.id ?? null, selection: null, selectionSource: null, chain: null });
      },
      setSelectionAddress: (selectionAddress) => set({ selectionAddress }),
      setHover: (hover) => set({ hover }),
      toggleOwner: (owner) =>
        set({
          dimmed: get().dimmed.includes(owner) ? get().dimmed.filter((o) => o !== owner) : [...get().dimmed, owner],
        }),
      showAllOwners: () => set({ dimmed: [] }),
      setTheme: (theme) => set({ theme }),
      setSearchOpen: (searchOpen) => set({ searchOpen }),
      togglePanel: (panel, open) => set({ panels: { ...get().panels, [panel]: open ?? !get().panels[panel] } }),
      setOverview: (overview) => set({ overview }),
      applyOverview: (resolved) =>
        set({ ...resolved, hover: null, trace: { ...get().trace, witness: null, side: 'as-is' } }),
      completeOverview: (found) => {
        const { overview, selection } = get();
        if (!overview) return;
        const isGone = selection?.kind === 'finding' && !found.findings.some(({ id }) => id === selection.finding);
        set({ overview: { ...overview, ...found, searching: false }, ...(isGone ? { selection: null } : {}) });
      },
      setAnalysis: (analysis) => set({ analysis: { ...get().analysis, ...analysis } }),
      setProof: (proof) => set({ proof: { ...get().proof, ...proof } }),
      notify: (notice) => {
        // The same once more is the same news.
        const others = get().notices.filter(({ text, action }) => text !== notice.text || action !== undefined);
        const id = nextId++;
        set({ notices: [...others, { ...notice, id }] });
        return id;
      },
      setFraction: (id, fraction) =>
        set({ notices: get().notices.map((notice) => (notice.id === id ? { ...notice, fraction } : notice)) }),
      dismiss: (id) => set({ notices: get().notices.filter((n) => n.id !== id) }),
      setPacket: (form) => set({ trace: { ...get().trace, form } }),
      tracePacket: (form) => {
        const { trace } = get();
        const recorded = { ...trace.recorded, packet: null };
        const fresh = { pins: [], passage: 0, step: null, witness: null, side: 'as-is' } as const;
        set({ trace: { ...trace, form, traced: tidyForm(form), ...fresh, recorded } });
      },
      suppose: (change) => set({ supposed: suppose(get().supposed, change) }),
      stepSupposed: (by) => set({ supposed: step(get().supposed, by) }),
      clearSupposed: () => set({ supposed: NOTHING_SUPPOSED }),
      answerSupposed: (change, part) => set({ supposed: answered(get().supposed, change, part) }),
      askReach: (place) => set({ reach: place && asking(place) }),
      askFates: (question) => set({ fates: question && asking(question) }),
      setPacketsForm: (packetsForm) => set({ packetsForm }),
      setPacketsOpen: (packetsOpen) => set({ packetsOpen }),
      setTrace: (trace) => set({ trace: { ...get().trace, ...trace } }),
      pin: (pins) => {
        const { trace } = get();
        const others = trace.pins.filter(({ unknown }) => !pins.some((one) => one.unknown === unknown));
        set({ trace: { ...trace, pins: [...others, ...pins], step: null } });
      },
      unpin: (unknowns) => {
        const { trace } = get();
        set({ trace: { ...trace, pins: trace.pins.filter(({ unknown }) => !unknowns.includes(unknown)), step: null } });
      },
    };
  });
}

function withIds(added: readonly NewDocument[], present: readonly DocumentText[]): DocumentText[] {
  const names = new Set(present.map((document) => document.name));
  return added.map(({ name, text }) => {
    let unique = name;
    for (let number = 2; names.has(unique); number++) unique = `${name} (${number})`;
    names.add(unique);
    return { id: `d${Date.now().toString(36)}${nextId++}`, name: unique, version: 1, text };
  });
}
