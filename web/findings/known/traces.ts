/** Known leftovers and gaps that show by the presence or absence of a program's chains. */
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft, rulePlace } from '../draft.ts';
import { ACCEPTS, effectsOf, REFUSES } from '../rule-facts.ts';
import { chainKey, chainName, count, joinWords, programName, programOf } from '../words.ts';
import { builtinChains, chainsLike } from './jumps.ts';

export function findKnownTraces(scene: Scene): Draft[] {
  return [
    ...oldCilium(scene),
    ...flannelAfterCalico(scene),
    ...emptyNetavark(scene),
    ...nodeLocalDns(scene),
    ...nativeInCompat(scene),
    ...secondPolicyEngine(scene),
    ...replacedKubeProxy(scene),
  ];
}

function programs(scene: Scene): Set<string> {
  return new Set([...scene.present].map(programOf));
}

function oldCilium(scene: Scene): Draft[] {
  const old = chainsLike(scene, /^OLD_CILIUM_/);
  if (old.length === 0) return [];
  return [
    {
      mechanism: 'leftover-chains',
      severity: 'warning',
      key: ['old-cilium-chains'],
      title: `${count(old.length, 'chain')} of an earlier Cilium start ${old.length === 1 ? 'is' : 'are'} still there`,
      why: 'Cilium renames its chains to OLD_CILIUM_* while it installs new ones, and removes them afterwards. If they stay, the removal failed, and their rules are evaluated as well as the new ones wherever a jump still leads to them.',
      owners: old.map(scene.ownerOfChain),
      where: old.slice(0, 8).map((chain) => chainPlace(chain, `${count(chain.rules.length, 'rule')}`)),
      sign: 'note',
      catalogue: ['old-cilium-chains'],
    },
  ];
}

const FLANNEL_DEVICES = /^(flannel|cni0)/;

/** Flannel's chains beside Calico's, while no rule names one of flannel's devices. Canal runs both: it has the devices. */
function flannelAfterCalico(scene: Scene): Draft[] {
  const present = programs(scene);
  if (!present.has('flannel') || !present.has('calico')) return [];
  const chains = chainsLike(scene, /^FLANNEL-(POSTRTG|FWD)$/).filter((chain) => scene.graph.reached[chain.id] === 1);
  const named = scene.ruleset.rules.some((rule) =>
    rule.body.some(
      (s) =>
        s.kind === 'match' &&
        ((s.right.kind === 'value' && typeof s.right.value === 'string' && FLANNEL_DEVICES.test(s.right.value)) ||
          (s.right.kind === 'wildcard' && s.right.stem !== '' && FLANNEL_DEVICES.test(s.right.stem))),
    ),
  );
  const calicoNat = scene.chainsNamed('cali-nat-outgoing').find(({ rules }) => rules.length > 0);
  if (chains.length === 0 || named || !calicoNat) return [];
  return [
    {
      mechanism: 'leftover-chains',
      severity: 'warning',
      key: ['leftover-flannel-after-calico'],
      title: "Flannel's chains are active beside Calico's, which masquerades its own pools",
      why: "No rule names a device of flannel, so these chains look like leftovers of a migration. If they are, flannel's masquerade hides the pod addresses that Calico's policies test. With Canal, which runs both on purpose, Calico's own masquerade would be off.",
      owners: [...scene.present].filter((owner) => ['flannel', 'calico'].includes(programOf(owner))),
      where: [
        ...chains.slice(0, 4).map((chain) => chainPlace(chain, `${count(chain.rules.length, 'rule')} of flannel`)),
        chainPlace(calicoNat, 'Calico masquerades here'),
      ],
      sign: 'note',
      catalogue: ['leftover-flannel-after-calico'],
      unknowns: ['whether flannel still runs on the node'],
    },
  ];
}

function emptyNetavark(scene: Scene): Draft[] {
  return scene.chainsNamed('NETAVARK_FORWARD').flatMap((chain) => {
    const forward = builtinChains(scene, 'filter', 'FORWARD').find(({ table }) => table === chain.table);
    const containers = scene.ruleset.chains.some(
      ({ table, name }) => table.family === chain.table.family && /^NETAVARK-[0-9A-F]{8,}$/.test(name),
    );
    if (chain.rules.length > 0 || forward?.base?.policy !== 'drop' || !containers) return [];
    // Where nobody accepts at all, policy-drop.ts tells it.
    if (![...scene.effectsByProgram(forward).values()].some((effects) => effects & ACCEPTS)) return [];
    return [
      {
        mechanism: 'policy-drop-by-one-owner',
        severity: 'warning',
        key: [chainKey(chain), 'netavark-flush-forward'],
        title: "NETAVARK_FORWARD is empty under a DROP policy, so Podman's containers are cut off",
        why: `Podman has networks on this node, but nothing accepts their traffic in ${chainName(forward)}, whose policy is drop.`,
        owners: [scene.ownerOfChain(chain), ...scene.ownersIn(forward)],
        where: [chainPlace(chain, 'no rule left'), chainPlace(forward, 'policy drop')],
        sign: 'note',
        catalogue: ['netavark-flush-forward'],
      },
    ];
  });
}

/** NodeLocal DNSCache's NOTRACK next to Calico's policies, or next to kube-proxy's nftables mode. */
function nodeLocalDns(scene: Scene): Draft[] {
  const present = programs(scene);
  if (!present.has('nodelocaldns')) return [];
  const notrack = scene.ruleset.rules.find(
    (rule) => scene.programOfRule(rule) === 'nodelocaldns' && rule.body.some((s) => s.kind === 'notrack'),
  );
  if (!notrack) return [];
  const drafts: Draft[] = [];
  const workload = scene.ruleset.chains.find(
    (chain) => /^(cali-[ft]w-|filter-cali-[ft]w-)/.test(chain.name) && chain.rules.length > 0,
  );
  if (workload) {
    drafts.push({
      mechanism: 'same-chain-order',
      severity: 'info',
      key: ['nodelocaldns-notrack-calico'],
      title: 'NodeLocal DNSCache switches tracking off for packets that Calico judges by their state',
      why: 'Replies of the cache are untracked, so they are not "established" to Calico: a pod under an ingress or egress policy needs the cache\'s address allowed in both directions.',
      owners: [scene.ownerOf(notrack), scene.ownerOfChain(workload)],
      where: [rulePlace(notrack, 'switches tracking off'), chainPlace(workload, 'relies on established connections')],
      sign: 'undecided',
      catalogue: ['nodelocaldns-notrack-calico'],
      unknowns: ['what the policies allow'],
    });
  }
  const nft = scene.ruleset.tables.find((table) => table.name === 'kube-proxy' && table.backend === 'nft');
  const chain = nft?.chains[0];
  if (chain) {
    drafts.push({
      mechanism: 'same-chain-order',
      severity: 'info',
      key: ['nodelocaldns-backend-mismatch'],
      title: 'NodeLocal DNSCache uses iptables next to kube-proxy in nftables mode',
      why: "The order is right: NOTRACK in raw runs before kube-proxy's nat chains, which do not see untracked packets. Nobody documents or tests the combination.",
      owners: [scene.ownerOf(notrack), scene.ownerOfChain(chain)],
      where: [rulePlace(notrack, 'switches tracking off in raw'), chainPlace(chain, 'kube-proxy in nftables mode')],
      sign: 'undecided',
      catalogue: ['nodelocaldns-backend-mismatch'],
    });
  }
  return drafts;
}

const COMPAT_TABLES: ReadonlySet<string> = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);
const COMPAT_CHAINS: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/** A table of iptables-nft's names with things that iptables cannot express: iptables then refuses to read it. */
function nativeInCompat(scene: Scene): Draft[] {
  return scene.ruleset.tables.flatMap((table) => {
    if (table.listing !== 'nft' || (table.family !== 'ip' && table.family !== 'ip6') || !COMPAT_TABLES.has(table.name))
      return [];
    const builtin = table.chains.filter((chain) => chain.base && COMPAT_CHAINS.has(chain.name));
    const owners = new Set(table.chains.flatMap(scene.programsIn).filter((program) => program !== UNKNOWN));
    if (builtin.length === 0 || owners.size === 0) return [];
    const foreign = table.chains.filter((chain) => chain.base && !COMPAT_CHAINS.has(chain.name));
    const maps = table.chains.flatMap(
      (chain) => chain.rules.find((rule) => rule.body.some((s) => s.kind === 'vmap')) ?? [],
    );
    const named = table.sets.length;
    if (foreign.length === 0 && maps.length === 0 && named === 0) return [];
    const what = [
      foreign.length > 0 ? count(foreign.length, 'base chain') : '',
      maps.length > 0 ? 'verdict maps' : '',
      named > 0 ? count(named, 'set') : '',
    ].filter((word) => word !== '');
    return [
      {
        mechanism: 'same-chain-order',
        severity: 'warning',
        key: ['native-nft-in-compat-table', `${table.family}.${table.name}`],
        title: `Table ${table.family} ${table.name} belongs to iptables-nft but holds ${joinWords(what)} that iptables cannot read`,
        why: 'iptables refuses the whole table with "incompatible, use \'nft\' tool" as soon as it meets them, and every program that calls iptables for this table fails.',
        owners: table.chains.flatMap(scene.ownersIn),
        where: [
          ...foreign.slice(0, 4).map((chain) => chainPlace(chain, 'a base chain that iptables does not know')),
          ...maps.slice(0, 4).map((rule) => rulePlace(rule, 'a verdict map')),
        ],
        sign: 'note',
        catalogue: ['native-nft-in-compat-table'],
      },
    ];
  });
}

/** Policy engines that a node has one of; kube-router's beside flannel is how k3s is made. */
const OTHER_ENGINES: ReadonlySet<string> = new Set(['calico', 'cilium']);

/** kube-router's chains for pods, still called, next to another policy engine's. */
function secondPolicyEngine(scene: Scene): Draft[] {
  const pods = chainsLike(scene, /^KUBE-POD-FW-/).filter((chain) => scene.graph.reached[chain.id] === 1);
  const rejects = pods.flatMap(({ rules }) => rules.filter((rule) => (effectsOf(rule) & REFUSES) !== 0));
  const first = rejects[0];
  const other = scene.ruleset.rules.find(
    (rule) => OTHER_ENGINES.has(programOf(scene.ownerOf(rule))) && scene.graph.reached[rule.chain.id] === 1,
  );
  if (!first || !other) return [];
  const engine = programName(programOf(scene.ownerOf(other)));
  return [
    {
      mechanism: 'leftover-chains',
      severity: 'warning',
      key: ['leftover-kube-router-netpol', 'active'],
      title: `kube-router still rejects for ${count(pods.length, 'pod')}, next to ${engine}`,
      why: `${joinWords(pods.map(({ name }) => name))} ${pods.length === 1 ? 'is' : 'are'} called for single pod addresses and ${pods.length === 1 ? 'rejects' : 'reject'} what no policy of kube-router has marked. Policies are ${engine}'s affair on this node: a pod that gets such an address is cut off.`,
      owners: [scene.ownerOf(first), scene.ownerOf(other)],
      where: [
        ...rejects.slice(0, 6).map((rule) => rulePlace(rule, `rejects for the pod of ${rule.chain.name}`)),
        rulePlace(other, `${engine} is active on this node`),
      ],
      sign: 'overruled',
      catalogue: ['leftover-kube-router-netpol'],
      unknowns: ['whether kube-router still runs on the node'],
    },
  ];
}

/** kube-proxy's Services next to a program that replaces it, without the canary that a running kube-proxy keeps. */
function replacedKubeProxy(scene: Scene): Draft[] {
  const replacer = [...programs(scene)].find((program) => program === 'cilium' || program === 'antrea');
  const services = chainsLike(scene, /^KUBE-SVC-/).filter((chain) => scene.graph.reached[chain.id] === 1);
  const first = services[0];
  if (!replacer || !first || scene.chainsNamed('KUBE-PROXY-CANARY').length > 0) return [];
  const name = programName(replacer);
  return [
    {
      mechanism: 'leftover-chains',
      severity: 'warning',
      key: ['leftover-kube-proxy-mode', replacer],
      title: `${count(services.length, 'Service')} of kube-proxy ${services.length === 1 ? 'is' : 'are'} still translated, but kube-proxy seems to be gone`,
      why: `A running kube-proxy keeps a chain KUBE-PROXY-CANARY, which this node does not have, and ${name} can take its place. Nobody updates these chains: they go on translating to endpoints that may be gone.`,
      owners: [scene.ownerOfChain(first), ...[...scene.present].filter((owner) => programOf(owner) === replacer)],
      where: services.slice(0, 6).map((chain) => chainPlace(chain, 'still reached')),
      sign: 'nat',
      catalogue: ['leftover-kube-proxy-mode'],
      unknowns: ["kube-proxy's version: before 1.17 it had no canary"],
    },
  ];
}
