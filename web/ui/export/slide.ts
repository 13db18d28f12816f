/** The hook map as a slide of 1600 by 900 (design picture 7): a title that says something, the map in larger type, owners and marks as the legend. */
import { layoutHookMap } from '../../layout/hook-map.ts';
import type { CardModel, HookMapModel } from '../../layout/hook-map-model.ts';
import { roomyScale } from '../../layout/hook-map-room.ts';
import { SIGN_WORD, type SignSeverity, signShape } from '../../layout/signs.ts';
import { renderHookMap } from '../../render/hook-map.ts';
import { documentsOfNode, nameOfDumps } from '../../state/nodes.ts';
import type { State } from '../../state/store.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';
import { ownerLooks } from '../map/map-parts.ts';
import { highlightOf } from '../map/map-selection.ts';
import { count, plural } from '../shell/words.ts';
import { store } from '../use-store.ts';
import './slide.css';
import { make, SVG } from './svg-element.ts';

const WIDTH = 1528;
const HEIGHT = 706;
/** Text on a slide is read from afar. */
const LARGER = 1.15;
/** Times that, where the map has room: larger than the title's subtitle it would be too loud. */
const MOST = 1.4;

const NUMBERS = 'No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve'.split(' ');
const FAMILIES = { ip: 'IPv4', ip6: 'IPv6', bridge: 'bridge', arp: 'ARP' } as const;

/** In the page, out of sight; the caller removes it. Throws where there is no map. */
export function buildSlide(): HTMLElement {
  const state = store.getState();
  const { overview, family } = state;
  const model = overview?.maps.find((map) => map.family === family);
  if (!overview || !model) throw new Error('there is no map to draw');
  const slide = block('slide');
  const head = block('slide-head');
  const words = block('slide-words');
  words.append(
    block('slide-title', slideTitle(state, model)),
    block(
      'slide-subtitle',
      'A packet goes down each column, then on to the next hook. Stripes are owners, in rule order.',
    ),
  );
  const cards = model.hooks.reduce((sum, hook) => sum + hook.cards.length, 0);
  const what = block('slide-what');
  what.append(
    block('slide-node', `${slideNode(state)}, ${FAMILIES[family]}`),
    block('slide-counts', `${plural(overview.counts.rules, 'rule')} · ${plural(cards, 'base chain')}`),
  );
  head.append(words, what);
  const map = document.createElementNS(SVG, 'svg');
  map.classList.add('slide-map');
  slide.append(head, map, legend(overview.owners, model));
  document.body.append(slide);
  drawMap(map, model, state, overview.owners);
  return slide;
}

/** The claim: of the selected finding, else how many programs there are. */
export function slideTitle({ overview, selection }: State, model: HookMapModel): string {
  const finding =
    selection?.kind === 'finding' ? overview?.findings.find(({ id }) => id === selection.finding) : undefined;
  if (finding) return finding.title;
  const owners = new Set(
    model.hooks.flatMap(({ cards }) => cards.flatMap(({ segments }) => segments.map(({ owner }) => owner))),
  );
  owners.delete('unknown');
  const programs = owners.size;
  if (programs === 0) return 'What is on the hooks of one node';
  const words = NUMBERS[programs] ?? String(programs);
  return programs === 1 ? 'One program has the hooks of one node' : `${words} programs share the hooks of one node`;
}

function slideNode({ documents, node }: Pick<State, 'documents' | 'node'>): string {
  return documents.length === 0 ? 'nfscope' : nameOfDumps(documentsOfNode(documents, node).map(({ name }) => name));
}

function drawMap(svg: SVGSVGElement, model: HookMapModel, state: State, owners: readonly OwnerOverview[]): void {
  const look = ownerLooks(owners);
  const laidOut = (scale: number) => layoutHookMap(model, { width: WIDTH / scale, height: HEIGHT / scale, look });
  // A high map is drawn smaller, and its columns wider in turn; one with room to spare larger still.
  const high = Math.min(LARGER, HEIGHT / laidOut(LARGER).height);
  const room = { width: WIDTH / LARGER, height: HEIGHT / LARGER };
  const wanted =
    high < LARGER
      ? high
      : LARGER *
        Math.min(
          MOST,
          roomyScale(room, (r) => layoutHookMap(model, { ...r, look })),
        );
  const geometry = laidOut(wanted);
  const scale = Math.min(wanted, WIDTH / geometry.width, HEIGHT / geometry.height);
  const left = Math.min(0, (geometry.width - WIDTH / scale) / 2);
  svg.setAttribute('viewBox', `${left} 0 ${WIDTH / scale} ${HEIGHT / scale}`);
  const { selection, overview, selectionAddress, dimmed } = state;
  const selected = highlightOf(model, selection, overview?.findings ?? [], selectionAddress?.rule ?? null);
  renderHookMap(svg, geometry, {
    selected: selected.ids,
    findings: selected.findings,
    hover: new Set(),
    dimmedOwners: new Set(dimmed),
    loading: false,
  });
}

type MapSign = CardModel['marks'][number]['sign'];

const MARKS: readonly (readonly [MapSign, SignSeverity])[] = [
  ['overruled', 'error'],
  ['order-sensitive', 'warning'],
  ['mark-bits', 'error'],
  ['nat', 'warning'],
  ['benign', 'info'],
  ['undecided', 'info'],
];

/** Owners and marks that are on this map. */
function legend(owners: readonly OwnerOverview[], model: HookMapModel): HTMLElement {
  const cards = model.hooks.flatMap(({ cards: all }) => all);
  const present = new Set(cards.flatMap(({ segments }) => segments.map(({ owner }) => owner)));
  const signs = new Set(cards.flatMap(({ marks }) => marks.map(({ sign }) => sign)));
  const foot = block('slide-legend');
  for (const owner of owners) {
    if (!present.has(owner.id)) continue;
    const chip = block('owner-chip', owner.initials);
    chip.dataset['slot'] = owner.slot;
    if (owner.barred) chip.dataset['barred'] = '';
    const item = block('slide-item');
    item.append(chip, block('slide-owner', owner.short), block('slide-rules', count(owner.rules)));
    foot.append(item);
  }
  foot.append(block('slide-gap'));
  for (const [sign, severity] of MARKS) {
    if (!signs.has(sign)) continue;
    const item = block('slide-item');
    item.append(mark(sign, severity), block('slide-owner', SIGN_WORD[sign]));
    foot.append(item);
  }
  foot.append(block('slide-by', 'nfscope'));
  return foot;
}

function mark(sign: MapSign, severity: SignSeverity): SVGElement {
  const shape = signShape(sign, 7);
  const drawing = make('svg', { class: 'sign', width: 16, height: 16, viewBox: '-8 -8 16 16' });
  drawing.dataset['style'] = shape.style;
  drawing.dataset['severity'] = severity;
  const outline = make('path', { class: 'sign-outline', d: shape.outlinePath });
  if (shape.dash !== '') outline.setAttribute('stroke-dasharray', shape.dash);
  drawing.append(outline, make('path', { class: 'sign-glyph', d: shape.glyphPath, 'stroke-width': shape.glyphWidth }));
  return drawing;
}

function block(name: string, text?: string): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
