/** How the rules table shares its width between match, verdict and comment, and which rules take several lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf, MOST_LINES, NOTHING_WANTED, shareRoom, widen } from './column-widths.ts';
import { row, service, token } from './fixtures.ts';

const NARROW = { number: 34, counters: true, medium: true, wraps: false, width: 700 };
const WIDE = { number: 40, counters: true, medium: false, wraps: false, width: 1100 };
const rejects = row(1, {
  match: [token('dst', '10.109.240.171'), token('tcp dport', '8080')],
  verdict: { kind: 'reject', detail: 'icmp port-unreachable', target: null, below: 0 },
});
const long = row(2, {
  match: ['src', 'dst', 'tcp sport', 'tcp dport', 'ct state'].map((name) => token(name, '192.168.100.0/24')),
  verdict: { kind: 'dnat', detail: '[2001:db8:1234:5678::17]:8443', target: null, below: 0 },
});

describe('the columns', () => {
  test('give the match what the verdict does not need', () => {
    const wanted = widen(NOTHING_WANTED, rejects, 0);
    const { match, verdict } = shareRoom(wanted, NARROW);
    expect(match).toBeGreaterThanOrEqual(wanted.match);
    expect(verdict).toBeGreaterThanOrEqual(wanted.verdict);
  });
  test('give the verdict what the match does not need', () => {
    const target = { kind: 'jump', detail: 'filter_FORWARD_POLICIES_post_of_a_zone', target: 5, below: 0 };
    const wanted = widen(NOTHING_WANTED, row(1, { verdict: target }), 0);
    expect(shareRoom(wanted, NARROW).verdict).toBeGreaterThanOrEqual(wanted.verdict);
  });
  test('show a long verdict whole where the match leaves it the room', () => {
    const detail = 'dst . protocol . th dport: 27 ways in @service-ips-of-it';
    const wanted = widen(NOTHING_WANTED, row(1, { verdict: { kind: 'vmap', detail, target: null, below: 0 } }), 0);
    expect(wanted.verdict).toBeGreaterThan(350);
    expect(shareRoom(wanted, WIDE).verdict).toBeGreaterThanOrEqual(wanted.verdict);
  });
  test('cut no verdict for a match that can take more lines', () => {
    const wanted = widen(
      widen(NOTHING_WANTED, { ...long, verdict: rejects.verdict }, 0),
      service(1, 'KUBE-SVC-ABCDEF'),
      0,
    );
    expect(shareRoom(wanted, { ...NARROW, wraps: true }).verdict).toBeGreaterThanOrEqual(wanted.verdict);
    expect(shareRoom(wanted, NARROW).verdict).toBeLessThan(wanted.verdict);
  });
  test('take from comments first', () => {
    const said = { comment: 'shop/cart:https has no endpoints' };
    const few = shareRoom(widen(NOTHING_WANTED, { ...service(1, 'KUBE-SVC-ABCDEFGHIJKLMNOP'), ...said }, 0), WIDE);
    const many = shareRoom(widen(NOTHING_WANTED, { ...long, ...said }, 0), WIDE);
    expect(many.comment).toBeLessThan(few.comment);
    // Where no rule has one, their name at the head is all.
    expect(shareRoom(widen(NOTHING_WANTED, long, 0), WIDE).comment).toBeLessThan(many.comment);
    expect(shareRoom(NOTHING_WANTED, NARROW).comment).toBe(0);
  });
  test('leave comments that follow the match what nobody needs', () => {
    const commented = row(1, { ...rejects, comment: 'shop/cart:https has no endpoints' });
    const [without, with_] = [rejects, commented].map((one) => shareRoom(widen(NOTHING_WANTED, one, 0), NARROW));
    expect(with_?.match).toBeGreaterThan(without?.match ?? 0);
    expect(with_?.verdict).toBeGreaterThanOrEqual(widen(NOTHING_WANTED, rejects, 0).verdict);
  });
  test('only grow, row by row', () => {
    const first = widen(NOTHING_WANTED, long, 0);
    expect(widen(first, rejects, 0)).toBe(first);
    expect(widen(first, long, 3).match).toBeGreaterThan(first.match);
  });
  test('fill the table, whatever is wanted', () => {
    fc.assert(
      fc.property(
        fc.record({ match: fc.nat(2000), verdict: fc.nat(2000), comment: fc.nat(220) }),
        fc.integer({ min: 480, max: 2400 }),
        (wanted, width) => {
          const room = width < 760 ? NARROW : WIDE;
          const none = shareRoom(NOTHING_WANTED, { ...room, width });
          const some = shareRoom(wanted, { ...room, width });
          const sum = (one: typeof some): number => one.match + one.verdict + one.comment;
          expect(Math.abs(sum(some) - sum(none))).toBeLessThanOrEqual(3);
          expect(Math.min(some.match, some.verdict)).toBeGreaterThanOrEqual(50);
        },
      ),
    );
  });
});

describe('lines', () => {
  test('a match that does not fit takes more of them, up to a limit', () => {
    expect(linesOf(rejects, 0, 300)).toBe(1);
    expect(linesOf(rejects, 0, 200)).toBe(2);
    expect(linesOf(long, 0, 200)).toBe(MOST_LINES);
    expect(linesOf(row(1), 0, 10)).toBe(1);
    const range = row(1, { match: [token('src is not', '192.168.100.200-192.168.100.250')] });
    expect([330, 180].map((width) => linesOf(range, 0, width))).toEqual([1, 2]);
  });
  test('where the column is as wide as the match wants there is one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 6 }), fc.nat(4), (tokens, depth) => {
        const any = row(1, { match: tokens.map(([field, value]) => token(field, value)) });
        expect(linesOf(any, depth, widen(NOTHING_WANTED, any, depth).match)).toBe(1);
      }),
    );
  });
});
