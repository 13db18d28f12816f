/** The same node with its rules in another order: what an OrderChange makes of the order of all hooks. */
import { assertNever } from '../base/assert.ts';
import type { Scene } from '../findings/context.ts';
import type { OrderChange } from '../findings/finding.ts';
import { programName, suiteOf } from '../findings/words.ts';
import { dispatcherPriority, type HookOrder, type OrderedChain } from '../kernel/order.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import { UNKNOWN } from '../owners/owner.ts';
import { chainInOrder, hookInOrder, withChain } from '../packetspace/questions/swap-order.ts';

/** Whose base chains on a hook count as one: a program's, or all of an iptables backend, which several programs share. */
export type ChainParty = string;

/** Where order is concerned, a rule's program: kubelet's count as kube-proxy's. */
export function partyOfRule(scene: Scene, rule: Rule): string {
  return suiteOf(scene.programOfRule(rule));
}

/** An iptables backend's base chains belong to all who write into them. */
export function partyOfChain(scene: Scene, chain: Chain): ChainParty {
  if (chain.table.listing === 'iptables' || chain.table.backend !== 'nft') return backendParty(chain);
  const programs = [...new Set(scene.programsIn(chain).map(suiteOf))].filter((program) => program !== UNKNOWN);
  const own = suiteOf(scene.programsIn(chain)[0] ?? UNKNOWN);
  // Nobody's chains are told apart by their tables: two tables are two writers until something says otherwise.
  if (programs.length === 0 && own === UNKNOWN) return `table ${chain.table.family} ${chain.table.name}`;
  return programs.sort().join('+');
}

function backendParty({ table }: Chain): ChainParty {
  return table.backend === 'iptables-legacy' ? 'iptables-legacy' : 'iptables';
}

/** `Calico`, `iptables`, `the table inet mine`. */
export function partyName(party: ChainParty): string {
  if (party.startsWith('table ')) return `the ${party}`;
  return party.split('+').map(programName).join(' and ');
}

/** `l3 forward`, `netdev ingress eth0`. */
export function hookKey({ stack, hook, device }: HookOrder): string {
  return device === null ? `${stack} ${hook}` : `${stack} ${hook} ${device}`;
}

/** The order of all hooks after the change; null: it changes nothing, or there is nothing to change. Cost: linear in the rules of base chains. */
export function applyChange(scene: Scene, change: OrderChange): HookOrder[] | null {
  switch (change.kind) {
    case 'in-chain': {
      const chain = scene.ruleset.chains[change.chain];
      const made = chain && chainInOrder(chain, change.first, change.second, (rule) => partyOfRule(scene, rule));
      return made ? withChain(scene.order, chain, made) : null;
    }
    case 'on-hook': {
      return onHook(scene, change);
    }
    case 'place':
      return placed(scene, change);
    case 'move':
      return moved(scene, change);
    case 'without-rule':
      return edited(scene, [scene.ruleset.chains[change.chain]], ({ rules }) =>
        rules.filter(({ id }) => id !== change.rule),
      );
    case 'without':
      return without(scene, change.program);
    default:
      return assertNever(change, 'change');
  }
}

/**
 * Chains change places only between the kernel's own stations: what connection tracking or NAT did before would be another thing than the other's rules.
 */
function onHook(
  scene: Scene,
  { hook: key, first, second }: Extract<OrderChange, { kind: 'on-hook' }>,
): HookOrder[] | null {
  let order: HookOrder[] | null = null;
  for (const band of BANDS) {
    const now: readonly HookOrder[] = order ?? scene.order;
    const hook = now.find((each) => hookKey(each) === key);
    if (!hook) return null;
    const inBand = new Set(hook.chains.filter((each) => bandOf(hook, each) === band).map(({ chain }) => chain));
    const partyOf = (chain: Chain) => (inBand.has(chain) ? partyOfChain(scene, chain) : null);
    order = hookInOrder(now, hook, first, second, partyOf) ?? order;
  }
  return order;
}

type Band = 'untracked' | 'before-nat' | 'nat' | 'after-nat';

const BANDS: readonly Band[] = ['untracked', 'before-nat', 'nat', 'after-nat'];
/** Kernel: NF_IP_PRI_CONNTRACK. */
const CONNTRACK = -200;

/** Between which of the kernel's stations a base chain runs. */
export function bandOf({ stack, hook }: HookOrder, { dispatcher, effectivePriority }: OrderedChain): Band {
  if (dispatcher) return 'nat';
  if (stack !== 'l3') return 'before-nat';
  if (effectivePriority < CONNTRACK && (hook === 'prerouting' || hook === 'output')) return 'untracked';
  return hook === 'forward' || effectivePriority < dispatcherPriority(hook) ? 'before-nat' : 'after-nat';
}

function placed(scene: Scene, { chain, program, at }: Extract<OrderChange, { kind: 'place' }>): HookOrder[] | null {
  const chains = chain === null ? scene.baseChains : [scene.ruleset.chains[chain]];
  return edited(scene, chains, (each) => {
    const own = each.rules.filter((rule) => partyOfRule(scene, rule) === program);
    const others = each.rules.filter((rule) => partyOfRule(scene, rule) !== program);
    return at === 'top' ? [...own, ...others] : [...others, ...own];
  });
}

function moved(scene: Scene, { chain, segment, to }: Extract<OrderChange, { kind: 'move' }>): HookOrder[] | null {
  return edited(scene, [scene.ruleset.chains[chain]], (each) => {
    const segments = scene.segments(each);
    const from = segments[segment];
    if (!from) return each.rules;
    const before = to >= segments.length ? each.rules.length : (segments[to]?.from ?? 1) - 1;
    const own = each.rules.slice(from.from - 1, from.to);
    const isOwn = ({ index }: Rule) => index >= from.from && index <= from.to;
    const head = each.rules.slice(0, before).filter((rule) => !isOwn(rule));
    const tail = each.rules.slice(before).filter((rule) => !isOwn(rule));
    return [...head, ...own, ...tail];
  });
}

function without(scene: Scene, program: string): HookOrder[] | null {
  let gone = false;
  const fewer = scene.order.map((hook) => {
    const chains = hook.chains.filter(({ chain }) => partyOfChain(scene, chain) !== program);
    if (chains.length < hook.chains.length) gone = true;
    return chains.length < hook.chains.length ? { ...hook, chains } : hook;
  });
  const rest = edited({ ...scene, order: fewer }, scene.baseChains, (chain) =>
    chain.rules.filter((rule) => partyOfRule(scene, rule) !== program),
  );
  return rest ?? (gone ? fewer : null);
}

/** With other rules in some base chains; null where all keep theirs. */
function edited(
  scene: Scene,
  chains: readonly (Chain | undefined)[],
  rulesOf: (chain: Chain) => readonly Rule[],
): HookOrder[] | null {
  let order: HookOrder[] | null = null;
  for (const chain of chains) {
    if (!chain?.base) continue;
    const rules = rulesOf(chain);
    if (rules.length === chain.rules.length && rules.every((rule, i) => rule === chain.rules[i])) continue;
    order = withChain(order ?? scene.order, chain, { ...chain, rules: [...rules] });
  }
  return order;
}

/** `with kube-proxy's rules before Calico's in ip filter FORWARD`. */
export function changeWords(scene: Scene, change: OrderChange): string {
  const nameOf = (id: number) => {
    const chain = scene.ruleset.chains[id];
    return chain ? `${chain.table.family} ${chain.table.name} ${chain.name}` : 'a chain';
  };
  switch (change.kind) {
    case 'in-chain':
      return `with ${programName(change.first)}'s rules before ${programName(change.second)}'s in ${nameOf(change.chain)}`;
    case 'on-hook':
      return `with the base chains of ${partyName(change.first)} before those of ${partyName(change.second)} on the hook ${change.hook.replace(/^(l3|bridge|arp|netdev) /, '')}`;
    case 'place': {
      const where = change.chain === null ? 'all of its base chains' : nameOf(change.chain);
      return `with ${programName(change.program)}'s rules at the ${change.at} of ${where}`;
    }
    case 'move': {
      const chain = scene.ruleset.chains[change.chain];
      const segments = chain ? scene.segments(chain) : [];
      const segment = segments[change.segment];
      const next = segments[change.to];
      const rules = segment
        ? segment.from === segment.to
          ? `rule ${segment.from}`
          : `rules ${segment.from} to ${segment.to}`
        : 'rules';
      return `with ${rules} moved ${next ? `above rule ${next.from}` : 'to the end'} in ${nameOf(change.chain)}`;
    }
    case 'without-rule':
      return `without rule ${scene.ruleset.rules[change.rule]?.index ?? 0} of ${nameOf(change.chain)}`;
    case 'without':
      return `without ${programName(change.program)}`;
    default:
      return assertNever(change, 'change');
  }
}
