/** What the kernel did with a packet is what the tracer says of the anonymised packet in the anonymised rules: step by step, with the same fate. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CaseRunner } from '../cli/trace-case.ts';
import { compareCase } from '../dev/compare-cases.ts';
import { type Anonymised, anonymise } from './anonymise.ts';

type Json = Readonly<Record<string, unknown>>;

const KEY = new Uint8Array(32).map((_, i) => i * 5 + 3);

/** What is a word of the recorder's or a number, and no name of the node's. */
const WORDS = new Set([
  'name',
  'path',
  'proto',
  'hook',
  'type',
  'engine',
  'family',
  'format',
  'fate',
  'ctstate',
  'setup',
]);

/** The kernel chooses an address of a range by a hash of the packet's addresses: of other addresses it chooses another one. */
const BY_HASH = /^(f26-nat-port-range-and-addr-range|zone-range-.*|iptables-legacy-77-17-2)$/;

function casesOf(name: string): Json[] {
  return readFileSync(new URL(`../kernel/cases/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

function renamed(value: unknown, text: (text: string) => string, key = ''): unknown {
  if (key === 'setup') return value;
  if (typeof value === 'string') return WORDS.has(key) ? value : text(value);
  if (Array.isArray(value)) return value.map((each: unknown) => renamed(each, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]: [string, unknown]) => [name, renamed(each, text, name)]),
  );
}

interface Text {
  readonly text: string;
  readonly format: string;
}

interface AnonymisedCase extends Pick<Anonymised, 'differences' | 'kept'> {
  readonly recorded: Json;
}

function anonymisedCase(recorded: Json): AnonymisedCase {
  const { ruleset, rulesets, format, ipset, ...rest } = recorded;
  const texts = (Array.isArray(rulesets) ? rulesets : [{ text: ruleset, format }]) as Text[];
  const documents = [
    ...texts.map((one) => ({ name: `node.${one.format}`, text: one.text })),
    ...(typeof ipset === 'string' ? [{ name: 'node.ipset', text: ipset }] : []),
    { name: 'answer', text: JSON.stringify(rest) },
  ];
  const { documents: made, text, differences, kept } = anonymise(documents, { key: KEY });
  const changed = {
    ...(renamed(rest, text) as Json),
    rulesets: texts.map((one, i) => ({ ...one, text: made[i]?.text })),
    ipset: typeof ipset === 'string' ? made[texts.length]?.text : ipset,
  };
  return { recorded: changed, differences, kept };
}

describe.each(['golden', 'random', 'replayed'])('%s cases', (name) => {
  const cases = casesOf(name).filter((recorded) => !BY_HASH.test(String(recorded['name'])));
  const runner = new CaseRunner();

  it.each(cases.map((recorded) => [String(recorded['name']), recorded] as const))('%s', (_name, recorded) => {
    const anonymised = anonymisedCase(recorded);
    expect(anonymised.differences).toEqual([]);
    expect(compareCase(runner, anonymised.recorded)).toEqual([]);
  });

  it('would notice addresses that do not belong together', () => {
    const found = cases.filter((recorded) => {
      const other = anonymisedCase(recorded).recorded;
      return compareCase(runner, { ...other, packet: recorded['packet'], topology: recorded['topology'] }).length > 0;
    });
    expect(found.length).toBeGreaterThan(cases.length / 2);
  });
});

it.each(['golden', 'random', 'replayed'])('says of the %s cases that choose by a hash that they do', (name) => {
  const cases = casesOf(name).filter((recorded) => BY_HASH.test(String(recorded['name'])));
  expect(cases.length).toBeGreaterThan(0);
  for (const recorded of cases) {
    const { differences, kept } = anonymisedCase(recorded);
    expect(differences).toEqual([]);
    expect(kept.map(({ why }) => why)).toContain('hash');
  }
});
