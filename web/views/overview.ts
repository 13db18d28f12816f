/** The overview: what the page knows of an analysis without asking further. */

import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { lineIndexAt, positionAt } from '../base/span.ts';
import { nameSpanOf, ruleCounter } from '../model/rule.ts';
import type { Dump, FormatId } from '../model/ruleset.ts';
import { UNKNOWN } from '../owners/owner.ts';
import type { DocumentOverview, DumpOverview, LocatedDiagnostic, Overview, OwnerOverview } from './answer.ts';
import type { ViewContext } from './context.ts';
import { buildMaps, MOST_CHAINS_OF_HOOK, markMaps, refusedChains } from './maps.ts';
import { ownerEntry } from './owner-entry.ts';

const FORMAT_LABELS: Readonly<Record<FormatId, string>> = {
  'iptables-save': 'iptables-save',
  'ip6tables-save': 'ip6tables-save',
  'ebtables-save': 'ebtables-save',
  'arptables-save': 'arptables-save',
  'iptables-list': 'iptables -L',
  'ebtables-list': 'ebtables -L',
  'arptables-list': 'arptables -L',
  nft: 'nft list ruleset',
  'nft-json': 'nft -j list ruleset',
  'ipset-save': 'ipset save',
  'ipset-list': 'ipset list',
  shell: 'shell commands',
  'nft-trace': 'nft monitor trace',
  'xtables-trace': 'xtables-monitor --trace',
  'kernel-trace': 'kernel log of packets',
  unknown: 'not a ruleset',
};

/** A page of diagnostics is enough: a binary file gives one per line. */
const MAX_DIAGNOSTICS = 1000;

export function buildOverview(context: ViewContext): Overview {
  const { ruleset, findings, timings } = context.analysis;
  return {
    revision: context.revision,
    documents: context.documentIds.map((id, document) => documentOverview(context, id, document)),
    counts: {
      tables: ruleset.tables.length,
      chains: ruleset.chains.length,
      rules: ruleset.rules.length,
      sets: ruleset.sets.length,
      elements: ruleset.sets.reduce((sum, { elements }) => sum + elements.length, 0),
    },
    owners: ownerOverviews(context),
    maps: markMaps(buildMaps(context), findings),
    findings,
    searching: context.searching,
    timings,
    hasCounters: ruleset.rules.some((rule) => (ruleCounter(rule)?.packets ?? null) !== null),
  };
}

function documentOverview(context: ViewContext, id: string, document: number): DocumentOverview {
  const { ruleset } = context.analysis;
  const dumps = ruleset.dumps.filter((dump) => dump.document === document);
  const found: Diagnostic[] = dumps.flatMap(({ diagnostics }) => diagnostics);
  for (const { dump, diagnostic } of ruleset.diagnostics)
    if (ruleset.dumps[dump]?.document === document) found.push(diagnostic);
  for (const [chain, hook] of refusedChains(context)) {
    if (ruleset.dumps[chain.table.dump]?.document !== document) continue;
    const message = `The kernel takes no more than ${MOST_CHAINS_OF_HOOK} base chains on a hook: this one of ${hook}, and what would run after it, is not in the map.`;
    found.push(diagnostic('error', 'too-many-base-chains', message, nameSpanOf(chain)));
  }
  const rank = { error: 0, warning: 1, info: 2 } as const;
  found.sort((a, b) => rank[a.severity] - rank[b.severity] || a.span.start - b.span.start);
  return {
    id,
    lines: context.linesOf(document).length,
    dumps: dumps.map((dump) => dumpOverview(context, dump)),
    diagnostics: found.slice(0, MAX_DIAGNOSTICS).map((diagnostic) => locate(context.linesOf(document), diagnostic)),
    more: Math.max(0, found.length - MAX_DIAGNOSTICS),
  };
}

function dumpOverview(context: ViewContext, dump: Dump): DumpOverview {
  const lines = context.linesOf(dump.document);
  return {
    name: dump.name,
    format: dump.format,
    label: FORMAT_LABELS[dump.format],
    span: { start: dump.start, end: dump.end },
    lines: lineIndexAt(lines, Math.max(dump.start, dump.end - 1)) - lineIndexAt(lines, dump.start) + 1,
    tables: dump.tables.length,
    chains: dump.tables.reduce((sum, { chains }) => sum + chains.length, 0),
    rules: dump.tables.reduce((sum, { chains }) => sum + chains.reduce((all, { rules }) => all + rules.length, 0), 0),
    packets: dump.traces?.length ?? 0,
  };
}

/** A diagnostic with lines and columns. */
export function locate(lines: Uint32Array, { severity, code, message, span, notes }: Diagnostic): LocatedDiagnostic {
  return {
    severity,
    code,
    message,
    span,
    from: positionAt(lines, span.start),
    to: positionAt(lines, span.end),
    notes: (notes ?? []).map((note) => note.message),
  };
}

function ownerOverviews(context: ViewContext): OwnerOverview[] {
  const { ruleset, attribution } = context.analysis;
  const count = (column: Uint8Array): Uint32Array => {
    const counts = new Uint32Array(attribution.owners.length);
    for (const owner of column) counts[owner] = (counts[owner] as number) + 1;
    return counts;
  };
  const rules = count(attribution.ruleOwner.subarray(0, ruleset.rules.length));
  const chains = count(attribution.chainOwner.subarray(0, ruleset.chains.length));
  const sets = count(attribution.setOwner.subarray(0, ruleset.sets.length));
  const builtin = ruleset.chains.filter((chain) => chain.base && attribution.chainOwner[chain.id] === 0).length;
  const found = attribution.owners
    .map((id, i) => ({
      id,
      rules: rules[i] as number,
      chains: (chains[i] as number) - (i === 0 ? builtin : 0),
      sets: sets[i] as number,
    }))
    .filter((owner) => owner.rules > 0 || owner.chains > 0 || owner.sets > 0)
    .sort((a, b) => Number(a.id === UNKNOWN) - Number(b.id === UNKNOWN) || b.rules - a.rules || b.chains - a.chains);
  const slots = new Set<string>();
  return found.map((owner) => {
    const entry = ownerEntry(owner.id);
    const barred = entry.slot !== 'unknown' && slots.has(entry.slot);
    slots.add(entry.slot);
    return { ...entry, ...owner, barred };
  });
}
