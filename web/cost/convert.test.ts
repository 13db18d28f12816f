import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomChain } from '../dev/random-chains.ts';
import { fateOf } from '../kernel/fate.ts';
import { mergedFates } from '../kernel/fates.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { createTracer, type Tracer, tracePacket } from '../kernel/trace.ts';
import { buildJumpGraph } from '../model/graph.ts';
import { linkRuleset } from '../model/link.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { type Conversion, convertChain } from './convert.ts';
import { conversionText } from './nft-text.ts';

function read(text: string): Ruleset {
  return linkRuleset(readDocument(0, 'dump', text));
}

function converted(text: string, name: string): Conversion {
  const ruleset = read(text);
  const chain = ruleset.chains.find((one) => one.name === name);
  if (!chain) throw new Error(`no chain ${name}`);
  return convertChain(ruleset, buildJumpGraph(ruleset), chain);
}

/** `map 3 4` or `set 3 4`: rules and elements; `rule 7`. */
function shapeOf({ slots }: Conversion): string[] {
  return slots.map((slot) =>
    slot.kind === 'rule'
      ? `rule ${slot.reading.rule.index}`
      : `${slot.sameTail ? 'set' : 'map'} ${slot.readings.map(({ rule }) => rule.index).join(',')} of ${slot.fields.join(' . ')}`,
  );
}

const inChain = (...rules: string[]): string =>
  `table ip t {
\tchain a {
\t}

\tchain m {
\t\tmeta mark set 0x1
\t}

\tchain c {
${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}
}
`;

/** Every possible fate with its questions, and the mark that the packet leaves with: counters and deciding rules aside. */
function outcome(tracer: Tracer, json: Readonly<Record<string, string | number>>): string[] {
  const { packet, problems } = readPacket(json);
  if (!packet) throw new Error(problems.map(({ message }) => message).join());
  const routing = new AssumedTables(packet, new Set());
  const run = tracePacket(tracer, packet, { routing, maxBranches: 4096 });
  const fates = mergedFates(run, packet, routing).map(
    ({ fate: { kind, device, reply } }) => `${kind} ${device} ${reply?.kind}`,
  );
  const marks = run.courses.map((course) => `${fateOf(course, packet, routing).kind} ${course.last.mark}`);
  return [...new Set([...fates, ...marks])].sort();
}

describe('rules that exclude each other become one look-up', () => {
  it('of all fields that differ, in one map', () => {
    const made = converted(
      inChain(
        'ip daddr 10.0.0.1 tcp dport 80 jump a',
        'ip daddr 10.0.0.1 udp dport 80 jump m',
        'ip daddr 10.0.0.2 tcp dport 443 counter accept',
        'ip ttl 5 drop',
      ),
      'c',
    );
    expect(shapeOf(made)).toEqual(['map 1,2,3 of ip daddr . meta l4proto . th dport', 'rule 4']);
    expect([...made.slotOf]).toEqual([0, 0, 0, 1]);
    expect(conversionText(made).text).toContain('10.0.0.1 . udp . 80 : jump m');
  });

  it('of one verdict in a set, with what is the same for all outside of the key', () => {
    const made = converted(
      inChain(...[1, 2, 3].map((i) => `iifname "eth0" ip saddr 10.0.0.${i} tcp dport 22 drop`)),
      'c',
    );
    expect(shapeOf(made)).toEqual(['set 1,2,3 of meta iifname . ip saddr . meta l4proto . th dport']);
    expect(conversionText(made).text).toContain('iifname "eth0" meta l4proto tcp th dport 22 ip saddr @c-set drop');
  });

  it('also where other rules stand between that exclude them', () => {
    const rules = [1, 2, 3].flatMap((i) => [
      `ip saddr != 10.0.0.0/8 ip daddr 10.0.0.${i} jump m`,
      `ip daddr 10.0.0.${i} jump a`,
    ]);
    expect(shapeOf(converted(inChain(...rules), 'c'))).toEqual(['set 1,3,5 of ip daddr', 'set 2,4,6 of ip daddr']);
  });

  it('but not where the order decides', () => {
    const rules = ['10.0.0.1 accept', '10.0.0.0/8 drop', '10.0.0.2 accept', '10.0.0.3 accept'];
    const made = converted(inChain(...rules.map((rule) => `ip saddr ${rule}`)), 'c');
    expect(shapeOf(made)).toEqual(['rule 1', 'rule 2', 'rule 3', 'rule 4']);
    const [, , third] = made.slots;
    expect(third?.kind === 'rule' && third.why).toContain('never reached');
  });

  it('leaves out what an earlier entry takes', () => {
    const rules = ['10.0.0.0/8 drop', '10.0.0.2 accept', '192.0.2.1 accept', '192.0.2.2 accept'];
    const made = converted(inChain(...rules.map((rule) => `ip saddr ${rule}`)), 'c');
    const [lookup] = made.slots;
    expect(lookup?.kind === 'lookup' && lookup.dead.map(({ index }) => index)).toEqual([2]);
    expect(conversionText(made).text).not.toContain('10.0.0.2');
  });

  it('does not take a key that a jump may change', () => {
    const rules = ['0x1 jump m', '0x2 jump a', '0x3 accept', '0x4 accept'];
    const made = converted(inChain(...rules.map((rule) => `meta mark ${rule}`)), 'c');
    expect(made.slots).toHaveLength(4);
    expect(made.slots[0]?.kind === 'rule' && made.slots[0].why).toContain('meta mark');
  });

  it('keeps a limit to its rule', () => {
    const made = converted(inChain(...[1, 2, 3].map((i) => `ip saddr 10.0.0.${i} limit rate 5/second accept`)), 'c');
    expect(made.slots.map((slot) => slot.kind === 'rule' && slot.why)).toEqual(Array(3).fill('has a limit of its own'));
  });
});

it('means the same: packets fare as before, over random chains', () => {
  let lookups = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const { text, packets } = randomChain(seed);
      const conversion = converted(text, 'c');
      if (conversion.slots.every(({ kind }) => kind === 'rule')) return;
      lookups++;
      const after = conversionText(conversion).text;
      const [original, changed] = [createTracer(read(text)), createTracer(read(`${text}${after}`))];
      for (const json of packets) {
        expect(outcome(changed, json), `${JSON.stringify(json)}\n${text}\n${after}`).toEqual(outcome(original, json));
      }
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(lookups).toBeGreaterThan(100);
});
