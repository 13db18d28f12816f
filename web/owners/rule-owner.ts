/**
 * The owner of one rule that its chain does not tell: in a built-in chain, in a chain that several programs or the administrator fill, and in
 * chains and native tables that nobody claims. Stronger signs come first.
 */
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Attributor, ChainReason } from './attribute.ts';
import { findBareRule } from './bare-rules.ts';
import { CATALOGUE } from './catalogue/index.ts';
import type { Reason } from './evidence.ts';
import { groupOf, isShared, setOwners } from './presence.ts';
import { type RuleFacts, ruleFacts } from './rule-facts.ts';
import { commentOwners, commentParts, interfaceOwners, type OwnerIndex, ownerAt, sameProgram } from './signatures.ts';

export function decideRule(attributor: Attributor, rule: Rule, chain: ChainReason): Reason {
  const facts = ruleFacts(rule);
  const signed = bySignature(attributor, rule, facts);
  const inside: Reason = { kind: 'in-chain', owner: chain.owner, word: rule.chain.name };
  if (chain.owner !== 0 && chain.open !== 'user') {
    return signed && !sameProgram(signed.owner, chain.owner) ? signed : inside;
  }
  if (signed) return signed;
  // The return that the chain's maker appends to it, so that it is never empty.
  if (chain.open === 'user' && facts.end === 'return' && !facts.hasMatch && rule.index === rule.chain.rules.length)
    return inside;
  if (rule.chain.base === null || !isShared(rule.chain.table) || jumpsToChain(rule.chain, facts)) return NOBODY;
  return byTraits(attributor, rule, facts) ?? NOBODY;
}

const NOBODY: Reason = { kind: 'none', owner: 0, word: '' };

/** A jump to a chain that nobody claims: what such a chain does is the administrator's business, whatever interface the jump names. */
function jumpsToChain(chain: Chain, { targets }: RuleFacts): boolean {
  return targets.some((name) => chain.table.chainNamed.has(name));
}

/** By comment or jump. Where they name two programs, the comment counts: chains like KUBE-MARK-MASQ are tools that others use. */
function bySignature(attributor: Attributor, rule: Rule, { comments, targets }: RuleFacts): Reason | null {
  const target = byTarget(attributor, rule.chain, targets);
  for (const comment of comments) {
    const owners = commentParts(comment).flatMap(commentOwners);
    if (owners.length === 0) continue;
    if (target && owners.some((owner) => sameProgram(attributor.resolve(owner), target.owner))) return target;
    const owner = attributor.resolve(attributor.presence.likeliest(owners, groupOf(rule.chain.table)));
    return { kind: 'comment', owner: sameVariant(attributor, rule, owner), word: comment };
  }
  return target;
}

/** A comment tells the program; of its variants, the one with chains beside the rule wrote it. */
function sameVariant(attributor: Attributor, rule: Rule, owner: OwnerIndex): OwnerIndex {
  const group = groupOf(rule.chain.table);
  if (attributor.presence.isIn(owner, group)) return owner;
  const variants = CATALOGUE.map((_entry, i) => i + 1).filter(
    (other) => sameProgram(other, owner) && attributor.presence.isIn(other, group),
  );
  return variants.length === 0 ? owner : attributor.presence.likeliest(variants, group);
}

function byTarget(attributor: Attributor, from: Chain, targets: readonly string[]): Reason | null {
  for (const name of targets) {
    const chain = from.table.chainNamed.get(name);
    const owner = chain && !chain.implicit ? ownerOf(attributor, chain) : undeclaredOwner(attributor, from, name);
    if (owner !== 0) return { kind: 'jump-target', owner, word: name };
  }
  return null;
}

function ownerOf(attributor: Attributor, chain: Chain): OwnerIndex {
  const reason = attributor.chainReasons[chain.id];
  return reason?.by === 'name' || reason?.by === 'callers' ? reason.owner : 0;
}

/** A chain that the dump does not have (a cut dump): its name still tells. */
function undeclaredOwner(attributor: Attributor, { table }: Chain, name: string): OwnerIndex {
  if (!isShared(table)) return 0;
  const candidates = attributor.presence.chainCandidates(table, name);
  return candidates.length === 0
    ? 0
    : attributor.resolve(attributor.presence.settle(candidates, groupOf(table))?.owner ?? 0);
}

/** By what a rule of a built-in chain matches. */
function byTraits(attributor: Attributor, rule: Rule, facts: RuleFacts): Reason | null {
  const group = groupOf(rule.chain.table);
  for (const name of facts.sets) {
    const owners = setOwners(name);
    if (owners.length > 0) {
      return {
        kind: 'set-name',
        owner: attributor.resolve(attributor.presence.likeliest(owners, group)),
        word: name,
      };
    }
  }
  const bare = findBareRule(rule, facts, (owner) => attributor.presence.isIn(owner, group));
  if (bare) return { kind: 'bare-rule', owner: bare.owner, word: bare.text };
  return byInterface(attributor, rule, facts) ?? byMark(attributor, rule, facts);
}

/** Only where all interfaces with a known owner have the same one. */
function byInterface(attributor: Attributor, rule: Rule, { interfaces }: RuleFacts): Reason | null {
  let found: Reason | null = null;
  for (const { name } of interfaces) {
    const learned = attributor.learned.get(name);
    const owner = learned ?? interfaceOwners(name)[0] ?? 0;
    if (owner === 0) continue;
    if (found && !sameProgram(found.owner, owner)) return null;
    found ??= { kind: 'interface', owner: sameVariant(attributor, rule, attributor.resolve(owner)), word: name };
  }
  return found;
}

/** Only a mark that exactly one of the owners in this ruleset documents: several use the same bits. */
function byMark(attributor: Attributor, rule: Rule, { marks }: RuleFacts): Reason | null {
  const group = groupOf(rule.chain.table);
  for (const use of marks) {
    const owners: OwnerIndex[] = [];
    for (const [i, owner] of CATALOGUE.entries()) {
      if (!attributor.presence.isIn(i + 1, group)) continue;
      const documented = owner.marks.some(
        ({ kind, bits }) => kind === use.kind && bits?.value === use.value && bits.mask === use.mask,
      );
      if (documented) owners.push(i + 1);
    }
    const [first] = owners;
    if (first !== undefined && owners.every((owner) => sameProgram(owner, first))) {
      const word = `0x${use.value.toString(16)}/0x${use.mask.toString(16)}`;
      return { kind: 'mark', owner: attributor.resolve(first), word };
    }
  }
  return null;
}

/**
 * Bridges may have any name: those that rules in chains of their owner name are the owner's (`br-web` in DOCKER-FORWARD). A name that two
 * owners use is nobody's. The loopback and wildcards are left out.
 */
export function learnInterfaces(attributor: Attributor): Map<string, OwnerIndex> {
  const learned = new Map<string, OwnerIndex>();
  for (const chain of attributor.ruleset.chains) {
    const { owner, open, by } = attributor.chainReasons[chain.id] as ChainReason;
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
