/** Dims what a packet of the chosen way does not meet: columns with their cards, and the parts of the metro line. */
import type { HookMapGeometry } from '../layout/hook-map-geometry.ts';
import type { Hook } from '../model/hook.ts';
import type { Nodes } from './hook-map-cards.ts';

/** Parts of the metro line that belong to the way through, to and from the node; the others are on every way that has their hook. */
const LINES: Readonly<Record<string, readonly Hook[]>> = {
  ingress: ['ingress'],
  prerouting: ['prerouting'],
  routing: ['forward'],
  through: ['forward'],
  postrouting: ['postrouting'],
  'to-node': ['input'],
  process: ['input', 'output'],
  'to-process': ['input'],
  'from-process': ['output'],
  'from-node': ['output'],
  in: ['prerouting', 'ingress', 'input'],
  out: ['postrouting', 'egress', 'output'],
};

/** `way` null: everything. O(elements with a hook). */
export function applyWay(
  container: SVGSVGElement,
  nodes: Nodes,
  geometry: HookMapGeometry,
  way: ReadonlySet<Hook> | null,
): void {
  const off = (hook: Hook): boolean => way !== null && !way.has(hook);
  const hookOf = new Map(geometry.cards.map((card) => [card.id, card.hook]));
  for (const { node, card } of nodes.cards.values()) node.classList.toggle('hm-off', off(card.hook));
  for (const { node, mark } of nodes.marks) {
    const hook = hookOf.get(mark.id.slice(0, mark.id.indexOf('/')));
    node.classList.toggle('hm-off', hook !== undefined && off(hook));
  }
  for (const node of container.querySelectorAll<SVGElement>('[data-hook]')) {
    node.classList.toggle('hm-off', off(node.getAttribute('data-hook') as Hook));
  }
  for (const node of container.querySelectorAll<SVGElement>('.hm-metro [data-line]')) {
    const hooks = LINES[node.getAttribute('data-line') ?? ''];
    node.classList.toggle('hm-off', hooks !== undefined && way !== null && !hooks.some((hook) => way.has(hook)));
  }
  for (const node of container.querySelectorAll<SVGElement>('.hm-rules > g')) {
    const id = node.querySelector('[data-target]')?.getAttribute('data-target') ?? '';
    const hook = hookOf.get(id.slice(0, id.indexOf('/')));
    node.classList.toggle('hm-off', hook !== undefined && off(hook));
  }
}
