/** The cells of the icicle as items of a tree: invisible, each where its cell is drawn. */
import { memo, type ReactElement, useMemo } from 'react';
import type { Cell } from '../../layout/icicle.ts';
import type { Zoom } from '../../layout/icicle-zoom.ts';
import { ONE_LINE, placeOf } from '../../render/icicle.ts';
import type { CallTree, TreeMeasure } from '../../worker/protocol.ts';
import { lookOf, type OwnerLook, useOwners } from '../inspector/owners.tsx';
import { useStore } from '../use-store.ts';
import { cellWords, isSelected } from './cell-words.ts';

/** Flatter cells are items too as far as they are this near to the present one. */
const NEAR = 12;

export function itemId({ key }: Cell): string {
  return `icicle-${key.replaceAll('/', '_').replace('*', 'all')}`;
}

export interface IcicleItemsProps {
  readonly tree: CallTree;
  readonly cells: readonly Cell[];
  readonly edges: readonly number[];
  readonly zoom: Zoom;
  readonly current: string | null;
}

interface Item {
  readonly cell: Cell;
  /** From 1, among those with the same caller. */
  readonly position: number;
  readonly siblings: number;
}

export const IcicleItems = memo(function IcicleItems({ tree, cells, edges, zoom, current }: IcicleItemsProps) {
  const owners = useOwners();
  const selection = useStore((state) => state.selection);
  const items = useMemo(() => itemsOf(cells, current), [cells, current]);
  const callers = useMemo(() => new Set(cells.map(({ parent }) => parent)), [cells]);
  const above = zoom.path.length;
  return (
    <>
      {items.map(({ cell, position, siblings }) => (
        <ItemBox
          key={cell.key}
          cell={cell}
          edges={edges}
          measure={tree.measure}
          owner={lookOf(owners, cell.owner)}
          level={above + cell.depth + 1}
          position={position}
          siblings={siblings}
          selected={isSelected(cell, selection)}
          open={callers.has(cell.key)}
        />
      ))}
    </>
  );
});

interface ItemBoxProps {
  readonly cell: Cell;
  readonly edges: readonly number[];
  readonly measure: TreeMeasure;
  readonly owner: OwnerLook;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly selected: boolean;
  readonly open: boolean;
}

function ItemBox({
  cell,
  edges,
  measure,
  owner,
  level,
  position,
  siblings,
  selected,
  open,
}: ItemBoxProps): ReactElement {
  const { x, y, width, height } = placeOf(cell, edges);
  const { title, detail } = cellWords(cell, owner.short, measure);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its present item
    <div
      id={itemId(cell)}
      role="treeitem"
      className="icicle-item"
      data-key={cell.key}
      aria-label={[title, detail, ...(cell.kind === 'segment' ? [] : [owner.short])].join(', ')}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={selected}
      aria-expanded={cell.calls ? open : undefined}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
    />
  );
}

/** Those with room for a line, and those around the present one. Cost: linear in the cells. */
function itemsOf(cells: readonly Cell[], current: string | null): Item[] {
  const at = cells.findIndex(({ key }) => key === current);
  const counts = new Map<string | null, number>();
  const positions = cells.map(({ parent }) => {
    const position = (counts.get(parent) ?? 0) + 1;
    counts.set(parent, position);
    return position;
  });
  return cells.flatMap((cell, place) =>
    cell.height >= ONE_LINE || (at !== -1 && Math.abs(place - at) <= NEAR) || cell.parent === current
      ? [{ cell, position: positions[place] as number, siblings: counts.get(cell.parent) as number }]
      : [],
  );
}
