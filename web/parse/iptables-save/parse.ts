/**
 * iptables-save, ip6tables-save, iptables -S and iptables-restore input, to the one model. Lines go to tables, chains and rules here; a
 * rule's options are units (scan-rule.ts), read once for each distinct text (unit.ts) and shared.
 * Follows iptables-save(8), iptables-restore(8): iptables/iptables-save.c, xshared.c, iptables-restore.c.
 * What commands do to the rules before them (`-I`, `-D`, `-F`, ...) is commands.ts's business; a shell script's lines come one by one (`runLine`).
 *
 * Longer than most: one class, whose parts share the scanner's state.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { span } from '../../base/span.ts';
import type { Backend, Hook } from '../../model/hook.ts';
import type { BaseChain, Chain, Rule, Table } from '../../model/ruleset.ts';
import { COUNTER_UNKNOWN, type Counter, type Statement, type Xt } from '../../model/statement.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { type Codes, codesOf } from '../text/codes.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';
import { withRule } from '../text/rule-list.ts';
import { type Variant, variantsOf, withAddresses } from './address-list.ts';
import { moveForward } from './basics-first.ts';
import { builtinPlace } from './builtin.ts';
import { Commands } from './commands.ts';
import type { SaveFamily } from './extension.ts';
import { joinTarget } from './foreign/arptables.ts';
import { backendOfName, readHeader } from './header.ts';
import { CommentReader, plainAddress, plainDnat } from './plain.ts';
import { Problems } from './problems.ts';
import { UnitScanner } from './scan-rule.ts';
import { isVerdictName, parseUnit, type Unit, type UnitContext, unknownUnit } from './unit.ts';
import { isBlank, splitWords, type Word, wordEnd } from './words.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const ZERO: Counter = { kind: 'counter', packets: 0, bytes: 0 };
const PROGRESS_STEP = 1 << 20;
const NO_PROTOCOL = -1;

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
  private readonly units: RegionMap<Unit>;
  /** The table's chains by their names' place in the text. */
  private chains: RegionMap<Chain>;
  /** The jumps to these chains, by the entries of `chains`: one object for all rules that jump there. */
  private jumps: (Statement | undefined)[] = [];
  private readonly scanner: UnitScanner;
  private readonly comments: CommentReader;
  private readonly matches: Statement[] = [];
  private readonly targets: Statement[] = [];
  private backend: Backend;
  private table: Mutable<Table> | null = null;
  private tableEnd = 0;
  private committed = true;
  /** The table was begun by a rule, not by `*name`: `iptables -S`. */
  private headless = false;
  private tableSerial = 0;
  private chain: Chain | null = null;
  private protocol = NO_PROTOCOL;
  private hookRead = false;
  private readonly commands: Commands;
  /** The last command was refused. */
  private failed = false;
  private readonly script: ScriptMode | null;
  private variants: Variant[] = [];
  private readonly unresolved = new Map<string, { unit: Unit; count: number }>();
  private readonly context: UnitContext;

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
    this.units = new RegionMap(text, this.codes);
    this.chains = new RegionMap(text, this.codes);
    this.scanner = new UnitScanner(text, this.codes);
    this.comments = new CommentReader(text, this.codes);
    const parser = this;
    this.context = {
      family,
      get protocol() {
        return parser.protocol;
      },
      hook: () => parser.hook(),
      isChain: (name) => parser.table?.chainNamed.has(name) ?? false,
    };
    this.commands = new Commands({
      text,
      table: (at) => this.table ?? this.tableFor(at),
      bodies: (chain, from, to) => this.bodiesOf(chain, from, to),
      chainsChanged: (table) => this.indexChains(table),
      report: (severity, code, message, from, to) => this.problems.add(severity, code, message, from, to),
    });
  }

  private hook(): Hook | null {
    this.hookRead = true;
    return this.chain?.base?.hook ?? null;
  }

  run(): void {
    const text = this.text;
    const end = this.end;
    let at = this.start;
    let nextProgress = at + PROGRESS_STEP;
    while (at < end) {
      let eol = text.indexOf('\n', at);
      if (eol < 0 || eol > end) eol = end;
      this.line(at, eol);
      at = eol + 1;
      if (at >= nextProgress) {
        this.options.onProgress?.((at - this.start) / (end - this.start));
        nextProgress = at + PROGRESS_STEP;
      }
    }
    this.closeTable(end);
    this.problems.finish();
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
    table.chains = [];
    table.chainNamed = new Map();
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
    this.tableSerial++;
    this.chain = null;
    this.chains = new RegionMap(this.text, this.codes);
    this.jumps = [];
    this.tableEnd = end;
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
      chains: [],
      chainNamed: new Map(),
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
    table.span = span(table.span.start, Math.max(this.tableEnd, table.span.end));
    this.commands.finish();
    this.resolveTargets(table);
    this.committed = true;
    this.table = null;
    this.chain = null;
  }

  /** A `-j NAME` may stand before the first rule of NAME where the dump has lost its head. */
  private resolveTargets(table: Table): void {
    if (this.unresolved.size === 0) return;
    const found = new Set<string>();
    for (const [name, { unit, count }] of this.unresolved) {
      // A script's rule is refused where the chain comes later.
      if (table.chainNamed.has(name) && !this.script) found.add(name);
      else for (const problem of unit.problems) this.problems.addProblem(problem, count);
    }
    this.unresolved.clear();
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
    const nameEnd = wordEnd(text, start + 1, end);
    const name = text.slice(start + 1, nameEnd);
    if (!table || name === '') {
      this.notUnderstood(start, end);
      return;
    }
    let at = nameEnd;
    while (at < end && isBlank(text.charCodeAt(at))) at++;
    const policyEnd = wordEnd(text, at, end);
    const policy = text.slice(at, policyEnd);
    const counters = readCounters(this.codes, policyEnd, end);
    if (!counters && policyEnd < end) {
      const message = `“${text.slice(policyEnd, Math.min(end, policyEnd + 60)).trim()}” is no [packets:bytes] pair.`;
      this.problems.add('error', 'not-understood', message, policyEnd, end);
    }
    this.tableEnd = end;
    this.declare(table, name, start, end, start + 1, policy, counters);
  }

  private declare(
    table: Table,
    name: string,
    start: number,
    end: number,
    nameStart: number,
    policy: string,
    counters: { packets: number; bytes: number } | null,
  ): void {
    if (table.chainNamed.has(name)) {
      this.failed = true;
      if (!this.script)
        this.problems.add('warning', 'duplicate-chain', `The chain ${name} is declared twice.`, start, end);
      return;
    }
    const base = this.baseChain(table, name, policy, counters, start, end);
    const chain: Chain = {
      id: 0,
      table,
      name,
      base,
      rules: [],
      span: span(start, end),
      nameSpan: span(nameStart, nameStart + name.length),
      handle: null,
      comment: null,
      // Kernel: an ebtables user chain has a policy of its own, which applies at its end (ebtables(8), -P).
      ...(base === null && policy !== '-' ? { flags: [`policy ${policy}`] } : {}),
    };
    this.addChain(table, chain);
  }

  private addChain(table: Table, chain: Chain): void {
    const { start, end } = chain.nameSpan;
    const hash = hashRegion(this.codes, start, end, 0);
    this.chains.put(start, end, 0, hash, chain);
    table.chains.push(chain);
    table.chainNamed.set(chain.name, chain);
  }

  private baseChain(
    table: Table,
    name: string,
    policy: string,
    counters: { packets: number; bytes: number } | null,
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
    const last = this.chain;
    if (last && last.name.length === end - start && last.table === table && this.isNameAt(last, start)) return last;
    const known = this.chains.get(start, end, 0, hashRegion(this.codes, start, end, 0));
    let chain = known ?? table.chainNamed.get(text.slice(start, end));
    if (!chain) {
      const name = text.slice(start, end);
      const base = builtinChain(table, name, null);
      chain = {
        id: 0,
        table,
        name,
        base,
        rules: [],
        span: span(start, end),
        nameSpan: span(start, end),
        handle: null,
        comment: null,
        implicit: true,
      };
      this.addChain(table, chain);
      if (base && this.script) {
        this.chain = chain;
        return chain;
      }
      const severity = base ? 'info' : 'warning';
      const message = `The chain ${name} has rules, but table ${table.name} does not declare it${base ? '; its policy is not known' : ''}.`;
      this.problems.add(severity, base ? 'policy-unknown' : 'undeclared-chain', message, start, end);
    }
    this.chain = chain;
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
    this.declare(table, name.text, at, end, name.start, policy?.text ?? '-', counters);
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
    const chain = this.chainNamed(table, at, nameEnd);
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
    const body = this.body(bodyStart, end, counter);
    if (!body) return;
    if (insert || this.variants.length > 0) {
      this.placed(chain, body, lineStart, end, insert ? number : null);
      return;
    }
    const rules = chain.rules;
    const rule: Rule = { id: 0, chain, index: rules.length + 1, body, start: lineStart, end, handle: null };
    (chain as Mutable<Chain>).rules = withRule(rules, rule);
  }

  /** The rule at that number, or at the end: one for each address of `-s A,B`. */
  private placed(chain: Chain, body: Statement[], start: number, end: number, number: number | null): void {
    for (const each of variantsOf(body, this.variants)) {
      const rule: Rule = { id: 0, chain, index: chain.rules.length + 1, body: each, start, end, handle: null };
      if (number === null) this.commands.append(chain, rule);
      else if (!this.commands.insert(chain, rule, number)) this.failed = true;
    }
  }

  private bodiesOf(chain: Chain, start: number, end: number): Statement[][] {
    const before = this.chain;
    this.chain = chain;
    const body = this.body(start, end, COUNTER_UNKNOWN);
    this.chain = before;
    return body ? variantsOf(body, this.variants) : [];
  }

  /** Finds the table's chains by their present names. */
  private indexChains(table: Table): void {
    this.tableSerial++;
    this.chain = null;
    this.chains = new RegionMap(this.text, this.codes);
    this.jumps = [];
    for (const chain of table.chains) {
      const { start, end } = chain.nameSpan;
      this.chains.put(start, end, 0, hashRegion(this.codes, start, end, 0), chain);
    }
  }

  /** The end of the chain's name at `at`: where the last rule's chain ends, if it is that one again. */
  private nameEnd(at: number, end: number): number {
    const last = this.chain;
    if (last) {
      const stop = at + last.name.length;
      if ((stop === end || (stop < end && this.codes[stop] === 0x20)) && this.isNameAt(last, at)) return stop;
    }
    return wordEnd(this.text, at, end);
  }

  /** Whether the chain's name stands at `at`; a name with other characters than ASCII is looked up each time. */
  private isNameAt({ nameSpan }: Chain, at: number): boolean {
    const codes = this.codes;
    const length = nameSpan.end - nameSpan.start;
    // From the end: the names of one writer begin alike.
    for (let i = length - 1; i >= 0; i--) {
      const code = codes[nameSpan.start + i] as number;
      if (code !== codes[at + i] || code > 127) return false;
    }
    return true;
  }

  /** The statements of a rule; null where the line is for the other address family (`-4` in ip6tables-restore input). */
  private body(start: number, end: number, given: Counter): Statement[] | null {
    const codes = this.codes;
    const bounds = this.scanner.bounds;
    const count = this.scanner.scan(start, end);
    const matches = this.matches;
    const targets = this.targets;
    let matchCount = 0;
    let basicCount = 0;
    let targetCount = 0;
    let counter = given;
    let lastExtension = '';
    this.protocol = NO_PROTOCOL;
    if (this.variants.length > 0) this.variants = [];
    for (let i = 0; i < count; i += 2) {
      const unitStart = bounds[i] as number;
      const unitEnd = bounds[i + 1] as number;
      const letter = codes[unitStart + 1] as number;
      if (unitEnd - unitStart >= 2 && (letter === 0x63 || letter === 0x34 || letter === 0x36 || letter === 0x74)) {
        const special = this.specialUnit(unitStart, unitEnd, letter);
        if (special === 'other-family') return null;
        if (special !== null) {
          if (special !== 'nothing') counter = special;
          continue;
        }
      }
      if (letter === 0x6d) {
        const comment = this.comments.read(unitStart, unitEnd);
        if (comment) {
          matches[matchCount++] = comment;
          lastExtension = 'comment';
          continue;
        }
      } else if (letter === 0x6a) {
        const target = this.plainTarget(unitStart, unitEnd);
        if (target) {
          targets[targetCount++] = target;
          continue;
        }
      } else if (letter === 0x73 || letter === 0x64) {
        const address = this.plainAddress(unitStart, unitEnd, letter === 0x73);
        if (address) {
          matches[matchCount++] = address;
          if (++basicCount < matchCount) moveForward(matches, basicCount - 1, matchCount - 1, matchCount);
          lastExtension = '';
          continue;
        }
      }
      const unit = this.unit(unitStart, unitEnd, letter);
      if (unit.addresses) this.variants.push({ stands: unit.statements[0] as Statement, statements: unit.addresses });
      if (unit.protocol !== null) this.protocol = unit.protocol;
      const statements = unit.statements;
      if (unit.target) {
        for (let s = 0; s < statements.length; s++) {
          const statement = statements[s] as Statement;
          if (isMatchOf(statement)) matches[matchCount++] = statement;
          else targets[targetCount++] = statement;
        }
      } else {
        const from = matchCount;
        for (let s = 0; s < statements.length; s++) matches[matchCount++] = statements[s] as Statement;
        const basics = unit.basics ?? 0;
        if (basics > 0 && basicCount < from) moveForward(matches, basicCount, from, from + basics);
        basicCount += basics;
        if (unit.extension !== '' && unit.extension === lastExtension) markBoundary(matches, from, unit.extension);
        lastExtension = unit.extension;
      }
    }
    if (this.family === 'arp') return arpBody(matches.slice(0, matchCount), counter, targets.slice(0, targetCount));
    const body = new Array<Statement>(matchCount + 1 + targetCount);
    for (let i = 0; i < matchCount; i++) body[i] = matches[i] as Statement;
    body[matchCount] = counter;
    for (let i = 0; i < targetCount; i++) body[matchCount + 1 + i] = targets[i] as Statement;
    return body;
  }

  /** `-c P B` gives the counter; `-4`, `-6` choose the family; `-t` repeats the table. Null: it is none of these after all. */
  private specialUnit(start: number, end: number, letter: number): Counter | 'nothing' | 'other-family' | null {
    if (this.text.charCodeAt(start) !== 0x2d || (end - start > 2 && !isBlank(this.text.charCodeAt(start + 2))))
      return null;
    if (letter === 0x74) return 'nothing';
    if (letter === 0x63) {
      const [, packets, bytes] = splitWords(this.text, start, end);
      if (!packets || !bytes || !/^[0-9]+$/.test(packets.text) || !/^[0-9]+$/.test(bytes.text)) return null;
      return { kind: 'counter', packets: Number(packets.text), bytes: Number(bytes.text) };
    }
    if ((letter === 0x34) === (this.family === 'ip')) return 'nothing';
    const message = `This rule is for ${letter === 0x34 ? 'IPv4' : 'IPv6'} only and is left out here.`;
    this.problems.add('info', 'other-family', message, start, end);
    return 'other-family';
  }

  private unit(start: number, end: number, letter: number): Unit {
    const text = this.text;
    // A target depends on the table's chains; all else at most on the protocol.
    let context = this.protocol + 2;
    if (letter === 0x6a || letter === 0x67 || letter === 0x2d) context = 1000 + this.tableSerial * 1000 + context;
    const hash = hashRegion(this.codes, start, end, context);
    const known = this.units.get(start, end, context, hash);
    if (known) {
      if (known.problems.length > 0) this.repeated(known);
      return known;
    }
    this.hookRead = false;
    const unit = this.script?.isUnknown(start, end)
      ? unknownUnit(text, start, end, letter)
      : withAddresses(text, start, end, parseUnit(text, start, end, this.context));
    for (const problem of unit.problems) {
      if (problem.code === 'unknown-target') this.unresolved.set(targetName(unit), { unit, count: 1 });
      else this.problems.addProblem(problem, 1);
    }
    if (!this.hookRead) this.units.put(start, end, context, hash, unit);
    return unit;
  }

  private plainAddress(start: number, end: number, source: boolean): Statement | null {
    const codes = this.codes;
    if (this.family !== 'ip' || codes[start] !== 0x2d || codes[start + 2] !== 0x20) return null;
    return plainAddress(codes, start, end, source);
  }

  /** `-j CHAIN` for a declared chain, the commonest target, and the commonest that is not repeated. */
  private plainTarget(start: number, end: number): Statement | null {
    const codes = this.codes;
    if (codes[start] !== 0x2d || codes[start + 2] !== 0x20) return null;
    const from = start + 3;
    if (this.family === 'ip') {
      const dnat = plainDnat(codes, start, end);
      if (dnat) return dnat;
    }
    const entry = this.chains.find(from, end, 0, hashRegion(codes, from, end, 0));
    if (entry < 0) return null;
    const known = this.jumps[entry];
    if (known) return known;
    const { name } = this.chains.at(entry);
    if (isVerdictName(name)) return null;
    const jump: Statement = { kind: 'verdict', verdict: { kind: 'jump', chain: name } };
    this.jumps[entry] = jump;
    return jump;
  }

  private repeated(unit: Unit): void {
    for (const problem of unit.problems) {
      if (problem.code !== 'unknown-target') this.problems.addProblem(problem, 1);
      else {
        const entry = this.unresolved.get(targetName(unit));
        if (entry) entry.count++;
      }
    }
  }
}

function arpBody(matches: readonly Statement[], counter: Counter, targets: readonly Statement[]): Statement[] {
  const [own, target] = joinTarget(matches, targets);
  return [...own, counter, ...target];
}

/** arptables writes matches behind its target. */
function isMatchOf(statement: Statement): boolean {
  return statement.kind === 'match' || (statement.kind === 'xt' && statement.role === 'match');
}

function isNamed(statement: Statement, chains: ReadonlySet<string>): statement is Xt {
  return (
    statement.kind === 'xt' && statement.role === 'target' && statement.options === '' && chains.has(statement.name)
  );
}

function targetName(unit: Unit): string {
  const [statement] = unit.statements;
  if (statement?.kind === 'xt') return statement.name;
  return statement?.kind === 'verdict' && statement.verdict.kind === 'goto' ? statement.verdict.chain : '';
}

/**
 * Two `-m` of one extension in a row: the second one's first match says so, because printing would join them otherwise.
 */
function markBoundary(matches: Statement[], at: number, extension: string): void {
  const first = matches[at];
  if (first?.kind === 'match') matches[at] = { ...first, via: `-m ${first.via ?? extension}` };
}

function builtinChain(
  table: Table,
  name: string,
  counters: { packets: number; bytes: number } | null,
): BaseChain | null {
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
function policyCounters(words: readonly Word[]): { packets: number; bytes: number } | null {
  const [, , , option, packets, bytes] = words;
  if (option?.text !== '-c' || !packets || !bytes) return null;
  return /^[0-9]+$/.test(packets.text + bytes.text)
    ? { packets: Number(packets.text), bytes: Number(bytes.text) }
    : null;
}

/** `[packets:bytes]` after a chain's policy. */
function readCounters(codes: Codes, start: number, end: number): { packets: number; bytes: number } | null {
  let at = start;
  while (at < end && (codes[at] as number) <= 0x20) at++;
  if (at === end || codes[at] !== 0x5b) return null;
  const packets = readDigits(codes, at + 1, end);
  const colon = digitsEnd(codes, at + 1, end);
  const bytes = readDigits(codes, colon + 1, end);
  const close = digitsEnd(codes, colon + 1, end);
  if (packets < 0 || bytes < 0 || codes[colon] !== 0x3a || close >= end || codes[close] !== 0x5d) return null;
  return { packets, bytes };
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
