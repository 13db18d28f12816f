/** Known conflicts over addresses: masquerades that hide pods from policies, and bans that do not see translated traffic. */
import type { Chain, Rule } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { isUnconditional } from '../rule-facts.ts';
import { chainKey, chainName, joinWords, programName, programOf } from '../words.ts';
import { builtinChains, chainsLike } from './jumps.ts';
import { NO_PORTS, portsMeet, portsOf, portWords, publishedBy } from './ports.ts';

export function findAddressTrouble(scene: Scene): Draft[] {
  return [...masqueradeAll(scene), ...broadMasquerade(scene), ...bansInInput(scene)];
}

function programs(scene: Scene): Set<string> {
  return new Set([...scene.present].map(programOf));
}

const POLICY_ENGINES: ReadonlySet<string> = new Set(['calico', 'cilium', 'kube-router', 'weave']);

/** KUBE-SVC chains that mark for masquerading whatever the source: `-d VIP` without `! -s`. */
function masqueradeAll(scene: Scene): Draft[] {
  const engines = [...programs(scene)].filter((program) => POLICY_ENGINES.has(program));
  if (engines.length === 0) return [];
  return scene.chainsNamed('KUBE-SERVICES').flatMap((chain) => {
    if (chain.table.name !== 'nat') return [];
    const services = new Set<Chain>();
    const marking: Rule[] = [];
    for (const { to } of scene.graph.out(chain.id)) {
      const service = scene.ruleset.chains[to];
      if (!service || !/^KUBE-SVC-/.test(service.name) || services.has(service)) continue;
      services.add(service);
      const rule = service.rules.find(marksEverySource);
      if (rule) marking.push(rule);
    }
    const first = marking[0];
    if (!first || services.size < 3 || marking.length < services.size) return [];
    return [
      {
        mechanism: 'nat-capture',
        severity: 'warning',
        key: [chainKey(chain), 'masquerade-all-breaks-policy'],
        title: `kube-proxy masquerades the traffic of all ${services.size} Services, so policies of ${joinWords(engines.map(programName))} see the node instead of the pod`,
        why: `All ${services.size} Services of ${chainName(chain)} mark their traffic for masquerading whatever its source, as --masquerade-all does. A policy on another node then sees this node's address.`,
        owners: [scene.ownerOf(first), ...[...scene.present].filter((owner) => engines.includes(programOf(owner)))],
        where: marking.slice(0, 4).map((rule) => rulePlace(rule, `marks every source (${rule.chain.name})`)),
        sign: 'nat',
        catalogue: ['masquerade-all-breaks-policy'],
      },
    ];
  });
}

function marksEverySource(rule: Rule): boolean {
  let destination = false;
  let jump = false;
  for (const statement of rule.body) {
    if (statement.kind === 'verdict')
      jump = statement.verdict.kind === 'jump' && statement.verdict.chain === 'KUBE-MARK-MASQ';
    if (statement.kind !== 'match') continue;
    if (statement.left.kind !== 'field' || / saddr$/.test(statement.left.name)) return false;
    if (/ daddr$/.test(statement.left.name)) destination = true;
  }
  return jump && destination;
}

/** An ownerless masquerade that names no interface on a node with pods. */
function broadMasquerade(scene: Scene): Draft[] {
  const present = programs(scene);
  const engines = [...present].filter((program) => POLICY_ENGINES.has(program));
  if (engines.length === 0) return [];
  return builtinChains(scene, 'nat', 'POSTROUTING').flatMap((chain) => {
    const broad = chain.rules.find(
      (rule) => scene.programOfRule(rule) === UNKNOWN && masquerades(rule) && isBroad(rule),
    );
    if (!broad) return [];
    return [
      {
        mechanism: 'nat-capture',
        severity: 'warning',
        key: [chainKey(chain), 'leftover-foreign-masquerade'],
        title: `${chainName(chain)} masquerades pod traffic too: rule ${broad.index} names no interface and no source`,
        why: 'A masquerade that is not limited to an outgoing interface or to source addresses also rewrites pod-to-pod traffic, and policies on the other node see the wrong source.',
        owners: [scene.ownerOf(broad), ...[...scene.present].filter((owner) => engines.includes(programOf(owner)))],
        where: [rulePlace(broad, isUnconditional(broad) ? 'masquerades everything' : 'masquerades nearly everything')],
        sign: 'nat',
        catalogue: ['leftover-foreign-masquerade'],
      },
    ];
  });
}

function masquerades(rule: Rule): boolean {
  return rule.body.some((s) => s.kind === 'nat' && s.type === 'masquerade');
}

function isBroad(rule: Rule): boolean {
  return rule.body.every((statement) => {
    if (statement.kind === 'match') {
      // `! -d CIDR` leaves everything else; a destination type excludes little.
      const { left, op } = statement;
      if (left.kind !== 'field') return false;
      return (/ daddr$/.test(left.name) && op === '!=') || left.name === 'fib daddr type';
    }
    return statement.kind === 'nat' || statement.kind === 'comment' || statement.kind === 'counter';
  });
}

const BAN_CHAIN = /^(f2b-|CROWDSEC_CHAIN)/;

/** Programs that translate ports of the node to containers and pods. */
const PUBLISHERS: ReadonlySet<string> = new Set(['docker', 'cni-portmap', 'netavark', 'kube-proxy', 'nerdctl']);

/** Ban chains called from INPUT only, for ports that a program translates to containers. */
function bansInInput(scene: Scene): Draft[] {
  const bans = chainsLike(scene, BAN_CHAIN).flatMap((chain) => {
    const jumps = scene.graph.into(chain.id).flatMap(({ rule }) => scene.ruleset.rules[rule] ?? []);
    return jumps.length > 0 && jumps.every((rule) => rule.chain.base?.hook === 'input') ? [{ chain, jumps }] : [];
  });
  const first = bans[0];
  if (!first) return [];
  const published = publishedBy(scene, (program) => PUBLISHERS.has(program), first.chain.table.family);
  const missed = bans.flatMap(({ chain, jumps }) => {
    const ports = jumps.map(portsOf);
    const past = published.filter((rule) => {
      const own = portsOf(rule);
      return own !== null && ports.some((each) => each === null || portsMeet(each, own));
    });
    return past.length > 0 ? [{ chain, jumps, past }] : [];
  });
  const past = [...new Set(missed.flatMap((each) => each.past))];
  const dnat = past[0];
  if (!dnat || missed[0] === undefined) return [];
  const ports = portWords(past.flatMap((rule) => portsOf(rule) ?? []));
  const chains = joinWords(missed.map(({ chain }) => chain.name));
  return [
    {
      mechanism: 'nat-capture',
      severity: 'warning',
      key: ['fail2ban-wrong-chain'],
      title: `Bans of ${chains} do not hold for ${ports}, which ${programName(scene.programOfRule(dnat))} forwards to a container`,
      why: `What is translated to a container or pod is forwarded and never visits INPUT, the only chain that calls ${chains}. A banned address still gets through to ${ports}; bans for services on the host itself work.`,
      owners: [scene.ownerOfChain(missed[0].chain), scene.ownerOf(dnat)],
      where: [
        ...missed.slice(0, 4).flatMap(({ jumps }) => jumps.slice(0, 2).map((rule) => rulePlace(rule, 'asks for bans'))),
        ...past
          .slice(0, 6)
          .map((rule) => rulePlace(rule, `translates ${portWords([portsOf(rule) ?? NO_PORTS])} to a container`)),
      ],
      sign: 'nat',
      catalogue: ['fail2ban-wrong-chain'],
    },
  ];
}
