/**
 * The rules of a chain, in evaluation order, as a table of which only the seen part is drawn. Jumps open in place, one level at a time;
 * boundaries between owners are lines of their own; the policy is the last row.
 *
 * The focus stays on the table, not on its rows: a row that scrolls out of sight would take it away. Arrow keys select, and what is selected
 * is said to screen readers.
 */

import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { openChain } from '../inspector/reveal.ts';
import { useMedia } from '../shell/use-media.ts';
import { usePrinting } from '../shell/use-printing.ts';
import { count } from '../shell/words.ts';
import { traceTo } from '../trace/trace-rule.ts';
import { store, useStore } from '../use-store.ts';
import { moveByKey, SupposedLine } from '../whatif/SupposedLine.tsx';
import { useSupposedChain } from '../whatif/supposed-chain.ts';
import { type BoundaryPlace, useSegmentDrag } from '../whatif/use-segment-drag.ts';
import { Row } from './cells.tsx';
import { useBoundaries } from './chain-findings.ts';
import { FilterBar, useFiltering } from './FilterBar.tsx';
import { FindBar } from './FindBar.tsx';
import { rowText } from './find.ts';
import type { RowPages } from './row-pages.ts';
import { lineAt, lineNumber, lineOfNumber, lineOfRule, type Table } from './runs.ts';
import { StickyRows } from './StickyRows.tsx';
import { pinShownChain, type Visits } from './shown-chain.ts';
import { type StickyLine, stickyLines } from './sticky.ts';
import { lineKey, TableLine } from './TableLine.tsx';
import { tableKey } from './table-keys.ts';
import { useColumns } from './use-columns.ts';
import { useElementSize } from './use-element-size.ts';
import { type RuleOfLine, type TableState, useTable } from './use-table.ts';

/** Pixels: of the column heads. */
const HEAD = 28;
/** Pixels: of each line of a match after the first. */
const MORE_LINE = 21;

interface Heights {
  readonly rule: number;
  readonly boundary: number;
  readonly end: number;
}

function heightsOf(compact: boolean, touch: boolean): Heights {
  if (compact) return { rule: 50, boundary: 42, end: 120 };
  return touch ? { rule: 36, boundary: 32, end: 84 } : { rule: 25, boundary: 22, end: 66 };
}

export interface RulesTableProps {
  readonly detail: ChainDetail;
  readonly pages: RowPages;
  readonly visits: Visits;
  /** Set when a key leads to another chain, whose table shall have the focus then. */
  readonly refocus: RefObject<boolean>;
}

export function RulesTable({ detail, pages, visits, refocus }: RulesTableProps): ReactElement {
  const boundaries = useBoundaries(detail);
  const filtering = useFiltering(detail);
  const state = useTable(detail, boundaries, pages, filtering.only);
  const { table } = state;
  const [spoken, setSpoken] = useState('');
  const scroller = useRef<HTMLDivElement>(null);
  const [measure, { width, height }] = useElementSize<HTMLDivElement>();
  const columns = useColumns(detail, table, pages, width);
  const { compact, hasCounters } = columns;
  const heights = heightsOf(compact, useMedia('(pointer: coarse)'));
  const headHeight = compact ? 0 : HEAD;
  const sticky = useRef<readonly StickyLine[]>([]);
  const virtualizer = useVirtualizer({
    count: table.lines,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const line = lineAt(table, index);
      if (line?.kind === 'rule') return heights.rule + (columns.linesOf(line) - 1) * MORE_LINE;
      return line?.kind === 'boundary' ? heights.boundary : line?.kind === 'end' ? heights.end : heights.rule;
    },
    overscan: 12,
    // The header is sticky, and so are the rules that opened a chain: rows scroll below them.
    scrollPaddingStart: headHeight + sticky.current.length * heights.rule,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines or heights are other measurements
  useLayoutEffect(() => virtualizer.measure(), [table, heights.rule, columns.key]);
  const onPaper = usePrinting();
  const items = onPaper ? printed(table) : virtualizer.getVirtualItems();
  useNeededRows(pages, table, items[0]?.index ?? 0, items.at(-1)?.index ?? 0);

  sticky.current = stickyLines(table, virtualizer.scrollOffset ?? 0, heights.rule, (offset) =>
    offset < virtualizer.getTotalSize() ? (virtualizer.getVirtualItemForOffset(offset)?.index ?? null) : null,
  );

  const lines = useRef<HTMLDivElement>(null);
  const boundaryPlaces = placesOf(table, items, detail);
  const supposed = useSupposedChain(detail);
  const { drag, onPointerDown } = useSegmentDrag({
    chain: detail.chain,
    boundaries: boundaryPlaces,
    scroller,
    lines,
  });

  const moved = {
    segments: drag ? [drag.segment] : (supposed?.moved ?? []),
    as: !drag && supposed?.to === null ? ('gone' as const) : ('moved' as const),
    rule: drag ? null : (supposed?.rule ?? null),
  };

  const selectedIndex = useSelectedIndex(detail, state);
  const showRule = (index: number): boolean => {
    const line = lineOfRule(table, detail.chain, index);
    if (line !== null) virtualizer.scrollToIndex(line, { align: 'center' });
    return line !== null || !state.uncover(index);
  };
  useScrollToSelection(selectedIndex, showRule, table);

  const cursor = useCursor(state);
  const select = (line: Pick<RuleOfLine, 'chain' | 'path' | 'index'>): void => {
    const rule = state.ruleId(line.chain, line.index);
    if (rule === null) return;
    cursor.set(lineNumber(line.path, line.index));
    pinShownChain();
    store.getState().select({ kind: 'rule', chain: line.chain, rule }, 'table');
  };
  const moveTo = (at: number): void => {
    const line = lineAt(table, at);
    if (line?.kind !== 'rule') return;
    virtualizer.scrollToIndex(at, { align: 'auto' });
    select(line);
    const row = pages.row(line.chain, line.index);
    setSpoken(`Rule ${lineNumber(line.path, line.index)}${row ? `: ${rowText(row)}` : ''}`);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      const words = moveByKey(event.key, detail, selectedIndex, supposed);
      if (words !== null) event.preventDefault();
      if (words) setSpoken(words);
      return;
    }
    const at = cursor.line();
    const action = tableKey(event.key, table, at, Math.max(1, Math.floor(height / heights.rule) - 3));
    if (!action) return;
    event.preventDefault();
    if (action.kind === 'move') {
      moveTo(action.line);
      return;
    }
    if (action.kind === 'back') {
      refocus.current = visits.canGoBack;
      visits.goBack();
      return;
    }
    const line = at === null ? null : lineAt(table, at);
    if (line?.kind === 'rule') actOn(line, action.kind);
  };
  const actOn = (line: RuleOfLine, action: 'expand' | 'collapse' | 'enter' | 'trace' | 'reach'): void => {
    const row = pages.row(line.chain, line.index);
    if (action === 'trace') {
      if (row) traceTo({ rule: row.rule });
      return;
    }
    if (action === 'reach') {
      if (row) askWhoReaches(row.rule);
      return;
    }
    const isOpen = state.isOpen(lineNumber(line.path, line.index));
    if (action === 'collapse' && !isOpen) {
      const caller = line.path === '' ? null : lineOfNumber(table, line.path);
      if (caller !== null) moveTo(caller);
      return;
    }
    if (!row || row.verdict.target === null) return;
    if (action === 'enter') {
      refocus.current = true;
      openChain(row.verdict.target, 'table');
    } else if (isOpen === (action === 'collapse')) state.toggle(line, row);
  };
  useEffect(() => {
    if (!refocus.current) return;
    refocus.current = false;
    scroller.current?.focus({ preventScroll: true });
  }, [refocus]);

  const failure = pages.failure();
  return (
    <div
      className="chain-rules"
      ref={measure}
      data-compact={compact || undefined}
      data-medium={columns.medium || undefined}
      data-counters={hasCounters || undefined}
      style={columns.style}
    >
      <FindBar
        detail={detail}
        current={selectedIndex}
        onFound={(index) => {
          select({ chain: detail.chain, path: '', index });
          showRule(index);
        }}
        filtering={filtering}
      />
      <FilterBar detail={detail} filtering={filtering} />
      {failure === null ? null : <p className="chain-note">Some rules could not be read: {failure}</p>}
      <div className="chain-table-frame">
        {/* biome-ignore lint/a11y/useSemanticElements: of a virtual list most rows are not there, and table rows cannot be positioned */}
        <div
          className="chain-table"
          ref={scroller}
          role="table"
          aria-label={`Rules of ${detail.name}`}
          aria-rowcount={table.lines + 2}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and arrows move through its rows
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <HeaderRow hasCounters={hasCounters} />
          {/* biome-ignore lint/a11y/useSemanticElements: as the table */}
          <div
            className="chain-lines"
            role="rowgroup"
            ref={lines}
            data-dragging={drag ? true : undefined}
            style={{ height: virtualizer.getTotalSize() }}
            onPointerDown={onPointerDown}
          >
            {items.map(({ index, start, size }) => {
              const line = lineAt(table, index);
              return line ? (
                <TableLine
                  key={lineKey(line)}
                  line={line}
                  detail={detail}
                  pages={pages}
                  boundaries={boundaries}
                  state={state}
                  rowIndex={index + 2}
                  top={Math.max(10, detail.packets ?? 0, detail.base?.policyPackets ?? 0)}
                  hasCounters={hasCounters}
                  compact={compact}
                  lines={line.kind === 'rule' ? columns.linesOf(line) : 1}
                  moved={moved}
                  style={onPaper ? NO_PLACE : { transform: `translateY(${start}px)`, height: size }}
                  onSelect={select}
                />
              ) : null;
            })}
            {onPaper && table.lines > items.length ? (
              <p className="chain-printed">
                The first {count(items.length)} of {count(table.lines)} lines.
              </p>
            ) : null}
            <SupposedLine detail={detail} drag={drag} supposed={supposed} boundaries={boundaryPlaces} />
          </div>
        </div>
        <StickyRows
          lines={sticky.current}
          pages={pages}
          chain={detail.chain}
          height={heights.rule}
          top={headHeight}
          width={scroller.current?.clientWidth ?? 0}
          onShow={({ number }) => {
            const at = lineOfNumber(table, number);
            if (at !== null) moveTo(at);
          }}
          onClose={(line) => {
            const row = pages.row(line.path === '' ? detail.chain : chainAt(sticky.current, line), line.index);
            const at = lineOfNumber(table, line.number);
            const rule = at === null ? null : lineAt(table, at);
            if (row && rule?.kind === 'rule') {
              moveTo(at as number);
              state.toggle(rule, row);
            }
          }}
        />
      </div>
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
    </div>
  );
}

const NO_PLACE = {};

/** Lines on paper: of a chain of 10,000 rules nobody wants all. */
const MOST_PRINTED = 400;

/** In the place of what is in sight. Their height is their words'. */
function printed(table: Table): { index: number; start: number; size: number }[] {
  return Array.from({ length: Math.min(MOST_PRINTED, table.lines) }, (_, index) => ({ index, start: 0, size: 0 }));
}

/** The chain of the rule that a sticky line shows: the one that the line above it opened. */
function chainAt(lines: readonly StickyLine[], { path }: StickyLine): number {
  return lines.find(({ number }) => number === path)?.chain ?? -1;
}

/** The answer is the inspector's. */
function askWhoReaches(rule: number): void {
  store.getState().askReach({ kind: 'rule', rule });
  store.getState().togglePanel('findings', true);
}

/** Where the boundaries are that are drawn: those with a line of their own, the first rule's upper edge, and the end. */
function placesOf(
  table: Table,
  items: readonly { readonly index: number; readonly start: number; readonly size: number }[],
  { segments }: ChainDetail,
): BoundaryPlace[] {
  const found = new Map<number, number>();
  for (const { index, start, size } of items) {
    const line = lineAt(table, index);
    if (line?.kind === 'boundary') found.set(line.segment, start + size / 2);
    else if (line?.kind === 'end' && !found.has(segments.length)) found.set(segments.length, start);
    else if (line?.kind === 'rule' && line.path === '' && line.index === 1 && !found.has(0)) found.set(0, start);
  }
  return [...found].map(([segment, top]) => ({ segment, top }));
}

function HeaderRow({ hasCounters }: { readonly hasCounters: boolean }): ReactElement {
  const columns = [
    ['number', '#'],
    [
      'owner',
      <span key="owner" className="visually-hidden">
        owner
      </span>,
    ],
    ...(hasCounters ? [['packets', <PacketsHead key="packets" />] as const] : []),
    ['match', 'match'],
    ['verdict', 'verdict'],
    ['comment', 'comment'],
    ['line', 'line'],
  ] as const;
  return (
    // biome-ignore lint/a11y/useSemanticElements: as the table
    <div role="rowgroup" className="chain-head">
      <Row className="chain-line" rowIndex={1}>
        {columns.map(([name, words]) => (
          // biome-ignore lint/a11y/useSemanticElements: as the table
          // biome-ignore lint/a11y/useFocusableInteractive: the columns cannot be sorted: their order is the kernel's
          <span key={name} role="columnheader" className={`cell-${name}`}>
            {words}
          </span>
        ))}
      </Row>
    </div>
  );
}

/** Says that the bars are logarithmic, where there is room for it. */
function PacketsHead(): ReactElement {
  return (
    <span title="Bars on a logarithmic scale">
      packets<span className="head-log"> (log)</span>
    </span>
  );
}

/** Asks for the rows of the lines `first`..`last`, and for the first rule of the chain, whose id the others are counted from. */
function useNeededRows(pages: RowPages, table: Table, first: number, last: number): void {
  useEffect(() => {
    // While the scroll bar is dragged through a long chain only the places where it rests are asked for.
    const timer = setTimeout(() => {
      for (let at = first; at <= last; at++) {
        const line = lineAt(table, at);
        if (line?.kind === 'rule') pages.need(line.chain, line.index, line.index);
      }
    }, 15);
    return () => clearTimeout(timer);
  }, [pages, table, first, last]);
  useEffect(() => {
    const run = table.runs.find(({ kind }) => kind === 'rules');
    if (run?.kind === 'rules') pages.need(run.chain, 1, 1);
  }, [pages, table]);
}

/** The index of the selected rule, or of the selected segment's first rule, if it lies in this chain. */
function useSelectedIndex(detail: ChainDetail, { ruleId }: TableState): number | null {
  const selection = useStore((state) => state.selection);
  if (selection?.kind === 'segment' && selection.chain === detail.chain) {
    return detail.segments[selection.segment]?.from ?? null;
  }
  if (selection?.kind !== 'rule' || selection.chain !== detail.chain) return null;
  const first = ruleId(detail.chain, 1);
  return first === null ? null : selection.rule - first + 1;
}

/** Shows what was selected elsewhere, once: scrolling away from it afterwards is the user's choice. `show` says whether it is done. */
function useScrollToSelection(index: number | null, show: (index: number) => boolean, table: Table): void {
  const selection = useStore((state) => state.selection);
  const source = useStore((state) => state.selectionSource);
  const done = useRef<unknown>(null);
  const latest = useRef(show);
  latest.current = show;
  // biome-ignore lint/correctness/useExhaustiveDependencies: unfolding gives a new table, in which the rule can be shown
  useEffect(() => {
    if (index === null || done.current === selection) return;
    if (source === 'table' || latest.current(index)) done.current = selection;
  }, [index, selection, source, table]);
}

interface Cursor {
  /** The line of the selected rule; of several opened copies the one that the user is in. */
  readonly line: () => number | null;
  readonly set: (number: string) => void;
}

function useCursor({ table, ruleId }: TableState): Cursor {
  const last = useRef<string | null>(null);
  return {
    set: (number) => {
      last.current = number;
    },
    line: () => {
      const { selection } = store.getState();
      if (selection?.kind !== 'rule') return null;
      let found: number | null = null;
      table.runs.forEach((run, at) => {
        const first = run.kind === 'rules' && run.chain === selection.chain ? ruleId(run.chain, 1) : null;
        if (run.kind !== 'rules' || first === null) return;
        const index = selection.rule - first + 1;
        if (index < run.from || index >= run.from + run.count) return;
        if (found === null || lineNumber(run.path, index) === last.current) {
          found = (table.starts[at] as number) + index - run.from;
        }
      });
      return found;
    },
  };
}
