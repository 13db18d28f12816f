/**
 * Two programs that can translate the same new connection on one hook: the first mapping is the connection's [f5, f10-f15, f19].
 * Candidates only: two rules count as overlapping unless their protocol, ports, addresses or interfaces exclude each other.
 */
import { pushAll } from '../../base/lists.ts';
import { chainsForFamily } from '../../kernel/order.ts';
import type { Chain } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { type Conditions, mayOverlap, type NatEntry, natEntries, translatingChains } from '../nat-entries.ts';
import { type Effects, TRANSLATES_DESTINATION, TRANSLATES_SOURCE } from '../rule-facts.ts';
import { type Program, programName, programNameFirst } from '../words.ts';

const MOST_WIDE = 50;
/** Of two programs: thousands of Services share port 80, so the port alone does not bound the work. */
const MOST_COMPARISONS = 200_000;
const MOST_CLASHES = 20;

interface Clash {
  readonly first: NatEntry;
  readonly second: NatEntry;
}

export function findNatCaptures(scene: Scene): Draft[] {
  const destination = lazily(() => translatingChains(scene, TRANSLATES_DESTINATION));
  const source = lazily(() => translatingChains(scene, TRANSLATES_SOURCE));
  const drafts: Draft[] = [];
  for (const order of scene.order) {
    if (order.stack !== 'l3') continue;
    const wantsDestination = order.hook === 'prerouting' || order.hook === 'output';
    if (!wantsDestination && order.hook !== 'postrouting') continue;
    for (const family of ['ip', 'ip6'] as const) {
      const chains = chainsForFamily(order, family)
        .filter(({ dispatcher }) => dispatcher)
        .map(({ chain }) => chain);
      const effect = wantsDestination ? TRANSLATES_DESTINATION : TRANSLATES_SOURCE;
      const translators = new Set(
        chains
          .flatMap((chain) => [...scene.effectsByProgram(chain)])
          .flatMap(([program, own]) => (own & effect ? program : [])),
      );
      if (translators.size < 2) continue;
      const entries = natEntries(chains, effect, wantsDestination ? destination() : source());
      pushAll(drafts, compare(scene, entries, order.hook, family));
    }
  }
  return drafts;
}

/** Whether a rule below `a` and one below `b` may translate the same new connection: two masquerades of it give the same address. */
export function mayTranslateTheSame(scene: Scene, a: Chain, b: Chain, effect: Effects, hook: string): boolean {
  const translating = translatingChains(scene, effect);
  const left = natEntries([a], effect, translating);
  const right = natEntries([b], effect, translating);
  const order = new Map([...left, ...right].map((entry, position) => [entry, position]));
  return clashesOf(left, right, hook, order).length > 0;
}

function lazily<T>(compute: () => T): () => T {
  let result: T | undefined;
  return () => {
    result ??= compute();
    return result;
  };
}

function compare(scene: Scene, entries: readonly NatEntry[], hook: string, family: string): Draft[] {
  const byProgram = new Map<Program, NatEntry[]>();
  for (const entry of entries) {
    const program = scene.programOfRule(entry.rule);
    const list = byProgram.get(program);
    if (list) list.push(entry);
    else byProgram.set(program, [entry]);
  }
  const order = new Map(entries.map((entry, position) => [entry, position]));
  const programs = [...byProgram.keys()];
  const drafts: Draft[] = [];
  for (const [i, a] of programs.entries()) {
    for (const b of programs.slice(i + 1)) {
      const clashes = clashesOf(byProgram.get(a) ?? [], byProgram.get(b) ?? [], hook, order);
      if (clashes.length > 0) drafts.push(draft(scene, clashes, hook, family));
    }
  }
  return drafts;
}

/** Entries with one port are compared by that port; the few wide ones with everything. */
function clashesOf(
  left: readonly NatEntry[],
  right: readonly NatEntry[],
  hook: string,
  order: ReadonlyMap<NatEntry, number>,
): Clash[] {
  const byPort = new Map<number, NatEntry[]>();
  const wide: NatEntry[] = [];
  for (const entry of right) {
    const port = onePort(entry.conditions);
    if (port === null) wide.push(entry);
    else {
      const list = byPort.get(port);
      if (list) list.push(entry);
      else byPort.set(port, [entry]);
    }
  }
  const clashes: Clash[] = [];
  const consider = (a: NatEntry, b: NatEntry): void => {
    if (!contend(a, b, hook)) return;
    const first = (order.get(a) ?? 0) < (order.get(b) ?? 0);
    clashes.push(first ? { first: a, second: b } : { first: b, second: a });
  };
  let wideLeft = 0;
  let budget = MOST_COMPARISONS;
  for (const entry of left) {
    if (clashes.length >= MOST_CLASHES || budget < 0) break;
    const port = onePort(entry.conditions);
    if (port === null && ++wideLeft > MOST_WIDE) continue;
    const others = port === null ? right : (byPort.get(port) ?? []).concat(wide.slice(0, MOST_WIDE));
    for (const other of others) {
      if (--budget < 0 || clashes.length >= MOST_CLASHES) break;
      consider(entry, other);
    }
  }
  return clashes;
}

function onePort({ ports }: Conditions): number | null {
  const only = ports?.length === 1 ? ports[0] : undefined;
  return only && only[0] === only[1] ? only[0] : null;
}

function contend(a: NatEntry, b: NatEntry, hook: string): boolean {
  // A rule for marked packets serves those that its own program has chosen.
  if (a.conditions.marked || b.conditions.marked) return false;
  if (!mayOverlap(a.conditions, b.conditions)) return false;
  if (hook !== 'postrouting') return true;
  // Two masquerades give the same address: only different results contend.
  return a.nat !== null && b.nat !== null && (a.nat.type === 'snat' || b.nat.type === 'snat');
}

function draft(scene: Scene, clashes: readonly Clash[], hook: string, family: string): Draft {
  const definite = clashes.find(isDefinite);
  const clash = definite ?? (clashes[0] as Clash);
  const winner = scene.programOfRule(clash.first.rule);
  const loser = scene.programOfRule(clash.second.rule);
  const what = `${definite ? traffic(clash) : commonTraffic(clashes)}${family === 'ip6' ? ' over IPv6' : ''}`;
  const source = hook === 'postrouting';
  const [a, b] = [programNameFirst(winner), programName(loser)];
  return {
    mechanism: 'nat-capture',
    severity: definite && winner !== UNKNOWN && loser !== UNKNOWN ? 'warning' : 'info',
    key: [family, hook, [winner, loser].sort().join('+')],
    title: definite
      ? `${a} and ${b} both take ${what} on ${hook}: ${programName(winner)} is asked first`
      : `${a} and ${b} can both ${source ? 'rewrite the source' : 'translate the destination'} of ${what} on ${hook}`,
    why: `The first translation that matches is the connection's. Where both match, ${programName(winner)}'s wins as the rules stand now, and ${b}'s rule is not evaluated${definite ? '' : '; conditions that are not compared here may keep them apart'}.`,
    owners: [scene.ownerOf(clash.first.rule), scene.ownerOf(clash.second.rule)],
    where: clashes
      .slice(0, 4)
      .flatMap(({ first, second }) => [
        rulePlace(first.rule, `asked first (${programName(scene.programOfRule(first.rule))})`),
        rulePlace(second.rule, `asked later (${programName(scene.programOfRule(second.rule))})`),
      ]),
    sign: 'nat',
    catalogue: known(winner, loser),
    ...(known(winner, loser).length > 0 ? {} : { remedy: null }),
    unknowns: definite ? [] : ['conditions beyond protocol, port, address and interface'],
  };
}

/** Same protocol and port on the node's own addresses, and nothing else that could keep them apart but interfaces. */
function isDefinite({ first, second }: Clash): boolean {
  const [a, b] = [first.conditions, second.conditions];
  return (
    onePort(a) !== null &&
    onePort(a) === onePort(b) &&
    a.protocol === b.protocol &&
    a.daddr === 'local' &&
    b.daddr === 'local' &&
    !a.more &&
    !b.more
  );
}

/** Port and protocol, if all clashes are about the same ones. */
function commonTraffic(clashes: readonly Clash[]): string {
  const all = new Set(clashes.map(traffic));
  const [only] = all;
  return all.size === 1 && only !== undefined ? only : 'some new connections';
}

function traffic({ first, second }: Clash): string {
  const port = onePort(first.conditions) ?? onePort(second.conditions);
  const number = first.conditions.protocol ?? second.conditions.protocol;
  const protocol = number === 6 ? 'TCP' : number === 17 ? 'UDP' : number === 132 ? 'SCTP' : '';
  if (port === null) return protocol === '' ? 'the same new connections' : `the same new ${protocol} connections`;
  return `${protocol === '' ? 'port' : `${protocol} port`} ${port}`;
}

function known(a: Program, b: Program): string[] {
  const pair = [a, b];
  if (pair.includes('cni-portmap') && pair.includes('kube-proxy')) return ['portmap-captures-service'];
  return [];
}
