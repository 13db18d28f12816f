/** The lines of the rules table that are no rules: boundaries between owners, folded runs, empty chains, and the end with the policy. */
import type { CSSProperties, ReactElement } from 'react';
import { SIGN_WORD } from '../../layout/signs.ts';
import type { ChainDetail } from '../../worker/protocol.ts';
import { KnownOwnerTag, lookOf, OwnerTag, useOwner, useOwners } from '../inspector/owners.tsx';
import { openChain } from '../inspector/reveal.ts';
import { count, plural } from '../shell/words.ts';
import { Icon, Sign } from '../theme/marks.tsx';
import { store } from '../use-store.ts';
import { signed } from './ChainHeader.tsx';
import { Cell, Row } from './cells.tsx';
import { type Boundary, useOverruling } from './chain-findings.ts';
import type { Fold } from './fold.ts';
import { Packets } from './RuleLine.tsx';
import { pinShownChain } from './shown-chain.ts';

interface LineProps {
  readonly rowIndex: number;
  readonly style: CSSProperties;
}

export interface BoundaryLineProps extends LineProps {
  readonly detail: ChainDetail;
  readonly boundary: Boundary | null;
}

export function BoundaryLine({ detail, boundary, rowIndex, style }: BoundaryLineProps): ReactElement | null {
  const above = boundary ? detail.segments[boundary.segment - 1] : undefined;
  const below = boundary ? detail.segments[boundary.segment] : undefined;
  const order = useOrderWords(above?.owner ?? null, below?.owner ?? null);
  if (!boundary) return null;
  const [finding, ...more] = boundary.findings;
  const words =
    finding && boundary.repeated
      ? `${order}: ${SIGN_WORD[finding.sign]}`
      : finding
        ? here(finding.title, detail)
        : order;
  return (
    <Row className="chain-line chain-boundary" rowIndex={rowIndex} style={style}>
      <Cell className="boundary-cell">
        <span className="boundary-sign">
          {finding ? <Sign sign={finding.sign} severity={finding.severity} size={15} /> : null}
        </span>
        <span className="boundary-owners">
          {above ? <OwnerTag owner={above.owner} /> : null}
          {above && below ? <span className="boundary-dash" /> : null}
          {below ? <OwnerTag owner={below.owner} /> : null}
        </span>
        {finding ? (
          <button
            type="button"
            className="boundary-finding"
            tabIndex={-1}
            title={finding.title}
            onClick={() => {
              pinShownChain();
              store.getState().select({ kind: 'finding', finding: finding.id }, 'table');
              store.getState().togglePanel('findings', true);
            }}
          >
            {words}
          </button>
        ) : (
          <span className="boundary-words">{words}</span>
        )}
        {more.length > 0 ? (
          <span className="quiet boundary-more" title={more.map(({ title }) => title).join('\n')}>
            and {more.length} more
          </span>
        ) : null}
      </Cell>
    </Row>
  );
}

/** In its own table the chain's name says nothing. */
function here(title: string, { table, name }: ChainDetail): string {
  return title.replace(` in ${table} ${name}`, '');
}

/** `Docker after Tailscale`; at the chain's edges there is only one. */
function useOrderWords(above: string | null, below: string | null): string {
  const owners = useOwners();
  const name = (owner: string): string => lookOf(owners, owner).short;
  if (above !== null && below !== null) return `${name(below)} after ${name(above)}`;
  if (below !== null) return `${name(below)} first`;
  return 'policy';
}

export interface FoldLineProps extends LineProps {
  readonly fold: Fold;
  readonly depth: number;
  readonly owner: string | null;
  readonly onUnfold: () => void;
}

export function FoldLine({ fold, depth, owner, rowIndex, style, onUnfold }: FoldLineProps): ReactElement {
  const { slot } = useOwner(owner ?? 'unknown');
  return (
    <Row
      className="chain-line chain-fold"
      rowIndex={rowIndex}
      style={{ ...style, '--depth': depth } as CSSProperties}
      data-depth={depth || undefined}
    >
      <Cell className="cell-number">…</Cell>
      <Cell className="cell-owner" data-slot={slot} />
      <Cell className="fold-cell">
        <button type="button" tabIndex={-1} title={`Show rules ${fold.from} to ${fold.to}`} onClick={onUnfold}>
          {count(fold.to - fold.from + 1)} more of this shape
        </button>
        <span className="quiet">{fold.words}</span>
      </Cell>
    </Row>
  );
}

export function EmptyLine({ depth, rowIndex, style }: LineProps & { readonly depth: number }): ReactElement {
  return (
    <Row
      className="chain-line"
      rowIndex={rowIndex}
      style={{ ...style, '--depth': depth } as CSSProperties}
      data-depth={depth || undefined}
    >
      <Cell className="cell-number" />
      <Cell className="empty-cell">
        <span className="verdict-empty">empty</span>
        <span className="quiet">no rules in this chain</span>
      </Cell>
    </Row>
  );
}

export interface EndLineProps extends LineProps {
  readonly detail: ChainDetail;
  readonly top: number;
  readonly hasCounters: boolean;
}

/** The policy, or the way back to the caller, and what runs next. */
export function EndLine({ detail, top, hasCounters, rowIndex, style }: EndLineProps): ReactElement {
  return (
    <div className="chain-end" role="presentation" style={style}>
      {detail.base ? (
        <PolicyRow detail={detail} base={detail.base} top={top} hasCounters={hasCounters} rowIndex={rowIndex} />
      ) : (
        <Row className="chain-line" rowIndex={rowIndex}>
          <Cell className="cell-number" />
          <Cell className="empty-cell quiet">end of the chain: back to the rule after the one that called it</Cell>
        </Row>
      )}
    </div>
  );
}

interface PolicyRowProps {
  readonly detail: ChainDetail;
  readonly base: NonNullable<ChainDetail['base']>;
  readonly top: number;
  readonly hasCounters: boolean;
  readonly rowIndex: number;
}

function PolicyRow({ detail, base, top, hasCounters, rowIndex }: PolicyRowProps): ReactElement {
  const { policy, policyPackets } = base;
  return (
    <>
      <Row className="chain-line chain-policy" data-policy={policy} rowIndex={rowIndex}>
        <Cell className="cell-number" />
        <Cell className="cell-owner" />
        {hasCounters ? <Packets packets={policyPackets} bytes={null} top={top} /> : null}
        <Cell className="cell-match">
          <span className="cell-toggle" />
          <b>policy {policy}</b>
        </Cell>
        <Cell className="cell-verdict">
          {policyPackets === null || policy === 'accept' ? '' : `${plural(policyPackets, 'packet')} end here`}
        </Cell>
        <Cell className="cell-comment" />
        <Cell className="cell-line">
          <span className="mono">{detail.line}</span>
        </Cell>
      </Row>
      <NextLine detail={detail} base={base} rowIndex={rowIndex + 1} />
    </>
  );
}

function NextLine({
  detail,
  base,
  rowIndex,
}: Pick<PolicyRowProps, 'detail' | 'base' | 'rowIndex'>): ReactElement | null {
  const overruling = useOverruling(detail);
  const { next } = base;
  if (!next) return null;
  return (
    <Row className="chain-onward" rowIndex={rowIndex}>
      <Cell>
        <Icon name="arrow-down" />
        <span>What {detail.name} accepts goes on to</span>
        <button
          type="button"
          className="chain-onward-button"
          tabIndex={-1}
          onClick={() => openChain(next.chain, 'table')}
        >
          <KnownOwnerTag owner={next.owner} />
          {next.name}
        </button>
        <span className="mono quiet">{signed(next.effectivePriority)}</span>
        {overruling ? (
          <span className="chain-onward-finding">
            <Sign sign={overruling.sign} severity={overruling.severity} size={15} /> {overruling.title}
          </span>
        ) : null}
      </Cell>
    </Row>
  );
}
