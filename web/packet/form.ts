/**
 * A packet as a user describes it: one text per field, in the words of the command line's `--packet` JSON. A field that is absent has its default, so
 * that a link carries only what was said. Numbers and meanings are the tracer's business; what is wrong with a field is check.ts's.
 */
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS } from '../model/constants.ts';

export const PACKET_FIELDS = [
  'family',
  'path',
  'proto',
  'src',
  'sport',
  'dst',
  'dport',
  'icmpType',
  'icmpCode',
  'tcpFlags',
  'iif',
  'oif',
  'mark',
  'ctstate',
  'ttl',
  'length',
  'dscp',
  'uid',
] as const;

export type PacketField = (typeof PACKET_FIELDS)[number];

/** What is absent or blank has its default. */
export type PacketForm = { readonly [K in PacketField]?: string };

/**
 * Where the packet is addressed, before anything is translated: `forward` through the node, `input` to an address of the node itself (a NodePort is),
 * `output` from the node.
 */
export type PacketPath = 'forward' | 'input' | 'output';
export const PACKET_PATHS: readonly PacketPath[] = ['forward', 'input', 'output'];

export const CT_STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

export const EMPTY_FORM: PacketForm = {};

/** The field's text without blanks around it; empty where it is absent. */
export function textOf(form: PacketForm, field: PacketField): string {
  return form[field]?.trim() ?? '';
}

/** 4 or 6: as said, else as the addresses are; IPv4 where nothing tells. */
export function familyOf(form: PacketForm): 4 | 6 {
  const said = textOf(form, 'family');
  if (said === '6') return 6;
  if (said === '4') return 4;
  return looksLikeIpv6(textOf(form, 'src')) || looksLikeIpv6(textOf(form, 'dst')) ? 6 : 4;
}

/** More than one colon: `10.0.0.1:80` is an IPv4 address with a port that is not wanted here. */
function looksLikeIpv6(text: string): boolean {
  return text.indexOf(':') !== text.lastIndexOf(':');
}

export function pathOf(form: PacketForm): PacketPath {
  const said = textOf(form, 'path');
  return PACKET_PATHS.find((path) => path === said) ?? 'forward';
}

/** The protocol's number; TCP where nothing is said, null where it is no protocol. */
export function protocolOf(form: PacketForm): number | null {
  const said = textOf(form, 'proto').toLowerCase();
  if (said === '') return 6;
  if (/^\d{1,3}$/.test(said)) return Number(said) <= 255 ? Number(said) : null;
  const number = PROTOCOLS.byName.get(said);
  // Both are /etc/protocols' words for "any", not protocols that a packet could have.
  return number === undefined || said === 'all' || said === 'ip' ? null : number;
}

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;

const WITH_PORTS: ReadonlySet<number> = new Set([TCP, UDP, 33, 132, 136]);

/** TCP, UDP, SCTP, DCCP, UDP-Lite. */
export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.has(protocol);
}

export function isIcmp(protocol: number): boolean {
  return protocol === ICMP || protocol === ICMPV6;
}

/** What a blank field stands for; empty where it stands for nothing (`by routing`, any). */
export function defaultOf(field: PacketField, form: PacketForm): string {
  const protocol = protocolOf(form);
  switch (field) {
    case 'family':
      return String(familyOf(form));
    case 'path':
      return 'forward';
    case 'proto':
      return 'tcp';
    case 'sport':
      return protocol !== null && hasPorts(protocol) ? '40000' : '';
    case 'dport':
      return '';
    case 'icmpType':
      return protocol !== null && isIcmp(protocol) ? 'echo-request' : '';
    case 'icmpCode':
      return protocol !== null && isIcmp(protocol) ? '0' : '';
    case 'tcpFlags':
      return protocol === TCP ? (textOf(form, 'ctstate') === 'established' ? 'ack' : 'syn') : '';
    case 'mark':
      return '0x0';
    case 'ctstate':
      return 'new';
    case 'ttl':
      return '64';
    default:
      return '';
  }
}

/** The field's text, or its default. */
export function effective(form: PacketForm, field: PacketField): string {
  const said = textOf(form, field);
  return said === '' ? defaultOf(field, form) : said;
}

/** Whether the packet has such a field at all: no ports on ICMP, no incoming interface on a packet of the node. */
export function applies(field: PacketField, form: PacketForm): boolean {
  const protocol = protocolOf(form);
  switch (field) {
    case 'sport':
    case 'dport':
      return protocol === null || hasPorts(protocol);
    case 'icmpType':
    case 'icmpCode':
      return protocol !== null && isIcmp(protocol);
    case 'tcpFlags':
      return protocol === TCP;
    case 'iif':
      return pathOf(form) !== 'output';
    case 'uid':
      return pathOf(form) === 'output';
    default:
      return true;
  }
}

/** Without blanks and defaults: two forms that mean the same become equal, and a link stays short. */
export function tidyForm(form: PacketForm): PacketForm {
  const tidy: { [K in PacketField]?: string } = {};
  for (const field of PACKET_FIELDS) {
    const text = textOf(form, field);
    if (text !== '' && (field === 'family' || text !== defaultOf(field, form))) tidy[field] = text;
  }
  return tidy;
}

/** `form` with one field changed; a blank text takes the field away. */
export function withField(form: PacketForm, field: PacketField, text: string): PacketForm {
  const { [field]: _, ...rest } = form;
  return text === '' ? rest : { ...rest, [field]: text };
}

/** nft's name of an ICMP type in a form's family, or its number as text. */
export function icmpTypeNames(form: PacketForm): readonly string[] {
  const symbols = protocolOf(form) === ICMPV6 ? ICMPV6_TYPES : ICMP_TYPES;
  return [...symbols.byNumber.values()];
}
