/** The map in words, for screen readers: hooks in packet order, chains in the order the kernel runs them, segments, marks. */
import { memo, type ReactElement } from 'react';
import { type CardModel, columnOf, type HookMapModel } from '../../layout/hook-map-model.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';

export interface MapOutlineProps {
  readonly model: HookMapModel;
  readonly owners: readonly OwnerOverview[];
}

export const MapOutline = memo(function MapOutline({ model, owners }: MapOutlineProps): ReactElement {
  const names = new Map(owners.map((owner) => [owner.id, owner.short]));
  return (
    <ol className="visually-hidden" aria-label="Hooks in packet order">
      {model.hooks.map((hook) => (
        <li key={columnOf(hook)}>
          {hook.hook}
          {hook.devices && hook.devices.length > 0 ? ` of ${hook.devices.join(', ')}` : null}
          {hook.cards.length === 0 ? ': no base chains' : null}
          <ol>
            {hook.cards.map((card) => (
              <li key={card.chain}>
                {cardWords(card)}
                <ol>
                  {card.segments.map((segment) => (
                    <li key={segment.from}>
                      {names.get(segment.owner) ?? segment.owner}: {segment.to - segment.from + 1} rules,{' '}
                      {segment.below} below
                    </li>
                  ))}
                </ol>
                {card.marks.length > 0 ? (
                  <ul>
                    {[...new Set(card.marks.map((mark) => mark.label))].map((label) => (
                      <li key={label}>{label}</li>
                    ))}
                  </ul>
                ) : null}
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
});

function cardWords(card: CardModel): string {
  const parts = [`${card.name}, ${card.table}, priority ${card.effectivePriority}, policy ${card.policy}`];
  if (card.segments.length === 0) parts.push('empty');
  if (card.legacy) parts.push('iptables-legacy');
  if (card.dormant) parts.push('dormant');
  if (card.device !== null) parts.push(`device ${card.device}`);
  return parts.join(', ');
}
