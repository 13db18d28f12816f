/** What the map says about the thing under the pointer or the focus. Decoration to screen readers: the buttons' labels say the same. */
import { type ReactElement, useLayoutEffect, useRef } from 'react';
import { assertNever } from '../../base/assert.ts';
import type { CardModel, HookMapModel, HookModel, MapMark } from '../../layout/hook-map-model.ts';
import type { MapTarget } from '../../render/hook-map-target.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';
import type { Finding } from '../findings/finding.ts';
import { OwnerChip, Sign } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { markKind } from './mark-words.ts';

export interface Pointed {
  readonly target: MapTarget;
  /** What the target's button says. */
  readonly label: string;
  readonly at: DOMRect;
}

export interface MapTooltipProps {
  readonly pointed: Pointed;
  readonly model: HookMapModel;
  readonly owners: readonly OwnerOverview[];
  /** The map's box in the window: the tooltip stays inside. */
  readonly bounds: DOMRect;
}

const NO_FINDINGS: readonly Finding[] = [];
/** Clear of the marks on a card's edge. */
const GAP = 14;

export function MapTooltip({ pointed, model, owners, bounds }: MapTooltipProps): ReactElement | null {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (box) place(box, pointed.at, bounds);
  }, [pointed, bounds]);
  const found = findCard(model, pointed.target.chain);
  if (!found) return null;
  return (
    <div ref={ref} className="map-tooltip" aria-hidden="true">
      <Content target={pointed.target} label={pointed.label} card={found.card} hook={found.hook} owners={owners} />
    </div>
  );
}

/**
 * Right of the target, left of it where there is no room: what is above and below in the same chain stays readable. Beside a target as wide as
 * the map there is none: then in the corner.
 */
function place(box: HTMLElement, at: DOMRect, bounds: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const rooms = [at.right + GAP, at.left - GAP - width];
  const beside = rooms.find((x) => x >= bounds.left + 4 && x + width <= bounds.right);
  const left = beside ?? bounds.right - width - 8;
  const wanted = beside === undefined ? bounds.bottom : Math.max(at.top, bounds.top + 4);
  const top = Math.min(wanted, bounds.bottom - height - 8);
  box.style.left = `${left - bounds.left}px`;
  box.style.top = `${Math.max(4, top - bounds.top)}px`;
}

function findCard(model: HookMapModel, chain: number): { hook: HookModel; card: CardModel } | null {
  for (const hook of model.hooks) {
    const card = hook.cards.find((one) => one.chain === chain);
    if (card) return { hook, card };
  }
  return null;
}

interface ContentProps {
  readonly target: MapTarget;
  readonly label: string;
  readonly card: CardModel;
  readonly hook: HookModel;
  readonly owners: readonly OwnerOverview[];
}

function Content({ target, label, card, hook, owners }: ContentProps): ReactElement {
  switch (target.kind) {
    case 'card':
      return <CardWords card={card} hook={hook} owners={owners} />;
    case 'segment':
      return <SegmentWords card={card} at={target.segment} owners={owners} />;
    case 'mark':
      return <MarkWords card={card} findings={target.findings} owners={owners} />;
    case 'rule':
    case 'note':
    case 'more':
      return <p>{label}</p>;
    default:
      return assertNever(target, 'map target');
  }
}

function CardWords({ card, hook, owners }: Omit<ContentProps, 'target' | 'label'>): ReactElement {
  const remarks = [
    card.legacy ? 'iptables-legacy' : null,
    card.dormant ? 'its table is dormant: the kernel does not run it' : null,
    card.device === null ? null : `device ${card.device}`,
    card.nat && card.priority !== card.effectivePriority
      ? `own priority ${card.priority}: that only orders it among the nat chains, which all run at ${card.effectivePriority}`
      : null,
  ].filter((remark) => remark !== null);
  const distinct = [...new Set(card.segments.map((segment) => segment.owner))];
  return (
    <>
      <p className="map-tooltip-title">
        <strong>{card.name}</strong> <span className="secondary">{card.table}</span>
      </p>
      <p className="secondary">
        {hook.hook} at <span className="mono">{card.effectivePriority}</span> ·{' '}
        {card.segments.length === 0 ? 'empty' : rules(card.rules)} · policy {card.policy}
      </p>
      {distinct.length > 0 ? (
        <p className="map-tooltip-owners">
          {distinct.map((owner) => (
            <OwnerName key={owner} owner={owner} owners={owners} />
          ))}
        </p>
      ) : null}
      {remarks.map((remark) => (
        <p key={remark} className="secondary">
          {remark}
        </p>
      ))}
    </>
  );
}

function SegmentWords({
  card,
  at,
  owners,
}: {
  readonly card: CardModel;
  readonly at: number;
  readonly owners: readonly OwnerOverview[];
}): ReactElement | null {
  const segment = card.segments[at];
  if (!segment) return null;
  const here = segment.from === segment.to ? `rule ${segment.from}` : `rules ${segment.from} to ${segment.to}`;
  return (
    <>
      <p className="map-tooltip-title">
        <OwnerName owner={segment.owner} owners={owners} />
      </p>
      <p className="secondary">
        {here} of {card.name}
        {segment.below > 0 ? `, ${rules(segment.below)} in the chains below` : ''}
      </p>
      {segment.packets === null ? null : (
        <p className="secondary">{segment.packets.toLocaleString('en-US')} packets counted</p>
      )}
    </>
  );
}

function MarkWords({
  card,
  findings,
  owners,
}: {
  readonly card: CardModel;
  readonly findings: readonly string[];
  readonly owners: readonly OwnerOverview[];
}): ReactElement {
  const all = useStore((state) => state.overview?.findings ?? NO_FINDINGS);
  const rank = (mark: MapMark): number => findings.indexOf(mark.findings.find((id) => findings.includes(id)) ?? '');
  const of = card.marks.filter((mark) => rank(mark) >= 0).sort((a, b) => rank(a) - rank(b));
  // One finding may have a mark on many boundaries.
  const marks = of.filter((mark, at) => of.findIndex((m) => m.label === mark.label && m.sign === mark.sign) === at);
  return (
    <ul>
      {marks.map((mark) => {
        const finding = all.find(({ id }) => id === mark.findings[0]);
        return (
          <li key={`${mark.boundary} ${mark.sign} ${mark.findings.join(' ')}`} className="map-tooltip-mark">
            <Sign sign={mark.sign} severity={mark.severity} label="" />
            <span>
              {mark.label}
              {finding ? (
                <span className="map-tooltip-kind">
                  {finding.owners.map((owner) => (
                    <OwnerName key={owner} owner={owner} owners={owners} />
                  ))}
                  <span className="secondary">{markKind(finding)}</span>
                </span>
              ) : null}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function OwnerName({
  owner,
  owners,
}: {
  readonly owner: string;
  readonly owners: readonly OwnerOverview[];
}): ReactElement {
  const known = owners.find((one) => one.id === owner);
  return (
    <span className="map-tooltip-owner">
      <OwnerChip
        slot={known?.slot ?? 'unknown'}
        initials={known?.initials ?? '?'}
        barred={known?.barred ?? false}
        size="small"
      />{' '}
      {known?.short ?? owner}
    </span>
  );
}

function rules(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'rule' : 'rules'}`;
}
