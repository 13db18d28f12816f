/** Addresses as text: dotted IPv4, RFC 5952 IPv6, colon-separated MAC, and back. */

/** IPv4 (`width` 32), IPv6 (128, RFC 5952: lower case, longest run of zero groups shortened) or MAC (48). */
export function addressText(address: number | bigint, width: number): string {
  if (width === 32) return ipv4Text(Number(address));
  if (width === 48) return macText(BigInt(address));
  return ipv6Text(BigInt(address));
}

function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

function macText(address: bigint): string {
  const digits = address.toString(16).padStart(12, '0');
  let text = digits.slice(0, 2);
  for (let i = 2; i < 12; i += 2) text += `:${digits.slice(i, i + 2)}`;
  return text;
}

function ipv6Text(address: bigint): string {
  const groups: number[] = [];
  const high = BigInt.asUintN(64, address >> 64n);
  const low = BigInt.asUintN(64, address);
  for (const half of [high, low]) {
    const top = Number(half >> 32n);
    const bottom = Number(half & 0xffffffffn);
    groups.push(top >>> 16, top & 0xffff, bottom >>> 16, bottom & 0xffff);
  }
  if (high === 0n && low >> 32n === 0xffffn) return `::ffff:${ipv4Text(Number(low & 0xffffffffn))}`;
  const run = longestZeroRun(groups);
  if (run.length < 2) return groups.map(hex).join(':');
  const before = groups.slice(0, run.start).map(hex).join(':');
  return `${before}::${groups
    .slice(run.start + run.length)
    .map(hex)
    .join(':')}`;
}

function hex(group: number): string {
  return group.toString(16);
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}

/** A dotted IPv4 address as an unsigned 32-bit number, or null. */
export function parseIpv4(text: string): number | null {
  let address = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46;
    if (code === 46) {
      if (octet < 0 || octet > 255 || ++octets > 4) return null;
      address = address * 256 + octet;
      octet = -1;
    } else if (code >= 48 && code <= 57) {
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return null;
    } else return null;
  }
  return octets === 4 ? address : null;
}

/** An IPv6 address (with an optional dotted tail, without zone) as an unsigned 128-bit number, or null. */
export function parseIpv6(text: string): bigint | null {
  if (text.length > 45) return null;
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    let end = text.indexOf(':', at);
    if (end === -1) end = text.length;
    const part = text.slice(at, end);
    if (part === '') {
      if (gap !== -1) return null;
      gap = groups.length;
    } else if (!pushGroup(groups, part, end === text.length)) return null;
    if (end === text.length) break;
    at = end + 1;
    if (at === text.length && gap !== groups.length) return null;
  }
  if (groups.length > 8 || (gap === -1 ? groups.length !== 8 : groups.length === 8)) return null;
  if (gap !== -1) groups.splice(gap, 0, ...new Array<number>(8 - groups.length).fill(0));
  let text16 = '0x';
  for (const group of groups) text16 += group.toString(16).padStart(4, '0');
  return BigInt(text16);
}

function pushGroup(groups: number[], part: string, last: boolean): boolean {
  if (last && part.includes('.')) {
    const tail = parseIpv4(part);
    if (tail === null) return false;
    groups.push(tail >>> 16, tail & 0xffff);
    return true;
  }
  if (part.length > 4 || !isHex(part)) return false;
  groups.push(Number.parseInt(part, 16));
  return true;
}

function isHex(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = code | 32;
    if (!((code >= 48 && code <= 57) || (letter >= 97 && letter <= 102))) return false;
  }
  return text.length > 0;
}

/** `00:11:22:aa:bb:cc` as an unsigned 48-bit bigint, or null. */
export function parseMac(text: string): bigint | null {
  if (text.length < 11 || text.length > 17) return null;
  const parts = text.split(':');
  if (parts.length !== 6) return null;
  let digits = '0x';
  for (const part of parts) {
    if (part.length > 2 || !isHex(part)) return null;
    digits += part.padStart(2, '0');
  }
  return BigInt(digits);
}
