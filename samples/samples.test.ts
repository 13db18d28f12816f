/** Every sample goes through one shared check: detect, parse, print and parse again, attribute, compare with its golden overview. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { proved } from '../web/cli/findings.ts';
import type { Mechanism } from '../web/findings/finding.ts';
import type { Ruleset, Table } from '../web/model/ruleset.ts';
import type { Statement } from '../web/model/statement.ts';
import { type OwnerId, UNKNOWN } from '../web/owners/owner.ts';
import { printIptablesSave } from '../web/parse/iptables-save/print.ts';
import { printNft } from '../web/parse/nft/print.ts';
import { readDocument } from '../web/parse/read.ts';
import { analyse } from '../web/pipeline.ts';
import { SAMPLE_IDS, SAMPLES, type SampleSummary } from './index.ts';
import { goldenOf, overviewOf, summaryOf } from './overview.ts';
import { PROOF_SECONDS, sampleDocuments, sampleIds, sampleText } from './summarise.ts';

const FORMATS: Readonly<Record<string, string>> = { save: 'iptables-save', nft: 'nft', ipset: 'ipset-save' };

/** Samples in which every rule has a writer that the catalogue knows. */
const NO_UNKNOWN = [
  'calico-iptables-nft',
  'calico-iptables-legacy',
  'calico-append',
  'calico-nftables',
  'kube-proxy-1000',
  'docker-ufw',
  'firewalld-docker',
  'tailscale-calico',
  'flannel-kube-proxy',
  'legacy-and-nft',
];

/** What the stories promise, by mechanism and the writers who meet. */
const PROMISED: Readonly<Record<string, readonly (readonly [Mechanism, ...OwnerId[]])[]>> = {
  'calico-iptables-nft': [['same-chain-order', 'calico-iptables', 'kube-proxy-iptables']],
  'calico-iptables-legacy': [['same-chain-order', 'calico-iptables', 'kube-proxy-iptables']],
  'calico-append': [['same-chain-order', 'calico-iptables', 'kube-proxy-iptables']],
  'calico-nftables': [['same-hook-same-priority', 'calico-nftables', 'kube-proxy-nftables']],
  'kube-proxy-1000': [['linear-cost', 'kube-proxy-iptables']],
  'docker-ufw': [['earlier-terminal-verdict-shadows-later-owner', 'docker-iptables', 'ufw']],
  'firewalld-docker': [['later-base-chain-overrides-accept', 'docker-iptables', 'firewalld-nftables']],
  'tailscale-calico': [['mark-bit-collision', 'calico-iptables', 'tailscale']],
  'istio-sidecar': [['duplicate-jumps', 'istio-sidecar']],
  'flannel-kube-proxy': [['same-chain-order', 'kube-proxy-iptables', 'cni-portmap']],
  'legacy-and-nft': [
    ['legacy-and-nft-both-loaded'],
    ['later-base-chain-overrides-accept', 'calico-iptables', 'docker-iptables'],
  ],
  'home-router': [['dead-rule']],
  'six-writers': [
    ['later-base-chain-overrides-accept', 'calico-iptables', 'firewalld-nftables'],
    ['mark-bit-collision', 'wg-quick', 'kubelet'],
    ['unmasked-mark-set', 'wg-quick'],
  ],
};

/** nft 1.0.6 shows an extension that it cannot translate as a placeholder: `xt match "set"`. Nothing else may be opaque. */
function opaque(ruleset: Ruleset): string[] {
  const texts: string[] = [];
  const look = (statement: Statement) => {
    if (statement.kind === 'opaque') texts.push(statement.text);
  };
  for (const { body } of ruleset.rules) body.forEach(look);
  return texts;
}

/** What printing must keep: everything but positions and handles. */
function meaning(tables: readonly Table[]): unknown[] {
  return tables.map(({ family, name, chains, sets, objects }) => ({
    family,
    name,
    objects: objects.map(({ kind, name: object, text }) => ({
      kind,
      object,
      text: text.replace(/ # handle \d+/g, ''),
    })),
    sets: sets.map(({ name: set, key, data, flags, elements }) => ({ set, key, data, flags, elements })),
    chains: chains.map(({ name: chain, base, rules }) => ({ chain, base, rules: rules.map(({ body }) => body) })),
  }));
}

it('lists every folder in the gallery', () => {
  expect([...SAMPLE_IDS].sort()).toEqual(sampleIds());
  expect(SAMPLES).toHaveLength(SAMPLE_IDS.length);
});

describe.each(sampleIds())('%s', (id) => {
  const documents = sampleDocuments(id);
  const analysis = analyse(documents);

  it('is detected as what its file is', () => {
    for (const { name, format } of analysis.ruleset.dumps) {
      const suffix = name.slice(name.lastIndexOf('.') + 1);
      const expected = name.includes('.ip6.') ? 'ip6tables-save' : FORMATS[suffix];
      expect({ name, format }).toEqual({ name, format: expected });
    }
    expect(new Set(analysis.ruleset.dumps.map(({ document }) => document)).size).toBe(documents.length);
  });

  it('parses without errors and without opaque rules', () => {
    const bad = analysis.ruleset.dumps.flatMap(({ name, diagnostics }) =>
      diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => `${name}: ${message}`),
    );
    expect(bad).toEqual([]);
    expect(opaque(analysis.ruleset)).toEqual([]);
  });

  it('prints to a text that means the same', () => {
    for (const dump of analysis.ruleset.dumps) {
      if (dump.format === 'ipset-save') continue;
      const { text } = (dump.format === 'nft' ? printNft : printIptablesSave)({
        ...analysis.ruleset,
        tables: dump.tables,
      });
      const again = readDocument(0, dump.name, text);
      expect(meaning(again.flatMap(({ tables }) => tables))).toEqual(meaning(dump.tables));
    }
  });

  it('knows who wrote what', () => {
    const { attribution, ruleset } = analysis;
    const unknown = ruleset.rules.filter((rule) => attribution.owners[attribution.ruleOwner[rule.id] ?? 0] === UNKNOWN);
    const places = unknown.map(({ chain, index }) => `${chain.name} ${index}`);
    if (NO_UNKNOWN.includes(id)) expect(places).toEqual([]);
    // The overview lists the others: see `shows what its overview says`.
    expect(places.length).toBe(overviewOf(analysis).owners.find((owner) => owner.id === UNKNOWN)?.rules ?? 0);
  });

  it('shows what its overview says', () => {
    const overview = overviewOf(analysis);
    expect(goldenOf(overview)).toBe(readFileSync(new URL(`${id}/overview.txt`, import.meta.url), 'utf8'));
    const summary = JSON.parse(readFileSync(new URL('summary.json', import.meta.url), 'utf8')) as Record<
      string,
      SampleSummary
    >;
    const { rules, stripes } = summaryOf(overview);
    expect({ rules, stripes }).toEqual({ rules: summary[id]?.rules, stripes: summary[id]?.stripes });
  });

  // Proofs of the larger ones take seconds: summarise.ts makes theirs.
  it.skipIf(analysis.ruleset.rules.length > 300)('has the verdict that its proofs give', () => {
    const summary = JSON.parse(readFileSync(new URL('summary.json', import.meta.url), 'utf8'));
    expect(summaryOf(overviewOf(proved(analysis, PROOF_SECONDS)))).toEqual(summary[id]);
  });

  it('finds what the story promises', () => {
    expect(PROMISED[id]).toBeDefined();
    for (const [mechanism, ...owners] of PROMISED[id] ?? []) {
      const found = analysis.findings.filter(
        (finding) => finding.mechanism === mechanism && owners.every((owner) => finding.owners.includes(owner)),
      );
      expect(found.length, `${mechanism} ${owners.join(', ')}`).toBeGreaterThan(0);
    }
  });

  it('tells a story', () => {
    const { title, story, lookFor, documents: names } = sampleText(id);
    for (const text of [title, story, lookFor]) expect(text.length).toBeGreaterThan(10);
    expect(SAMPLES.find((sample) => sample.id === id)?.documents.map(({ name }) => name)).toEqual(names);
  });
});
