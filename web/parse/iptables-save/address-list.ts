/**
 * `-s A,B`: iptables makes one rule for each address, and of `-s A,B -d C,D` one for each pair. Follows iptables' iptables/xshared.c,
 * xtables_ipparse_multiple, and the loops around append_entry in iptables.c.
 */
import type { Statement } from '../../model/statement.ts';
import type { Unit } from './unit.ts';

/** Statements of which each rule has one, where the body has `stands`. */
export interface Variant {
  readonly stands: Statement;
  readonly statements: readonly Statement[];
}

const ADDRESS = /^(?:-s|-d|--source|--src|--destination|--dst)[ \t]/;

/** `unit`, read from `text[start, end)`, with a statement for each address if it is such a list. */
export function withAddresses(text: string, start: number, end: number, unit: Unit): Unit {
  const [only] = unit.statements;
  if (only?.kind !== 'match' || only.right.kind !== 'set' || unit.statements.length > 1) return unit;
  if (!ADDRESS.test(text.slice(start, Math.min(end, start + 20)))) return unit;
  const addresses = only.right.elements.map(({ key }): Statement => ({ ...only, right: key }));
  return { ...unit, addresses };
}

/** One body for each combination, in the order in which iptables makes them. */
export function variantsOf(body: Statement[], variants: readonly Variant[]): Statement[][] {
  let bodies = [body];
  for (const { stands, statements } of variants)
    bodies = bodies.flatMap((each) =>
      statements.map((statement) => each.map((other) => (other === stands ? statement : other))),
    );
  return bodies;
}
