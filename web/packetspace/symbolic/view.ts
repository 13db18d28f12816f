/**
 * Where a set of packets is on its way, as far as that decides what rules see of them: which interfaces the hook knows, whether addresses and ports are
 * still those that the packets came with or have been written anew, whether the nat chains have seen the connection. Packets of different views are kept
 * in different sets, so that none of this needs variables.
 */

import { STATUS } from '../../kernel/conntrack.ts';

/** The bits of `ct status` that views tell. */
export const NAT_BITS = STATUS.dnat | STATUS.snat | STATUS.dnatDone | STATUS.snatDone;

/** `open`: there is one, and nobody knows which: not the loopback interface. */
export type Device = 'none' | 'packet' | 'lo' | 'open';

export interface ViewState {
  readonly iif: Device;
  readonly oif: Device;
  /** Written by NAT or by a rule: the packet's own is another variable. */
  readonly saddr: boolean;
  readonly daddr: boolean;
  readonly sport: boolean;
  readonly dport: boolean;
  /** The node sends them: they have a socket and no link header yet. */
  readonly own: boolean;
  /** The connection has its mapping of the destination (of the source), or needs none. */
  readonly dnat: boolean;
  readonly snat: boolean;
  /** The address was chosen by the node: masqueraded, redirected. */
  readonly chosenSource: boolean;
  readonly chosenDestination: boolean;
  /** The address is one of several, by a hash of the packet's addresses that sets do not compute: which ones and how. Empty: it is none of these. */
  readonly drawnSource: string;
  readonly drawnDestination: string;
  /** Of `ct status`: the mapping changed something. */
  readonly dnatBit: boolean;
  readonly snatBit: boolean;
  /** Bits of the mark that have been written with a value that is the same for all: its variables say what they were before. */
  readonly markMask: number;
  readonly markValue: number;
  /** They have their link header, which counts to their length. */
  readonly egress: boolean;
  /** Behind a frame. */
  readonly framed: boolean;
  /** How often they passed the loopback interface. */
  readonly round: number;
}

export interface View extends ViewState {
  readonly id: number;
}

const START: ViewState = {
  iif: 'none',
  oif: 'none',
  saddr: false,
  daddr: false,
  sport: false,
  dport: false,
  own: false,
  dnat: false,
  snat: false,
  chosenSource: false,
  chosenDestination: false,
  drawnSource: '',
  drawnDestination: '',
  dnatBit: false,
  snatBit: false,
  markMask: 0,
  markValue: 0,
  egress: false,
  framed: false,
  round: 0,
};

const FLAGS = [
  'saddr',
  'daddr',
  'sport',
  'dport',
  'own',
  'dnat',
  'snat',
  'chosenSource',
  'chosenDestination',
  'dnatBit',
  'snatBit',
  'egress',
  'framed',
] as const satisfies readonly (keyof ViewState)[];

/** All views that there have been: each once, so that they can be compared by identity. */
export class Views {
  private readonly known = new Map<string, View>();

  readonly received: View = this.view({ ...START, iif: 'packet' });
  readonly sent: View = this.view({ ...START, oif: 'packet', own: true });

  with(view: View, change: Partial<ViewState>): View {
    return this.view({ ...view, ...change });
  }

  /** The view without what the place on the way makes of it. */
  anywhere(view: View): View {
    return this.with(view, { iif: 'none', oif: 'none', own: false, egress: false, round: 0 });
  }

  /** The view without what is known of other bits of the mark than `bits`. */
  withMarkBits(view: View, bits: number): View {
    return this.with(view, { markMask: (view.markMask & bits) >>> 0, markValue: (view.markValue & bits) >>> 0 });
  }

  /** What happened to packets between two views, done to those of another. Bits of the mark that `view` and `before` do not share are as they were. */
  changed(view: View, before: View, after: View): View {
    if (before === after) return view;
    const change: Record<string, unknown> = {};
    for (const name of Object.keys(after) as (keyof View)[]) {
      if (name !== 'id' && after[name] !== before[name]) change[name] = after[name];
    }
    const forgotten = before.markMask & ~after.markMask;
    const written = (after.markMask ^ before.markMask) | (after.markValue ^ before.markValue);
    const markMask = ((view.markMask & ~forgotten) | (after.markMask & written)) >>> 0;
    const markValue = ((view.markValue & ~written) | (after.markValue & written)) >>> 0;
    return this.with(view, { ...(change as Partial<ViewState>), markMask, markValue });
  }

  private view(state: ViewState): View {
    const { iif, oif, round, markMask, markValue, drawnSource, drawnDestination } = state;
    const flags = FLAGS.map((flag) => Number(state[flag])).join('');
    const key = `${iif} ${oif} ${round} ${flags} ${markMask} ${markValue} ${drawnSource} ${drawnDestination}`;
    const known = this.known.get(key);
    if (known) return known;
    const made: View = { ...state, id: this.known.size };
    this.known.set(key, made);
    return made;
  }
}
