/** Every node of the samples and of the known conflicts means the same when it is anonymised: model, owners, order, findings, proofs, cost. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleDocuments, sampleIds } from '../../samples/summarise.ts';
import { convertChain } from '../cost/convert.ts';
import { countProgramming } from '../cost/programming.ts';
import { worstVisits } from '../cost/worst-case.ts';
import { type Analysis, analyse, type DocumentInput } from '../pipeline.ts';
import { createProver, type Proofs, prove } from '../proofs/prove.ts';
import { type Anonymised, anonymise } from './anonymise.ts';
import { Scanner } from './scan.ts';
import { isHarmless } from './vocabulary.ts';

const KEY = new Uint8Array(32).map((_, i) => i * 7 + 1);
const CASES = new URL('../findings/cases/', import.meta.url);

function conflictNodes(): [string, DocumentInput[]][] {
  return readdirSync(CASES, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [[entry.name, [documentAt(CASES, entry.name)]] as [string, DocumentInput[]]];
    const folder = new URL(`${entry.name}/`, CASES);
    return ['positive', 'negative'].map((kind): [string, DocumentInput[]] => [
      `${entry.name}, ${kind}`,
      readdirSync(folder)
        .filter((name) => name.startsWith(`${kind}.`))
        .map((name) => documentAt(folder, name)),
    ]);
  });
}

function documentAt(folder: URL, name: string): DocumentInput {
  return { name, text: readFileSync(new URL(name, folder), 'utf8') };
}

const NODES: [string, DocumentInput[]][] = [
  ...sampleIds().map((id): [string, DocumentInput[]] => [`sample ${id}`, sampleDocuments(id)]),
  ...conflictNodes(),
];

function findingsOf({ findings }: Analysis): string[] {
  return findings
    .map(({ mechanism, severity, owners, catalogue, where, orderSensitive }) => {
      const places = where.map(({ chain, rule }) => [chain, rule]);
      return JSON.stringify([mechanism, severity, [...owners].sort(), catalogue, places, orderSensitive]);
    })
    .sort();
}

/** Links carry the ids of findings: they hold names of chains. */
function idsOf({ findings }: Analysis, text = (id: string) => id): string[] {
  return findings.map(({ id }) => text(id)).sort();
}

function orderOf({ order }: Analysis): unknown {
  return order.map(({ hook, chains }) => [
    hook,
    chains.map(({ chain, effectivePriority, position }) => [chain.id, effectivePriority, position]),
  ]);
}

function costOf({ ruleset, graph }: Analysis): unknown {
  return {
    programming: countProgramming(ruleset).total,
    chains: ruleset.chains.map((chain) =>
      convertChain(ruleset, graph, chain).slots.map((slot) =>
        slot.kind === 'rule' ? 1 : [slot.fields, slot.elements.length, slot.dead.length],
      ),
    ),
    worst: ruleset.baseChains.map((chain) => [...worstVisits(ruleset, graph, chain)]),
  };
}

/** Words and addresses of a text that its replacement must not have in the same place. */
function unchanged(before: string, { text }: Anonymised): string[] {
  const found: string[] = [];
  new Scanner().scan(before, (token) => {
    if (token.kind !== 'name') return;
    for (const { kind, text: word } of token.words) {
      if (kind === 'word' && !isHarmless(word) && text(word) === word) found.push(word);
    }
  });
  return found;
}

describe.each(NODES)('%s', (_name, documents) => {
  const anonymised = anonymise(documents, { key: KEY });
  const before = analyse(documents);
  const after = analyse(anonymised.documents);

  it('reads the same', () => {
    expect(anonymised.differences).toEqual([]);
    expect(after.ruleset.rules.length).toBe(before.ruleset.rules.length);
    expect([...after.attribution.ruleOwner]).toEqual([...before.attribution.ruleOwner]);
    expect([...after.attribution.chainOwner]).toEqual([...before.attribution.chainOwner]);
    expect([...after.attribution.setOwner]).toEqual([...before.attribution.setOwner]);
  });

  it('runs in the same order, has the same findings and costs the same', () => {
    expect(orderOf(after)).toEqual(orderOf(before));
    expect(findingsOf(after)).toEqual(findingsOf(before));
    expect(idsOf(after)).toEqual(idsOf(before, anonymised.text));
    expect(costOf(after)).toEqual(costOf(before));
  });

  it('has no word of its own left', () => {
    const kept = new Set(anonymised.kept.map(({ text }) => text));
    expect(documents.flatMap(({ text }) => unchanged(text, anonymised)).filter((word) => !kept.has(word))).toEqual([]);
  });
});

/** Small ones, of several mechanisms. */
const PROVED = [
  'sample docker-ufw',
  'sample firewalld-docker',
  'sample home-router',
  'calico-accept-shadows-kube-reject, positive',
  'flannel-fwd-accept-bypasses-policy, positive',
  'firewalld-nft-later-chain-drops, negative',
];

function proofsOf(analysis: Analysis): Proofs {
  const steps = prove(createProver(analysis), analysis.findings, {});
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function pointsOf({ points, overruled, undecided, dead }: Proofs): unknown {
  return {
    points: points.map(({ point, state, witnesses }) => [point.kind, state, witnesses.map(({ kind }) => kind)]),
    overruled: overruled.length,
    undecided,
    dead: JSON.stringify(dead, (_key, value: unknown) => (isRule(value) ? value.id : value)),
  };
}

function isRule(value: unknown): value is { readonly id: number } {
  return typeof value === 'object' && value !== null && 'body' in value && 'id' in value;
}

describe('proofs', () => {
  it.each(PROVED)('%s', { timeout: 60_000 }, (name) => {
    const documents = NODES.find(([id]) => id === name)?.[1] ?? [];
    expect(documents).not.toEqual([]);
    const before = proofsOf(analyse(documents));
    const after = proofsOf(analyse(anonymise(documents, { key: KEY }).documents));
    expect(before.points.length + (before.dead?.shadowed.length ?? 0)).toBeGreaterThan(0);
    expect(pointsOf(after)).toEqual(pointsOf(before));
  });
});
