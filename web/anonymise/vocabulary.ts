/**
 * Which words stay. What is not known to be harmless is replaced: a list of what to hide would have gaps, and a gap in this one only costs a
 * readable word.
 */
import * as constants from '../model/constants.ts';
import { CATALOGUE } from '../owners/catalogue/index.ts';
import type { Owner } from '../owners/owner.ts';
import { STEMS } from './stems.ts';
import { TOOL_WORDS } from './tool-words.ts';

/** The words in the signatures of programs. */
const SIGNATURES: ReadonlySet<string> = new Set([
  ...CATALOGUE.flatMap(({ id, short }) => [...partsOf(id), ...partsOf(short)]),
  ...CATALOGUE.flatMap((owner) => patternsOf(owner).flatMap(({ source }) => literalsOf(source))),
  ...CATALOGUE.flatMap(({ nftTables }) =>
    nftTables.flatMap(({ baseChains, sets }) =>
      [...baseChains.map(({ name }) => name), ...(sets ?? [])].flatMap(partsOf),
    ),
  ),
]);

/** What every node's programs call their things, as words of lower case. */
export const HARMLESS: ReadonlySet<string> = new Set([
  ...TOOL_WORDS.trim().split(/\s+/),
  ...Object.values(constants).flatMap((symbols) => [...symbols.byName.keys()].flatMap(partsOf)),
  ...SIGNATURES,
]);

/** Hashes of rules that are the same on every node. */
export const HARMLESS_HASHES: ReadonlySet<string> = new Set(
  CATALOGUE.flatMap(({ stableComments }) => [...(stableComments?.keys() ?? [])]),
);

/** Numbers, alone or with a unit: `80`, `0x4000`, `30s`, `1h30m`, `25mbytes`, `v4`, and the time of a date (`12T10`). */
const NUMBER =
  /^(?:\d+|0x[0-9a-f]+|(?:\d+(?:ms|us|ns|[smhdw]))+|\d+(?:[kmgt]?(?:b|bit|bits|byte|bytes|bps)|[kmgt]|pps)|v\d+|\d\dt\d\d|\d\d?z)$/i;

/** What begins the names of Calico's IP sets: `cali40s:...`, `cali40all-ipam-pools`. */
const CALICO_SET = /^cali[46][0t](?:[g-z]{1,2}|([a-z]{3,}))$/;

/** Whether a word (letters and digits) stays as it is. */
export function isHarmless(word: string): boolean {
  if (word.length === 1) return word < '{';
  if (NUMBER.test(word) || HARMLESS.has(word.toLowerCase())) return true;
  if (isNumbered(word)) return true;
  const set = word.startsWith('cali') ? CALICO_SET.exec(word) : null;
  return set !== null && (set[1] === undefined || HARMLESS.has(set[1]));
}

/** `sshguard4`, `~blacklist0`, and Shorewall's `net2fw`: words of signatures with a short number. An interface of a class has a number of its own. */
function isNumbered(word: string): boolean {
  const [, base = '', , more = ''] = /^([A-Za-z]{2,})(\d{1,2})([A-Za-z]*)$/.exec(word) ?? [];
  const known = (part: string) => SIGNATURES.has(part.toLowerCase());
  return known(base) && !STEMS.includes(base) && (more === '' || known(more));
}

function patternsOf({ chains, nftTables, comments, sets, interfaces }: Owner): readonly RegExp[] {
  return [...chains, ...nftTables, ...comments, ...sets, ...interfaces].map(({ pattern }) => pattern);
}

/** The words in a pattern that stand for themselves, also with each of the alternatives behind them; classes of characters and escapes do not. */
function literalsOf(source: string): string[] {
  const joined = [...source.matchAll(/([A-Za-z0-9]+)\((?:\?:)?([A-Za-z0-9|]+)\)/g)].flatMap(
    ([, head = '', tails = '']) => tails.split('|').map((tail) => `${head}${tail}`.toLowerCase()),
  );
  const plain = (source.replace(/\[[^\]]*\]|\\./g, ' ').match(/[A-Za-z][A-Za-z0-9]*/g) ?? []).map((word) =>
    word.toLowerCase(),
  );
  return [...joined, ...plain];
}

function partsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}
