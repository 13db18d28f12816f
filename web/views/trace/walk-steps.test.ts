import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPacket } from '../../kernel/packet-input.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { createTracer, tracePacket } from '../../kernel/trace.ts';
import { linkRuleset } from '../../model/link.ts';
import { readDocument } from '../../parse/read.ts';
import { countEvaluated, type Event, startOf, type Visit, visitsOf } from './walk-steps.ts';

function visits(dump: string, packet: Record<string, string | number> = {}): Visit[] {
  const json = { family: 4, path: 'input', iif: 'eth0', proto: 'udp', src: '192.0.2.1', dst: '192.0.2.2', dport: 53 };
  const read = readPacket({ ...json, ...packet }).packet;
  if (!read) throw new Error('no packet');
  const routing = new AssumedTables(read, new Set());
  const [course] = tracePacket(createTracer(linkRuleset(readDocument(0, 'dump', dump))), read, { routing }).courses;
  if (!course) throw new Error('no course');
  return visitsOf(course, startOf(read, course));
}

/** `in:1-2 - | in:3 jump a | a:1 accept`. */
function words(of: readonly Visit[]): string {
  return of.flatMap(({ events }) => events.map(eventWords)).join(' | ');
}

function eventWords(event: Event): string {
  if (event.kind === 'policy') return `policy ${event.verdict}`;
  if (event.kind === 'miss') return `${event.chain.name}:${event.from}-${event.to} -`;
  const { rule, verdict, way } = event;
  const via = way.length > 0 ? ` via ${way.map(({ chain }) => chain.name).join('>')}` : '';
  return `${rule.chain.name}:${rule.index} ${verdict}${via}`;
}

const table = (chains: string) =>
  `table inet t {\n${chains}\nchain in { type filter hook input priority 0; policy drop; BODY }\n}\n`;
const dump = (body: string, chains = '') => table(chains).replace('BODY', body);

describe('visitsOf', () => {
  it('counts what was compared before a hit, and nothing behind a verdict', () => {
    expect(words(visits(dump('udp dport 1 drop; udp dport 2 drop; udp dport 53 accept; udp dport 53 drop;')))).toBe(
      'in:1-2 - | in:3 accept',
    );
  });

  it('goes into chains and comes back', () => {
    const chains = 'chain a { udp dport 9 accept; meta mark set 5; }';
    expect(words(visits(dump('udp dport 53 jump a; udp dport 9 accept;', chains)))).toBe(
      'in:1 jump a | a:1-1 - | a:2 continue via in | in:2-2 - | policy drop',
    );
  });

  it('skips the rest of the base chain after a goto', () => {
    const chains = 'chain a { udp dport 9 accept; }';
    expect(words(visits(dump('goto a; udp dport 53 accept;', chains)))).toBe('in:1 goto a | a:1-1 - | policy drop');
  });

  it('returns from a goto to whoever jumped', () => {
    const chains = 'chain b { udp dport 9 accept; }\nchain a { goto b; udp dport 53 accept; }';
    expect(words(visits(dump('jump a; udp dport 53 accept;', chains)))).toBe(
      'in:1 jump a | a:1 goto b via in | b:1-1 - | in:2 accept',
    );
  });

  it('ends a chain at its return', () => {
    const chains = 'chain a { return; udp dport 53 accept; }';
    expect(words(visits(dump('jump a;', chains)))).toBe('in:1 jump a | a:1 return via in | policy drop');
  });

  it('shows the packet before and behind a rule, from the first rule on', () => {
    const [visit] = visits(dump('meta mark set 0x7; accept;'), { mark: 3 });
    const [hit] = visit?.events ?? [];
    expect(hit?.kind === 'hit' && [hit.before.mark, hit.after.mark]).toEqual([3, 7]);
  });
});

type Action = 'accept' | 'drop' | 'return' | 'continue' | 'jump' | 'goto';
interface GeneratedRule {
  readonly matches: boolean;
  readonly action: Action;
  readonly target: number;
}

const rule: fc.Arbitrary<GeneratedRule> = fc.record({
  matches: fc.boolean(),
  action: fc.constantFrom<Action>('accept', 'drop', 'return', 'continue', 'continue', 'jump', 'jump', 'goto'),
  target: fc.nat(3),
});

/** Chain 0 is the base chain; jumps lead to later ones. */
function rulesetOf(chains: readonly (readonly GeneratedRule[])[]): string {
  const text = (rules: readonly GeneratedRule[], at: number): string =>
    rules
      .map(({ matches, action, target }) => {
        const to = at + 1 + target;
        const verdict =
          action === 'continue' ? 'counter' : action === 'jump' || action === 'goto' ? `${action} c${to}` : action;
        const possible = (action !== 'jump' && action !== 'goto') || to < chains.length;
        return `meta mark ${matches ? 0 : 1} ${possible ? verdict : 'counter'}\n`;
      })
      .join('');
  const bodies = chains.map((rules, at) =>
    at === 0
      ? `chain c0 { type filter hook input priority 0; policy accept;\n${text(rules, 0)}}`
      : `chain c${at} {\n${text(rules, at)}}`,
  );
  return `table inet t {\n${bodies.reverse().join('\n')}\n}\n`;
}

/** The kernel's evaluation, as plainly as can be: how many rules were compared. */
function evaluated(chains: readonly (readonly GeneratedRule[])[]): number {
  let count = 0;
  const run = (at: number): 'ended' | 'back' => {
    for (const { matches, action, target } of chains[at] ?? []) {
      count++;
      if (!matches) continue;
      if (action === 'accept' || action === 'drop') return 'ended';
      if (action === 'return') return 'back';
      const to = at + 1 + target;
      if (action === 'continue' || to >= chains.length) continue;
      const end = run(to);
      if (end === 'ended' || action === 'goto') return end;
    }
    return 'back';
  };
  run(0);
  return count;
}

describe('countEvaluated', () => {
  it('is what a plain evaluation counts', () => {
    fc.assert(
      fc.property(fc.array(fc.array(rule, { maxLength: 5 }), { minLength: 1, maxLength: 4 }), (chains) => {
        expect(countEvaluated(visits(rulesetOf(chains)))).toBe(evaluated(chains));
      }),
      { numRuns: 15000 },
    );
  });
});
