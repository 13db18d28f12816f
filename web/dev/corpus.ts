/**
 * Reads every file of a corpus folder and prints a table of what came out: `npx tsx web/dev/corpus.ts FOLDER [--format F] [--show]`.
 * FOLDER has an INDEX.tsv with the columns path, format, kernel_ok. `--show` lists every case that is not clean. Below the table: how many
 * listings of nft are printed back byte for byte, and how many listings as text and as JSON (`x.nft` beside `x.json`) give equal models.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { extensionCases, nftCases, type Outcome, translationCases } from './corpus-cases.ts';
import { jsonCases, listingPrinted } from './corpus-nft.ts';
import { readTwins, twinOf } from './corpus-twins.ts';
import { difference, meaning, printOwn, readText } from './reading.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { format: { type: 'string' }, show: { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: tsx web/dev/corpus.ts FOLDER [--format F] [--show]');
  process.exit(2);
}

/** One file as one case: its own format printed and read again means the same. */
function fileCase(path: string, text: string): Outcome[] {
  const reading = readText(path, text);
  const { ruleset } = reading;
  const again = readText(path, printOwn(ruleset));
  const sets = (of: typeof ruleset) =>
    [...of.ipsets.values()].map(({ name, elements }) => `ipset ${name} ${elements.length}`);
  const changed = difference(
    [...meaning(ruleset.tables), ...sets(ruleset)],
    [...meaning(again.ruleset.tables), ...sets(again.ruleset)],
  );
  return [
    {
      what: path,
      problems: reading.problems,
      opaque: reading.opaque,
      typed: reading.typed.length,
      placeholders: reading.placeholders.length,
      same: reading.rules === 0 && reading.problems.length > 0 ? null : changed === null,
      detail: changed ?? '',
    },
  ];
}

/** The commands of a test of nft's monitor: the lines `I add rule ...`. */
function monitorInput(text: string): string {
  const lines = text.split('\n').filter((line) => line.startsWith('I '));
  return `${lines.map((line) => line.slice(2)).join('\n')}\n`;
}

const READERS: ReadonlyMap<string, (path: string, text: string) => Outcome[]> = new Map([
  ['iptables-save', fileCase],
  ['ipset-save', fileCase],
  ['nft', fileCase],
  ['nft-json', fileCase],
  ['nft-script', fileCase],
  ['other:iptables-restore-input', fileCase],
  ['other:xt-t', extensionCases],
  ['other:xlate', (_path, text) => translationCases(text)],
  ['other:nft-py-t', nftCases],
  ['other:nft-py-json', jsonCases],
  ['other:nft-monitor-t', (path, text) => fileCase(path, monitorInput(text))],
]);

interface Row {
  files: number;
  cases: number;
  clean: number;
  /** Cases with text that says nothing to the program, and extensions with a reading and placeholders in all. */
  opaque: number;
  typed: number;
  names: number;
  compared: number;
  same: number;
  explained: number;
}

const rows = new Map<string, Row>();
const listings = { count: 0, same: 0, alone: 0 };
const twins = { count: 0, equal: 0, different: 0, reasons: new Map<string, number>() };
const kept = new Map<string, number>();
const [, ...entries] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n');
for (const entry of entries) {
  const [path = '', format = '', ok = ''] = entry.split('\t');
  const read = READERS.get(format);
  if (!read || (values.format !== undefined && values.format !== format)) continue;
  const taken =
    ok === 'n/a' ? '' : /(^|[:;])yes|nft:yes|legacy:yes/.test(ok) ? ', taken by a kernel' : ', refused by a kernel';
  const row = rowOf(`${format}${taken}`);
  row.files++;
  if (format === 'nft') tellListing(path);
  for (const outcome of read(path, readFileSync(join(folder, path), 'utf8'))) tell(path, outcome, row);
}

/** What a listing of nft can be asked beyond that. */
function tellListing(path: string): void {
  const listing = listingPrinted(readFileSync(join(folder as string, path), 'utf8'));
  if (listing) {
    listings.count++;
    if (listing.same) listings.same++;
    else if (values.show) console.log(`NOT THE SAME BYTES ${path}: ${listing.detail}`);
    if (listing.alone) listings.alone++;
  }
  if (twinOf(join(folder as string, path)) === null) return;
  const { differences, reasons } = readTwins(join(folder as string, path));
  twins.count++;
  if (differences.length > 0) twins.different++;
  else if (reasons.length === 0) twins.equal++;
  for (const reason of reasons) twins.reasons.set(reason, (twins.reasons.get(reason) ?? 0) + 1);
  if (!values.show) return;
  for (const { path: where, left, right } of differences.slice(0, 5))
    console.log(`TWINS DIFFER ${path}: ${where}\n    ${left}\n    ≠ ${right}`);
}

function rowOf(name: string): Row {
  const row = rows.get(name) ?? {
    files: 0,
    cases: 0,
    clean: 0,
    opaque: 0,
    typed: 0,
    names: 0,
    compared: 0,
    same: 0,
    explained: 0,
  };
  rows.set(name, row);
  return row;
}

function tell(path: string, outcome: Outcome, row: Row): void {
  row.cases++;
  if (outcome.problems.length === 0) row.clean++;
  if (outcome.opaque.length > 0) row.opaque++;
  row.typed += outcome.typed;
  row.names += outcome.placeholders;
  if (outcome.same !== null) row.compared++;
  if (outcome.same === true) row.same++;
  else if (outcome.same === false && outcome.reason !== undefined) row.explained++;
  for (const text of outcome.opaque) {
    const name = text.split(' ').slice(0, 2).join(' ');
    kept.set(name, (kept.get(name) ?? 0) + 1);
  }
  if (!values.show) return;
  for (const text of outcome.opaque) console.log(`KEPT ${path}: ${text}`);
  if (outcome.problems.length > 0)
    console.log(`PROBLEM ${path}: ${outcome.what}\n    ${outcome.problems.slice(0, 3).join('\n    ')}`);
  if (outcome.same !== false) return;
  const known = outcome.reason === undefined ? 'DIFFERS' : `EXPLAINED (${outcome.reason})`;
  console.log(`${known} ${path}: ${outcome.what}\n    ${outcome.detail}`);
}

/** `typed`: extensions that have a reading beside their text; `names`: placeholders of nft. */
const COLUMNS = ['files', 'cases', 'clean', 'opaque', 'typed', 'names', 'compared', 'same', 'explained'] as const;
const pad = (text: string | number, width: number) => String(text).padStart(width);
console.log(`${'format'.padEnd(52)}${COLUMNS.map((name) => pad(name, 10)).join('')}`);
for (const [name, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${name.padEnd(52)}${COLUMNS.map((column) => pad(row[column], 10)).join('')}`);
}
const most = [...kept].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
console.log(`\nKept as text: ${most.join(', ') || 'nothing'}`);

if (listings.count > 0) {
  const { count, same, alone } = listings;
  console.log(`Printed back byte for byte: ${same} of ${count} listings of nft; from the model alone: ${alone}`);
}
if (twins.count > 0) {
  const { count, equal, different, reasons } = twins;
  const left = [...reasons].map(([reason, files]) => `${reason} (${files})`).join(', ');
  console.log(
    `Listed as text and as JSON: ${equal} of ${count} give equal models, ${count - equal - different} but for what nft's JSON leaves out, ${different} differ`,
  );
  console.log(`nft's JSON leaves out: ${left || 'nothing'}`);
}
