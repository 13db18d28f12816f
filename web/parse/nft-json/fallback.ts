/**
 * Statements that nft has no JSON for: it writes their text as a string (src/json.c, stmt_print_json): `jump { ... }`, and `add @map { ... }` up to
 * 1.0.7. The reader of nft's text takes them.
 */
import type { Span } from '../../base/span.ts';
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import { RulesetReader } from '../nft/ruleset-reader.ts';
import { StatementReader } from '../nft/statements.ts';

class TextReader extends StatementReader {
  read(): Statement[] {
    this.next();
    return this.statements();
  }
}

/** The one statement that the text is, or null. Never throws. */
export function textStatement(text: string): Statement | null {
  const [only, ...more] = new TextReader(text, 0, text.length).read();
  return only && more.length === 0 && only.kind !== 'opaque' ? only : null;
}

const BLOCK = /^(?:jump|goto) \{/;

/**
 * `jump { ... }`: the jump, and the chains that hold the block's rules, named on from `__chain<first>`; null for other text. The chains are of
 * `table`, all of it spanned by the statement. Cost: linear in the text.
 */
export function blockStatement(
  text: string,
  table: Table,
  first: number,
  span: Span,
): { readonly statement: Statement; readonly chains: readonly Chain[] } | null {
  if (!BLOCK.test(text)) return null;
  const wrapped = `table ${table.family} t {\nchain c {\n${text}\n}\n}\n`;
  const { tables } = new RulesetReader(wrapped, 0, wrapped.length, {}, first).read();
  const [outer, ...chains] = tables[0]?.chains ?? [];
  const [statement, ...more] = outer?.rules[0]?.body ?? [];
  if (!statement || more.length > 0 || outer?.rules.length !== 1 || statement.kind === 'opaque') return null;
  return { statement, chains: chains.map((chain) => moved(chain, table, span)) };
}

function moved(chain: Chain, table: Table, span: Span): Chain {
  const rules: Rule[] = [];
  const home: Chain = { ...chain, table, rules, ...span, nameStart: span.start, nameEnd: span.start };
  for (const rule of chain.rules) rules.push({ ...rule, chain: home, start: span.start, end: span.end });
  return home;
}
