/**
 * Branches that have become the same again: an unknown that made no difference is forgotten. So twenty `limit ... log` rules leave one branch, not 2^20.
 */
import { type Branch, type Choice, type Linked, listOf } from './branch.ts';

/** All branches of both lists; of two that differ in the answer to one question alone, and in nothing that a later rule can see, one is left. */
export function joinBranches(a: readonly Branch[], b: readonly Branch[]): Branch[] {
  const joined = [...a];
  for (const branch of b) {
    const at = joined.findIndex((other) => isSameCourse(other, branch));
    if (at < 0) joined.push(branch);
    else joined[at] = merged(joined[at] as Branch, branch);
  }
  return joined;
}

function isSameCourse(a: Branch, b: Branch): boolean {
  if (a.choices === null || b.choices === null || a.facts !== b.facts || a.round !== b.round) return false;
  if (a.toSelf !== b.toSelf || a.copiedFrom !== b.copiedFrom) return false;
  if (a.sets !== b.sets || a.connection !== b.connection || a.end !== b.end) return false;
  for (let i = 0; i < a.values.length; i++) if (a.values[i] !== b.values[i]) return false;
  return sameDomains(a, b) && oneDifference(a.choices, b.choices) !== null;
}

function sameDomains(a: Branch, b: Branch): boolean {
  if (a.domains === b.domains) return true;
  if (a.domains.size !== b.domains.size) return false;
  for (const [key, values] of a.domains) if (b.domains.get(key) !== values) return false;
  return true;
}

/** The question that both answer differently while they answer all others alike; null where there is none such. */
function oneDifference(a: Linked<Choice>, b: Linked<Choice>): string | null {
  if (a.count !== b.count) return null;
  const [mine, theirs] = [listOf(a), listOf(b)];
  const different = mine.filter((choice, i) => choice !== theirs[i] && !sameChoice(choice, theirs[i]));
  const [only] = different;
  if (different.length !== 1 || !only || typeof only.value !== 'boolean') return null;
  const other = theirs[mine.indexOf(only)];
  return other?.unknown === only.unknown && other.value === !only.value ? only.unknown : null;
}

function sameChoice(a: Choice, b: Choice | undefined): boolean {
  return a.unknown === b?.unknown && a.value === b.value;
}

/** The likelier one, without the question; its answer to later questions of the same words stays open. */
function merged(a: Branch, b: Branch): Branch {
  const unknown = oneDifference(a.choices as Linked<Choice>, b.choices as Linked<Choice>) as string;
  const kept = a.weight >= b.weight ? a : b;
  const other = kept === a ? b : a;
  const choices = listOf(kept.choices).filter((choice) => choice.unknown !== unknown);
  kept.choices = null;
  kept.weight = 1;
  kept.probability = 1;
  for (const choice of choices) kept.choose(choice);
  kept.decided = new Map([...kept.decided].filter(([text, value]) => other.decided.get(text) === value));
  kept.idle = new Set([...kept.idle, ...other.idle, unknown]);
  return kept;
}
