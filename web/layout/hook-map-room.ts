/**
 * How large a map is drawn where there is more room than it needs: letters of 11 pixels above an empty half of a 4K screen look forgotten.
 * The whole map grows, as far as no less is said for it. Pure: numbers in, a number out.
 */
import { detailLevel } from './hook-map.ts';
import type { CardGeometry, HookMapGeometry } from './hook-map-geometry.ts';

/** Larger letters than of 22 pixels would be a poster. */
export const ROOMY_MAX = 2;
/** Between two scales: a window whose edge is drawn shall not change each letter at each pixel. */
const STEP = 0.1;
/** In steps: less than this is not worth other widths than those of the map beside it. */
const LEAST_STEPS = 2;

export interface Room {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * The scale, 1 to ROOMY_MAX, at which the map that `layout` makes for the room divided by it fills the room best: the largest at which it fits and
 * has as many rows, whole names and counts as at 1. Cost: 1 layout where there is nothing to spare, else up to 12.
 */
export function roomyScale(room: Room, layout: (room: Room) => HookMapGeometry): number {
  // As low as it gets: rows take what height they are given.
  const least = layout({ width: room.width, height: 0 }).height;
  const steps = Math.floor((Math.min(ROOMY_MAX, room.height / least) - 1) / STEP + 1e-9);
  if (!(steps >= LEAST_STEPS)) return 1;
  const wanted = saidIn(layout(room));
  for (let step = steps; step >= LEAST_STEPS; step--) {
    const scale = Math.round(10 + step * STEP * 10) / 10;
    const inside = { width: room.width / scale, height: room.height / scale };
    const map = layout(inside);
    if (map.width <= inside.width + 1 && map.height <= inside.height && saidIn(map) >= wanted) return scale;
  }
  return 1;
}

/**
 * The scale at which a map is first looked at: as wide as `room` and at most `most`, 1 or more where that fits. Of a map that would have no word left at
 * that width it is 1: as much of it as there is room for, and the rest a drag away.
 */
export function firstScale(
  map: Pick<HookMapGeometry, 'width' | 'height' | 'cardWidth'>,
  room: Room,
  most: number,
): number {
  const scale = Math.min(room.width / map.width, Math.max(1, Math.min(room.height / map.height, most)));
  return detailLevel(map.cardWidth, scale) === 'spines' ? 1 : scale;
}

/** How much the map says: rows, whole names of chains and owners, counts. */
function saidIn({ rows, cards }: HookMapGeometry): number {
  return cards.reduce((sum, card) => sum + saidOn(card), rows.length);
}

function saidOn({ title, name, stripes }: CardGeometry): number {
  const said = stripes.filter((stripe) => stripe.name?.text === stripe.look.name).length;
  const counted = stripes.filter(({ count }) => count !== null).length;
  return Number(title?.text === name) + said + counted;
}
