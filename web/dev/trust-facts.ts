/**
 * What the page tells those who ask how it knows ("How do you know?"): taken from the recorded cases, from the runs against a kernel, and from the tables of
 * the parsers and the tracer. Nothing of it is written by hand but the reasons, which are read out of kernel/README.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { CaseRunner } from '../cli/trace-case.ts';
import { CATALOGUE } from '../findings/catalogue/index.ts';
import { Program } from '../kernel/compile.ts';
import { matchCondition } from '../kernel/compile-match.ts';
import type { Condition } from '../kernel/condition.ts';
import { fieldType, isIptablesField, LAYOUTS } from '../model/field-types.ts';
import { HARMLESS_TARGETS, OPAQUE_TARGETS } from '../parse/iptables-save/extensions/mangle.ts';
import { MATCH_EXTENSIONS, TARGET_EXTENSIONS } from '../parse/iptables-save/registry.ts';
import { compareCase } from './compare-cases.ts';
import { readText } from './reading.ts';

/** Random rulesets and packets that were put to a kernel and to the tracer. */
export interface FreshRun {
  /** `own`: random-traces.ts; `second`: a program that knows nothing of the tracer. */
  readonly generator: 'own' | 'second';
  readonly seed: number;
  /** Cases by format. */
  readonly formats: Readonly<Record<string, number>>;
  readonly cases: number;
  readonly agree: number;
  readonly linux: string | null;
  readonly nft: string | null;
  readonly iptables: string | null;
}

export interface TrustFacts {
  readonly recorded: readonly { readonly name: string; readonly cases: number; readonly agree: number }[];
  readonly fresh: readonly FreshRun[];
  /** Cases of which the tracer is known to say something else than the kernel, and why. */
  readonly differs: readonly { readonly what: string; readonly kernel: string; readonly why: string }[];
  /** Of the fields that nft names: how many the tracer and the proofs know, and those of which they ask the user. */
  readonly fields: { readonly known: number; readonly asked: readonly string[] };
  /** Extensions of iptables: read as the same comparisons as nft's; kept as text, so that nobody guesses; without effect on a packet's way. */
  readonly matches: { readonly modelled: readonly string[]; readonly text: readonly string[] };
  readonly targets: {
    readonly modelled: readonly string[];
    readonly text: readonly string[];
    readonly harmless: readonly string[];
  };
  /** Known conflicts between programs, each tried with rulesets that the real tools have loaded. */
  readonly conflicts: { readonly known: number; readonly withSamples: number };
}

/** @param folder of the recorded cases. */
export function trustFacts(folder: URL, readme: URL, samples: URL): TrustFacts {
  const runner = new CaseRunner();
  const recorded = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((file) => {
      const cases = readFileSync(new URL(file, folder), 'utf8').trim().split('\n');
      const agree = cases.filter((line) => compareCase(runner, JSON.parse(line)).length === 0).length;
      return { name: file.replace('.jsonl', ''), cases: cases.length, agree };
    });
  const sampled = new Set(readdirSync(samples));
  return {
    recorded,
    fresh: JSON.parse(readFileSync(new URL('fresh-runs.json', folder), 'utf8')) as FreshRun[],
    differs: differences(readFileSync(readme, 'utf8')),
    fields: fieldFacts(),
    matches: matchFacts(),
    targets: targetFacts(),
    conflicts: { known: CATALOGUE.size, withSamples: [...CATALOGUE.keys()].filter((id) => sampled.has(id)).length },
  };
}

/** The rows of the table behind "What remains:". */
function differences(readme: string): TrustFacts['differs'] {
  const from = readme.indexOf('What remains:');
  if (from < 0) throw new Error('kernel/README.md has no "What remains:" any more');
  const rows = readme.slice(from).split('\n').slice(2);
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(2, end).map((row) => {
    const [what = '', kernel = '', why = ''] = row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '').trim());
    return { what, kernel, why };
  });
}

function fieldFacts(): TrustFacts['fields'] {
  const { ruleset } = readText('probe.nft', 'table inet probe {\n\tchain c {\n\t}\n}\n');
  const table = ruleset.tables[0];
  if (!table) throw new Error('the probe has no table');
  const context = new Program(ruleset).contextOf(table);
  const names = LAYOUTS.flatMap((layout) => {
    const [header, ...fields] = layout.split(' ');
    return fields.map((each) => `${header} ${each.split(':')[0]}`);
  }).filter((name) => !isIptablesField(name));
  const asked = names.filter((name) => {
    const { form, width } = fieldType(name);
    const value = form === 'string' ? 'x' : width > 32 ? 1n : 1;
    const right = { kind: 'value', value } as const;
    return asks(matchCondition({ kind: 'match', left: { kind: 'field', name }, op: '==', right }, context));
  });
  return { known: names.length - asked.length, asked };
}

function asks(condition: Condition): boolean {
  switch (condition.kind) {
    case 'unknown':
      return true;
    case 'all':
    case 'any':
      return condition.parts.some(asks);
    case 'not':
      return asks(condition.of);
    default:
      return false;
  }
}

function matchFacts(): TrustFacts['matches'] {
  const all = [...MATCH_EXTENSIONS.values()].filter(({ name }) => name !== '');
  const names = (opaque: boolean) => [
    ...new Set(all.filter((each) => (each.opaque ?? false) === opaque).map(({ name }) => name)),
  ];
  return { modelled: names(false).sort(), text: names(true).sort() };
}

function targetFacts(): TrustFacts['targets'] {
  const text = OPAQUE_TARGETS.map(({ name }) => name).sort();
  const harmless = HARMLESS_TARGETS.map(({ name }) => name).sort();
  const modelled = [...TARGET_EXTENSIONS.keys()].filter((name) => !text.includes(name) && !harmless.includes(name));
  return { modelled: modelled.sort(), text, harmless };
}
