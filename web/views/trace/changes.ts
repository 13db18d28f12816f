/** How a packet changed from one view to another, as chips: the field, the old value, the new one. */
import { formatIp, ipAddress } from '../../base/ip.ts';
import type { PacketView, PortView } from '../../kernel/branch.ts';
import { CT_STATE, DSCP } from '../../model/constants.ts';
import type { Change } from './trace-answer.ts';

/** In the order mark, addresses, the rest. */
export function changesBetween(before: PacketView, after: PacketView): Change[] {
  const changes: Change[] = [];
  const add = (field: Change['field'], old: string | null, now: string): void => {
    if (old !== now) changes.push({ field, before: old, after: now });
  };
  if (after.mark !== before.mark) add('mark', markText(before.mark), markText(after.mark));
  if (after.ct && (after.ct.mark ?? 0) !== (before.ct?.mark ?? 0)) {
    add('ct mark', markText(before.ct?.mark ?? 0), markText(after.ct.mark));
  }
  add('dst', endText(before.dst, before.dport), endText(after.dst, after.dport));
  add('src', endText(before.src, before.sport), endText(after.src, after.sport));
  if (after.ttl !== before.ttl) add('ttl', String(before.ttl ?? '?'), String(after.ttl ?? '?'));
  if (after.tos !== before.tos) add('dscp', dscpText(before.tos), dscpText(after.tos));
  return changes;
}

export function markText(mark: number | null): string {
  return mark === null ? 'unknown' : `0x${mark.toString(16)}`;
}

/** `10.0.0.1:80`, `[fd00::1]:80`, `10.0.0.1:1024-65535` where the kernel draws the port. */
export function endText(address: number | bigint | null, port: PortView): string {
  const text = address === null ? 'the node’s address' : formatIp(ipAddress(address));
  if (port === null) return text;
  const number = typeof port === 'object' ? `${port.from}–${port.to}` : String(port);
  return typeof address === 'bigint' ? `[${text}]:${number}` : `${text}:${number}`;
}

function dscpText(tos: number | null): string {
  return tos === null ? '?' : (DSCP.byNumber.get(tos >> 2) ?? String(tos >> 2));
}

export function stateText(state: number): string {
  return CT_STATE.byNumber.get(state) ?? String(state);
}
