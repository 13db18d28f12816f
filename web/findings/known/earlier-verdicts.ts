/** Known conflicts where one program's rule, recognised by its text, decides before another program is asked. */
import type { Statement } from '../../model/statement.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { effectsOf, isUnconditional, outcomeOf, REFUSES } from '../rule-facts.ts';
import { chainKey, chainName, joinWords, programName, programOf } from '../words.ts';
import { NO_PORTS, portsOf, portWords, publishedBy } from './ports.ts';

export function findEarlierVerdicts(scene: Scene): Draft[] {
  return [...lostMarkMatch(scene), ...dnatAccepted(scene)];
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

/** firewalld accepts what has been translated before it looks at its zones. */
function dnatAccepted(scene: Scene): Draft[] {
  return scene.baseChains.flatMap((chain) => {
    if (chain.base?.hook !== 'forward') return [];
    const accept = chain.rules.find(
      (rule) =>
        outcomeOf(rule)?.kind === 'accept' && scene.programOfRule(rule) === 'firewalld' && rule.body.some(testsDnat),
    );
    const judged = accept && chain.rules.slice(accept.index).some((rule) => (effectsOf(rule) & REFUSES) !== 0);
    if (!accept || !judged) return [];
    // What names no port of the node, as a Service's endpoint, is no business of a zone.
    const published = publishedBy(scene, (program) => program !== 'firewalld', chain.table.family).filter(
      (rule) => portsOf(rule) !== null,
    );
    const programs = [...new Set(published.map(scene.programOfRule))];
    if (programs.length === 0) return [];
    const ports = portWords(published.flatMap((rule) => portsOf(rule) ?? []));
    const names = joinWords(programs.map(programName));
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'firewalld-dnat-accept'],
        title: `firewalld accepts every translated packet, so its zones do not limit ${ports} of ${names}`,
        why: `Rule ${accept.index} of ${chainName(chain)} accepts what has been through DNAT before firewalld looks at its zones, whoever translated it and for whom.`,
        owners: [scene.ownerOf(accept), ...[...scene.present].filter((owner) => programs.includes(programOf(owner)))],
        where: [
          rulePlace(accept, 'accepts every translated packet'),
          ...published
            .slice(0, 6)
            .map((rule) => rulePlace(rule, `translates ${portWords([portsOf(rule) ?? NO_PORTS])}`)),
        ],
        sign: 'overruled',
        catalogue: ['firewalld-dnat-accept'],
      },
    ];
  });
}

/** Kernel: IPS_DST_NAT is 32 (include/uapi/linux/netfilter/nf_conntrack_common.h). */
const DST_NAT = 32;

/** `ct status dnat`, or `--ctstate RELATED,ESTABLISHED,DNAT`, which is true for any of them. */
function testsDnat(statement: Statement): boolean {
  if (statement.kind === 'xt') {
    const { reading } = statement;
    return reading?.kind === 'conntrack' && !reading.negated && (reading.status & DST_NAT) !== 0;
  }
  if (statement.kind !== 'match' || statement.op === '!=' || statement.op === 'no-bit') return false;
  const { left, right } = statement;
  return left.kind === 'field' && left.name === 'ct status' && right.kind === 'value' && right.value === DST_NAT;
}
