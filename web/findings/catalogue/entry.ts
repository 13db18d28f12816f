/** What an entry of the catalogue of known conflicts is. The entries are data, grouped by kind in the files beside this one. */
import type { OwnerId } from '../../owners/owner.ts';
import type { Mechanism, Reference } from '../finding.ts';

export interface CatalogueEntry {
  /** Stable: findings and links name it. */
  readonly id: string;
  readonly mechanism: Mechanism;
  /** Ids of the owners concerned; `*` is anybody, `user` an administrator by hand. */
  readonly owners: readonly (OwnerId | '*')[];
  /** A sentence that says the conflict. */
  readonly title: string;
  /** How it shows in a dump. */
  readonly evidence: string;
  /** What users see of it. */
  readonly symptom: string;
  readonly remedy: string;
  /** `reported`: by users upstream; `derived`: from reading the programs' sources; `both`. */
  readonly basis: 'reported' | 'derived' | 'both';
  readonly references: readonly Reference[];
}
