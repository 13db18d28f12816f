/**
 * The walk through the rules, with two short cuts for chains.
 *
 * A chain that is entered again with the same packets has the same results: the chain of each Service is reached by what comes in and by what the node
 * sends.
 *
 * A chain that is entered with a set that is large is gone through with all packets instead, once; and what comes out of it is cut down to the packets
 * that came in. Then each of its rules splits a small set, and a policy that a hundred workloads share is gone through once for all of them.
 */
import type { ChainSite } from '../../kernel/domain.ts';
import { type Flow, Walk } from '../../kernel/walk.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import { Traits } from './chain-traits.ts';
import { isLargerThan } from './frames.ts';
import type { Left } from './journal.ts';
import type { MergedProgram } from './merged-program.ts';
import type { Pending } from './reach.ts';
import type { Part, Space } from './space.ts';
import type { SymbolicDomain } from './symbolic-domain.ts';
import type { View } from './view.ts';

interface Remembered {
  /** What entered: kept, so that its reference stays its own. */
  readonly set: Ref;
  readonly view: View;
  readonly frame: number;
  readonly returned: readonly Part[] | null;
  readonly accepted: readonly Part[] | null;
  readonly left: readonly Left[];
  pending: readonly Pending[];
}

/** Rules below a chain from which on it is worth remembering. */
const WORTH = 8;
/** Rules below a chain from which on each view's packets go through it by themselves, so that they can be remembered. */
const WORTH_ALONE = 48;
/** Nodes from which on a set is large for a chain. */
const LARGE = 100;

/** nat chains are the same for what comes in and for what the node sends, as long as the packets are. */
const LARGE_FOR_NAT = 0;

function isDispatched(site: ChainSite, path: readonly Chain[]): boolean {
  return path.length === 1 && site.base.dispatcher;
}

/** Of chains: each has its own. */
let nextNumber = 0;

/** Of one program and its diagrams, for as many journeys as there are. */
export class Memory {
  readonly traits: Traits;
  /** By chain and view, and there by set. */
  private readonly known = new Map<string, Map<Ref, Remembered>>();
  private readonly numbers: WeakMap<Chain, number>;
  /** Chains that are being gone through: what entered, and what has been met below. */
  readonly open = new Set<{ readonly set: Ref; readonly pending: readonly Pending[] }>();

  /** `outer`: what is remembered there is known here, too, and nothing is added to it. */
  constructor(
    program: MergedProgram,
    private readonly outer: Memory | null = null,
  ) {
    this.traits = outer?.traits ?? new Traits(program);
    this.numbers = outer?.numbers ?? new WeakMap();
  }

  *roots(): Generator<Ref> {
    for (const { set, pending } of this.open) {
      yield set;
      for (const { part } of pending) yield part.set;
    }
    for (const sets of this.known.values()) for (const each of sets.values()) yield* rootsOf(each);
  }

  /** Chains in another order have the number of the original: each gets its own here. */
  numberOf(chain: Chain): number {
    const known = this.numbers.get(chain);
    if (known !== undefined) return known;
    const made = nextNumber++;
    this.numbers.set(chain, made);
    return made;
  }

  get(key: string, set: Ref): Remembered | undefined {
    return this.known.get(key)?.get(set) ?? this.outer?.get(key, set);
  }

  set(key: string, remembered: Remembered): void {
    const sets = this.known.get(key);
    if (sets) sets.set(remembered.set, remembered);
    else this.known.set(key, new Map([[remembered.set, remembered]]));
  }

  /** Of the same chain and view: what entered with all packets of `set`, and perhaps more. */
  around(diagrams: Diagrams, key: string, set: Ref): Remembered | null {
    for (const each of this.known.get(key)?.values() ?? []) if (diagrams.implies(set, each.set)) return each;
    return this.outer?.around(diagrams, key, set) ?? null;
  }
}

function* rootsOf({ set: entered, returned, accepted, left, pending }: Remembered): Generator<Ref> {
  yield entered;
  for (const parts of [returned ?? [], accepted ?? [], ...left.map((each) => each.parts)]) {
    for (const { set } of parts) yield set;
  }
  for (const { part } of pending) yield part.set;
}

export class RememberingWalk extends Walk<Space> {
  constructor(
    program: MergedProgram,
    private readonly symbolic: SymbolicDomain,
    private readonly memory: Memory,
  ) {
    super(program, symbolic, () => undefined);
  }

  protected override chain(chain: Chain, set: Space, site: ChainSite, path: readonly Chain[]): Flow<Space> {
    const traits = this.memory.traits.of(chain);
    if (traits.writes && path.length === 1) return super.chain(chain, this.tight(set), site, path);
    if (traits.broken || traits.size < WORTH) return super.chain(chain, set, site, path);
    const large: Part[] = [];
    const small: Part[] = [];
    const most = isDispatched(site, path) ? LARGE_FOR_NAT : LARGE;
    for (const each of set.parts) (this.isFramed(chain, each, site, most) ? large : small).push(each);
    if (large.length === 0) {
      if (set.parts.length === 1) return this.remembered(chain, set, site, path);
      if (traits.size < WORTH_ALONE || path.length > 1) return super.chain(chain, set, site, path);
    }
    this.symbolic.use(set);
    const waiting = large.map((each) => this.symbolic.space([each]));
    const isWorth = traits.size >= WORTH_ALONE && path.length === 1;
    const alone = isWorth ? small.map((each) => this.symbolic.space([each])) : [];
    const rest = small.length > 0 && !isWorth ? this.symbolic.space(small) : null;
    const flow: Flow<Space> = { next: null, returned: null, accepted: null };
    for (const each of waiting) this.add(flow, this.framed(chain, each, site, path));
    if (rest) this.add(flow, super.chain(chain, rest, site, path));
    for (const each of alone) this.add(flow, this.remembered(chain, each, site, path));
    return flow;
  }

  private tight(set: Space): Space {
    const { symbolic } = this;
    if (!set.parts.some((each) => symbolic.frames.isLoose(each))) return set;
    return symbolic.space(symbolic.use(set).map((each) => symbolic.frames.tight(each)));
  }

  private add(flow: Flow<Space>, { returned, accepted }: Flow<Space>): void {
    const join = (a: Space | null, b: Space | null) => (a && b ? this.symbolic.join(a, b) : (a ?? b));
    flow.returned = join(flow.returned, returned);
    flow.accepted = join(flow.accepted, accepted);
  }

  private isFramed(chain: Chain, part: Part, site: ChainSite, most: number): boolean {
    if (!this.mayBeFramed(chain, part)) return false;
    return isLargerThan(this.symbolic.sets.diagrams, part.set, most) || this.around(chain, part, site) !== null;
  }

  /** Nothing of what the packets are is written below the chain, so that it may be said of them afterwards. */
  private mayBeFramed(chain: Chain, { view }: Part): boolean {
    const { writes, nat } = this.memory.traits.of(chain);
    return !writes && !(nat && (view.daddr || view.dport || view.saddr || view.sport));
  }

  /** What is known of a set that more packets entered with. */
  private around(chain: Chain, part: Part, site: ChainSite): Remembered | null {
    if (this.symbolic.watcher.everyTime) return null;
    return this.memory.around(this.symbolic.sets.diagrams, this.keyOf(chain, part, site), part.set);
  }

  /** Of all that makes a difference but for the packets: the chain, and what of the view and the place it asks for. */
  private keyOf(chain: Chain, { view }: Part, site: ChainSite): string {
    const { views } = this.symbolic;
    const { place, writes, markBits } = this.memory.traits.of(chain);
    const asked = writes ? view : views.withMarkBits(view, markBits);
    const where = place ? `${asked.id} ${site.hook} ${site.base.dispatcher}` : views.anywhere(asked).id;
    return `${this.memory.numberOf(chain)} ${where}`;
  }

  /** All packets of a view through a chain, or as many as are known to have gone through it; and then those of the part alone. */
  private framed(chain: Chain, entering: Space, site: ChainSite, path: readonly Chain[]): Flow<Space> {
    const { symbolic } = this;
    const [given] = symbolic.use(entering) as [Part];
    const { diagrams } = symbolic.sets;
    const frame = symbolic.frames.within(given);
    // The set is a root as long as its frame is.
    const all = symbolic.space([{ view: given.view, frame, set: this.around(chain, given, site)?.set ?? TRUE }]);
    const { returned, accepted } = this.remembered(chain, all, site, path);
    // All nat chains of a hook see the same packets, and what becomes of them is known when the last one is done.
    if (isDispatched(site, path)) return { next: null, returned, accepted };
    const own = (space: Space | null): Space | null => {
      if (!space) return null;
      const parts = symbolic.use(space).flatMap((each): Part[] => {
        const set = diagrams.and(each.set, given.set);
        return set === FALSE ? [] : [{ ...each, frame: given.frame, set }];
      });
      return parts.length === 0 ? null : symbolic.space(parts);
    };
    return { next: null, returned: own(returned), accepted: own(accepted) };
  }

  /** `set`: one part. */
  private remembered(chain: Chain, set: Space, site: ChainSite, path: readonly Chain[]): Flow<Space> {
    const { symbolic, memory } = this;
    const [only] = set.parts;
    if (!only || symbolic.watcher.everyTime) return super.chain(chain, set, site, path);
    const key = this.keyOf(chain, only, site);
    const known = memory.get(key, only.set);
    if (known) return this.replayed(known, set, only, site);
    const left: Left[] = [];
    const pending: Pending[] = [];
    const outer = symbolic.recorder;
    symbolic.recorder = {
      left: (parts, end) => {
        left.push({ parts, end });
        outer?.left(parts, end);
      },
      pending: (one) => {
        pending.push(one);
        outer?.pending(one);
      },
    };
    const open = { set: only.set, pending };
    memory.open.add(open);
    const flow = super.chain(chain, set, site, path);
    memory.open.delete(open);
    symbolic.recorder = outer;
    const { returned, accepted } = flow;
    const made: Remembered = {
      set: only.set,
      view: only.view,
      frame: only.frame,
      returned: returned?.parts ?? null,
      accepted: accepted?.parts ?? null,
      left,
      pending,
    };
    if (this.mayBeKept(made)) memory.set(key, made);
    return flow;
  }

  /** All happened within the frame of what entered, and nothing that depends on the way there. */
  private mayBeKept({ frame, returned, accepted, left }: Remembered): boolean {
    if (left.some(({ end }) => end.kind === 'not-loadable' || end.kind === 'unfinished')) return false;
    const { frames } = this.symbolic;
    return [returned ?? [], accepted ?? [], ...left.map(({ parts }) => parts)].every((parts) =>
      parts.every((each) => frames.moved(each.frame, frame, frame) !== null),
    );
  }

  private replayed(known: Remembered, set: Space, only: Part, site: ChainSite): Flow<Space> {
    const { symbolic } = this;
    symbolic.use(set);
    const moved = (each: Part): Part => ({
      view: symbolic.views.changed(only.view, known.view, each.view),
      frame: symbolic.frames.moved(each.frame, known.frame, only.frame) ?? only.frame,
      set: each.set,
    });
    const here = (parts: readonly Part[] | null): Space | null => parts && symbolic.space(parts.map(moved));
    for (const { parts, end } of known.left) {
      const space = here(parts);
      if (space) symbolic.leave(space, 'site' in end ? { ...end, site } : end);
    }
    if (known.pending.length > 0 && !symbolic.reach.paused) this.ask(known, moved);
    return { next: null, returned: here(known.returned), accepted: here(known.accepted) };
  }

  /** Rules that no packet came to: perhaps one of these does. */
  private ask(known: Remembered, moved: (part: Part) => Part): void {
    const { symbolic } = this;
    const still: Pending[] = [];
    for (const one of known.pending) {
      const here = { ...one, part: moved(one.part) };
      if (symbolic.reach.settle(here)) continue;
      still.push(one);
      symbolic.recorder?.pending(here);
    }
    known.pending = still;
  }
}
