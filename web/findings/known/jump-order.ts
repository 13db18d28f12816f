/** Known conflicts that show in the order of two programs' jumps in one built-in chain. The table is data; `when` adds what order alone cannot tell. */
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import { catalogueEntry } from '../catalogue/index.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import type { FindingSeverity } from '../finding.ts';
import {
  ACCEPTS,
  effectsOf,
  isUnconditional,
  outcomeOf,
  REFUSES,
  TRANSLATES_SOURCE,
  testsField,
} from '../rule-facts.ts';
import { chainKey, chainName, count, joinWords, programName } from '../words.ts';
import { builtinChains, jumpTo, targetOf } from './jumps.ts';
import { portsOf, portWords } from './ports.ts';

interface JumpOrder {
  readonly id: string;
  readonly table: string;
  readonly chains: readonly string[];
  /** The rule that stands above in the conflict, and the one below it. */
  readonly upper: (chain: Chain) => Rule | null;
  readonly lower: (chain: Chain) => Rule | null;
  readonly when?: (scene: Scene, upper: Rule, lower: Rule) => boolean;
  readonly severity: FindingSeverity;
  /** What the chain's name is put behind. */
  readonly title: string;
  readonly why: string;
  /** What of the dump shows it, if the two rules alone do not: a sentence with a space before it, or ''. */
  readonly facts?: (scene: Scene, upper: Rule, lower: Rule) => string;
}

const jump = (target: RegExp) => (chain: Chain) => jumpTo(chain, target);

const KUBE_REFUSES = /^KUBE-(SERVICES|EXTERNAL-SERVICES|PROXY-FIREWALL)$/;

/** The first jump to a chain of kube-proxy that refuses something at the moment: what has no endpoints, or is limited to source ranges. */
function refusingKubeJump(chain: Chain): Rule | null {
  return (
    chain.rules.find((rule) => {
      const target = targetOf(rule);
      return target !== null && KUBE_REFUSES.test(target.name) && target.rules.some((own) => effectsOf(own) & REFUSES);
    }) ?? null
  );
}

const ORDERS: readonly JumpOrder[] = [
  {
    id: 'calico-accept-shadows-kube-reject',
    table: 'filter',
    chains: ['FORWARD'],
    upper: jump(/^cali-FORWARD$/),
    lower: refusingKubeJump,
    when: (_scene, upper) => targetOf(upper)?.rules.some(acceptsByInterface) ?? false,
    severity: 'warning',
    title: "Calico accepts pod traffic before kube-proxy's rejects are evaluated",
    why: 'cali-FORWARD accepts by interface, without a mark, so a connection to a Service without endpoints never gets to the REJECT and hangs instead of being refused.',
    facts: rejectsBelow,
  },
  {
    id: 'flannel-fwd-accept-bypasses-policy',
    table: 'filter',
    chains: ['FORWARD'],
    upper: jump(/^FLANNEL-FWD$/),
    lower: jump(/^cali-FORWARD$/),
    when: accepts,
    severity: 'warning',
    title: 'Flannel accepts pod traffic before Calico has judged it',
    why: 'FLANNEL-FWD accepts everything from and to the pod network, and an accept ends the chain: the policies below are not evaluated for it.',
  },
  {
    id: 'cni-forward-accept',
    table: 'filter',
    chains: ['FORWARD'],
    upper: jump(/^CNI-FORWARD$/),
    lower: jump(/^(KUBE-ROUTER-FORWARD|cali-FORWARD|CILIUM_FORWARD)$/),
    when: accepts,
    severity: 'warning',
    title: 'CNI-FORWARD accepts pod addresses before the policy engine sees them',
    why: 'The CNI firewall plugin inserts its jump at the top and accepts what its pods send; policies for that traffic are not evaluated.',
  },
  {
    id: 'portmap-captures-service',
    table: 'nat',
    chains: ['PREROUTING', 'OUTPUT'],
    upper: jump(/^CNI-HOSTPORT-DNAT$/),
    lower: jump(/^KUBE-SERVICES$/),
    when: (scene) => scene.present.has('kube-proxy-ipvs'),
    severity: 'warning',
    title: 'hostPort rules are asked before Services, whose addresses are local under IPVS',
    why: 'With IPVS every Service address is an address of the node, so a hostPort takes the connections to all Services on the same port number.',
    facts: hostPorts,
  },
  {
    id: 'cilium-snat-vs-kube-masq',
    table: 'nat',
    chains: ['POSTROUTING'],
    upper: jump(/^KUBE-POSTROUTING$/),
    lower: jump(/^CILIUM_POST_nat$/),
    severity: 'warning',
    title: "kube-proxy's masquerade stands above Cilium's SNAT",
    why: "The first source translation is the connection's: packets that kube-proxy has marked get the node's default address, and Cilium's rule is not asked.",
  },
  {
    id: 'calico-masq-before-kube-masq',
    table: 'nat',
    chains: ['POSTROUTING'],
    upper: jump(/^cali-POSTROUTING$/),
    lower: jump(/^KUBE-POSTROUTING$/),
    when: (_scene, upper) => hasVxlan(upper),
    severity: 'info',
    title: 'Calico masquerades before kube-proxy clears its mark',
    why: 'A packet that Calico masquerades keeps the mark 0x4000 into the VXLAN tunnel, where the outer packet is masqueraded again; it needs checksum offload to be off.',
  },
  {
    id: 'flannel-double-masq',
    table: 'nat',
    chains: ['POSTROUTING'],
    upper: jump(/^FLANNEL-POSTRTG$/),
    lower: jump(/^KUBE-POSTROUTING$/),
    when: (_scene, upper) => !returnsForMark(targetOf(upper)),
    severity: 'warning',
    title: 'Flannel masquerades what kube-proxy has marked for masquerading',
    why: "FLANNEL-POSTRTG runs first and does not leave packets with kube-proxy's mark alone, so they keep the mark and are masqueraded again outside the tunnel.",
  },
  {
    id: 'istio-postrt-behind-masq',
    table: 'nat',
    chains: ['POSTROUTING'],
    upper: (chain) => chain.rules.find((rule) => (effectsOf(rule) & TRANSLATES_SOURCE) !== 0) ?? null,
    lower: jump(/^ISTIO_POSTRT$/),
    when: (_scene, upper) => !testsField(upper, (name) => name === 'meta mark' || name.endsWith('oifname')),
    severity: 'warning',
    title: "A masquerade stands above Istio's SNAT for probes",
    why: "The first source translation is the connection's: probes that the masquerade matches do not get the address that ztunnel expects.",
  },
  {
    id: 'antrea-proxyall-vs-kube-proxy',
    table: 'nat',
    chains: ['PREROUTING', 'OUTPUT'],
    upper: jump(/^KUBE-SERVICES$/),
    lower: jump(/^ANTREA-(PREROUTING|OUTPUT)$/),
    severity: 'warning',
    title: "kube-proxy answers Services before Antrea's proxy",
    why: 'With proxyAll Antrea has to be asked first; as the rules stand, kube-proxy translates the connection and Antrea does not see it.',
  },
  {
    id: 'calico-mangle-accept-starves-aws-connmark',
    table: 'mangle',
    chains: ['PREROUTING'],
    upper: jump(/^cali-PREROUTING$/),
    lower: (chain) =>
      chain.rules.find((rule) => rule.body.some((s) => s.kind === 'comment' && s.text.startsWith('AWS, '))) ?? null,
    when: accepts,
    severity: 'warning',
    title: "Calico can accept in mangle before AWS' rules set the connection mark",
    why: 'An accept ends the mangle chain, so the connection keeps no note of the interface that it came through, and its replies may leave through the wrong one.',
  },
  {
    id: 'egressgateway-calico-mark-order',
    table: 'mangle',
    chains: ['PREROUTING'],
    upper: jump(/^cali-PREROUTING$/),
    lower: jump(/^EGRESSGATEWAY-/),
    when: accepts,
    severity: 'warning',
    title: 'Calico can accept in mangle before EgressGateway marks its packets',
    why: "An accept ends the mangle chain: packets that Calico accepts there get no egress mark and leave with the node's address.",
  },
];

interface Place {
  readonly upper: Rule;
  readonly lower: Rule;
}

/** One finding for each kind of conflict and table, listing its chains. */
export function findJumpOrder(scene: Scene): Draft[] {
  return ORDERS.flatMap((order) => {
    const byTable = new Map<Table, Place[]>();
    for (const chain of order.chains.flatMap((name) => builtinChains(scene, order.table, name))) {
      const upper = order.upper(chain);
      const lower = order.lower(chain);
      if (!upper || !lower || upper.index >= lower.index) continue;
      if (order.when && !order.when(scene, upper, lower)) continue;
      byTable.set(chain.table, [...(byTable.get(chain.table) ?? []), { upper, lower }]);
    }
    return [...byTable.values()].map((places) => draft(scene, order, places));
  });
}

function draft(scene: Scene, order: JumpOrder, places: readonly Place[]): Draft {
  const { upper, lower } = places[0] as Place;
  const { chain } = upper;
  const where = joinWords(places.map(({ upper: { chain: own } }, i) => (i === 0 ? chainName(own) : own.name)));
  return {
    mechanism: catalogueEntry(order.id).mechanism,
    severity: order.severity,
    key: [chainKey(chain), order.id],
    title: `${order.title} (${where})`,
    why: `Rule ${upper.index} of ${chainName(chain)} ${does(scene, upper)} and stands above rule ${lower.index}, which ${does(scene, lower)}. ${order.why}${order.facts?.(scene, upper, lower) ?? ''}`,
    owners: [scene.ownerOf(upper), scene.ownerOf(lower)],
    where: places.flatMap((place) => [
      rulePlace(place.upper, `${does(scene, place.upper)}: evaluated first`),
      rulePlace(place.lower, `${does(scene, place.lower)}: evaluated for what is left`),
    ]),
    marks: places.flatMap((place) => boundary(scene, place.lower)),
    sign: 'undecided',
    catalogue: [order.id],
  };
}

/** `jumps to KUBE-SERVICES`, `masquerades`, `is AWS VPC CNI's`. */
function does(scene: Scene, rule: Rule): string {
  const outcome = outcomeOf(rule);
  if (outcome?.kind === 'jump' || outcome?.kind === 'goto') return `jumps to ${outcome.chain}`;
  if ((effectsOf(rule) & TRANSLATES_SOURCE) !== 0) return 'translates the source';
  return `is ${programName(scene.programOfRule(rule))}'s`;
}

/** The rejects that a packet accepted above does not get to, by their comments: the Services' names. */
function rejectsBelow(_scene: Scene, _upper: Rule, lower: Rule): string {
  const rejects = targetOf(lower)?.rules.filter((rule) => (effectsOf(rule) & REFUSES) !== 0) ?? [];
  const services = rejects.flatMap((rule) => rule.body.flatMap((s) => (s.kind === 'comment' ? [`"${s.text}"`] : [])));
  const which = services.length > 0 ? `: ${joinWords(services, 3)}` : '';
  return ` ${count(rejects.length, 'rule')} of ${targetOf(lower)?.name} ${rejects.length === 1 ? 'is' : 'are'} concerned${which}.`;
}

function hostPorts(_scene: Scene, upper: Rule): string {
  const ports = portWords(targetOf(upper)?.rules.flatMap((rule) => portsOf(rule) ?? []) ?? []);
  return ports === '' ? '' : ` hostPorts here: ${ports}.`;
}

function boundary(scene: Scene, lower: Rule) {
  const segment = scene.segments(lower.chain).findIndex(({ from, to }) => from <= lower.index && lower.index <= to);
  return segment > 0 ? [{ chain: lower.chain.id, segment }] : [];
}

function accepts(scene: Scene, upper: Rule): boolean {
  return (scene.effectsBelow(upper.chain, upper.index, upper.index) & ACCEPTS) !== 0;
}

/** `-i cali+ -j ACCEPT`: no mark, no state. */
function acceptsByInterface(rule: Rule): boolean {
  return (
    outcomeOf(rule)?.kind === 'accept' &&
    !isUnconditional(rule) &&
    rule.body.every((s) => s.kind !== 'match' || (s.left.kind === 'field' && /^meta [io]ifname$/.test(s.left.name)))
  );
}

function returnsForMark(chain: Chain | null): boolean {
  return (
    chain?.rules.some(
      (rule) => outcomeOf(rule)?.kind === 'return' && testsField(rule, (name) => name === 'meta mark'),
    ) ?? true
  );
}

/** Whether the chain's table speaks of Calico's VXLAN device anywhere in the chain that the jump leads to, or beside it. */
function hasVxlan(jumpRule: Rule): boolean {
  const chains = [...jumpRule.chain.table.chains].filter(({ name }) => name.startsWith('cali-')).slice(0, 200);
  return chains.some((chain) =>
    chain.rules.some((rule) =>
      rule.body.some((s) => s.kind === 'match' && s.right.kind === 'value' && s.right.value === 'vxlan.calico'),
    ),
  );
}
