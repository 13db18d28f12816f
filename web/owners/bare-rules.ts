/** Recognises rules that carry neither a comment nor a jump of their owner, by the conditions of the catalogue. */
import type { Rule } from '../model/ruleset.ts';
import type { BareMatch } from './owner.ts';
import type { InterfaceUse, RuleFacts } from './rule-facts.ts';
import { BARE_RULES, type OwnerIndex } from './signatures.ts';

export interface BareHit {
  readonly owner: OwnerIndex;
  /** As documented. */
  readonly text: string;
}

/** What the conditions need to know of the rest of the ruleset. */
export interface Surroundings {
  /** The owner has chains beside the rule. */
  readonly isPresent: (owner: OwnerIndex) => boolean;
  /** The interface is this owner's, by its name or by the use in the owner's chains. */
  readonly ownsInterface: (owner: OwnerIndex, name: string) => boolean;
}

/** The first documented bare rule that fits. */
export function findBareRule(rule: Rule, facts: RuleFacts, surroundings: Surroundings): BareHit | null {
  for (const { owner, signature } of BARE_RULES) {
    if (!signature.match || !fits(signature.match, rule, facts)) continue;
    const own = (name: string): boolean => surroundings.ownsInterface(owner, name);
    if (!fitsInterfaces(signature.match, facts, own)) continue;
    if (!signature.present || surroundings.isPresent(owner)) return { owner, text: signature.text };
  }
  return null;
}

function fits(match: BareMatch, rule: Rule, facts: RuleFacts): boolean {
  const { chain } = rule;
  if (match.tables && !match.tables.includes(chain.table.name)) return false;
  if (match.chains && !match.chains.includes(chain.name)) return false;
  if (match.verdicts && !match.verdicts.includes(facts.end)) return false;
  if (match.unconditional && facts.hasMatch) return false;
  if (match.uid !== undefined && !facts.users.includes(match.uid)) return false;
  if (match.ports && !match.ports.some((port) => facts.ports.includes(port))) return false;
  if (match.toPorts && !match.toPorts.some((port) => facts.toPorts.includes(port))) return false;
  if (match.states && !sameWords(match.states, facts.states)) return false;
  if (match.saddr && !hasAddress('saddr', match.saddr, facts)) return false;
  return !match.daddr || hasAddress('daddr', match.daddr, facts);
}

function fitsInterfaces({ iif, oif }: BareMatch, { interfaces }: RuleFacts, own: (name: string) => boolean): boolean {
  return (!iif || hasInterface('in', iif, interfaces, own)) && (!oif || hasInterface('out', oif, interfaces, own));
}

function sameWords(wanted: readonly string[], found: readonly string[]): boolean {
  return wanted.length === found.length && [...wanted].sort().every((word, i) => word === found[i]);
}

function hasInterface(
  side: InterfaceUse['side'],
  wanted: string,
  interfaces: readonly InterfaceUse[],
  own: (name: string) => boolean,
): boolean {
  const negated = wanted.startsWith('!');
  const name = negated ? wanted.slice(1) : wanted;
  return interfaces.some(
    (use) =>
      use.side === side &&
      use.negated === negated &&
      (name === '*' || (name === '@' ? own(use.name) : use.name === name)),
  );
}

const parsed = new Map<string, { address: number; length: number; negated: boolean }>();

function hasAddress(side: 'saddr' | 'daddr', wanted: string, { addresses }: RuleFacts): boolean {
  let prefix = parsed.get(wanted);
  if (!prefix) {
    prefix = parsePrefix(wanted);
    parsed.set(wanted, prefix);
  }
  const { address, length, negated } = prefix;
  return addresses.some(
    (use) => use.side === side && use.address === address && use.length === length && use.negated === negated,
  );
}

/** `!224.0.0.0/4` of the catalogue: IPv4, always with a length. */
function parsePrefix(text: string): { address: number; length: number; negated: boolean } {
  const negated = text.startsWith('!');
  const [dotted = '', length = '32'] = text.slice(negated ? 1 : 0).split('/');
  const address = dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address, length: Number(length), negated };
}
