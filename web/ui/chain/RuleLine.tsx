/** One rule as a row: number, owner, packets, match as tokens, verdict, comment, line in the source. */

import { type CSSProperties, type MouseEvent, memo, type ReactElement } from 'react';
import { noteOfRule } from '../../state/notes.ts';
import type { MatchToken, RuleRow } from '../../worker/protocol.ts';
import { useOwner } from '../inspector/owners.tsx';
import { openChain, openSource } from '../inspector/reveal.ts';
import { NoteMark } from '../notes/NoteMark.tsx';
import { count, plural } from '../shell/words.ts';
import { Icon } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { Cell, Row } from './cells.tsx';
import { barLength, shortCount } from './packet-bar.ts';
import { type Line, lineNumber, WIDEST_NUMBER } from './runs.ts';
import { shownComment, shownTokens } from './tokens.ts';

export interface RuleLineProps {
  readonly line: Extract<Line, { kind: 'rule' }>;
  /** Undefined until it has arrived. */
  readonly row: RuleRow | undefined;
  readonly rowIndex: number;
  /** Packets that fill a bar. */
  readonly top: number;
  readonly hasCounters: boolean;
  readonly compact: boolean;
  /** That the match takes. */
  readonly lines: number;
  readonly open: boolean;
  /** The segment that the stripe moves, and whether the rule is its first; null: nothing to move. */
  readonly handle: { readonly segment: number; readonly first: boolean } | null;
  /** Supposed to stand elsewhere, or not at all. */
  readonly moved: 'moved' | 'gone' | null;
  readonly style: CSSProperties;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
}

export const RuleLine = memo(drawRuleLine, (a, b) => {
  // The handlers are made anew for each drawing of the table and do the same as long as the rest is the same.
  return (
    a.row === b.row &&
    a.rowIndex === b.rowIndex &&
    a.top === b.top &&
    a.hasCounters === b.hasCounters &&
    a.compact === b.compact &&
    a.lines === b.lines &&
    a.open === b.open &&
    a.moved === b.moved &&
    a.handle?.segment === b.handle?.segment &&
    a.handle?.first === b.handle?.first &&
    a.line.path === b.line.path &&
    a.line.index === b.line.index &&
    a.style.transform === b.style.transform &&
    a.style.height === b.style.height
  );
});

function drawRuleLine(props: RuleLineProps): ReactElement {
  const { row } = props;
  return row ? <LoadedLine {...props} row={row} /> : <WaitingLine {...props} />;
}

function WaitingLine({ line, rowIndex, style }: RuleLineProps): ReactElement {
  return (
    <Row className="chain-line chain-rule" rowIndex={rowIndex} style={style} data-waiting>
      <Cell className="cell-number">{lineNumber(line.path, line.index)}</Cell>
      <Cell className="cell-match">
        <span className="visually-hidden">reading…</span>
      </Cell>
    </Row>
  );
}

function LoadedLine(props: RuleLineProps & { readonly row: RuleRow }): ReactElement {
  const { line, row, rowIndex, top, hasCounters, lines, open, handle, moved, style, onSelect, onToggle } = props;
  const selected = useStore(({ selection }) => isSelected(selection, row));
  const hovered = useStore(({ hover }) => hover?.kind === 'rule' && hover.rule === row.rule);
  const dimmed = useStore((state) => state.dimmed.includes(row.owner));
  const note = useStore((state) => noteOfRule(state, row.rule));
  const owner = useOwner(row.owner);
  const setHover = (on: boolean): void =>
    store.getState().setHover(on ? { kind: 'rule', chain: row.chain, rule: row.rule } : null);
  return (
    <Row
      className="chain-line chain-rule"
      rowIndex={rowIndex}
      aria-current={selected || undefined}
      data-hovered={hovered || undefined}
      data-dimmed={dimmed || undefined}
      data-highlighted={note?.highlight || undefined}
      data-depth={line.depth || undefined}
      data-lines={lines > 1 ? lines : undefined}
      data-moved={moved ?? undefined}
      style={{ ...style, '--depth': line.depth, '--lines': lines } as CSSProperties}
      onClick={onSelect}
      onMouseEnter={() => setHover(true)}
      onMouseLeave={() => setHover(false)}
    >
      <Cell className="cell-number" title={lineNumber(line.path, line.index)}>
        {shortNumber(lineNumber(line.path, line.index))}
        <NoteMark note={note} />
      </Cell>
      <Cell
        className="cell-owner"
        data-slot={owner.slot}
        title={handle ? `${owner.name}. Drag, or Alt+↑ and Alt+↓: what if these rules stood elsewhere?` : owner.name}
        {...(handle ? { 'data-handle': handle.first ? 'first' : 'rest', 'data-segment': handle.segment } : {})}
      >
        <span className="visually-hidden">{owner.short}</span>
      </Cell>
      {hasCounters ? <Packets packets={row.packets} bytes={row.bytes} top={top} /> : null}
      <MatchCell row={row} open={open} onToggle={onToggle} />
      <VerdictCell row={row} />
      <Cell className="cell-comment" title={row.comment}>
        {shownComment(row)}
      </Cell>
      <Cell className="cell-line">
        <button
          type="button"
          className="mono"
          tabIndex={-1}
          aria-label={`Line ${row.line} of the source`}
          onClick={(event) => {
            event.stopPropagation();
            onSelect();
            openSource(row.document, row.span.start);
          }}
        >
          {row.line}
        </button>
      </Cell>
    </Row>
  );
}

/** `7777.12` is longer than the column: `….12`, below the row that it belongs to. */
function shortNumber(number: string): string {
  return number.includes('.') && number.length > WIDEST_NUMBER ? `…${number.slice(number.lastIndexOf('.'))}` : number;
}

function isSelected(selection: ReturnType<typeof store.getState>['selection'], row: RuleRow): boolean {
  return selection?.kind === 'rule' && selection.rule === row.rule;
}

interface PacketsProps {
  readonly packets: number | null;
  readonly bytes: number | null;
  readonly top: number;
}

export function Packets({ packets, bytes, top }: PacketsProps): ReactElement {
  if (packets === null) {
    return (
      <Cell className="cell-packets">
        <span className="visually-hidden">no counter</span>
      </Cell>
    );
  }
  return (
    <Cell
      className="cell-packets"
      title={bytes === null ? plural(packets, 'packet') : `${plural(packets, 'packet')}, ${plural(bytes, 'byte')}`}
    >
      <span className="packet-bar" style={{ '--length': barLength(packets, top) } as CSSProperties} />
      <span className="packet-count">{shortCount(packets)}</span>
    </Cell>
  );
}

interface MatchCellProps {
  readonly row: RuleRow;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function MatchCell({ row, open, onToggle }: MatchCellProps): ReactElement {
  const { match, verdict } = row;
  const comment = shownComment(row);
  const canOpen = verdict.target !== null && verdict.below > 0;
  return (
    <Cell className="cell-match" title={match.length > 0 ? match.map(tokenText).join(', ') : undefined}>
      <span className="cell-toggle">
        {canOpen ? (
          <button
            type="button"
            tabIndex={-1}
            aria-expanded={open}
            aria-label={`Rules of ${verdict.detail} here`}
            onClick={(event: MouseEvent) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <span className="triangle" data-open={open || undefined} />
          </button>
        ) : null}
      </span>
      {match.length === 0 ? (
        <span className="match-any">any packet</span>
      ) : (
        shownTokens(match).map((token, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule may test one field twice; its tokens never move
          <Token key={index} token={token} />
        ))
      )}
      {comment === '' ? null : <span className="match-comment">{comment}</span>}
    </Cell>
  );
}

function Token({ token }: { readonly token: MatchToken }): ReactElement {
  const { field, op, value, meaning, opaque } = token;
  return (
    <>
      <span className="token" data-opaque={opaque}>
        {field === '' ? null : <span className="token-field">{op === '' ? field : `${field} ${op}`}</span>}
        {value === '' ? null : <span className="token-value mono">{value}</span>}
        {opaque ? <span className="visually-hidden"> (kept as it is, not interpreted)</span> : null}
      </span>
      {meaning === null ? null : <span className="token-meaning">{meaning}</span>}
    </>
  );
}

function tokenText({ field, op, value, meaning }: MatchToken): string {
  const words = [field, op, value].filter((part) => part !== '').join(' ');
  return meaning === null ? words : `${words} (${meaning})`;
}

function VerdictCell({ row }: { readonly row: RuleRow }): ReactElement {
  const { kind, detail, target, below } = row.verdict;
  if (target === null) {
    return (
      <Cell className="cell-verdict" title={detail === '' ? undefined : `${kind} ${detail}`}>
        <b className={kind === 'continue' ? 'verdict-none' : undefined}>{kind}</b>
        {detail === '' ? null : (
          <span className={kind === 'reject' ? 'verdict-detail quiet' : 'verdict-detail mono'}>{detail}</span>
        )}
      </Cell>
    );
  }
  return (
    <Cell className="cell-verdict">
      <span className="verdict-jump">{kind}</span>
      <button
        type="button"
        className="verdict-target"
        tabIndex={-1}
        title={`Show ${detail}`}
        aria-label={detail}
        onClick={(event) => {
          event.stopPropagation();
          openChain(target, 'table');
        }}
      >
        <TargetName name={detail} />
      </button>
      {below === 0 ? (
        <span className="verdict-empty">empty</span>
      ) : (
        <span className="quiet verdict-below" title={`${plural(below, 'rule')} there and below`}>
          <Icon name="chevron-right" size={10} />
          {count(below)}
        </span>
      )}
    </Cell>
  );
}

/** Names that end in a hash keep their last three characters when they are cut: they tell one Service from another. */
function TargetName({ name }: { readonly name: string }): ReactElement {
  const cut = /-(?=[^-]*\d)[^-]{8,}$/.test(name) ? name.length - 3 : name.length;
  return (
    <>
      <span className="verdict-head">{name.slice(0, cut)}</span>
      <span>{name.slice(cut)}</span>
    </>
  );
}
