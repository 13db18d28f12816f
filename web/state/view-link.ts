/** The store's view as a link's view state: what a link and the saved workspace carry besides the documents. */
import type { LinkAddress, LinkSelection, ViewState } from '../permalink/view-state.ts';
import type { Address } from '../worker/protocol.ts';
import { indexOfNode } from './nodes.ts';
import { NO_TRACE, type Selection, type State, type Trace } from './store.ts';

/** Ids of chains and rules mean nothing elsewhere, so they are written by their addresses; what has none yet is left out. */
export function viewStateOf(state: State): ViewState {
  const selection = linkSelection(state.selection, state.selectionAddress);
  const active = state.documents.findIndex((document) => document.id === state.active);
  const node = indexOfNode(state.documents, state.node);
  return {
    view: state.view,
    family: state.family,
    ...(selection ? { selection } : {}),
    ...(state.chainAddress?.chain === undefined ? {} : { chain: chainOnly(state.chainAddress) }),
    ...(state.dimmed.length > 0 ? { dimmed: state.dimmed } : {}),
    ...(active > 0 ? { active } : {}),
    ...(node === null ? {} : { node }),
    ...traceLink(state.trace),
  };
}

/** Nothing of it without a packet that is traced. */
function traceLink({ traced, pins, connection, passage, step }: Trace): ViewState {
  if (traced === null) return {};
  return {
    packet: traced,
    ...(pins.length > 0 ? { pins } : {}),
    ...(connection ? { connection } : {}),
    ...(step === null ? {} : { step: { passage, step } }),
  };
}

/** The trace that a link asks for. */
export function traceOf({ packet, pins, connection, step }: ViewState): Trace {
  if (packet === undefined) return NO_TRACE;
  return {
    ...NO_TRACE,
    form: packet,
    traced: packet,
    pins: pins ?? [],
    connection: connection ?? false,
    passage: step?.passage ?? 0,
    step: step?.step ?? null,
  };
}

function linkSelection(selection: Selection | null, address: Address | null): LinkSelection | null {
  if (!selection) return null;
  switch (selection.kind) {
    case 'owner':
      return { kind: 'owner', id: selection.owner };
    case 'finding':
      return { kind: 'finding', id: selection.finding };
    case 'segment':
      return address?.chain === undefined
        ? null
        : { kind: 'segment', address: chainOnly(address), segment: selection.segment };
    case 'rule':
      return address?.rule === undefined ? null : { kind: 'rule', address };
    case 'set':
      return address?.set === undefined ? null : { kind: 'set', address };
    case 'chain':
      return address?.chain === undefined ? null : { kind: 'chain', address: chainOnly(address) };
  }
}

function chainOnly({ family, table, backend, chain }: Address): LinkAddress {
  return chain === undefined ? { family, table, backend } : { family, table, backend, chain };
}

/** A selection before its ids are known: what the session asks the worker to resolve. */
export function selectionOf(
  link: LinkSelection,
  ids: { chain: number | null; rule: number | null; set: number | null },
): Selection | null {
  switch (link.kind) {
    case 'owner':
      return { kind: 'owner', owner: link.id };
    case 'finding':
      return { kind: 'finding', finding: link.id };
    case 'set':
      return ids.set === null ? null : { kind: 'set', set: ids.set };
    case 'segment':
      return ids.chain === null ? null : { kind: 'segment', chain: ids.chain, segment: link.segment };
    case 'chain':
      return ids.chain === null ? null : { kind: 'chain', chain: ids.chain };
    case 'rule':
      // The rule is gone (an edit): its chain is the nearest thing left.
      if (ids.chain === null) return null;
      return ids.rule === null
        ? { kind: 'chain', chain: ids.chain }
        : { kind: 'rule', chain: ids.chain, rule: ids.rule };
  }
}
