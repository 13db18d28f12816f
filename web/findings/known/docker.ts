/** Known conflicts of Docker with what filters around it: ufw, VPNs, libvirt. */
import { formatIp, ipv4 } from '../../base/ip.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import { speaksOf, trafficOf } from '../accepted-traffic.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { ACCEPTS, DROPS, effectsOf, isUnconditional, outcomeOf, REFUSES } from '../rule-facts.ts';
import { chainKey, chainName, count, joinWords, programName, programOf } from '../words.ts';
import { builtinChains, jumpTo } from './jumps.ts';
import { NO_PORTS, portsOf, portWords, publishedBy } from './ports.ts';

export function findDockerConflicts(scene: Scene): Draft[] {
  return [...beforeUfw(scene), ...rawDrops(scene), ...behindLibvirt(scene)];
}

function isDocker(scene: Scene): (rule: Rule) => boolean {
  return (rule) => programOf(scene.ownerOf(rule)) === 'docker';
}

/** Published ports: Docker accepts in FORWARD above ufw, and ufw's own rules for ports are in INPUT. */
function beforeUfw(scene: Scene): Draft[] {
  return builtinChains(scene, 'filter', 'FORWARD').flatMap((chain) => {
    const docker = chain.rules.find(
      (rule) => isDocker(scene)(rule) && (scene.effectsBelow(chain, rule.index, rule.index) & ACCEPTS) !== 0,
    );
    const ufw = jumpTo(chain, /^ufw6?-before-forward$/);
    const nat = publishedBy(scene, (program) => program === 'docker', chain.table.family);
    const first = nat[0];
    if (!docker || !ufw || !first || docker.index > ufw.index || isGuarded(scene, chain)) return [];
    const ports = portWords(nat.flatMap((rule) => portsOf(rule) ?? []));
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'ufw-docker-bypass'],
        title: `ufw does not filter what Docker publishes${ports === '' ? '' : `: ${ports}`}`,
        why: `Packets to a published port are translated before routing and forwarded, so ufw's rules in INPUT never see them; in ${chainName(chain)} Docker accepts them at rule ${docker.index}, before ufw is asked at rule ${ufw.index}.`,
        owners: [scene.ownerOf(docker), scene.ownerOf(ufw)],
        where: [
          ...nat
            .slice(0, 6)
            .map((rule) => rulePlace(rule, `Docker translates ${portWords([portsOf(rule) ?? NO_PORTS])}`)),
          rulePlace(docker, 'Docker accepts here or below'),
          rulePlace(ufw, 'ufw is asked for what is left'),
        ],
        sign: 'overruled',
        catalogue: ['ufw-docker-bypass'],
      },
    ];
  });
}

/** Whether DOCKER-USER asks ufw, or refuses something itself: then somebody has thought of it. */
function isGuarded(scene: Scene, forward: Chain): boolean {
  const user = forward.table.chainNamed.get('DOCKER-USER');
  const called = user && scene.graph.into(user.id).length > 0;
  return called === true && (scene.effectsBelow(user, 1, user.rules.length) & REFUSES) !== 0;
}

const VPNS: ReadonlySet<string> = new Set(['tailscale', 'wg-quick', 'kilo', 'kubespan']);

/** Docker 28: raw drops what goes to a container's address from another interface than its bridge. */
function rawDrops(scene: Scene): Draft[] {
  const vpns = [...new Set([...scene.present].map(programOf))].filter((program) => VPNS.has(program));
  if (vpns.length === 0) return [];
  const interfaces = vpns.flatMap((program) => [...trafficOf(scene, program).interfaces]);
  return builtinChains(scene, 'raw', 'PREROUTING').flatMap((chain) => {
    const drops = chain.rules.filter(
      (rule) =>
        isDocker(scene)(rule) &&
        effectsOf(rule) === DROPS &&
        !isUnconditional(rule) &&
        !isTrusted(chain.rules.slice(0, rule.index - 1), rule, interfaces),
    );
    const first = drops[0];
    if (!first) return [];
    const addresses = joinWords([...new Set(drops.flatMap((rule) => destination(rule) ?? []))]);
    const over = `${joinWords(vpns.map(programName))}${interfaces.length > 0 ? ` (${joinWords([...new Set(interfaces)])})` : ''}`;
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'docker28-raw-direct-access'],
        title: `Docker drops in raw what comes in over ${over} for ${addresses === '' ? 'container addresses' : addresses}`,
        why: `${count(drops.length, 'rule')} in ${chainName(chain)} ${drops.length === 1 ? 'drops' : 'drop'} packets to a container's address unless they come from its own bridge. They run before every filter chain, so an accept for the VPN there cannot help. Ports published on the host are not concerned.`,
        owners: [scene.ownerOf(first), ...[...scene.present].filter((owner) => VPNS.has(programOf(owner)))],
        where: drops
          .slice(0, 6)
          .map((rule) => rulePlace(rule, `drops direct access to ${destination(rule) ?? 'a container'}`)),
        sign: 'overruled',
        catalogue: ['docker28-raw-direct-access'],
      },
    ];
  });
}

/** An accept above for the same address and one of the VPN's interfaces: Docker's trusted_host_interfaces. */
function isTrusted(above: readonly Rule[], drop: Rule, interfaces: readonly string[]): boolean {
  return above.some(
    (rule) =>
      outcomeOf(rule)?.kind === 'accept' &&
      (destination(rule) === null || destination(rule) === destination(drop)) &&
      speaksOf(rule, interfaces),
  );
}

/** The one IPv4 address that the rule is for, as text. */
function destination(rule: Rule): string | null {
  for (const statement of rule.body) {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') continue;
    const { left, right } = statement;
    if (left.name === 'ip daddr' && right.kind === 'value' && typeof right.value === 'number')
      return formatIp(ipv4(right.value));
  }
  return null;
}

/** libvirt's rejects stand above DOCKER-USER, where somebody has written rules for its guests. */
function behindLibvirt(scene: Scene): Draft[] {
  return builtinChains(scene, 'filter', 'FORWARD').flatMap((chain) => {
    const libvirt = jumpTo(chain, /^LIBVIRT_FW[IO]$/);
    const jump = jumpTo(chain, /^DOCKER-USER$/);
    const user = chain.table.chainNamed.get('DOCKER-USER');
    if (!libvirt || !jump || !user || libvirt.index > jump.index) return [];
    const guests = trafficOf(scene, 'libvirt').interfaces;
    const lost = user.rules.filter((rule) => speaksOf(rule, guests));
    const first = lost[0];
    if (!first) return [];
    return [
      {
        mechanism: 'same-chain-order',
        severity: 'warning',
        key: [chainKey(chain), 'docker-drop-libvirt'],
        title: `libvirt judges before DOCKER-USER in ${chainName(chain)}, whose ${count(lost.length, 'rule')} for ${joinWords([...guests])} ${lost.length === 1 ? 'comes' : 'come'} too late`,
        why: `Rule ${libvirt.index} sends the guests' packets to a chain of libvirt that accepts some and rejects the rest, so rule ${jump.index}, the jump to DOCKER-USER, does not see them.`,
        owners: [scene.ownerOf(libvirt), scene.ownerOf(jump)],
        where: [
          rulePlace(libvirt, 'libvirt is asked first'),
          rulePlace(jump, 'DOCKER-USER is asked for what is left'),
          ...lost.slice(0, 4).map((rule) => rulePlace(rule, 'speaks of a bridge of libvirt')),
        ],
        sign: 'undecided',
        catalogue: ['docker-drop-libvirt'],
        remedy: `Put the rules for the guests above rule ${libvirt.index} of ${chainName(chain)}, or write them where libvirt's hooks do.`,
      },
    ];
  });
}
