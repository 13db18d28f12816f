/** One rule's text alone: what it says, and where its statements stand. The reader again, over the rule's slice. */
import type { Span } from '../../base/span.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import { StatementReader } from './statements.ts';

class RuleReader extends StatementReader {
  listing = false;

  readRule(): { body: Statement[]; spans: Span[] } {
    const body: Statement[] = [];
    const offsets: number[] = [];
    this.next();
    this.readStatements(body, offsets);
    const spans = body.map((_, i) => ({ start: offsets[i * 2] as number, end: offsets[i * 2 + 1] as number }));
    return { body, spans };
  }

  protected override isListing(): boolean {
    return this.listing;
  }

  /** The block's rules have their own place in the model; here it is one piece of the jump. */
  protected override anonymousChain(): string {
    this.skipBlock();
    return '';
  }
}

/**
 * The spans, one per statement of `rule.body` and in its order, in the text of the rule's dump. Never throws. A rule of a script that uses
 * `$variables` may give fewer: the rest have the rule's own span. Cost: the rule's length.
 */
export function locateNft(text: string, rule: Pick<Rule, 'start' | 'end' | 'body'>): Span[] {
  const { start } = rule;
  const { spans } = new RuleReader(text.slice(start, rule.end), 0, rule.end - start).readRule();
  const whole = { start: rule.start, end: rule.end };
  if (spans.length !== rule.body.length) return rule.body.map(() => whole);
  return spans.map((piece) => ({ start: start + piece.start, end: start + piece.end }));
}

/** The statements of a rule's text. `listing`: it is nft's own (see isListingText). Never throws. */
export function readRule(text: string, listing: boolean): readonly Statement[] {
  const reader = new RuleReader(text, 0, text.length);
  reader.listing = listing;
  return reader.readRule().body;
}
