/** Which rules of a chain a filter leaves: by owner, verdict, words, and by what they can match. */
import { canMatch } from '../kernel/can-match.ts';
import { Program } from '../kernel/compile.ts';
import { ruleComments } from '../model/rule.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';
import type { FilteredRules, RuleFilter } from './answer.ts';
import type { ViewContext } from './context.ts';
import { readPacketWords } from './packet-words.ts';
import { describeRule } from './words.ts';

/** Rules are compiled once for a ruleset, as they are asked for. */
const programs = new WeakMap<Ruleset, Program>();

/** Linear in the chain's rules. */
export function filterRules(context: ViewContext, chain: Chain, filter: RuleFilter): FilteredRules {
  const packet = filter.packet.trim() === '' ? null : readPacketWords(filter.packet);
  if (packet && !packet.ok) return { indexes: new Uint32Array(0), problem: packet.problem };
  const words = filter.text.trim().replaceAll(/\s+/g, ' ').toLowerCase();
  const program = programOf(context.analysis.ruleset);
  const left = chain.rules.filter(
    (rule) =>
      (filter.owner === null || context.ownerOfRule(rule) === filter.owner) &&
      (!packet || packet.known.some((known) => canMatch(program.rule(rule).instructions, known))) &&
      hasWords(context, rule, filter.verdict, words),
  );
  return { indexes: Uint32Array.from(left, ({ index }) => index), problem: null };
}

function programOf(ruleset: Ruleset): Program {
  const known = programs.get(ruleset);
  if (known) return known;
  const made = new Program(ruleset);
  programs.set(ruleset, made);
  return made;
}

/** The words that the table shows: the text of a dump has others (`-d` for `dst`). */
function hasWords(context: ViewContext, rule: Rule, kind: string | null, words: string): boolean {
  if (kind === null && words === '') return true;
  const { match, verdict } = describeRule(context, rule);
  if (kind !== null && verdict.kind !== kind) return false;
  if (words === '') return true;
  const tokens = match.map(({ field, op, value, meaning }) => `${field} ${op} ${value} ${meaning ?? ''}`);
  const text = `${tokens.join(' ')} ${verdict.kind} ${verdict.detail} ${ruleComments(rule).join(' · ')}`;
  return text.replaceAll(/ +/g, ' ').toLowerCase().includes(words);
}
