/**
 * Who wrote which table, chain, set and rule.
 *
 * A native table belongs to one program, known by its name. The tables of iptables belong to nobody: their chains are known by their names,
 * chains with other names by who jumps to them, and the rules of built-in chains one by one: by comment, by jump target, then by set,
 * documented bare rule, interface and mark. Most rules of large dumps stand in chains of one owner and are attributed by the chain alone.
 *
 * Not modelled: rules that somebody put by hand into a chain that its owner keeps to itself.
 */
import type { Chain, NamedSet, Rule, Ruleset } from '../model/ruleset.ts';
import { CATALOGUE } from './catalogue/index.ts';
import type { AttributionContext, ChainReason } from './context.ts';
import { explain, insideTable, type Reason, tableEvidence } from './evidence.ts';
import type { Attribution, ChainPattern, Evidence } from './owner.ts';
import { groupOf, isShared, Presence, setOwners } from './presence.ts';
import { ruleSignature } from './rule-facts.ts';
import { decideRule, learnInterfaces } from './rule-owner.ts';
import {
  indexOfOwner,
  OWNER_IDS,
  type OwnerIndex,
  ownersOfComment,
  type Signature,
  tableSignature,
} from './signatures.ts';

/**
 * Cost: linear in chains, sets and the rules of chains that several programs share, plus one byte per rule. A chain whose name nobody
 * knows costs one look at every rule's jumps.
 *
 *     attributeOwners(ruleset).ruleOwner[rule.id]   index into owners
 */
export function attributeOwners(ruleset: Ruleset): Attribution {
  return new Attributor(ruleset).run();
}

class Attributor implements AttributionContext {
  readonly ruleset: Ruleset;
  readonly presence: Presence;
  readonly chainReasons: ChainReason[];
  readonly tableOwner: Uint8Array;
  readonly setOwner: Uint8Array;
  readonly ruleOwner: Uint8Array;
  /** Interfaces that owners name in chains of their own, by name; 0 where two owners do. */
  learned: ReadonlyMap<string, OwnerIndex> = new Map();
  /** Variants that take another's place in this ruleset. */
  readonly #alias: Uint8Array;

  constructor(ruleset: Ruleset) {
    this.ruleset = ruleset;
    this.presence = new Presence(ruleset);
    this.chainReasons = new Array<ChainReason>(ruleset.chains.length);
    this.tableOwner = new Uint8Array(ruleset.tables.length);
    this.setOwner = new Uint8Array(ruleset.sets.length);
    this.ruleOwner = new Uint8Array(ruleset.rules.length);
    this.#alias = Uint8Array.from(OWNER_IDS, (_id, i) => i);
  }

  run(): Attribution {
    this.#tables();
    this.#sets();
    const unsettled = this.#chains();
    this.#variants();
    this.learned = learnInterfaces(this);
    this.#rules(unsettled);
    const { ruleset } = this;
    return {
      owners: OWNER_IDS,
      ruleOwner: this.ruleOwner,
      chainOwner: this.#chainOwners(),
      setOwner: this.setOwner,
      tableOwner: this.tableOwner,
      evidenceOfRule: (rule) => explain(ruleset, rule, this.reasonOf(rule)),
      evidenceOfChain: (chain) => this.#chainEvidence(chain),
      evidenceOfSet: (set) => this.#setEvidence(set),
      evidenceOfTable: (table) => tableEvidence(table, this.tableOwner[table.id] ?? 0),
    };
  }

  #chainOwners(): Uint8Array {
    const owners = new Uint8Array(this.chainReasons.length);
    for (let id = 0; id < owners.length; id++) owners[id] = (this.chainReasons[id] as ChainReason).owner;
    return owners;
  }

  /** The owner that stands for `owner` in this ruleset. */
  resolve(owner: OwnerIndex): OwnerIndex {
    return this.#alias[owner] ?? owner;
  }

  #tables(): void {
    const nft = indexOfOwner('iptables-nft');
    const legacy = indexOfOwner('iptables-legacy');
    for (const table of this.ruleset.tables) {
      if (table.backend === 'iptables-nft') this.tableOwner[table.id] = nft;
      else if (table.backend === 'iptables-legacy') this.tableOwner[table.id] = legacy;
      else if (table.listing === 'nft') {
        const owner = tableSignature(table.family, table.name)?.owner ?? 0;
        this.tableOwner[table.id] = owner;
        if (owner !== 0) this.presence.saw(owner, null);
      }
    }
  }

  #sets(): void {
    for (const set of this.ruleset.sets) {
      const owners = setOwners(set.name);
      if (set.table !== null && !isShared(set.table)) {
        const owner = this.tableOwner[set.table.id] ?? 0;
        this.setOwner[set.id] = owner === 0 ? (owners[0] ?? 0) : owner;
      } else if (owners.length > 0) {
        this.setOwner[set.id] = owners[0] as OwnerIndex;
        if (owners.length === 1) this.presence.saw(owners[0] as OwnerIndex, null);
      }
    }
  }

  /** Names that belong to one owner first; they say who is there, which settles the others. Gives the chains that no name tells. */
  #chains(): Chain[] {
    const shared: { chain: Chain; candidates: readonly Signature<ChainPattern>[] }[] = [];
    const unsettled: Chain[] = [];
    const isSharedTable = this.ruleset.tables.map(isShared);
    for (const chain of this.ruleset.chains) {
      const { table } = chain;
      if (!isSharedTable[table.id]) {
        const owner = this.tableOwner[table.id] ?? 0;
        this.chainReasons[chain.id] = { by: owner === 0 ? 'none' : 'table', owner, open: null };
        continue;
      }
      this.chainReasons[chain.id] = chain.base ? BUILT_IN : NOBODY;
      if (chain.base) continue;
      const candidates = this.presence.chainCandidates(table, chain.name);
      const sole = soleOwner(candidates);
      if (candidates.length === 0) unsettled.push(chain);
      else if (sole) this.#nameChain(chain, sole, true);
      else shared.push({ chain, candidates });
    }
    for (const { chain, candidates } of shared) {
      const settled = this.presence.settle(candidates, groupOf(chain.table));
      if (settled) this.#nameChain(chain, settled, false);
      else unsettled.push(chain);
    }
    return unsettled;
  }

  #nameChain(chain: Chain, { owner, signature }: Signature<ChainPattern>, sure: boolean): void {
    this.chainReasons[chain.id] = { by: 'name', owner, open: signature.open ?? null };
    if (sure) this.presence.saw(owner, groupOf(chain.table));
  }

  /** A variant whose own comments stand in the chains of another takes over all that is the other's (Calico's eBPF dataplane). */
  #variants(): void {
    for (const [i, { replaces }] of CATALOGUE.entries()) {
      if (!replaces) continue;
      const variant = i + 1;
      const replaced = new Set(replaces.owners.map(indexOfOwner));
      const shows = this.ruleset.chains.some(
        (chain) =>
          replaced.has(this.chainReasons[chain.id]?.owner ?? 0) &&
          replaces.chains.test(chain.name) &&
          chain.rules.some((rule) => hasCommentOf(rule, variant)),
      );
      if (!shows) continue;
      for (const owner of replaced) this.#alias[owner] = variant;
      this.presence.saw(variant, null);
      this.#applyAliases();
    }
  }

  #applyAliases(): void {
    for (const [id, reason] of this.chainReasons.entries()) {
      const owner = this.resolve(reason.owner);
      if (owner === reason.owner) continue;
      this.chainReasons[id] = { ...reason, owner };
      const table = this.ruleset.chains[id]?.table;
      if (table && isShared(table)) this.presence.saw(owner, groupOf(table));
    }
    for (const column of [this.tableOwner, this.setOwner]) {
      for (let i = 0; i < column.length; i++) column[i] = this.resolve(column[i] as number);
    }
  }

  #rules(unsettled: readonly Chain[]): void {
    for (const chain of this.ruleset.chains) this.#attributeChain(chain);
    if (unsettled.length > 0) settleByCallers(this, unsettled, (chain) => this.#attributeChain(chain));
  }

  #attributeChain(chain: Chain): void {
    const { rules } = chain;
    const { by, owner, open } = this.chainReasons[chain.id] as ChainReason;
    if (owner !== 0 && open === null && by !== 'callers') {
      fillRules(this.ruleOwner, rules, owner);
      return;
    }
    for (const rule of rules) this.ruleOwner[rule.id] = this.reasonOf(rule).owner;
  }

  /** The rule's owner and why: the same decision for the columns and for the evidence. */
  reasonOf(rule: Rule): Reason {
    const reason = this.chainReasons[rule.chain.id] as ChainReason;
    if (reason.owner !== 0 && reason.open === null && reason.by !== 'callers') {
      return reason.by === 'table'
        ? { kind: 'table-name', owner: reason.owner, word: rule.chain.table.name }
        : { kind: 'in-chain', owner: reason.owner, word: rule.chain.name };
    }
    return decideRule(this, rule, reason);
  }

  #chainEvidence(chain: Chain): Evidence {
    const { by, owner } = this.chainReasons[chain.id] as ChainReason;
    switch (by) {
      case 'table':
        return insideTable(chain.table);
      case 'name':
        return explain(this.ruleset, chain, { kind: 'chain-name', owner, word: chain.name });
      case 'callers':
        return explain(this.ruleset, chain, { kind: 'jump-target', owner, word: chain.name });
      case 'built-in':
        return { kind: 'none', text: `${chain.name} is a built-in chain: it belongs to nobody` };
      case 'none':
        return explain(this.ruleset, chain, { kind: 'none', owner: 0, word: chain.name });
    }
  }

  #setEvidence(set: NamedSet): Evidence {
    const owner = this.setOwner[set.id] ?? 0;
    const { table } = set;
    if (table !== null && !isShared(table) && owner !== 0 && this.tableOwner[table.id] === owner)
      return insideTable(table);
    return explain(this.ruleset, null, { kind: owner === 0 ? 'none' : 'set-name', owner, word: set.name });
  }
}

/** The rules of a chain are numbered in a row (linkRuleset): its ends are enough. */
function fillRules(column: Uint8Array, rules: readonly Rule[], owner: OwnerIndex): void {
  const first = rules[0];
  const last = rules[rules.length - 1];
  if (!first || !last) return;
  if (last.id - first.id === rules.length - 1) column.fill(owner, first.id, last.id + 1);
  else for (const { id } of rules) column[id] = owner;
}

/** The first of the candidates whose own name it is, if they are all of one owner. */
function soleOwner(candidates: readonly Signature<ChainPattern>[]): Signature<ChainPattern> | null {
  let sole: Signature<ChainPattern> | null = null;
  for (const candidate of candidates) {
    if (candidate.signature.fallback) continue;
    if (sole === null) sole = candidate;
    else if (sole.owner !== candidate.owner) return null;
  }
  return sole;
}

const BUILT_IN: ChainReason = { by: 'built-in', owner: 0, open: null };
const NOBODY: ChainReason = { by: 'none', owner: 0, open: null };

function hasCommentOf(rule: Rule, owner: OwnerIndex): boolean {
  return rule.body.some((statement) => statement.kind === 'comment' && ownersOfComment(statement.text).includes(owner));
}

/**
 * A chain that no name tells belongs to the owner of all its callers, where they agree; then its own jumps may settle further chains. Each
 * caller is counted once, so a loop of such chains ends, unsettled.
 */
function settleByCallers(attributor: Attributor, unsettled: readonly Chain[], attribute: (chain: Chain) => void): void {
  const { ruleOwner } = attributor;
  const size = attributor.ruleset.chains.length;
  const isWaiting = new Uint8Array(size);
  /** Callers in chains that are waiting themselves. */
  const pending = new Uint32Array(size);
  /** What the other callers agree on: an owner, 0 where they do not, NEVER before the first. */
  const agreed = new Uint8Array(size).fill(NEVER);
  for (const { id } of unsettled) isWaiting[id] = 1;
  const note = (rule: Rule, target: Chain): void => {
    const owner = ruleOwner[rule.id] as number;
    const before = agreed[target.id] as number;
    agreed[target.id] = before === NEVER || before === owner ? owner : 0;
  };
  const eachJump = (chain: Chain, visit: (rule: Rule, target: Chain) => void): void => {
    for (const rule of chain.rules) {
      for (const name of ruleSignature(rule).targets) {
        const target = chain.table.chainNamed.get(name);
        if (target && isWaiting[target.id] && target !== chain) visit(rule, target);
      }
    }
  };
  for (const table of new Set(unsettled.map((chain) => chain.table))) {
    for (const chain of table.chains) {
      eachJump(chain, (rule, target) => {
        if (isWaiting[chain.id]) pending[target.id] = (pending[target.id] as number) + 1;
        else note(rule, target);
      });
    }
  }
  const ready = unsettled.filter(({ id }) => pending[id] === 0);
  for (let chain = ready.pop(); chain; chain = ready.pop()) {
    const owner = agreed[chain.id] as number;
    if (owner !== 0 && owner !== NEVER) {
      attributor.chainReasons[chain.id] = { by: 'callers', owner, open: null };
      attribute(chain);
    }
    eachJump(chain, (rule, target) => {
      note(rule, target);
      pending[target.id] = (pending[target.id] as number) - 1;
      if (pending[target.id] === 0) ready.push(target);
    });
  }
}

/** No owner has this number. */
const NEVER = 255;
