/** A page to develop the hook map against: `?model=crowded&theme=dark&select=c1`. Served by `npx vite`, never built. */
import '../ui/theme/theme.css';
import './hook-map.css';
import { EXAMPLES, exampleLook } from '../layout/example-models.ts';
import { layoutHookMap, levelZoom } from '../layout/hook-map.ts';
import type { HookMapState } from './hook-map.ts';
import { createHookMapView } from './hook-map-view.ts';

const params = new URLSearchParams(location.search);
const theme = params.get('theme');
if (theme) document.documentElement.dataset['theme'] = theme;
const name = params.get('model') ?? 'crowded';
const model = (EXAMPLES[name] ?? EXAMPLES['crowded'])?.();
const container = document.querySelector<SVGSVGElement>('#map');
const nav = document.querySelector('#models');
if (!model || !container || !nav) throw new Error('the preview page has no map');

for (const key of Object.keys(EXAMPLES)) {
  const link = document.createElement('a');
  link.href = `?model=${key}${theme ? `&theme=${theme}` : ''}`;
  link.textContent = `${key} `;
  nav.append(link, ' ');
}
if (params.has('bare')) nav.remove();

let state: HookMapState = {
  selected: new Set(params.getAll('select')),
  findings: new Set(),
  hover: new Set(),
  dimmedOwners: new Set(params.getAll('dim')),
  loading: params.has('loading'),
};
let scale = 1;

const view = createHookMapView(container, {
  onSelect: (target) => {
    const id = !target
      ? []
      : target.kind === 'segment'
        ? [`c${target.chain}/s${target.segment}`]
        : [`c${target.chain}`];
    state = { ...state, selected: new Set(id) };
    draw();
  },
  onHover: () => {},
  onOpen: (chain) => console.info('open', chain),
  onStrip: () => {},
  onZoom: (k) => {
    scale = k;
    draw();
  },
});

function draw(): void {
  if (!model || !container) return;
  const width = container.clientWidth;
  const zoom = levelZoom(scale);
  const started = performance.now();
  const geometry = layoutHookMap(model, { width, height: container.clientHeight, zoom, look: exampleLook });
  const laidOut = performance.now();
  view.update(geometry, state, 1);
  console.info(`layout ${(laidOut - started).toFixed(1)} ms, render ${(performance.now() - laidOut).toFixed(1)} ms`);
}

await document.fonts.load('13px "Inter Variable"');
draw();
new ResizeObserver(draw).observe(container);
