/**
 * Rows of chains by pages, asked for when they come into sight. One per revision: rule ids of another one mean something else. No React
 * in it.
 */
import type { RuleRow } from '../../worker/protocol.ts';

export const PAGE = 100;
/** Chains up to this size come in one answer: then they can be folded and searched at once. */
export const WHOLE = 1_000;

export type AskRows = (request: { chain: number; from: number; count: number }) => Promise<readonly RuleRow[]>;

interface Pages {
  readonly rows: Map<number, RuleRow>;
  readonly asked: Set<number>;
}

export interface RowPages {
  readonly row: (chain: number, index: number) => RuleRow | undefined;
  /** Asks for the pages of rules `from`..`to` (indexes from 1) that are not there yet. */
  readonly need: (chain: number, from: number, to: number) => void;
  /** All rules of a chain of at most WHOLE rules; null until they are there. Asks for them. */
  readonly whole: (chain: number, rules: number) => readonly RuleRow[] | null;
  /** Whether all of the chain's rules are there, and came in one answer. */
  readonly isWhole: (chain: number) => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  /** Grows with each answer. */
  readonly version: () => number;
  /** The last failure in words; null after the next success. */
  readonly failure: () => string | null;
}

/** @param askRows rejects when the dump was read anew: those pages are simply never filled. */
export function createRowPages(askRows: AskRows): RowPages {
  const chains = new Map<number, Pages>();
  const wholes = new Map<number, readonly RuleRow[]>();
  const listeners = new Set<() => void>();
  let version = 0;
  let failure: string | null = null;

  function pagesOf(chain: number): Pages {
    let pages = chains.get(chain);
    if (!pages) {
      pages = { rows: new Map(), asked: new Set() };
      chains.set(chain, pages);
    }
    return pages;
  }

  function fetch(chain: number, page: number, count: number): void {
    const pages = pagesOf(chain);
    for (let at = page; at < page + count / PAGE; at++) pages.asked.add(at);
    askRows({ chain, from: page * PAGE + 1, count }).then(
      (rows) => {
        for (const row of rows) pages.rows.set(row.index, row);
        // Fewer than asked for from the first on: these are all.
        if (count === WHOLE || (page === 0 && rows.length < count)) wholes.set(chain, rows);
        failure = null;
        changed();
      },
      (error: unknown) => {
        for (let at = page; at < page + count / PAGE; at++) pages.asked.delete(at);
        failure = error instanceof Error ? error.message : String(error);
        changed();
      },
    );
  }

  function changed(): void {
    version += 1;
    for (const listener of listeners) listener();
  }

  return {
    row: (chain, index) => chains.get(chain)?.rows.get(index),
    need: (chain, from, to) => {
      const { asked } = pagesOf(chain);
      for (let page = Math.floor((from - 1) / PAGE); page <= Math.floor((to - 1) / PAGE); page++) {
        if (!asked.has(page)) fetch(chain, page, PAGE);
      }
    },
    whole: (chain, rules) => {
      if (rules === 0) return [];
      if (rules > WHOLE) return null;
      const rows = wholes.get(chain);
      if (rows) return rows;
      if (!pagesOf(chain).asked.has(0)) fetch(chain, 0, WHOLE);
      return null;
    },
    isWhole: (chain) => wholes.has(chain),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
    failure: () => failure,
  };
}
