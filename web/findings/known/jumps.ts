/** Helpers for known conflicts: the place of a program's jump in a built-in chain. */
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Scene } from '../context.ts';
import { outcomeOf } from '../rule-facts.ts';

/** Base chains of that name in iptables tables of that name, in every family and backend. */
export function builtinChains(scene: Scene, table: string, chain: string): Chain[] {
  return scene.chainsNamed(chain).filter((found) => found.base !== null && found.table.name === table);
}

/** The first rule of the chain that jumps or goes to a chain whose name matches. */
export function jumpTo(chain: Chain, target: RegExp): Rule | null {
  return (
    chain.rules.find((rule) => {
      const outcome = outcomeOf(rule);
      return (outcome?.kind === 'jump' || outcome?.kind === 'goto') && target.test(outcome.chain);
    }) ?? null
  );
}

/** The chain that the rule jumps to, if the dump has it. */
export function targetOf(rule: Rule): Chain | null {
  const outcome = outcomeOf(rule);
  if (outcome?.kind !== 'jump' && outcome?.kind !== 'goto') return null;
  return rule.chain.table.chainNamed.get(outcome.chain) ?? null;
}

/** All chains whose name matches. Linear in chains: call once per detector. */
export function chainsLike(scene: Scene, name: RegExp): Chain[] {
  return scene.ruleset.chains.filter((chain) => name.test(chain.name));
}
