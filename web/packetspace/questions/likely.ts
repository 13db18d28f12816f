/**
 * Which addresses are likely where: a pod's behind its interface, the node's own in what the node sends. Sets leave that open, and any packet proves as much;
 * but a packet from a pod's address by the pod's interface is one that people have seen.
 */
import type { ValueSet } from '../../kernel/value-set.ts';
import { FALSE, not, type Ref } from '../diagram/ref.ts';
import type { BitField } from '../symbolic/bit-field.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import type { LikelyAddresses, Neighbours } from '../symbolic/likely-addresses.ts';
import { LOOPBACK } from '../symbolic/names.ts';
import type { Origin } from '../symbolic/universe.ts';

/** The most important first; none where nothing is known. Made once for a space. */
export function likelyWishes(own: FamilySpace, origin: Origin): readonly Ref[] {
  const { likely, sets } = own;
  if (!likely) return [];
  const made = WISHES[origin].map((name) => sets.once(`likely ${name}`, () => SETS[name](own, likely)));
  return made.filter((set) => set !== FALSE);
}

const SETS = {
  'source behind': (own, likely) => behind(own, likely, 'source', ({ addresses }) => addresses),
  'known source': (own, likely) => behind(own, likely, 'source', ({ sources }) => sources),
  'destination behind': (own, likely) => behind(own, likely, 'destination', ({ addresses }) => addresses),
  'known destination': (own, likely) => behind(own, likely, 'destination', ({ destinations }) => destinations),
  'own destination': ownDestination,
  'own source': ownSource,
} as const satisfies Readonly<Record<string, (own: FamilySpace, likely: LikelyAddresses) => Ref>>;

const WISHES: Readonly<Record<Origin, readonly (keyof typeof SETS)[]>> = {
  received: ['source behind', 'destination behind', 'own destination', 'known source', 'known destination'],
  sent: ['own source', 'destination behind', 'known destination'],
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
