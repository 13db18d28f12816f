/**
 * What a packet's way through the rules needs to know of packets: sets of them that are split by conditions, changed by statements, and put together
 * again. The walk (walk.ts, journey.ts) is one for every domain: the tracer's sets are the few branches of one packet (trace-domain.ts), the symbolic
 * executor's are decision diagrams over all packets.
 *
 * `S` is a set that is not empty; where a set may be empty the type says null. An operation may change the set that it is given, which is not used
 * any more afterwards.
 */
import type { Verdict } from '../model/expression.ts';
import type { Hook } from '../model/hook.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Reject, Statement } from '../model/statement.ts';
import type { Assign, CompiledRule, EndAction, Instruction, NatAction, SetAction, TemplateAction } from './action.ts';
import type { Condition } from './condition.ts';
import type { OrderedChain, Stack } from './order.ts';

/** A hook that packets are at. */
export interface HookSite {
  readonly stack: Stack;
  readonly hook: Hook;
  /** Of the IP hooks; null in the others. */
  readonly family: 'ip' | 'ip6' | null;
}

/** A base chain that packets are in. */
export interface ChainSite extends HookSite {
  readonly base: OrderedChain;
}

/** One of them may be null, never both. */
export interface Parts<S> {
  readonly yes: S | null;
  readonly no: S | null;
}

/** What is told of a packet's way: in the words of the kernel's own trace. */
export type Step =
  | { readonly type: 'rule'; readonly rule: Rule; readonly verdict: string; readonly site: ChainSite }
  /** The end of a chain that was jumped to. */
  | { readonly type: 'return'; readonly chain: Chain; readonly site: ChainSite }
  | { readonly type: 'policy'; readonly verdict: 'accept' | 'drop'; readonly site: ChainSite };

/** How packets leave the rules. `rule` null: by the base chain's policy, or by no rule at all. */
export type End =
  | { readonly kind: 'dropped'; readonly rule: Rule | null; readonly site: ChainSite }
  | { readonly kind: 'rejected'; readonly rule: Rule; readonly site: ChainSite; readonly reject: Reject }
  | { readonly kind: 'queued'; readonly rule: Rule; readonly site: ChainSite; readonly text: string }
  /** Taken by the rule: `fwd`, synproxy, a target that nfscope does not interpret. */
  | { readonly kind: 'stolen'; readonly rule: Rule; readonly site: ChainSite; readonly how: string }
  | { readonly kind: 'delivered'; readonly to: 'local' | 'out' }
  /** No rule dropped it: routing, TTL, the protocol stack. */
  | { readonly kind: 'lost'; readonly why: LostReason }
  /** The kernel would not have loaded this: the way leads into a loop, too deep, or to a chain that is not there. */
  | { readonly kind: 'not-loadable'; readonly rule: Rule; readonly site: ChainSite; readonly why: string }
  /** Too long a way to be followed. */
  | { readonly kind: 'unfinished'; readonly rule: Rule; readonly site: ChainSite; readonly why: string };

export type LostReason =
  | 'ttl'
  | 'martian-source'
  | 'martian-destination'
  | 'no-route'
  | 'no-address'
  | 'not-forwarded'
  | 'nat';

export type Manip = 'src' | 'dst';

export interface Domain<S> {
  join(a: S, b: S): S;
  /** False only if no packet of the set can match the rule, and the rule does nothing to those that it does not match. */
  mayMatch(set: S, rule: CompiledRule): boolean;
  split(set: S, condition: Condition, rule: Rule): Parts<S>;

  // Statements. `yes` goes on with the rule.
  assign(set: S, action: Assign, rule: Rule): Parts<S>;
  lookUp(set: S, action: Extract<Instruction, { kind: 'vmap' }>, rule: Rule): VerdictParts<S>;
  updateSet(set: S, action: SetAction, rule: Rule): Parts<S>;
  notrack(set: S): S;
  /** A conntrack template (zone, helper) is attached. */
  template(set: S, action: TemplateAction): S;
  effect(set: S, source: Statement, rule: Rule): S;
  nat(set: S, action: NatAction, rule: Rule, site: ChainSite): NatParts<S>;
  /** tproxy, synproxy, dup, fwd, and targets that are not understood. `yes`: the rule goes on; `ended` are told as stolen. */
  end(set: S, action: EndAction, rule: Rule, site: ChainSite): EndParts<S>;
  /** `yes`: a program takes the packets of this queue. */
  queue(set: S, verdict: Extract<Verdict, { kind: 'queue' }>, rule: Rule): Parts<S>;

  record(set: S, step: Step): void;
  /** The packets go no further. */
  leave(set: S, end: End): void;

  // Stations.
  enterHook(set: S, site: HookSite): S;
  leaveHook(set: S, site: HookSite): S;
  /** Connection tracking sees the packets. Null: it drops them all. */
  track(set: S, site: HookSite): S;
  /** `yes`: packets of a connection that has no mapping of this kind yet: they run through the nat chains. */
  needsMapping(set: S, manip: Manip): Parts<S>;
  /** Connections whom no rule gave a mapping keep their addresses. */
  bindUnmapped(set: S, manip: Manip): S;
  /** Writes the connection's mapping to the packets. */
  translate(set: S, manip: Manip): S;
  confirm(set: S): S;
}

export interface VerdictParts<S> {
  readonly hits: readonly { readonly verdict: Verdict; readonly set: S }[];
  readonly missed: S | null;
}

/** `mapped`: accepted, with a mapping (or none where the kernel makes none). */
export interface NatParts<S> {
  readonly mapped: S | null;
  readonly dropped: S | null;
  /** The map has nothing for them: to the next rule. */
  readonly broken: S | null;
  /** Of the other family in an inet table: the statement does nothing to them, and the rule goes on. */
  readonly passed: S | null;
}

/** `accepted`: the statement ends the base chain. `copies`: sent on before the packets themselves go on. */
export interface EndParts<S> {
  readonly copies?: S | null;
  readonly yes: S | null;
  readonly no: S | null;
  readonly accepted: S | null;
  readonly dropped: S | null;
  readonly stolen: { readonly set: S; readonly how: string } | null;
}
