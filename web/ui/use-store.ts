/** The page's one store, and its React binding. Components select the smallest piece that they draw. */
import { useStore as useZustand } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { type Actions, createNfscopeStore, type State } from '../state/store.ts';

export const store = createNfscopeStore();

/** `select` must give the same reference for the same state; use `useStoreShallow` where it builds an object or a list. */
export function useStore<T>(select: (state: State & Actions) => T): T {
  return useZustand(store, select);
}

export function useStoreShallow<T>(select: (state: State & Actions) => T): T {
  return useZustand(store, useShallow(select));
}
