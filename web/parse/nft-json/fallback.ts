/**
 * Statements that nft has no JSON for: it writes their text as a string (src/json.c, stmt_print_json: `add @map { ... }` up to 1.0.7). The reader
 * of nft's text takes them.
 */
import type { Statement } from '../../model/statement.ts';
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
