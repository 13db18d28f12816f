/** Sizes that the user gave to panels, kept for this browser: each for itself, whichever others stand beside it. */
import { useRef, useState } from 'react';
import type { GroupProps, PanelProps } from 'react-resizable-panels';
import { remembered, rememberValue } from './remembered.ts';

const KEY = 'nfscope.sizes';

type Sizes = Readonly<Record<string, number>>;

export interface KeptSizes {
  /** For a panel: its name, and its size in pixels, or what it has before anybody moved its edge. */
  readonly panel: (name: string, first: number | string) => Required<Pick<PanelProps, 'id' | 'defaultSize'>>;
  /** For the panels' group. */
  readonly group: Pick<GroupProps, 'elementRef' | 'onLayoutChanged'>;
}

/** `panels`: those of the group that keep their size; the others take what is left. Their names are theirs alone on the page. */
export function useKeptSizes(panels: readonly string[]): KeptSizes {
  const element = useRef<HTMLDivElement>(null);
  const [sizes, setSizes] = useState(readSizes);
  const keep: GroupProps['onLayoutChanged'] = (layout, { isUserInteraction }) => {
    if (!isUserInteraction || !element.current) return;
    const vertical = getComputedStyle(element.current).flexDirection === 'column';
    const all = [...element.current.querySelectorAll<HTMLElement>(':scope > [data-panel]')];
    const room = all.reduce((sum, panel) => sum + (vertical ? panel.offsetHeight : panel.offsetWidth), 0);
    const moved = panels.filter((panel) => layout[panel] !== undefined);
    const now = Object.fromEntries(moved.map((panel) => [panel, Math.round(((layout[panel] ?? 0) / 100) * room)]));
    const kept = { ...readSizes(), ...now };
    rememberValue(KEY, JSON.stringify(kept));
    setSizes(kept);
  };
  return {
    panel: (name, first) => ({ id: name, defaultSize: sizes[name] ?? first }),
    group: { elementRef: element, onLayoutChanged: keep },
  };
}

function readSizes(): Sizes {
  const text = remembered(KEY);
  if (text === null) return {};
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return {};
    return Object.fromEntries(Object.entries(read).filter(([, size]) => Number.isFinite(size) && size > 0));
  } catch {
    // Not written by this page: the sizes are those of a first visit.
    return {};
  }
}
