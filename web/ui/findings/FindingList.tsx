/** The findings as a list with one tab stop: arrows or j/k move, Enter opens, Escape closes, n/p open the next and the one before. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { OwnerId } from '../../owners/owner.ts';
import { useStore } from '../use-store.ts';
import { FindingItem } from './FindingItem.tsx';
import type { Finding } from './finding.ts';
import { keyAction } from './keys.ts';

/** More than this many are drawn only where they are seen. */
const VIRTUAL_FROM = 100;
/** Pixels: a closed finding with a title of one line. */
const CLOSED_HEIGHT = 55;

export interface FindingListProps {
  readonly findings: readonly Finding[];
  readonly open: string | null;
  readonly setOpen: (id: string | null) => void;
  readonly filtered: readonly OwnerId[];
  readonly onOwner: (owner: OwnerId) => void;
}

export function FindingList(props: FindingListProps): ReactElement {
  const { findings, open, setOpen, filtered, onOwner } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const openAt = findings.findIndex(({ id }) => id === open);
  const [focused, setFocused] = useState(0);
  const current = Math.min(focused, findings.length - 1);
  const isVirtual = findings.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: findings.length,
    enabled: isVirtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => CLOSED_HEIGHT,
    getItemKey: (index) => findings[index]?.id ?? index,
    overscan: 8,
  });

  const focusAt = (index: number): void => {
    setFocused(index);
    if (isVirtual) virtualizer.scrollToIndex(index, { align: 'auto' });
    const find = (): HTMLElement | null =>
      scroller.current?.querySelector<HTMLElement>(`[data-finding="${CSS.escape(findings[index]?.id ?? '')}"]`) ?? null;
    const button = find();
    if (button) button.focus();
    // Outside the drawn part: it is there after the next two frames (scroll, then draw).
    else requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()));
  };

  useScrollToSelected(openAt, (index) => {
    setFocused(index);
    if (isVirtual) virtualizer.scrollToIndex(index, { align: 'auto' });
    else {
      const id = CSS.escape(findings[index]?.id ?? '');
      scroller.current?.querySelector(`[data-finding="${id}"]`)?.closest('li')?.scrollIntoView({ block: 'nearest' });
    }
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const action = keyAction(event, current, findings.length, openAt);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (action.open !== undefined) setOpen(action.open === null ? null : (findings[action.open]?.id ?? null));
    if (action.focus !== undefined) focusAt(action.focus);
  };

  const item = (finding: Finding, index: number): ReactElement => (
    <FindingItem
      finding={finding}
      open={index === openAt}
      current={index === current}
      filtered={filtered}
      onToggle={() => setOpen(index === openAt ? null : finding.id)}
      onOwner={onOwner}
      onFocus={() => setFocused(index)}
      onKeyDown={onKeyDown}
    />
  );

  if (!isVirtual) {
    return (
      <div className="findings-scroller" ref={scroller}>
        <ul>
          {findings.map((finding, index) => (
            <li key={finding.id}>{item(finding, index)}</li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <div className="findings-scroller" ref={scroller}>
      <ul className="findings-virtual" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const finding = findings[index];
          return finding ? (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={findings.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              {item(finding, index)}
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}

/** Scrolls to the finding that was selected elsewhere: on the map, in the source, by a link. */
function useScrollToSelected(openAt: number, scrollTo: (index: number) => void): void {
  const selection = useStore((state) => (state.selection?.kind === 'finding' ? state.selection : null));
  const source = useStore((state) => state.selectionSource);
  const scroll = useRef(scrollTo);
  scroll.current = scrollTo;
  useEffect(() => {
    if (selection !== null && source !== 'findings' && openAt !== -1) scroll.current(openAt);
  }, [selection, source, openAt]);
}
