/** For keyboard, touch and screen readers: where else a segment may be supposed to stand. */
import { type ReactElement, useId } from 'react';
import { supposedNow } from '../../state/asked.ts';
import type { ChainDetail } from '../../worker/protocol.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { store, useStore } from '../use-store.ts';
import { movesOf } from './moves.ts';

export interface MoveSelectProps {
  readonly detail: ChainDetail;
  readonly segment: number;
}

export function MoveSelect({ detail, segment }: MoveSelectProps): ReactElement | null {
  const id = useId();
  const owners = useOwners();
  const supposed = useStore((state) => supposedNow(state.supposed)?.question ?? null);
  const { chain, segments, base } = detail;
  if (!base || segments.length < 2) return null;
  const isHere = supposed?.kind === 'move' && supposed.chain === chain && supposed.segment === segment;
  return (
    <p className="inspector-whatif">
      <label htmlFor={id}>What if it stood</label>
      <select
        id={id}
        className="input"
        value={isHere ? String(supposed.to) : ''}
        onChange={({ target }) => {
          if (target.value === '') store.getState().clearSupposed();
          else store.getState().suppose({ kind: 'move', chain, segment, to: Number(target.value) });
        }}
      >
        <option value="">where it is</option>
        {movesOf(segments, segment).map(({ to, before }) => (
          <option key={to} value={to}>
            {before ? `above rule ${before.from} (${lookOf(owners, before.owner).short})` : 'at the end'}
          </option>
        ))}
      </select>
    </p>
  );
}
