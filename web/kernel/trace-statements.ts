/** What statements do to branches. The kernel's files are named where they decide. */
import type { Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import type { Assign, EndAction, Instruction, NatAction, SetAction, TemplateAction } from './action.ts';
import { type Branch, linked } from './branch.ts';
import { unknown } from './condition.ts';
import { attachTemplate } from './connection-state.ts';
import { STATE } from './conntrack.ts';
import type { ChainSite, EndParts, NatParts, Parts, VerdictParts } from './domain.ts';
import { keyText, NO_ANSWERS } from './evaluate.ts';
import { FACT } from './facts.ts';
import { CT_STATE, IP_DADDR, IP6_DADDR, MARK, TCP_FLAGS } from './fields.ts';
import { applyNat } from './nat.ts';
import type { Term } from './term.ts';
import { copyOf } from './trace-copies.ts';
import { type Branches, type Forks, orNull, placed, type TraceSettings } from './trace-forks.ts';
import { choicesOf, natTargetsOf, verdictsOf } from './trace-lookup.ts';

export class Statements {
  constructor(
    private readonly settings: TraceSettings,
    private readonly forks: Forks,
  ) {}

  assign(set: Branches, action: Assign, rule: Rule): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    for (const branch of set) {
      for (const { branch: own, outcome } of this.forks.choose(branch, rule, this.valuesOf(action, branch, rule))) {
        const writable = (own.facts & action.needs) === action.needs;
        if (outcome !== null && writable) {
          own.set(action.variable, outcome);
          if (action.variable === IP_DADDR || action.variable === IP6_DADDR) own.toSelf = false;
        }
        const broken = (outcome === null && !action.lenient) || (!writable && !action.optional);
        (broken ? no : yes).push(own);
      }
    }
    return { yes: orNull(yes), no: orNull(no) };
  }

  private valuesOf(action: Assign, branch: Branch, rule: Rule) {
    return choicesOf(action.value, branch, this.forks.evaluator, (text) => placed(text, rule, branch));
  }

  lookUp(set: Branches, action: Extract<Instruction, { kind: 'vmap' }>, rule: Rule): VerdictParts<Branches> {
    const hits = new Map<string, { verdict: VerdictParts<Branches>['hits'][number]['verdict']; set: Branches }>();
    const missed: Branches = [];
    for (const branch of set) {
      const place = (text: string) => placed(text, rule, branch);
      const found = verdictsOf(action, branch, this.forks.evaluator, place, (element) =>
        this.settings.watch?.finds?.(rule, element),
      );
      for (const { branch: own, outcome: verdict } of this.forks.choose(branch, rule, found)) {
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
    const way = action.keys.find(({ when }) => this.forks.evaluator.condition(when, branch, NO_ANSWERS) === true);
    const key = way ? this.forks.evaluator.key(way.terms, branch) : null;
    if (key === null) return action.optional ? { yes: [branch], no: [] } : { yes: [], no: [branch] };
    if (key !== undefined) changeSet(branch, action, keyText(key));
    else branch.note(`What is written to ${action.set.name} is not known.`);
    branch.effects = linked(branch.effects, { rule, source: action.source });
    if (action.conditions.length === 0) return { yes: [branch], no: [] };
    const parts = this.forks.split([branch], { kind: 'all', parts: action.conditions }, rule);
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
      const value = zone === null ? 0 : this.forks.evaluator.term(zone, branch);
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
    const passed: Branches = [];
    const parts = { mapped, dropped, broken, passed };
    for (const branch of set) {
      const targets = natTargetsOf(action, branch, this.forks.evaluator, (text) => placed(text, rule, branch));
      for (const { branch: own, outcome } of this.forks.choose(branch, rule, targets)) {
        const result = outcome === null ? 'broken' : applyNat(own, action, outcome, site, this.settings);
        parts[result].push(own);
      }
    }
    return { mapped: orNull(mapped), dropped: orNull(dropped), broken: orNull(broken), passed: orNull(passed) };
  }

  end(set: Branches, action: EndAction, rule: Rule, site: ChainSite): EndParts<Branches> {
    const nothing = { yes: null, no: null, accepted: null, dropped: null, stolen: null };
    switch (action.end.kind) {
      case 'dup': {
        const copies: Branches = [];
        for (const branch of set) {
          const copy = copyOf(branch, action.end, site, this.forks.evaluator, this.settings.routing);
          if (!copy) continue;
          copy.copyNumber = ++branch.copyNumber;
          copies.push(copy);
        }
        return { ...nothing, yes: this.effect(set, action.source, rule), copies: orNull(copies) };
      }
      case 'fwd':
        return { ...nothing, stolen: { set: this.effect(set, action.source, rule), how: 'fwd' } };
      case 'synproxy':
        return this.synproxy(set, action.xtables);
      case 'tproxy': {
        const { yes, no } = this.forks.askProgram(set, 'a socket of the proxy takes the packet', rule);
        for (const branch of yes ?? []) this.proxied(branch, action.end.mark);
        if (yes) this.effect(yes, action.source, rule);
        if (!action.xtables) return { ...nothing, yes, no };
        return { ...nothing, accepted: yes, dropped: no };
      }
      case 'opaque': {
        const { yes, no } = this.forks.split(set, unknown(`${action.end.text} takes the packet`), rule);
        return { ...nothing, yes: no, stolen: yes ? { set: yes, how: action.end.text } : null };
      }
    }
  }

  private proxied(branch: Branch, mark: Term | null): void {
    const value = mark ? this.forks.evaluator.term(mark, branch) : null;
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
    return this.forks.askProgram(set, `a program takes the packets of queue ${verdict.text}`.trim(), rule);
  }
}

function changeSet(branch: Branch, action: SetAction, key: string): void {
  const member = action.op !== 'delete';
  const data = action.data && 'value' in action.data ? action.data.value : null;
  const changes = new Map(branch.sets.get(action.set));
  changes.set(key, { member, data });
  branch.sets = new Map([...branch.sets, [action.set, changes]]);
}
