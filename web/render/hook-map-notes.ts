/** Notes on the hook map: discs with a pencil, over everything that they stand on. */
import type { BaseType, Selection } from 'd3';
import type { NoteGeometry } from '../layout/hook-map-notes.ts';
import { layer, mould, type Node, setRect } from './hook-map-draw.ts';

/** Drawn around their middle, 8 in radius. */
const DISC = 'M-8 0A8 8 0 1 0 8 0A8 8 0 1 0 -8 0Z';
const PENCIL = 'M-4.6 4.6L-4 2L2.4 -4.4L4.4 -2.4L-2 4Z';

const NOTE = mould([
  'g',
  { class: 'hm-note' },
  ['rect', { class: 'hm-hit', role: 'button', tabindex: '-1' }],
  [
    'g',
    { class: 'hm-note-sign' },
    ['path', { class: 'hm-note-disc', d: DISC }],
    ['path', { class: 'hm-note-pencil', d: PENCIL }],
  ],
]);

/** O(notes). */
export function drawNotes(world: Node, notes: readonly NoteGeometry[]): void {
  const groups = layer(world, 'notes')
    .selectChildren<SVGGElement, NoteGeometry>('g')
    .data(notes, (note) => note.id)
    .join((enter) => enter.append(() => NOTE.clone())) as unknown as Selection<
    SVGGElement,
    NoteGeometry,
    BaseType,
    unknown
  >;
  groups.each(function (note) {
    this.setAttribute('data-hook', note.hook);
    const [hit, sign] = this.children as unknown as readonly [SVGElement, SVGElement];
    hit.setAttribute('data-target', note.id);
    hit.setAttribute('aria-label', note.label);
    setRect(hit, note.hit);
    sign.setAttribute('transform', `translate(${note.x} ${note.y}) scale(${note.radius / 8})`);
  });
}
