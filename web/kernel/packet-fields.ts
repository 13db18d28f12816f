/** Fields of a packet's JSON, read one by one; what is wrong with one is said at it. */
import { parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import type { AddressFamily } from './packet.ts';

export interface PacketProblem {
  readonly severity: 'error' | 'note';
  /** The JSON field. */
  readonly field: string;
  readonly message: string;
}

export type PacketJson = Readonly<Record<string, unknown>>;

export class FieldReader {
  readonly problems: PacketProblem[] = [];

  constructor(readonly json: PacketJson) {}

  error(field: string, message: string): null {
    this.problems.push({ severity: 'error', field, message });
    return null;
  }

  note(field: string, message: string): void {
    this.problems.push({ severity: 'note', field, message });
  }

  /** undefined where the field is not given, or empty. */
  given(field: string): unknown {
    const value = this.json[field];
    return value === null || value === '' ? undefined : value;
  }

  text(field: string): string | null {
    const value = this.given(field);
    if (value === undefined) return null;
    return typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : this.error(field, `${field} is no text.`);
  }

  /** Decimal or 0x; null where it is not given. */
  number(field: string, max: number): number | null {
    const text = this.text(field);
    if (text === null) return null;
    const number = /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isInteger(number) && number <= max) return number;
    return this.error(field, `${field} is “${text}”: a whole number from 0 to ${max} is wanted.`);
  }

  interfaceName(field: string): string | null {
    const name = this.text(field);
    if (name === null) return null;
    if (/^[^\s/]{1,15}$/.test(name)) return name;
    return this.error(field, `“${name}” is no name of an interface (1 to 15 characters, no blank, no /).`);
  }

  mac(field: string): bigint | null {
    const text = this.text(field);
    if (text === null) return null;
    return parseMac(text) ?? this.error(field, `“${text}” is no MAC address.`);
  }

  address(field: string, family: AddressFamily): number | bigint | null {
    const text = this.text(field);
    if (text === null) {
      const which = field === 'dst' ? 'destination' : 'source';
      return this.error(field, `${field} is needed: the packet’s ${which} address.`);
    }
    const v4 = parseIpv4(text);
    const v6 = v4 < 0 ? parseIpv6(text) : null;
    if (v4 < 0 && v6 === null) return this.error(field, `“${text}” is no address.`);
    if (family === 'ip' && v4 < 0) return this.error(field, `${text} is an IPv6 address in an IPv4 packet.`);
    if (family === 'ip6' && v4 >= 0) return this.error(field, `${text} is an IPv4 address in an IPv6 packet.`);
    return v4 >= 0 ? v4 : v6;
  }

  /** The field belongs to packets of another kind. */
  only(field: string, kind: string): null {
    if (this.given(field) !== undefined) this.error(field, `Only ${kind} packets have ${field}.`);
    return null;
  }
}
