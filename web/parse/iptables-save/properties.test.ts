import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkRuleset } from '../../model/link.ts';
import { readDocument } from '../read.ts';
import { codesOf } from '../text/codes.ts';
import { dumpText, statementText } from './case-text.ts';
import { locateIptables } from './locate.ts';
import { PlainUnits } from './plain.ts';
import { printIptablesSave } from './print.ts';
import { scanUnits, UnitScanner } from './scan-rule.ts';
import { parseUnit, type UnitContext } from './unit.ts';

// Random rules in the tool's own spelling.

const number = (max: number) => fc.integer({ min: 0, max });
const hex = (max: number) => number(max).map((n) => `0x${n.toString(16)}`);
const ip = fc.tuple(number(255), number(255), number(255), number(255)).map((parts) => parts.join('.'));
/** As the tools print one: without the bits behind its length. */
const prefix = fc.tuple(number(0xffffffff), number(32)).map(([address, length]) => {
  const kept = length === 0 ? 0 : ((address >>> (32 - length)) << (32 - length)) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (kept >>> shift) & 255).join('.')}/${length}`;
});
const not = fc.constantFrom('', '', '! ');
const port = number(65535).map(String);
const portRange = fc.oneof(
  port,
  fc.tuple(number(30000), number(30000)).map(([a, b]) => `${a}:${a + b}`),
);
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,14}$/);
const mask = fc.tuple(hex(0xffffffff), hex(0xfffffffe)).map(([v, m]) => `${v}/${m}`);
const xmark = fc.tuple(hex(0xffffffff), hex(0xffffffff)).map(([v, m]) => `${v}/${m}`);

function quoted(text: string): string {
  return /^[_\-0-9a-zA-Z]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`;
}

const subset = (names: string) => {
  const all = names.split(' ');
  return fc.subarray(all, { minLength: 1 }).map((some) => some.join(','));
};

const basic = fc
  .record({
    s: fc.option(fc.tuple(not, prefix).map(([n, a]) => ` ${n}-s ${a}`)),
    d: fc.option(fc.tuple(not, ip).map(([n, a]) => ` ${n}-d ${a}/32`)),
    i: fc.option(fc.tuple(not, word, fc.constantFrom('', '+')).map(([n, w, p]) => ` ${n}-i ${w}${p}`)),
  })
  .map(({ s, d, i }) => `${s ?? ''}${d ?? ''}${i ?? ''}`);

const tcp = fc.oneof(
  fc.tuple(not, portRange).map(([n, p]) => ` -p tcp -m tcp ${n}--dport ${p}`),
  fc.tuple(portRange, not, portRange).map(([a, n, b]) => ` -p tcp -m tcp --sport ${a} ${n}--dport ${b}`),
  subset('FIN SYN RST PSH ACK URG').map((f) => ` -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG ${f}`),
  fc
    .tuple(not, fc.array(portRange, { minLength: 1, maxLength: 7 }))
    .map(([n, p]) => ` -p udp -m multiport ${n}--dports ${p.join(',')}`),
  fc.tuple(not, number(254), number(255)).map(([n, t, c]) => ` -p icmp -m icmp ${n}--icmp-type ${t}/${c}`),
  fc.constant(' -p tcp -m tcp'),
  fc.constant(''),
);

const match = fc.oneof(
  fc.tuple(not, fc.oneof(mask, hex(0xffffffff))).map(([n, m]) => ` -m mark ${n}--mark ${m}`),
  fc.tuple(not, mask).map(([n, m]) => ` -m connmark ${n}--mark ${m}`),
  fc
    .tuple(not, subset('INVALID NEW RELATED ESTABLISHED UNTRACKED'))
    .map(([n, s]) => ` -m conntrack ${n}--ctstate ${s}`),
  subset('INVALID NEW RELATED ESTABLISHED').map((s) => ` -m state --state ${s}`),
  fc.tuple(not, subset('UNICAST LOCAL BROADCAST')).map(([n, t]) => ` -m addrtype ${n}--dst-type ${t} --limit-iface-in`),
  fc.tuple(not, ip, ip).map(([n, a, b]) => ` -m iprange ${n}--src-range ${a}-${b}`),
  fc.string({ maxLength: 30, unit: fc.stringMatching(/^[ -~]$/) }).map((c) => ` -m comment --comment ${quoted(c)}`),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.constantFrom('sec', 'min', 'hour', 'day'))
    .map(([r, u]) => ` -m limit --limit ${r}/${u}`),
  fc.tuple(not, word, subset('src dst')).map(([n, s, d]) => ` -m set ${n}--match-set ${s} ${d}`),
  fc.tuple(not, number(65535)).map(([n, l]) => ` -m length ${n}--length ${l}`),
  fc.tuple(not, number(1000)).map(([n, u]) => ` -m owner ${n}--uid-owner ${u}`),
  fc.tuple(word, number(100)).map(([w, n]) => ` -m ${w}x --${w} ${n}`),
  number(0xffff).map((s) => ` -m recent --rcheck --seconds ${s} --name x --mask 255.255.255.255 --rsource`),
);

const target = fc.oneof(
  fc.constantFrom(
    ' -j ACCEPT',
    ' -j DROP',
    ' -j RETURN',
    ' -j foo',
    ' -g foo',
    '',
    ' -j REJECT --reject-with icmp-port-unreachable',
  ),
  fc.constantFrom(
    ' -j MASQUERADE --random-fully',
    ' -j CT --notrack',
    ' -j TRACE',
    ' -j NFQUEUE --queue-num 0 --queue-bypass',
  ),
  xmark.map((m) => ` -j MARK --set-xmark ${m}`),
  xmark.map((m) => ` -j CONNMARK --set-xmark ${m}`),
  fc.tuple(ip, port).map(([a, p]) => ` -j DNAT --to-destination ${a}:${p}`),
  fc.tuple(ip, ip).map(([a, b]) => ` -j SNAT --to-source ${a}-${b} --persistent`),
  fc
    .string({ minLength: 1, maxLength: 20, unit: fc.stringMatching(/^[ -~]$/) })
    .map((p) => ` -j LOG --log-prefix ${quoted(p)}`),
  fc.tuple(ip, port).map(([a, p]) => ` -j TPROXY --on-port ${p} --on-ip ${a} --tproxy-mark 0x1/0x1`),
  fc.tuple(word, subset('src dst')).map(([s, d]) => ` -j SET --add-set ${s} ${d} --exist`),
);

const counters = fc.option(fc.tuple(number(1e9), number(1e9)).map(([p, b]) => `[${p}:${b}] `));

const randomRule = fc
  .tuple(counters, fc.constantFrom('INPUT', 'FORWARD', 'foo'), basic, tcp, fc.array(match, { maxLength: 3 }), target)
  .map(([c, chain, b, t, m, j]) => `${c ?? ''}-A ${chain}${b}${t}${m.join('')}${j}`);

/** A filter table; the tool lists rules chain by chain. */
const randomDump = fc.array(randomRule, { minLength: 1, maxLength: 12 }).map((rules) => {
  const order = ['INPUT', 'FORWARD', 'foo'];
  const sorted = order.flatMap((chain) => rules.filter((rule) => rule.includes(`-A ${chain}`)));
  return ['*filter', ':INPUT ACCEPT [1:2]', ':FORWARD DROP [0:0]', ':foo - [0:0]', ...sorted, 'COMMIT', ''].join('\n');
});

function reprint(text: string): string {
  const { text: printed, diagnostics } = printIptablesSave(linkRuleset(readDocument(0, 'dump', text)));
  expect(diagnostics).toEqual([]);
  return printed.replace(/^#.*\n/gm, '');
}

const CONTEXT: UnitContext = { family: 'ip', protocol: -1, hook: () => null, isChain: () => false };

describe('iptables-save', () => {
  it('prints back what the tool lists', () => {
    fc.assert(
      fc.property(randomDump, (text) => {
        expect(reprint(text)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('reads what it prints as the same model', () => {
    fc.assert(
      fc.property(randomDump, (text) => {
        const again = readDocument(0, 'dump', reprint(text));
        expect(dumpText(again)).toBe(dumpText(readDocument(0, 'dump', text)));
      }),
      { numRuns: 200 },
    );
  });

  it('finds the same units fast as exactly', () => {
    fc.assert(
      fc.property(randomRule, (rule) => {
        const from = rule.indexOf('-A ') + 3;
        const start = rule.indexOf(' ', from) < 0 ? rule.length : rule.indexOf(' ', from);
        const scanner = new UnitScanner(rule, codesOf(rule));
        const exact: number[] = [];
        const count = scanUnits(rule, start, rule.length, exact);
        expect(scanner.scan(start, rule.length)).toBe(count);
        expect(scanner.bounds.slice(0, count)).toEqual(exact.slice(0, count));
        const walked: number[] = [];
        for (let at = scanner.first(start, rule.length); at >= 0 && at < rule.length; ) {
          const next = scanner.next(at, rule.length);
          walked.push(at, scanner.stop);
          at = next;
        }
        if (scanner.first(start, rule.length) >= 0) expect(walked).toEqual(exact.slice(0, count));
      }),
      { numRuns: 500 },
    );
  });

  it('reads a rule unit by unit as it reads the line as a whole', () => {
    const bodies = (line: string): unknown[] =>
      readDocument(0, 'dump', `*filter\n:INPUT ACCEPT [0:0]\n:X - [0:0]\n${line}\nCOMMIT\n`)[0]?.tables.flatMap(
        ({ chains }) => chains.flatMap(({ rules }) => rules.map(({ body }) => body)),
      ) ?? [];
    const noise = fc.constantFrom(' ', '  ', ' ! ', ' -', ' "a" ', ' -j X ', ' --comment ! ', '!', ' -s 1.2.3.4/32');
    fc.assert(
      fc.property(randomRule, fc.nat(), noise, (rule, place, piece) => {
        const from = rule.indexOf('-A INPUT') + 8;
        const cut = from + (place % (rule.length - from + 1));
        fc.pre(from >= 8 && (rule.slice(0, cut).split('"').length & 1) === 1);
        const noisy = `${rule.slice(0, cut)}${piece}${rule.slice(cut)} -m comment --comment `;
        // Lines with a tab are cut into units before any of them is read.
        const whole = JSON.stringify(bodies(`${noisy}"\t"`)).replaceAll('\\t', ' ');
        expect(JSON.stringify(bodies(`${noisy}" "`))).toBe(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads the plain units as the others', () => {
    const octet = fc.integer({ min: 0, max: 300 });
    const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(
        address,
        fc.constantFrom('/32', '/31', '', '/320'),
        fc.constantFrom('s', 'd'),
        (a, suffix, letter) => {
          const text = `-${letter} ${a}${suffix}`;
          const units = new PlainUnits(text, codesOf(text));
          const plain = units.address(0, text.length, letter === 's');
          const unit = { statements: [plain], target: false, extension: '', problems: [], protocol: null, basics: 1 };
          if (plain && units.stop === text.length) expect(parseUnit(text, 0, text.length, CONTEXT)).toEqual(unit);
        },
      ),
    );
    fc.assert(
      fc.property(address, fc.constantFrom('80', '0', '65536', '070', '', '1-2', '65535'), (a, port) => {
        const text = `-j DNAT --to-destination ${a}:${port}`;
        const units = new PlainUnits(text, codesOf(text));
        const plain = units.dnat(0, text.length);
        const unit = { statements: [plain], target: true, extension: 'DNAT', problems: [], protocol: null };
        if (plain && units.stop === text.length) expect(parseUnit(text, 0, text.length, CONTEXT)).toEqual(unit);
      }),
    );
    const units = (text: string): PlainUnits => new PlainUnits(text, codesOf(text));
    expect(units('-j DNAT --to-destination 1.2.3.4:80').dnat(0, 35)).not.toBeNull();
    expect(units('-s 1.2.3.4/32').address(0, 13, true)).not.toBeNull();
  });

  it('reads the plain comments as the others', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '\\', 'é', 'è', '-m'), maxLength: 6 });
    const comment = fc
      .oneof(
        text,
        text.map((inner) => `"${inner}"`),
      )
      .map((written) => `-m comment --comment ${written}`);
    fc.assert(
      fc.property(fc.array(comment, { minLength: 1, maxLength: 4 }), (comments) => {
        const all = comments.join('\n');
        const units = new PlainUnits(all, codesOf(all));
        let start = 0;
        for (const { length } of comments) {
          const plain = units.comment(start, start + length);
          if (plain && units.stop === start + length)
            expect(parseUnit(all, start, start + length, CONTEXT).statements).toEqual([plain]);
          start += length + 1;
        }
      }),
    );
    const plain = '-m comment --comment "a b"';
    expect(new PlainUnits(plain, codesOf(plain)).comment(0, plain.length)).toEqual({ kind: 'comment', text: 'a b' });
  });

  it('locates every statement inside of its rule, in order', () => {
    fc.assert(
      fc.property(randomDump, (text) => {
        for (const table of readDocument(0, 'dump', text)[0]?.tables ?? []) {
          for (const rule of table.chains.flatMap((chain) => chain.rules)) {
            const spans = locateIptables(text, rule);
            expect(spans).toHaveLength(rule.body.length);
            for (const [index, { start, end }] of spans.entries()) {
              expect(start).toBeGreaterThanOrEqual(rule.start);
              expect(end).toBeLessThanOrEqual(rule.end);
              const statement = rule.body[index];
              if (statement?.kind === 'verdict') expect(text.slice(start, end)).toMatch(/^-[jg] /);
              if (statement?.kind === 'comment') expect(text.slice(start, end)).toContain('--comment');
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('locates single options of one extension', () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n[1:2] -A INPUT -p tcp -m tcp --sport 1 ! --dport 80 -j DROP\nCOMMIT\n';
    const rule = readDocument(0, 'dump', text)[0]?.tables[0]?.chains[0]?.rules[0];
    if (!rule) throw new Error('no rule');
    const found = locateIptables(text, rule).map(({ start, end }) => text.slice(start, end));
    expect(found).toEqual(['-p tcp', '-m tcp --sport 1', '! --dport 80', '[1:2]', '-j DROP']);
    expect(rule.body.map(statementText)).toHaveLength(found.length);
  });
});

/** Changes that keep a dump nearly a dump: bytes, words, lines. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('delete', 'insert', 'double', 'swap-lines', 'cut'),
  noise: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      '"',
      '\\',
      '! ',
      ' -j ',
      '*filter\n',
      '\n',
      '{',
      '[',
      ':',
      '\u0000',
      '\ud800',
      ' -m ',
      '-A INPUT ',
      '[0:0] ',
      'table ip x {\n',
      '\r\n',
      '\u001b[31m',
      '\u00a0',
      '> ',
    ),
  ),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, { at, kind, noise }: Mutation): string {
  const place = Math.floor(at * text.length);
  switch (kind) {
    case 'delete':
      return text.slice(0, place) + text.slice(place + noise.length + 1);
    case 'insert':
      return text.slice(0, place) + noise + text.slice(place);
    case 'double':
      return text.slice(0, place) + text.slice(Math.max(0, place - 20));
    case 'cut':
      return text.slice(0, place);
    default: {
      const lines = text.split('\n');
      const index = Math.floor(at * lines.length);
      [lines[0], lines[index]] = [lines[index] ?? '', lines[0] ?? ''];
      return lines.join('\n');
    }
  }
}

describe('broken dumps', () => {
  it('never throw, keep every span in the text, and locate and print', () => {
    fc.assert(
      fc.property(randomDump, fc.array(mutation, { minLength: 1, maxLength: 6 }), (dump, mutations) => {
        const text = mutations.reduce(mutate, dump);
        const dumps = readDocument(0, 'dump', text);
        expect(dumps.length).toBeGreaterThan(0);
        for (const { start, end, text: cleaned, diagnostics, tables } of dumps) {
          expect(cleaned).toHaveLength(text.length);
          expect(start).toBeLessThanOrEqual(end);
          for (const { span } of diagnostics) {
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.start).toBeLessThanOrEqual(span.end);
            expect(span.end).toBeLessThanOrEqual(text.length);
          }
          for (const table of tables) {
            if (table.listing !== 'iptables') continue;
            for (const rule of table.chains.flatMap((chain) => chain.rules)) {
              expect(locateIptables(cleaned, rule)).toHaveLength(rule.body.length);
            }
          }
        }
        printIptablesSave(linkRuleset(dumps));
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
    );
  }, 600_000);

  it.each([
    ['unquoted comments', '-m comment --comment x\n-A INPUT '],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['brackets', '['],
    ['negations', '! '],
    ['dashes', '-'],
    ['options', ' --a'],
    ['short options', ' -s'],
    ['jumps to nowhere', '-A INPUT -j x"\n'],
    ['tables', '*t\n'],
    ['prompts', 'root@a:~# '],
    ['escapes', '\u001b['],
    ['no-break spaces', 'a\u00a0\u200b'],
    ['braces', 'table ip x {\n'],
    ['long lines', 'x'.repeat(100)],
  ])(
    'cost linear time on many %s',
    (_name, piece) => {
      const time = (count: number): number => {
        const text = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${piece.repeat(count)}\n`;
        const start = performance.now();
        readDocument(0, 'dump', text);
        return performance.now() - start;
      };
      time(1000);
      const small = Math.max(5, Math.min(time(10_000), time(10_000)));
      // Eight times the text: a quadratic reader would need 64 times as long.
      expect(Math.min(time(80_000), time(80_000))).toBeLessThan(small * 8 * 4);
    },
    60_000,
  );
});
