/** Builds findings: ids, owners' order, references of the catalogue. */

import type { Chain } from '../model/ruleset.ts';
import type { OwnerId } from '../owners/owner.ts';
import { catalogueEntry } from './catalogue/index.ts';
import type { Finding, FindingMark, FindingPlace, FindingSeverity, Mechanism, Reference } from './finding.ts';

/** What a detector says; `finding` fills in the rest. */
export interface Draft {
  readonly mechanism: Mechanism;
  readonly severity: FindingSeverity;
  /** Makes the id stable and unique within the mechanism: chain and owners, never numbers that an unrelated edit changes. */
  readonly key: readonly string[];
  readonly title: string;
  readonly why: string;
  readonly owners: readonly OwnerId[];
  readonly where: readonly FindingPlace[];
  readonly marks?: readonly FindingMark[];
  readonly sign?: Finding['sign'];
  readonly remedy?: string | null;
  readonly catalogue?: readonly string[];
  readonly unknowns?: readonly string[];
}

const MOST_REFERENCES = 6;
/** Evidence places of one finding: more would not be read, and cost the page. */
const MOST_PLACES = 40;

export function finding(draft: Draft): Finding {
  const catalogue = draft.catalogue ?? [];
  const entries = catalogue.map(catalogueEntry);
  const references: Reference[] = entries.flatMap((entry) => entry.references).slice(0, MOST_REFERENCES);
  return {
    id: [draft.mechanism, ...draft.key].map((part) => part.replaceAll(/\s+/g, '-')).join('/'),
    mechanism: draft.mechanism,
    severity: draft.severity,
    title: draft.title,
    why: draft.why,
    owners: [...new Set(draft.owners)],
    orderSensitive: null,
    where: draft.where.slice(0, MOST_PLACES),
    marks: draft.marks ?? [],
    sign: signOf(draft),
    remedy: draft.remedy ?? entries[0]?.remedy ?? null,
    catalogue,
    references,
    unknowns: draft.unknowns ?? [],
    proof: null,
  };
}

/** A quiet ring is for what costs nobody anything. */
function signOf({ sign = 'note', severity }: Draft): Finding['sign'] {
  return sign === 'note' && severity !== 'info' ? 'attention' : sign;
}

/** A place that is the chain as a whole. */
export function chainPlace(chain: Chain, note: string): FindingPlace {
  return { chain: chain.id, rule: null, note };
}

/** A place that is one rule. */
export function rulePlace(rule: { readonly id: number; readonly chain: Chain }, note: string): FindingPlace {
  return { chain: rule.chain.id, rule: rule.id, note };
}
