/** Broken inputs of every form that is read: the inputs of all cases, with bytes, words and lines changed, and put together. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../base/span.ts';
import { linkRuleset } from '../model/link.ts';
import { nameSpanOf } from '../model/rule.ts';
import type { Dump } from '../model/ruleset.ts';
import { tracedStep } from '../model/trace-rules.ts';
import { readDocument } from './read.ts';

const FOLDERS = ['iptables-save/cases', 'shell/cases', 'nft/scripts', 'traces/cases', 'iptables-list/cases'];

const INPUTS = FOLDERS.flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder)).flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, folder, file), 'utf8');
    return text.split(/\n\n(?=# )/).map((block) => `${block.split(/\n==>\n?/)[0]}\n`);
  }),
);

const PIECES = [
  '"',
  "'",
  '\\',
  '$',
  '${',
  '$(',
  '`',
  '<<EOF\n',
  '{',
  '}',
  ' ; ',
  ' && ',
  '\n',
  '\t',
  '\u0000',
  '\u001b[',
  '\u00a0',
  '\ufeff',
  '\ud83d',
  '-A ',
  '*nat\n',
  'trace id ',
  'PACKET: ',
  'TRACE: ',
  'Chain ',
  'Name: ',
  'Bridge table: ',
  'iptables -A ',
  'nft add rule ',
  'for x in ',
  'esac',
  '[node] ',
  '&quot;',
  '--More--',
];

type Change = (text: string) => string;

const change: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom('insert', 'delete', 'double', 'cut', 'swap'), fc.nat(), fc.nat(), fc.constantFrom(...PIECES))
  .map(
    ([kind, a, b, piece]): Change =>
      (text) => {
        const at = text.length === 0 ? 0 : a % text.length;
        const end = Math.min(text.length, at + (b % 60));
        const lines = text.split('\n');
        const line = a % lines.length;
        switch (kind) {
          case 'insert':
            return text.slice(0, at) + piece + text.slice(at);
          case 'delete':
            return text.slice(0, at) + text.slice(end);
          case 'double':
            return [...lines.slice(0, line), lines[line] ?? '', ...lines.slice(line)].join('\n');
          case 'cut':
            return text.slice(0, at);
          default:
            return [...lines.slice(line), ...lines.slice(0, line)].join('\n');
        }
      },
  );

function inside({ start, end }: Span, text: string): boolean {
  return start >= 0 && start <= end && end <= text.length;
}

/** Every span of a dump. */
function spansOf(dump: Dump): Span[] {
  const spans: Span[] = [dump, ...dump.diagnostics.map(({ span }) => span), ...dump.ipsets.map(({ span }) => span)];
  for (const { span, chains, sets, objects } of dump.tables) {
    spans.push(span, ...sets.flatMap((set) => [set.span, set.nameSpan]), ...objects.map((object) => object.span));
    for (const chain of chains) spans.push(chain, nameSpanOf(chain), ...chain.rules);
  }
  for (const { span, events } of dump.traces ?? []) spans.push(span, ...events.map((event) => event.span));
  return spans;
}

describe('broken inputs', () => {
  it(`of ${INPUTS.length} cases never throw, and every span is in the text`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...INPUTS), { minLength: 1, maxLength: 3 }),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (inputs, changes) => {
          const text = changes.reduce((made, each) => each(made), inputs.join(''));
          const dumps = readDocument(0, 'dump', text);
          expect(dumps.length).toBeGreaterThan(0);
          for (const dump of dumps) {
            expect(dump.text).toHaveLength(text.length);
            for (const span of spansOf(dump)) expect(inside(span, text), `${span.start} to ${span.end}`).toBe(true);
          }
          const ruleset = linkRuleset(dumps);
          for (const { traces } of dumps)
            for (const { events } of traces ?? []) for (const event of events) tracedStep(ruleset, event);
        },
      ),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1500) },
    );
  }, 600_000);

  it.each([
    ['quotes', 'iptables -A INPUT "'],
    ['substitutions', 'iptables -A INPUT $( '],
    ['braces of variables', 'iptables -A INPUT ${ '],
    ['ifs', 'iptables -A INPUT\nif true; then\n'],
    ['cases', 'iptables -A INPUT\ncase $1 in a)\n'],
    ['groups', 'iptables -A INPUT\n{ ( '],
    ['functions', 'iptables -A INPUT\nf() {\n'],
    ['here-documents', 'iptables -A INPUT\ncat <<EOF\n'],
    ['variables of variables', 'A="$A x"\niptables -A INPUT $A\n'],
    ['commands', 'iptables -I INPUT -j ACCEPT\n'],
    ['deletions', 'iptables -A INPUT -j ACCEPT\niptables -D INPUT 1\n'],
    ['definitions', 'define a = { $a, 1 }\nadd rule ip t c tcp dport $a\n'],
    ['insertions', 'insert rule ip t c accept\n'],
    ['elements', 'add element ip t s { 1 }\n'],
    ['traces', 'trace id 1 ip t c rule accept (verdict accept)\n'],
    ['packets', 'PACKET: 2 a IN=lo SRC=1.1.1.1 DST=1.1.1.1\n'],
    ['kernel lines', '[1.1] TRACE: a:b:rule:1 IN=lo OUT= SRC=1.1.1.1 DST=1.1.1.1 LEN=1\n'],
    ['hosts', '[a] -A INPUT\n[b] -A INPUT\n'],
    ['entities', '&quot;&amp;'],
    ['curly quotes', '\u201c -A\n'],
    ['dashes', ' \u2013a'],
    ['tabs', 'table ip x {\n\t\t'],
  ])(
    'cost linear time on many %s',
    (_name, piece) => {
      const time = (count: number): number => {
        const text = `*filter\n:INPUT ACCEPT [0:0]\nadd table ip t\nadd chain ip t c\n${piece.repeat(count)}\n`;
        const start = process.cpuUsage();
        readDocument(0, 'dump', text);
        return process.cpuUsage(start).user / 1000;
      };
      time(500);
      // Eight times the text: a quadratic reader would need 64 times as long, each time.
      const isLinear = (): boolean => {
        const small = Math.max(5, Math.min(time(2000), time(2000)));
        return Math.min(time(16_000), time(16_000)) < small * 8 * 4;
      };
      expect(isLinear() || isLinear() || isLinear()).toBe(true);
    },
    120_000,
  );
});
