/** Rules whose comparisons that stand next to each other are one: a set is then split once, not again for each of them. */
import type { CompiledRule, Instruction } from '../../kernel/action.ts';
import { Program } from '../../kernel/compile.ts';
import { all, type Condition } from '../../kernel/condition.ts';
import type { Rule } from '../../model/ruleset.ts';

export class MergedProgram extends Program {
  private readonly merged: (CompiledRule | undefined)[] = [];

  override rule(rule: Rule): CompiledRule {
    const known = this.merged[rule.id];
    if (known) return known;
    const { instructions } = super.rule(rule);
    const made: CompiledRule = { rule, instructions: mergedMatches(instructions), first: null };
    this.merged[rule.id] = made;
    return made;
  }
}

function mergedMatches(instructions: readonly Instruction[]): Instruction[] {
  const found: Instruction[] = [];
  let conditions: Condition[] = [];
  const flush = () => {
    if (conditions.length > 0) found.push({ kind: 'match', condition: all(conditions) });
    conditions = [];
  };
  for (const instruction of instructions) {
    if (instruction.kind === 'match') conditions.push(instruction.condition);
    else {
      flush();
      found.push(instruction);
    }
  }
  flush();
  return found;
}
