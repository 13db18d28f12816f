/**
 * Which addresses are likely where: a pod's behind its interface, the node's own in what the node sends. Sets leave that open, and any packet proves as much;
 * but a packet from a pod's address by the pod's interface is one that people have seen.
 */
import type { NameSet, ValueSet } from '../../kernel/value-set.ts';
import { FALSE, not, type Ref } from '../diagram/ref.ts';
import type { BitField } from '../symbolic/bit-field.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import { LOOPBACK } from '../symbolic/names.ts';
import type { Origin } from '../symbolic/universe.ts';

/** Who is behind some interfaces. */
export interface Neighbours {
  readonly interfaces: NameSet;
  readonly addresses: ValueSet;
  /** Some that are known: those that packets may come from and those that they may go to, which are others where an interface has several. */
  readonly sources: ValueSet;
  readonly destinations: ValueSet;
}

/** Of one family. Nothing of it has to be true: it is wished for, one thing after the other. */
export interface LikelyAddresses {
  /** Of an interface in several the first counts. */
  readonly neighbours: readonly Neighbours[];
  /** Addresses that are behind these interfaces and behind no other. */
  readonly inner: ValueSet;
  readonly own: ValueSet;
  readonly services: ValueSet;
}

/** The most important first; none where nothing is known. Made once for a space. */
export function likelyWishes(own: FamilySpace, origin: Origin): readonly Ref[] {
  const { likely, sets } = own;
  if (!likely) return [];
  const made = WISHES[origin].map((wish) => sets.once(`likely ${wish.name}`, () => wish(own, likely)));
  return made.filter((set) => set !== FALSE);
}

type Wish = (own: FamilySpace, likely: LikelyAddresses) => Ref;

const WISHES: Readonly<Record<Origin, readonly Wish[]>> = {
  received: [sourceBehind, destinationBehind, ownDestination, knownSource, knownDestination],
  sent: [ownSource, destinationBehind, knownDestination],
};

function among({ diagrams }: FamilySpace, field: BitField, addresses: ValueSet): Ref {
  return addresses.kind === 'names' || addresses.ranges.length === 0 ? FALSE : field.in(diagrams, addresses, null);
}

/** Their interfaces, by their codes; each in the first list that has it. */
function codesOf({ layout }: FamilySpace, { neighbours }: LikelyAddresses): (readonly number[])[] {
  const taken = new Set<number>();
  return neighbours.map(({ interfaces }) => {
    const codes = layout.atoms.codesOf(interfaces).filter((code) => !taken.has(code) && code > LOOPBACK);
    for (const code of codes) taken.add(code);
    return codes;
  });
}

function sourceBehind(own: FamilySpace, likely: LikelyAddresses): Ref {
  return behind(own, likely, 'source', ({ addresses }) => addresses);
}

function knownSource(own: FamilySpace, likely: LikelyAddresses): Ref {
  return behind(own, likely, 'source', ({ sources }) => sources);
}

function destinationBehind(own: FamilySpace, likely: LikelyAddresses): Ref {
  return behind(own, likely, 'destination', ({ addresses }) => addresses);
}

function knownDestination(own: FamilySpace, likely: LikelyAddresses): Ref {
  return behind(own, likely, 'destination', ({ destinations }) => destinations);
}

/** Where packets come from (go to) by an interface is behind it, or a Service; by others it is nowhere inside. */
function behind(
  own: FamilySpace,
  likely: LikelyAddresses,
  side: 'source' | 'destination',
  of: (neighbours: Neighbours) => ValueSet,
): Ref {
  const { diagrams, layout, sets } = own;
  const isSource = side === 'source';
  const [device, field] = isSource ? [layout.iif, layout.saddr.input] : [layout.oif, layout.daddr.input];
  const services = isSource ? FALSE : among(own, field, likely.services);
  const codes = codesOf(own, likely);
  const rules = likely.neighbours.flatMap((each, i): Ref[] => {
    const there = among(own, field, of(each));
    const by = codes[i] ?? [];
    if (there === FALSE || by.length === 0) return [];
    return [diagrams.or(not(sets.interface(device, by)), diagrams.or(there, services))];
  });
  const known = [...codes.flat(), LOOPBACK].sort((a, b) => a - b);
  const elsewhere = diagrams.or(sets.interface(device, known), not(among(own, field, likely.inner)));
  const wished = diagrams.andAll([...rules, elsewhere]);
  return isSource ? wished : diagrams.or(diagrams.variable(layout.local), wished);
}

function ownDestination(own: FamilySpace, likely: LikelyAddresses): Ref {
  const { diagrams, layout } = own;
  const there = among(own, layout.daddr.input, likely.own);
  return there === FALSE ? FALSE : diagrams.or(not(diagrams.variable(layout.local)), there);
}

function ownSource(own: FamilySpace, likely: LikelyAddresses): Ref {
  return among(own, own.layout.saddr.input, likely.own);
}
