/** The catalogue of known conflicts between programs that write netfilter rules, by id. */
import { InternalError } from '../../base/assert.ts';
import { BACKENDS } from './backends.ts';
import { BASE_CHAINS } from './base-chains.ts';
import { CHAIN_ORDER } from './chain-order.ts';
import { EARLIER_VERDICTS } from './earlier-verdicts.ts';
import type { CatalogueEntry } from './entry.ts';
import { GROWTH } from './growth.ts';
import { LEFTOVERS } from './leftovers.ts';
import { MARKS } from './marks.ts';
import { NAT } from './nat.ts';
import { POLICIES } from './policies.ts';

export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = new Map(
  [
    ...CHAIN_ORDER,
    ...EARLIER_VERDICTS,
    ...BASE_CHAINS,
    ...POLICIES,
    ...MARKS,
    ...NAT,
    ...BACKENDS,
    ...LEFTOVERS,
    ...GROWTH,
  ].map((entry) => [entry.id, entry]),
);

/** The entry of that id. Throws InternalError for an id that the catalogue does not have: ids are written in detectors, never read. */
export function catalogueEntry(id: string): CatalogueEntry {
  const entry = CATALOGUE.get(id);
  if (!entry) throw new InternalError(`no catalogue entry ${id}`);
  return entry;
}
