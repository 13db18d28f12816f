/** Rules that decide nothing, as findings: one for each chain, cause and pair of programs. */
import type { Scene } from '../findings/context.ts';
import { finding } from '../findings/draft.ts';
import type { Finding } from '../findings/finding.ts';
import { chainKey, chainName, count, joinWords, programName, programNameFirst, ruleName } from '../findings/words.ts';
import type { Rule } from '../model/ruleset.ts';
import { UNKNOWN } from '../owners/owner.ts';
import type { Shadowed } from '../packetspace/questions/rule-status.ts';
import type { LostElements } from '../packetspace/questions/verdict-elements.ts';
import { partyOfRule } from './change.ts';
import type { DeadRules } from './dead-rules.ts';

const MOST_PLACES = 40;
const MOST_FINDINGS = 60;

/** Rules that a finding of the detectors already calls dead or shadowed are left to it. */
export function deadFindings(scene: Scene, dead: DeadRules | null, found: readonly Finding[]): Finding[] {
  if (!dead) return [];
  const told = new Set(
    found.filter(({ mechanism }) => TOLD.has(mechanism)).flatMap(({ where }) => where.map(({ rule }) => rule)),
  );
  const groups = new Map<string, Shadowed[]>();
  for (const each of dead.shadowed) {
    if (told.has(each.rule.id) || isExpected(scene, each)) continue;
    const key = groupKey(scene, each);
    const known = groups.get(key);
    if (known) known.push(each);
    else groups.set(key, [each]);
  }
  const made = [...groups].slice(0, MOST_FINDINGS).map(([key, group]) => deadFinding(scene, key, group));
  return [...made, ...dead.elements.slice(0, MOST_FINDINGS).map((lost) => elementsFinding(scene, lost))];
}

const TOLD: ReadonlySet<Finding['mechanism']> = new Set(['dead-rule', 'earlier-terminal-verdict-shadows-later-owner']);

/**
 * Programs write rules for what may come: their own dead ones are no news, unless another program took their packets. People's are.
 */
function isExpected(scene: Scene, { rule, by, why }: Shadowed): boolean {
  const own = partyOfRule(scene, rule);
  if (why === 'not-entered' || why === 'elsewhere') return own !== UNKNOWN || why === 'not-entered';
  return own !== UNKNOWN && by.every((other) => partyOfRule(scene, other) === own);
}

function groupKey(scene: Scene, { rule, by, why }: Shadowed): string {
  const takers = [...new Set(by.map((other) => partyOfRule(scene, other)))].sort();
  return [chainKey(rule.chain), partyOfRule(scene, rule), why, ...takers].join('/');
}

function deadFinding(scene: Scene, key: string, group: readonly Shadowed[]): Finding {
  const [first] = group as [Shadowed, ...Shadowed[]];
  const { rule, why } = first;
  const own = partyOfRule(scene, rule);
  const takers = uniqueRules(group.flatMap(({ by }) => by));
  const others = [...new Set(takers.map((each) => partyOfRule(scene, each)))];
  const isOthers = others.some((party) => party !== own);
  const which = group.length === 1 ? ruleName(rule) : `${count(group.length, 'rule')} of ${chainName(rule.chain)}`;
  const lost = group.map(({ rule: each }) => ({ chain: each.chain.id, rule: each.id, note: deadNote(each, first) }));
  const took = takers.map((each) => ({ chain: each.chain.id, rule: each.id, note: 'takes its packets first' }));
  const partly = group.some((each) => each.partly);
  const made = finding({
    mechanism: isOthers ? 'earlier-terminal-verdict-shadows-later-owner' : 'dead-rule',
    severity: isOthers || own === UNKNOWN ? 'warning' : 'info',
    key: ['proved', ...key.split('/')],
    title: titleOf(own, which, first, others, group.length),
    why: whyOf(first, takers, group.length),
    owners: [...group.map(({ rule: each }) => scene.ownerOf(each)), ...takers.map(scene.ownerOf)],
    where: [...lost, ...took].slice(0, MOST_PLACES),
    sign: isOthers ? 'overruled' : 'note',
    remedy:
      why === 'taken'
        ? 'Move the rule above those that take its packets, or remove it.'
        : 'Correct the condition, or remove the rule.',
  });
  const sentence = `Proved for all packets${partly ? ', as far as they were followed' : ''}: none that comes to this chain gets to ${group.length === 1 ? 'the rule' : 'these rules'} and matches.`;
  return { ...made, proof: { state: 'shown', sentence, witnesses: [] } };
}

function titleOf(own: string, which: string, { why }: Shadowed, others: readonly string[], rules: number): string {
  const verb = rules === 1 ? 'matches' : 'match';
  const whose = own === UNKNOWN ? '' : ` (${programName(own)})`;
  switch (why) {
    case 'taken': {
      const by = others.filter((party) => party !== own);
      const takers = by.length > 0 ? joinWords(by.map(programName)) : rules === 1 ? 'an earlier rule' : 'earlier rules';
      return `No packet ${verb} ${which}${whose}: ${takers} ${by.length > 1 || rules > 1 ? 'take' : 'takes'} them first`.replace(
        'No packet match ',
        'No packet matches ',
      );
    }
    case 'conditions':
      return `No packet can match ${which}${whose}: its conditions exclude each other`.replace(
        /its conditions/,
        rules === 1 ? 'its conditions' : 'their conditions',
      );
    default:
      return `No packet that comes to ${which}${whose} matches`;
  }
}

function whyOf({ why }: Shadowed, takers: readonly Rule[], rules: number): string {
  const subject = rules === 1 ? 'The rule' : 'These rules';
  switch (why) {
    case 'taken':
      return `${subject} asked for packets that ${joinWords(takers.slice(0, 12).map(ruleName), 4)} decided before. ${subject} can be removed without a change, or ${rules === 1 ? 'stands' : 'stand'} too low.`;
    case 'conditions':
      return `What ${rules === 1 ? 'it asks' : 'they ask'} for never holds for one packet: for example two values of one field, or a port without its protocol.`;
    default:
      return `Packets as ${rules === 1 ? 'it asks' : 'they ask'} for go another way: none of them comes into this chain.`;
  }
}

function deadNote({ index }: Rule, { why }: Shadowed): string {
  return `rule ${index}: ${why === 'conditions' ? 'can never hold' : 'matches no packet that comes here'}`;
}

function elementsFinding(scene: Scene, { rule, count: all, elements }: LostElements): Finding {
  const own = partyOfRule(scene, rule);
  const made = finding({
    mechanism: 'dead-rule',
    severity: 'info',
    key: ['elements', chainKey(rule.chain), String(rule.index)],
    title: `${count(elements.length, 'element')} of the verdict map in ${ruleName(rule)} ${elements.length === 1 ? 'is' : 'are'} found by no packet`,
    why: `Of ${count(all, 'element')}, ${elements.length === 1 ? 'this one has a key' : 'these have keys'} that no packet has when it comes to the rule: rules before it took such packets, or they never come this way.${own === UNKNOWN ? '' : ` The map is ${programNameFirst(own)}'s.`}`,
    owners: [scene.ownerOf(rule)],
    where: [{ chain: rule.chain.id, rule: rule.id, note: `${elements.length} of ${all} elements are never found` }],
    sign: 'note',
    remedy: null,
  });
  return {
    ...made,
    proof: { state: 'shown', sentence: 'Proved for all packets that come to the rule.', witnesses: [] },
  };
}

function uniqueRules(rules: readonly Rule[]): Rule[] {
  return [...new Set(rules)];
}
