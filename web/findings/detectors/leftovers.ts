/**
 * Chains that no packet gets to: what an uninstalled program, an earlier mode or a half-finished flush left behind. Grouped by owner.
 * Chains that are unused by design are left out (canaries and hints of kubelet and kube-proxy, ufw's and fw4's spare chains, fail2ban's jails).
 */
import type { Chain } from '../../model/ruleset.ts';
import { type OwnerId, UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft } from '../draft.ts';
import {
  chainName,
  count,
  joinWords,
  ownerName,
  type Program,
  programName,
  programNameFirst,
  programOf,
} from '../words.ts';

const UNUSED_BY_DESIGN: readonly RegExp[] = [
  /^KUBE-.*-CANARY$/,
  /^KUBE-IPTABLES-HINT$/,
  /^KUBE-MARK-(DROP|MASQ)$/,
  /^ufw6?-(user-limit(-accept)?|user-logging-.*|logging-(allow|deny)|skip-to-policy-.*|after-logging-.*|user-.*|not-local|caps-test)$/,
  /^f2b-/,
  // Called by the chains of single hostPorts, which come and go.
  /^(CNI|NETAVARK)-HOSTPORT-SETMARK$/,
  // known/traces.ts speaks of them.
  /^OLD_CILIUM_/,
  /^(handle_reject|syn_flood|(accept|drop|reject)_(to|from)_.*)$/,
];

/** Programs that every node of a cluster runs: while one of them is reached, the node has not been reset. */
const OF_A_CLUSTER: ReadonlySet<Program> = new Set(['kube-proxy', 'kubelet', 'calico']);

export function findLeftovers(scene: Scene): Draft[] {
  return [...unreached(scene), ...twoModes(scene)];
}

function unreached(scene: Scene): Draft[] {
  const byOwner = new Map<OwnerId, Chain[]>();
  const reachedOf = new Map<OwnerId, number>();
  // A table whose base chains are not in the dump cannot tell what reaches its chains.
  const told = new Set(scene.ruleset.tables.filter(({ chains }) => chains.some(({ base }) => base !== null)));
  for (const chain of scene.ruleset.chains) {
    if (chain.implicit || !told.has(chain.table)) continue;
    const owner = scene.ownerOfChain(chain);
    if (scene.graph.reached[chain.id] === 1) {
      reachedOf.set(owner, (reachedOf.get(owner) ?? 0) + 1);
      continue;
    }
    if (chain.table.flags.includes('dormant') || UNUSED_BY_DESIGN.some((name) => name.test(chain.name))) continue;
    const list = byOwner.get(owner);
    if (list) list.push(chain);
    else byOwner.set(owner, [chain]);
  }
  const nodeLeft = ![...reachedOf.keys()].some((owner) => OF_A_CLUSTER.has(programOf(owner)));
  return [...byOwner].flatMap(([owner, chains]) => {
    const all = (reachedOf.get(owner) ?? 0) === 0;
    return leftover(scene, owner, chains, all, nodeLeft);
  });
}

function leftover(scene: Scene, owner: OwnerId, chains: readonly Chain[], all: boolean, nodeLeft: boolean): Draft[] {
  const rules = chains.reduce((sum, { rules: own }) => sum + own.length, 0);
  const program = programOf(owner);
  // Empty chains that nothing calls cost nothing and tell nothing.
  if (rules === 0) return [];
  // Roots only: what hangs below an unused chain is unused because of it.
  const roots = chains.filter((chain) => scene.graph.into(chain.id).length === 0);
  const named = roots.length > 0 ? roots : chains;
  const unknown = program === UNKNOWN;
  const known = knownLeftover(program, all && nodeLeft);
  return [
    {
      mechanism: 'leftover-chains',
      severity: all && !unknown && program !== 'tailscale' ? 'warning' : 'info',
      key: [owner],
      title:
        all && !unknown
          ? `No base chain leads to any chain of ${ownerName(owner)}: its ${count(rules, 'rule')} ${rules === 1 ? 'does' : 'do'} nothing`
          : `${count(chains.length, 'chain')}${unknown ? '' : ` of ${ownerName(owner)}`} ${chains.length === 1 ? 'is' : 'are'} never reached`,
      why:
        all && !unknown
          ? `Its jumps are gone from the base chains: the program was removed or switched its mode, or something flushed the base chains while it runs.${program === 'tailscale' ? ' With --netfilter-mode=nodivert it is meant to be so.' : ''}`
          : `Nothing jumps to ${joinWords(named.map(({ name }) => name))}${chains.length > named.length ? ', and the others hang below' : ''}. ${count(rules, 'rule')} there ${rules === 1 ? 'is' : 'are'} never evaluated.`,
      owners: [owner],
      where: named
        .slice(0, 12)
        .map((chain) => chainPlace(chain, `${count(chain.rules.length, 'rule')}, no jump leads here`)),
      sign: 'note',
      catalogue: known,
      ...(known.length > 0 ? {} : { remedy: 'Delete the chains if their program is gone; restart it if it is not.' }),
    },
  ];
}

/** `reset`: nothing of the cluster's own programs is reached any more. */
function knownLeftover(program: Program, reset: boolean): string[] {
  if (program === 'kube-router') return ['leftover-kube-router-netpol'];
  if (!reset) return [];
  return OF_A_CLUSTER.has(program) ? ['kubeadm-reset-leftovers'] : [];
}

/** Modes of one program that exclude each other: rules of both at once mean that one is a leftover. */
const MODES: readonly { readonly owners: readonly OwnerId[]; readonly known: string | null }[] = [
  { owners: ['kube-proxy-iptables', 'kube-proxy-ipvs', 'kube-proxy-nftables'], known: 'leftover-kube-proxy-mode' },
  { owners: ['calico-iptables', 'calico-nftables'], known: null },
  { owners: ['docker-iptables', 'docker-nftables'], known: 'docker-nft-policy' },
  { owners: ['flannel-iptables', 'flannel-nftables'], known: null },
  { owners: ['netavark-iptables', 'netavark-nftables'], known: null },
  { owners: ['libvirt-iptables', 'libvirt-nftables'], known: null },
  { owners: ['firewalld-iptables', 'firewalld-nftables'], known: null },
];

/** A mode counts as present with this many rules that packets reach: kubelet keeps a few KUBE chains in every mode. */
const SOME_RULES = 3;

function twoModes(scene: Scene): Draft[] {
  const rules = new Map<OwnerId, { rules: number; chain: Chain }>();
  for (const chain of scene.ruleset.chains) {
    if (chain.base?.type === undefined && scene.graph.reached[chain.id] !== 1) continue;
    const owner = scene.ownerOfChain(chain);
    const entry = rules.get(owner);
    if (entry) entry.rules += chain.rules.length;
    else rules.set(owner, { rules: chain.rules.length, chain });
  }
  return MODES.flatMap(({ owners, known }) => {
    const present = owners.filter((owner) => (rules.get(owner)?.rules ?? 0) >= SOME_RULES);
    if (present.length < 2) return [];
    const program = programName(programOf(present[0] as OwnerId));
    const dropping = scene.baseChains.filter(
      (chain) => chain.base?.policy === 'drop' && scene.ownersIn(chain).some((owner) => present.includes(owner)),
    );
    return [
      {
        mechanism: 'leftover-chains',
        severity: 'warning',
        key: ['modes', ...present],
        title: `Rules of ${count(present.length, `${program} mode`)} are loaded: ${joinWords(present.map(ownerName))}`,
        why: `${programNameFirst(programOf(present[0] as OwnerId))} runs in one mode at a time, so the rules of the other are from before a change. They are not updated any more, but packets still go through them.${policyWords(dropping)}`,
        owners: present,
        where: [
          ...dropping.map((chain) => chainPlace(chain, 'policy drop')),
          ...present.flatMap((owner) => {
            const entry = rules.get(owner);
            return entry
              ? [
                  chainPlace(
                    entry.chain,
                    `${ownerName(owner)}: ${count(entry.rules, 'rule')}, for example in ${chainName(entry.chain)}`,
                  ),
                ]
              : [];
          }),
        ],
        sign: 'note' as const,
        catalogue: known === null ? [] : [known],
        ...(known === null ? { remedy: 'Remove the rules of the mode that no longer runs, or reboot the node.' } : {}),
      },
    ] satisfies Draft[];
  });
}

/** ` ip filter FORWARD still has policy drop.` */
function policyWords(dropping: readonly Chain[]): string {
  const names = joinWords(dropping.map(chainName));
  return dropping.length === 0 ? '' : ` ${names} still ${dropping.length === 1 ? 'has' : 'have'} policy drop.`;
}
