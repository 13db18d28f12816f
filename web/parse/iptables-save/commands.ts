/**
 * The commands that change what stands: `-I`, `-D`, `-R`, `-F`, `-X`, `-Z`, `-E`, `-C`, as a script or iptables-restore input has them. Each is
 * carried out on the chains as the kernel would; what the kernel would refuse is told. Follows iptables(8) "COMMANDS" and iptables'
 * iptables/xshared.c, libiptc/libiptc.c.
 *
 * Kernel: `npm run test:kernel` runs the scripts of cases/commands.txt with the real tools: the same rules.
 */
import type { DiagnosticSeverity } from '../../base/diagnostic.ts';
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import type { Counter, Statement } from '../../model/statement.ts';
import { withRule } from '../text/rule-list.ts';
import { bodyKey } from './body-key.ts';
import { splitWords, type Word } from './words.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a command needs of the parser that reads its line. */
export interface CommandHost {
  readonly text: string;
  /** The line's table. */
  readonly table: (lineStart: number) => Table;
  /** The bodies of the rules that `text[start, end)` describes in `chain`: several for `-s A,B`. */
  readonly bodies: (chain: Chain, start: number, end: number) => Statement[][];
  /** A chain has another name, or is gone. */
  readonly chainsChanged: (table: Table) => void;
  readonly report: (severity: DiagnosticSeverity, code: string, message: string, start: number, end: number) => void;
}

const ZERO: Counter = { kind: 'counter', packets: 0, bytes: 0 };

export class Commands {
  private readonly host: CommandHost;
  /** Rules that stand before all others of their chain, the last of them first: inserting at the front costs no move. */
  private readonly fronts = new Map<Chain, Rule[]>();
  /** Chains whose rules have to be numbered again. */
  private readonly moved = new Set<Chain>();

  constructor(host: CommandHost) {
    this.host = host;
  }

  append(chain: Chain, rule: Rule): void {
    (chain as Mutable<Chain>).rules = withRule(chain.rules, rule);
  }

  /** `-I CHAIN [number]`. Cost: constant at the front, else the chain's length. */
  insert(chain: Chain, rule: Rule, number: number): boolean {
    if (number === 1) {
      const front = this.fronts.get(chain);
      if (front) front.push(rule);
      else this.fronts.set(chain, [rule]);
      return true;
    }
    this.settle(chain);
    const fits = number >= 1 && number <= chain.rules.length + 1;
    if (!fits) {
      const message = `iptables refuses this: ${chain.name} has ${rulesOf(chain)} here, so there is no place ${number}. The rule is shown as its last.`;
      this.host.report('warning', 'no-such-place', message, rule.start, rule.end);
    }
    chain.rules.splice(fits ? number - 1 : chain.rules.length, 0, rule);
    this.moved.add(chain);
    return fits;
  }

  /** Runs the command of that letter; its words stand in `[at, end)`. False where iptables would refuse it. Cost: the chain's length. */
  run(letter: string, at: number, end: number, lineStart: number): boolean {
    const words = splitWords(this.host.text, at, end);
    const table = this.host.table(lineStart);
    const name = words[1]?.text;
    switch (letter) {
      case 'D':
        return this.change(table, words, lineStart, end, (chain, index) => {
          chain.rules.splice(index, 1);
        });
      case 'C':
        return this.find(table, words, end) >= 0;
      case 'R':
        return this.replace(table, words, lineStart, end);
      case 'F':
        return this.flush(table, name, lineStart, end);
      case 'X':
        return name === undefined ? this.deleteAll(table, lineStart, end) : this.remove(table, name, lineStart, end);
      case 'E':
        return this.rename(table, words, lineStart, end);
      case 'Z':
        return this.zero(table, words);
      default:
        return true;
    }
  }

  /** Rules in their order, numbered. To be called when the table is complete. */
  finish(): void {
    for (const chain of [...this.fronts.keys()]) this.settle(chain);
    for (const chain of this.moved)
      chain.rules.forEach((rule, index) => {
        (rule as Mutable<Rule>).index = index + 1;
      });
    this.moved.clear();
  }

  private settle(chain: Chain): void {
    const front = this.fronts.get(chain);
    if (!front) return;
    this.fronts.delete(chain);
    this.moved.add(chain);
    const rest = chain.rules;
    const rules = front.reverse();
    for (const rule of rest) rules.push(rule);
    (chain as Mutable<Chain>).rules = rules;
  }

  private chainFor(table: Table, name: string | undefined): Chain | null {
    const chain = name === undefined ? undefined : table.chainNamed.get(name);
    if (!chain) return null;
    this.settle(chain);
    return chain;
  }

  /** The place of the rule that `-D` or `-C` means: by its number, or by all it says. -1: there is none. */
  private find(table: Table, words: readonly Word[], end: number): number {
    const chain = this.chainFor(table, words[1]?.text);
    const first = words[2];
    if (!chain) return -1;
    if (first && words.length === 3 && /^[0-9]{1,9}$/.test(first.text)) {
      const index = Number(first.text) - 1;
      return index >= 0 && index < chain.rules.length ? index : -1;
    }
    const [body] = this.host.bodies(chain, first?.start ?? end, end);
    return body ? this.placeOf(chain, body) : -1;
  }

  /** The first rule that says the same. Kernel: counters do not count, comments do. */
  private placeOf(chain: Chain, body: readonly Statement[]): number {
    const key = bodyKey(body);
    return chain.rules.findIndex((rule) => bodyKey(rule.body) === key);
  }

  private change(
    table: Table,
    words: readonly Word[],
    start: number,
    end: number,
    change: (chain: Chain, index: number) => void,
  ): boolean {
    const index = this.find(table, words, end);
    const chain = this.chainFor(table, words[1]?.text);
    if (index < 0 || !chain)
      return this.refused(`there is no such rule in ${words[1]?.text ?? 'that chain'}`, start, end);
    // `-D CHAIN -s A,B` deletes one rule for each address.
    const more = words.length > 3 ? this.host.bodies(chain, words[2]?.start ?? end, end).slice(1) : [];
    change(chain, index);
    this.moved.add(chain);
    for (const body of more) {
      const at = this.placeOf(chain, body);
      if (at >= 0) change(chain, at);
    }
    return true;
  }

  private replace(table: Table, words: readonly Word[], start: number, end: number): boolean {
    const chain = this.chainFor(table, words[1]?.text);
    const number = Number(words[2]?.text);
    const old = chain && Number.isInteger(number) ? chain.rules[number - 1] : undefined;
    if (!chain || !old)
      return this.refused(`there is no rule ${words[2]?.text ?? ''} in ${words[1]?.text ?? ''}`, start, end);
    const [body] = this.host.bodies(chain, words[2]?.end ?? end, end);
    if (!body) return false;
    chain.rules[number - 1] = { ...old, body, start, end };
    return true;
  }

  private flush(table: Table, name: string | undefined, start: number, end: number): boolean {
    if (name === undefined) {
      for (const chain of table.chains) this.empty(chain);
      return true;
    }
    const chain = table.chainNamed.get(name);
    if (chain) this.empty(chain);
    else if (!isBuiltinName(name)) return this.refused(`there is no chain ${name}`, start, end);
    return true;
  }

  private empty(chain: Chain): void {
    this.fronts.delete(chain);
    (chain as Mutable<Chain>).rules = [];
  }

  /** `-X`: every chain of the user's. iptables stops at the first that has rules or is jumped to. */
  private deleteAll(table: Table, start: number, end: number): boolean {
    let done = true;
    for (const { name, base } of [...table.chains]) if (!base && !this.remove(table, name, start, end)) done = false;
    return done;
  }

  private remove(table: Table, name: string, start: number, end: number): boolean {
    const chain = this.chainFor(table, name);
    if (!chain) return this.refused(`there is no chain ${name}`, start, end);
    if (chain.rules.length > 0) return this.refused(`${name} has ${rulesOf(chain)}`, start, end);
    const user = this.userOf(table, name);
    if (user) return this.refused(`${user} jumps to ${name}`, start, end);
    table.chains.splice(table.chains.indexOf(chain), 1);
    table.chainNamed.delete(name);
    this.host.chainsChanged(table);
    return true;
  }

  /** The name of a chain with a rule that jumps to `name`. Cost: the table's rules. */
  private userOf(table: Table, name: string): string | null {
    for (const chain of table.chains) {
      const rules = [...chain.rules, ...(this.fronts.get(chain) ?? [])];
      if (rules.some(({ body }) => body.some((statement) => jumpsTo(statement, name)))) return chain.name;
    }
    return null;
  }

  private rename(table: Table, words: readonly Word[], start: number, end: number): boolean {
    const [, from, to] = words;
    const chain = this.chainFor(table, from?.text);
    if (!chain || !from || !to) return this.refused(`there is no chain ${from?.text ?? ''}`, start, end);
    if (chain.base) return this.refused(`the chain ${from.text} is built in`, start, end);
    if (table.chainNamed.has(to.text)) return this.refused(`there is a chain ${to.text} already`, start, end);
    table.chainNamed.delete(chain.name);
    Object.assign(chain as Mutable<Chain>, { name: to.text, nameStart: to.start, nameEnd: to.end });
    table.chainNamed.set(to.text, chain);
    for (const each of table.chains) {
      this.settle(each);
      for (const rule of each.rules)
        if (rule.body.some((statement) => jumpsTo(statement, from.text)))
          (rule as Mutable<Rule>).body = rule.body.map((statement) => redirected(statement, from.text, to.text));
    }
    this.host.chainsChanged(table);
    return true;
  }

  private zero(table: Table, words: readonly Word[]): boolean {
    const chains = words[1] ? [this.chainFor(table, words[1].text)] : table.chains;
    const number = words[2] ? Number(words[2].text) : null;
    for (const chain of chains) {
      if (!chain) return false;
      this.settle(chain);
      chain.rules.forEach((rule, index) => {
        if (number !== null && index + 1 !== number) return;
        const counted = rule.body.some((statement) => statement.kind === 'counter' && statement.packets !== null);
        if (counted) (rule as Mutable<Rule>).body = rule.body.map((each) => (each.kind === 'counter' ? ZERO : each));
      });
    }
    return true;
  }

  private refused(why: string, start: number, end: number): false {
    const shown = this.host.text.slice(start, Math.min(end, start + 60));
    const message = `“${shown}” has no effect here: ${why}.`;
    this.host.report('info', 'command-refused', message, start, end);
    return false;
  }
}

function rulesOf({ rules }: Chain): string {
  return rules.length === 1 ? '1 rule' : `${rules.length} rules`;
}

function isBuiltinName(name: string): boolean {
  return /^(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING|BROUTING)$/.test(name);
}

/** Also a target that was no chain of the table when its rule was read. */
function jumpsTo(statement: Statement, name: string): boolean {
  if (statement.kind === 'xt') return statement.role === 'target' && statement.name === name;
  if (statement.kind !== 'verdict') return false;
  const { verdict } = statement;
  return (verdict.kind === 'jump' || verdict.kind === 'goto') && verdict.chain === name;
}

function redirected(statement: Statement, from: string, to: string): Statement {
  if (statement.kind !== 'verdict' || !jumpsTo(statement, from)) return statement;
  const { verdict } = statement;
  return verdict.kind === 'goto' || verdict.kind === 'jump'
    ? { kind: 'verdict', verdict: { kind: verdict.kind, chain: to } }
    : statement;
}
