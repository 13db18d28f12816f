/**
 * Flushes: somebody removed rules that their program does not put back. A dump shows it where one half of a pair is left: a hostPort's chain without
 * the jump to it, firewalld's zone for Docker without Docker's chains, kubelet's canary in one table and not in the next; or where the configuration
 * that flushes lies beside what it would remove.
 */
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import { placesIn } from '../accepted-traffic.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft, rulePlace } from '../draft.ts';
import { outcomeOf } from '../rule-facts.ts';
import { chainName, count, joinWords, type Program, programName, programOf } from '../words.ts';
import { chainsLike } from './jumps.ts';

export function findFlushes(scene: Scene): Draft[] {
  return [...hostPortsLost(scene), ...dockerGone(scene), ...canariesGone(scene), ...flushingConfiguration(scene)];
}

function has(scene: Scene, program: Program): boolean {
  return [...scene.present].some((owner) => programOf(owner) === program);
}

/** hostPort chains of single pods that nothing leads to, or that hold nothing, on a node where kube-proxy is in place. */
function hostPortsLost(scene: Scene): Draft[] {
  const lost = chainsLike(scene, /^CNI-DN-[0-9a-f]/).filter(
    (chain) => scene.graph.reached[chain.id] !== 1 || chain.rules.length === 0,
  );
  const first = lost[0];
  if (!first || !has(scene, 'kube-proxy')) return [];
  const empty = lost.every(({ rules }) => rules.length === 0);
  const one = lost.length === 1;
  return [
    {
      mechanism: 'dangling-or-empty',
      severity: 'warning',
      key: ['portmap-not-restored-after-flush'],
      title: `${count(lost.length, 'hostPort chain')} of CNI portmap ${one ? 'is' : 'are'} ${empty ? 'empty' : 'not reached any more'}: ${joinWords(lost.map(({ name }) => name))}`,
      why: `portmap makes such a chain, its rules and the jumps to it when a pod starts, removes them when it stops, and never looks at them in between. Something took them away while the ${one ? 'pod runs' : 'pods run'}; kube-proxy's chains are in place because it puts them back. The hostPort does not work until the pod is created anew.`,
      owners: [scene.ownerOfChain(first)],
      where: lost
        .slice(0, 8)
        .map((chain) => chainPlace(chain, chain.rules.length === 0 ? 'no rule left' : 'no jump leads here')),
      sign: 'note',
      catalogue: ['portmap-not-restored-after-flush'],
    },
  ];
}

const DOCKER_ZONE = /^(filter_(IN|FWD|FWDI|FWDO)|IN|FWDI|FWDO)_docker$/;
const BRIDGE = /^(docker[0-9]+|br-[0-9a-f]{12})$/;

/** firewalld holds Docker's bridges in its zone, and the tables that Docker writes to are there without any rule of Docker. */
function dockerGone(scene: Scene): Draft[] {
  if (has(scene, 'docker')) return [];
  const tables = scene.ruleset.tables.filter(
    ({ family, name, backend, chains }) =>
      family === 'ip' && backend !== 'nft' && (name === 'nat' || name === 'filter') && chains.some(({ base }) => base),
  );
  const nat = tables.find(({ name }) => name === 'nat');
  if (!nat || tables.length < 2) return [];
  const zones = scene.ruleset.rules.filter((rule) => {
    const outcome = outcomeOf(rule);
    const leads = outcome?.kind === 'jump' || outcome?.kind === 'goto' ? outcome.chain : '';
    return DOCKER_ZONE.test(leads) && bridgesOf(rule).length > 0;
  });
  const first = zones[0];
  if (!first) return [];
  const bridges = [...new Set(zones.flatMap(bridgesOf))].sort();
  return [
    {
      mechanism: 'dangling-or-empty',
      severity: 'warning',
      key: ['firewalld-reload-flush', 'docker'],
      title: `firewalld's zone for Docker holds ${joinWords(bridges)}, but Docker has no rules left on this node`,
      why: `Docker puts its bridges into that zone when it starts, and its chains into ip nat and ip filter at the same time. The bridges are still there and the chains are not: something flushed the tables, as firewalld does when it reloads. No published port works, and nothing masquerades what containers send.`,
      owners: [scene.ownerOf(first), 'docker-iptables'],
      where: [
        ...zones.slice(0, 4).map((rule) => rulePlace(rule, `puts ${joinWords(bridgesOf(rule))} into the zone docker`)),
        ...tables.flatMap((table) => {
          const chain = table.chains.find(({ base }) => base !== null);
          return chain ? [chainPlace(chain, `table ${table.family} ${table.name} has no chain of Docker`)] : [];
        }),
      ],
      sign: 'note',
      catalogue: ['firewalld-reload-flush'],
    },
  ];
}

function bridgesOf(rule: Rule): string[] {
  return [...placesIn(rule).interfaces].filter((name) => BRIDGE.test(name));
}

const CANARIES = ['KUBE-KUBELET-CANARY', 'KUBE-PROXY-CANARY'] as const;
const WATCHED: ReadonlySet<string> = new Set(['mangle', 'nat', 'filter']);

/** kubelet and kube-proxy keep a canary in mangle, nat and filter, to notice a flush: one that is missing beside one that is there is a flush. */
function canariesGone(scene: Scene): Draft[] {
  return CANARIES.flatMap((canary) => {
    const kept = scene.chainsNamed(canary).filter(({ table }) => WATCHED.has(table.name));
    const [one] = kept;
    if (!one) return [];
    const side = scene.ruleset.tables.filter(
      (table) =>
        table.family === one.table.family &&
        table.backend === one.table.backend &&
        table.dump === one.table.dump &&
        WATCHED.has(table.name) &&
        table.chains.some(({ base }) => base !== null),
    );
    // A flush takes all: a table that still has other chains of Kubernetes was made that way.
    const lost = side.filter((table) => !table.chains.some(({ name }) => name.startsWith('KUBE-')));
    return lost.length === 0 ? [] : [canaryGone(scene, canary, kept, lost)];
  });
}

function canaryGone(scene: Scene, canary: string, kept: readonly Chain[], lost: readonly Table[]): Draft {
  const who = canary === 'KUBE-PROXY-CANARY' ? 'kube-proxy' : 'kubelet';
  const names = joinWords(lost.map(({ family, name }) => `${family} ${name}`));
  const firewalld = has(scene, 'firewalld');
  const suspect = firewalld ? 'firewalld, which flushes when it reloads' : 'a firewall that flushes when it starts';
  return {
    mechanism: 'dangling-or-empty',
    severity: 'warning',
    key: [canary],
    title: `${canary} is gone from ${names} and still in ${joinWords(kept.map(({ table }) => `${table.family} ${table.name}`))}`,
    why: `${who} keeps that chain in mangle, nat and filter to notice when somebody flushes them, and writes all its rules again when one is gone. This listing was made after a flush and before that, so chains of other programs may be gone for good. The usual suspect is ${suspect}.`,
    owners: [
      ...kept.map(scene.ownerOfChain),
      ...[...scene.present].filter((owner) => programOf(owner) === 'firewalld'),
    ],
    where: [
      ...kept.map((chain) => chainPlace(chain, 'still there')),
      ...lost.flatMap((table) => {
        const chain = table.chains.find(({ base }) => base !== null);
        return chain ? [chainPlace(chain, `table ${table.family} ${table.name} has no ${canary}`)] : [];
      }),
    ],
    sign: 'note',
    catalogue: [firewalld ? 'firewalld-reload-flush' : 'nft-flush-ruleset'],
  };
}

const FLUSH_RULESET = /^[ \t]*flush[ \t]+ruleset[ \t]*(;|#|$)/m;

/** A configuration with `flush ruleset` beside listings of what it would flush: it takes iptables-nft's tables too, not iptables-legacy's. */
function flushingConfiguration(scene: Scene): Draft[] {
  return scene.ruleset.dumps.flatMap((dump) => {
    const text = dump.format === 'nft' ? dump.text.slice(dump.start, dump.end) : '';
    if (!FLUSH_RULESET.test(text)) return [];
    const rules = new Map<Program, number>();
    const places = new Map<Program, Chain>();
    for (const table of scene.ruleset.tables) {
      if (table.dump === dump.index || table.backend === 'iptables-legacy') continue;
      for (const chain of table.chains) {
        for (const program of scene.programsIn(chain)) {
          if (program === UNKNOWN) continue;
          const own = chain.rules.filter((rule) => scene.programOfRule(rule) === program).length;
          rules.set(program, (rules.get(program) ?? 0) + own);
          if (own > (places.get(program)?.rules.length ?? 0)) places.set(program, chain);
        }
      }
    }
    return rules.size === 0 ? [] : [flushed(scene, dump.name, rules, places)];
  });
}

function flushed(
  scene: Scene,
  name: string,
  rules: ReadonlyMap<Program, number>,
  places: ReadonlyMap<Program, Chain>,
): Draft {
  const losers = [...rules].sort((a, b) => b[1] - a[1]);
  const words = joinWords(losers.map(([program, own]) => `${count(own, 'rule')} of ${programName(program)}`));
  return {
    mechanism: 'dangling-or-empty',
    severity: 'warning',
    key: ['nft-flush-ruleset'],
    title: `${name} holds flush ruleset: loading it removes ${words}`,
    why: `nft has one ruleset, and iptables-nft's tables are part of it. A start or reload of nftables.service with this file removes them all; who does not watch its rules, as Docker and CNI plugins do not, is without them until it is restarted.`,
    owners: [...scene.present].filter((owner) => rules.has(programOf(owner))),
    where: [...places].slice(0, 8).map(([program, chain]) => {
      const own = rules.get(program) ?? 0;
      return chainPlace(chain, `${programName(program)} has ${count(own, 'rule')}, for example in ${chainName(chain)}`);
    }),
    sign: 'note',
    catalogue: ['nft-flush-ruleset'],
  };
}
