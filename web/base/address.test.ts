import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatIpv4,
  formatIpv6,
  formatMac,
  ipv4Mask,
  ipv4MaskLength,
  ipv6Mask,
  ipv6MaskLength,
  parseIpv4,
  parseIpv6,
  parseMac,
} from './address.ts';

describe('addresses', () => {
  it.each([
    ['0.0.0.0', 0],
    ['10.0.0.1', 0x0a000001],
    ['255.255.255.255', 0xffffffff],
    ['1.2.3', -1],
    ['1.2.3.256', -1],
    ['1.2.3.4.5', -1],
    ['1..3.4', -1],
    ['1.2.3.4a', -1],
  ])('reads %s', (text, expected) => expect(parseIpv4(text)).toBe(expected));

  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['fe80::', 0xfe80n << 112n],
    ['2001:db8::10', (0x20010db8n << 96n) | 0x10n],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n],
    ['::ffff:1.2.3.4', 0xffff01020304n],
    ['1::2::3', null],
    ['1:2:3', null],
    ['12345::', null],
    [':1:2', null],
    ['1:', null],
    ['::1:', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['fe80::1%eth0', null],
    ['\x11::', null],
    ['', null],
  ])('reads %s', (text, expected) => expect(parseIpv6(text)).toBe(expected));

  it('prints as RFC 5952 asks', () => {
    expect(formatIpv6(0n)).toBe('::');
    expect(formatIpv6(0x00010000000000000001000000000001n)).toBe('1::1:0:0:1');
    expect(formatIpv6(0x00010000000200030004000500060007n)).toBe('1:0:2:3:4:5:6:7');
  });

  it('reads what it prints', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (a) => parseIpv4(formatIpv4(a)) === a));
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (a) => parseIpv6(formatIpv6(a)) === a));
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 48n) - 1n }), (a) => parseMac(formatMac(a)) === a));
  });

  it('turns masks into lengths', () => {
    for (let n = 0; n <= 32; n++) expect(ipv4MaskLength(ipv4Mask(n))).toBe(n);
    for (let n = 0; n <= 128; n++) expect(ipv6MaskLength(ipv6Mask(n))).toBe(n);
    expect(ipv4MaskLength(0xff00ff00)).toBe(-1);
  });
});
