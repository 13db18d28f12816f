/** The opened chains that the first visible line lies in, above the table: which one, how far in, and the way to its calling rule. */
import type { ReactElement } from 'react';
import { useOwner } from '../inspector/owners.tsx';
import { openChain } from '../inspector/reveal.ts';
import { count } from '../shell/words.ts';
import type { RowPages } from './row-pages.ts';
import type { StickyLine } from './sticky.ts';

export interface StickyRowsProps {
  readonly lines: readonly StickyLine[];
  readonly pages: RowPages;
  /** The chain that the view shows. */
  readonly chain: number;
  /** Pixels: of one line, of what stands above them, and without the scroll bar. */
  readonly height: number;
  readonly top: number;
  readonly width: number;
  readonly onShow: (line: StickyLine) => void;
  readonly onClose: (line: StickyLine) => void;
}

export function StickyRows({
  lines,
  pages,
  chain,
  height,
  top,
  width,
  onShow,
  onClose,
}: StickyRowsProps): ReactElement {
  return (
    <nav className="sticky-rows" aria-label="Opened chains" style={{ top, width }} hidden={lines.length === 0}>
      {lines.map((line, at) => (
        <StickyRow
          key={line.number}
          line={line}
          caller={lines[at - 1]?.chain ?? chain}
          pages={pages}
          height={height}
          onShow={() => onShow(line)}
          onClose={() => onClose(line)}
        />
      ))}
    </nav>
  );
}

interface StickyRowProps {
  readonly line: StickyLine;
  /** The chain of the rule that calls. */
  readonly caller: number;
  readonly pages: RowPages;
  readonly height: number;
  readonly onShow: () => void;
  readonly onClose: () => void;
}

function StickyRow({ line, caller, pages, height, onShow, onClose }: StickyRowProps): ReactElement | null {
  const row = pages.row(caller, line.index);
  const owner = useOwner(row?.owner ?? '');
  if (!row) return null;
  const name = row.verdict.detail;
  return (
    <div className="sticky-row" style={{ height }} data-slot={owner.slot}>
      <span className="sticky-number">{line.number}</span>
      <span className="sticky-owner" title={owner.name} />
      <button
        type="button"
        className="sticky-close"
        aria-label={`Close ${name}`}
        title={`Close ${name}`}
        tabIndex={-1}
        onClick={onClose}
      >
        ▾
      </button>
      <button
        type="button"
        className="sticky-name"
        tabIndex={-1}
        title={`To rule ${line.number}, which calls it`}
        onClick={onShow}
      >
        <span>in</span> <b>{name}</b>
        <span>
          {row.verdict.kind === 'goto' ? 'by goto' : 'called'} from rule {line.number}
          {row.verdict.below > 0 ? ` · ${count(row.verdict.below)} rules with all below` : ''}
        </span>
      </button>
      <button
        type="button"
        className="sticky-open"
        tabIndex={-1}
        aria-label={`Open ${name} in the chain view`}
        onClick={() => openChain(line.chain, 'table')}
      >
        open
      </button>
    </div>
  );
}
