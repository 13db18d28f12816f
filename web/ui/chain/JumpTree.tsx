/**
 * The chains below as an icicle: depth to the right, heights by rules, worst-case evaluations or counters. A click fills the picture with a
 * chain, the steps above it lead back; a double click opens the chain.
 */
import { type ReactElement, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type Cell, layOutIcicle } from '../../layout/icicle.ts';
import { columnEdges, WHOLE_TREE, type Zoom } from '../../layout/icicle-zoom.ts';
import { ONE_LINE } from '../../render/icicle.ts';
import type { CallTree, ChainDetail, TreeMeasure } from '../../worker/protocol.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { plural } from '../shell/words.ts';
import { useAnswer } from '../use-answer.ts';
import { useStore } from '../use-store.ts';
import { cellLine, cellWords } from './cell-words.ts';
import { IciclePanel } from './IciclePanel.tsx';
import type { RowPages } from './row-pages.ts';
import { TreeCrumbs } from './TreeCrumbs.tsx';
import { crumbsOf, seenRules } from './tree-zoom.ts';
import { useElementSize } from './use-element-size.ts';

/** Pixels: narrower columns cannot be read; deeper levels are left out until the picture is zoomed in. */
const MIN_COLUMN = 88;
/** Levels that are drawn however narrow the panel: the chain, what it calls, what those call. */
const MIN_COLUMNS = 3;
/** Pixels: less cannot be told apart; it is scrolled then. */
const LEAST = 96;
const MEASURES = ['rules', 'evaluations', 'packets'] as const;
const TITLES: Readonly<Record<TreeMeasure, string>> = {
  rules: 'Heights by rules: a chain that is called twice counts twice',
  evaluations:
    'Heights by the rules that one packet is compared with at most; of rules that exclude each other the costliest',
  packets: 'Heights by the matches that the dump counted',
};

/** Of the rules. */
export type TreePlace = 'beside' | 'above';

export interface JumpTreeProps {
  readonly detail: ChainDetail;
  readonly pages: RowPages;
  readonly place: TreePlace;
}

export function JumpTree({ detail, pages, place }: JumpTreeProps): ReactElement {
  const [measure, setMeasure] = useState<TreeMeasure>('rules');
  const [zoom, setZoom] = useState<Zoom>(WHOLE_TREE);
  const hasCounters = useStore((state) => state.overview?.hasCounters ?? false);
  useSyncExternalStore(pages.subscribe, pages.version);
  // The rules come first: they are asked for, and the worker does one thing after the other.
  const first = useRef(false);
  first.current ||= pages.row(detail.chain, 1) !== undefined || detail.rules === 0;
  const { answer, status, error } = useAnswer('tree', first.current ? { chain: detail.chain, measure } : null);
  const tree = answer !== null && answer.chains[0] === detail.chain ? answer : null;
  return (
    <div className="jump-tree" data-place={place}>
      <div className="jump-tree-header">
        <h3 className="t-label" id="jump-tree">
          Jump tree
        </h3>
        <fieldset className="segmented" aria-label="Heights by">
          {(hasCounters ? MEASURES : MEASURES.slice(0, 2)).map((one) => (
            <button
              key={one}
              type="button"
              title={TITLES[one]}
              aria-pressed={measure === one}
              onClick={() => setMeasure(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
      </div>
      {status === 'failed' ? <p className="chain-note">The jump tree could not be drawn: {error?.message}</p> : null}
      {tree ? <ZoomedTree tree={tree} detail={detail} zoom={zoom} onZoom={setZoom} /> : null}
    </div>
  );
}

interface ZoomedTreeProps {
  readonly tree: CallTree;
  readonly detail: ChainDetail;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
}

function ZoomedTree({ tree, detail, zoom, onZoom }: ZoomedTreeProps): ReactElement {
  const [ref, { width, height }] = useElementSize<HTMLDivElement>();
  const owners = useOwners();
  const [told, setTold] = useState<Cell | null>(null);
  const icicle = useMemo(
    () =>
      height > 0 ? layOutIcicle({ tree, segments: detail.segments, zoom, height: Math.max(LEAST, height) }) : null,
    [tree, detail.segments, zoom, height],
  );
  const fit = Math.max(MIN_COLUMNS, Math.floor(width / MIN_COLUMN));
  const picture = useMemo(() => {
    if (!icicle) return null;
    const columns = Math.min(icicle.columns, fit);
    return {
      cells: icicle.cells.filter(({ depth }) => depth < columns),
      edges: columnEdges(icicle.cells, columns, width, ONE_LINE),
      height: icicle.height,
    };
  }, [icicle, fit, width]);
  const crumbs = useMemo(
    () =>
      crumbsOf(
        tree,
        zoom,
        { root: detail.name, owner: (segment) => lookOf(owners, detail.segments[segment]?.owner ?? '').short },
        seenRules(icicle?.cells ?? []),
      ),
    [tree, zoom, icicle, detail, owners],
  );
  return (
    <>
      {crumbs.length > 1 ? <TreeCrumbs crumbs={crumbs} onZoom={onZoom} /> : null}
      <div className="jump-tree-body" ref={ref}>
        {picture && width > 0 ? (
          <IciclePanel tree={tree} picture={picture} width={width} zoom={zoom} onZoom={onZoom} onTell={setTold} />
        ) : null}
      </div>
      <ToldLine tree={tree} cell={told} deeper={icicle ? Math.max(0, icicle.columns - fit) : 0} />
    </>
  );
}

interface ToldLineProps {
  readonly tree: CallTree;
  readonly cell: Cell | null;
  /** Levels for which there is no room. */
  readonly deeper: number;
}

/** What the pointer or the keyboard is at; else what can be done. */
function ToldLine({ tree, cell, deeper }: ToldLineProps): ReactElement {
  const owners = useOwners();
  if (!cell) {
    const more = deeper > 0 ? `, to ${plural(deeper, 'deeper level')} too` : '';
    return <p className="icicle-told quiet">{`A click goes in${more}; a double click opens the chain`}</p>;
  }
  const owner = lookOf(owners, cell.owner).short;
  return (
    <p className="icicle-told">
      <b>{cellWords(cell, owner, tree.measure).title}</b> {cellLine(cell, owner, tree.measure, tree.total[0] as number)}
    </p>
  );
}
