/** The findings as one JSON document, the same for the page and for the command line. */
import { InternalError } from '../../base/assert.ts';
import { createLineStarts, positionAt } from '../../base/span.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Analysis } from '../../pipeline.ts';

/** `nfscope/findings@1`: findings in their order, each with its places, its proof and its witness packet. Cost: the lines of each dump once. */
export function findingsJson(analysis: Analysis) {
  const linesOf = createLineStarts();
  return {
    schema: 'nfscope/findings@1',
    findings: analysis.findings.map((finding) => ({
      id: finding.id,
      mechanism: finding.mechanism,
      severity: finding.severity,
      title: finding.title,
      why: finding.why,
      owners: finding.owners,
      orderSensitive: finding.orderSensitive,
      where: finding.where.map((place) => placeJson(analysis, linesOf, place)),
      witness: finding.proof?.witnesses[0]?.packet ?? null,
      proof: finding.proof,
      unknowns: finding.unknowns,
      remedy: finding.remedy,
      catalogue: finding.catalogue,
      references: finding.references.map(({ url }) => url),
    })),
  };
}

export type PlaceJson = ReturnType<typeof placeJson>;

function placeJson({ ruleset }: Analysis, linesOf: (text: string) => Uint32Array, place: Finding['where'][number]) {
  const chain = ruleset.chains[place.chain];
  const rule = place.rule === null ? undefined : ruleset.rules[place.rule];
  if (!chain) throw new InternalError(`a finding names chain ${place.chain}, which is not there`);
  const dump = ruleset.dumps[chain.table.dump];
  return {
    family: chain.table.family,
    table: chain.table.name,
    chain: chain.name,
    ruleIndex: rule?.index ?? null,
    dump: dump?.name ?? '',
    line: positionAt(linesOf(dump?.text ?? ''), rule?.start ?? chain.start).line,
    note: place.note,
  };
}
