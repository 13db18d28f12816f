/** While something is dragged over the page: where it may fall, which is everywhere. */
import type { ReactElement } from 'react';
import { useStore } from '../use-store.ts';

export function DropOverlay(): ReactElement {
  const empty = useStore((state) => state.documents.length === 0);
  return (
    <div className="drop-overlay" aria-hidden="true">
      <p className="t-title">{empty ? 'Drop to read' : 'Drop to add to this node'}</p>
    </div>
  );
}
