/**
 * Packets through chains: jump, goto, return, policy. Kernel: nft_do_chain() of net/netfilter/nf_tables_core.c and ipt_do_table() of
 * net/ipv4/netfilter/ip_tables.c, which do the same [e1-e10]. One walk for every domain (domain.ts).
 */
import { assertNever } from '../base/assert.ts';
import type { Verdict } from '../model/expression.ts';
import { NFT_LEVELS } from '../model/jump-levels.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { CompiledRule, Instruction } from './action.ts';
import type { Program } from './compile.ts';
import type { ChainSite, Domain } from './domain.ts';
import { type LoadProblem, loadProblemText } from './load-check.ts';

/** iptables-legacy has no limit of levels [n7]; here it ends where this program's own stack might. */
const LEGACY_LEVELS = 1000;

/**
 * How many rules one journey may look at. Sixteen levels of chains that jump twice to the next already are 65,536 ways for each packet; the kernel takes
 * them all.
 */
const MOST_WORK = 3_000_000;

/** Where the packets of one rule or chain go: sets that grow. */
export interface Flow<S> {
  /** To the next rule. */
  next: S | null;
  /** Back to the chain that jumped here. */
  returned: S | null;
  /** Out of the base chain, accepted. */
  accepted: S | null;
}

export class Walk<S> {
  private work = 0;

  constructor(
    readonly program: Program,
    readonly domain: Domain<S>,
    /** Sends copies on their own way. */
    private readonly send: (copies: S, site: ChainSite) => void,
  ) {}

  /** One base chain. The set that it accepts, by rule or policy; the others have left. Cost: linear in the rules that packets reach. */
  baseChain(set: S, site: ChainSite): S | null {
    const { chain } = site.base;
    const { returned, accepted } = this.chain(chain, set, site, [chain]);
    if (returned === null) return accepted;
    const policy = chain.base?.policy ?? 'accept';
    this.domain.record(returned, { type: 'policy', verdict: policy, site });
    if (policy === 'accept') return this.join(accepted, returned);
    this.domain.leave(returned, { kind: 'dropped', rule: null, site });
    return accepted;
  }

  private join(a: S | null, b: S | null): S | null {
    if (a === null) return b;
    return b === null ? a : this.domain.join(a, b);
  }

  /** `path`: the chains that lead here, this one last. What runs off the end returns. A domain may have its own walk that remembers results. */
  protected chain(chain: Chain, set: S, site: ChainSite, path: readonly Chain[]): Flow<S> {
    const flow: Flow<S> = { next: set, returned: null, accepted: null };
    this.work += chain.rules.length + 1;
    for (const rule of chain.rules) {
      if (flow.next === null) return flow;
      const compiled = this.program.rule(rule);
      if (this.domain.mayMatch(flow.next, compiled)) this.rule(compiled, flow, site, path);
    }
    if (flow.next === null) return flow;
    if (path.length > 1) this.domain.record(flow.next, { type: 'return', chain, site });
    flow.returned = this.join(flow.returned, flow.next);
    flow.next = null;
    return flow;
  }

  /** Runs `flow.next` through one rule. */
  private rule({ rule, instructions }: CompiledRule, flow: Flow<S>, site: ChainSite, path: readonly Chain[]): void {
    let set: S | null = flow.next;
    flow.next = null;
    for (const instruction of instructions) {
      if (set === null) return;
      set = this.instruction(instruction, set, rule, flow, site, path);
    }
    if (set === null) return;
    this.domain.record(set, { type: 'rule', rule, verdict: 'continue', site });
    flow.next = this.join(flow.next, set);
  }

  /** The packets with which the rule goes on; the others are in the flow. */
  private instruction(
    instruction: Instruction,
    set: S,
    rule: Rule,
    flow: Flow<S>,
    site: ChainSite,
    path: readonly Chain[],
  ): S | null {
    const { domain } = this;
    switch (instruction.kind) {
      case 'match':
        return this.broken(domain.split(set, instruction.condition, rule), flow);
      case 'assign':
        return this.broken(domain.assign(set, instruction, rule), flow);
      case 'set-update':
        return this.broken(domain.updateSet(set, instruction, rule), flow);
      case 'notrack':
        return domain.notrack(set);
      case 'template':
        return domain.template(set, instruction);
      case 'effect':
        return domain.effect(set, instruction.source, rule);
      case 'verdict':
        return this.verdict(instruction.verdict, set, rule, flow, site, path);
      case 'vmap': {
        const { hits, missed } = domain.lookUp(set, instruction, rule);
        flow.next = this.join(flow.next, missed);
        let on: S | null = null;
        for (const hit of hits) on = this.join(on, this.verdict(hit.verdict, hit.set, rule, flow, site, path));
        return on;
      }
      case 'nat':
        return this.nat(instruction, set, rule, flow, site);
      case 'reject':
        domain.record(set, { type: 'rule', rule, verdict: 'drop', site });
        domain.leave(set, { kind: 'rejected', rule, site, reject: instruction.reject });
        return null;
      case 'end':
        return this.end(instruction, set, rule, flow, site);
      default:
        return assertNever(instruction, 'instruction');
    }
  }

  /** Those that break off go to the next rule. */
  private broken({ yes, no }: { readonly yes: S | null; readonly no: S | null }, flow: Flow<S>): S | null {
    flow.next = this.join(flow.next, no);
    return yes;
  }

  private nat(
    instruction: Extract<Instruction, { kind: 'nat' }>,
    set: S,
    rule: Rule,
    flow: Flow<S>,
    site: ChainSite,
  ): S | null {
    const { mapped, dropped, broken, passed } = this.domain.nat(set, instruction, rule, site);
    flow.next = this.join(flow.next, broken);
    if (mapped !== null) this.accept(mapped, rule, flow, site);
    if (dropped !== null) this.drop(dropped, rule, site);
    return passed;
  }

  private end(
    instruction: Extract<Instruction, { kind: 'end' }>,
    set: S,
    rule: Rule,
    flow: Flow<S>,
    site: ChainSite,
  ): S | null {
    const { yes, no, accepted, dropped, stolen, copies } = this.domain.end(set, instruction, rule, site);
    if (copies) this.send(copies, site);
    flow.next = this.join(flow.next, no);
    if (accepted !== null) this.accept(accepted, rule, flow, site);
    if (dropped !== null) this.drop(dropped, rule, site);
    if (stolen !== null) {
      this.domain.record(stolen.set, { type: 'rule', rule, verdict: 'stolen', site });
      this.domain.leave(stolen.set, { kind: 'stolen', rule, site, how: stolen.how });
    }
    return yes;
  }

  private accept(set: S, rule: Rule, flow: Flow<S>, site: ChainSite): void {
    this.domain.record(set, { type: 'rule', rule, verdict: 'accept', site });
    flow.accepted = this.join(flow.accepted, set);
  }

  private drop(set: S, rule: Rule, site: ChainSite): void {
    this.domain.record(set, { type: 'rule', rule, verdict: 'drop', site });
    this.domain.leave(set, { kind: 'dropped', rule, site });
  }

  /** The packets with which the rule goes on: those of a `continue`. */
  private verdict(
    verdict: Verdict,
    set: S,
    rule: Rule,
    flow: Flow<S>,
    site: ChainSite,
    path: readonly Chain[],
  ): S | null {
    switch (verdict.kind) {
      case 'continue':
        return set;
      case 'accept':
        this.accept(set, rule, flow, site);
        return null;
      case 'drop':
        this.drop(set, rule, site);
        return null;
      case 'return':
        this.domain.record(set, { type: 'rule', rule, verdict: 'return', site });
        flow.returned = this.join(flow.returned, set);
        return null;
      case 'queue':
        this.queue(verdict, set, rule, flow, site);
        return null;
      case 'jump':
      case 'goto':
        this.jump(verdict, set, rule, flow, site, path);
        return null;
      default:
        return assertNever(verdict, 'verdict');
    }
  }

  /** Kernel: without a program that listens the packet is gone; with `bypass` it is accepted by this base chain [l14, l15]. */
  private queue(
    verdict: Extract<Verdict, { kind: 'queue' }>,
    set: S,
    rule: Rule,
    flow: Flow<S>,
    site: ChainSite,
  ): void {
    this.domain.record(set, { type: 'rule', rule, verdict: 'queue', site });
    const { yes, no } = verdict.bypass ? this.domain.queue(set, verdict, rule) : { yes: set, no: null };
    if (yes !== null) this.domain.leave(yes, { kind: 'queued', rule, site, text: verdict.text });
    flow.accepted = this.join(flow.accepted, no);
  }

  private jump(
    verdict: Extract<Verdict, { chain: string }>,
    set: S,
    rule: Rule,
    flow: Flow<S>,
    site: ChainSite,
    path: readonly Chain[],
  ): void {
    this.domain.record(set, { type: 'rule', rule, verdict: `${verdict.kind} ${verdict.chain}`, site });
    const target = rule.chain.table.chainNamed.get(verdict.chain);
    const problem = problemOf(target, path);
    if (problem !== null || !target) {
      const why = loadProblemText({ kind: problem ?? 'missing-chain', target: verdict.chain });
      this.domain.leave(set, { kind: 'not-loadable', rule, site, why });
      return;
    }
    if (path.length >= LEGACY_LEVELS || this.work > MOST_WORK) {
      const why = `the way through the rules is too long: it was not followed behind the jump to ${verdict.chain}`;
      this.domain.leave(set, { kind: 'unfinished', rule, site, why });
      return;
    }
    const inner = this.chain(target, set, site, [...path, target]);
    flow.accepted = this.join(flow.accepted, inner.accepted);
    if (verdict.kind === 'jump') flow.next = this.join(flow.next, inner.returned);
    else flow.returned = this.join(flow.returned, inner.returned);
  }
}

/** Why the kernel would not have loaded a jump to this chain; null where it would. */
function problemOf(target: Chain | undefined, path: readonly Chain[]): LoadProblem['kind'] | null {
  if (!target || target.implicit) return 'missing-chain';
  if (target.base) return 'base-chain';
  if (path.includes(target)) return 'loop';
  return target.table.backend !== 'iptables-legacy' && path.length >= NFT_LEVELS ? 'depth' : null;
}
