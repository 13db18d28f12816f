/** Property: a statement reads the same from its bytes, kept by its text, and word by word. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Statement } from '../../model/statement.ts';
import { parseNft } from './parse.ts';

/** The bodies of the rules. A variable that is defined turns the fast readers off. */
function bodies(rules: readonly string[], defined: boolean): (readonly Statement[])[] {
  const text = `${defined ? 'define x = 1' : '# by hand'}\ntable ip t {\n\tchain c {\n\t\t${rules.join('\n\t\t')}\n\t}\n}\n`;
  const [table] = parseNft(text, 0, text.length, {}).tables;
  return table?.chains[0]?.rules.map(({ body }) => body) ?? [];
}

const octet = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constantFrom('00', '01', '007', ''));
const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const port = fc.constantFrom('80', '0', '65536', '070', '', '1-2', '65535', 'http', '1234567');
const after = fc.constantFrom(
  '',
  '/24',
  '-10.0.0.9',
  ' - 10.0.0.9',
  ' . 1.2.3.4',
  ' map { 1.1.1.1 : 2.2.2.2 }',
  ' vmap { 1.1.1.1 : drop }',
  ' | 1',
  ' and 1',
  ' random',
  ' accept',
  ' counter',
  ' ip saddr 1.1.1.1',
  ' tcp dport 80',
  ';',
  ' # handle 5',
  ' é',
);
const short = fc.constantFrom(
  'meta l4proto tcp',
  'meta l4proto { tcp, udp }',
  'ct state new',
  'ct state new,established',
  'tcp dport 80',
  'tcp dport 80-90',
  'meta mark set 1',
  'meta mark set ct mark',
  'masquerade',
  'masquerade to :1024-2048',
  'notrack',
  'reject',
  'reject with tcp reset',
  'iifname "lo"',
  'iifname lo',
  'ip daddr != 10.0.0.1',
  'ip protocol tcp',
  'xt match comment',
  'limit rate 10/second burst 5 packets',
  'iifname != "cali*"',
  'iifname "a b"',
  'iifname "a',
  'log prefix "x"',
  'log prefix "x y" level info',
  'counter',
  'counter name x',
  'counter packets 1 bytes',
  'counter packets 1 bytes 2x',
  'counter packets 1  bytes 2',
  'comment x',
  'comment "x"',
  'comment "a b"  ',
  'comment "a "b" c"',
  'comment "a" b"',
  'comment "a"b',
  'comment "a',
  'jump x',
  'jump a-chain-with-a-name-that-is-longer-than-words',
  'goto x',
  'jump { accept }',
  'accept',
  'drop',
  'return',
  'queue to 1',
  'and 1',
);
const count = fc.oneof(fc.nat().map(String), fc.constantFrom('0', '007', '18446744073709551615', '1.5', '0x1f', ''));
const statement = fc.oneof(
  fc.tuple(fc.constantFrom('ip saddr ', 'ip daddr ', 'ip saddr == '), address).map((parts) => parts.join('')),
  fc.tuple(address, port).map(([a, p]) => `dnat to ${a}:${p}`),
  address.map((a) => `dnat to ${a}`),
  fc.tuple(count, count).map(([packets, bytes]) => `counter packets ${packets} bytes ${bytes}`),
  fc.string({ unit: fc.constantFrom('a', ' ', '"', 'é', '#'), maxLength: 5 }).map((text) => `comment "${text}"`),
  short,
);
const rule = fc
  .tuple(fc.array(statement, { minLength: 1, maxLength: 5 }), after, fc.constantFrom(' ', ' ', '  '))
  .map(([all, end, blank]) => all.join(blank) + end);

describe('the plain statements', () => {
  it('read as the others', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 8 }), (rules) => {
        // Twice: the second time, short statements are known.
        const twice = [...rules, ...rules];
        expect(bodies(twice, false)).toEqual(bodies(twice, true));
      }),
      { numRuns: 3000 },
    );
  });

  it('keep one object for a short statement', () => {
    const [first, second] = bodies(['meta l4proto tcp accept', 'meta l4proto tcp drop'], false);
    expect(first?.[0]).toBe(second?.[0]);
  });
});
