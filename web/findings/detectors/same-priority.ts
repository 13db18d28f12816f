/** Base chains of two programs with one effective priority on a hook: which runs first depends on who registered last. */
import type { HookOrder } from '../../kernel/order.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft } from '../draft.ts';
import { TRANSLATES_DESTINATION, TRANSLATES_SOURCE } from '../rule-facts.ts';
import { chainName, joinWords, programName, suiteOf } from '../words.ts';
import { mayTranslateTheSame } from './nat-capture.ts';

interface Pair {
  readonly upper: Chain;
  readonly lower: Chain;
  readonly hook: HookOrder['hook'];
  readonly priority: number;
  readonly known: boolean;
  readonly reason: string;
  readonly bothTranslate: boolean;
}

/** One finding per pair of tables, listing their hooks. Chains that do nothing tie with nobody. */
export function findSamePriority(scene: Scene): Draft[] {
  const byTables = new Map<string, Pair[]>();
  for (const order of scene.order) {
    for (const pair of pairsOf(scene, order)) {
      const key = [tableKey(pair.upper), tableKey(pair.lower)].sort().join('+');
      const found = byTables.get(key);
      if (found) found.push(pair);
      else byTables.set(key, [pair]);
    }
  }
  return [...byTables].map(([key, pairs]) => draft(scene, key, pairs));
}

/** All tables of an iptables backend count as one: otherwise a node with both would have a finding for each of them. */
function tableKey({ table }: Chain): string {
  return table.backend === 'nft' ? `${table.family}.${table.name}` : `${table.family}.${table.backend}`;
}

function pairsOf(scene: Scene, order: HookOrder): Pair[] {
  const pairs: Pair[] = [];
  for (const tie of order.ties) {
    const chains = tie.chains.filter((chain) => chain.rules.length > 0 || chain.base?.policy === 'drop').slice(0, 8);
    for (const [i, upper] of chains.entries()) {
      for (const lower of chains.slice(i + 1)) {
        if (upper.table === lower.table || !meet(upper, lower)) continue;
        const a = scene.programsIn(upper).map(suiteOf);
        const b = scene.programsIn(lower).map(suiteOf);
        if (a.every((program) => b.includes(program)) || b.every((program) => a.includes(program))) continue;
        const priority = order.chains.find(({ chain }) => chain === upper)?.effectivePriority ?? 0;
        const bothTranslate = translateTheSame(scene, upper, lower, order.hook);
        // Both engines of iptables on one node are backends.ts's to tell.
        if (!bothTranslate && upper.table.backend !== 'nft' && lower.table.backend !== 'nft') continue;
        pairs.push({ upper, lower, hook: order.hook, priority, known: tie.known, reason: tie.reason, bothTranslate });
      }
    }
  }
  return pairs;
}

/** Whether one packet can meet both: ip and ip6 chains only tie through an inet one. */
function meet(a: Chain, b: Chain): boolean {
  const families = [a.table.family, b.table.family];
  return !(families.includes('ip') && families.includes('ip6'));
}

/** Whether both may translate one connection: the first mapping wins. */
function translateTheSame(scene: Scene, a: Chain, b: Chain, hook: string): boolean {
  if (a.base?.type !== 'nat' || b.base?.type !== 'nat') return false;
  const all = (chain: Chain) => [...scene.effectsByProgram(chain).values()].reduce((sum, effects) => sum | effects, 0);
  return [TRANSLATES_DESTINATION, TRANSLATES_SOURCE].some(
    (effect) => (all(a) & all(b) & effect) !== 0 && mayTranslateTheSame(scene, a, b, effect, hook),
  );
}

function draft(scene: Scene, key: string, pairs: readonly Pair[]): Draft {
  const first = pairs[0] as Pair;
  const hooks = joinWords([...new Set(pairs.map(({ hook }) => hook))], 6);
  const translate = pairs.filter((pair) => pair.bothTranslate);
  const unsure = pairs.some(({ known }) => !known);
  const chains = [...new Set(pairs.flatMap((pair) => [pair.upper, pair.lower]))];
  const programs = [...new Set(chains.flatMap(scene.programsIn))];
  return {
    mechanism: 'same-hook-same-priority',
    severity: translate.length > 0 ? 'warning' : 'info',
    key: [key],
    title: `Base chains of ${joinWords(programs.map(programName))} have equal priority on ${hooks}`,
    why:
      translate.length > 0
        ? `${first.reason} Both can translate the same connections on ${joinWords([...new Set(translate.map(({ hook }) => hook))])}, and the first mapping is the connection's, so a reload of either program may change who decides.`
        : `${first.reason} It matters where one of them changes marks or addresses that the other tests; an accept of one never saves a packet from a drop of the other.`,
    owners: chains.flatMap(scene.ownersIn),
    where: pairs.flatMap((pair) => [
      chainPlace(
        pair.upper,
        `${chainName(pair.upper)}, priority ${pair.priority} on ${pair.hook}${pair.known ? ', taken to run first' : ''}`,
      ),
      chainPlace(pair.lower, `${chainName(pair.lower)}, priority ${pair.priority} on ${pair.hook}`),
    ]),
    marks: [],
    sign: 'undecided',
    catalogue: ['same-priority-nft', ...masqueradeTie(scene, pairs)],
    unknowns: unsure ? ['the order in which the chains were registered'] : [],
  };
}

/** Calico's nftables mode keeps its masquerade behind kube-proxy's by priority: a tie leaves that to chance. */
function masqueradeTie(scene: Scene, pairs: readonly Pair[]): string[] {
  const only = (chain: Chain, one: string, other: string): boolean =>
    scene.programsIn(chain).includes(one) && !scene.programsIn(chain).includes(other);
  const tied = pairs.some(({ upper, lower, hook }) => {
    if (hook !== 'postrouting') return false;
    const [a, b] = only(upper, 'calico', 'kube-proxy') ? [upper, lower] : [lower, upper];
    return only(a, 'calico', 'kube-proxy') && only(b, 'kube-proxy', 'calico');
  });
  return tied ? ['calico-masq-before-kube-masq'] : [];
}
