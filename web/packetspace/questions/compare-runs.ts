/**
 * Two runs of the same packets through rules in another order: which packets have another fate, as DESIGN's words have it: delivered, dropped, rejected
 * and how; translated to what; with which mark at the end. Who decided does not matter.
 *
 * Where the answer to something is drawn anew each time, a packet's fate is the set of its possible fates.
 */
import { MARK } from '../../kernel/fields.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import { support } from '../diagram/walk.ts';
import type { FamilySpace, Run } from '../symbolic/execute.ts';
import type { Part } from '../symbolic/space.ts';
import { same } from '../symbolic/universe.ts';
import type { View } from '../symbolic/view.ts';

export type DifferenceKind = 'verdict' | 'dnat' | 'snat' | 'mark';

export interface Difference {
  readonly kind: DifferenceKind;
  /**
   * The packets, as they came, and what nobody knows; on large nodes within a frame (symbolic/frames.ts): what happened to them up to there is the same in
   * both runs, and is looked at as if they had come so.
   */
  readonly packets: Part;
}

/**
 * How the fates of suspicious packets differ (`parts`, of suspiciousParts): in verdicts, in translations where verdicts agree, in marks where these do.
 * Empty: no packet's fate differs. Cost: that of all ways in which these packets end; on large nodes it needs a budget.
 */
export function differences(space: FamilySpace, before: Run, after: Run, parts: readonly Part[]): Difference[] {
  return byBase(space, before, after, parts).flatMap(([base, own]) =>
    new Comparison(space, base).differences(before, after, own),
  );
}

/** As differences, of one kind: first the packets that agree in all that is more important, then those that may not. Verdicts agree in any case. */
export function differencesOf(
  space: FamilySpace,
  before: Run,
  after: Run,
  parts: readonly Part[],
  kind: DifferenceKind,
): Difference[] {
  const found = byBase(space, before, after, parts).map(([base, own]) =>
    new Comparison(space, base).differencesOf(kind, before, after, own),
  );
  return [...found.flatMap(({ alone }) => alone), ...found.flatMap(({ among }) => among)];
}

/**
 * Whether all of the suspicious packets are the same at the end, as far as an aspect looks at them. Found out from what differs alone, with all that was
 * written to the packets, which is less work than each kind of difference. False: perhaps they are not. `parts`: all of those that are behind a new
 * destination, or all of the others.
 */
export function agree(space: FamilySpace, before: Run, after: Run, parts: readonly Part[], aspect: Whole): boolean {
  const isMoved = parts[0]?.view.daddr ?? false;
  return byBase(space, before, after, parts).every(([base]) =>
    new Comparison(space, base).agree(before, after, isMoved, aspect),
  );
}

/** Parts by the frame that is not looked into. */
function byBase(space: FamilySpace, before: Run, after: Run, parts: readonly Part[]): [number, Part[]][] {
  const common = haveCommonFrames(space, before, after);
  const groups = new Map<number, Part[]>();
  for (const part of parts) {
    const base = common ? space.domain.frames.tight(part).frame : WHOLE;
    const known = groups.get(base);
    if (known) known.push(part);
    else groups.set(base, [part]);
  }
  return [...groups];
}

/** Not within a frame. */
const WHOLE = 0;

/** What happened up to the frames is the same: the order changed behind them. */
function haveCommonFrames(space: FamilySpace, before: Run, after: Run): boolean {
  const bases = ({ outcomes }: Run) => {
    const found = new Set<number>();
    for (const { parts } of outcomes) {
      for (const part of parts) if (part.view.framed) found.add(space.domain.frames.base(part));
    }
    return [...found].sort().join(' ');
  };
  return bases(before) === bases(after);
}

/**
 * Packets of which something differs that the runs tell, as they end: none where nothing differs; perhaps some that have the same fate in another way. Cost:
 * that of the ends that differ.
 */
export function suspiciousParts(space: FamilySpace, before: Run, after: Run): Part[] {
  const { diagrams } = space;
  const found: Part[] = [];
  const [first, second] = [space.fatesOf(before), space.fatesOf(after, before)];
  for (const fate of new Set([...first.keys(), ...second.keys()])) {
    const a = partsByKey(first.get(fate)?.parts ?? []);
    const b = partsByKey(second.get(fate)?.parts ?? []);
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      const [gone, come] = [a.get(key), b.get(key)];
      if (gone?.set === come?.set) continue;
      const part = (gone ?? come) as Part;
      const set = diagrams.xor(gone?.set ?? FALSE, come?.set ?? FALSE);
      if (space.domain.frames.look({ ...part, set }, LOOK) !== 'none') found.push({ ...part, set });
    }
  }
  return found;
}

function partsByKey(parts: readonly Part[]): Map<string, Part> {
  return new Map(parts.map((part) => [partKey(part), part]));
}

function partKey({ view, frame }: Part): string {
  return `${view.id} ${frame}`;
}

/** Steps of looking for a packet. */
const LOOK = 20_000;

/** What each kind of difference looks at beside the inputs. */
const LOOKS: Readonly<Record<Aspect, { readonly delivered: boolean; readonly fields: readonly Side[] }>> = {
  verdict: { delivered: false, fields: [] },
  dnat: { delivered: true, fields: ['daddr', 'dport'] },
  snat: { delivered: true, fields: ['saddr', 'sport'] },
  mark: { delivered: true, fields: [] },
  way: { delivered: true, fields: ['daddr', 'dport', 'saddr'] },
  addresses: { delivered: true, fields: ['daddr', 'dport', 'saddr', 'sport'] },
  fate: { delivered: true, fields: ['daddr', 'dport', 'saddr', 'sport'] },
};

/** Beside the verdict. */
const MORE_IMPORTANT: Readonly<Record<DifferenceKind, readonly DifferenceKind[]>> = {
  verdict: [],
  dnat: [],
  snat: ['dnat'],
  mark: ['dnat', 'snat'],
};

type Side = 'daddr' | 'dport' | 'saddr' | 'sport';

/**
 * `way`: all that says where packets go, from which address: what does not differ in it differs in a mark or in source ports at most. `addresses`: with ports,
 * all but marks. `fate`: all that any kind of difference looks at.
 */
export type Whole = 'way' | 'addresses' | 'fate';

type Aspect = DifferenceKind | Whole;

class Comparison {
  /** By kind: the variables that are forgotten. */
  private readonly forgotten = new Map<string, VariableSet>();

  /** `base`: the frame that is not looked into; WHOLE: none. */
  constructor(
    private readonly space: FamilySpace,
    private readonly base: number,
  ) {}

  differences(before: Run, after: Run, parts: readonly Part[]): Difference[] {
    const [example] = parts;
    let open = this.space.diagrams.orAll(parts.map((part) => this.inputs(part, 'verdict')));
    if (open === FALSE || !example) return [];
    const found: Difference[] = [];
    for (const kind of ['verdict', 'dnat', 'snat', 'mark'] as const) {
      const set = this.differing(kind, before, after, open);
      const packets = { view: example.view, frame: this.base, set };
      if (set === FALSE) continue;
      open = this.space.diagrams.diff(open, set);
      if (this.space.domain.frames.search(packets) !== 'none') found.push({ kind, packets });
    }
    return found;
  }

  /** That there is none is mostly seen at once, whatever else differs. */
  differencesOf(
    kind: DifferenceKind,
    before: Run,
    after: Run,
    parts: readonly Part[],
  ): { readonly alone: Difference[]; readonly among: Difference[] } {
    const { diagrams, domain } = this.space;
    const [example] = parts;
    const suspicious = diagrams.orAll(parts.map((part) => this.inputs(part, 'verdict')));
    if (suspicious === FALSE || !example) return { alone: [], among: [] };
    const any = this.differing(kind, before, after, suspicious);
    if (any === FALSE) return { alone: [], among: [] };
    const without = (set: Ref, other: DifferenceKind) =>
      other === kind || set === FALSE ? set : diagrams.diff(set, this.differing(other, before, after, set));
    const sameVerdict = without(any, 'verdict');
    const alone = MORE_IMPORTANT[kind].reduce(without, sameVerdict);
    const difference = (set: Ref): Difference[] => {
      const packets = { view: example.view, frame: this.base, set };
      return set === FALSE || domain.frames.search(packets) === 'none' ? [] : [{ kind, packets }];
    };
    return {
      alone: difference(alone),
      among: alone === sameVerdict ? [] : difference(diagrams.diff(sameVerdict, alone)),
    };
  }

  agree(before: Run, after: Run, isMoved: boolean, aspect: Whole): boolean {
    const first = this.ends(before, after, isMoved, aspect);
    const second = this.ends(after, before, isMoved, aspect);
    return first.size === second.size && [...first].every(([key, set]) => second.get(key) === set);
  }

  /** Of packets that do not end in the same parts in the other run: for each way to end the packets, with what is written to them. */
  private ends(run: Run, other: Run, isMoved: boolean, aspect: Whole): Map<string, Ref> {
    const { diagrams, domain } = this.space;
    const others = this.space.fatesOf(other);
    const groups = new Map<string, Ref[]>();
    for (const [fate, { kind, parts }] of this.space.fatesOf(run)) {
      const isDelivered = kind.startsWith('delivered');
      const same = partsByKey(others.get(fate)?.parts ?? []);
      for (const part of parts) {
        if (part.view.daddr !== isMoved || same.get(partKey(part))?.set === part.set) continue;
        if (this.base !== WHOLE && domain.frames.base(part) !== this.base) continue;
        const inside = this.inputs(part, isDelivered ? aspect : 'verdict');
        if (inside === FALSE) continue;
        const key = isDelivered ? `${fate} ${viewKey(aspect, part.view)}` : fate;
        const group = groups.get(key);
        if (group) group.push(inside);
        else groups.set(key, [inside]);
      }
    }
    return new Map([...groups].map(([key, sets]) => [key, diagrams.orAll(sets)]));
  }

  /** The packets of `among` whose fates differ in this way. */
  private differing(kind: DifferenceKind, before: Run, after: Run, among: Ref): Ref {
    const { diagrams } = this.space;
    const [first, second] = [this.fates(kind, before, among), this.fates(kind, after, among)];
    const found: Ref[] = [];
    for (const key of new Set([...first.keys(), ...second.keys()])) {
      const set = diagrams.xor(first.get(key) ?? FALSE, second.get(key) ?? FALSE);
      if (set !== FALSE) found.push(diagrams.exists(set, this.others('verdict')));
    }
    return diagrams.orAll(found);
  }

  /** For each fate (as this kind looks at it) the packets, with what is written to them. */
  private fates(kind: DifferenceKind, run: Run, among: Ref): Map<string, Ref> {
    const { diagrams, domain } = this.space;
    const { delivered } = LOOKS[kind];
    const groups = new Map<string, Ref[]>();
    for (const [fate, { kind: end, parts }] of this.space.fatesOf(run)) {
      if (delivered && !end.startsWith('delivered')) continue;
      for (const part of parts) {
        if (this.base !== WHOLE && domain.frames.base(part) !== this.base) continue;
        const set = diagrams.and(part.set, among);
        if (set === FALSE) continue;
        const inside = this.inputs({ ...part, set }, kind);
        if (inside === FALSE) continue;
        const key = `${fate} ${viewKey(kind, part.view)}`;
        const group = groups.get(key);
        if (group) group.push(inside);
        else groups.set(key, [inside]);
      }
    }
    return new Map([...groups].map(([key, sets]) => [key, diagrams.orAll(sets)]));
  }

  /** A part's packets as they came, with what this kind looks at. */
  private inputs(part: Part, kind: Aspect): Ref {
    const { domain, diagrams } = this.space;
    const joined = this.base === WHOLE ? domain.frames.whole(part) : domain.frames.tight(part).set;
    const looksAtMark = kind === 'mark' || kind === 'fate';
    const whole = looksAtMark && this.base === WHOLE && part.view.framed ? this.markAsNow(joined) : joined;
    let inside = diagrams.exists(whole, this.others(kind));
    // Of an address that the node chooses nothing is known but that.
    const { chosenDestination, chosenSource } = part.view;
    const { fields } = LOOKS[kind];
    if (chosenDestination && fields.includes('daddr')) inside = diagrams.exists(inside, this.address('daddr'));
    if (chosenSource && fields.includes('saddr')) inside = diagrams.exists(inside, this.address('saddr'));
    return inside;
  }

  /** Of packets behind a frame: their mark in the variables that it has before one. Whether a set was framed is no difference. */
  private markAsNow(set: Ref): Ref {
    const { diagrams, layout } = this.space;
    const mark = layout.bitsOf(MARK);
    if (!mark) return set;
    const bits = [...mark.later.variables].flatMap((later, weight): [number, number][] => {
      const now = mark.now.variables[weight] as number;
      return later < 0 || later === now ? [] : [[now, later]];
    });
    const forgotten = diagrams.exists(set, new VariableSet(bits.map(([now]) => now)));
    const copied = diagrams.andAll(bits.map(([now, later]) => same(diagrams, now, later)));
    return diagrams.andExists(forgotten, copied, new VariableSet(bits.map(([, later]) => later)));
  }

  private address(side: 'daddr' | 'saddr'): VariableSet {
    const known = this.forgotten.get(side);
    if (known) return known;
    const made = new VariableSet(this.space.layout[side].moved.variables);
    this.forgotten.set(side, made);
    return made;
  }

  /** What packets have become since they came, or since the frame, but for what this kind looks at. */
  private others(kind: Aspect): VariableSet {
    const known = this.forgotten.get(kind);
    if (known) return known;
    const { layout, domain } = this.space;
    const kept = new Set<number>(LOOKS[kind].fields.flatMap((side) => [...layout[side].moved.variables]));
    if (kind === 'mark' || kind === 'fate') {
      const mark = layout.bitsOf(MARK);
      for (const field of mark ? [mark.now, mark.later] : [])
        for (const variable of field.variables) kept.add(variable);
    }
    const written = domain.frames.isPast(this.base) ? layout.writtenBehind() : layout.notInputs();
    const made = new VariableSet([...written].filter((variable) => !kept.has(variable)));
    this.forgotten.set(kind, made);
    return made;
  }
}

/** What views tell of a fate. */
function viewKey(kind: Aspect, view: View): string {
  switch (kind) {
    case 'verdict':
    case 'mark':
      return '';
    case 'dnat':
      return view.daddr || view.dport
        ? `dnat ${view.chosenDestination}${view.drawnDestination} ${view.daddr} ${view.dport}`
        : '';
    case 'snat':
      return view.saddr || view.sport ? `snat ${view.chosenSource}${view.drawnSource} ${view.saddr} ${view.sport}` : '';
    case 'way':
      return `${viewKey('dnat', view)} ${view.saddr ? `from ${view.chosenSource}` : ''}`;
    case 'addresses':
    case 'fate':
      return `${viewKey('dnat', view)} ${viewKey('snat', view)}`;
  }
}

/** The texts of what nobody knows that a set depends on. */
export function unknownsIn(space: FamilySpace, set: Ref): string[] {
  const found: string[] = [];
  for (const variable of support(space.diagrams, set)) {
    const text = space.layout.unknowns.textOf(variable);
    if (text !== null) found.push(text);
  }
  return found;
}
