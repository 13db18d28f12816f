/**
 * Copies that `dup` and TEE send. Kernel: net/ipv4/netfilter/nf_dup_ipv4.c, its IPv6 counterpart: a copy is a packet of the node, of no connection and no
 * socket, with the mark that the packet has just then; it passes output and postrouting before the packet goes on [l26]. A copy is not copied again.
 */
import type { EndAction } from './action.ts';
import { type Branch, linked, listOf } from './branch.ts';
import { STATE } from './conntrack.ts';
import type { HookSite } from './domain.ts';
import type { Evaluator } from './evaluate.ts';
import { FACT } from './facts.ts';
import { CT_STATE, IIF, OIF, TTL } from './fields.ts';
import type { RoutingTables } from './routing.ts';

type Dup = Extract<EndAction['end'], { kind: 'dup' }>;

/** The packet's copy on its way to the gateway; null where none is sent: to a device only, without a route, of a copy. */
export function copyOf(
  branch: Branch,
  { address, device }: Dup,
  { stack, hook }: HookSite,
  evaluator: Evaluator,
  routing: RoutingTables,
): Branch | null {
  if (branch.copiedFrom !== null || stack !== 'l3' || address === null) return null;
  const gateway = evaluator.term(address, branch);
  const written = device ? evaluator.term(device, branch) : undefined;
  const known = typeof gateway === 'number' || typeof gateway === 'bigint';
  const out = typeof written === 'string' ? written : known ? routing.deviceTo(gateway, null) : null;
  if (out === '') return null;
  const copy = branch.copy();
  copy.copiedFrom = branch;
  copy.steps = null;
  copy.hooks = null;
  copy.copies = null;
  copy.arrivedCopies = [];
  copy.template = false;
  copy.facts &= ~(FACT.ENTRY | FACT.MASTER | FACT.SOCKET | FACT.FRAME);
  copy.set(CT_STATE, STATE.untracked);
  copy.set(IIF, '');
  copy.set(OIF, out ?? undefined);
  const ttl = copy.numberOf(TTL);
  if (ttl !== null && (hook === 'prerouting' || hook === 'input')) copy.set(TTL, ttl - 1);
  return copy;
}

/** Puts the steps of the copies that have been sent before the step that the packet takes next. Of a copy whose own way forked: the likeliest. */
export function settleCopies(branch: Branch): void {
  if (branch.arrivedCopies.length === 0) return;
  const byCopy = new Map<number, Branch>();
  for (const copy of branch.arrivedCopies) {
    const known = byCopy.get(copy.copyNumber);
    if (!known || copy.weight > known.weight) byCopy.set(copy.copyNumber, copy);
    if (known) branch.note('The way of a copy is not certain: the likelier one is shown.');
  }
  branch.arrivedCopies = [];
  for (const copy of byCopy.values()) {
    for (const step of listOf(copy.steps)) branch.steps = linked(branch.steps, { ...step, copy: copy.copyNumber });
    branch.copies = linked(branch.copies, copy);
  }
}
