/** Who owns each line of a document: the stripe beside the text. */
import { lineIndexAt } from '../base/span.ts';
import type { Chain, NamedSet, Table } from '../model/ruleset.ts';
import { type OwnerId, UNKNOWN } from '../owners/owner.ts';
import { documentOfChain, type ViewContext } from './context.ts';

/**
 * Owner per line: index into `owners` (the overview's order) plus 1; 0 where a line belongs to nobody. A rule's lines are its owner's; the
 * lines that declare an owned chain, set or table, and those that close it, are that owner's.
 */
export function buildLineOwners(context: ViewContext, document: number, owners: readonly OwnerId[]): Uint8Array {
  const lines = context.linesOf(document);
  const column = new Uint8Array(lines.length);
  const numbers = new Map(owners.map((id, i) => [id, i + 1]));
  const paint = (start: number, end: number, owner: number): void => {
    const last = lineIndexAt(lines, Math.max(start, end));
    for (let line = lineIndexAt(lines, start); line <= last; line++) column[line] = owner;
  };
  const { attribution, ruleset } = context.analysis;
  // Nobody's chain stays without a stripe: a built-in chain has no author.
  const known = (id: OwnerId): number => (id === UNKNOWN ? 0 : (numbers.get(id) ?? 0));
  for (const table of ruleset.tables) {
    if (ruleset.dumps[table.dump]?.document !== document) continue;
    paintEdges(table, known(attribution.owners[attribution.tableOwner[table.id] ?? 0] ?? UNKNOWN), paint);
  }
  for (const set of context.setsOf(document).sets) paintSet(set, known(context.ownerOfSet(set)), paint);
  for (const chain of ruleset.chains) {
    if (chain.implicit || documentOfChain(context.analysis, chain) !== document) continue;
    paintChain(chain, known(context.ownerOfChain(chain)), paint);
  }
  for (const rule of context.rulesOf(document).rules) {
    paint(rule.start, rule.end - 1, numbers.get(context.ownerOfRule(rule)) ?? 0);
  }
  return column;
}

type Paint = (start: number, end: number, owner: number) => void;

/** A table's own lines are its first and its last; `*nat` and `COMMIT` are the tool's. */
function paintEdges({ span, listing }: Table, owner: number, paint: Paint): void {
  if (owner === 0 || listing === 'iptables') return;
  paint(span.start, span.start, owner);
  paint(span.end - 1, span.end - 1, owner);
}

function paintSet({ span }: NamedSet, owner: number, paint: Paint): void {
  if (owner !== 0) paint(span.start, span.end - 1, owner);
}

/** `:NAME - [0:0]`, or from `chain NAME {` to the first rule, and the closing brace. */
function paintChain({ start, end, rules, table }: Chain, owner: number, paint: Paint): void {
  if (owner === 0) return;
  const first = rules[0];
  if (table.listing === 'iptables' || !first) {
    paint(start, end - 1, owner);
    return;
  }
  paint(start, first.start, owner);
  paint(end - 1, end - 1, owner);
}
