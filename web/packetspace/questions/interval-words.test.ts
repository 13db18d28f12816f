import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../base/address.ts';
import type { Interval } from '../diagram/intervals.ts';
import { addressesWords, listWords, namedWords, portsWords } from './interval-words.ts';

/** `10.0.0.1`, `10.0.0.0-10.0.0.5`, `10.0.0.0/8` as intervals, in the order given. */
function intervals(...texts: readonly string[]): Interval[] {
  return texts.map((text) => {
    const [first = '', last = first] = text.split('-');
    const [address = '', length] = first.split('/');
    const low = parseIpv4(address);
    if (length !== undefined) return { low, high: low + 2 ** (32 - Number(length)) - 1 };
    return { low, high: parseIpv4(last) };
  });
}

const KINDS = {
  groups: intervals('224.0.0.0/4', '255.255.255.255'),
  ignored: intervals('0.0.0.0', '127.0.0.0/8'),
};

describe('addresses in words', () => {
  it.each<[string, Interval[], string]>([
    ['one', intervals('10.0.0.1'), '10.0.0.1'],
    ['two hosts that would be a /31', intervals('10.0.0.2-10.0.0.3'), '10.0.0.2 or 10.0.0.3'],
    ['hosts in a row', intervals('172.18.0.2-172.18.0.4'), '172.18.0.2-172.18.0.4'],
    ['two prefixes side by side', intervals('10.0.0.0-10.191.255.255'), '10.0.0.0/9 or 10.128.0.0/10'],
    [
      'a prefix without one of its hosts',
      intervals('10.244.0.0-10.244.226.76', '10.244.226.78-10.244.255.255'),
      '10.244.0.0/16 but 10.244.226.77',
    ],
    [
      'such a prefix among others',
      intervals('10.96.0.1', '10.244.0.0-10.244.226.76', '10.244.226.78-10.244.255.255'),
      '10.96.0.1 or 10.244.0.0/16 (but 10.244.226.77)',
    ],
    ['all but a prefix', intervals('0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255'), 'anywhere but 10.0.0.0/8'],
    [
      'all but a prefix, and one host in it',
      intervals('0.0.0.0-9.255.255.255', '10.0.0.5', '11.0.0.0-255.255.255.255'),
      '10.0.0.5, or anywhere but 10.0.0.0/8',
    ],
  ])('%s', (_, given, words) => {
    expect(addressesWords(given, 32)).toEqual({ words, cut: false });
  });

  it.each<[string, Interval[], string]>([
    [
      'no groups',
      intervals('0.0.0.1-126.255.255.255', '128.0.0.0-223.255.255.255', '240.0.0.0-255.255.255.254'),
      'any unicast address',
    ],
    [
      'no groups, without a host',
      intervals(
        '0.0.0.1-9.255.255.255',
        '10.0.0.1-126.255.255.255',
        '128.0.0.0-223.255.255.255',
        '240.0.0.0-255.255.255.254',
      ),
      'any unicast address but 10.0.0.0',
    ],
    ['groups alone', intervals('224.0.0.0/4', '255.255.255.255'), '224.0.0.0/4 or 255.255.255.255'],
    ['all but what is ignored', intervals('0.0.0.1-126.255.255.255', '128.0.0.0-255.255.255.255'), 'anywhere'],
    ['an ignored one alone', intervals('127.0.0.1'), '127.0.0.1'],
  ])('with kinds of addresses: %s', (_, given, words) => {
    expect(addressesWords(given, 32, KINDS).words).toBe(words);
  });

  it('of IPv6', () => {
    const low = 0x20010db8n << 96n;
    const given = [{ low, high: low + (1n << 96n) - 1n }];
    expect(addressesWords(given, 128).words).toBe('2001:db8::/32');
  });

  it('are all of them: the words read back', () => {
    // Addresses of a small space, at the end of the whole one.
    const bound = fc.integer({ min: 0, max: 63 });
    fc.assert(
      fc.property(fc.array(fc.tuple(bound, bound), { minLength: 1, maxLength: 6 }), (pairs) => {
        const wanted = new Set<number>();
        for (const [a, b] of pairs)
          for (let value = Math.min(a, b); value <= Math.max(a, b); value++) wanted.add(value);
        const given = [...wanted].sort((a, b) => a - b).map((value) => ({ low: value, high: value }));
        const read = readWords(addressesWords(merged(given), 32).words);
        for (let value = 0; value < 64; value++) expect([value, read(value)]).toEqual([value, wanted.has(value)]);
      }),
      { numRuns: 200 },
    );
  });
});

function merged(list: readonly { low: number; high: number }[]): Interval[] {
  const found: { low: number; high: number }[] = [];
  for (const { low, high } of list) {
    const last = found.at(-1);
    if (last && last.high + 1 === low) last.high = high;
    else found.push({ low, high });
  }
  return found;
}

/** What the words say of an address, by their grammar alone. */
function readWords(words: string): (value: number) => boolean {
  const list = (text: string) => text.split(/, or |, | or /).filter((part) => part !== '');
  const simple = (text: string) => {
    if (text === 'anywhere') return () => true;
    const [only] = intervals(text);
    return (value: number) => only !== undefined && value >= Number(only.low) && value <= Number(only.high);
  };
  const any = (text: string) => {
    const parts = list(text).map(simple);
    return (value: number) => parts.some((part) => part(value));
  };
  const islands = /^(.*), or (anywhere but .*)$/.exec(words);
  if (islands) {
    const [first, second] = [any(islands[1] ?? ''), readWords(islands[2] ?? '')];
    return (value) => first(value) || second(value);
  }
  const single = /^(\S+) but (.*)$/.exec(words);
  if (single) {
    const [whole, but] = [simple(single[1] ?? ''), any(single[2] ?? '')];
    return (value) => whole(value) && !but(value);
  }
  const holed: ((value: number) => boolean)[] = [];
  const rest = words.replaceAll(/(\S+) \(but ([^)]*)\)/g, (_, prefix: string, but: string) => {
    const [whole, holes] = [simple(prefix), any(but)];
    holed.push((value) => whole(value) && !holes(value));
    return '';
  });
  const plain = list(rest.trim()).filter((part) => part.trim() !== '' && part.trim() !== 'or');
  const others = plain.map((part) => simple(part.replace(/^or /, '').trim()));
  return (value) => [...holed, ...others].some((part) => part(value));
}

describe('ports and names in words', () => {
  it.each<[Interval[], string]>([
    [[{ low: 22, high: 22 }], 'port 22'],
    [
      [
        { low: 80, high: 81 },
        { low: 8000, high: 8080 },
      ],
      'port 80, 81 or 8000-8080',
    ],
    [
      [
        { low: 0, high: 21 },
        { low: 23, high: 0xffff },
      ],
      'any port but 22',
    ],
  ])('%j', (given, words) => {
    expect(portsWords(given).words).toBe(words);
  });

  it('count what is too much', () => {
    const { words, cut } = listWords(Array.from({ length: 20 }, (_, n) => String(n)));
    expect([words, cut]).toEqual(['0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 or 9 more', true]);
  });

  it('of which some cannot be', () => {
    const nameOf = (value: number) => ['icmp', 'tcp', 'udp', 'sctp'][value] ?? '';
    expect(namedWords([{ low: 0, high: 1 }], [0, 1, 2, 3], nameOf, 'any').words).toBe('icmp or tcp');
    expect(namedWords([{ low: 1, high: 3 }], [0, 1, 2, 3], nameOf, 'any').words).toBe('any but icmp');
    expect(namedWords([{ low: 0, high: 1 }], [0, 1], nameOf, 'any').words).toBe('icmp or tcp');
  });
});
