/**
 * iptables-save, ip6tables-save, iptables -S and iptables-restore input, to the one model. Lines go to tables, chains and rules here; a
 * rule's options to statements in rule-body.ts.
 * Follows iptables-save(8), iptables-restore(8): iptables/iptables-save.c, xshared.c, iptables-restore.c.
 * What commands do to the rules before them (`-I`, `-D`, `-F`, ...) is commands.ts's business; a shell script's lines come one by one (`runLine`).
 *
 * Longer than most: one class, whose parts share the scanner's state.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { span } from '../../base/span.ts';
import { ChainNames } from '../../model/chain-names.ts';
import type { Backend, Hook } from '../../model/hook.ts';
import type { BaseChain, Chain, Rule, Table } from '../../model/ruleset.ts';
import { COUNTER_UNKNOWN, type Counter, type Statement, type Xt } from '../../model/statement.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { type LineEnds, lineAt, lineEndsOf } from '../text/coded-text.ts';
import { type Codes, codesOf } from '../text/codes.ts';
import { variantsOf } from './address-list.ts';
import { builtinPlace } from './builtin.ts';
import { ChainIndex } from './chain-index.ts';
import { Commands } from './commands.ts';
import type { SaveFamily } from './extension.ts';
import { backendOfName, readHeader } from './header.ts';
import { Problems } from './problems.ts';
import { RuleBodies } from './rule-body.ts';
import { isBlank, splitWords, type Word, wordEnd } from './words.ts';

interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const ZERO: Counter = { kind: 'counter', packets: 0, bytes: 0 };
const PROGRESS_STEP = 1 << 20;

/** Reads `text[start, end)`. Never throws. Cost: linear in the text. */
export function parseIptablesSave(
  text: string,
  start: number,
  end: number,
  options: ParseOptions,
  family: SaveFamily,
): ParsedSection {
  const parser = new SaveParser(text, start, end, options, family);
  parser.run();
  return { tables: parser.tables, ipsets: [], diagnostics: parser.diagnostics };
}

/** For lines of a script, whose text is put together from its words. */
export interface ScriptMode {
  /** Whether `text[start, end)` has a variable whose value the script does not tell. */
  readonly isUnknown: (start: number, end: number) => boolean;
}

export class SaveParser {
  readonly tables: Table[] = [];
  readonly diagnostics: Diagnostic[] = [];
  private readonly text: string;
  private readonly codes: Codes;
  private readonly start: number;
  private readonly end: number;
  private readonly options: ParseOptions;
  private readonly family: SaveFamily;
  private readonly problems: Problems;
  /** The table's chains. */
  private chains: ChainIndex;
  private readonly bodies: RuleBodies;
  private backend: Backend;
  private table: Mutable<Table> | null = null;
  private tableEnd = 0;
  private committed = true;
  /** The table was begun by a rule, not by `*name`: `iptables -S`. */
  private headless = false;
  /** The last rule's chain, and its name's place in the rule's line. */
  private chain: Chain | null = null;
  private nameStart = 0;
  private nameLength = 0;
  /** The rules of that chain that are not in its list yet. */
  private readonly pending: Rule[] = [];
  private pendingCount = 0;
  /** The chain whose hook the options mean that are read. */
  private place: Chain | null = null;
  private readonly commands: Commands;
  /** The last command was refused. */
  private failed = false;
  private readonly script: ScriptMode | null;

  constructor(
    text: string,
    start: number,
    end: number,
    options: ParseOptions,
    family: SaveFamily,
    script: ScriptMode | null = null,
  ) {
    this.script = script;
    this.text = text;
    this.codes = options.codes ?? codesOf(text, start, end);
    this.start = start;
    this.end = end;
    this.options = options;
    this.family = family;
    this.backend = options.command?.backend ?? backendOfName(options.name ?? '') ?? 'iptables';
    this.problems = new Problems(this.diagnostics);
    this.chains = new ChainIndex(text, this.codes);
    const place = {
      hook: (): Hook | null => this.place?.base?.hook ?? null,
      isChain: (name: string): boolean => this.table?.chainNamed.has(name) ?? false,
      isUnknown: (from: number, to: number): boolean => script?.isUnknown(from, to) ?? false,
    };
    this.bodies = new RuleBodies(text, this.codes, family, place, this.chains, this.problems);
    this.commands = new Commands({
      text,
      table: (at) => this.table ?? this.tableFor(at),
      bodies: (chain, from, to) => this.bodiesOf(chain, from, to),
      chainsChanged: (table) => this.indexChains(table),
      report: (severity, code, message, from, to) => this.problems.add(severity, code, message, from, to),
    });
  }

  run(): void {
    const { text, start, end } = this;
    const lineEnds = this.options.lineEnds ?? lineEndsOf(text, start, end);
    for (let at = start; at < end; ) {
      at = this.lines(at, Math.min(at + PROGRESS_STEP, end), lineEnds);
      if (at < end) this.options.onProgress?.((at - start) / (end - start));
    }
    this.closeTable(end);
    this.problems.finish();
  }

  /** Reads the lines that begin in `[from, to)`; gives where the next one begins. */
  private lines(from: number, to: number, lineEnds: LineEnds): number {
    const { end } = this;
    let at = from;
    for (let line = lineAt(lineEnds, from); at < to; line++) {
      const stop = line < lineEnds.length ? Math.min(lineEnds[line] as number, end) : end;
      this.line(at, stop);
      at = stop + 1;
    }
    return at;
  }

  /** Begins the table that all lines of `runLine` are for. */
  beginScript(name: string, start: number): void {
    this.headless = true;
    this.newTable(name, start, start);
  }

  /** The script's table begins anew, as iptables-restore does it. */
  reset(): void {
    const table = this.table;
    if (!table) return;
    const chains: Chain[] = [];
    table.chains = chains;
    table.chainNamed = new ChainNames(chains);
    this.indexChains(table);
  }

  /** Carries out one line of a script. False where iptables would refuse it. */
  runLine(start: number, end: number): boolean {
    this.failed = false;
    this.line(start, end);
    return !this.failed;
  }

  finishScript(): void {
    this.closeTable(this.end);
    this.problems.finish();
  }

  private line(lineStart: number, lineEnd: number): void {
    const codes = this.codes;
    let start = lineStart;
    let end = lineEnd;
    while (start < end && (codes[start] as number) <= 0x20) start++;
    while (end > start && (codes[end - 1] as number) <= 0x20) end--;
    if (start === end) return;
    switch (codes[start]) {
      case 0x23: // #
        this.comment(start, end);
        return;
      case 0x2a: // *
        this.openTable(start, end);
        return;
      case 0x3a: // :
        this.chainLine(start, end);
        return;
      case 0x5b: // [
        this.countedRule(start, end);
        return;
      case 0x2d: // -
        this.command(start, end, start, COUNTER_UNKNOWN);
        return;
      default:
        if (this.text.startsWith('COMMIT', start) && end - start === 6) this.commit(end);
        else this.notUnderstood(start, end);
    }
  }

  private notUnderstood(start: number, end: number): void {
    const shown = this.text.slice(start, Math.min(end, start + 60));
    this.problems.add(
      'error',
      'not-understood',
      `“${shown}${end - start > 60 ? '...' : ''}” is no line of an iptables dump.`,
      start,
      end,
    );
  }

  private comment(start: number, end: number): void {
    const header = readHeader(this.text.slice(start, Math.min(end, start + 200)));
    if (header && header.backend !== 'iptables') this.backend = header.backend;
  }

  // Tables

  private openTable(start: number, end: number): void {
    let nameStart = start + 1;
    while (nameStart < end && isBlank(this.text.charCodeAt(nameStart))) nameStart++;
    const name = this.text.slice(nameStart, wordEnd(this.text, nameStart, end));
    if (name === '') {
      this.notUnderstood(start, end);
      return;
    }
    this.closeTable(start);
    this.headless = false;
    this.committed = false;
    this.newTable(name, start, end);
  }

  private newTable(name: string, start: number, end: number): Mutable<Table> {
    this.settleRules();
    this.chain = null;
    this.chains = new ChainIndex(this.text, this.codes);
    this.bodies.openTable(this.chains);
    this.tableEnd = end;
    const chains: Chain[] = [];
    const table: Mutable<Table> = {
      id: 0,
      dump: 0,
      rank: { dump: 0, position: 0 },
      family: this.family,
      name,
      backend: this.backend,
      listing: 'iptables',
      flags: [],
      comment: null,
      handle: null,
      chains,
      chainNamed: new ChainNames(chains),
      sets: [],
      setNamed: new Map(),
      objects: [],
      span: span(start, end),
    };
    this.table = table;
    this.tables.push(table);
    return table;
  }

  private commit(end: number): void {
    this.committed = true;
    this.tableEnd = end;
    this.closeTable(end);
  }

  private closeTable(at: number): void {
    const table = this.table;
    if (!table) return;
    if (!this.committed && !this.headless && this.family !== 'bridge' && this.family !== 'arp') {
      const lineEnd = this.text.indexOf('\n', table.span.start);
      const message = `The table ${table.name} has no COMMIT: the dump is cut off, and rules may be missing.`;
      this.problems.add(
        'warning',
        'missing-commit',
        message,
        table.span.start,
        lineEnd < 0 ? at : Math.min(lineEnd, at),
      );
    }
    this.settleRules();
    table.span = span(table.span.start, Math.max(this.tableEnd, table.span.end));
    this.commands.finish();
    this.resolveTargets(table);
    this.committed = true;
    this.table = null;
    this.chain = null;
  }

  /** A `-j NAME` may stand before the first rule of NAME where the dump has lost its head. */
  private resolveTargets(table: Table): void {
    const { unresolved } = this.bodies;
    if (unresolved.size === 0) return;
    const found = new Set<string>();
    for (const [name, { unit, count }] of unresolved) {
      // A script's rule is refused where the chain comes later.
      if (table.chainNamed.has(name) && !this.script) found.add(name);
      else for (const problem of unit.problems) this.problems.addProblem(problem, count);
    }
    unresolved.clear();
    if (found.size === 0) return;
    for (const chain of table.chains) {
      for (const rule of chain.rules) {
        if (!rule.body.some((each) => isNamed(each, found))) continue;
        (rule as Mutable<Rule>).body = rule.body.map((each) =>
          isNamed(each, found) ? { kind: 'verdict', verdict: { kind: 'jump', chain: each.name } } : each,
        );
      }
    }
  }

  /** The table that a line outside of any `*name` belongs to: `iptables -S` does not say, but its policies do. */
  private tableFor(start: number): Mutable<Table> {
    if (this.table) return this.table;
    this.headless = true;
    const told = this.tables.length === 0 ? this.options.command?.table : null;
    if (typeof told === 'string') return this.newTable(told, start, start);
    const policies = policiesFrom(this.text, start, this.end);
    const name = tableOfChains(policies);
    const message = `No line names a table here; read as “iptables -S” of the table ${name}.`;
    this.problems.add('info', 'table-assumed', message, start, start + 2);
    return this.newTable(name, start, start);
  }

  // Chains

  private chainLine(start: number, end: number): void {
    const text = this.text;
    const table = this.table;
    const nameEnd = this.wordEnd(start + 1, end);
    const name = text.slice(start + 1, nameEnd);
    if (!table || name === '') {
      this.notUnderstood(start, end);
      return;
    }
    let at = nameEnd;
    while (at < end && isBlank(this.codes[at] as number)) at++;
    const policyEnd = this.wordEnd(at, end);
    const policy = text.slice(at, policyEnd);
    const counters = readCounters(this.codes, policyEnd, end);
    if (!counters && policyEnd < end) {
      const message = `“${text.slice(policyEnd, Math.min(end, policyEnd + 60)).trim()}” is no [packets:bytes] pair.`;
      this.problems.add('error', 'not-understood', message, policyEnd, end);
    }
    this.tableEnd = end;
    this.declare(table, name, start, end, start + 1, policy, counters, false);
  }

  private declare(
    table: Table,
    name: string,
    start: number,
    end: number,
    nameStart: number,
    policy: string,
    counters: Counters | null,
    isQuoted: boolean,
  ): void {
    const hash = this.chains.hashAt(nameStart, nameStart + name.length);
    if (isQuoted ? table.chainNamed.has(name) : this.chains.has(nameStart, hash, table, name)) {
      this.failed = true;
      if (!this.script)
        this.problems.add('warning', 'duplicate-chain', `The chain ${name} is declared twice.`, start, end);
      return;
    }
    const base = this.baseChain(table, name, policy, counters, start, end);
    const chain: Mutable<Chain> = {
      id: 0,
      table,
      name,
      base,
      rules: [],
      start,
      end,
      nameStart,
      nameEnd: nameStart + name.length,
      handle: null,
      comment: null,
    };
    // Kernel: an ebtables user chain has a policy of its own, which applies at its end (ebtables(8), -P).
    if (base === null && policy !== '-') chain.flags = [`policy ${policy}`];
    this.addChain(table, chain, hash, isQuoted);
  }

  private addChain(table: Table, chain: Chain, hash: number, isQuoted: boolean): void {
    this.chains.add(chain, hash, isQuoted);
    table.chains.push(chain);
  }

  private baseChain(
    table: Table,
    name: string,
    policy: string,
    counters: Counters | null,
    start: number,
    end: number,
  ): BaseChain | null {
    const base = builtinChain(table, name, counters);
    const known = policy === 'ACCEPT' || policy === 'DROP' || policy === '-' || (!base && policy === 'RETURN');
    if (!known || (policy !== '-' && !base && this.family !== 'bridge')) {
      const message = base
        ? `“${policy}” is no policy: ACCEPT and DROP are.`
        : `${name} has the policy ${policy}, but the table ${table.name} has no built-in chain of that name.`;
      this.problems.add('error', 'not-understood', message, start, end);
    }
    if (!base || policy === '-') return base;
    return { ...base, policy: policy === 'DROP' ? 'drop' : known ? 'accept' : null };
  }

  /** The chain that a rule names: declared, or made up with a word about it. */
  private chainNamed(table: Table, start: number, end: number): Chain {
    const text = this.text;
    let chain = this.chains.chainAt(start, end) ?? table.chainNamed.get(text.slice(start, end));
    if (!chain) {
      const name = text.slice(start, end);
      const base = builtinChain(table, name, null);
      chain = {
        id: 0,
        table,
        name,
        base,
        rules: [],
        start,
        end,
        nameStart: start,
        nameEnd: end,
        handle: null,
        comment: null,
        implicit: true,
      };
      this.addChain(table, chain, this.chains.hashAt(start, end), false);
      if (base && this.script) return chain;
      const severity = base ? 'info' : 'warning';
      const message = `The chain ${name} has rules, but table ${table.name} does not declare it${base ? '; its policy is not known' : ''}.`;
      this.problems.add(severity, base ? 'policy-unknown' : 'undeclared-chain', message, start, end);
    }
    return chain;
  }

  // Rules and commands

  private countedRule(start: number, end: number): void {
    const codes = this.codes;
    let at = start + 1;
    let packets = 0;
    let bytes = 0;
    let code = codes[at] as number;
    const digitsAt = at;
    for (; code >= 0x30 && code <= 0x39 && at < end; code = codes[++at] as number)
      packets = packets * 10 + (code - 0x30);
    if (code === 0x3a && at > digitsAt) {
      code = codes[++at] as number;
      for (; code >= 0x30 && code <= 0x39 && at < end; code = codes[++at] as number) bytes = bytes * 10 + (code - 0x30);
    } else code = 0;
    if (code !== 0x5d) {
      this.notUnderstood(start, end);
      return;
    }
    at++;
    while (at < end && isBlank(codes[at] as number)) at++;
    this.command(at, end, start, packets === 0 && bytes === 0 ? ZERO : { kind: 'counter', packets, bytes });
  }

  private command(at: number, end: number, lineStart: number, counter: Counter): void {
    const codes = this.codes;
    if (codes[at] === 0x2d && isBlank(codes[at + 2] as number)) {
      switch (codes[at + 1]) {
        case 0x41: // A
          this.rule(at + 3, end, lineStart, counter, false);
          return;
        case 0x49: // I
          this.rule(at + 3, end, lineStart, counter, true);
          return;
        case 0x4e: // N
        case 0x50: // P
          this.policyOrNew(at, end);
          return;
        case 0x74: // t
          this.tableOption(at, end, lineStart, counter);
          return;
      }
    }
    this.longCommand(at, end, lineStart, counter);
  }

  /** `-t nat -A ...`: the table is fixed by `*nat`, or it is a line of a script. */
  private tableOption(at: number, end: number, lineStart: number, counter: Counter): void {
    const words = splitWords(this.text, at, end);
    const name = words[1]?.text;
    const next = words[2];
    if (name === undefined || !next) {
      this.notUnderstood(lineStart, end);
      return;
    }
    if (this.table?.name !== name && (this.table === null || this.headless)) {
      this.closeTable(lineStart);
      this.headless = true;
      this.newTable(name, lineStart, end);
    }
    this.command(next.start, end, lineStart, counter);
  }

  private longCommand(at: number, end: number, lineStart: number, counter: Counter): void {
    const stop = wordEnd(this.text, at, end);
    const short = LONG_COMMANDS.get(this.text.slice(at, stop));
    let next = stop;
    while (next < end && isBlank(this.text.charCodeAt(next))) next++;
    if (short === 'A' || short === 'I') this.rule(next, end, lineStart, counter, short === 'I');
    else if (short === 'N' || short === 'P') this.policyOrNew(at, end);
    else if (short !== undefined) {
      this.tableEnd = end;
      this.settleRules();
      this.failed = !this.commands.run(short, at, end, lineStart);
    } else this.notUnderstood(lineStart, end);
  }

  private policyOrNew(at: number, end: number): void {
    const words = splitWords(this.text, at, end);
    const [command, name, policy] = words;
    if (!command || !name) {
      this.notUnderstood(at, end);
      return;
    }
    const repeated = this.headless && this.script === null && policy !== undefined;
    if (repeated && this.table?.chainNamed.get(name.text)?.base) this.closeTable(at);
    const table = this.tableFor(at);
    this.tableEnd = end;
    const existing = table.chainNamed.get(name.text);
    const counters = policyCounters(words);
    if (existing && policy) {
      const base = this.baseChain(table, name.text, policy.text, counters, at, end);
      if (base) existing.base = base;
      return;
    }
    this.declare(table, name.text, at, end, name.start, policy?.text ?? '-', counters, isQuoted(name));
  }

  private rule(from: number, end: number, lineStart: number, counter: Counter, insert: boolean): void {
    const text = this.text;
    let at = from;
    while (at < end && isBlank(this.codes[at] as number)) at++;
    const nameEnd = this.nameEnd(at, end);
    if (nameEnd <= at) {
      this.notUnderstood(lineStart, end);
      return;
    }
    const table = this.table ?? this.tableFor(lineStart);
    const chain = this.chainOf(table, at, nameEnd);
    let bodyStart = nameEnd;
    let number = 1;
    if (insert) {
      while (bodyStart < end && isBlank(text.charCodeAt(bodyStart))) bodyStart++;
      const numberEnd = wordEnd(text, bodyStart, end);
      const written = text.slice(bodyStart, numberEnd);
      if (/^[0-9]{1,9}$/.test(written)) {
        number = Number(written);
        bodyStart = numberEnd;
      }
    }
    this.tableEnd = end;
    this.place = chain;
    const body = this.bodies.read(bodyStart, end, counter);
    if (!body) return;
    if (insert || this.bodies.variants.length > 0) {
      this.placed(chain, body, lineStart, end, insert ? number : null);
      return;
    }
    const index = chain.rules.length + this.pendingCount + 1;
    this.pending[this.pendingCount++] = { id: 0, chain, index, body, start: lineStart, end, handle: null };
  }

  /** The chain whose name is `[start, end)`; the rules before this one are in their chain if it is another. */
  private chainOf(table: Table, start: number, end: number): Chain {
    const last = this.chain;
    const length = end - start;
    if (last !== null && length === this.nameLength && this.isLastName(start, length)) {
      this.nameStart = start;
      return last;
    }
    this.settleRules();
    const chain = this.chainNamed(table, start, end);
    this.chain = chain;
    this.nameStart = start;
    this.nameLength = length;
    return chain;
  }

  /** Puts the rules that were read for the last chain into it, in a list that is no larger than it needs. */
  private settleRules(): void {
    const { chain, pending, pendingCount } = this;
    this.pendingCount = 0;
    if (chain === null || pendingCount === 0) return;
    if (chain.rules.length === 0) (chain as Mutable<Chain>).rules = pending.slice(0, pendingCount);
    else for (let i = 0; i < pendingCount; i++) chain.rules.push(pending[i] as Rule);
  }

  /** The rule at that number, or at the end: one for each address of `-s A,B`. */
  private placed(chain: Chain, body: Statement[], start: number, end: number, number: number | null): void {
    this.settleRules();
    for (const each of variantsOf(body, this.bodies.variants)) {
      const rule: Rule = { id: 0, chain, index: chain.rules.length + 1, body: each, start, end, handle: null };
      if (number === null) this.commands.append(chain, rule);
      else if (!this.commands.insert(chain, rule, number)) this.failed = true;
    }
  }

  private bodiesOf(chain: Chain, start: number, end: number): Statement[][] {
    this.place = chain;
    const body = this.bodies.read(start, end, COUNTER_UNKNOWN);
    return body ? variantsOf(body, this.bodies.variants) : [];
  }

  /** Finds the table's chains by their present names. */
  private indexChains(table: Table): void {
    this.settleRules();
    this.chain = null;
    this.chains = new ChainIndex(this.text, this.codes);
    this.bodies.openTable(this.chains);
    for (const chain of table.chains) {
      const { nameStart, nameEnd } = chain;
      this.chains.add(chain, this.chains.hashAt(nameStart, nameEnd), nameEnd - nameStart !== chain.name.length);
    }
  }

  /** The end of the chain's name at `at`: where the last rule's chain ends, if it is that one again. */
  private nameEnd(at: number, end: number): number {
    const length = this.nameLength;
    const stop = at + length;
    const isWhole = stop === end || (stop < end && this.codes[stop] === 0x20);
    if (this.chain !== null && isWhole && this.isLastName(at, length)) return stop;
    return this.wordEnd(at, end);
  }

  /** Whether the last rule's name of its chain stands at `at`; a name with other characters than ASCII is looked up each time. */
  private isLastName(at: number, length: number): boolean {
    const { codes, nameStart } = this;
    // From the end: the names of one writer begin alike.
    for (let i = length - 1; i >= 0; i--) {
      const code = codes[nameStart + i] as number;
      if (code !== codes[at + i] || code > 127) return false;
    }
    return true;
  }

  /** As words.ts has it: to the next blank outside of quotes. */
  private wordEnd(start: number, end: number): number {
    const codes = this.codes;
    for (let at = start; at < end; at++) {
      const code = codes[at];
      if (code === 0x20 || code === 0x09) return at;
      if (code === 0x22) return wordEnd(this.text, at, end);
    }
    return end;
  }
}

function isNamed(statement: Statement, chains: ReadonlySet<string>): statement is Xt {
  return (
    statement.kind === 'xt' && statement.role === 'target' && statement.options === '' && chains.has(statement.name)
  );
}

function builtinChain(table: Table, name: string, counters: Counters | null): BaseChain | null {
  const builtin = builtinPlace(table, name);
  return (
    builtin && {
      ...builtin,
      prioritySpelled: null,
      devices: [],
      policy: null,
      policyPackets: counters?.packets ?? null,
      policyBytes: counters?.bytes ?? null,
    }
  );
}

const LONG_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['--append', 'A'],
  ['--insert', 'I'],
  ['--new-chain', 'N'],
  ['--new', 'N'],
  ['--policy', 'P'],
  ['-D', 'D'],
  ['--delete', 'D'],
  ['-C', 'C'],
  ['--check', 'C'],
  ['-F', 'F'],
  ['--flush', 'F'],
  ['-X', 'X'],
  ['--delete-chain', 'X'],
  ['-Z', 'Z'],
  ['--zero', 'Z'],
  ['-R', 'R'],
  ['--replace', 'R'],
  ['-E', 'E'],
  ['--rename-chain', 'E'],
]);

/** `-P INPUT ACCEPT -c 5 300`, as `iptables -S -v` lists it. */
function policyCounters(words: readonly Word[]): Counters | null {
  const [, , , option, packets, bytes] = words;
  if (option?.text !== '-c' || !packets || !bytes) return null;
  return /^[0-9]+$/.test(packets.text + bytes.text)
    ? { packets: Number(packets.text), bytes: Number(bytes.text) }
    : null;
}

/** What stands at the word's place is more than its text. */
function isQuoted({ text, start, end }: Word): boolean {
  return end - start !== text.length;
}

const NOTHING: Counters = { packets: 0, bytes: 0 };

/** `[packets:bytes]` after a chain's policy. */
function readCounters(codes: Codes, start: number, end: number): Counters | null {
  let at = start;
  while (at < end && (codes[at] as number) <= 0x20) at++;
  if (at === end || codes[at] !== 0x5b) return null;
  const packets = readDigits(codes, at + 1, end);
  const colon = digitsEnd(codes, at + 1, end);
  const bytes = readDigits(codes, colon + 1, end);
  const close = digitsEnd(codes, colon + 1, end);
  if (packets < 0 || bytes < 0 || codes[colon] !== 0x3a || close >= end || codes[close] !== 0x5d) return null;
  return packets === 0 && bytes === 0 ? NOTHING : { packets, bytes };
}

function digitsEnd(codes: Codes, start: number, end: number): number {
  let at = start;
  while (at < end && (codes[at] as number) >= 0x30 && (codes[at] as number) <= 0x39) at++;
  return at;
}

/** The number at `start`; -1 where none stands, or one of more digits than a counter has. */
function readDigits(codes: Codes, start: number, end: number): number {
  const stop = digitsEnd(codes, start, end);
  if (stop === start || stop - start > 20) return -1;
  let number = 0;
  for (let at = start; at < stop; at++) number = number * 10 + ((codes[at] as number) - 0x30);
  return number;
}

/** The chains of the `-P` lines from `start` on, up to a repeated one. */
function policiesFrom(text: string, start: number, end: number): Set<string> {
  const names = new Set<string>();
  for (let at = start; at >= 0 && at < end && text.startsWith('-P ', at); ) {
    const read = /^-P (\S{1,40})/.exec(text.slice(at, at + 50));
    if (!read || names.has(read[1] as string)) break;
    names.add(read[1] as string);
    const eol = text.indexOf('\n', at);
    at = eol < 0 ? end : eol + 1;
  }
  return names;
}

function tableOfChains(policies: ReadonlySet<string>): string {
  if (!policies.has('PREROUTING')) return 'filter';
  if (policies.has('FORWARD')) return 'mangle';
  return policies.has('POSTROUTING') ? 'nat' : 'raw';
}
