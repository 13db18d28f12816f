/** Witnesses in words: who the packet is, what becomes of it, and what would. */
import type { Scene } from '../findings/context.ts';
import type { FindingWitness, OrderChange } from '../findings/finding.ts';
import { chainName, programName, ruleName } from '../findings/words.ts';
import type { PortView } from '../kernel/branch.ts';
import type { End } from '../kernel/domain.ts';
import type { Endpoint } from '../kernel/fate.ts';
import type { PacketJson } from '../kernel/packet-fields.ts';
import { addressText } from '../model/address.ts';
import type { OrderWitness, TracedFate } from '../packetspace/questions/order-witness.ts';
import { changeWords } from './change.ts';

/** The witness as findings carry it. `change` null: the packet shows something as it is. */
export function toldWitness(scene: Scene, witness: OrderWitness, change: OrderChange): FindingWitness {
  const { packet, answers, kind } = witness;
  const who = packetWords(packet);
  const asIs = fatesWords(scene, witness.asIs, kind === 'mark');
  const changed = fatesWords(scene, witness.swapped, kind === 'mark');
  return {
    kind,
    packet,
    pins: answers,
    change,
    who,
    asIs,
    changed,
    sentence: `${who} is ${asIs}; ${changeWords(scene, change)} it would be ${changed}.`,
  };
}

const ARTICLES: Readonly<Record<string, string>> = { icmp: 'An ICMP', icmpv6: 'An ICMPv6', sctp: 'An SCTP' };

/** `A TCP packet from 10.244.1.7 to 10.96.0.10:53 that comes in by cali123`. */
export function packetWords(packet: PacketJson): string {
  const text = (field: string): string | null => {
    const value = packet[field];
    return value === undefined || value === null ? null : String(value);
  };
  const proto = text('proto') ?? '';
  const what =
    ARTICLES[proto] ??
    (proto === ''
      ? 'A'
      : `${/^\d+$/.test(proto) ? 'A protocol' : 'A'} ${/^\d+$/.test(proto) ? proto : proto.toUpperCase()}`);
  const state = text('ctstate');
  const kind = state === null || state === 'new' ? 'packet' : `packet of ${connectionWords(state)}`;
  const port = text('dport');
  const dst = text('dst') ?? '';
  const to = port === null ? dst : dst.includes(':') ? `[${dst}]:${port}` : `${dst}:${port}`;
  const ways = [
    text('iif') === null ? 'that the node sends' : `that comes in by ${text('iif')}`,
    ...(text('oif') === null || text('path') === 'input'
      ? []
      : [`${text('iif') === null ? 'by' : 'and leaves by'} ${text('oif')}`]),
    ...(text('mark') === null || text('mark') === '0' ? [] : [`with the mark 0x${Number(text('mark')).toString(16)}`]),
  ];
  return `${what} ${kind} from ${text('src') ?? ''} to ${to} ${ways.join(' ')}`;
}

function connectionWords(state: string): string {
  return state === 'established' ? 'an established connection' : `a connection in state ${state}`;
}

/** `dropped by Calico (rule 4 of ip filter cali-fw-x)`; several where it depends on what is drawn. */
export function fatesWords(scene: Scene, fates: readonly TracedFate[], withMark: boolean): string {
  // Endpoints of a Service are drawn: what they have in common is said once.
  const byHead = new Map<string, Set<string>>();
  for (const fate of fates) {
    const head = fateWords(scene, { ...fate, fate: { ...fate.fate, dnat: null } }, withMark);
    const { dnat } = fate.fate;
    const ends = byHead.get(head) ?? new Set();
    ends.add(dnat && fate.fate.kind.startsWith('delivered') ? endpointWords(dnat) : '');
    byHead.set(head, ends);
  }
  const words = [...byHead].map(([head, ends]) => withDestinations(head, [...ends]));
  if (words.length === 0) return 'not traced';
  return words.length <= 3
    ? words.join(' or ')
    : `${words.slice(0, 2).join(' or ')}, or one of ${words.length - 2} other things`;
}

function withDestinations(head: string, ends: readonly string[]): string {
  const known = ends.filter((end) => end !== '');
  if (known.length === 0) return head;
  const shown = known.length > 4 ? [...known.slice(0, 3), `${known.length - 3} others`] : known;
  const list = shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
  return `${head}, rewritten to ${list}${ends.includes('') ? ' or not' : ''}`;
}

function fateWords(scene: Scene, { fate, mark }: TracedFate, withMark: boolean): string {
  const rewritten = fate.snat ? `, ${sourceWords(fate.snat)}` : '';
  const marked =
    withMark && fate.kind.startsWith('delivered')
      ? `, with the mark ${mark === null ? 'not known' : `0x${mark.toString(16)}`}`
      : '';
  switch (fate.kind) {
    case 'delivered-local':
      return `delivered to the node${rewritten}${marked}`;
    case 'delivered-right':
    case 'delivered-left':
      return `sent on${fate.device === null ? '' : ` by ${fate.device}`}${rewritten}${marked}`;
    case 'dropped':
      return `dropped${byWords(scene, fate.end)}`;
    case 'rejected':
      return `rejected${byWords(scene, fate.end)}`;
    case 'queue':
      return `handed to a program's queue${byWords(scene, fate.end)}`;
    case 'stolen':
      return `taken out of the way${byWords(scene, fate.end)}`;
    case 'lost':
      return `lost (${'why' in fate.end ? fate.end.why : 'no way on'})`;
    case 'not-loadable':
      return 'met by rules that the kernel would not load';
    case 'unfinished':
      return 'not followed to its end';
  }
}

function byWords(scene: Scene, end: End): string {
  const rule = 'rule' in end ? end.rule : null;
  if (rule) return ` by ${programName(scene.programOfRule(rule))} (${ruleName(rule)})`;
  if (!('site' in end)) return '';
  return ` by the policy of ${chainName(end.site.base.chain)}`;
}

/** A node chooses an address of the interface that packets leave by. */
function sourceWords({ address, port }: Endpoint): string {
  if (address !== null) return `from ${endpointWords({ address, port })}`;
  const at = portWords(port);
  return at === null ? 'masqueraded' : `masqueraded with ${typeof port === 'object' ? 'a port of' : 'port'} ${at}`;
}

/** Without an address it is one of the interface that packets came by. */
function endpointWords({ address, port }: Endpoint): string {
  const at = portWords(port);
  if (address === null) return at === null ? 'the node itself' : `port ${at} of the node itself`;
  const where = addressText(address, typeof address === 'bigint' ? 128 : 32);
  if (at === null) return where;
  return typeof address === 'bigint' ? `[${where}]:${at}` : `${where}:${at}`;
}

function portWords(port: PortView): string | null {
  if (port === null) return null;
  return typeof port === 'object' ? `${port.from}-${port.to}` : String(port);
}
