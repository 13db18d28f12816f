/** The map in words, for screen readers: hooks in packet order, chains in the order the kernel runs them, segments, marks. */
import { memo, type ReactElement } from 'react';
import { type CardModel, columnOf, type HookMapModel } from '../../layout/hook-map-model.ts';
import { type MapNote, noteWords } from '../../layout/hook-map-notes.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';
import { plural } from '../shell/words.ts';

export interface MapOutlineProps {
  readonly model: HookMapModel;
  readonly owners: readonly OwnerOverview[];
  readonly notes: readonly MapNote[];
}

export const MapOutline = memo(function MapOutline({ model, owners, notes }: MapOutlineProps): ReactElement {
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
                      {names.get(segment.owner) ?? segment.owner}: {plural(segment.to - segment.from + 1, 'rule')}
                      {segment.below === 0 ? null : `, ${segment.below} below`}
                    </li>
                  ))}
                </ol>
                <Remarks card={card} notes={notes} />
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
});

/** Its marks, and the notes on its rules, on rules below it, and on its findings. */
function Remarks({
  card,
  notes,
}: {
  readonly card: CardModel;
  readonly notes: readonly MapNote[];
}): ReactElement | null {
  const own = notes.filter((note) =>
    note.kind === 'rule'
      ? note.bases.some(({ chain }) => chain === card.chain)
      : card.marks.some(({ findings }) => findings.includes(note.finding)),
  );
  const remarks = new Set([...card.marks.map(({ label }) => label), ...own.map(noteWords)]);
  if (remarks.size === 0) return null;
  return (
    <ul>
      {[...remarks].map((remark) => (
        <li key={remark}>{remark}</li>
      ))}
    </ul>
  );
}

function cardWords(card: CardModel): string {
  const parts = [`${card.name}, ${card.table}, priority ${card.effectivePriority}, policy ${card.policy}`];
  if (card.segments.length === 0) parts.push('empty');
  if (card.legacy) parts.push('iptables-legacy');
  if (card.dormant) parts.push('dormant');
  if (card.device !== null) parts.push(`device ${card.device}`);
  return parts.join(', ');
}
