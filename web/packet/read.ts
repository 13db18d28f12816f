/** From the texts of a form's fields to values. Each reader gives null where the text is not such a value; check.ts says why. */
import { DSCP, ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS, SERVICES, TCP_FLAGS } from '../model/constants.ts';
import {
  effective,
  familyOf,
  ICMPV6,
  PACKET_FIELDS,
  type PacketField,
  type PacketForm,
  pathOf,
  protocolOf,
  TCP,
  textOf,
} from './form.ts';

/** A decimal number of 0..`most`. */
export function readNumber(text: string, most: number): number | null {
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

/** A number, or a name of /etc/services as iptables takes it. */
export function readPort(text: string): number | null {
  return readNumber(text, 65_535) ?? SERVICES.byName.get(text.toLowerCase()) ?? null;
}

/** Decimal or 0x, of 32 bits. */
export function readMark(text: string): number | null {
  if (/^0x[0-9a-f]{1,}$/i.test(text)) {
    const value = Number(text);
    return value <= 0xffffffff ? value : null;
  }
  return readNumber(text, 0xffffffff);
}

/** `syn`, `syn,ack`, `SYN ACK`, `none`: bits. */
export function readFlags(text: string): number | null {
  let flags = 0;
  for (const word of text.toLowerCase().split(/[\s,|/]+/)) {
    if (word === '' || word === 'none') continue;
    const bit = TCP_FLAGS.byName.get(word === 'ece' ? 'ecn' : word);
    if (bit === undefined) return null;
    flags |= bit;
  }
  return flags;
}

export function readIcmpType(text: string, protocol: number | null): number | null {
  const symbols = protocol === ICMPV6 ? ICMPV6_TYPES : ICMP_TYPES;
  return readNumber(text, 255) ?? symbols.byName.get(text.toLowerCase()) ?? null;
}

export function readDscp(text: string): number | null {
  if (/^0x[0-9a-f]{1,2}$/i.test(text)) return Number(text) <= 63 ? Number(text) : null;
  return readNumber(text, 63) ?? DSCP.byName.get(text.toLowerCase()) ?? null;
}

const GOLDEN_NAMES: ReadonlyMap<number, string> = new Map([[58, 'icmpv6']]);

/** The packet as the command line's `--packet` takes it. Only for forms without errors: what cannot be read is left out. */
export function packetJson(form: PacketForm): Readonly<Record<string, string | number>> {
  const protocol = protocolOf(form) ?? TCP;
  const json: Record<string, string | number> = {
    family: familyOf(form),
    path: pathOf(form),
    proto: GOLDEN_NAMES.get(protocol) ?? PROTOCOLS.byNumber.get(protocol) ?? protocol,
    src: textOf(form, 'src'),
    dst: textOf(form, 'dst'),
    ctstate: effective(form, 'ctstate'),
  };
  const put = (key: string, value: number | null | false): void => {
    if (value !== null && value !== false) json[key] = value;
  };
  const text = (key: 'iif' | 'oif'): void => {
    if (textOf(form, key) !== '') json[key] = textOf(form, key);
  };
  put('sport', readPort(effective(form, 'sport')));
  put('dport', readPort(effective(form, 'dport')));
  put('icmpType', readIcmpType(effective(form, 'icmpType'), protocol));
  put('icmpCode', readNumber(effective(form, 'icmpCode'), 255));
  if (protocol === TCP) Object.assign(json, { tcpFlags: flagsText(readFlags(effective(form, 'tcpFlags')) ?? 0) });
  if (pathOf(form) !== 'output') text('iif');
  text('oif');
  put('mark', readMark(effective(form, 'mark')) || null);
  put('ttl', readNumber(effective(form, 'ttl'), 255));
  put('length', readNumber(textOf(form, 'length'), 65_535));
  put('dscp', readDscp(textOf(form, 'dscp')));
  if (pathOf(form) === 'output') put('uid', readNumber(textOf(form, 'uid'), 0xffffffff));
  return json;
}

/** The form of a packet's JSON, as a witness has it. What a form has no field for (a connection's mark, fragments, MACs) is left out. */
export function formOfJson(json: Readonly<Record<string, unknown>>): PacketForm {
  const form: { [K in PacketField]?: string } = {};
  for (const field of PACKET_FIELDS) {
    const value = json[field];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    if (field === 'mark') form.mark = `0x${Number(value).toString(16)}`;
    else if (field === 'tcpFlags' && typeof value === 'number') form.tcpFlags = flagsText(value);
    else form[field] = String(value);
  }
  return form;
}

/** `syn,ack`; `none`. */
export function flagsText(flags: number): string {
  const names = [...TCP_FLAGS.byNumber].filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return names.length === 0 ? 'none' : names.join(',');
}
