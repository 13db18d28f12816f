/** A traced packet in a link: its fields, what was said of the unknowns, and the step that is looked at. */
import { PACKET_FIELDS, type PacketField, type PacketForm } from '../packet/form.ts';
import { escapeName, unescapeName } from './escape.ts';

/** An answer to something that the dump does not decide. */
export interface LinkPin {
  readonly unknown: string;
  readonly value: boolean | number | string;
}

/** A step by its number in the list of one packet; of a connection the packets count from 0. */
export interface LinkStep {
  readonly passage: number;
  readonly step: number;
}

/** `src:10.0.0.1,dst:10.96.0.1,dport:443`, in the order of the fields. */
export function encodePacket(form: PacketForm): string {
  return PACKET_FIELDS.flatMap((field) => {
    const text = form[field] ?? '';
    return text === '' ? [] : [`${field}:${escapeName(text)}`];
  }).join(',');
}

/** Fields that this version does not know are left out: a newer page wrote them. Undefined where nothing is left. */
export function decodePacket(value: string): PacketForm | undefined {
  const form: { [K in PacketField]?: string } = {};
  for (const pair of value.split(',')) {
    const colon = pair.indexOf(':');
    const field = PACKET_FIELDS.find((one) => one === pair.slice(0, Math.max(0, colon)));
    const text = unescapeName(pair.slice(colon + 1));
    if (text === undefined) return undefined;
    if (field !== undefined && text !== '') form[field] = text;
  }
  return Object.keys(form).length === 0 ? undefined : form;
}

/** `UNKNOWN:y`, `:n`, `:#3` (a number), `:=text`. */
export function encodePins(pins: readonly LinkPin[]): string {
  return pins.map(({ unknown, value }) => `${escapeName(unknown)}:${encodeValue(value)}`).join(',');
}

function encodeValue(value: LinkPin['value']): string {
  if (typeof value === 'boolean') return value ? 'y' : 'n';
  return typeof value === 'number' ? `#${value}` : `=${escapeName(value)}`;
}

export function decodePins(value: string): readonly LinkPin[] | undefined {
  const pins = value.split(',').map((pair) => {
    const colon = pair.lastIndexOf(':');
    const unknown = unescapeName(pair.slice(0, Math.max(0, colon)));
    const said = decodeValue(pair.slice(colon + 1));
    return unknown === undefined || unknown === '' || said === undefined ? undefined : { unknown, value: said };
  });
  return pins.every((pin) => pin !== undefined) ? pins : undefined;
}

function decodeValue(text: string): LinkPin['value'] | undefined {
  if (text === 'y') return true;
  if (text === 'n') return false;
  if (/^#-?\d{1,15}$/.test(text)) return Number(text.slice(1));
  return text.startsWith('=') ? unescapeName(text.slice(1)) : undefined;
}

/** `7`, or `1.7` for the seventh step of a connection's second packet. */
export function encodeStep({ passage, step }: LinkStep): string {
  return passage === 0 ? String(step) : `${passage}.${step}`;
}

export function decodeStep(value: string): LinkStep | undefined {
  const found = /^(?:(\d{1,3})\.)?(\d{1,6})$/.exec(value);
  return found ? { passage: Number(found[1] ?? 0), step: Number(found[2]) } : undefined;
}
