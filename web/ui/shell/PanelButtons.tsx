/** Opens and closes a side panel. */
import type { ReactElement } from 'react';
import { useStore } from '../use-store.ts';
import { count } from './words.ts';

const NAMES = { source: 'source', findings: 'findings' } as const;

export function PanelButtons({ side }: { readonly side: 'source' | 'findings' }): ReactElement {
  const open = useStore((state) => state.panels[side]);
  const togglePanel = useStore((state) => state.togglePanel);
  // null: they are still looked for.
  const findings = useStore((state) => (state.overview?.searching ? null : (state.overview?.findings.length ?? 0)));
  const label = `${open ? 'Hide' : 'Show'} ${NAMES[side]}`;
  return (
    <button
      type="button"
      className="button button-quiet panel-toggle"
      aria-expanded={open}
      aria-label={side === 'findings' && !open && findings !== null ? `${label}, ${count(findings)}` : label}
      title={label}
      onClick={() => togglePanel(side)}
    >
      {side === 'findings' && !open ? <span>Findings {findings === null ? '…' : count(findings)}</span> : null}
      <svg className="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d="M2 3H14V13H2Z" />
        <path d={side === 'source' ? 'M6 3V13' : 'M10 3V13'} />
        {open ? <path className="icon-solid" d={side === 'source' ? 'M2 3H6V13H2Z' : 'M10 3H14V13H10Z'} /> : null}
      </svg>
    </button>
  );
}
