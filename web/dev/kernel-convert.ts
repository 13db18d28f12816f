/**
 * Chains as sets and maps: `nft -c -f` must take what web/cost prints, in an empty namespace and on top of the chain that it replaces; for random chains
 * and for the long ones of the samples.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertChain } from '../cost/convert.ts';
import { conversionText } from '../cost/nft-text.ts';
import { buildJumpGraph } from '../model/graph.ts';
import { linkRuleset } from '../model/link.ts';
import type { Chain, Dump } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import type { Checks } from './checks.ts';
import { runScript } from './kernel.ts';
import { randomChain } from './random-chains.ts';

const EACH_ROUND = 30;
/** Of a sample. */
const CHAINS = 12;

export function testConversions(checks: Checks, rounds: number, seed: number): void {
  for (let i = 0; i < EACH_ROUND * rounds; i++) {
    const { text } = randomChain(seed * 100_000 + i);
    for (const { name, after } of conversions(readDocument(0, 'random', text), ({ name: chain }) => chain === 'c')) {
      const refused = checkedBy(text, after);
      if (refused?.first) checks.refused(`random chain ${seed} ${i}`, refused.what);
      else checks.check(`random chain ${seed} ${i}: ${name}`, refused === null ? null : `${refused.what}\n${after}`);
    }
  }
}

/** The longest chains of a listing. */
export function testConversionsOf(checks: Checks, dump: Dump): void {
  const long = dump.tables
    .flatMap(({ chains }) => chains)
    .filter(({ rules, base }) => rules.length > 3 && (base?.devices.length ?? 0) === 0)
    .sort((a, b) => b.rules.length - a.rules.length);
  const chosen = new Set(long.slice(0, CHAINS));
  for (const { name, after } of conversions([dump], (chain) => chosen.has(chain))) {
    const refused = checkedBy(null, after);
    const problem = refused === null ? null : `${refused.what}\n${after.slice(0, 2000)}`;
    checks.check(`${dump.name} ${name} as sets and maps`, problem);
  }
}

function conversions(dumps: readonly Dump[], chosen: (chain: Chain) => boolean): { name: string; after: string }[] {
  const ruleset = linkRuleset(dumps);
  const graph = buildJumpGraph(ruleset);
  return ruleset.chains
    .filter(chosen)
    .map((chain) => ({ name: chain.name, after: conversionText(convertChain(ruleset, graph, chain)).text }));
}

/** `first`: the chain itself was refused, or made from what cannot be loaded. */
function checkedBy(before: string | null, after: string): { readonly first: boolean; readonly what: string } | null {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    writeFileSync(join(folder, 'before'), before ?? '');
    writeFileSync(join(folder, 'after'), after);
    const { ok, out, err } = runScript(
      `cd ${folder}\nnft -c -f before || { echo first; exit 1; }\nnft -c -f after || exit 1\nnft -f before\nnft -c -f after`,
    );
    return ok ? null : { first: out.startsWith('first'), what: err.split('\n').slice(0, 3).join(' ') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
