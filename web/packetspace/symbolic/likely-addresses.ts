/** What is known of a node beside its rules, as far as it makes one packet of a set likelier than another (questions/likely.ts). Plain data. */
import type { NameSet, ValueSet } from '../../kernel/value-set.ts';

/** Who is behind some interfaces. */
export interface Neighbours {
  readonly interfaces: NameSet;
  readonly addresses: ValueSet;
  /** Some that are known: those that packets may come from and those that they may go to, which are others where an interface has several. */
  readonly sources: ValueSet;
  readonly destinations: ValueSet;
}

/** Of one family. Nothing of it has to be true: it is wished for, one thing after the other. */
export interface LikelyAddresses {
  /** Of an interface in several the first counts. */
  readonly neighbours: readonly Neighbours[];
  /** Addresses that are behind these interfaces and behind no other. */
  readonly inner: ValueSet;
  readonly own: ValueSet;
  readonly services: ValueSet;
}
