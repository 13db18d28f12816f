/** The state of the rules table: which jumps are opened in place, which folds are unfolded, and the lines that follow from it. */
import { useMemo, useState, useSyncExternalStore } from 'react';
import type { ChainDetail, RuleRow } from '../../worker/protocol.ts';
import { ask } from '../use-answer.ts';
import { store } from '../use-store.ts';
import type { Boundary } from './chain-findings.ts';
import { type Fold, findFolds } from './fold.ts';
import type { RowPages } from './row-pages.ts';
import { type ChainLines, foldKey, type Line, layOutTable, lineNumber, type Table } from './runs.ts';

/** A chain that fits a screen is not folded; an opened one is sooner, so that what follows it stays in sight. */
const FOLD_FROM = { top: 30, opened: 10 } as const;

export type RuleOfLine = Extract<Line, { kind: 'rule' }>;

interface Opened {
  readonly chain: number;
  readonly rules: number;
}

export interface TableState {
  readonly table: Table;
  readonly isOpen: (number: string) => boolean;
  /** Opens or closes the chain that the rule jumps to, below it. */
  readonly toggle: (line: RuleOfLine, row: RuleRow) => void;
  readonly unfold: (path: string, fold: Fold) => void;
  /** Unfolds what hides a rule of the chain itself; false if nothing does. */
  readonly uncover: (index: number) => boolean;
  /** Rule.id, known before the row has arrived: rules of a chain are numbered one after the other (model/link.ts). */
  readonly ruleId: (chain: number, index: number) => number | null;
}

export function useTable(
  detail: ChainDetail,
  boundaries: readonly Boundary[],
  pages: RowPages,
  only: Uint32Array | null,
): TableState {
  const version = useSyncExternalStore(pages.subscribe, pages.version);
  const [opened, setOpened] = useState<ReadonlyMap<string, Opened>>(() => new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set());

  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the rows that have arrived
  const table = useMemo(() => {
    const lines = (chain: number, rules: number, from: number): ChainLines => {
      const rows = rules > from ? pages.whole(chain, rules) : null;
      return { chain, rules, folds: rows ? findFolds(rows) : [] };
    };
    return layOutTable({
      top: lines(detail.chain, detail.rules, FOLD_FROM.top),
      boundaries,
      opened: new Map([...opened].map(([path, { chain, rules }]) => [path, lines(chain, rules, FOLD_FROM.opened)])),
      unfolded,
      only,
    });
  }, [detail, boundaries, opened, unfolded, only, pages, version]);

  const open = (number: string, target: number, name: string): void => {
    ask('chain', { chain: target }).then(
      ({ rules }) => {
        if (rules > 0) pages.need(target, 1, 1);
        setOpened((before) => new Map([...before, [number, { chain: target, rules }]]));
      },
      (error: Error) => store.getState().notify({ severity: 'error', text: `${name}: ${error.message}` }),
    );
  };

  return {
    table,
    isOpen: (number) => opened.has(number),
    toggle: (line, row) => {
      const number = lineNumber(line.path, line.index);
      if (opened.has(number)) {
        setOpened((before) => without(before, number));
      } else if (row.verdict.target !== null) open(number, row.verdict.target, row.verdict.detail);
    },
    unfold: (path, fold) => setUnfolded((before) => new Set([...before, foldKey(path, fold)])),
    uncover: (index) => {
      const hiding = foldOver(table, index);
      if (hiding) setUnfolded((before) => new Set([...before, foldKey('', hiding)]));
      return hiding !== null;
    },
    ruleId: (chain, index) => {
      const first = pages.row(chain, 1);
      return first ? first.rule + index - 1 : null;
    },
  };
}

/** Closes a line and what was opened inside it. */
function without(opened: ReadonlyMap<string, Opened>, number: string): ReadonlyMap<string, Opened> {
  return new Map([...opened].filter(([path]) => path !== number && !path.startsWith(`${number}.`)));
}

/** The fold of the chain itself that hides the rule. */
function foldOver({ runs }: Table, index: number): Fold | null {
  for (const run of runs) {
    if (run.kind === 'fold' && run.path === '' && index >= run.fold.from && index <= run.fold.to) return run.fold;
  }
  return null;
}
