/** Properties: statements and elements read the same from their bytes, kept by their text, and word by word. */
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
  'é',
  'accept',
  '_',
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

const part = fc.oneof(
  address,
  port,
  fc.constantFrom(
    'tcp',
    'udp',
    'TCP',
    'new',
    'established',
    'lo',
    '"lo"',
    'lo*',
    'accept',
    'x',
    '::1',
    'fe80::1',
    'FE80::1',
    '::ffff:1.2.3.4',
    '1:2',
    '00:11:22:33:44:55',
  ),
  fc.constantFrom(
    '1h',
    '10s',
    '0x1f',
    '4294967295',
    '4294967296',
    '*',
    '-1',
    '1-2',
    '10.0.0.0/8',
    'syn | ack',
    'ip saddr',
    '',
  ),
);
const key = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' . '));
const data = fc.oneof(
  key,
  fc.constantFrom(
    'accept',
    'drop',
    'return',
    'continue',
    'acceptx',
    'queue to 1',
    'jump { accept }',
    'goto "a"',
    'goto $x',
  ),
  fc.constantFrom(
    'goto a',
    'jump a',
    'goto a-chain-with-a-name-that-is-longer-than/words',
    'goto 1',
    'goto  a',
    'goto',
  ),
);
const element = fc.oneof(
  key,
  fc.tuple(key, data).map(([k, d]) => `${k} : ${d}`),
  fc.tuple(key, data).map(([k, d]) => `${k}: ${d}`),
  key.map((k) => `${k} timeout 5s`),
  fc.tuple(key, data).map(([k, d]) => `${k} comment "x" : ${d}`),
);
const TYPES = [
  'type ipv4_addr',
  'type inet_service',
  'type ipv4_addr . inet_proto . inet_service',
  'type ipv4_addr . inet_service : verdict',
  'type inet_proto : verdict',
  'type mark : ipv4_addr',
  'type ipv6_addr',
  'type ipv6_addr . inet_service : ipv6_addr',
  'type ifname : inet_service . ipv4_addr',
  'type ct_state : ct_label',
  'type ether_addr : classid',
  'typeof numgen inc mod 3 : ip daddr',
  'typeof ct expiration : verdict',
];

describe('the plain elements', () => {
  it('read as the others', () => {
    /** A form feed is a blank, but for the grammar only. */
    const read = (elements: readonly string[], type: string, isPlain: boolean): unknown => {
      const kind = type.includes(' : ') ? 'map' : 'set';
      const list = elements.join(isPlain ? ', ' : '\f, ');
      const text = `table ip t {\n\t${kind} s {\n\t\t${type}\n\t\telements = { ${list} }\n\t}\n}\n`;
      const { tables, diagnostics } = parseNft(text, 0, text.length, {});
      return { elements: tables[0]?.sets[0]?.elements, codes: diagnostics.map(({ code }) => code) };
    };
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), fc.constantFrom(...TYPES), (elements, type) => {
        // Twice: the second time, words are known.
        const twice = [...elements, ...elements];
        expect(read(twice, type, true)).toEqual(read(twice, type, false));
      }),
      { numRuns: 5000 },
    );
  });

  it('may stand on lines of their own', () => {
    const text =
      'table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 1.1.1.1,\n\t\t\t     2.2.2.2 , 3.3.3.3,\n }\n\t}\n}\n';
    const [table] = parseNft(text, 0, text.length, {}).tables;
    expect(table?.sets[0]?.elements.map(({ key: each }) => (each.kind === 'value' ? each.value : null))).toEqual([
      0x01010101, 0x02020202, 0x03030303,
    ]);
  });
});
