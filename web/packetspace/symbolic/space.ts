/**
 * Sets of packets on their way: a set for each view, and for each frame. A frame is what is known of how the packets came to be what they are, where that
 * is too large to be carried through every rule: the packets are those of the set that are in the frame, too (see frames.ts).
 */
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import type { View } from './view.ts';

export interface Part {
  readonly view: View;
  /** 0: none. */
  readonly frame: number;
  /** Never empty. */
  readonly set: Ref;
}

/** Not empty: at least one part, each of another view or frame. Used up by whatever operation it is given to. */
export class Space {
  constructor(readonly parts: readonly Part[]) {}
}

export function part(view: View, frame: number, set: Ref): Part {
  return { view, frame, set };
}

/** Parts of one view and frame as one; empty ones left out. */
export function joinParts(diagrams: Diagrams, parts: readonly Part[]): Part[] {
  if (parts.length === 1) return (parts[0] as Part).set === FALSE ? [] : [parts[0] as Part];
  const joined: Part[] = [];
  for (const each of parts) {
    if (each.set === FALSE) continue;
    const at = joined.findIndex(({ view, frame }) => view === each.view && frame === each.frame);
    if (at < 0) joined.push(each);
    else joined[at] = { ...each, set: diagrams.or((joined[at] as Part).set, each.set) };
  }
  return joined;
}
