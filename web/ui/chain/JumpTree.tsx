/**
 * The chains below as an icicle: depth to the right, heights by rules, worst-case evaluations or counters. The same cells are a tree for keyboard
 * and screen readers: arrows walk, Enter opens the chain.
 */
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactElement,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { openChain } from '../inspector/reveal.ts';
import { count, plural } from '../shell/words.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { type Cell, layOutIcicle, type Measure } from './icicle.ts';
import { shortCount } from './packet-bar.ts';
import type { RowPages } from './row-pages.ts';
import { pinShownChain } from './shown-chain.ts';
import { treeKey } from './tree-keys.ts';
import { useElementSize } from './use-element-size.ts';

/** Levels and cells that are asked for: more would be too small to see. */
const DEPTH = 6;
const LIMIT = 320;
/** Pixels: narrower columns cannot be read; deeper levels are left out instead. */
const MIN_COLUMN = 60;
/** Levels that are drawn however narrow the panel: the chain, what it calls, what those call. */
const MIN_COLUMNS = 3;
/** Pixels: room for one line of text, and for two. */
const ONE_LINE = 13;
const TWO_LINES = 36;
/** Pixels: cells higher than this are areas, on a weaker ground. */
const AREA = 60;

export interface JumpTreeProps {
  readonly detail: ChainDetail;
  readonly pages: RowPages;
}

export function JumpTree({ detail, pages }: JumpTreeProps): ReactElement {
  const [measure, setMeasure] = useState<Measure>('rules');
  const hasCounters = useStore((state) => state.overview?.hasCounters ?? false);
  const { answer, status, error } = useAnswer('tree', { chain: detail.chain, depth: DEPTH, limit: LIMIT });
  useSyncExternalStore(pages.subscribe, pages.version);
  const firstRule = pages.row(detail.chain, 1)?.rule ?? null;
  const [ref, { width, height }] = useElementSize<HTMLDivElement>();
  const icicle = useMemo(
    () =>
      answer && firstRule !== null && height > 0
        ? layOutIcicle({
            tree: answer,
            segments: detail.segments,
            firstRule,
            measure,
            height: Math.max(160, height - 8),
          })
        : null,
    [answer, detail.segments, firstRule, measure, height],
  );
  const fit = Math.max(MIN_COLUMNS, Math.floor(width / MIN_COLUMN));
  const columns = Math.min(icicle?.columns ?? 1, fit);
  return (
    <div className="jump-tree">
      <div className="jump-tree-header">
        <h3 className="t-label" id="jump-tree">
          Jump tree
        </h3>
        <fieldset className="segmented" aria-label="Heights by">
          {(hasCounters ? MEASURES : MEASURES.slice(0, 2)).map((one) => (
            <button key={one} type="button" aria-pressed={measure === one} onClick={() => setMeasure(one)}>
              {one}
            </button>
          ))}
        </fieldset>
      </div>
      <div className="jump-tree-body" ref={ref}>
        {status === 'failed' ? <p className="chain-note">The jump tree could not be drawn: {error?.message}</p> : null}
        {icicle ? (
          <Cells
            cells={icicle.cells.filter(({ depth }) => depth < columns)}
            height={icicle.height}
            edges={columnEdges(icicle.cells, columns, width)}
            measure={measure}
          />
        ) : null}
      </div>
      {icicle && columns < icicle.columns ? (
        <p className="jump-tree-more">{plural(icicle.columns - columns, 'deeper level')} where there is more width</p>
      ) : null}
    </div>
  );
}

interface CellsProps {
  readonly cells: readonly Cell[];
  readonly height: number;
  /** Where each column begins, and the last one ends. */
  readonly edges: readonly number[];
  readonly measure: Measure;
}

function Cells({ cells, height, edges, measure }: CellsProps): ReactElement {
  const tree = useRef<HTMLDivElement>(null);
  const byKey = useMemo(() => new Map(cells.map((cell) => [cell.key, cell])), [cells]);
  const [focused, setFocused] = useState('0');
  const current = byKey.has(focused) ? focused : (cells[0]?.key ?? '');

  const onKeyDown = (event: KeyboardEvent): void => {
    const cell = byKey.get(current);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      openCell(cell);
      return;
    }
    if (event.key === ' ') {
      event.preventDefault();
      selectCell(cell);
      return;
    }
    const next = treeKey(event.key, cells, cell);
    if (!next) return;
    event.preventDefault();
    setFocused(next.key);
    tree.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus();
  };

  return (
    <div
      className="jump-tree-cells"
      role="tree"
      aria-labelledby="jump-tree"
      ref={tree}
      style={{ height }}
      onKeyDown={onKeyDown}
    >
      {cells.map((cell) => (
        <CellBox
          key={cell.key}
          cell={cell}
          edges={edges}
          name={nameOf(cell, byKey)}
          measure={measure}
          current={cell.key === current}
          onFocus={() => setFocused(cell.key)}
        />
      ))}
    </div>
  );
}

function selectCell(cell: Cell): void {
  pinShownChain();
  store
    .getState()
    .select(
      cell.kind === 'segment'
        ? { kind: 'segment', chain: cell.chain, segment: cell.segment }
        : { kind: 'chain', chain: cell.chain },
      'tree',
    );
}

function openCell(cell: Cell): void {
  if (cell.kind === 'segment' || cell.kind === 'rest') selectCell(cell);
  else openChain(cell.chain, 'tree');
}

interface CellBoxProps {
  readonly cell: Cell;
  readonly name: string;
  readonly edges: readonly number[];
  readonly measure: Measure;
  readonly current: boolean;
  readonly onFocus: () => void;
}

function CellBox({ cell, name, edges, measure, current, onFocus }: CellBoxProps): ReactElement {
  const look = lookOf(useOwners(), cell.owner);
  const selected = useStore(({ selection }) =>
    cell.kind === 'segment'
      ? selection?.kind === 'segment' && selection.chain === cell.chain && selection.segment === cell.segment
      : cell.kind !== 'rest' && selection?.kind === 'chain' && selection.chain === cell.chain,
  );
  const dimmed = useStore((state) => state.dimmed.includes(cell.owner));
  const { title, detail } = wordsOf(cell, look.short, measure);
  const x = edges[cell.depth] ?? 0;
  const end = edges[cell.depth + 1] ?? x;
  const style = {
    transform: `translate(${x}px, ${cell.y}px)`,
    width: Math.max(4, end - x - 5),
    height: cell.height,
    // One tooth per chain as long as a tooth can be seen.
    '--tooth': `${Math.max(4, cell.height / cell.chains)}px`,
  } as CSSProperties;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its items
    <div
      role="treeitem"
      className="jump-cell"
      data-key={cell.key}
      data-kind={cell.kind}
      data-slot={look.slot}
      data-area={cell.height > AREA || undefined}
      data-dimmed={dimmed || undefined}
      aria-level={cell.depth + 1}
      aria-selected={selected}
      tabIndex={current ? 0 : -1}
      title={`${title}\n${detail}${cell.kind === 'segment' || cell.kind === 'rest' ? '' : '\nDouble-click or Enter opens it'}`}
      style={style}
      onFocus={onFocus}
      onClick={() => selectCell(cell)}
      onDoubleClick={() => openCell(cell)}
      onMouseEnter={() => {
        if (cell.kind !== 'segment') store.getState().setHover({ kind: 'chain', chain: cell.chain });
      }}
      onMouseLeave={() => store.getState().setHover(null)}
    >
      <span className="visually-hidden">{`${title}, ${detail}, ${look.short}`}</span>
      {cell.height >= ONE_LINE ? (
        <span aria-hidden="true" className="jump-cell-text" data-one={cell.height < TWO_LINES || undefined}>
          <span className="jump-cell-title">{cell.kind === 'chain' ? name : title}</span>
          {cell.height >= TWO_LINES ? <span className="jump-cell-detail">{detail}</span> : null}
        </span>
      ) : null}
    </div>
  );
}

/** Columns in which nothing can be written get less. */
function columnEdges(cells: readonly Cell[], columns: number, width: number): number[] {
  const weights = Array.from({ length: columns }, (_, column) =>
    cells.some(({ depth, height }) => depth === column && height >= ONE_LINE) ? 1 : 0.3,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const edges = [0];
  for (const weight of weights) edges.push((edges.at(-1) ?? 0) + (weight / total) * width);
  return edges;
}

const MEASURES = ['rules', 'evaluations', 'packets'] as const;
/** Without the prefix that its caller has too: `from-wl-dispatch` below `cali-FORWARD`. */
function nameOf(cell: Cell, byKey: ReadonlyMap<string, Cell>): string {
  const caller = cell.parent === null ? undefined : byKey.get(cell.parent);
  const prefix = cell.name.slice(0, cell.name.indexOf('-') + 1);
  return prefix !== '' && caller?.kind === 'chain' && caller.name.startsWith(prefix)
    ? cell.name.slice(prefix.length)
    : cell.name;
}

function wordsOf(cell: Cell, owner: string, measure: Measure): { readonly title: string; readonly detail: string } {
  // A packet that several rules match counts at each.
  const unit =
    measure === 'packets'
      ? `${shortCount(Math.round(cell.size))} matches`
      : plural(Math.round(cell.size), measure === 'rules' ? 'rule' : 'evaluation');
  if (cell.kind === 'segment') {
    return { title: owner, detail: measure === 'packets' ? unit : plural(cell.rules ?? 0, 'rule') };
  }
  if (cell.kind === 'rest') return { title: 'not drawn', detail: unit };
  if (cell.chains > 1) {
    const each =
      measure === 'rules'
        ? cell.rules === null
          ? `${count(cell.chains)} chains`
          : `${count(cell.chains)} × ${plural(cell.rules, 'rule')}`
        : `${count(cell.chains)} chains, ${unit}`;
    return { title: `${shorten(cell.name)}`, detail: each };
  }
  const own = measure === 'rules' ? plural(cell.rules ?? 0, 'rule') : unit;
  return { title: cell.name, detail: cell.goto ? `${own}, by goto` : own };
}

/** `cali-fw-…`: the part that chains of one kind share. */
function shorten(name: string): string {
  const cut = name.lastIndexOf('-');
  return cut <= 0 ? `${name}…` : `${name.slice(0, cut)}-…`;
}
