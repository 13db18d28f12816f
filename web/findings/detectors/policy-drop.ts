/**
 * A DROP policy holds for everybody whose packets get to the end of the chain, not only for the program that set it.
 * Also the two certain cases: a chain whose policy drops everything, because no rule in it accepts.
 */
import type { Chain } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import { acceptedTraffic, isCovered, networksMeet, type Traffic, trafficOf } from '../accepted-traffic.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft } from '../draft.ts';
import { ACCEPTS, type Effects, UNKNOWN_TARGET } from '../rule-facts.ts';
import { chainKey, chainName, joinWords, type Program, programName, programNameFirst, programOf } from '../words.ts';
import { policyOwner } from './overruled-accept.ts';

/** Programs whose traffic is forwarded by the node, so that a DROP policy on forward can stop it. */
const FORWARDERS: ReadonlySet<Program> = new Set([
  'antrea',
  'aws-vpc-cni',
  'azure-cni',
  'calico',
  'cilium',
  'cni-ipmasq',
  'cni-portmap',
  'docker',
  'flannel',
  'gke',
  'incus',
  'kilo',
  'kube-proxy',
  'kube-router',
  'libvirt',
  'lxd',
  'microk8s',
  'netavark',
  'nerdctl',
  'networkmanager-shared',
  'ovn-kubernetes',
  'submariner',
  'tailscale',
  'weave',
]);

export function findPolicyDrops(scene: Scene): Draft[] {
  return scene.baseChains.flatMap((chain) => {
    if (chain.base?.policy !== 'drop' || chain.base.type === 'nat') return [];
    const nobody = nobodyAccepts(scene, chain);
    return nobody ? [nobody] : sharedPolicy(scene, chain);
  });
}

function nobodyAccepts(scene: Scene, chain: Chain): Draft | null {
  const hook = chain.base?.hook;
  if (hook !== 'input' && hook !== 'output' && hook !== 'forward') return null;
  let effects: Effects = 0;
  for (const own of scene.effectsByProgram(chain).values()) effects |= own;
  if (effects & (ACCEPTS | UNKNOWN_TARGET) || queues(chain)) return null;
  const forwarders = forwardersOf(scene, chain);
  // A host that forwards nothing has every right to a DROP policy on forward.
  if (hook === 'forward' && forwarders.length === 0) return null;
  const what =
    hook === 'forward' ? 'forwarded packet' : hook === 'input' ? 'packet to this host' : 'packet of this host';
  return {
    mechanism: 'policy-drop-by-one-owner',
    severity: 'error',
    key: [chainKey(chain), 'nobody-accepts'],
    title: `${chainName(chain)} drops every ${what}: its policy is drop and no rule accepts`,
    why:
      hook === 'forward'
        ? `${joinWords(forwarders.map(programName))} ${forwarders.length === 1 ? 'needs' : 'need'} forwarded traffic on this node, and an accept in another base chain or table does not overrule this policy.`
        : 'That includes loopback and established connections. An accept in another base chain or table does not overrule this policy.',
    owners: scene.ownersIn(chain),
    where: [chainPlace(chain, 'policy drop, and no accept here or below')],
    sign: 'note',
    catalogue: hook === 'forward' ? knownDrop(scene, chain, forwarders) : [],
    ...(hook === 'forward'
      ? {}
      : { remedy: `Accept what is wanted in ${chainName(chain)}, or set its policy to accept.` }),
  };
}

function queues(chain: Chain): boolean {
  return chain.rules.some((rule) => rule.body.some((s) => s.kind === 'verdict' && s.verdict.kind === 'queue'));
}

function sharedPolicy(scene: Scene, chain: Chain): Draft[] {
  if (chain.base?.hook !== 'forward') return [];
  const setter = policyOwner(scene, chain);
  const accepting = new Set(
    [...scene.effectsByProgram(chain)].filter(([, effects]) => effects & ACCEPTS).map(([program]) => program),
  );
  const elsewhere = acceptersElsewhere(scene, chain);
  const through = acceptedTraffic(scene, chain);
  const left = forwardersOf(scene, chain).filter(
    (program) =>
      program !== setter &&
      !elsewhere.has(program) &&
      !acceptsOwnTraffic(program, accepting, through) &&
      !isLetThrough(scene, program, through),
  );
  if (left.length === 0) return [];
  const pods = left.includes('kube-proxy');
  const others = left.filter((program) => program !== 'kube-proxy').map(programName);
  const names = joinWords(pods ? ['pod traffic', ...others] : others);
  const whose = setter === UNKNOWN ? 'The' : `${programNameFirst(setter)}'s`;
  const known = knownDrop(scene, chain, left);
  return [
    {
      mechanism: 'policy-drop-by-one-owner',
      severity: 'warning',
      key: [chainKey(chain), setter],
      title: `${whose} DROP policy on ${chainName(chain)} applies to ${names} too`,
      why: [
        pods
          ? 'kube-proxy accepts only marked and established packets here, and no network plugin accepts the pods.'
          : '',
        others.length > 0 ? `No rule of ${joinWords(others)} accepts in this chain.` : '',
        'What no rule accepts falls through to the policy and is dropped; an accept in another base chain does not help.',
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
      owners: [...scene.ownersIn(chain), ...[...scene.present].filter((owner) => left.includes(programOf(owner)))],
      where: [
        chainPlace(
          chain,
          setter === UNKNOWN
            ? 'policy drop; its rules do not tell who set it'
            : `policy drop, as ${programName(setter)} sets it`,
        ),
      ],
      sign: 'note',
      catalogue: known,
      ...(known.length > 0
        ? {}
        : { remedy: `Accept the traffic of ${names} in ${chainName(chain)}, or set its policy to accept.` }),
    },
  ];
}

/** Programs that accept in another base chain of the hook: overruled-accept.ts speaks of those. */
function acceptersElsewhere(scene: Scene, chain: Chain): Set<Program> {
  const found = new Set<Program>();
  for (const { chains, hook, stack } of scene.order) {
    if (stack !== 'l3' || hook !== chain.base?.hook) continue;
    for (const { chain: other } of chains) {
      if (other === chain || (other.table.listing === 'iptables' && other.table.name !== 'filter')) continue;
      for (const [program, effects] of scene.effectsByProgram(other)) if (effects & ACCEPTS) found.add(program);
    }
  }
  return found;
}

/** Programs of the node that need forwarding in the chain's family. */
function forwardersOf(scene: Scene, chain: Chain): Program[] {
  const found = new Set<Program>();
  for (const base of scene.baseChains) {
    const { family } = base.table;
    if (family !== chain.table.family && family !== 'inet' && chain.table.family !== 'inet') continue;
    for (const program of scene.effectsByProgram(base).keys()) if (FORWARDERS.has(program)) found.add(program);
  }
  return [...found];
}

/** Programs that bring pods, and accept their traffic themselves where they mean to. */
const NETWORK_PLUGINS: ReadonlySet<Program> = new Set([
  'antrea',
  'aws-vpc-cni',
  'azure-cni',
  'calico',
  'cilium',
  'cni-firewall',
  'flannel',
  'gke',
  'kilo',
  'kube-router',
  'microk8s',
  'ovn-kubernetes',
  'weave',
]);

/**
 * Whether somebody accepts for the program. KUBE-FORWARD accepts marked and established packets only, and the pods are the network
 * plugin's: kube-proxy needs a plugin's accept, or a rule for a network, and is content with it.
 */
function acceptsOwnTraffic(program: Program, accepting: ReadonlySet<Program>, through: Traffic): boolean {
  if (program !== 'kube-proxy') return accepting.has(program);
  return through.networks.some(isNetwork) || [...accepting].some((other) => NETWORK_PLUGINS.has(other));
}

/** Not a single host: Docker accepts for each container's address. */
function isNetwork({ length, width }: Traffic['networks'][number]): boolean {
  return width - length >= 8;
}

/** Whether a rule of somebody lets an interface or a network of the program through. */
function isLetThrough(scene: Scene, program: Program, through: Traffic): boolean {
  if (through.interfaces.size === 0 && !through.networks.some(isNetwork)) return false;
  const own = trafficOf(scene, program);
  return [...own.interfaces].some((name) => isCovered(name, through)) || networksMeet(own.networks, through.networks);
}

function knownDrop(scene: Scene, chain: Chain, left: readonly Program[]): string[] {
  const setter = policyOwner(scene, chain);
  const emptied = chain.table.chainNamed.get('NETAVARK_FORWARD');
  if (emptied?.rules.length === 0 && left.includes('netavark')) return ['netavark-flush-forward'];
  if (setter === 'ufw') return left.some(isKubernetes) ? ['ufw-before-kube'] : [];
  if (setter !== 'docker') return [];
  const known: string[] = [];
  if (left.some(isKubernetes)) known.push('docker-drop-kubernetes');
  if (left.includes('libvirt')) known.push('docker-drop-libvirt');
  if (left.includes('lxd') || left.includes('incus')) known.push('lxd-accept-docker-policy-drop');
  return known;
}

function isKubernetes(program: Program): boolean {
  return program === 'kube-proxy' || program === 'flannel';
}
