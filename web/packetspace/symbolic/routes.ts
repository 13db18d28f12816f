/**
 * What routing says of packets when nobody gives the node's tables: as AssumedTables of the tracer has it (kernel/routing.ts). A packet's own way tells
 * where its addresses are; of others the dump shows some.
 */
import { not, type Ref } from '../diagram/ref.ts';
import type { BitField } from './bit-field.ts';
import { NO_INTERFACE } from './names.ts';
import type { PacketSets } from './packet-sets.ts';
import type { View } from './view.ts';

/** Sets that say what an address is; they do not overlap. */
export interface AddressTypes {
  readonly multicast: Ref;
  readonly local: Ref;
  readonly broadcast: Ref;
  readonly unicast: Ref;
  /** Where nobody knows whether it is the node's. */
  readonly open: Ref;
}

/** `isSource`: of the source's address. */
export function addressTypes(sets: PacketSets, view: View, isSource: boolean): AddressTypes {
  const { layout } = sets;
  const field = sets.address(isSource ? layout.saddr : layout.daddr, isSource ? view.saddr : view.daddr);
  const sent = view.own || view.round > 0;
  return sets.remember(`types ${field.name} ${sent} ${view.daddr}`, () => {
    const moved = isSource ? view.saddr : view.daddr;
    return typesOf(sets, field, moved ? null : isSource ? (sent ? 'own' : 'foreign') : 'destination', view);
  });
}

/** `what`: the address of a packet's sender, the node (`own`) or not, or where it goes; null: an address that was written to it. */
function typesOf(
  sets: PacketSets,
  field: BitField,
  what: 'own' | 'foreign' | 'destination' | null,
  view: View,
): AddressTypes {
  const { diagrams } = sets;
  const multicast = sets.kind(field, 'multicast');
  const broadcast = sets.kind(field, 'broadcast');
  const plain = diagrams.orAll([multicast, broadcast, sets.kind(field, 'loopback'), sets.known(field)]);
  const sure = diagrams.or(sets.kind(field, 'loopback'), sets.known(field));
  const rest = not(plain);
  if (what === 'own')
    return { multicast, broadcast, local: diagrams.or(sure, rest), unicast: 0 as Ref, open: 0 as Ref };
  if (what === 'foreign') return { multicast, broadcast, local: sure, unicast: rest, open: 0 as Ref };
  if (what === null) return { multicast, broadcast, local: sure, unicast: 0 as Ref, open: rest };
  const mine = diagrams.and(sets.destinationLocal(view), rest);
  return { multicast, broadcast, local: diagrams.or(sure, mine), unicast: diagrams.diff(rest, mine), open: 0 as Ref };
}

/**
 * The interfaces that lead to an address: `packet` by that of the packet itself, `none` by none, `open` nobody knows. As AssumedTables.deviceTo().
 */
export interface WayTo {
  readonly none: Ref;
  /** Through the interface that the packet came by (for its source) or leaves by (for its destination). */
  readonly known: Ref;
  readonly open: Ref;
}

export function wayTo(sets: PacketSets, view: View, isSource: boolean): WayTo {
  const { diagrams, layout } = sets;
  const types = addressTypes(sets, view, isSource);
  const none = diagrams.orAll([types.multicast, types.broadcast, types.local]);
  const moved = isSource ? view.saddr : view.daddr;
  const sent = view.own || view.round > 0;
  const there = moved || (isSource && sent) ? (0 as Ref) : not(none);
  const device = isSource ? layout.iif : layout.oif;
  const known = diagrams.diff(there, sets.interface(device, [NO_INTERFACE]));
  return { none, known, open: diagrams.diff(not(none), known) };
}
