/** Addresses as text, by their width. */
import { formatIpv4, formatIpv6, formatMac } from '../base/address.ts';

/** IPv4 (`width` 32), IPv6 (128, RFC 5952: lower case, longest run of zero groups shortened) or MAC (48). */
export function addressText(address: number | bigint, width: number): string {
  if (width === 32) return formatIpv4(Number(address));
  return width === 48 ? formatMac(BigInt(address)) : formatIpv6(BigInt(address));
}
