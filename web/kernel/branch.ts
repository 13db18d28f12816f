/**
 * One possible course of one packet: the values of its variables, what was decided on its way, and the steps that it took. A branch is changed in place
 * while it is alone, and copied where the way forks.
 */
import type { Scalar } from '../model/expression.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import type { Connection } from './conntrack.ts';
import type { ChainSite, End, HookSite } from './domain.ts';
import type { Variable } from './fields.ts';
import type { LookupSet } from './lookup-set.ts';
import type { ValueSet } from './value-set.ts';

/** An answer to something that the dump does not tell. */
export interface Choice {
  /** What is asked, in words; of one trace, the same words ask the same thing. */
  readonly unknown: string;
  /** The first rule that asks. */
  readonly rule: Rule;
  readonly value: boolean | number | string;
  /** Of this answer; null: not known. */
  readonly probability: number | null;
  /** Where the probability is not known: a guess, to follow the likelier course first. */
  readonly guess: number;
}

/** What the packet looks like at a step. Addresses and ports as in TracePacket; null: not known. */
export interface PacketView {
  readonly src: number | bigint | null;
  readonly dst: number | bigint | null;
  /** A port, or a range out of which the kernel draws one; null: not known or none. */
  readonly sport: PortView;
  readonly dport: PortView;
  readonly ttl: number | null;
  readonly tos: number | null;
  readonly mark: number | null;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly ct: ConnectionView | null;
}

export type PortView = number | { readonly from: number; readonly to: number } | null;

export interface ConnectionView {
  /** One of conntrack.ts's STATE. */
  readonly state: number;
  /** null without an entry. */
  readonly direction: 'original' | 'reply' | null;
  readonly status: number | null;
  readonly mark: number | null;
}

export type TraceStep = {
  readonly site: ChainSite;
  readonly verdict: string;
  readonly view: PacketView;
  /** Counts the times that the packet passed the loopback interface: the kernel makes a new packet of it then. */
  readonly round: number;
  /** Of a copy that was sent: which one, from 1 on; 0: of the packet itself. */
  readonly copy: number;
} & (
  | { readonly type: 'rule'; readonly rule: Rule }
  | { readonly type: 'return'; readonly chain: Chain }
  | { readonly type: 'policy' }
);

/** A hook that the packet has passed. */
export interface HookPassed {
  readonly site: HookSite;
  readonly view: PacketView;
}

/** A list that grows at its end and is shared by branches. */
export interface Linked<T> {
  readonly value: T;
  readonly before: Linked<T> | null;
  readonly count: number;
}

export function linked<T>(before: Linked<T> | null, value: T): Linked<T> {
  return { value, before, count: (before?.count ?? 0) + 1 };
}

/** In the order in which they were added. */
export function listOf<T>(last: Linked<T> | null): T[] {
  const found: T[] = new Array(last?.count ?? 0);
  for (let at = last; at; at = at.before) found[at.count - 1] = at.value;
  return found;
}

/** Elements that rules added to or took from sets, for this packet and those after it. */
export type SetChanges = ReadonlyMap<LookupSet, ReadonlyMap<string, SetChange>>;

export interface SetChange {
  readonly member: boolean;
  readonly data: Scalar | null;
}

/** Something that a rule did beside deciding. */
export interface Effect {
  readonly rule: Rule;
  readonly source: Statement;
}

export class Branch {
  /** By Variable.id; undefined: not known (or not there: `facts` says). */
  values: (Scalar | undefined)[];
  facts: number;
  /** What is known of variables (or of bits of them) without a value: the values that are still possible. */
  domains: ReadonlyMap<string, ValueSet>;
  sets: SetChanges;
  choices: Linked<Choice> | null = null;
  decided: ReadonlyMap<string, boolean>;
  /** Product of the choices' probabilities or guesses: the branch with the highest is followed first. */
  weight = 1;
  /** Product of the choices' probabilities; null where one is not known. */
  probability: number | null = 1;
  steps: Linked<TraceStep> | null = null;
  hooks: Linked<HookPassed> | null = null;
  effects: Linked<Effect> | null = null;
  notes: ReadonlySet<string>;
  round = 0;
  /** Questions whose answer made no difference to what came after. */
  idle: ReadonlySet<string> = new Set();
  /** The connection's entry before the packet. */
  connection: Connection | null = null;
  /** Connection.opening of the entry that the packet has. */
  opening = false;
  /** Redirected to the node itself, by an address that nobody knows. */
  toSelf = false;
  /** The entry is only a template, which conntrack will take off. */
  template = false;
  /** Where the packet left the rules. */
  end: End | null = null;
  /** The branch of which this is a copy that was sent. */
  copiedFrom: Branch | null = null;
  /** Which of the packet's copies this is; of the packet itself: how many there are so far. */
  copyNumber = 0;
  copies: Linked<Branch> | null = null;
  /** Copies whose way has ended, but whose steps the packet does not have yet. */
  arrivedCopies: Branch[] = [];

  constructor(count: number) {
    this.values = new Array(count).fill(undefined);
    this.facts = 0;
    this.domains = new Map();
    this.sets = new Map();
    this.decided = new Map();
    this.notes = new Set();
  }

  copy(): Branch {
    const made = new Branch(0);
    Object.assign(made, this);
    made.values = [...this.values];
    return made;
  }

  get(variable: Variable): Scalar | undefined {
    return this.values[variable.id];
  }

  set(variable: Variable, value: Scalar | undefined): void {
    this.values[variable.id] = value;
    if (this.domains.size > 0) this.forget(variable);
  }

  private forget(variable: Variable): void {
    const kept = [...this.domains].filter(([key]) => key !== variable.name && !key.startsWith(`${variable.name} & `));
    if (kept.length < this.domains.size) this.domains = new Map(kept);
  }

  /** The variable has no value but is one of these. */
  setDomain(variable: Variable, values: ValueSet): void {
    this.set(variable, undefined);
    this.domains = new Map([...this.domains, [variable.name, values]]);
  }

  numberOf(variable: Variable): number | null {
    const value = this.values[variable.id];
    return typeof value === 'number' ? value : null;
  }

  nameOf(variable: Variable): string | null {
    const value = this.values[variable.id];
    return typeof value === 'string' ? value : null;
  }

  addressOf(variable: Variable): number | bigint | null {
    const value = this.values[variable.id];
    return value === undefined || typeof value === 'string' ? null : value;
  }

  note(text: string): void {
    if (!this.notes.has(text)) this.notes = new Set([...this.notes, text]);
  }

  choose(choice: Choice): void {
    this.choices = linked(this.choices, choice);
    this.weight *= choice.probability ?? choice.guess;
    this.probability =
      this.probability === null || choice.probability === null ? null : this.probability * choice.probability;
  }
}
