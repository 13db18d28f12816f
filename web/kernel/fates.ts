/** The fates that a packet may have: courses that end alike are one, with all the answers that lead there. */
import type { Choice } from './branch.ts';
import { type Fate, fateKey, fateOf } from './fate.ts';
import type { TracePacket } from './packet.ts';
import type { RoutingTables } from './routing.ts';
import type { Course, TraceRun } from './trace.ts';

export interface Alternative {
  readonly fate: Fate;
  /** The likeliest course that ends so. */
  readonly course: Course;
  /** Any of these combinations of answers leads here. An empty one: always. */
  readonly ways: readonly (readonly Choice[])[];
  /** null where an answer's probability is not known. */
  readonly probability: number | null;
  /** How likely it is to be, with guesses where nobody knows: to say which of two is likelier, no more. */
  readonly weight: number;
}

/** The fate of the likeliest course first, the others by their weight. Cost: quadratic in the courses of one fate. */
export function mergedFates(run: TraceRun, packet: TracePacket, routing: RoutingTables): Alternative[] {
  const groups = new Map<string, { fate: Fate; courses: Course[] }>();
  for (const course of run.courses) {
    const fate = fateOf(course, packet, routing);
    const key = fateKey(fate);
    const group = groups.get(key);
    if (group) group.courses.push(course);
    else groups.set(key, { fate, courses: [course] });
  }
  const [first, ...others] = [...groups.values()].map(({ fate, courses }) => ({
    fate,
    course: courses[0] as Course,
    ways: groups.size === 1 ? [[]] : simplified(courses.map(({ choices }) => choices)),
    probability: groups.size === 1 ? 1 : sum(courses.map(({ probability }) => probability)),
    weight: courses.reduce((total, { weight }) => total + weight, 0),
  }));
  return first ? [first, ...others.sort((a, b) => b.weight - a.weight)] : [];
}

function sum(probabilities: readonly (number | null)[]): number | null {
  let total = 0;
  for (const each of probabilities) {
    if (each === null) return null;
    total += each;
  }
  return total;
}

/** Two ways that differ in one yes or no alone are one way without that question. */
function simplified(ways: readonly (readonly Choice[])[]): (readonly Choice[])[] {
  const left = [...ways];
  for (let i = 0; i < left.length; i++) {
    for (let j = i + 1; j < left.length; j++) {
      const joined = joinWays(left[i] as readonly Choice[], left[j] as readonly Choice[]);
      if (!joined) continue;
      left.splice(j, 1);
      left[i] = joined;
      // The joined way may fit to one that was passed already.
      i = -1;
      break;
    }
  }
  return left;
}

function joinWays(a: readonly Choice[], b: readonly Choice[]): Choice[] | null {
  if (a.length !== b.length) return null;
  const other = new Map(b.map((choice) => [choice.unknown, choice.value]));
  const different = a.filter(({ unknown, value }) => other.get(unknown) !== value);
  const [only] = different;
  if (!only || different.length !== 1 || typeof only.value !== 'boolean') return null;
  return other.get(only.unknown) === !only.value ? a.filter((choice) => choice !== only) : null;
}
