/** Addresses and routes from JSON: `{addresses: [[device, "10.0.0.1/24"]], routes: [["0.0.0.0/0", device]]}`. */
import { parseIpv4, parseIpv6 } from '../base/address.ts';
import type { InterfaceAddress, Route, Topology } from './routing.ts';

/** null where it is no topology. Entries that cannot be read are left out. */
export function readTopology(json: unknown): Topology | null {
  if (typeof json !== 'object' || json === null) return null;
  const { addresses, routes } = json as { addresses?: unknown; routes?: unknown };
  if (!Array.isArray(addresses) && !Array.isArray(routes)) return null;
  return {
    addresses: pairs(addresses).flatMap(([device, text]) => {
      const prefix = readPrefix(text);
      return prefix ? [{ device, ...prefix } satisfies InterfaceAddress] : [];
    }),
    routes: pairs(routes).flatMap(([text, device]) => {
      const prefix = readPrefix(text);
      return prefix ? [{ device, ...prefix } satisfies Route] : [];
    }),
  };
}

function pairs(json: unknown): [string, string][] {
  if (!Array.isArray(json)) return [];
  return json.filter(
    (each): each is [string, string] =>
      Array.isArray(each) && typeof each[0] === 'string' && typeof each[1] === 'string',
  );
}

/** `10.0.0.1/24`, `2001:db8::1`; null where it is none. */
export function readPrefix(text: string): { address: number | bigint; length: number } | null {
  const [written = '', bits] = text.split('/');
  const v4 = parseIpv4(written);
  const address = v4 >= 0 ? v4 : parseIpv6(written);
  if (address === null) return null;
  const width = v4 >= 0 ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  return Number.isInteger(length) && length >= 0 && length <= width ? { address, length } : null;
}
