/**
 * The owner of one rule that its chain does not tell: in a built-in chain, in a chain that several programs or the administrator fill, and in
 * chains and native tables that nobody claims. Stronger signs come first.
 */
import type { Chain, Rule } from '../model/ruleset.ts';
import { findBareRule } from './bare-rules.ts';
import { CATALOGUE } from './catalogue/index.ts';
import type { AttributionContext, ChainReason } from './context.ts';
import type { Reason } from './evidence.ts';
import { groupOf, isShared, setOwners } from './presence.ts';
import { type RuleFacts, type RuleSignature, ruleFacts, ruleSignature } from './rule-facts.ts';
import { interfaceOwners, type OwnerIndex, ownerAt, ownersOfComment, sameProgram } from './signatures.ts';

export function decideRule(context: AttributionContext, rule: Rule, chain: ChainReason): Reason {
  const signature = ruleSignature(rule);
  const signed = bySignature(context, rule, signature);
  if (chain.owner !== 0 && chain.open !== 'user')
    return signed && !sameProgram(signed.owner, chain.owner) ? signed : inside(rule, chain);
  if (signed) return signed;
  if (chain.open === 'user') return isFinalReturn(rule) ? inside(rule, chain) : NOBODY;
  if (rule.chain.base === null || !isShared(rule.chain.table) || jumpsToChain(rule.chain, signature)) return NOBODY;
  return byTraits(context, rule, ruleFacts(rule)) ?? NOBODY;
}

const NOBODY: Reason = { kind: 'none', owner: 0, word: '' };

function inside(rule: Rule, { owner }: ChainReason): Reason {
  return { kind: 'in-chain', owner, word: rule.chain.name };
}

/** The return that the maker of a chain for the administrator appends to it. */
function isFinalReturn(rule: Rule): boolean {
  if (rule.index !== rule.chain.rules.length) return false;
  const { end, hasMatch } = ruleFacts(rule);
  return end === 'return' && !hasMatch;
}

/** A jump to a chain that nobody claims: what such a chain does is the administrator's business, whatever interface the jump names. */
function jumpsToChain(chain: Chain, { targets }: RuleSignature): boolean {
  return targets.some((name) => chain.table.chainNamed.has(name));
}

/** By comment or jump. Where they name two programs, the comment counts: chains like KUBE-MARK-MASQ are tools that others use. */
function bySignature(context: AttributionContext, rule: Rule, { comments, targets }: RuleSignature): Reason | null {
  const target = byTarget(context, rule.chain, targets);
  for (const comment of comments) {
    const owners = ownersOfComment(comment);
    if (owners.length === 0) continue;
    if (target && owners.some((owner) => sameProgram(context.resolve(owner), target.owner))) return target;
    const owner = context.resolve(context.presence.likeliest(owners, groupOf(rule.chain.table)));
    return { kind: 'comment', owner: sameVariant(context, rule, owner), word: comment };
  }
  return target;
}

/** A comment tells the program; of its variants, the one with chains beside the rule wrote it. */
function sameVariant(context: AttributionContext, rule: Rule, owner: OwnerIndex): OwnerIndex {
  const group = groupOf(rule.chain.table);
  if (context.presence.isIn(owner, group)) return owner;
  const variants = CATALOGUE.map((_entry, i) => i + 1).filter(
    (other) => sameProgram(other, owner) && context.presence.isIn(other, group),
  );
  return variants.length === 0 ? owner : context.presence.likeliest(variants, group);
}

function byTarget(context: AttributionContext, from: Chain, targets: readonly string[]): Reason | null {
  for (const name of targets) {
    const chain = from.table.chainNamed.get(name);
    const owner = chain && !chain.implicit ? ownerOf(context, chain) : undeclaredOwner(context, from, name);
    if (owner !== 0) return { kind: 'jump-target', owner, word: name };
  }
  return null;
}

function ownerOf(context: AttributionContext, chain: Chain): OwnerIndex {
  const reason = context.chainReasons[chain.id];
  return reason?.by === 'name' || reason?.by === 'callers' ? reason.owner : 0;
}

/** A chain that the dump does not have (a cut dump): its name still tells. */
function undeclaredOwner(context: AttributionContext, { table }: Chain, name: string): OwnerIndex {
  if (!isShared(table)) return 0;
  const candidates = context.presence.chainCandidates(table, name);
  return candidates.length === 0 ? 0 : context.resolve(context.presence.settle(candidates, groupOf(table))?.owner ?? 0);
}

/** By what a rule of a built-in chain matches. */
function byTraits(context: AttributionContext, rule: Rule, facts: RuleFacts): Reason | null {
  const group = groupOf(rule.chain.table);
  for (const name of facts.sets) {
    const owners = setOwners(name);
    if (owners.length > 0) {
      return {
        kind: 'set-name',
        owner: context.resolve(context.presence.likeliest(owners, group)),
        word: name,
      };
    }
  }
  const bare = findBareRule(rule, facts, {
    isPresent: (owner) => context.presence.isIn(owner, group),
    ownsInterface: (owner, name) => interfaceOwner(context, name) === owner,
  });
  if (bare) return { kind: 'bare-rule', owner: bare.owner, word: bare.text };
  return byInterface(context, rule, facts) ?? byMark(context, rule, facts);
}

/** What the owners' own chains say goes before the name: any bridge may be called anything. 0: nobody's. */
function interfaceOwner(context: AttributionContext, name: string): OwnerIndex {
  return context.learned.get(name) ?? interfaceOwners(name)[0] ?? 0;
}

/** Only where all interfaces with a known owner have the same one. */
function byInterface(context: AttributionContext, rule: Rule, { interfaces }: RuleFacts): Reason | null {
  let found: Reason | null = null;
  for (const { name } of interfaces) {
    const owner = interfaceOwner(context, name);
    if (owner === 0) continue;
    if (found && !sameProgram(found.owner, owner)) return null;
    found ??= { kind: 'interface', owner: sameVariant(context, rule, context.resolve(owner)), word: name };
  }
  return found;
}

/** Only a mark that exactly one of the owners in this ruleset documents: several use the same bits. */
function byMark(context: AttributionContext, rule: Rule, { marks }: RuleFacts): Reason | null {
  const group = groupOf(rule.chain.table);
  for (const use of marks) {
    const owners: OwnerIndex[] = [];
    for (const [i, owner] of CATALOGUE.entries()) {
      if (!context.presence.isIn(i + 1, group)) continue;
      const documented = owner.marks.some(
        ({ kind, bits }) => kind === use.kind && bits?.value === use.value && bits.mask === use.mask,
      );
      if (documented) owners.push(i + 1);
    }
    const [first] = owners;
    if (first !== undefined && owners.every((owner) => sameProgram(owner, first))) {
      const word = `0x${use.value.toString(16)}/0x${use.mask.toString(16)}`;
      return { kind: 'mark', owner: context.resolve(first), word };
    }
  }
  return null;
}

/**
 * Bridges may have any name: those that rules in chains of their owner name are the owner's (`br-web` in DOCKER-FORWARD). A name that two
 * owners use is nobody's. The loopback and wildcards are left out.
 */
export function learnInterfaces(context: AttributionContext): Map<string, OwnerIndex> {
  const learned = new Map<string, OwnerIndex>();
  for (const chain of context.ruleset.chains) {
    const { owner, open, by } = context.chainReasons[chain.id] as ChainReason;
    if (by !== 'name' || open !== null || !ownerAt(owner)?.interfacesFrom?.test(chain.name)) continue;
    for (const rule of chain.rules) {
      for (const { name, wildcard } of ruleFacts(rule).interfaces) {
        if (wildcard || name === 'lo' || name === 'loopback0') continue;
        const known = learned.get(name);
        learned.set(name, known === undefined || known === owner ? owner : 0);
      }
    }
  }
  return learned;
}
