/** What may plausibly happen on a node, made from the dump: a program puts its rules at the top, appends them, is gone. Pure. */
import type { OrderChange } from '../../findings/finding.ts';
import type { Overview, OwnerOverview } from '../../worker/protocol.ts';

/** A program with rules in base chains. */
export interface ProgramChoice {
  readonly program: string;
  /** `Calico`. */
  readonly name: string;
  /** As whom it is drawn: its owner with the most rules. */
  readonly owner: OwnerOverview;
  /** Base chains that it has rules in. */
  readonly chains: readonly number[];
}

/** Programs with rules in base chains, in the order of the legend; unknown writers come last. Cost: linear in segments. */
export function programChoices({ owners, maps }: Pick<Overview, 'owners' | 'maps'>): ProgramChoice[] {
  const chainsOf = new Map<string, Set<number>>();
  for (const { cards } of maps.flatMap(({ hooks }) => hooks)) {
    for (const { chain, segments } of cards) {
      for (const { owner } of segments) {
        const known = chainsOf.get(owner) ?? new Set<number>();
        chainsOf.set(owner, known.add(chain));
      }
    }
  }
  const found = new Map<string, { readonly owner: OwnerOverview; readonly chains: Set<number> }>();
  for (const owner of owners) {
    const chains = chainsOf.get(owner.id);
    if (!chains) continue;
    const known = found.get(owner.program);
    if (known) for (const chain of chains) known.chains.add(chain);
    else found.set(owner.program, { owner, chains: new Set(chains) });
  }
  return [...found].map(([program, { owner, chains }]) => ({
    program,
    name: owner.programName,
    owner,
    chains: [...chains],
  }));
}

export interface ChangeChoice {
  readonly id: string;
  /** `inserts at the top`. */
  readonly verb: string;
  readonly change: OrderChange;
}

/** What the program may do: in one base chain, or (null) in all of its own. */
export function changesOf({ program }: ProgramChoice, chain: number | null): ChangeChoice[] {
  return [
    { id: 'top', verb: 'inserts at the top', change: { kind: 'place', chain, program, at: 'top' } },
    { id: 'bottom', verb: 'appends', change: { kind: 'place', chain, program, at: 'bottom' } },
    { id: 'without', verb: 'is gone', change: { kind: 'without', program } },
  ];
}
