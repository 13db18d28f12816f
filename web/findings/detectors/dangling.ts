/** References into nothing: jumps to chains, and lookups in sets, that the dump does not have. A kernel would have refused them. */
import type { Expression, SetReference } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { chainName, count, joinWords } from '../words.ts';

export function findDangling(scene: Scene): Draft[] {
  return [...danglingJumps(scene), ...missingSets(scene)];
}

function danglingJumps(scene: Scene): Draft[] {
  const byTarget = new Map<string, { target: string; rules: Rule[] }>();
  for (const { rule, target } of scene.graph.dangling) {
    const key = `${rule.chain.table.id} ${target}`;
    const found = byTarget.get(key);
    if (found) found.rules.push(rule);
    else byTarget.set(key, { target, rules: [rule] });
  }
  return [...byTarget.values()].map(({ target, rules }) => {
    const first = rules[0] as Rule;
    const { table } = first.chain;
    return {
      mechanism: 'dangling-or-empty',
      severity: 'error',
      key: ['jump', `${table.family}.${table.name}`, target],
      title: `${count(rules.length, 'rule')} in ${table.family} ${table.name} ${rules.length === 1 ? 'jumps' : 'jump'} to ${target}, which is not there`,
      why: 'The kernel refuses such a rule, so this text was cut or edited after it was listed. What the missing chain would do is unknown, and it would not load like this.',
      owners: rules.slice(0, 200).map(scene.ownerOf),
      where: rules.slice(0, 8).map((rule) => rulePlace(rule, `jumps to ${target} from ${chainName(rule.chain)}`)),
      sign: 'note',
      remedy: 'Collect the dump again, complete: iptables-save or nft list ruleset without filters.',
    };
  });
}

function missingSets(scene: Scene): Draft[] {
  const byName = new Map<string, { name: string; ipset: boolean; rules: Rule[] }>();
  for (const rule of scene.ruleset.rules) {
    eachReference(rule, (set) => {
      const ipset = set.ipset === true;
      const { name } = set;
      if (!isMissing(scene, rule, name, ipset)) return;
      const key = ipset ? `ipset ${name}` : `${rule.chain.table.id} ${name}`;
      const found = byName.get(key);
      if (found) found.rules.push(rule);
      else byName.set(key, { name, ipset, rules: [rule] });
    });
  }
  const missing = [...byName.values()];
  const ipsets = missing.filter(({ ipset }) => ipset);
  return [
    ...missing.filter(({ ipset }) => !ipset).map((entry) => missingSet(scene, entry)),
    ...missingIpsets(scene, ipsets),
  ];
}

/** ipsets come in a dump of their own: without one, that none is there says nothing. */
function isMissing(scene: Scene, rule: Rule, name: string, ipset: boolean): boolean {
  if (ipset) return scene.ruleset.ipsets.size > 0 && !scene.ruleset.ipsets.has(name);
  return !rule.chain.table.setNamed.has(name);
}

function missingSet(scene: Scene, { name, rules }: { name: string; rules: Rule[] }): Draft {
  const { table } = (rules[0] as Rule).chain;
  return {
    mechanism: 'dangling-or-empty',
    severity: 'error',
    key: ['set', `${table.family}.${table.name}`, name],
    title: `${count(rules.length, 'rule')} in ${table.family} ${table.name} ${rules.length === 1 ? 'looks' : 'look'} up @${name}, which is not there`,
    why: 'The kernel refuses a rule whose set does not exist, so this text was cut or edited after it was listed.',
    owners: rules.slice(0, 200).map(scene.ownerOf),
    where: rules.slice(0, 8).map((rule) => rulePlace(rule, `uses @${name}`)),
    sign: 'note',
    remedy: 'Collect the dump again, complete: nft list ruleset.',
  };
}

function missingIpsets(scene: Scene, ipsets: readonly { name: string; rules: Rule[] }[]): Draft[] {
  if (ipsets.length === 0) return [];
  return [
    {
      mechanism: 'dangling-or-empty',
      severity: 'warning',
      key: ['ipsets'],
      title: `${count(ipsets.length, 'ipset')} that rules look up ${ipsets.length === 1 ? 'is' : 'are'} not in the ipset dump: ${joinWords(ipsets.map(({ name }) => name))}`,
      why: 'The two dumps are from different moments or nodes, or the ipset dump is not complete. What these rules match is unknown.',
      owners: ipsets.flatMap(({ rules }) => rules.slice(0, 20).map(scene.ownerOf)),
      where: ipsets
        .slice(0, 8)
        .flatMap(({ name, rules }) => rules.slice(0, 1).map((rule) => rulePlace(rule, `uses ${name}`))),
      sign: 'note',
      remedy: 'Collect both dumps at the same time: ipset save and iptables-save.',
    },
  ];
}

/** Calls `use` for every set or map that the rule refers to by name. No allocation: it runs over every rule. */
function eachReference(rule: Rule, use: (reference: SetReference) => void): void {
  for (const statement of rule.body) {
    switch (statement.kind) {
      case 'match':
        reference(statement.right, use);
        break;
      case 'vmap':
        reference(statement.map, use);
        break;
      case 'nat':
        if (statement.address) reference(statement.address, use);
        if (statement.port) reference(statement.port, use);
        break;
      case 'mangle':
        reference(statement.value, use);
        break;
      // Not `add @set`: older nft lists a meter by its name, and its set nowhere.
      default:
        break;
    }
  }
}

function reference(expression: Expression, use: (reference: SetReference) => void): void {
  if (expression.kind === 'set-reference') use(expression);
  else if (expression.kind === 'map') reference(expression.map, use);
}
