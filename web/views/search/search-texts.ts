/** Search over the text of rules and sets: one scan of the dumps, cut short when there are hits enough. */
import { lineIndexAt } from '../../base/span.ts';
import type { NamedSet, Rule } from '../../model/ruleset.ts';
import { ruleAt, setAt, type ViewContext } from '../context.ts';
import { hasAll, isWhole, type Wanted } from './wanted.ts';

/** When there are hits enough, so many rules are looked at for better ones: half of all rules contain `SVC`. */
const MAX_EXAMINED = 4000;

/** Rules that have one of several words: so many are compared with the others. */
const MAX_COMPARED = 200_000;

/** Rules and sets whose text contains it, then rules that have all of its words. Each rule and set once. */
export function searchTexts(context: ViewContext, wanted: Wanted): { rules: readonly Rule[]; sets: Set<NamedSet> } {
  const { rules, sets } = searchPhrase(context, wanted);
  if (wanted.words.length === 0 || rules.length >= wanted.most) return { rules, sets };
  return { rules: [...new Set([...rules, ...searchWords(context, wanted)])].slice(0, wanted.most), sets };
}

/** Rules that have all words. Looks for the longest, which is the rarest most of the time. */
function searchWords(context: ViewContext, wanted: Wanted): Rule[] {
  const found: Rule[] = [];
  let examined = 0;
  const longest = new RegExp(wanted.words[0]?.source ?? '', 'gi');
  context.analysis.documents.forEach(({ text }, document) => {
    longest.lastIndex = 0;
    while (found.length < wanted.most && examined < MAX_COMPARED) {
      const at = longest.exec(text);
      if (!at) break;
      const rule = ruleAt(context, document, at.index);
      if (!rule) continue;
      examined++;
      if (hasAll(text.slice(rule.start, rule.end), wanted)) found.push(rule);
      longest.lastIndex = Math.max(longest.lastIndex, rule.end);
    }
  });
  return found;
}

/** Rules and sets whose text contains it: those first that have it as a whole word. Each rule and set once. */
function searchPhrase(context: ViewContext, wanted: Wanted): { rules: Rule[]; sets: Set<NamedSet> } {
  const { most } = wanted;
  const whole: Rule[] = [];
  const part: Rule[] = [];
  const sets = new Set<NamedSet>();
  let examined = 0;
  const pattern = new RegExp(wanted.pattern.source, 'gi');
  context.analysis.documents.forEach(({ text }, document) => {
    pattern.lastIndex = 0;
    while (whole.length < most && (part.length < most || examined < MAX_EXAMINED)) {
      const found = pattern.exec(text);
      if (!found) break;
      const rule = ruleAt(context, document, found.index) ?? ruleBefore(context, document, found.index);
      const set = rule ? null : setAt(context, document, found.index);
      if (set && sets.size < most) sets.add(set);
      if (set) pattern.lastIndex = Math.max(pattern.lastIndex, set.span.end);
      if (!rule) continue;
      examined++;
      const list = hasWhole(text, rule, found.index, wanted) ? whole : part;
      if (list.length < most) list.push(rule);
      pattern.lastIndex = Math.max(pattern.lastIndex, rule.end);
    }
  });
  return { rules: [...whole, ...part].slice(0, most), sets };
}

/** The rule in whose line a comment stands: `# handle 12`. */
function ruleBefore(context: ViewContext, document: number, offset: number): Rule | null {
  const { starts, rules } = context.rulesOf(document);
  const rule = rules[lineIndexAt(starts, offset)];
  const text = context.analysis.documents[document]?.text ?? '';
  return rule && offset > rule.end && /^ *#[^\n]*$/.test(text.slice(rule.end, Math.min(offset, rule.end + 200) + 1))
    ? rule
    : null;
}

/** Whether one of the rule's mentions of it, from `at` on, is whole. */
function hasWhole(text: string, rule: Rule, at: number, { text: { length }, pattern }: Wanted): boolean {
  if (isWhole(text, at, length)) return true;
  const rest = text.slice(at + 1, Math.min(rule.end, at + 4096));
  const next = rest.search(pattern);
  return next !== -1 && isWhole(text, at + 1 + next, length);
}
