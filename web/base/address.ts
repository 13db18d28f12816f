/**
 * IPv4, IPv6 and MAC addresses: text to number and back. IPv4 is an unsigned 32-bit number, IPv6 and MAC are bigints.
 * Follows RFC 4291 (text forms) and RFC 5952 (the printed form). Not modelled: zone ids (`fe80::1%eth0`), inet_aton's short forms (`10.1`).
 */

/** An IPv4 address in `text[start, end)`, or -1. Leading zeros are read as decimal. Cost: O(end - start), no allocation. */
export function parseIpv4(text: string, start = 0, end = text.length): number {
  if (end - start < 7 || end - start > 15) return -1;
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (digits === 0 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = 0;
      digits = 0;
    } else {
      const digit = code - 0x30;
      if (digit < 0 || digit > 9 || ++digits > 3) return -1;
      part = part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : -1;
}

export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The eight 16-bit groups of an IPv6 address, or null. */
function ipv6Groups(text: string): number[] | null {
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (groups.length === 8) return null;
    let next = at;
    let group = 0;
    for (; next < text.length && next - at < 5; next++) {
      const digit = hexDigit(text.charCodeAt(next));
      if (digit < 0) break;
      group = group * 16 + digit;
    }
    if (next < text.length && text.charCodeAt(next) === 0x2e) {
      const tail = groups.length <= 6 ? parseIpv4(text, at) : -1;
      if (tail < 0) return null;
      groups.push(tail >>> 16, tail & 0xffff);
      at = text.length;
      break;
    }
    if (next === at || next - at > 4) return null;
    groups.push(group);
    if (next === text.length) {
      at = next;
      break;
    }
    if (text.charCodeAt(next) !== 0x3a) return null;
    at = next + 1;
    if (text.charCodeAt(at) === 0x3a) {
      if (gap >= 0) return null;
      gap = groups.length;
      at++;
    } else if (at === text.length) return null;
  }
  if (gap < 0) return groups.length === 8 ? groups : null;
  if (groups.length > 7) return null;
  const zeros = new Array<number>(8 - groups.length).fill(0);
  return [...groups.slice(0, gap), ...zeros, ...groups.slice(gap)];
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** An IPv6 address (also with a dotted IPv4 tail), or null. */
export function parseIpv6(text: string): bigint | null {
  if (text.length < 2 || text.length > 45) return null;
  const groups = ipv6Groups(text);
  if (!groups) return null;
  let address = 0n;
  for (let i = 0; i < 8; i += 2) {
    address = (address << 32n) | BigInt((groups[i] as number) * 0x10000 + (groups[i + 1] as number));
  }
  return address;
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`; `::ffff:1.2.3.4` for mapped IPv4. */
export function formatIpv6(address: bigint): string {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address >> shift) & 0xffffn));
  if (address >> 32n === 0xffffn) return `::ffff:${formatIpv4(Number(address & 0xffffffffn))}`;
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; ) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > bestLength) {
      bestStart = i;
      bestLength = j - i;
    }
    i = j + 1;
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (bestStart < 0) return hex(groups);
  return `${hex(groups.slice(0, bestStart))}::${hex(groups.slice(bestStart + bestLength))}`;
}

/** `00:11:22:33:44:55` (any case, one or two digits a byte), or null. */
export function parseMac(text: string): bigint | null {
  const parts = text.split(':');
  if (parts.length !== 6) return null;
  let address = 0n;
  for (const part of parts) {
    if (part.length === 0 || part.length > 2) return null;
    let byte = 0;
    for (let i = 0; i < part.length; i++) {
      const digit = hexDigit(part.charCodeAt(i));
      if (digit < 0) return null;
      byte = byte * 16 + digit;
    }
    address = (address << 8n) | BigInt(byte);
  }
  return address;
}

export function formatMac(address: bigint): string {
  const hex = address.toString(16).padStart(12, '0');
  return (hex.match(/../g) ?? []).join(':');
}

/** The netmask of an IPv4 prefix length, unsigned. */
export function ipv4Mask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** The prefix length of a netmask, or -1 where its ones are not all in front. */
export function ipv4MaskLength(mask: number): number {
  const host = ~mask >>> 0;
  return (host & (host + 1)) === 0 ? Math.clz32(host) : -1;
}

export function ipv6Mask(length: number): bigint {
  return ((1n << BigInt(length)) - 1n) << BigInt(128 - length);
}

/** As ipv4MaskLength, for 128 bits. */
export function ipv6MaskLength(mask: bigint): number {
  for (let length = 0; length <= 128; length++) if (ipv6Mask(length) === mask) return length;
  return -1;
}
