/**
 * Kernel: a rule's addresses, interfaces and protocol are compared before any of its `-m`, wherever they are written (ip_packet_match() comes first
 * in net/ipv4/netfilter/ip_tables.c); iptables-save prints them first.
 */

/** Moves `list[from, end)` to `at`; what stood from there on follows, up to `end`. Cost: linear in what is moved. */
export function moveForward<Item>(list: Item[], at: number, from: number, end: number): void {
  const moved = list.slice(from, end);
  list.copyWithin(at + moved.length, at, from);
  for (let i = 0; i < moved.length; i++) list[at + i] = moved[i] as Item;
}
