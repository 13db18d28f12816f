/** Where the jump tree is zoomed in, and the way back: each step a button. */
import type { ReactElement } from 'react';
import type { Zoom } from '../../layout/icicle-zoom.ts';
import type { Crumb } from './tree-zoom.ts';

export interface TreeCrumbsProps {
  readonly crumbs: readonly Crumb[];
  readonly onZoom: (zoom: Zoom) => void;
}

export function TreeCrumbs({ crumbs, onZoom }: TreeCrumbsProps): ReactElement {
  const last = crumbs.length - 1;
  return (
    <nav className="tree-crumbs" aria-label="Zoomed in">
      <ol>
        {crumbs.map(({ words, zoom }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
          <li key={at}>
            <button
              type="button"
              title={words}
              aria-current={at === last ? 'location' : undefined}
              onClick={() => onZoom(zoom)}
            >
              {words}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
