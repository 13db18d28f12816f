/** Known conflicts of Istio on a node: its capture of what containers send, and its address for probes. */
import type { Rule } from '../../model/ruleset.ts';
import { isCovered, placesIn, trafficOf } from '../accepted-traffic.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft, rulePlace } from '../draft.ts';
import { outcomeOf } from '../rule-facts.ts';
import { chainKey, chainName, joinWords, programOf } from '../words.ts';
import { builtinChains, jumpTo, targetOf } from './jumps.ts';
import { portsOf, portWords } from './ports.ts';

export function findIstioConflicts(scene: Scene): Draft[] {
  return [...capturesContainers(scene), ...besideCalicoEbpf(scene)];
}

/** On a virtual machine PREROUTING also sees what containers send: without an interface, ISTIO_INBOUND takes it for inbound traffic. */
function capturesContainers(scene: Scene): Draft[] {
  const docker = scene.ruleset.rules.find(
    (rule) => programOf(scene.ownerOf(rule)) === 'docker' && scene.graph.reached[rule.chain.id] === 1,
  );
  if (!docker) return [];
  return builtinChains(scene, 'nat', 'PREROUTING').flatMap((chain) => {
    const jump = jumpTo(chain, /^ISTIO_INBOUND$/);
    const inbound = jump && targetOf(jump);
    if (!jump || !inbound || narrowsInterface(jump)) return [];
    const bridges = [...trafficOf(scene, 'docker').interfaces].filter((name) => !leavesAlone(inbound.rules, name));
    const captured = inbound.rules.filter((rule) => isJumpTo(rule, 'ISTIO_IN_REDIRECT') && !narrowsInterface(rule));
    const first = captured[0];
    if (!first || bridges.length === 0) return [];
    const ports = portWords(captured.flatMap((rule) => portsOf(rule) ?? []));
    return [
      {
        mechanism: 'nat-capture',
        severity: 'warning',
        key: [chainKey(chain), 'istio-vm-vs-docker'],
        title: `What containers behind ${joinWords(bridges)} send to ${ports === '' ? 'any TCP port' : ports} ends in this host's Envoy`,
        why: `Rule ${jump.index} of ${chainName(chain)} sends all TCP to ISTIO_INBOUND, whatever interface it comes in through. A container's connection to a server elsewhere passes that chain too, and is redirected as if it were meant for this host.`,
        owners: [scene.ownerOf(jump), scene.ownerOf(docker)],
        where: [
          rulePlace(jump, 'takes all TCP, from every interface'),
          ...captured
            .slice(0, 6)
            .map((rule) =>
              rulePlace(rule, `redirects ${portWords([portsOf(rule)].flatMap((p) => p ?? [])) || 'the rest'}`),
            ),
          rulePlace(docker, 'Docker runs on this host'),
        ],
        sign: 'nat',
        catalogue: ['istio-vm-vs-docker'],
      },
    ];
  });
}

function isJumpTo(rule: Rule, target: string): boolean {
  const outcome = outcomeOf(rule);
  return (outcome?.kind === 'jump' || outcome?.kind === 'goto') && outcome.chain === target;
}

function narrowsInterface(rule: Rule): boolean {
  return rule.body.some((s) => s.kind === 'match' && s.left.kind === 'field' && /^meta iif(name)?$/.test(s.left.name));
}

/** `-i docker0 -j RETURN`, as ISTIO_EXCLUDE_INTERFACES makes it. */
function leavesAlone(rules: readonly Rule[], name: string): boolean {
  return rules.some((rule) => outcomeOf(rule)?.kind === 'return' && isCovered(name, placesIn(rule)));
}

/** Istio's address for probes, next to Calico's eBPF dataplane, which looks at it before netfilter does. */
function besideCalicoEbpf(scene: Scene): Draft[] {
  const [probes] = scene.chainsNamed('ISTIO_POSTRT').filter(({ rules }) => rules.length > 0);
  const ebpf = scene.ruleset.chains.find(
    (chain) => scene.ownerOfChain(chain) === 'calico-ebpf' && chain.rules.length > 0,
  );
  if (!probes || !ebpf) return [];
  return [
    {
      mechanism: 'mark-bit-collision',
      severity: 'info',
      key: ['istio-ambient-calico-ebpf'],
      title: "Calico's eBPF dataplane may drop the address that Istio gives to probes",
      why: "Istio rewrites the source of kubelet's probes to a link-local address, and versions of Calico before 3.29 do not expect it in eBPF mode. The programs that decide are not part of this dump.",
      owners: [scene.ownerOfChain(probes), scene.ownerOfChain(ebpf)],
      where: [chainPlace(probes, 'rewrites the source of probes'), chainPlace(ebpf, 'Calico in eBPF mode')],
      sign: 'note',
      catalogue: ['istio-ambient-calico-ebpf'],
      unknowns: ["Calico's version"],
    },
  ];
}
