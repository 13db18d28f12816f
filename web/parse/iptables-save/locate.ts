/** Finds a rule's statements in its line again (statements are shared between rules and carry no spans): for hovers and selection. */
import { type Span, span } from '../../base/span.ts';
import type { Rule } from '../../model/ruleset.ts';
import { moveForward } from './basics-first.ts';
import type { SaveFamily } from './extension.ts';
import { scanUnits } from './scan-rule.ts';
import { parseUnit, type Unit, type UnitContext } from './unit.ts';
import { groupOptions, splitWords } from './words.ts';

const COMMANDS: ReadonlySet<string> = new Set(['-A', '-I', '--append', '--insert']);

/**
 * For each statement of `rule.body` (same order, same length) its span in `text`, the text of the rule's dump. A counter that the line does not
 * have gets an empty span at the line's start. Cost: linear in the line.
 */
export function locateIptables(text: string, rule: Rule): Span[] {
  const words = splitWords(text, rule.start, rule.end);
  const command = words.findIndex((word) => COMMANDS.has(word.text));
  const chain = words[command + 1];
  if (command < 0 || !chain) return rule.body.map(() => span(rule.start, rule.end));
  const number = words[command + 2];
  const inserted = words[command]?.text === '-I' || words[command]?.text === '--insert';
  const from = inserted && number && /^[0-9]+$/.test(number.text) ? number.end : chain.end;
  const first = words[0];
  let counter = first?.text.startsWith('[') ? span(first.start, first.end) : span(rule.start, rule.start);
  const matches: Span[] = [];
  const targets: Span[] = [];
  const bounds: number[] = [];
  const count = scanUnits(text, from, rule.end, bounds);
  let protocol = -1;
  let basics = 0;
  for (let i = 0; i < count; i += 2) {
    const [start = 0, end = 0] = [bounds[i], bounds[i + 1]];
    if (/^-c\s/.test(text.slice(start, start + 3))) {
      counter = span(start, end);
      continue;
    }
    if (/^-[46t](?:\s|$)/.test(text.slice(start, Math.min(end, start + 3)))) continue;
    const unit = parseUnit(text, start, end, contextOf(rule, protocol));
    if (unit.protocol !== null) protocol = unit.protocol;
    const list = unit.target ? targets : matches;
    const before = list.length;
    list.push(...unitSpans(text, start, end, unit));
    const basic = unit.basics ?? 0;
    if (basic > 0 && basics < before) moveForward(matches, basics, before, before + basic);
    basics += basic;
  }
  const spans = [...matches, counter, ...targets];
  return rule.body.map((_, index) => spans[index] ?? span(rule.start, rule.end));
}

function contextOf({ chain }: Rule, protocol: number): UnitContext {
  const { family } = chain.table;
  return {
    family: family === 'inet' || family === 'netdev' ? 'ip' : (family satisfies SaveFamily),
    protocol,
    hook: () => chain.base?.hook ?? null,
    isChain: (name) => chain.table.chainNamed.has(name),
  };
}

/** One span for each statement: of its own option where options and statements pair up, else of the whole unit. */
function unitSpans(text: string, start: number, end: number, unit: Unit): Span[] {
  const whole = span(start, end);
  if (unit.statements.length < 2) return unit.statements.map(() => whole);
  const words = splitWords(text, start, end);
  const firstOption = words.findIndex((word) => !word.quoted && (word.text.startsWith('--') || word.text === '!'));
  const options = firstOption < 0 ? null : groupOptions(words, firstOption);
  if (options?.length !== unit.statements.length) return unit.statements.map(() => whole);
  return options.map((option, index) => span(index === 0 ? start : option.start, option.end));
}
