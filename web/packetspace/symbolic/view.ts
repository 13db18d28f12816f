/**
 * Where a set of packets is on its way, as far as that decides what rules see of them: which interfaces the hook knows, whether addresses and ports are
 * still those that the packets came with or have been written anew, whether the nat chains have seen the connection. Packets of different views are kept
 * in different sets, so that none of this needs variables.
 */

export type Device = 'none' | 'packet' | 'lo';

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
  round: 0,
};

/** All views that there have been: each once, so that they can be compared by identity. */
export class Views {
  private readonly known = new Map<string, View>();

  readonly received: View = this.view({ ...START, iif: 'packet' });
  readonly sent: View = this.view({ ...START, oif: 'packet', own: true });

  with(view: View, change: Partial<ViewState>): View {
    return this.view({ ...view, ...change });
  }

  private view(state: ViewState): View {
    const { iif, oif, round } = state;
    const key = `${iif} ${oif} ${round} ${[state.saddr, state.daddr, state.sport, state.dport, state.own, state.dnat, state.snat, state.chosenSource, state.chosenDestination].map(Number).join('')}`;
    const known = this.known.get(key);
    if (known) return known;
    const made: View = { ...state, id: this.known.size };
    this.known.set(key, made);
    return made;
  }
}
