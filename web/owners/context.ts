/** What the parts of the attribution share while it is made, and afterwards for evidence. */
import type { Ruleset } from '../model/ruleset.ts';
import type { ChainPattern } from './owner.ts';
import type { Presence } from './presence.ts';
import type { OwnerIndex } from './signatures.ts';

/** Why a chain has its owner. `open` chains hold rules of others too. */
export interface ChainReason {
  readonly by: 'table' | 'name' | 'callers' | 'built-in' | 'none';
  readonly owner: OwnerIndex;
  readonly open: ChainPattern['open'] | null;
}

export interface AttributionContext {
  readonly ruleset: Ruleset;
  readonly presence: Presence;
  /** By Chain.id. */
  readonly chainReasons: readonly ChainReason[];
  /** Interfaces that owners name in chains of their own, by name; 0 where two owners do. */
  readonly learned: ReadonlyMap<string, OwnerIndex>;
  /** The owner that stands for `owner` in this ruleset: variants take each other's place. */
  readonly resolve: (owner: OwnerIndex) => OwnerIndex;
}
