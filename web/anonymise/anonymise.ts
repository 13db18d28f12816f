/**
 * Anonymising a workspace: the same texts with other addresses and names, which mean the same. Rules stay what they are, in their order, with their
 * marks, ports and protocols; two dumps that name one thing still do.
 *
 * It works on texts: every letter and digit belongs to a word or to an address, and each of those is replaced unless it is known to say nothing
 * (vocabulary.ts, well-known.ts). So what nobody understands is replaced too: prose, prompts, comments, options of unknown extensions. What the
 * rules need of the replaced addresses is found in the model (find-limits.ts); compare.ts reads the result and says whether it is the same.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Dump } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { cleanText } from '../parse/text/clean.ts';
import { differencesOf } from './compare.ts';
import { limitsOfDump, limitsOfText } from './find-limits.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';
import { Limits } from './limits.ts';
import { type Names, namesOf } from './names.ts';
import { Renamer } from './rename.ts';
import type { Kept, Replacement } from './report.ts';
import { Report } from './report.ts';
import { Scanner } from './scan.ts';
import { withoutCounters } from './without-counters.ts';

export interface AnonymiseInput {
  /** A file's name; its words tell format and family, the others are replaced. */
  readonly name: string;
  readonly text: string;
}

export interface AnonymiseOptions {
  /** 32 random bytes (KEY_LENGTH) that nobody else gets: who has them can take the names back. The same key gives the same replacements. */
  readonly key: Uint8Array;
  /** Counters of rules and policies as 0: how busy a node is says something too. Kept by default. */
  readonly counters?: 'keep' | 'zero';
}

export interface Anonymised {
  readonly documents: readonly AnonymiseInput[];
  /** For the user's own screen. In the order of ReplacementKind, then of the texts; each once. */
  readonly replaced: readonly Replacement[];
  /** What stays though it may tell something, and why. */
  readonly kept: readonly Kept[];
  /** What reads otherwise than before, in sentences; empty, or do not share it as the same ruleset. */
  readonly differences: readonly string[];
  /** Any other text about the same workspace (a packet, a selection, a note) with the same replacements. */
  readonly text: (text: string) => string;
}

/** With so many other sets of replacements it is tried where names would become one: a matter of luck, and next to impossible. */
const ATTEMPTS = 8;

/**
 * The documents of one workspace (all nodes: one thing has one name everywhere). Never throws on input. Cost: reading everything twice, and a hash for each
 * character of every new name and each byte of every new address; a node of 140,000 rules takes some seconds.
 */
export function anonymise(given: readonly AnonymiseInput[], { key, counters = 'keep' }: AnonymiseOptions): Anonymised {
  const inputs = given.map(({ name, text }) => {
    const whole = unwrapped(text);
    return { name, text: counters === 'zero' ? withoutCounters(whole) : whole };
  });
  const before = readAll(inputs);
  const limits = new Limits();
  const scanner = new Scanner();
  for (const { text } of inputs) limitsOfText(text, limits, scanner);
  for (const dump of before) limitsOfDump(dump, limits);
  const names = namesOf(before);
  const { renamer, stays } = fittingRenamer(
    (hash, stays) => new Renamer(hash, limits, scanner, stays),
    createKeyedHash(key),
    names,
  );
  const report = new Report(renamer, names, stays, scanner);
  const documents = inputs.map(({ name, text }, document) => ({
    name: renamer.text(name),
    text: unmistakable(renamer.text(text, report.watch(document, text))),
  }));
  const differences = differencesOf(before, readAll(documents), renamer);
  report.rules(before);
  return {
    documents,
    replaced: report.replaced(),
    kept: report.kept(),
    differences,
    text: (text) => renamer.text(text),
  };
}

/** A name that a terminal broke over two lines is one name: such a text is replaced as it is read, without the breaks. */
function unwrapped(text: string): string {
  const { source, repairs } = cleanText(text);
  return repairs.some(isOfWrapping) ? source.text : text;
}

/** Lines whose lengths have become those of wrapped ones are not taken for such beside a longer one: of blanks, at the end. */
function unmistakable(text: string): string {
  if (!cleanText(text).repairs.some(isOfWrapping)) return text;
  const longest = text.split('\n').reduce((most, line) => Math.max(most, line.length), 0);
  // Half of the longest line counts as long in some listings, and tabs are wide.
  return `${text}${text.endsWith('\n') ? '' : '\n'}${' '.repeat(Math.max(longest * 3, 200))}`;
}

function isOfWrapping({ code }: Diagnostic): boolean {
  return code === 'repaired-wrap';
}

function readAll(documents: readonly AnonymiseInput[]): Dump[] {
  return documents.flatMap(({ name, text }, index) => readDocument(index, name, text));
}

interface Fitting {
  readonly renamer: Renamer;
  /** Words that stay because a wildcard would mean other names otherwise. */
  readonly stays: ReadonlySet<string>;
}

type Make = (hash: KeyedHash, stays?: ReadonlySet<string>) => Renamer;

function fittingRenamer(make: Make, hash: KeyedHash, names: Names): Fitting {
  for (let attempt = 0; ; attempt++) {
    const salted: KeyedHash = (domain, input) => hash(`${domain} ${attempt}`, input);
    const stays = wordsOfWildcards(make(salted), names);
    const renamer = make(salted, stays);
    if (attempt === ATTEMPTS || isOneToOne(renamer, names)) return { renamer, stays };
  }
}

function isOneToOne(renamer: Renamer, { kinds }: Names): boolean {
  const images = new Set<string>();
  for (const name of kinds.keys()) images.add(renamer.text(name));
  return images.size === kinds.size;
}

/** A beginning of names is replaced by a beginning of their replacements, unless a list of known words or stems knows one of them and not the other. */
function wordsOfWildcards(renamer: Renamer, { kinds, stems }: Names): ReadonlySet<string> {
  const stays = new Set<string>();
  for (const stem of stems) {
    const image = renamer.text(stem);
    for (const [name, kind] of kinds) {
      if (kind !== 'interface' || name.startsWith(stem) === renamer.text(name).startsWith(image)) continue;
      for (const word of [...wordsIn(stem), ...wordsIn(name)]) stays.add(word);
    }
  }
  return stays;
}

function wordsIn(name: string): readonly string[] {
  return name.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
