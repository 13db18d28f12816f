/**
 * An accept is final for one base chain only: another base chain of the hook can still refuse the packet.
 * Kernel: a drop anywhere is final; every base chain must let the packet pass [c1, c2, c3, j1]. Which packets are concerned is not decided
 * here.
 *
 * Only chains that people mean as filters are compared: an accept in raw or mangle was never meant to be the last word.
 */
import type { HookOrder, OrderedChain } from '../../kernel/order.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import { acceptedTraffic, interfacesIn, isCovered, type Traffic, widest } from '../accepted-traffic.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft, rulePlace } from '../draft.ts';
import type { FindingPlace } from '../finding.ts';
import { ACCEPTS, outcomeOf, REFUSES, testsStateOnly, verdictsOf } from '../rule-facts.ts';
import { chainName, joinWords, type Program, programName, programNameFirst } from '../words.ts';

interface Overrule {
  readonly accepting: Chain;
  readonly accepter: Program;
  readonly refusing: Chain;
  readonly refuser: Program;
  readonly hook: HookOrder['hook'];
  /** How the refusing chain refuses by default; null: only some packets. */
  readonly byDefault: Refusal | null;
  readonly later: boolean;
  /** Interfaces of the accepter that the refusing chain makes no exception for; empty if it names none. */
  readonly unhandled: readonly string[];
}

interface Refusal {
  readonly words: string;
  readonly rule: Rule | null;
}

const MANGLE_PRIORITY = -150;
/** Pairs of chains that are listed: with thousands of base chains on a hook there are millions. */
const MOST_PLACES = 200;
/** Assumption: what so many pairs of one hook show, the others only repeat. */
const MOST_PAIRS = 20_000;

/**
 * Firewalls, whose conditional drops can concern anybody's traffic. What kube-proxy, Docker or Calico drop under conditions is their own
 * Services', bridges' and pods'.
 */
export const GENERAL_REFUSERS: ReadonlySet<Program> = new Set([
  UNKNOWN,
  'antrea',
  'crowdsec',
  'csf',
  'fail2ban',
  'firewalld',
  'openwrt',
  'proxmox',
  'shorewall',
  'sshguard',
  'ufw',
]);

/** They accept what belongs to other programs' interfaces. */
const BORROWS: ReadonlySet<Program> = new Set(['kube-proxy', 'kubelet']);

/** One finding per program that refuses, listing whose accepts it overrules, and the hooks. */
export function findOverruledAccepts(scene: Scene): Draft[] {
  const byPair = new Map<string, Overrule[]>();
  for (const order of scene.order) {
    if (order.stack !== 'l3' && order.stack !== 'bridge') continue;
    for (const overrule of overrulesOf(scene, order)) {
      const { refuser, byDefault, later } = overrule;
      const key = `${refuser}+${byDefault ? 'default' : 'some'}${later ? '' : '+earlier'}`;
      const found = byPair.get(key);
      if (found) found.push(overrule);
      else byPair.set(key, [overrule]);
    }
  }
  return [...byPair].map(([key, overrules]) => draft(scene, key, overrules));
}

/** What each refusing chain makes exceptions for, looked up once. */
function exceptions(scene: Scene): (chain: Chain) => Traffic {
  const known = new Map<Chain, Traffic>();
  return (chain) => {
    const found = known.get(chain) ?? acceptedTraffic(scene, chain);
    known.set(chain, found);
    return found;
  };
}

/** Each chain is asked once what it accepts and refuses; only chains that do are paired. */
function* overrulesOf(scene: Scene, order: HookOrder): Generator<Overrule> {
  const filters = order.chains.filter(isFilter);
  const refusing = filters.flatMap((ordered) => refusersOf(scene, ordered.chain).map((by) => ({ ordered, ...by })));
  let pairs = 0;
  const excepted = exceptions(scene);
  for (const accepting of refusing.length > 0 ? filters : []) {
    for (const [accepter, effects] of scene.effectsByProgram(accepting.chain)) {
      if (!(effects & ACCEPTS) || accepter === UNKNOWN || !acceptsNew(scene, accepting.chain, accepter)) continue;
      for (const { ordered, refuser, byDefault } of refusing) {
        if (accepter === refuser || ordered.chain === accepting.chain || !share(order, accepting, ordered)) continue;
        const later = ordered.effectivePriority >= accepting.effectivePriority;
        // An earlier chain that drops some packets is what everybody expects; only its default is worth a word.
        if (!later && byDefault === null) continue;
        if (++pairs > MOST_PAIRS) return;
        const [a, b] = [accepting.chain, ordered.chain];
        // A firewall names the interfaces of its zones; what counts is where it accepts.
        const firewall = GENERAL_REFUSERS.has(accepter);
        const own = byDefault ? [...(firewall ? excepted(a).interfaces : interfacesIn(scene, a, accepter))] : [];
        if (firewall && !later && own.length === 0) continue;
        const unhandled = own.filter((name) => !isCovered(name, excepted(b)));
        // Somebody has made an exception for all that the accepter speaks of: the default is for others.
        if (own.length > 0 && unhandled.length === 0) continue;
        // kube-proxy names no interface: its packets are the pods', and theirs are their network plugin's affair.
        if (byDefault && own.length === 0 && excepted(b).interfaces.size > 0 && BORROWS.has(accepter)) continue;
        yield { accepting: a, accepter, refusing: b, refuser, hook: order.hook, byDefault, later, unhandled };
      }
    }
  }
}

/**
 * Whether a rule of the program below the chain accepts a new connection of others: established ones, echo requests, loopback and what was translated
 * are accepted by every firewall, and by none for anybody's sake.
 */
function acceptsNew(scene: Scene, chain: Chain, program: Program): boolean {
  let found = false;
  scene.graph.visitFrom(chain.id, (id) => {
    found ||=
      scene.ruleset.chains[id]?.rules.some((rule) => isNewAccept(rule) && scene.programOfRule(rule) === program) ??
      false;
  });
  return found;
}

function isNewAccept(rule: Rule): boolean {
  for (const verdict of verdictsOf(rule, 64)) {
    if (verdict.kind === 'accept') return !testsStateOnly(rule) && !rule.body.some(isRoutine);
  }
  return false;
}

/** Kernel: IPPROTO_ICMP is 1, IPPROTO_ICMPV6 58; IPS_DST_NAT 32. */
function isRoutine(statement: Statement): boolean {
  if (statement.kind !== 'match' || statement.left.kind !== 'field' || statement.op === '!=') return false;
  const { left, right } = statement;
  const values = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
  const only = (...all: (string | number)[]) =>
    values.every((each) => each.kind === 'value' && all.includes(each.value as string));
  if (/^icmp(v6)? /.test(left.name)) return true;
  if (left.name === 'meta l4proto' || left.name === 'ip protocol') return only(1, 58);
  if (left.name === 'ct status') return only(32);
  return /^meta [io]if(name)?$/.test(left.name) && only('lo');
}

function isFilter({ chain, dispatcher, effectivePriority }: OrderedChain): boolean {
  if (dispatcher || chain.base?.type !== 'filter' || effectivePriority <= MANGLE_PRIORITY) return false;
  if (chain.table.listing === 'iptables' || chain.table.backend !== 'nft') return chain.table.name === 'filter';
  return chain.base.hook === 'input' || chain.base.hook === 'forward' || chain.base.hook === 'output';
}

/** An ip packet never meets an ip6 chain. */
function share({ stack }: HookOrder, { chain: a }: OrderedChain, { chain: b }: OrderedChain): boolean {
  if (stack !== 'l3') return true;
  return a.table.family === b.table.family || a.table.family === 'inet' || b.table.family === 'inet';
}

function refusersOf(scene: Scene, chain: Chain): { refuser: Program; byDefault: Refusal | null }[] {
  const byDefault = defaultRefusal(scene, chain);
  if (byDefault) return [{ refuser: byDefault.by, byDefault }];
  return [...scene.effectsByProgram(chain)]
    .filter(([program, effects]) => effects & REFUSES && GENERAL_REFUSERS.has(program))
    .map(([refuser]) => ({ refuser, byDefault: null }));
}

/** A DROP policy, or an unconditional end of the chain that refuses all that is left; null where what is left is accepted. */
export function defaultRefusal(scene: Scene, chain: Chain): (Refusal & { by: Program }) | null {
  const end = finalRule(scene, chain);
  const outcome = end && outcomeOf(end)?.kind;
  if (end && (outcome === 'drop' || outcome === 'reject')) {
    const words =
      end.chain === chain ? `ends in ${outcome}` : `sends the rest to ${end.chain.name}, which ends in ${outcome}`;
    return { words, rule: end, by: scene.programOfRule(end) };
  }
  if (chain.base?.policy !== 'drop' || (outcome !== undefined && outcome !== null && outcome !== 'return')) return null;
  return { words: 'has policy drop', rule: null, by: policyOwner(scene, chain) };
}

/** The rule whose verdict what is left at the end gets: unconditional jumps and gotos to chains that have such a rule are followed. */
function finalRule(scene: Scene, chain: Chain): Rule | null {
  let end = scene.endOf(chain);
  for (let depth = 0; end && depth < 16; depth++) {
    const outcome = outcomeOf(end);
    if (outcome?.kind !== 'jump' && outcome?.kind !== 'goto') return end;
    const target = chain.table.chainNamed.get(outcome.chain);
    end = target ? scene.endOf(target) : null;
  }
  return null;
}

/** Whose DROP policy it is: the chain's owner, or the program known to set it among those that write into the chain. */
export function policyOwner(scene: Scene, chain: Chain): Program {
  const programs = scene.programsIn(chain);
  if (chain.table.backend === 'nft' && programs.length === 1) return programs[0] as Program;
  if (programs.includes('ufw')) return 'ufw';
  if (chain.name === 'FORWARD' && programs.includes('docker')) return 'docker';
  return programs.length === 1 ? (programs[0] as Program) : UNKNOWN;
}

const POD_NETWORKS: ReadonlySet<Program> = new Set([
  'calico',
  'cilium',
  'flannel',
  'kube-proxy',
  'kube-router',
  'weave',
]);

function knownConflict(accepter: Program, refuser: Program, byDefault: boolean): string[] {
  if (!byDefault) return ['fw4-accept-vs-own-chain'];
  if (accepter === 'miniupnpd') return ['miniupnpd-default-drop'];
  if (refuser === 'firewalld') return ['firewalld-nft-later-chain-drops'];
  if (refuser === 'docker' && (accepter === 'lxd' || accepter === 'incus')) return ['lxd-accept-docker-policy-drop'];
  if (refuser === 'docker' && accepter === 'libvirt') return ['docker-drop-libvirt'];
  if (refuser === 'docker' && POD_NETWORKS.has(accepter)) return ['docker-drop-kubernetes'];
  return ['fw4-accept-vs-own-chain'];
}

function draft(scene: Scene, key: string, overrules: readonly Overrule[]): Draft {
  const { refuser, byDefault, later } = overrules[0] as Overrule;
  const hooks = joinWords([...new Set(overrules.map(({ hook }) => hook))]);
  const accepters = [...new Set(overrules.map(({ accepter }) => accepter))];
  const a = joinWords(accepters.map(programName));
  const b = programName(refuser);
  const [accept, can] = accepters.length === 1 ? ['accepts', 'has'] : ['accept', 'have'];
  const certain = byDefault !== null;
  const known = [...new Set(accepters.flatMap((accepter) => knownConflict(accepter, refuser, certain)))];
  return {
    mechanism: later ? 'later-base-chain-overrides-accept' : 'earlier-terminal-verdict-shadows-later-owner',
    // A firewall that accepts later than somebody refuses loses what it accepts for others, if there is anything.
    severity: certain && (later || accepters.some((program) => !GENERAL_REFUSERS.has(program))) ? 'warning' : 'info',
    key: [key],
    title: certain
      ? later
        ? `What ${a} ${accept} on ${hooks} still has to pass ${b}, which refuses by default`
        : `${programNameFirst(refuser)} refuses by default on ${hooks} before ${a} can accept`
      : `What ${a} ${accept} on ${hooks} can still be refused by ${b}`,
    why: certain
      ? `An accept ends only its own base chain. ${capital(byDefault.words, overrules[0] as Overrule)}, so ${b} refuses whatever it does not accept itself, whether ${a} ${can} accepted it or not.${noException(overrules)}`
      : `An accept ends only its own base chain; the packet then goes through ${possessive(b)} chain on the same hook, which has rules that drop or reject.`,
    owners: overrules.flatMap(({ accepting, refusing }) => [...scene.ownersIn(accepting), ...scene.ownersIn(refusing)]),
    where: places(overrules.slice(0, MOST_PLACES)),
    sign: 'undecided',
    catalogue: known,
    ...remedyOf(refuser, known, certain),
  };
}

/** ` None of its rules lets all of docker0 through.` */
function noException(overrules: readonly Overrule[]): string {
  const names = widest(overrules.flatMap(({ unhandled }) => unhandled));
  return names.length === 0 ? '' : ` None of its rules lets all that comes in over ${joinWords(names)} through.`;
}

function remedyOf(refuser: Program, known: readonly string[], certain: boolean): { remedy?: string | null } {
  if (!certain) return { remedy: null };
  if (refuser === 'docker' && known.every((id) => id === 'fw4-accept-vs-own-chain')) {
    return { remedy: 'Accept the traffic in DOCKER-USER, or start dockerd with --ip-forward-no-drop.' };
  }
  return {};
}

function capital(words: string, { refusing }: Overrule): string {
  return `${chainName(refusing)} ${words}`;
}

function possessive(name: string): string {
  return `${name}'s`;
}

function places(overrules: readonly Overrule[]): FindingPlace[] {
  const seen = new Set<Chain>();
  const result: FindingPlace[] = [];
  const add = (chain: Chain, place: FindingPlace): void => {
    if (!seen.has(chain)) result.push(place);
    seen.add(chain);
  };
  for (const { accepting, refusing, byDefault } of overrules) {
    const here = overrules
      .filter((other) => other.accepting === accepting)
      .map(({ accepter }) => programName(accepter));
    const names = [...new Set(here)];
    add(
      accepting,
      chainPlace(accepting, `${joinWords(names)} ${names.length === 1 ? 'accepts' : 'accept'} here or below`),
    );
    const words = byDefault?.words ?? 'has rules that refuse';
    add(refusing, byDefault?.rule ? rulePlace(byDefault.rule, words) : chainPlace(refusing, words));
  }
  return result;
}
