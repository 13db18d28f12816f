/**
 * The samples of findings/cases against the real tools: each is loaded as a node would have it, rule for rule, and must be listed again as it was
 * read. A sample that no kernel takes shows nothing. The same anonymised.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anonymise } from '../anonymise/anonymise.ts';
import { KEY_LENGTH } from '../anonymise/keyed-hash.ts';
import { CONFLICT_CASES, manyServices } from '../findings/conflict-cases.ts';
import type { Table } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import type { Checks } from './checks.ts';
import { runScript } from './kernel.ts';
import { difference, meaning } from './reading.ts';

interface Listing {
  readonly name: string;
  readonly text: string;
  readonly loader: string;
  /** null: nothing to compare. */
  readonly lister: string | null;
}

const CASES = join(import.meta.dirname, '..', 'findings', 'cases');

/** Loads every sample; those for iptables-legacy are left out, and told, where the kernel has no legacy tables. */
export function checkConflictCases(checks: Checks): void {
  const legacy = runScript('iptables-legacy-save && iptables-legacy -t nat -L && iptables-legacy -L').ok;
  let without = 0;
  for (const { id } of CONFLICT_CASES) {
    for (const kind of ['positive', 'negative'] as const) {
      const listings = listingsOf(id, kind);
      const wanted = legacy ? listings : listings.filter(({ loader }) => !loader.includes('legacy'));
      without += listings.length - wanted.length;
      loadSample(checks, `cases/${id}/${kind}`, wanted);
      loadSample(checks, `cases/${id}/${kind}, anonymised`, anonymised(wanted));
    }
  }
  if (without > 0)
    console.log(`${without} listings of iptables-legacy are not tried: this kernel has no legacy tables.`);
}

function listingsOf(id: string, kind: 'positive' | 'negative'): Listing[] {
  if (id === 'kube-proxy-linear') {
    return [listing(`${kind}.iptables`, manyServices(kind === 'positive' ? 1200 : 150))];
  }
  const folder = join(CASES, id);
  const names = readdirSync(folder).filter((name) => name.startsWith(`${kind}.`));
  // ipsets first: rules name them. nft before iptables: a configuration may begin with `flush ruleset`.
  const rank = (name: string): number => ['.ipset', '.nft'].indexOf(name.slice(name.lastIndexOf('.')));
  const order = (name: string): number => (rank(name) === -1 ? 2 : rank(name));
  return names
    .sort((a, b) => order(a) - order(b))
    .map((name) => listing(name, readFileSync(join(folder, name), 'utf8')));
}

/** With any key, the same one each time. The tools take other addresses and names as they took the first ones. */
function anonymised(listings: readonly Listing[]): Listing[] {
  const { documents } = anonymise(listings, { key: new Uint8Array(KEY_LENGTH).fill(1) });
  return listings.map(({ name }, i) => listing(name, documents[i]?.text ?? ''));
}

function listing(name: string, text: string): Listing {
  const kind = name.slice(name.lastIndexOf('.') + 1);
  if (kind === 'ipset') return { name, text, loader: 'ipset restore', lister: null };
  if (kind === 'nft') {
    const tables = [...text.matchAll(/^table (\S+ \S+) \{/gm)].map((match) => `nft list table ${match[1]}`);
    return { name, text, loader: 'nft -f', lister: [...new Set(tables)].join(' && ') };
  }
  const engine = `${kind}-${name.includes('.legacy.') ? 'legacy' : 'nft'}`;
  return { name, text, loader: `${engine}-restore -c`, lister: `${engine}-save -c` };
}

function loadSample(checks: Checks, sample: string, listings: readonly Listing[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    const steps = listings.map(({ text, loader }, i) => {
      writeFileSync(join(folder, `in${i}`), text);
      return `${loader} ${loader === 'nft -f' ? '' : '< '}${folder}/in${i} || exit 3`;
    });
    const lists = listings.flatMap(({ lister }, i) => (lister === null ? [] : [`{ ${lister}; } > ${folder}/out${i}`]));
    const { ok, err } = runScript([...steps, ...lists].join('\n'));
    if (!ok) {
      checks.check(sample, `the tools refuse it: ${err.trim().split('\n').slice(0, 3).join(' ')}`);
      return;
    }
    for (const [i, { name, text, lister }] of listings.entries()) {
      if (lister === null) continue;
      const listed = readFileSync(join(folder, `out${i}`), 'utf8');
      checks.check(`${sample} ${name}`, difference(rulesOf(name, text), rulesOf(name, listed)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rules and sets, chain by chain; not counters of policies, and no set's elements' order. */
function rulesOf(name: string, text: string): string[] {
  const tables: Table[] = readDocument(0, name, text).flatMap((dump) => dump.tables);
  return meaning(tables)
    .filter((line) => / \d+ [{\n]/.test(line) || line.includes(' set '))
    .sort();
}
