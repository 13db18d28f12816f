/** Known conflicts where one program's rule, recognised by its text, decides before another program is asked. */
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Match } from '../../model/statement.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import {
  ACCEPTS,
  DROPS,
  effectsOf,
  isUnconditional,
  outcomeOf,
  REFUSES,
  TRANSLATES_DESTINATION,
} from '../rule-facts.ts';
import { chainKey, chainName, count, joinWords, programName, programOf } from '../words.ts';
import { builtinChains, jumpTo } from './jumps.ts';

export function findEarlierVerdicts(scene: Scene): Draft[] {
  return [
    ...lostMarkMatch(scene),
    ...dockerBeforeUfw(scene),
    ...dockerRawDrops(scene),
    ...cgnatDrop(scene),
    ...statefulTailscale(scene),
    ...dnatAccepted(scene),
  ];
}

/** KUBE-FIREWALL's drop for marked packets without its mark match: an iptables of another version has lost it. */
function lostMarkMatch(scene: Scene): Draft[] {
  return scene.chainsNamed('KUBE-FIREWALL').flatMap((chain) => {
    const broken = chain.rules.find(
      (rule) =>
        outcomeOf(rule)?.kind === 'drop' &&
        isUnconditional(rule) &&
        rule.body.some((s) => s.kind === 'comment' && /marked packets/.test(s.text)),
    );
    if (!broken || scene.graph.reached[chain.id] !== 1) return [];
    const callers = scene.graph.into(chain.id).flatMap(({ rule }) => {
      const caller = scene.ruleset.rules[rule];
      return caller ? [caller] : [];
    });
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'error',
        key: [chainKey(chain), 'lost-mark-match'],
        title: `${chainName(chain)} drops every packet: its rule for marked packets does not test the mark`,
        why: 'The comment says that marked packets are dropped, but the match is gone, so all packets are. It happens when two iptables-nft versions read and write the same table.',
        owners: [scene.ownerOf(broken)],
        where: [
          rulePlace(broken, 'drops without a condition'),
          ...callers.slice(0, 4).map((rule) => rulePlace(rule, `sends packets there from ${chainName(rule.chain)}`)),
        ],
        sign: 'overruled',
        catalogue: ['iptables-version-skew'],
      },
    ];
  });
}

/** Published ports: Docker accepts in FORWARD above ufw, and ufw's own rules for ports are in INPUT. */
function dockerBeforeUfw(scene: Scene): Draft[] {
  return builtinChains(scene, 'filter', 'FORWARD').flatMap((chain) => {
    const docker = chain.rules.find(
      (rule) =>
        programOf(scene.ownerOf(rule)) === 'docker' &&
        (scene.effectsBelow(chain, rule.index, rule.index) & ACCEPTS) !== 0,
    );
    const ufw = jumpTo(chain, /^ufw6?-before-forward$/);
    const nat = publishing(scene, chain);
    if (!docker || !ufw || !nat || docker.index > ufw.index) return [];
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'ufw-docker-bypass'],
        title: 'ufw does not filter the ports that Docker publishes',
        why: `Packets to a published port are translated before routing and forwarded, so ufw's rules in INPUT never see them; in ${chainName(chain)} Docker accepts them before ufw is asked.`,
        owners: [scene.ownerOf(docker), scene.ownerOf(ufw)],
        where: [
          rulePlace(nat, 'Docker translates the published port'),
          rulePlace(docker, 'Docker accepts here or below'),
          rulePlace(ufw, 'ufw is asked for what is left'),
        ],
        sign: 'overruled',
        catalogue: ['ufw-docker-bypass'],
      },
    ];
  });
}

/** A DNAT rule of Docker in the chain's family, without a source limit. */
function publishing(scene: Scene, { table }: Chain): Rule | null {
  const chains = scene.chainsNamed('DOCKER').filter((c) => c.table.name === 'nat' && c.table.family === table.family);
  for (const chain of chains) {
    const rule = chain.rules.find((r) => (effectsOf(r) & TRANSLATES_DESTINATION) !== 0);
    if (rule) return rule;
  }
  return null;
}

const VPNS: ReadonlySet<string> = new Set(['tailscale', 'wg-quick', 'kilo', 'kubespan']);

/** Docker 28: raw drops what goes to a container's address from another interface than its bridge. */
function dockerRawDrops(scene: Scene): Draft[] {
  const vpns = [...new Set([...scene.present].map(programOf))].filter((program) => VPNS.has(program));
  if (vpns.length === 0) return [];
  return builtinChains(scene, 'raw', 'PREROUTING').flatMap((chain) => {
    const drops = chain.rules.filter(
      (rule) => programOf(scene.ownerOf(rule)) === 'docker' && effectsOf(rule) === DROPS && !isUnconditional(rule),
    );
    const first = drops[0];
    if (!first) return [];
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'docker28-raw-direct-access'],
        title: `Docker drops in raw what comes in over ${joinWords(vpns.map(programName))} for container addresses`,
        why: `${count(drops.length, 'rule')} in ${chainName(chain)} ${drops.length === 1 ? 'drops' : 'drop'} packets to a container's address unless they come from its own bridge. They run before every filter chain, so an accept for the VPN there cannot help. Ports published on the host are not concerned.`,
        owners: [scene.ownerOf(first), ...[...scene.present].filter((owner) => VPNS.has(programOf(owner)))],
        where: drops.slice(0, 6).map((rule) => rulePlace(rule, 'drops direct access to a container')),
        sign: 'overruled',
        catalogue: ['docker28-raw-direct-access'],
      },
    ];
  });
}

const CGNAT = 0x64400000;

/** ts-input drops 100.64.0.0/10 unless it comes from tailscale0, and some other program's rule names addresses of it. */
function cgnatDrop(scene: Scene): Draft[] {
  return scene.chainsNamed('ts-input').flatMap((chain) => {
    const drop = chain.rules.find((rule) => outcomeOf(rule)?.kind === 'drop' && rule.body.some(namesCgnat));
    if (!drop) return [];
    const others = scene.ruleset.rules.filter(
      (rule) => programOf(scene.ownerOf(rule)) !== 'tailscale' && rule.body.some(namesCgnat),
    );
    const first = others[0];
    if (!first) return [];
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'tailscale-cgnat-drop'],
        title: 'Tailscale drops 100.64.0.0/10 from other interfaces, and other rules use addresses of it',
        why: `${count(others.length, 'rule')} of ${joinWords([...new Set(others.slice(0, 200).map((rule) => programName(scene.programOfRule(rule))))])} ${others.length === 1 ? 'names' : 'name'} addresses of that range. What such addresses send to this node is dropped by ts-input unless it arrives through tailscale0.`,
        owners: [scene.ownerOf(drop), scene.ownerOf(first)],
        where: [
          rulePlace(drop, 'drops the range unless it comes from tailscale0'),
          ...others
            .slice(0, 4)
            .map((rule) => rulePlace(rule, `${programName(scene.programOfRule(rule))} uses the range`)),
        ],
        sign: 'overruled',
        catalogue: ['tailscale-cgnat-drop'],
      },
    ];
  });
}

/** An address or prefix inside 100.64.0.0/10. */
function namesCgnat(statement: { readonly kind: string }): boolean {
  if (statement.kind !== 'match') return false;
  const { left, right } = statement as Match;
  if (left.kind !== 'field' || !/^ip [sd]addr$/.test(left.name)) return false;
  if (right.kind === 'prefix') {
    return typeof right.address === 'number' && right.length >= 10 && (right.address & 0xffc00000) >>> 0 === CGNAT;
  }
  return right.kind === 'value' && typeof right.value === 'number' && (right.value & 0xffc00000) >>> 0 === CGNAT;
}

/** ts-forward drops what goes to tailscale0 without an established connection, above Docker. */
function statefulTailscale(scene: Scene): Draft[] {
  return builtinChains(scene, 'filter', 'FORWARD').flatMap((chain) => {
    const jump = jumpTo(chain, /^ts-forward$/);
    const docker = chain.rules.find((rule) => programOf(scene.ownerOf(rule)) === 'docker');
    const drop = chain.table.chainNamed
      .get('ts-forward')
      ?.rules.find(
        (rule) => outcomeOf(rule)?.kind === 'drop' && rule.body.some(testsState) && rule.body.some(toTailscale),
      );
    if (!jump || !docker || !drop || jump.index > docker.index) return [];
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'tailscale-stateful-docker'],
        title: 'Tailscale drops new connections from containers to the tailnet',
        why: "With stateful filtering on, ts-forward drops what leaves through tailscale0 and is not established, and it stands above Docker's rules.",
        owners: [scene.ownerOf(jump), scene.ownerOf(docker)],
        where: [
          rulePlace(drop, 'drops new connections to tailscale0'),
          rulePlace(jump, 'runs first'),
          rulePlace(docker, 'runs later'),
        ],
        sign: 'overruled',
        catalogue: ['tailscale-stateful-docker'],
      },
    ];
  });
}

function testsState(statement: { readonly kind: string }): boolean {
  if (statement.kind !== 'match') return false;
  const { left } = statement as Match;
  return left.kind === 'field' && left.name === 'ct state';
}

function toTailscale(statement: { readonly kind: string }): boolean {
  if (statement.kind !== 'match') return false;
  const { left, op, right } = statement as Match;
  if (left.kind !== 'field' || left.name !== 'meta oifname' || op === '!=') return false;
  return (
    (right.kind === 'value' && right.value === 'tailscale0') ||
    (right.kind === 'wildcard' && right.stem === 'tailscale')
  );
}

/** firewalld accepts what has been translated before it looks at its zones. */
function dnatAccepted(scene: Scene): Draft[] {
  const translators = new Set(
    scene.baseChains
      .filter(({ base }) => base?.type === 'nat' && (base.hook === 'prerouting' || base.hook === 'output'))
      .flatMap((chain) => [...scene.effectsByProgram(chain)])
      .filter(
        ([program, effects]) => effects & TRANSLATES_DESTINATION && program !== 'firewalld' && program !== UNKNOWN,
      )
      .map(([program]) => program),
  );
  if (translators.size === 0) return [];
  const names = joinWords([...translators].map(programName));
  return scene.baseChains.flatMap((chain) => {
    if (chain.base?.hook !== 'forward') return [];
    const accept = chain.rules.find(
      (rule) =>
        outcomeOf(rule)?.kind === 'accept' && scene.programOfRule(rule) === 'firewalld' && rule.body.some(testsDnat),
    );
    const judged = accept && chain.rules.slice(accept.index).some((rule) => (effectsOf(rule) & REFUSES) !== 0);
    if (!accept || !judged) return [];
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'info',
        key: [chainKey(chain), 'firewalld-dnat-accept'],
        title: `firewalld accepts every translated packet, so its zones do not limit ports of ${names}`,
        why: `${chainName(chain)} accepts what has been through DNAT before it looks at zones, whoever translated it.`,
        owners: [scene.ownerOf(accept), ...[...scene.present].filter((owner) => translators.has(programOf(owner)))],
        where: [rulePlace(accept, 'accepts every translated packet')],
        sign: 'overruled',
        catalogue: ['firewalld-dnat-accept'],
      },
    ];
  });
}

function testsDnat(statement: { readonly kind: string }): boolean {
  if (statement.kind !== 'match') return false;
  const { left, op, right } = statement as Match;
  if (left.kind !== 'field' || op === '!=' || op === 'no-bit') return false;
  if (left.name !== 'ct status' && left.name !== 'ct state') return false;
  return JSON.stringify(right, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)).includes(
    'dnat',
  );
}
