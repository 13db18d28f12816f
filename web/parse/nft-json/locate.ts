/** Where the statements of one rule stand in its JSON: the scanner again, over the rule's item alone. */
import type { Span } from '../../base/span.ts';
import type { Rule } from '../../model/ruleset.ts';
import { JsonScanner, NO_JSON } from './json.ts';

const OPEN = 123;
const LIST = 91;

/**
 * The spans, one per statement of `rule.body` and in its order, in the text of the rule's dump. The comment of a rule stands beside its
 * expressions. Never throws. Cost: the rule's length.
 */
export function locateNftJson(text: string, rule: Pick<Rule, 'start' | 'end' | 'body'>): Span[] {
  const scanner = new JsonScanner(text, rule.start, rule.end);
  const spans: Span[] = [];
  const comments: Span[] = [];
  try {
    walk(scanner, spans, comments);
  } catch (error) {
    // Of a rule that is cut off, what stands before the cut is found.
    if (error !== NO_JSON) throw error;
  }
  const whole = { start: rule.start, end: rule.end };
  const all = [...spans, ...comments];
  return rule.body.map((_, i) => all[i] ?? whole);
}

/** Through `{"add": {"rule": {...}}}` to the rule's own object. */
function walk(scanner: JsonScanner, spans: Span[], comments: Span[]): void {
  scanner.pairs((key) => {
    if (key === 'expr' && scanner.peek() === LIST) scanner.items(() => spans.push(passed(scanner)));
    else if (key === 'comment') comments.push(passed(scanner));
    else if (scanner.peek() === OPEN) walk(scanner, spans, comments);
    else scanner.skip();
  });
}

function passed(scanner: JsonScanner): Span {
  scanner.peek();
  const start = scanner.at;
  try {
    scanner.skip();
  } catch (error) {
    if (error !== NO_JSON) throw error;
  }
  return { start, end: scanner.at };
}
