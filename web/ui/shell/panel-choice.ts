/** Which side panels are open, kept for this browser. As a drawer over the map (`NARROW`) the findings start closed, whatever was chosen. */
import { store } from '../use-store.ts';
import { remembered, rememberValue } from './remembered.ts';
import { NARROW, TWO_PANELS } from './use-media.ts';

const KEY = 'nfscope.open-panels';

type Panels = ReturnType<typeof store.getState>['panels'];

/** Call once, before the first picture. */
export function startPanels(): void {
  const { source, findings } = chosenPanels();
  store.getState().togglePanel('source', source);
  store.getState().togglePanel('findings', findings);
  store.subscribe(({ panels }, before) => {
    if (panels === before.panels) return;
    const drawer = matchMedia(NARROW).matches;
    const kept = drawer ? { ...panels, findings: chosenPanels().findings } : panels;
    rememberValue(KEY, PANELS.filter((panel) => kept[panel]).join(' '));
  });
}

const PANELS = ['source', 'findings'] as const;

/** What the user left open beside the view; at first all that there is room for. */
export function chosenPanels(): Panels {
  const first = matchMedia(TWO_PANELS).matches ? ['findings'] : PANELS;
  const open: readonly string[] = remembered(KEY)?.split(' ') ?? first;
  return { source: open.includes('source'), findings: open.includes('findings') };
}
