/** One line of the rules table, whatever it is. */
import type { CSSProperties, ReactElement } from 'react';
import { assertNever } from '../../base/assert.ts';
import type { ChainDetail } from '../../worker/protocol.ts';
import { segmentOf } from '../whatif/moves.ts';
import type { Boundary } from './chain-findings.ts';
import { RuleLine } from './RuleLine.tsx';
import type { RowPages } from './row-pages.ts';
import { type Line, lineNumber } from './runs.ts';
import { BoundaryLine, EmptyLine, EndLine, FoldLine } from './SpecialLines.tsx';
import type { RuleOfLine, TableState } from './use-table.ts';

export interface TableLineProps {
  readonly line: Line;
  readonly detail: ChainDetail;
  readonly pages: RowPages;
  readonly boundaries: readonly Boundary[];
  readonly state: TableState;
  readonly rowIndex: number;
  /** Packets that fill a bar. */
  readonly top: number;
  readonly hasCounters: boolean;
  readonly compact: boolean;
  /** That a rule takes. */
  readonly lines: number;
  /** Segments that are supposed to stand elsewhere, or not at all; a rule that is not there. */
  readonly moved: {
    readonly segments: readonly number[];
    readonly as: 'moved' | 'gone';
    readonly rule: number | null;
  };
  readonly style: CSSProperties;
  readonly onSelect: (line: RuleOfLine) => void;
}

export function TableLine(props: TableLineProps): ReactElement | null {
  const { line, detail, pages, boundaries, state, rowIndex, top, hasCounters, compact, lines, moved, style, onSelect } =
    props;
  const place = { rowIndex, style };
  switch (line.kind) {
    case 'rule': {
      const row = pages.row(line.chain, line.index);
      const segment = line.path === '' && detail.base ? segmentOf(detail.segments, line.index) : null;
      const first = segment !== null && detail.segments[segment]?.from === line.index;
      return (
        <RuleLine
          {...place}
          line={line}
          row={row}
          top={top}
          hasCounters={hasCounters}
          compact={compact}
          lines={lines}
          open={state.isOpen(lineNumber(line.path, line.index))}
          handle={segment !== null && detail.segments.length > 1 ? { segment, first } : null}
          moved={
            segment !== null && moved.segments.includes(segment)
              ? moved.as
              : row && row.rule === moved.rule
                ? 'gone'
                : null
          }
          onSelect={() => onSelect(line)}
          onToggle={() => row && state.toggle(line, row)}
        />
      );
    }
    case 'fold': {
      const owner = pages.row(line.chain, line.fold.from)?.owner ?? null;
      const onUnfold = (): void => state.unfold(line.path, line.fold);
      return <FoldLine {...place} fold={line.fold} depth={line.depth} owner={owner} onUnfold={onUnfold} />;
    }
    case 'boundary': {
      const boundary = boundaries.find(({ segment }) => segment === line.segment) ?? null;
      return <BoundaryLine {...place} detail={detail} boundary={boundary} />;
    }
    case 'empty':
      return <EmptyLine {...place} depth={line.depth} />;
    case 'end':
      return <EndLine {...place} detail={detail} top={top} hasCounters={hasCounters} />;
    default:
      return assertNever(line, 'line');
  }
}

/** Stays with the rule when lines above it open or close. */
export function lineKey(line: Line): string {
  switch (line.kind) {
    case 'rule':
      return `rule ${lineNumber(line.path, line.index)}`;
    case 'fold':
      return `fold ${line.path}:${line.fold.from}`;
    case 'boundary':
      return `boundary ${line.segment}`;
    case 'empty':
      return `empty ${line.path}`;
    case 'end':
      return 'end';
    default:
      return assertNever(line, 'line');
  }
}
