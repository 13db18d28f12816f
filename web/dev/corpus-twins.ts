/**
 * One ruleset that nft listed as text and as JSON: both must give equal models. nft's JSON leaves a few things out; those differences are told
 * apart from readings that are wrong.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Difference, rulesetDifferences } from '../model/equal.ts';
import type { Table } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';

export interface TwinOutcome {
  readonly path: string;
  /** Differences that nft's JSON is no reason for. Empty: the models are equal, or as equal as the JSON lets them. */
  readonly differences: readonly Difference[];
  /** What the JSON leaves out here. */
  readonly reasons: readonly string[];
}

/** The JSON listing beside a text, or null. */
export function twinOf(path: string): string | null {
  for (const end of ['.json', '.json-nft']) {
    const twin = path.replace(/\.nft$/, end);
    if (twin !== path && existsSync(twin)) return twin;
  }
  return null;
}

/** Every text in the folder, and under it, that has such a twin. */
export function textsWithTwin(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.nft') && twinOf(join(folder, name)) !== null)
    .sort();
}

export function compareTwins(path: string, text: string, json: string): TwinOutcome {
  const left = tablesOf('ruleset.nft', text);
  const right = tablesOf('ruleset.json', json);
  const reasons = new Set<string>();
  const differences = rulesetDifferences(left, right).filter((difference) => {
    const reason = REASONS.find(([, isIt]) => isIt(difference, right));
    if (reason) reasons.add(reason[0]);
    return reason === undefined;
  });
  return { path, differences, reasons: [...reasons] };
}

export function readTwins(path: string): TwinOutcome {
  return compareTwins(path, readFileSync(path, 'utf8'), readFileSync(twinOf(path) ?? path, 'utf8'));
}

function tablesOf(name: string, text: string): Table[] {
  return readDocument(0, name, text).flatMap(({ tables }) => tables);
}

type Reason = readonly [what: string, isIt: (difference: Difference, json: readonly Table[]) => boolean];

/** Found by listing one ruleset in both ways with nft 1.0.6: src/json.c has no words for these. */
const REASONS: readonly Reason[] = [
  ['the comment of a chain', ({ path, right }) => /\/ chains \/ \S+ \/ comment$/.test(path) && right === 'null'],
  ['what a set is a type of', ({ path, right }) => /\/ (?:key|data) \/ typeof$/.test(path) && right === 'undefined'],
  [
    'that rules add to a set',
    ({ path, left, right }) =>
      /\/ sets \/ \S+ \/ flags/.test(path) && left.includes('dynamic') && !right.includes('dynamic'),
  ],
  [
    'that a set joins its intervals',
    ({ path, left, right }) =>
      /\/ sets \/ \S+ \/ options/.test(path) && left.includes('auto-merge') && !right.includes('auto-merge'),
  ],
  [
    'an option of synproxy that is 0',
    ({ path, left, right }) => path.endsWith(' / text') && withoutZero(left) === withoutZero(right),
  ],
  ['the device of a chain', ({ path, right }) => path.includes('/ base / devices') && right === '[]'],
  ['the options of an iptables extension that the text translates', ofExtension],
  [
    'the counter and flags of a flowtable',
    ({ path, left, right }) =>
      path.includes('/ objects /') &&
      (left.includes('counter') || left.includes('flags')) &&
      left.startsWith(right.slice(0, -1)),
  ],
  ['all statements of an element but the first', ofElementState],
  ['parts of a second', ({ path }) => path.endsWith('/ extras / expires') || path.endsWith('/ extras / timeout')],
];

function withoutZero(text: string): string {
  return text.replace(/\b(?:mss|wscale) 0 ?/g, '');
}

function ofExtension({ path }: Difference, json: readonly Table[]): boolean {
  const place = /^(\S+) (\S+) \/ chains \/ (\S+) \/ rules \/ (\d+) \//.exec(path);
  const table = json.find(({ family, name }) => family === place?.[1] && name === place[2]);
  const rule = table?.chainNamed.get(place?.[3] ?? '')?.rules[Number(place?.[4])];
  return rule?.body.some(({ kind }) => kind === 'xt') ?? false;
}

function ofElementState({ path, left, right }: Difference, json: readonly Table[]): boolean {
  const place = /^(\S+) (\S+) \/ sets \/ (\S+) \/ elements \/ (\d+) \/ extras \/ (\w+)$/.exec(path);
  if (!place) return false;
  if (place[5] === 'state') return /^"\w.* (?:counter|quota|limit|last|ct) /.test(left) && right === 'undefined';
  const table = json.find(({ family, name }) => family === place[1] && name === place[2]);
  const extras = table?.setNamed.get(place[3] ?? '')?.elements[Number(place[4])]?.extras;
  return left === 'undefined' && extras?.packets !== undefined && (place[5] === 'packets' || place[5] === 'bytes');
}
