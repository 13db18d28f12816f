/**
 * The tracer's domain: a set of packets is the list of branches that one packet may be on. See domain.ts for what each operation means; the kernel's files
 * are named where they decide.
 */
import type { Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import type { Assign, CompiledRule, EndAction, Instruction, NatAction, SetAction, TemplateAction } from './action.ts';
import { type Branch, linked } from './branch.ts';
import { joinBranches } from './branch-join.ts';
import { type Condition, unknown } from './condition.ts';
import {
  attachTemplate,
  isIcmp,
  lookUpConnection,
  startTracking,
  takeTemplateOff,
  tupleIn,
} from './connection-state.ts';
import { STATE, STATUS } from './conntrack.ts';
import type {
  ChainSite,
  Domain,
  End,
  EndParts,
  HookSite,
  Manip,
  NatParts,
  Parts,
  Step,
  VerdictParts,
} from './domain.ts';
import { Evaluator, type FreshAnswers, guessOf, keyText, NO_ANSWERS, type Question } from './evaluate.ts';
import { FACT } from './facts.ts';
import {
  BRIDGE_IN,
  BRIDGE_OUT,
  CT_STATE,
  CT_STATUS,
  IIF,
  IIFTYPE,
  IP_DADDR,
  IP6_DADDR,
  LENGTH,
  MARK,
  NFPROTO,
  OIF,
  OIFTYPE,
  PHYSDEV_IN,
  PHYSDEV_OUT,
  TCP_FLAGS,
  TTL,
} from './fields.ts';
import type { Routing } from './journey.ts';
import { applyNat, writeMapping } from './nat.ts';
import type { TracePacket } from './packet.ts';
import { ADDRESS_TYPE, isLoopback, isMulticast, plainType, type RoutingTables } from './routing.ts';
import type { Term } from './term.ts';
import { choicesOf, natTargetsOf, type Possible, verdictsOf } from './trace-lookup.ts';
import { viewOf } from './view.ts';

export type Branches = Branch[];

export interface TraceSettings {
  readonly packet: TracePacket;
  readonly routing: RoutingTables;
  /** Whether connections are tracked at all for the packet's family. */
  readonly pins: ReadonlyMap<string, boolean | number | string>;
  /** How many branches may be open at once. */
  readonly maxBranches: number;
  /** No program takes packets out of queues, and no socket but the packet's own is open. */
  readonly noPrograms: boolean;
}

const NFPROTO_OF = { ip: 2, ip6: 10, bridge: 7, arp: 3 } as const;

/** Of a device's hooks only inet chains may ask, and they see the packet's. */
function nfprotoAt({ stack, family }: HookSite, packet: TracePacket): number {
  return NFPROTO_OF[stack === 'bridge' || stack === 'arp' ? stack : (family ?? packet.family)];
}
const ETHERNET_HEADER = 14;

export class TraceDomain implements Domain<Branches>, Routing<Branches> {
  readonly evaluator: Evaluator;
  readonly done: Branch[] = [];
  /** The way would have forked more often than allowed: the likelier answers were followed. */
  cut = false;
  private open = 1;

  constructor(readonly settings: TraceSettings) {
    this.evaluator = new Evaluator(settings.routing, settings.noPrograms);
  }

  join(a: Branches, b: Branches): Branches {
    const joined = joinBranches(a, b);
    this.open -= a.length + b.length - joined.length;
    return joined;
  }

  mayMatch(set: Branches, { first }: CompiledRule): boolean {
    if (first === null) return true;
    for (const branch of set) {
      if (this.evaluator.condition(first, branch, NO_ANSWERS) !== false) return true;
    }
    return false;
  }

  // Forks ----------------------------------------------------------------------------------------------------------------------

  split(set: Branches, condition: Condition, rule: Rule): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    for (const branch of set) this.decide(branch, condition, rule, NO_ANSWERS, yes, no);
    return { yes: orNull(yes), no: orNull(no) };
  }

  private decide(
    branch: Branch,
    condition: Condition,
    rule: Rule,
    answers: FreshAnswers,
    yes: Branches,
    no: Branches,
  ): void {
    const answer = this.evaluator.condition(condition, branch, answers);
    if (typeof answer === 'boolean') {
      (answer ? yes : no).push(branch);
      return;
    }
    for (const { branch: forked, value } of this.fork(branch, answer, rule)) {
      const next = isFresh(answer) ? new Map([...answers, [answer.text, value]]) : answers;
      this.decide(forked, condition, rule, next, yes, no);
    }
  }

  /** The branches of a question: one where it is pinned or no more may be opened, else two. */
  private fork(branch: Branch, question: Question, rule: Rule): { branch: Branch; value: boolean }[] {
    const text = isFresh(question) ? placed(question.text, rule, branch) : question.text;
    const pinned = this.settings.pins.get(text);
    if (typeof pinned === 'boolean') return [answered(branch, question, { text, rule, value: pinned, pinned: true })];
    if (this.open >= this.settings.maxBranches) {
      this.cut = true;
      return [answered(branch, question, { text, rule, value: guessOf(question) >= 0.5, pinned: false })];
    }
    this.open++;
    const other = branch.copy();
    return [branch, other].map((own, i) => answered(own, question, { text, rule, value: i === 0, pinned: false }));
  }

  /** As many branches as there are choices, each with its own. */
  private forkChoices<T>(
    branch: Branch,
    rule: Rule,
    choices: readonly Possible<T>[],
  ): { branch: Branch; outcome: T }[] {
    const pinned = choices.find(
      ({ choice }) => choice !== null && this.settings.pins.get(choice.unknown) === choice.value,
    );
    let taken = pinned ? [pinned] : choices;
    if (taken.length > 1 && this.open + taken.length - 1 > this.settings.maxBranches) {
      this.cut = true;
      taken = taken.slice(0, 1);
    }
    this.open += taken.length - 1;
    return taken.map(({ choice, outcome }, i) => {
      const own = i === taken.length - 1 ? branch : branch.copy();
      if (choice !== null && !pinned) own.choose({ ...choice, rule });
      return { branch: own, outcome };
    });
  }

  // Statements -----------------------------------------------------------------------------------------------------------------

  assign(set: Branches, action: Assign, rule: Rule): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    for (const branch of set) {
      for (const { branch: own, outcome } of this.forkChoices(branch, rule, this.valuesOf(action, branch, rule))) {
        const writable = (own.facts & action.needs) === action.needs;
        if (outcome !== null && writable) own.set(action.variable, outcome);
        const broken = (outcome === null && !action.lenient) || (!writable && !action.optional);
        (broken ? no : yes).push(own);
      }
    }
    return { yes: orNull(yes), no: orNull(no) };
  }

  private valuesOf(action: Assign, branch: Branch, rule: Rule) {
    return choicesOf(action.value, branch, this.evaluator, (text) => placed(text, rule, branch));
  }

  lookUp(set: Branches, action: Extract<Instruction, { kind: 'vmap' }>, rule: Rule): VerdictParts<Branches> {
    const hits = new Map<string, { verdict: VerdictParts<Branches>['hits'][number]['verdict']; set: Branches }>();
    const missed: Branches = [];
    for (const branch of set) {
      const found = verdictsOf(action, branch, this.evaluator, (text) => placed(text, rule, branch));
      for (const { branch: own, outcome: verdict } of this.forkChoices(branch, rule, found)) {
        if (verdict === null) {
          missed.push(own);
          continue;
        }
        const key = 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
        const hit = hits.get(key);
        if (hit) hit.set.push(own);
        else hits.set(key, { verdict, set: [own] });
      }
    }
    return { hits: [...hits.values()], missed: orNull(missed) };
  }

  updateSet(set: Branches, action: SetAction, rule: Rule): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    for (const branch of set) {
      const parts = this.elementOf(action, branch, rule);
      yes.push(...parts.yes);
      no.push(...parts.no);
    }
    return { yes: orNull(yes), no: orNull(no) };
  }

  private elementOf(action: SetAction, branch: Branch, rule: Rule): { yes: Branches; no: Branches } {
    const way = action.keys.find(({ when }) => this.evaluator.condition(when, branch, NO_ANSWERS) === true);
    const key = way ? this.evaluator.key(way.terms, branch) : null;
    if (key === null) return action.optional ? { yes: [branch], no: [] } : { yes: [], no: [branch] };
    if (key !== undefined) changeSet(branch, action, keyText(key));
    else branch.note(`What is written to ${action.set.name} is not known.`);
    branch.effects = linked(branch.effects, { rule, source: action.source });
    if (action.conditions.length === 0) return { yes: [branch], no: [] };
    const parts = this.split([branch], { kind: 'all', parts: action.conditions }, rule);
    return { yes: parts.yes ?? [], no: parts.no ?? [] };
  }

  notrack(set: Branches): Branches {
    for (const branch of set) {
      if ((branch.facts & FACT.ENTRY) === 0) branch.set(CT_STATE, STATE.untracked);
    }
    return set;
  }

  template(set: Branches, { zone, takesUntracked }: TemplateAction): Branches {
    for (const branch of set) {
      const state = branch.get(CT_STATE);
      const free = state === STATE.invalid || (takesUntracked && state === STATE.untracked);
      if ((branch.facts & FACT.ENTRY) !== 0 || !free) continue;
      const value = zone === null ? 0 : this.evaluator.term(zone, branch);
      attachTemplate(branch, typeof value === 'number' ? value : null);
    }
    return set;
  }

  effect(set: Branches, source: Statement, rule: Rule): Branches {
    for (const branch of set) branch.effects = linked(branch.effects, { rule, source });
    return set;
  }

  nat(set: Branches, action: NatAction, rule: Rule, site: ChainSite): NatParts<Branches> {
    const mapped: Branches = [];
    const dropped: Branches = [];
    const broken: Branches = [];
    for (const branch of set) {
      const targets = natTargetsOf(action, branch, this.evaluator, (text) => placed(text, rule, branch));
      for (const { branch: own, outcome } of this.forkChoices(branch, rule, targets)) {
        const result = outcome === null ? 'broken' : applyNat(own, action, outcome, site, this.settings);
        (result === 'mapped' ? mapped : result === 'dropped' ? dropped : broken).push(own);
      }
    }
    return { mapped: orNull(mapped), dropped: orNull(dropped), broken: orNull(broken) };
  }

  end(set: Branches, action: EndAction, rule: Rule, _site: ChainSite): EndParts<Branches> {
    const nothing = { yes: null, no: null, accepted: null, dropped: null, stolen: null };
    switch (action.end.kind) {
      case 'dup':
        return { ...nothing, yes: this.effect(set, action.source, rule) };
      case 'fwd':
        return { ...nothing, stolen: { set: this.effect(set, action.source, rule), how: 'fwd' } };
      case 'synproxy':
        return this.synproxy(set, action.xtables);
      case 'tproxy': {
        const { yes, no } = this.split(set, programQuestion('a socket of the proxy takes the packet'), rule);
        for (const branch of yes ?? []) this.proxied(branch, action.end.mark);
        if (yes) this.effect(yes, action.source, rule);
        if (!action.xtables) return { ...nothing, yes, no };
        return { ...nothing, accepted: yes, dropped: no };
      }
      case 'opaque': {
        const { yes, no } = this.split(set, unknown(`${action.end.text} takes the packet`), rule);
        return { ...nothing, yes: no, stolen: yes ? { set: yes, how: action.end.text } : null };
      }
    }
  }

  private proxied(branch: Branch, mark: Term | null): void {
    const value = mark ? this.evaluator.term(mark, branch) : null;
    if (value !== null) branch.set(MARK, value);
  }

  /** Kernel: nft_synproxy.c, xt_SYNPROXY.c: SYN is answered, and the ACK that answers this; others go on (nft: to the next rule). */
  private synproxy(set: Branches, xtables: boolean): EndParts<Branches> {
    const taken: Branches = [];
    const others: Branches = [];
    for (const branch of set) {
      const flags = branch.numberOf(TCP_FLAGS) ?? 0;
      const handshake = (branch.facts & FACT.TCP) !== 0 && (flags & 2 ? (flags & 16) === 0 : (flags & 21) === 16);
      (handshake ? taken : others).push(branch);
    }
    const left = orNull(others);
    return {
      yes: xtables ? left : null,
      no: xtables ? null : left,
      accepted: null,
      dropped: null,
      stolen: taken.length > 0 ? { set: taken, how: 'synproxy' } : null,
    };
  }

  queue(set: Branches, verdict: { readonly text: string }, rule: Rule): Parts<Branches> {
    return this.split(set, programQuestion(`a program takes the packets of queue ${verdict.text}`.trim()), rule);
  }

  record(set: Branches, step: Step): void {
    for (const branch of set) {
      const base = { site: step.site, view: viewOf(branch), round: branch.round };
      const verdict = step.type === 'return' ? 'return' : step.verdict;
      const made =
        step.type === 'rule'
          ? { ...base, verdict, type: step.type, rule: step.rule }
          : step.type === 'return'
            ? { ...base, verdict, type: step.type, chain: step.chain }
            : { ...base, verdict, type: step.type };
      branch.steps = linked(branch.steps, made);
    }
  }

  leave(set: Branches, end: End): void {
    if (end.kind === 'unfinished') this.cut = true;
    for (const branch of set) {
      branch.end = end;
      this.done.push(branch);
    }
  }

  // Stations -------------------------------------------------------------------------------------------------------------------

  enterHook(set: Branches, site: HookSite): Branches {
    const { packet } = this.settings;
    for (const branch of set) {
      branch.set(NFPROTO, nfprotoAt(site, packet));
      if (packet.path === 'bridge' && site.stack !== 'netdev') enterBridge(branch, site, packet);
      else if (site.hook === 'postrouting' && site.stack === 'bridge') branch.set(IIF, '');
      if (site.hook === 'egress') this.enterEgress(branch);
      setDevices(branch);
    }
    return set;
  }

  /** Kernel: at egress the frame has its header already, and the hook does not know where the packet came in. */
  private enterEgress(branch: Branch): void {
    const length = branch.numberOf(LENGTH);
    if (length !== null) branch.set(LENGTH, length + ETHERNET_HEADER);
    branch.set(IIF, '');
  }

  leaveHook(set: Branches, site: HookSite): Branches {
    for (const branch of set) branch.hooks = linked(branch.hooks, { site, view: viewOf(branch) });
    return set;
  }

  track(set: Branches, site: HookSite): Branches {
    for (const branch of set) {
      if (branch.template) takeTemplateOff(branch);
      if ((branch.facts & FACT.ENTRY) !== 0 || branch.get(CT_STATE) === STATE.untracked) continue;
      if (branch.connection) lookUpConnection(branch, branch.connection, this.settings.packet, site.hook);
      else startTracking(branch, this.settings.packet, site.hook);
    }
    return set;
  }

  needsMapping(set: Branches, manip: Manip): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    const bit = manip === 'src' ? STATUS.snatDone : STATUS.dnatDone;
    for (const branch of set) {
      const tracked = (branch.facts & FACT.ENTRY) !== 0 && !branch.template;
      const state = branch.get(CT_STATE);
      const opening = state === STATE.new || (state === STATE.related && !isIcmp(this.settings.packet));
      const fresh = tracked && opening && ((branch.numberOf(CT_STATUS) ?? 0) & bit) === 0;
      (fresh ? yes : no).push(branch);
    }
    return { yes: orNull(yes), no: orNull(no) };
  }

  bindUnmapped(set: Branches, manip: Manip): Branches {
    const bit = manip === 'src' ? STATUS.snatDone : STATUS.dnatDone;
    for (const branch of set) branch.set(CT_STATUS, (branch.numberOf(CT_STATUS) ?? 0) | bit);
    return set;
  }

  translate(set: Branches, manip: Manip): Branches {
    for (const branch of set) writeMapping(branch, manip, this.settings.packet);
    return set;
  }

  confirm(set: Branches): Branches {
    for (const branch of set) {
      const status = branch.numberOf(CT_STATUS);
      if ((branch.facts & FACT.ENTRY) !== 0 && !branch.template && status !== null)
        branch.set(CT_STATUS, status | STATUS.confirmed);
    }
    return set;
  }

  /** A packet of the node has its route before the output hook. */
  routeFirst(branch: Branch): void {
    const { routing, packet } = this.settings;
    const route = routing.route(packet.dst);
    if (route.kind === 'local' && !isGroup(packet.dst)) branch.set(OIF, 'lo');
    else if (routing.complete && route.kind === 'out' && route.device !== null) branch.set(OIF, route.device);
  }

  // Routes ---------------------------------------------------------------------------------------------------------------------

  byDevice(set: Branches, side: 'in' | 'out'): { device: string; set: Branches }[] {
    const groups = new Map<string, Branches>();
    for (const branch of set) {
      const device = branch.nameOf(side === 'in' ? IIF : OIF) ?? '';
      const group = groups.get(device);
      if (group) group.push(branch);
      else groups.set(device, [branch]);
    }
    return [...groups].map(([device, own]) => ({ device, set: own }));
  }

  routeIn(set: Branches): { local: Branches | null; forward: Branches | null } {
    const local: Branches = [];
    const forward: Branches = [];
    for (const branch of set) {
      const destination = destinationOf(branch);
      const lost = this.cannotRoute(branch, destination);
      if (lost) {
        this.leave([branch], { kind: 'lost', why: lost });
        continue;
      }
      const route = destination === null ? this.unknownRoute(branch) : this.settings.routing.route(destination);
      if (route.kind === 'local' || branch.nameOf(IIF) === 'lo') local.push(branch);
      else if (route.kind === 'none') this.leave([branch], { kind: 'lost', why: 'no-route' });
      else {
        branch.set(OIF, route.device ?? undefined);
        branch.facts |= FACT.OUT;
        forward.push(branch);
      }
    }
    return { local: orNull(local), forward: orNull(forward) };
  }

  private unknownRoute({ toSelf }: Branch) {
    return toSelf ? ({ kind: 'local' } as const) : ({ kind: 'out', device: this.settings.packet.oif } as const);
  }

  /** Kernel: ip_route_input_slow(), fib_validate_source(); ip6_forward() looks at the source later. */
  private cannotRoute(
    branch: Branch,
    destination: number | bigint | null,
  ): 'martian-source' | 'martian-destination' | null {
    if (branch.nameOf(IIF) === 'lo' || (branch.facts & FACT.IPV4) === 0) return null;
    const { src } = tupleIn(branch);
    if (destination !== null && isLoopback(destination)) return 'martian-destination';
    if (typeof src !== 'number') return null;
    const strange = isLoopback(src) || isMulticast(src) || src === 0xffffffff;
    if (strange || (src === 0 && destination !== 0xffffffff)) return 'martian-source';
    return this.settings.routing.isLocal(src) === true ? 'martian-source' : null;
  }

  beforeForward(set: Branches): Branches | null {
    const going: Branches = [];
    for (const branch of set) {
      const ttl = branch.numberOf(TTL);
      if (ttl !== null && ttl <= 1) {
        this.leave([branch], { kind: 'lost', why: 'ttl' });
        continue;
      }
      if (ttl !== null) branch.set(TTL, ttl - 1);
      if (this.cannotForward(branch)) this.leave([branch], { kind: 'lost', why: 'not-forwarded' });
      else going.push(branch);
    }
    return orNull(going);
  }

  private cannotForward(branch: Branch): boolean {
    const { src } = tupleIn(branch);
    if (typeof src !== 'bigint') return false;
    return src === 0n || isLoopback(src) || isMulticast(src) || src >> 118n === 0x3fan;
  }

  routeOut(set: Branches): { out: Branches | null } {
    const out: Branches = [];
    for (const branch of set) {
      const destination = destinationOf(branch);
      const route = destination === null ? this.unknownRoute(branch) : this.settings.routing.route(destination);
      if (route.kind === 'none') {
        this.leave([branch], { kind: 'lost', why: 'no-route' });
        continue;
      }
      branch.set(
        OIF,
        route.kind === 'local' && !isGroup(destination)
          ? 'lo'
          : route.kind === 'out'
            ? (route.device ?? undefined)
            : branch.get(OIF),
      );
      out.push(branch);
    }
    return { out: orNull(out) };
  }

  transmit(set: Branches): { loop: Branches | null; out: Branches | null } {
    const loop: Branches = [];
    const out: Branches = [];
    for (const branch of set) {
      if (branch.nameOf(OIF) !== 'lo') {
        out.push(branch);
        continue;
      }
      // Kernel: drivers/net/loopback.c: the packet comes in again, with its entry and its mark, but without its socket.
      branch.set(IIF, 'lo');
      branch.set(OIF, '');
      branch.facts = (branch.facts & ~(FACT.OUT | FACT.SOCKET)) | FACT.IN | FACT.FRAME;
      branch.round++;
      loop.push(branch);
    }
    return { loop: orNull(loop), out: orNull(out) };
  }

  arrive(set: Branches, to: 'local' | 'out'): void {
    this.leave(set, { kind: 'delivered', to });
  }
}

const ARPHRD = { ether: 1, loopback: 772 } as const;

/** What the hook knows of its interfaces. Assumption: all but the loopback interface are of Ethernet's type, where their name does not say otherwise. */
function setDevices(branch: Branch): void {
  const [iif, oif] = [branch.nameOf(IIF), branch.nameOf(OIF)];
  branch.facts &= ~(FACT.IN | FACT.OUT);
  if (iif !== '') branch.facts |= FACT.IN;
  if (oif !== '') branch.facts |= FACT.OUT;
  branch.values[IIFTYPE.id] = deviceType(iif);
  branch.values[OIFTYPE.id] = deviceType(oif);
}

function deviceType(device: string | null): number | undefined {
  if (device === null || /^(tun|wg|ppp|gre|sit|ip6tnl|tunl|tailscale|nordlynx)/.test(device)) return undefined;
  return device === 'lo' ? ARPHRD.loopback : ARPHRD.ether;
}

/** Kernel: br_netfilter_hooks.c: inside the bridge's hooks the IP hooks see the bridge as the interface, and its ports as physical ones [k7, k8]. */
function enterBridge(branch: Branch, site: HookSite, { iif, oif, bridge }: TracePacket): void {
  const out = site.hook !== 'prerouting';
  const nested = site.stack === 'l3';
  const into = site.hook !== 'postrouting';
  branch.set(IIF, into ? ((nested ? bridge : iif) ?? undefined) : '');
  branch.set(OIF, out ? ((nested ? bridge : oif) ?? undefined) : '');
  branch.set(PHYSDEV_IN, iif ?? undefined);
  branch.set(PHYSDEV_OUT, out ? (oif ?? undefined) : '');
  branch.set(BRIDGE_IN, !nested && into ? (bridge ?? undefined) : '');
  branch.set(BRIDGE_OUT, !nested && out ? (bridge ?? undefined) : '');
  branch.facts = nested ? branch.facts | FACT.BRIDGED : branch.facts & ~FACT.BRIDGED;
}

function orNull(set: Branches): Branches | null {
  return set.length === 0 ? null : set;
}

function isFresh(question: Question): question is Extract<Question, { kind: 'boolean' }> {
  return question.kind === 'boolean' && question.fresh;
}

function programQuestion(text: string): Condition {
  return unknown(text, { program: true });
}

function destinationOf(branch: Branch): number | bigint | null {
  return branch.addressOf((branch.facts & FACT.IPV6) !== 0 ? IP6_DADDR : IP_DADDR);
}

/** Multicast and broadcast leave by the interface that was asked for. */
function isGroup(address: number | bigint | null): boolean {
  if (address === null) return false;
  const type = plainType(address);
  return type === ADDRESS_TYPE.multicast || type === ADDRESS_TYPE.broadcast;
}

/** A question that is asked anew each time carries the place where it is asked. */
function placed(text: string, rule: Rule, branch: Branch): string {
  const { chain } = rule;
  const place = `${text} (${chain.table.family} ${chain.table.name} ${chain.name}, rule ${rule.index}`;
  let times = 1;
  for (let at = branch.choices; at; at = at.before) if (at.value.unknown.startsWith(place)) times++;
  return times === 1 ? `${place})` : `${place}, time ${times})`;
}

interface GivenAnswer {
  readonly text: string;
  /** Who asks. */
  readonly rule: Rule;
  readonly value: boolean;
  /** The user gave it: no choice of the way. */
  readonly pinned: boolean;
}

function answered(
  branch: Branch,
  question: Question,
  { text, rule, value, pinned }: GivenAnswer,
): { branch: Branch; value: boolean } {
  if (!pinned) {
    const guess = guessOf(question);
    const probability = question.kind === 'boolean' ? question.probability : null;
    branch.choose({
      unknown: text,
      rule,
      value,
      probability: probability === null ? null : value ? probability : 1 - probability,
      guess: value ? guess : 1 - guess,
    });
  }
  if (question.kind === 'domain') narrow(branch, question, value);
  else if (!question.fresh) branch.decided = new Map([...branch.decided, [question.text, value]]);
  return { branch, value };
}

/** What an answer says of the values that are left. */
function narrow(branch: Branch, question: Extract<Question, { kind: 'domain' }>, value: boolean): void {
  const { test, key } = question;
  const left = value ? question.yes : question.no;
  if (left.kind === 'names') {
    branch.decided = new Map([...branch.decided, [key, !left.complement]]);
    const [only] = left.exact;
    if (!left.complement && left.stems.length === 0 && left.exact.size === 1 && only !== undefined) {
      branch.values[test.variable.id] = only;
    }
    return;
  }
  const single = left.ranges.length === 2 && left.ranges[0] === left.ranges[1];
  if (single && test.mask === null) branch.set(test.variable, left.ranges[0]);
  else branch.domains = new Map([...branch.domains, [key, left]]);
}

function changeSet(branch: Branch, action: SetAction, key: string): void {
  const member = action.op !== 'delete';
  const data = action.data && 'value' in action.data ? action.data.value : null;
  const changes = new Map(branch.sets.get(action.set));
  changes.set(key, { member, data });
  branch.sets = new Map([...branch.sets, [action.set, changes]]);
}
