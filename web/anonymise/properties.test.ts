/** What replacements promise, for any addresses, networks, ranges, masks and names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6, ipv4Mask } from '../base/address.ts';
import { parseIp } from '../base/ip.ts';
import { bytesOf, numberOf } from './address-bytes.ts';
import { limitsOfText } from './find-limits.ts';
import { commonLength } from './fixed-bits.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { Limits } from './limits.ts';
import { Renamer } from './rename.ts';
import { Scanner } from './scan.ts';
import { isHarmless } from './vocabulary.ts';
import { isEverybodys } from './well-known.ts';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ipv4 = fc.integer({ min: 0, max: 0xffffffff }).map((value) => value >>> 0);
const ipv6 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  fc.bigInt({ min: 0n, max: (1n << 96n) - 1n }).map((value) => (0x20010db8n << 96n) | value),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => (0xfe80n << 112n) | value),
);
const macs = fc.bigInt({ min: 0n, max: (1n << 48n) - 1n });
const length = fc.integer({ min: 0, max: 32 });
const names = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,12}$/);

function renamer(key: Uint8Array, ...texts: string[]): Renamer {
  const limits = new Limits();
  const scanner = new Scanner();
  for (const text of texts) limitsOfText(text, limits, scanner);
  return new Renamer(createKeyedHash(key), limits, scanner);
}

/** The number that an IPv4 address becomes. */
function image(map: Renamer, value: number): number {
  return numberOf(map.address(bytesOf(value, 4)));
}

describe('addresses', () => {
  const both = fc.oneof(fc.tuple(ipv4, ipv4, fc.constant(4)), fc.tuple(ipv6, ipv6, fc.constant(16))) as fc.Arbitrary<
    [number | bigint, number | bigint, number]
  >;

  it('have as many first bits in common as before, so that none becomes another one', () => {
    fc.assert(
      fc.property(keys, both, fc.integer({ min: 0, max: 128 }), (key, [a, b, bytes], shared) => {
        const map = renamer(key);
        const first = bytesOf(a, bytes);
        // Two that begin alike, which random ones do not.
        const bits = Math.min(shared, bytes * 8);
        const second = bytesOf(b, bytes).map((byte, i) => {
          const kept = Math.min(8, Math.max(0, bits - i * 8));
          const mask = (0xff << (8 - kept)) & 0xff;
          return ((first[i] as number) & mask) | (byte & ~mask & 0xff);
        });
        expect(commonLength(map.address(first), map.address(second))).toBe(commonLength(first, second));
      }),
      { numRuns: 400 },
    );
  });

  it('of everybody stay, and nobody gets one', () => {
    fc.assert(
      fc.property(keys, ipv4, (key, value) => {
        const bytes = bytesOf(value, 4);
        expect(isEverybodys(renamer(key).address(bytes))).toBe(isEverybodys(bytes));
      }),
    );
    const map = renamer(new Uint8Array(32));
    for (const text of [
      '0.0.0.0/0',
      '127.0.0.1',
      '169.254.169.254',
      '224.0.0.251',
      '255.255.255.255',
      '::1',
      '::/0',
      'ff02::fb',
      'fe80::1',
    ]) {
      expect(map.text(text)).toBe(text);
    }
  });

  it.each([
    ['10.0.0.0/8'],
    ['172.16.0.0/12'],
    ['192.168.0.0/16'],
    ['100.64.0.0/10'],
    ['fd7a:115c:a1e0::/48'],
    ['fc00::/7'],
    ['fe80::/10'],
    ['2001:db8::/32'],
    ['64:ff9b::/96'],
  ])('of %s stay in it, and no other gets into it', (network) => {
    const [base = '', bits = ''] = network.split('/');
    fc.assert(
      fc.property(keys, fc.oneof(ipv4, ipv6), (key, value) => {
        const map = renamer(key);
        expect(map.text(network)).toBe(network);
        const text = typeof value === 'number' ? formatIpv4(value) : formatIpv6(value);
        expect(isWithin(map.text(text), base, Number(bits))).toBe(isWithin(text, base, Number(bits)));
      }),
    );
  });

  it('are in the same networks, and networks keep their first and last address', () => {
    fc.assert(
      fc.property(keys, ipv4, length, ipv4, (key, base, bits, other) => {
        const first = (base & ipv4Mask(bits)) >>> 0;
        const network = `${formatIpv4(first)}/${bits}`;
        const map = renamer(key, network);
        const to = map.text(network);
        expect(isWithin(map.text(formatIpv4(other)), ...parts(to))).toBe(
          isWithin(formatIpv4(other), ...parts(network)),
        );
        const last = (first | ~ipv4Mask(bits)) >>> 0;
        expect(image(map, last)).toBe((numberOf(bytesOfText(to)) | ~ipv4Mask(bits)) >>> 0);
        expect(map.text(`${formatIpv4(first)}/${formatIpv4(ipv4Mask(bits))}`)).toBe(
          `${to.split('/')[0]}/${formatIpv4(ipv4Mask(bits))}`,
        );
        expect(map.text(`{"addr": "${formatIpv4(first)}", "len": ${bits}}`)).toBe(
          `{"addr": "${to.split('/')[0]}", "len": ${bits}}`,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are in the same ranges, however many there are', () => {
    const ranges = fc.array(fc.tuple(ipv4, fc.integer({ min: 0, max: 5000 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(keys, ranges, fc.array(fc.integer({ min: -6000, max: 6000 })), (key, list, offsets) => {
        const written = list.map(([from, size]) => [from, Math.min(0xffffffff, from + size)] as const);
        const texts = written.map(([from, to]) => `${formatIpv4(from)}-${formatIpv4(to)}`);
        const map = renamer(key, ...texts);
        for (const [from, to] of written) {
          for (const offset of [0, 1, -1, ...offsets]) {
            const address = Math.min(0xffffffff, Math.max(0, from + offset));
            const isIn = address >= from && address <= to;
            const there = image(map, address);
            expect(there >= image(map, from) && there <= image(map, to)).toBe(isIn);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('match the same values under any mask', () => {
    fc.assert(
      fc.property(keys, ipv4, ipv4, ipv4, (key, value, mask, other) => {
        const limits = new Limits();
        const wanted = (value & mask) >>> 0;
        limits.masked(bytesOf(wanted, 4), bytesOf(mask, 4));
        const map = new Renamer(createKeyedHash(key), limits, new Scanner());
        if (limits.isMask(bytesOf(wanted, 4))) return;
        const near = ((other & ~mask) | wanted) >>> 0;
        for (const address of [other, near]) {
          expect((image(map, address) & mask) >>> 0 === image(map, wanted)).toBe((address & mask) >>> 0 === wanted);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stay on their side of one that they are compared with', () => {
    fc.assert(
      fc.property(keys, ipv4, ipv4, (key, bound, other) => {
        const limits = new Limits();
        limits.ordered(bytesOf(bound, 4));
        const map = new Renamer(createKeyedHash(key), limits, new Scanner());
        expect(Math.sign(image(map, other) - image(map, bound))).toBe(Math.sign(other - bound));
      }),
    );
  });

  it('of IPv4 are the same inside of IPv6', () => {
    fc.assert(
      fc.property(keys, ipv4, (key, value) => {
        const map = renamer(key);
        expect(map.text(`::ffff:${formatIpv4(value)}`)).toBe(`::ffff:${map.text(formatIpv4(value))}`);
      }),
    );
  });

  it('of Ethernet keep whether they are of a group and made up', () => {
    fc.assert(
      fc.property(keys, macs, (key, value) => {
        const bytes = bytesOf(value, 6);
        const to = renamer(key).address(bytes);
        expect((to[0] as number) & 3).toBe((bytes[0] as number) & 3);
      }),
    );
  });
});

describe('names', () => {
  it('become others of the same length and kinds of characters, one to one', () => {
    fc.assert(
      fc.property(keys, fc.uniqueArray(names, { maxLength: 40 }), (key, list) => {
        const map = renamer(key);
        const images = list.map((name) => map.text(name));
        expect(new Set(images).size).toBe(list.length);
        list.forEach((name, i) => {
          expect(shape(images[i] as string)).toBe(shape(name));
          expect(images[i] === name).toBe(isHarmless(name));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('become the same wherever they stand', () => {
    fc.assert(
      fc.property(keys, names, names, (key, a, b) => {
        const map = renamer(key);
        const [first, second] = [map.text(a), map.text(b)];
        expect(map.text(`-A ${a} -m comment --comment "${b}/${a}: to ${b}" -j ${b}`)).toBe(
          `-A ${first} -m comment --comment "${second}/${first}: to ${second}" -j ${second}`,
        );
        expect(map.text(`{"chain":"${a}\\n${b}"}`)).toBe(`{"chain":"${first}\\n${second}"}`);
      }),
    );
  });

  it('are found behind escapes, and however their letters are written', () => {
    const map = renamer(new Uint8Array(32));
    const json = JSON.stringify({ comment: 'Z\u00fcrich \u4e2d\u6587 \ud83d\ude00 <b>\tacme\n' }).replace(
      /[^ -~]|</g,
      (letter) => {
        return [...letter.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
      },
    );
    const { comment } = JSON.parse(map.text(json)) as { comment: string };
    expect(comment.replace('😀', '')).not.toMatch(/acme|rich|[^ -~\t\n]/);
    expect(comment).toMatch(/ <b>\t[a-z]{4}\n$/);
    expect(map.text('\u00e9')).toMatch(/^[a-z]$/);
    expect(map.text('caf\u00e9 \u6771\u4eac')).not.toMatch(/caf|[^ -~]/);
  });

  it('that are hexadecimal numbers stay such', () => {
    fc.assert(
      fc.property(keys, fc.uuid(), (key, uuid) => {
        expect(renamer(key).text(uuid)).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('of two keys are different', () => {
    const [a, b] = [renamer(new Uint8Array(32)), renamer(new Uint8Array(32).fill(1))];
    expect(a.text('payments-database')).not.toBe(b.text('payments-database'));
    expect(a.text('203.0.113.77 93.184.216.34')).not.toBe(b.text('203.0.113.77 93.184.216.34'));
  });
});

function shape(name: string): string {
  return name.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
}

function parts(network: string): [string, number] {
  const [base = '', bits = ''] = network.split('/');
  return [base, Number(bits)];
}

function bytesOfText(network: string): Uint8Array {
  const [base = ''] = network.split('/');
  const found = parseIp(base);
  if (!found) throw new Error(`no address: ${network}`);
  return bytesOf(found.value, found.family === 'ip' ? 4 : 16);
}

function isWithin(address: string, base: string, bits: number): boolean {
  const [a, b] = [bytesOfText(address), bytesOfText(base)];
  return a.length === b.length && commonLength(a, b) >= bits;
}
