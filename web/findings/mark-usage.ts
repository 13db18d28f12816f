/** Who does what with which bits of the marks: what the rules write and test, added up by program. */
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Scene } from './context.ts';
import { type MarkKind, type MarkTest, type MarkWrite, markTests, markWrites, touchesMarks } from './mark-bits.ts';
import type { Program } from './words.ts';

/** What one program does with one kind of mark. */
export interface Usage {
  readonly program: Program;
  readonly kind: MarkKind;
  /** Bits written under a mask, and the first rule that writes each. */
  written: number;
  readonly writers: Map<number, Rule>;
  /** Bits tested under a mask. */
  tested: number;
  readonly testers: Map<number, Rule>;
  /** One rule for each chain that writes, or tests, under a mask. */
  readonly writing: Map<Chain, Rule>;
  readonly testing: Map<Chain, Rule>;
  readonly wholeWrites: { rule: Rule; write: MarkWrite }[];
  readonly wholeTests: { rule: Rule; test: MarkTest }[];
}

const MOST_WHOLE = 200;

/** One entry for each program and kind of mark. Cost: linear in rules. */
export function collectMarks(scene: Scene): Usage[] {
  const found = new Map<string, Usage>();
  const usage = (program: Program, kind: MarkKind): Usage => {
    const key = `${program} ${kind}`;
    let entry = found.get(key);
    if (!entry) {
      const maps = { writers: new Map<number, Rule>(), testers: new Map<number, Rule>() };
      const chains = { writing: new Map<Chain, Rule>(), testing: new Map<Chain, Rule>() };
      entry = { program, kind, written: 0, tested: 0, ...maps, ...chains, wholeWrites: [], wholeTests: [] };
      found.set(key, entry);
    }
    return entry;
  };
  // What no packet gets to writes and tests nothing; a table without base chains does not tell what packets get to.
  const told = new Set(scene.ruleset.tables.filter(({ chains }) => chains.some(({ base }) => base !== null)));
  for (const rule of scene.ruleset.rules) {
    if (!touchesMarks(rule)) continue;
    if (scene.graph.reached[rule.chain.id] !== 1 && told.has(rule.chain.table)) continue;
    for (const write of markWrites(rule)) noteWrite(usage(scene.programOfRule(rule), write.kind), rule, write);
    for (const test of markTests(rule)) noteTest(usage(scene.programOfRule(rule), test.kind), rule, test);
  }
  return [...found.values()];
}

function noteWrite(usage: Usage, rule: Rule, write: MarkWrite): void {
  if (write.whole) {
    if (usage.wholeWrites.length < MOST_WHOLE) usage.wholeWrites.push({ rule, write });
    return;
  }
  const bits = (write.sets | write.clears | write.flips | write.copies) >>> 0;
  if (!usage.writing.has(rule.chain)) usage.writing.set(rule.chain, rule);
  noteBits(usage.writers, bits & ~usage.written, rule);
  usage.written = (usage.written | bits) >>> 0;
}

function noteTest(usage: Usage, rule: Rule, test: MarkTest): void {
  if (test.whole) {
    if (usage.wholeTests.length < MOST_WHOLE) usage.wholeTests.push({ rule, test });
    return;
  }
  // `mark == 0` under a full mask asks whether anybody has marked the packet: no bit of its own.
  if (test.mask === 0xffffffff) return;
  if (!usage.testing.has(rule.chain)) usage.testing.set(rule.chain, rule);
  noteBits(usage.testers, test.mask & ~usage.tested, rule);
  usage.tested = (usage.tested | test.mask) >>> 0;
}

function noteBits(map: Map<number, Rule>, bits: number, rule: Rule): void {
  for (let bit = 0; bit < 32; bit++) if ((bits >>> bit) & 1) map.set(bit, rule);
}
