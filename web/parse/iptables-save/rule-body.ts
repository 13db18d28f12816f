/**
 * The options of one rule line to its statements. The plain units of large dumps are read from the bytes at once (plain.ts); all others are cut
 * out (scan-rule.ts), read once for each distinct text (unit.ts), and shared.
 */
import type { Hook } from '../../model/hook.ts';
import { COUNTER_UNKNOWN, type Counter, type Statement } from '../../model/statement.ts';
import type { Codes } from '../text/codes.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';
import { type Variant, withAddresses } from './address-list.ts';
import { moveForward } from './basics-first.ts';
import type { ChainIndex } from './chain-index.ts';
import type { SaveFamily } from './extension.ts';
import { joinTarget } from './foreign/arptables.ts';
import { PlainUnits } from './plain.ts';
import type { Problems } from './problems.ts';
import { nextUnit, UnitScanner } from './scan-rule.ts';
import { parseUnit, type Unit, type UnitContext, unknownUnit } from './unit.ts';
import { isBlank, splitWords } from './words.ts';

const NO_PROTOCOL = -1;
const USUAL_STATEMENTS = 32;
const SPACE = 0x20;
const NOT = 0x21;
const DASH = 0x2d;

/** What a rule stands in. */
export interface RulePlace {
  /** The hook of the rule's chain. */
  readonly hook: () => Hook | null;
  /** Whether the rule's table has a chain of that name. */
  readonly isChain: (name: string) => boolean;
  /** Whether `text[start, end)` has a variable whose value nobody knows. */
  readonly isUnknown: (start: number, end: number) => boolean;
}

/** The units with a target that is not known, by its name: told at the table's end, if no chain of that name comes up to there. */
export type UnresolvedTargets = Map<string, { unit: Unit; count: number }>;

export class RuleBodies {
  readonly unresolved: UnresolvedTargets = new Map();
  /** What the last rule's body stands for, where it has a list of addresses. */
  variants: Variant[] = [];
  private readonly text: string;
  private readonly codes: Codes;
  private readonly family: SaveFamily;
  private readonly problems: Problems;
  private readonly place: RulePlace;
  private readonly scanner: UnitScanner;
  private readonly plain: PlainUnits;
  private readonly units: RegionMap<Unit>;
  private readonly context: UnitContext;
  private chains: ChainIndex;
  private tableSerial = 0;
  /** The first tab at or behind `tabFrom`. */
  private tab = -1;
  private tabFrom = 0;
  private protocol = NO_PROTOCOL;
  private hookRead = false;
  private lastExtension = '';
  private counter: Counter | null = null;
  /** The rule's statements before and behind its counter, up to their counts; with room enough that they need not grow in the middle of a text. */
  private readonly matches: Statement[] = new Array<Statement>(USUAL_STATEMENTS).fill(COUNTER_UNKNOWN);
  private readonly targets: Statement[] = new Array<Statement>(USUAL_STATEMENTS).fill(COUNTER_UNKNOWN);
  private matchCount = 0;
  /** How many of the matches are of basic options; they are the first ones. */
  private basicCount = 0;
  private targetCount = 0;

  constructor(
    text: string,
    codes: Codes,
    family: SaveFamily,
    place: RulePlace,
    chains: ChainIndex,
    problems: Problems,
  ) {
    this.text = text;
    this.codes = codes;
    this.family = family;
    this.problems = problems;
    this.place = place;
    this.chains = chains;
    this.scanner = new UnitScanner(text, codes);
    this.plain = new PlainUnits(text, codes);
    this.units = new RegionMap(text, codes);
    const bodies = this;
    this.context = {
      family,
      get protocol() {
        return bodies.protocol;
      },
      hook: () => {
        bodies.hookRead = true;
        return place.hook();
      },
      isChain: place.isChain,
    };
  }

  /** The rules from here on are another table's. */
  openTable(chains: ChainIndex): void {
    this.chains = chains;
    this.tableSerial++;
  }

  /** The statements of a rule; null where the line is for the other address family (`-4` in ip6tables-restore input). */
  read(start: number, end: number, counter: Counter): Statement[] | null {
    this.protocol = NO_PROTOCOL;
    this.lastExtension = '';
    this.counter = counter;
    this.matchCount = 0;
    this.basicCount = 0;
    this.targetCount = 0;
    if (this.variants.length > 0) this.variants = [];
    const first = this.hasTab(start, end) ? -1 : this.scanner.first(start, end);
    const isRead = first < 0 ? this.scanned(start, end) : this.walked(first, end);
    return isRead ? this.body() : null;
  }

  private hasTab(start: number, end: number): boolean {
    if (this.tab < start || start < this.tabFrom) {
      const found = this.text.indexOf('\t', start);
      this.tab = found < 0 ? this.text.length : found;
      this.tabFrom = start;
    }
    return this.tab < end;
  }

  /** Unit by unit from the one at `first`. False: the rule is for the other family. */
  private walked(first: number, end: number): boolean {
    let at = first;
    while (at < end) {
      const next = this.plainUnit(at, end);
      if (next >= 0) {
        at = next;
        continue;
      }
      const following = this.scanner.next(at, end);
      if (!this.anyUnit(at, this.scanner.stop)) return false;
      at = following;
    }
    return true;
  }

  private scanned(start: number, end: number): boolean {
    const { bounds } = this.scanner;
    const count = this.scanner.scan(start, end);
    for (let i = 0; i < count; i += 2) if (!this.anyUnit(bounds[i] as number, bounds[i + 1] as number)) return false;
    return true;
  }

  /** Reads the unit at `start` if it is a plain one. Gives where the next one begins; -1 if it is not. */
  private plainUnit(start: number, end: number): number {
    const codes = this.codes;
    if (codes[start] !== DASH || codes[start + 2] !== SPACE) return -1;
    switch (codes[start + 1]) {
      case 0x6d: // m
        return this.plainMatch(this.plain.comment(start, end), 'comment', end);
      case 0x73: // s
        return this.family === 'ip' ? this.plainMatch(this.plain.address(start, end, true), '', end) : -1;
      case 0x64: // d
        return this.family === 'ip' ? this.plainMatch(this.plain.address(start, end, false), '', end) : -1;
      case 0x6a: // j
        return this.plainTarget(start, end);
      default:
        return -1;
    }
  }

  private plainMatch(statement: Statement | null, extension: string, end: number): number {
    if (statement === null) return -1;
    const next = this.behind(this.plain.stop, end);
    if (next < 0) return -1;
    this.matches[this.matchCount++] = statement;
    if (extension === '') this.basicsFirst(this.matchCount - 1, 1);
    this.lastExtension = extension;
    return next;
  }

  /** `-j CHAIN` for a declared chain, the commonest target, and the commonest that is not repeated; and `-j DNAT --to-destination A:PORT`. */
  private plainTarget(start: number, end: number): number {
    const dnat = this.family === 'ip' ? this.plain.dnat(start, end) : null;
    let stop = this.plain.stop;
    if (dnat === null) {
      stop = start + 3;
      while (stop < end && this.codes[stop] !== SPACE) stop++;
    }
    const next = this.behind(stop, end);
    if (next < 0) return -1;
    const target = dnat ?? this.chains.jumpAt(start + 3, stop);
    if (target === null) return -1;
    this.targets[this.targetCount++] = target;
    return next;
  }

  private behind(stop: number, end: number): number {
    return this.codes[stop - 1] === NOT ? -1 : nextUnit(this.codes, stop, end);
  }

  /** Reads the unit `[start, end)`. False: the rule is for the other family. */
  private anyUnit(start: number, end: number): boolean {
    const letter = this.codes[start + 1] as number;
    if (end - start >= 2 && (letter === 0x63 || letter === 0x34 || letter === 0x36 || letter === 0x74)) {
      const special = this.specialUnit(start, end, letter);
      if (special === 'other-family') return false;
      if (special !== null) {
        if (special !== 'nothing') this.counter = special;
        return true;
      }
    }
    const unit = this.unit(start, end, letter);
    if (unit.addresses) this.variants.push({ stands: unit.statements[0] as Statement, statements: unit.addresses });
    if (unit.protocol !== null) this.protocol = unit.protocol;
    if (unit.target) this.addTarget(unit.statements);
    else this.addMatches(unit);
    return true;
  }

  private addTarget(statements: readonly Statement[]): void {
    for (let i = 0; i < statements.length; i++) {
      const statement = statements[i] as Statement;
      if (isMatchOf(statement)) this.matches[this.matchCount++] = statement;
      else this.targets[this.targetCount++] = statement;
    }
  }

  private addMatches({ statements, extension, basics = 0 }: Unit): void {
    const from = this.matchCount;
    for (let i = 0; i < statements.length; i++) this.matches[this.matchCount++] = statements[i] as Statement;
    this.basicsFirst(from, basics);
    if (extension !== '' && extension === this.lastExtension && this.matchCount > from)
      markBoundary(this.matches, from, extension);
    this.lastExtension = extension;
  }

  /** The first `count` matches from `from` on are basic options: they go before all `-m`. */
  private basicsFirst(from: number, count: number): void {
    if (count > 0 && this.basicCount < from) moveForward(this.matches, this.basicCount, from, from + count);
    this.basicCount += count;
  }

  private body(): Statement[] {
    const { matches, targets, matchCount, targetCount } = this;
    if (this.family === 'arp') return this.arpBody();
    const body = new Array<Statement>(matchCount + 1 + targetCount);
    for (let i = 0; i < matchCount; i++) body[i] = matches[i] as Statement;
    body[matchCount] = this.counter as Counter;
    for (let i = 0; i < targetCount; i++) body[matchCount + 1 + i] = targets[i] as Statement;
    return body;
  }

  private arpBody(): Statement[] {
    const { matches, targets, matchCount, targetCount } = this;
    const [own, target] = joinTarget(matches.slice(0, matchCount), targets.slice(0, targetCount));
    return [...own, this.counter as Counter, ...target];
  }

  /** `-c P B` gives the counter; `-4`, `-6` choose the family; `-t` repeats the table. Null: it is none of these after all. */
  private specialUnit(start: number, end: number, letter: number): Counter | 'nothing' | 'other-family' | null {
    if (this.codes[start] !== DASH || (end - start > 2 && !isBlank(this.codes[start + 2] as number))) return null;
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
    const unit = ofOneShape(this.readUnit(start, end, letter));
    for (const problem of unit.problems) {
      if (problem.code === 'unknown-target') this.unresolved.set(targetName(unit), { unit, count: 1 });
      else this.problems.addProblem(problem, 1);
    }
    if (!this.hookRead) this.units.put(start, end, context, hash, unit);
    return unit;
  }

  private readUnit(start: number, end: number, letter: number): Unit {
    const { text } = this;
    if (this.place.isUnknown(start, end)) return unknownUnit(text, start, end, letter);
    return withAddresses(text, start, end, parseUnit(text, start, end, this.context));
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

/** Objects with the same properties in the same order are read faster. */
function ofOneShape({ statements, target, extension, problems, protocol, basics = 0, addresses }: Unit): Unit {
  const unit = { statements, target, extension, problems, protocol, basics };
  return addresses ? { ...unit, addresses } : unit;
}

/** arptables writes matches behind its target. */
function isMatchOf(statement: Statement): boolean {
  return statement.kind === 'match' || (statement.kind === 'xt' && statement.role === 'match');
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
