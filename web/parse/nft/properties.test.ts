/** Properties: any model prints and reads back as itself; no mangled text makes the reader throw, hang or lose its place. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCEPT,
  CONTINUE,
  DROP,
  type Expression,
  field,
  RETURN,
  type SetElement,
  type Verdict,
  value,
} from '../../model/expression.ts';
import { spellStatement } from '../../model/spell.ts';
import type { Statement } from '../../model/statement.ts';
import { dumpStatements } from './dump.testing.ts';
import { locateNft } from './locate.ts';
import { parseNft } from './parse.ts';
import { printNft } from './print.ts';

const port = fc.integer({ min: 0, max: 65535 });
const ipv4 = fc.integer({ min: 0, max: 0xffffffff });
const ipv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const name = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,20}$/).filter((text) => !text.endsWith('.'));
const number = ipv4;

function range<T extends number | bigint>(of: fc.Arbitrary<T>): fc.Arbitrary<Expression> {
  return fc
    .tuple(of, of)
    .map(([a, b]) => (a <= b ? { kind: 'range', from: a, to: b } : { kind: 'range', from: b, to: a }));
}

function constants<T extends number | bigint>(of: fc.Arbitrary<T>, width: number): fc.Arbitrary<Expression> {
  const plain = of.map((each) => value(each));
  const prefix = fc
    .tuple(of, fc.integer({ min: 0, max: width }))
    .map(([address, length]): Expression => ({ kind: 'prefix', address, length, width }));
  return width === 32 || width === 128 ? fc.oneof(plain, range(of), prefix) : fc.oneof(plain, range(of));
}

interface Side {
  readonly name: string;
  readonly right: fc.Arbitrary<Expression>;
}

const sides: readonly Side[] = [
  { name: 'ip saddr', right: constants(ipv4, 32) },
  { name: 'ct original ip daddr', right: constants(ipv4, 32) },
  { name: 'ip6 daddr', right: constants(ipv6, 128) },
  { name: 'tcp dport', right: constants(port, 16) },
  { name: 'udp sport', right: constants(port, 16) },
  { name: 'meta mark', right: constants(number, 0) },
  { name: 'ct mark', right: constants(number, 0) },
  { name: 'meta l4proto', right: constants(fc.integer({ min: 0, max: 255 }), 0) },
  { name: 'icmp type', right: constants(fc.integer({ min: 0, max: 255 }), 0) },
  { name: 'ip dscp', right: constants(fc.integer({ min: 0, max: 63 }), 0) },
  {
    name: 'meta iifname',
    right: fc.oneof(
      name.map((each) => value(each)),
      name.map((stem): Expression => ({ kind: 'wildcard', stem })),
    ),
  },
  { name: 'meta oifname', right: name.map((each) => value(each)) },
  { name: 'ether saddr', right: constants(fc.bigInt({ min: 0n, max: (1n << 48n) - 1n }), 48) },
  { name: 'meta pkttype', right: fc.integer({ min: 0, max: 3 }).map((each) => value(each)) },
  { name: 'fib daddr type', right: fc.integer({ min: 0, max: 8 }).map((each) => value(each)) },
  { name: 'meta priority', right: fc.integer({ min: 0, max: 0xffffffff }).map((each) => value(each)) },
  { name: 'ct expiration', right: fc.integer({ min: 0, max: 4_294_967_295 }).map((each) => value(each)) },
  { name: 'meta hour', right: fc.integer({ min: 0, max: 86_399 }).map((each) => value(each)) },
  { name: 'meta skuid', right: number.map((each) => value(each)) },
  { name: '@th,16,16', right: port.map((each) => value(each)) },
];

const side = fc.constantFrom(...sides);
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constantFrom(ACCEPT, DROP, RETURN, CONTINUE),
  fc.record({ kind: fc.constantFrom('jump', 'goto'), chain: name }),
);

function elements(
  key: fc.Arbitrary<Expression>,
  data?: fc.Arbitrary<Expression | Verdict>,
): fc.Arbitrary<SetElement[]> {
  const extras = fc.record(
    { timeout: fc.integer({ min: 1, max: 1e9 }), expires: fc.integer({ min: 1, max: 1e9 }), comment: name },
    { requiredKeys: [] },
  );
  const plain: fc.Arbitrary<SetElement> = fc.record({ key, extras }, { requiredKeys: ['key'] });
  const element = data ? fc.tuple(plain, data).map(([one, to]): SetElement => ({ ...one, data: to })) : plain;
  return fc.array(
    element.map((each) => (each.extras && Object.keys(each.extras).length === 0 ? bare(each) : each)),
    { minLength: 1, maxLength: 6 },
  );
}

function bare({ extras: _, ...rest }: SetElement): SetElement {
  return rest;
}

const match: fc.Arbitrary<Statement> = side.chain((one) =>
  fc.oneof(
    fc.record({
      kind: fc.constant('match' as const),
      left: fc.constant(field(one.name)),
      op: fc.constantFrom('==' as const, '!=' as const),
      right: fc.oneof(
        one.right,
        elements(one.right).map((each): Expression => ({ kind: 'set', elements: each })),
        name.map((each): Expression => ({ kind: 'set-reference', name: each })),
      ),
    }),
    side.chain((two) =>
      fc.record({
        kind: fc.constant('match' as const),
        left: fc.constant<Expression>({ kind: 'concat', parts: [field(one.name), field(two.name)] }),
        op: fc.constant('==' as const),
        right: elements(fc.tuple(one.right, two.right).map((parts): Expression => ({ kind: 'concat', parts }))).map(
          (each): Expression => ({ kind: 'set', elements: each }),
        ),
      }),
    ),
  ),
);

const flags: fc.Arbitrary<Statement> = fc
  .constantFrom(['tcp flags', 255] as const, ['ct state', 0x4f] as const, ['ct status', 0x23f] as const)
  .chain(([target, all]) =>
    fc.record({
      kind: fc.constant('match' as const),
      left: fc.constant(field(target)),
      op: fc.constantFrom('any-bit' as const, 'no-bit' as const, '==' as const, '!=' as const),
      right: fc.integer({ min: 1, max: 1023 }).map((bits) => value((bits & all) === 0 ? 1 : bits & all)),
    }),
  );

const masked: fc.Arbitrary<Statement> = fc
  .tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 255 }))
  .map(([mask, bits]) => ({
    kind: 'match',
    left: { kind: 'bitwise', op: 'and', left: field('tcp flags'), right: value(mask | bits) },
    op: '==',
    right: value(bits),
  }));

const mark = fc.tuple(number, number).map(([keep, set]): Statement => {
  const kept: Expression = { kind: 'bitwise', op: 'and', left: field('meta mark'), right: value(keep) };
  return {
    kind: 'mangle',
    target: field('meta mark'),
    value: { kind: 'bitwise', op: 'or', left: kept, right: value(set) },
  };
});

const vmap = side.chain((one) =>
  elements(one.right, verdict).map(
    (each): Statement => ({ kind: 'vmap', key: field(one.name), map: { kind: 'set', elements: each } }),
  ),
);

const nat: fc.Arbitrary<Statement> = fc.record({
  kind: fc.constant('nat' as const),
  type: fc.constantFrom('dnat' as const, 'snat' as const),
  address: fc.oneof(
    ipv4.map((each) => value(each)),
    range(ipv4),
    range(ipv6),
    ipv6.map((each) => value(each)),
  ),
  port: fc.oneof(fc.constant(null), constants(port, 16)),
  flags: fc.subarray(['random', 'fully-random', 'persistent']),
});

const limit: fc.Arbitrary<Statement> = fc.record({
  kind: fc.constant('limit' as const),
  rate: fc.integer({ min: 1, max: 1e9 }),
  per: fc.constantFrom('second' as const, 'minute' as const, 'week' as const),
  burst: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: null }),
  over: fc.boolean(),
  bytes: fc.boolean(),
});

const others: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ kind: fc.constant('counter' as const), packets: fc.nat(), bytes: fc.nat() }),
  fc.record({
    kind: fc.constant('log' as const),
    prefix: fc.option(name, { nil: null }),
    group: fc.option(port, { nil: null }),
    options: fc.constant(['level warn']),
  }),
  fc.record({
    kind: fc.constant('reject' as const),
    with: fc.constant('icmpx' as const),
    code: fc.constant('no-route'),
  }),
  fc.record({ kind: fc.constant('connlimit' as const), count: port, over: fc.boolean() }),
  verdict.map((each): Statement => ({ kind: 'verdict', verdict: each })),
);

const body = fc.array(fc.oneof(match, flags, masked, mark, vmap, nat, limit, others), { minLength: 1, maxLength: 6 });

describe('any model', () => {
  it('prints and reads back as itself', () => {
    fc.assert(
      fc.property(body, (statements) => {
        const rule = statements.map(spellStatement).join(' ');
        const text = `table inet t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`;
        const { tables, diagnostics } = parseNft(text, 0, text.length, {});
        const read = tables[0]?.chains[0]?.rules[0];
        expect(diagnostics).toEqual([]);
        expect(dumpStatements(read?.body ?? [])).toBe(dumpStatements(statements));
        expect(printNft({ tables }).text).toBe(text);
        expect(read && locateNft(text, read).length).toBe(statements.length);
      }),
      { numRuns: 800 },
    );
  }, 120_000);
});

const SEED = `#!/usr/sbin/nft -f
define lan = { 10.0.0.0/8, fe80::/64 }
table inet fw { # handle 3
	comment "c"
	counter web {
		packets 12 bytes 3456
	}
	set blocked {
		type ipv4_addr . inet_service
		flags interval,timeout
		elements = { 10.0.0.0/8 . 22-25 timeout 5m expires 1m comment "x", 192.0.2.1 . 80 }
	}
	map m {
		typeof ip saddr : verdict
		elements = { 10.0.0.1 : jump web, * : drop }
	}
	chain input { # handle 2
		type filter hook input priority filter + 10; policy drop;
		iifname { "eth*", "lo" } ct state established,related counter packets 1 bytes 2 accept # handle 7
		tcp flags & (fin | syn) == syn ip saddr $lan meta mark set meta mark & 0xff | 0x100
		ip saddr . tcp dport vmap { 10.0.0.1 . 22 : accept, 10.0.0.2 . 80 : goto web }
		meta l4proto tcp dnat ip6 to [2001:db8::1]:80 random
		numgen random mod 2 vmap { 0 : jump web, 1 : jump web }
		add @blocked { ip saddr . tcp dport timeout 5s limit rate over 5/second burst 3 packets }
		log prefix "in: " level debug limit rate 10/second reject with icmpx no-route
		ip daddr 10.0.0.1 jump {
			tcp dport 22 accept
		} 
	}
	chain web {
		xt match "comment" counter packets 0 bytes 0 xt target "TCPMSS" comment "end"
	}
}
add rule inet fw input tcp dport 22 accept
`;

type Edit = (text: string) => string;
const PIECES = [
  ...'{}();:,.=<>&|"#\\$@/-* \n\t',
  '/*',
  '\u0000',
  '\ufeff',
  'é',
  '0x',
  '10.0.0.1',
  '::',
  'map',
  'vmap',
  'set',
  'jump',
  '$lan',
  'handle',
  '==',
  '-1',
];
const edit: fc.Arbitrary<Edit> = fc
  .tuple(fc.nat(), fc.nat(80), fc.constantFrom(...PIECES), fc.constantFrom('cut', 'insert', 'swap', 'tail', 'double'))
  .map(
    ([where, length, piece, kind]): Edit =>
      (text) => {
        const at = text.length === 0 ? 0 : where % text.length;
        const rest = text.slice(at);
        switch (kind) {
          case 'cut':
            return text.slice(0, at) + rest.slice(length);
          case 'insert':
            return text.slice(0, at) + piece + rest;
          case 'swap':
            return text.slice(0, at) + piece + rest.slice(1);
          case 'double':
            return text.slice(0, at) + rest.slice(0, length) + rest;
          default:
            return text.slice(0, at);
        }
      },
  );

describe('mangled text', () => {
  it('never throws, and every span lies in the text and in order', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const text = edits.reduce((before, each) => each(before), SEED);
        const { tables, diagnostics } = parseNft(text, 0, text.length, {});
        for (const { span } of diagnostics)
          expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
        for (const table of tables) {
          for (const chain of table.chains) {
            for (const rule of chain.rules) {
              expect(rule.start <= rule.end && rule.end <= text.length).toBe(true);
              expect(locateNft(text, rule).length).toBe(rule.body.length);
            }
          }
        }
        const printed = printNft({ tables }).text;
        parseNft(printed, 0, printed.length, {});
      }),
      { numRuns: 1200 },
    );
  }, 120_000);

  it('never throws on arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(parseNft(text, 0, text.length, {}).diagnostics.length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
