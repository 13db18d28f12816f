/**
 * Tables, chains, rules and objects of nft text, in blocks and in commands. Follows table_block, chain_block and base_cmd of nftables'
 * src/parser_bison.y. Longer than most files because a block's and a command's form share their readers.
 */

import { diagnostic } from '../../base/diagnostic.ts';
import { pushAll } from '../../base/lists.ts';
import type { Span } from '../../base/span.ts';
import { ChainNames } from '../../model/chain-names.ts';
import type { SetElement } from '../../model/expression.ts';
import type { Backend } from '../../model/hook.ts';
import {
  BUILTIN_CHAINS,
  BUILTIN_TABLES,
  type ChainType,
  FAMILIES,
  type Family,
  HOOKS,
  type Hook,
  priorityNames,
} from '../../model/hook.ts';
import type { BaseChain, Chain, NamedObject, NamedSet, Rule, Table } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { hashName, RegionMap } from '../text/region-map.ts';
import { elementKey, isReferred, isSetUsed } from './changes.ts';
import type { Defined } from './expressions.ts';
import { END, MISREAD, NEWLINE, NUMBER, STRING, WORD } from './lexer.ts';
import { isListingText } from './listing-text.ts';
import { objectText } from './object-text.ts';
import { type SetDraft, SetReader } from './sets.ts';

const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;
const SEMICOLON = 59;
const EQUALS = 61;
const PLUS = 43;
const DASH = 45;
const DOLLAR = 36;
const QUOTE = 34;
const PROGRESS_STEP = 1 << 20;

/** A table, chain or set whose end, backend and so on are known only once it is read: the model's types with the locks off. */
type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Where a rule goes: behind or before the rule with that index (from 0) or handle. */
export interface RulePlace {
  readonly kind: 'index' | 'handle';
  readonly number: number;
}

export class RulesetReader extends SetReader {
  protected readonly tables: Table[] = [];
  protected readonly tableNamed = new Map<string, Table>();
  private chain: Chain | null = null;
  /** The chains that `jump { ... }` made, in the order read: they stand last in their tables, behind those that the listing declares. */
  private readonly anonymous: Chain[] = [];
  /** The chains by where their names stand, and their table's number. */
  private readonly chainsAt = new RegionMap<Chain>(this.text, this.codes);
  /** There are chains whose names are not what stands at their places, or were renamed or deleted: then names decide. */
  protected hasOtherNames = false;
  private readonly serials = new Map<Table, number>();
  private lastTable: Table | null = null;
  private lastSerial = 0;
  /** The rules of the blocks that are open, innermost last. */
  private readonly pendingRules: Rule[] = [];
  private ruleCount = 0;
  /** Rules of `insert rule`, in the order read; and the chains whose rules have to be numbered again. */
  private readonly fronts = new Map<Chain, Rule[]>();
  protected readonly moved = new Set<Chain>();
  /** The keys of elements that commands have added to. */
  private readonly elementKeys = new WeakMap<readonly SetElement[], Set<string>>();
  /** Variables that some line defines. */
  protected readonly everDefined = new Set<string>();
  private nextProgress: number;

  constructor(
    text: string,
    private readonly startAt: number,
    private readonly stopAt: number,
    private readonly settings: ParseOptions,
    /** The number of the first anonymous chain. */
    private readonly firstAnonymous = 0,
  ) {
    super(text, startAt, Math.min(stopAt, text.length), settings.codes);
    this.nextProgress = startAt + PROGRESS_STEP;
  }

  read(): ParsedSection {
    this.next();
    while (this.kind !== END) {
      if (this.kind === NEWLINE || this.kind === SEMICOLON) this.next();
      else this.topLevel();
    }
    for (const chain of this.anonymous) chain.table.chains.push(chain);
    this.settleOrder();
    this.settleBackends();
    this.settings.onProgress?.(1);
    return { tables: this.tables, ipsets: [], diagnostics: this.diagnostics };
  }

  private listing: boolean | null = null;

  /** Looked at only where a rule's meaning depends on it. */
  protected override isListing(): boolean {
    this.listing ??= isListingText(this.text.slice(this.startAt, this.stopAt));
    return this.listing;
  }

  private topLevel(): void {
    const { start } = this;
    try {
      this.command();
    } catch (error) {
      if (error !== MISREAD) throw error;
      if (this.text.charCodeAt(start) === CLOSE) this.strayBrace(start);
      else this.skipLine(start, 'nft-line-not-understood', 'This is no nft table or command');
    }
  }

  private strayBrace(start: number): void {
    this.joined = 0;
    this.jumpTo(start);
    this.diagnostics.push(
      diagnostic('error', 'nft-stray-brace', 'A closing brace without its opening one', { start, end: start + 1 }),
    );
    this.next();
  }

  /** One command, or a table's block. Throws MISREAD. */
  private command(): void {
    if (this.kind !== WORD) throw MISREAD;
    switch (this.word) {
      case 'table':
        this.tableBlock();
        return;
      case 'add':
      case 'create':
      case 'insert':
      case 'replace':
        this.addCommand();
        return;
      case 'define':
      case 'redefine':
        this.define();
        return;
      case 'include':
        this.ignored('nft-include', 'The included file is not part of this text');
        return;
      case 'flush':
      case 'delete':
      case 'destroy':
      case 'list':
      case 'reset':
      case 'get':
      case 'monitor':
      case 'rename':
      case 'undefine':
        this.changeCommand();
        return;
      default:
        if (OBJECT_KINDS.has(this.word) || this.word === 'rule' || this.word === 'chain' || this.word === 'element')
          this.addedThing(this.start, 'add');
        else throw MISREAD;
    }
  }

  /** `flush`, `delete` and so on: see script-reader.ts. */
  protected changeCommand(): void {
    throw MISREAD;
  }

  /** Puts the last rule of the chain at that place. */
  protected placeRule(chain: Chain, _command: string, _place: RulePlace): void {
    this.moved.add(chain);
  }

  private ignored(code: string, message: string): void {
    const { start } = this;
    while (!this.atEnd()) this.next();
    const end = this.previousStop;
    this.diagnostics.push(
      diagnostic('info', code, `${message}: ${this.text.slice(start, Math.min(end, start + 80))}`, { start, end }),
    );
  }

  private define(): void {
    this.next();
    const name = this.takeAnyWord();
    if (this.kind !== EQUALS) throw MISREAD;
    this.next();
    const { start } = this;
    if (this.is(OPEN)) this.skipBraces(start);
    else while (!this.atEnd()) this.next();
    const end = this.previousStop;
    this.defines.set(name, { start, end, uses: this.usesOf(start, end) });
    this.everDefined.add(name);
  }

  /** nft evaluates a definition where it stands: defining its variables anew later changes nothing in it. */
  private usesOf(start: number, end: number): Defined['uses'] {
    const text = this.text.slice(start, end);
    if (!text.includes('$')) return null;
    const uses = new Map<string, Defined>();
    for (const [, name = ''] of text.matchAll(/\$([\w.-]+)/g)) {
      const defined = this.defines.get(name);
      if (defined) uses.set(name, defined);
    }
    return uses;
  }

  // Tables ---------------------------------------------------------------------------------------------------------------------

  protected family(): Family {
    if (this.kind === WORD && (FAMILIES as readonly string[]).includes(this.word)) return this.takeAnyWord() as Family;
    return 'ip';
  }

  private tableFor(family: Family, name: string, span: Span): Open<Table> {
    const key = `${family} ${name}`;
    const known = this.tableNamed.get(key);
    if (known) return known;
    const chains: Chain[] = [];
    const table: Table = {
      id: 0,
      dump: 0,
      rank: { dump: 0, position: 0 },
      listing: 'nft',
      family,
      name,
      backend: 'nft',
      flags: [],
      comment: null,
      handle: null,
      chains,
      chainNamed: new ChainNames(chains),
      sets: [],
      setNamed: new Map(),
      objects: [],
      span,
    };
    this.tables.push(table);
    this.tableNamed.set(key, table);
    return table;
  }

  private tableBlock(): void {
    const { start } = this;
    this.next();
    const family = this.family();
    const table = this.tableFor(family, this.name(), { start, end: start });
    this.handle = null;
    if (this.kind === OPEN) this.tableBody(table);
    else if (!this.atEnd()) throw MISREAD;
    table.span = { start: table.span.end === table.span.start ? start : table.span.start, end: this.previousStop };
  }

  private tableBody(table: Open<Table>): void {
    const opening = { start: this.start, end: this.stop };
    const progname = this.progname();
    if (progname !== null) table.progname = progname;
    this.next();
    table.handle = this.takeHandle() ?? table.handle;
    while (this.kind !== CLOSE && this.kind !== END) {
      if (this.kind === NEWLINE || this.kind === SEMICOLON) this.next();
      else this.tableLine(table);
    }
    this.closeBlock(opening, `table ${table.family} ${table.name}`);
  }

  /** `table inet t { # handle 3 progname nft`: the program that owns the table. */
  private progname(): string | null {
    PROGNAME.lastIndex = this.stop;
    return PROGNAME.exec(this.text)?.[1] ?? null;
  }

  /** Past the closing brace, or a diagnostic at the text's end. */
  private closeBlock(opening: Span, what: string): void {
    if (this.kind === CLOSE) {
      this.next();
      return;
    }
    const span = { start: Math.max(this.start - 1, 0), end: this.start };
    this.diagnostics.push(
      diagnostic('error', 'nft-unexpected-end', `The text ends inside ${what}`, span, [
        { message: 'It begins here', span: opening },
      ]),
    );
  }

  private takeHandle(): number | null {
    const { handle } = this;
    this.handle = null;
    return handle;
  }

  private tableLine(table: Open<Table>): void {
    const { start } = this;
    try {
      this.tableItem(table);
    } catch (error) {
      if (error !== MISREAD) throw error;
      this.skipLine(start, 'nft-declaration-not-understood', 'Not understood in a table');
    }
  }

  private tableItem(table: Open<Table>): void {
    const { start } = this;
    if (this.kind !== WORD) throw MISREAD;
    switch (this.word) {
      case 'chain':
        this.next();
        this.chainBlock(table, start);
        return;
      case 'set':
      case 'map':
      case 'meter':
        this.setBlock(table, start);
        return;
      case 'flags':
        this.next();
        do table.flags = [...table.flags, this.takeAnyWord()];
        while (this.takeKind(COMMA));
        return;
      case 'comment':
        this.next();
        table.comment = this.word;
        this.expect(STRING);
        return;
      case 'define':
      case 'redefine':
        this.define();
        return;
      case 'include':
        this.ignored('nft-include', 'The included file is not part of this text');
        return;
      case 'elements':
        throw MISREAD;
      default:
        this.objectBlock(table, start);
    }
  }

  // Sets and objects -----------------------------------------------------------------------------------------------------------

  private setBlock(table: Table, start: number): void {
    const isMap = this.takeAnyWord() === 'map';
    const nameSpan = { start: this.start, end: this.stop };
    const name = this.name();
    nameSpan.end = this.previousStop;
    const opening = { start: this.start, end: this.stop };
    const draft = this.setBody(isMap);
    this.closeBlock(opening, `set ${name}`);
    this.addSet(table, this.namedSet(draft, name, table, { start, end: this.previousStop }, nameSpan));
  }

  private addSet(table: Table, set: NamedSet): void {
    const known = table.setNamed.get(set.name);
    if (known) {
      // Kernel: declaring a set again changes nothing but adds its elements.
      this.addElements(known, set.elements);
      return;
    }
    table.sets.push(set);
    table.setNamed.set(set.name, set);
  }

  /** `counter name { ... }`, `ct helper name { ... }`, `flowtable name { ... }`: kept with their text. */
  private objectBlock(table: Table, start: number): void {
    let kind = this.takeAnyWord();
    if (!OBJECT_KINDS.has(kind)) throw MISREAD;
    if (kind === 'ct') kind += ` ${this.takeAnyWord()}`;
    const name = this.name();
    this.handle = null;
    let text = '';
    if (this.kind === OPEN) {
      const inside = this.stop;
      this.skipBraces(this.start);
      const closed = this.text.charCodeAt(this.previousStop - 1) === CLOSE;
      text = objectText(kind, this.text.slice(inside, closed ? this.previousStop - 1 : this.previousStop));
    } else {
      const inside = this.start;
      while (!this.atEnd()) this.next();
      text = this.text.slice(inside, this.previousStop);
    }
    const object: NamedObject = {
      kind,
      name,
      text,
      handle: this.takeHandle(),
      span: { start, end: this.previousStop },
    };
    table.objects.push(object);
  }

  // Chains ---------------------------------------------------------------------------------------------------------------------

  /** The name stands at its span's start, perhaps in quotes. */
  private chainFor(table: Table, name: string, span: Span, nameSpan: Span): Open<Chain> {
    const { chainsAt, codes } = this;
    const { start } = nameSpan;
    const end = start + name.length;
    if (codes[start] === QUOTE || !chainsAt.isComplete) this.hasOtherNames = true;
    // Most chains are new: to say so, their names need not become strings with a hash.
    const hash = hashName(codes, start, end);
    const serial = this.serialOf(table);
    const known = this.hasOtherNames ? table.chainNamed.get(name) : chainsAt.get(start, end, serial, hash);
    if (known) return known;
    const chain = newChain(table, name, span, nameSpan);
    table.chains.push(chain);
    if (!this.hasOtherNames) chainsAt.put(start, end, serial, hash, chain);
    return chain;
  }

  private serialOf(table: Table): number {
    if (table !== this.lastTable) {
      this.lastTable = table;
      this.lastSerial = this.serials.get(table) ?? this.serials.size;
      this.serials.set(table, this.lastSerial);
    }
    return this.lastSerial;
  }

  private chainBlock(table: Table, start: number): void {
    const nameStart = this.start;
    const name = this.name();
    const chain = this.chainFor(table, name, { start, end: start }, { start: nameStart, end: this.previousStop });
    if (this.kind !== OPEN) {
      if (!this.atEnd()) throw MISREAD;
      return;
    }
    const opening = this.start;
    this.handle = null;
    this.next();
    chain.handle = this.takeHandle() ?? chain.handle;
    this.chainLines(chain);
    if (this.is(CLOSE)) this.next();
    else this.closeBlock({ start: opening, end: opening + 1 }, `chain ${name}`);
    chain.start = start;
    chain.end = this.previousStop;
  }

  private chainLines(chain: Open<Chain>): void {
    const outer = this.chain;
    const before = this.ruleCount;
    this.chain = chain;
    while (this.kind !== CLOSE && this.kind !== END) {
      if (this.kind === NEWLINE || this.kind === SEMICOLON) {
        if (this.handle !== null) this.emptyRule(chain, before);
        this.next();
      } else if (this.kind === WORD && CHAIN_LINES.has(this.word) && this.chainLine(chain)) continue;
      else this.rule(chain, before);
    }
    this.takeRules(chain, before);
    this.chain = outer;
  }

  /** The rules of a block become its chain's, in a list that is no larger than it needs. */
  private takeRules(chain: Open<Chain>, before: number): void {
    const { pendingRules, ruleCount } = this;
    this.ruleCount = before;
    if (ruleCount === before) return;
    if (chain.rules.length === 0) chain.rules = pendingRules.slice(before, ruleCount);
    else for (let i = before; i < ruleCount; i++) chain.rules.push(pendingRules[i] as Rule);
  }

  /** `type filter hook ...`, `policy drop`, `flags offload`, `comment "..."`. False where the line is a rule after all. */
  private chainLine(chain: Open<Chain>): boolean {
    const { start } = this;
    try {
      return this.chainProperty(chain);
    } catch (error) {
      if (error !== MISREAD) throw error;
      this.skipLine(start, 'nft-chain-not-understood', 'A line of a chain is not understood');
      return true;
    }
  }

  private chainProperty(chain: Open<Chain>): boolean {
    switch (this.word) {
      case 'type':
        this.next();
        chain.base = this.baseChain(chain.table.family, chain.base);
        return true;
      case 'policy': {
        this.next();
        const policy = this.kind === DOLLAR ? this.variable(() => this.name()) : this.takeAnyWord();
        if (policy !== 'accept' && policy !== 'drop') throw MISREAD;
        if (!chain.base) throw MISREAD;
        chain.base = { ...chain.base, policy };
        return true;
      }
      case 'flags': {
        this.next();
        const flags = [this.takeAnyWord()];
        while (this.takeKind(COMMA)) flags.push(this.takeAnyWord());
        chain.flags = flags;
        return true;
      }
      case 'devices':
        this.next();
        if (!chain.base) throw MISREAD;
        chain.base = { ...chain.base, devices: this.devices() };
        return true;
      default: {
        const mark = this.mark();
        this.next();
        if (this.kind === STRING) {
          const { word } = this;
          this.next();
          if (this.atEnd()) {
            chain.comment = word;
            return true;
          }
        }
        this.reset(mark);
        return false;
      }
    }
  }

  /** What follows `type`: `filter hook input [device "eth0"|devices = { ... }] priority filter + 10`. */
  private baseChain(family: Family, before: BaseChain | null): BaseChain {
    const type = this.takeAnyWord();
    if (type !== 'filter' && type !== 'nat' && type !== 'route') throw MISREAD;
    if (!this.takeWord('hook')) throw MISREAD;
    const hook = this.takeAnyWord();
    if (!(HOOKS as readonly string[]).includes(hook)) throw MISREAD;
    let devices: string[] = [];
    if (this.kind === WORD && (this.word === 'device' || this.word === 'devices')) {
      this.next();
      devices = this.devices();
    }
    if (!this.takeWord('priority')) throw MISREAD;
    const { start } = this;
    const priority = this.kind === DOLLAR ? this.variablePriority(family) : this.priority(family);
    return {
      type: type satisfies ChainType,
      hook: hook as Hook,
      priority,
      prioritySpelled: this.text.slice(start, this.previousStop),
      devices,
      policy: before?.policy ?? null,
      policyPackets: null,
      policyBytes: null,
    };
  }

  private devices(): string[] {
    if (this.kind === EQUALS) this.next();
    if (this.is(DOLLAR)) return this.variable(() => this.devices());
    if (!this.is(OPEN)) return [this.name()];
    const names: string[] = [];
    this.joined++;
    try {
      this.next();
      while (!this.is(CLOSE)) {
        if (this.is(DOLLAR))
          pushAll(
            names,
            this.variable(() => this.devices()),
          );
        else names.push(this.name());
        if (!this.takeKind(COMMA) && !this.is(CLOSE)) throw MISREAD;
      }
    } finally {
      this.joined--;
    }
    this.next();
    return names;
  }

  /** A variable that is not set here: the chain is shown at priority 0, and that is told. */
  private variablePriority(family: Family): number {
    const { start } = this;
    const mark = this.mark();
    this.next();
    if (this.kind !== WORD || this.defines.has(this.word)) {
      this.reset(mark);
      return this.priority(family);
    }
    const name = this.takeAnyWord();
    const message = `The priority depends on $${name}, which is not set in this text; it is taken for 0.`;
    this.diagnostics.push(diagnostic('warning', 'variable-unknown', message, { start, end: this.previousStop }));
    return 0;
  }

  private priority(family: Family): number {
    if (this.kind === DOLLAR) return this.variable(() => this.priority(family));
    if (this.kind === STRING) {
      const { word } = this;
      this.next();
      const number = Number(word);
      if (!Number.isInteger(number)) throw MISREAD;
      return number;
    }
    if (this.takeKind(DASH)) return -this.takeNumber();
    if (this.kind === NUMBER) return this.takeNumber();
    const name = this.takeAnyWord();
    const base = Object.hasOwn(priorityNames(family), name) ? priorityNames(family)[name] : undefined;
    if (base === undefined) throw MISREAD;
    if (this.takeKind(PLUS)) return base + this.takeNumber();
    return this.takeKind(DASH) ? base - this.takeNumber() : base;
  }

  // Rules ----------------------------------------------------------------------------------------------------------------------

  /** `before`: where the rules of the block begin among the pending ones. */
  private rule(chain: Chain, before: number): void {
    const { start } = this;
    if (this.kind === WORD && this.word === 'include' && this.peekCode() === 34) {
      this.ignored('nft-include', 'The included file is not part of this text');
      return;
    }
    this.handle = null;
    const body = this.statements();
    this.addToBlock(chain, before, body, start);
    if (start > this.nextProgress) this.progress(start);
  }

  /** A line with nothing but a handle is a rule that nft could not show. */
  private emptyRule(chain: Chain, before: number): void {
    const at = this.previousStop;
    const message = 'nft lists a rule here that it cannot show: what it does is not known';
    this.diagnostics.push(diagnostic('warning', 'nft-rule-not-shown', message, { start: this.start, end: this.start }));
    this.addToBlock(chain, before, [HIDDEN], at);
  }

  /** Adds a rule to the block of a chain whose rules begin with `before` among the pending ones. */
  private addToBlock(chain: Chain, before: number, body: Statement[], start: number): void {
    const index = chain.rules.length + this.ruleCount - before + 1;
    this.pendingRules[this.ruleCount++] = this.makeRule(chain, index, body, start);
  }

  private makeRule(chain: Chain, index: number, body: Statement[], start: number): Rule {
    return { id: 0, chain, index, body, start, end: this.previousStop, handle: this.takeHandle() };
  }

  private progress(offset: number): void {
    this.nextProgress = offset + PROGRESS_STEP;
    this.settings.onProgress?.((offset - this.startAt) / Math.max(1, this.stopAt - this.startAt));
  }

  protected override anonymousChain(): string {
    const { chain } = this;
    if (!chain) throw MISREAD;
    const { start } = this;
    const span = { start, end: start };
    const inner: Open<Chain> = newChain(
      chain.table,
      `__chain${this.firstAnonymous + this.anonymous.length}`,
      span,
      span,
    );
    this.anonymous.push(inner);
    this.hasOtherNames = true;
    chain.table.chainNamed.set(inner.name, inner);
    return this.nested(() => {
      const opening = { start: this.start, end: this.stop };
      const { joined } = this;
      this.joined = 0;
      this.next();
      this.chainLines(inner);
      this.joined = joined;
      this.closeBlock(opening, 'an anonymous chain');
      inner.start = start;
      inner.end = this.previousStop;
      return inner.name;
    });
  }

  // Commands -------------------------------------------------------------------------------------------------------------------

  private addCommand(): void {
    const { start } = this;
    const command = this.takeAnyWord();
    if (this.kind !== WORD) throw MISREAD;
    this.addedThing(start, command);
  }

  private addedThing(start: number, command: string): void {
    const thing = this.word;
    if (thing === 'table') {
      this.tableBlock();
      return;
    }
    if (thing === 'set' || thing === 'map' || thing === 'chain' || thing === 'rule' || thing === 'element') this.next();
    else if (!OBJECT_KINDS.has(thing)) {
      if (FAMILY_OR_NAME.test(thing)) {
        this.addedRule(start, command);
        return;
      }
      throw MISREAD;
    }
    switch (thing) {
      case 'rule': {
        this.addedRule(start, command);
        return;
      }
      case 'chain':
        this.chainBlock(this.commandTable(start), start);
        return;
      case 'set':
      case 'map': {
        this.addedSet(thing === 'map', start);
        return;
      }
      case 'element': {
        this.addedElements();
        return;
      }
      default: {
        this.addedObject(start);
        return;
      }
    }
  }

  private commandTable(start: number): Table {
    const family = this.family();
    return this.tableFor(family, this.name(), { start, end: this.previousStop });
  }

  private addedRule(start: number, command: string): void {
    const table = this.commandTable(start);
    const nameSpan = { start: this.start, end: this.stop };
    const chain = this.chainFor(table, this.name(), nameSpan, nameSpan);
    let place: RulePlace | null = null;
    while (this.kind === WORD && (this.word === 'position' || this.word === 'handle' || this.word === 'index')) {
      const kind = this.word === 'index' ? 'index' : 'handle';
      this.next();
      place = { kind, number: this.takeNumber() };
    }
    if (this.atEnd()) throw MISREAD;
    const { start: ruleStart } = this;
    const outer = this.chain;
    this.chain = chain;
    this.handle = null;
    const body = this.statements();
    this.chain = outer;
    chain.rules.push(this.makeRule(chain, chain.rules.length + 1, body, ruleStart));
    if (place !== null) this.placeRule(chain, command, place);
    else if (command === 'insert') this.deferLastRule(chain);
    if (ruleStart > this.nextProgress) this.progress(ruleStart);
  }

  /** `insert rule` without a place: the rule goes before all others, once the chain is complete. */
  private deferLastRule(chain: Chain): void {
    const rule = chain.rules.pop();
    const front = this.fronts.get(chain);
    if (!rule) return;
    if (front) front.push(rule);
    else this.fronts.set(chain, [rule]);
  }

  /** Puts the inserted rules before the others: the last one inserted is the first. */
  protected settleFront(chain: Chain): void {
    const front = this.fronts.get(chain);
    if (!front) return;
    this.fronts.delete(chain);
    this.moved.add(chain);
    const appended = chain.rules.splice(0);
    for (let i = front.length - 1; i >= 0; i--) chain.rules.push(front[i] as Rule);
    for (const rule of appended) chain.rules.push(rule);
  }

  /** The chain's inserted rules are gone, or it is. */
  protected forget(chain: Chain): void {
    this.fronts.delete(chain);
  }

  protected isReferred(table: Table, chain: Chain): boolean {
    return isReferred(table, chain, (each) => this.rulesOf(each));
  }

  protected isSetUsed(table: Table, name: string): boolean {
    return isSetUsed(table, name, (each) => this.rulesOf(each));
  }

  /** In no order. */
  private rulesOf(chain: Chain): readonly Rule[] {
    const front = this.fronts.get(chain);
    return front ? [...front, ...chain.rules] : chain.rules;
  }

  private settleOrder(): void {
    for (const chain of [...this.fronts.keys()]) this.settleFront(chain);
    for (const chain of this.moved)
      chain.rules.forEach((rule, i) => {
        (rule as Open<Rule>).index = i + 1;
      });
  }

  private addedSet(isMap: boolean, start: number): void {
    const table = this.commandTable(start);
    const nameSpan = { start: this.start, end: this.stop };
    const name = this.name();
    const opening = { start: this.start, end: this.stop };
    const draft = this.setBody(isMap);
    this.closeBlock(opening, `set ${name}`);
    this.addSet(table, this.namedSet(draft, name, table, { start, end: this.previousStop }, nameSpan));
  }

  private addedElements(): void {
    const table = this.commandTable(this.start);
    const set = table.setNamed.get(this.name());
    if (!set || this.kind !== OPEN) throw MISREAD;
    const draft: SetDraft = {
      key: set.key,
      data: set.data,
      flags: [],
      options: [],
      elements: [],
      complete: set.complete,
      comment: null,
      handle: null,
    };
    this.setElements(draft);
    (set as Open<NamedSet>).complete = draft.complete;
    this.addElements(set, draft.elements);
  }

  /** Kernel: an element that is there already is not added again. */
  private addElements(set: NamedSet, added: readonly SetElement[]): void {
    let keys = this.elementKeys.get(set.elements);
    if (!keys) {
      keys = new Set(set.elements.map(elementKey));
      this.elementKeys.set(set.elements, keys);
    }
    const elements = set.elements as SetElement[];
    for (const element of added) {
      const key = elementKey(element);
      if (!keys.has(key)) elements.push(element);
      keys.add(key);
    }
  }

  private addedObject(start: number): void {
    let kind = this.takeAnyWord();
    if (kind === 'ct') kind += ` ${this.takeAnyWord()}`;
    const table = this.commandTable(start);
    const name = this.name();
    const inside = this.start;
    let text: string;
    if (this.kind === OPEN) {
      this.skipBraces(this.start);
      text = objectText(kind, this.text.slice(inside + 1, this.previousStop - 1));
    } else {
      while (!this.atEnd()) this.next();
      text = this.text.slice(inside, this.previousStop);
    }
    table.objects.push({ kind, name, text, handle: null, span: { start, end: this.previousStop } });
  }

  // Backends -------------------------------------------------------------------------------------------------------------------

  private settleBackends(): void {
    for (const table of this.tables) {
      const said = this.managed.has(`${table.family} ${table.name}`);
      if (said || looksLikeIptablesNft(table)) (table as Open<Table>).backend = 'iptables-nft' satisfies Backend;
    }
  }
}

export const OBJECT_KINDS: ReadonlySet<string> = new Set([
  'counter',
  'quota',
  'limit',
  'ct',
  'secmark',
  'synproxy',
  'flowtable',
  'tunnel',
  'set',
  'map',
]);
const HIDDEN: Statement = { kind: 'opaque', text: '' };
const PROGNAME = /[ \t]*#(?: handle \d+)? progname (\S+)/y;
const CHAIN_LINES = new Set(['type', 'policy', 'flags', 'devices', 'comment']);
const FAMILY_OR_NAME = /^[A-Za-z_]/;

function newChain(table: Table, name: string, span: Span, nameSpan: Span): Chain {
  return {
    id: 0,
    table,
    name,
    base: null,
    rules: [],
    start: span.start,
    end: span.end,
    nameStart: nameSpan.start,
    nameEnd: nameSpan.end,
    handle: null,
    comment: null,
  };
}

/**
 * Assumption: a table is iptables-nft's where its name and family are those of an iptables table, all its base chains are built-in chains of
 * that table with the type, hook and priority that iptables-nft gives them, and it has no sets or objects (iptables-nft makes none that are named).
 * A rule that iptables-nft would not write (without a counter) speaks against it. Hand-written nft tables with such chains and a counter in every
 * rule are taken for iptables-nft's: they behave the same.
 */
export function looksLikeIptablesNft(table: Table): boolean {
  if (table.family !== 'ip' && table.family !== 'ip6') return false;
  const builtin = Object.hasOwn(BUILTIN_TABLES, table.name) ? BUILTIN_TABLES[table.name] : undefined;
  if (!builtin || table.sets.length > 0 || table.objects.length > 0) return false;
  let bases = 0;
  for (const chain of table.chains) {
    if (!chain.base) continue;
    bases++;
    const hook = Object.hasOwn(BUILTIN_CHAINS, chain.name) ? BUILTIN_CHAINS[chain.name] : undefined;
    if (chain.base.hook !== hook || chain.base.type !== builtin.type(hook)) return false;
    if (chain.base.priority !== builtin.priority(hook, 'iptables-nft')) return false;
  }
  return bases > 0 && table.chains.every((chain) => chain.rules.every(iptablesForm));
}

function iptablesForm({ body }: Rule): boolean {
  return (
    body.some((statement) => statement.kind === 'counter' && statement.packets !== null) ||
    body.some((statement) => statement.kind === 'xt')
  );
}
