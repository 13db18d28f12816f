/**
 * `nft -j list ruleset` and `nft -j -f` command files, item by item, into the model. Follows libnftables-json(5), schema version 1. A rule is
 * spanned by its item; a table from its item to the end of its last one. Longer than most files because listing and commands share the readers.
 * Not modelled: deletions and renames in command files (reported), as in web/parse/nft.
 */
import { type Diagnostic, type DiagnosticSeverity, diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { ChainNames } from '../../model/chain-names.ts';
import { type ChainType, FAMILIES, type Family, HOOKS, type Hook } from '../../model/hook.ts';
import type { BaseChain, Chain, NamedSet, Rule, Table } from '../../model/ruleset.ts';
import { typesOfSet } from '../../model/spell.ts';
import type { Reject, Statement } from '../../model/statement.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { priorityText } from '../nft/print-blocks.ts';
import { looksLikeIptablesNft } from '../nft/ruleset-reader.ts';
import { setFlags } from '../nft/sets.ts';
import { element } from './expressions.ts';
import { blockStatement } from './fallback.ts';
import { words } from './fields.ts';
import { type Json, JsonObject, JsonScanner, NO_JSON } from './json.ts';
import { dataTypes, OBJECT_KINDS, objectText, setOptions, setType } from './objects.ts';
import { fail, NOT_READ, optionalInteger, text } from './parts.ts';
import { BARE_REJECT, statement } from './statements.ts';

const QUOTE = 34;
const LIST = 91;
const OPEN = 123;
const PROGRESS_STEP = 1 << 20;
/** Statements that are shared between rules: those of at most this many characters, at most so many. */
const SHARED_LENGTH = 240;
const SHARED_LIMIT = 100_000;
const COUNTER = '{"counter"';

type Open<T> = { -readonly [K in keyof T]: T[K] };
type Command = 'add' | 'insert';

const ADDING = new Map<string, Command>([
  ['add', 'add'],
  ['create', 'add'],
  ['replace', 'add'],
  ['insert', 'insert'],
]);
const REMOVING: ReadonlySet<string> = new Set(['delete', 'destroy', 'flush', 'list', 'reset', 'rename']);
/** Where reading goes on after broken JSON: at what begins like an item of a listing. */
const ITEM =
  /\{\s*"(?:table|chain|rule|set|map|element|flowtable|counter|quota|limit|synproxy|secmark|ct (?:helper|timeout|expectation)|add|insert|create|replace)"\s*:\s*\{\s*"(?:family|table|rule|chain|set|map|element)"/g;

/** A rule's or set's own part of its item: the header's values, and where its long list stands. */
interface Head {
  readonly head: JsonObject;
  /** The offset of the list, or -1. */
  readonly list: number;
  readonly cut: boolean;
}

export class JsonRulesetReader {
  readonly #scanner: JsonScanner;
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly #options: ParseOptions;
  readonly #tables: Table[] = [];
  readonly #tableNamed = new Map<string, Open<Table>>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #shared = new Map<string, Statement>();
  /** Rules of `insert rule`, in the order read; and the chains whose rules have to be numbered again. */
  readonly #fronts = new Map<Chain, Rule[]>();
  readonly #moved = new Set<Chain>();
  #nextProgress: number;
  /** How many chains `jump { ... }` has made so far. */
  #anonymous = 0;

  constructor(text: string, start: number, end: number, options: ParseOptions) {
    this.#text = text;
    this.#start = start;
    this.#end = Math.min(end, text.length);
    this.#options = options;
    this.#scanner = new JsonScanner(text, start, this.#end);
    this.#nextProgress = start + PROGRESS_STEP;
  }

  read(): ParsedSection {
    try {
      this.#document();
    } catch (error) {
      if (error !== NO_JSON) throw error;
      this.#recover();
    }
    this.#settleOrder();
    for (const table of this.#tables) if (looksLikeIptablesNft(table)) (table as Open<Table>).backend = 'iptables-nft';
    this.#options.onProgress?.(1);
    return { tables: this.#tables, ipsets: [], diagnostics: this.#diagnostics };
  }

  #say(severity: DiagnosticSeverity, code: string, message: string, span: Span): void {
    this.#diagnostics.push(diagnostic(severity, code, message, span));
  }

  #document(): void {
    const scanner = this.#scanner;
    let found = false;
    scanner.pairs((key) => {
      if (key === 'nftables' && scanner.peek() === LIST) {
        found = true;
        scanner.items(() => this.#item());
      } else scanner.skip();
    });
    if (!found) {
      const span = { start: this.#start, end: Math.min(this.#end, this.#start + 1) };
      this.#say('error', 'nft-json-without-list', 'This JSON has no list “nftables”.', span);
    }
    if (scanner.peek() >= 0) {
      const span = { start: scanner.at, end: this.#end };
      this.#say('warning', 'nft-json-text-after', 'The text after the JSON document is left out.', span);
    }
  }

  /** After broken JSON: says where it broke, and goes on with the next item that can be found. */
  #recover(): void {
    const scanner = this.#scanner;
    for (;;) {
      const at = Math.min(scanner.at, this.#end);
      if (at >= this.#end) {
        const span = { start: Math.max(this.#start, this.#end - 1), end: this.#end };
        this.#say('error', 'nft-json-unexpected-end', 'The JSON ends too early: what follows is missing.', span);
        return;
      }
      ITEM.lastIndex = at;
      const next = ITEM.exec(this.#text);
      const resume = next && next.index < this.#end ? next.index : this.#end;
      const message = 'This is no JSON: reading goes on at the next item.';
      this.#say('error', 'nft-json-broken', message, { start: at, end: Math.max(resume, at) });
      if (resume === this.#end) return;
      scanner.at = resume;
      try {
        do this.#item();
        while (scanner.take(44));
        if (!scanner.take(93)) throw NO_JSON;
        return;
      } catch (error) {
        if (error !== NO_JSON) throw error;
        if (scanner.at <= resume) scanner.at = resume + 1;
      }
    }
  }

  /** One item of the list: `{"rule": {...}}`, `{"add": {"rule": {...}}}`. */
  #item(): void {
    const scanner = this.#scanner;
    if (scanner.peek() !== OPEN) {
      const start = scanner.at;
      scanner.skip();
      this.#say('warning', 'nft-json-item-not-understood', 'This is no item of a ruleset.', { start, end: scanner.at });
      return;
    }
    const start = scanner.at;
    if (start > this.#nextProgress) {
      this.#nextProgress = start + PROGRESS_STEP;
      this.#options.onProgress?.((start - this.#start) / Math.max(1, this.#end - this.#start));
    }
    scanner.pairs((key) => {
      const command = ADDING.get(key);
      if (command !== undefined && scanner.peek() === OPEN)
        scanner.pairs((thing) => this.#thing(thing, start, command));
      else if (REMOVING.has(key)) this.#otherCommand(key, start);
      else this.#thing(key, start, 'add');
    });
  }

  /** As in nft text: what removes at the beginning has nothing to remove. */
  #otherCommand(key: string, start: number): void {
    this.#scanner.skip();
    const quiet =
      key !== 'list' &&
      key !== 'reset' &&
      this.#tables.every((table) => table.chains.every((chain) => chain.rules.length === 0));
    if (quiet) return;
    const end = this.#scanner.at;
    const message = `This command is not carried out: ${this.#text.slice(start, Math.min(end, start + 80))}`;
    this.#say('info', 'nft-json-command-ignored', message, { start, end });
  }

  #thing(key: string, start: number, command: Command): void {
    const scanner = this.#scanner;
    const bodyStart = scanner.at;
    try {
      if (key === 'rule') this.#rule(start, command);
      else if (key === 'set' || key === 'map' || key === 'meter') this.#set(start, key === 'map');
      else if (key === 'element') this.#elements(start);
      else if (key === 'metainfo') scanner.skip();
      else this.#declared(key, start);
    } catch (error) {
      if (error !== NOT_READ) throw error;
      if (scanner.at <= bodyStart) scanner.skip();
      const span = { start, end: scanner.at };
      const message = `Not understood: ${this.#text.slice(start, Math.min(span.end, start + 80))}`;
      this.#say('error', 'nft-json-item-not-understood', message, span);
    }
  }

  // Tables and chains ----------------------------------------------------------------------------------------------------------

  #declared(key: string, start: number): void {
    const body = this.#scanner.value();
    if (!(body instanceof JsonObject)) throw NOT_READ;
    const end = Math.max(this.#scanner.at, start);
    if (key === 'table') this.#table(body, start, end);
    else if (key === 'chain') this.#chain(body, start, end);
    else if (OBJECT_KINDS.has(key)) this.#object(key, body, start, end);
    else fail();
  }

  #tableFor(family: Json | undefined, name: Json | undefined, start: number): Open<Table> {
    if (typeof name !== 'string') return fail();
    const known = family === undefined ? 'ip' : FAMILIES.find((each) => each === family);
    if (known === undefined) return fail();
    const found = this.#tableNamed.get(`${known} ${name}`);
    if (found) return found;
    const table = emptyTable(known, name, start);
    this.#tables.push(table);
    this.#tableNamed.set(`${known} ${name}`, table);
    return table;
  }

  /** The table of an item, which reaches at least to the item's end. */
  #home(body: JsonObject, start: number, end: number): Open<Table> {
    const table = this.#tableFor(body.get('family'), body.get('table'), start);
    if (end > table.span.end) table.span = { start: table.span.start, end };
    return table;
  }

  #table(body: JsonObject, start: number, end: number): void {
    const table = this.#tableFor(body.get('family'), body.get('name'), start);
    table.span = { start: table.span.start, end: Math.max(end, table.span.end) };
    table.handle = optionalInteger(body.get('handle')) ?? table.handle;
    table.flags = words(body.get('flags')) ?? table.flags;
    const comment = body.get('comment');
    if (typeof comment === 'string') table.comment = comment;
  }

  #chainFor(table: Table, name: string, span: Span, nameSpan: Span): Open<Chain> {
    const known = table.chainNamed.get(name);
    if (known) return known;
    const { start, end } = span;
    const nameStart = nameSpan.start;
    const nameEnd = nameSpan.end;
    const found = { id: 0, table, name, base: null, rules: [], start, end, nameStart, nameEnd };
    const chain: Chain = { ...found, handle: null, comment: null };
    table.chains.push(chain);
    return chain;
  }

  #chain(body: JsonObject, start: number, end: number): void {
    const table = this.#home(body, start, end);
    const name = text(body, 'name');
    const chain = this.#chainFor(table, name, { start, end }, this.#nameSpan(name, start, end));
    chain.handle = optionalInteger(body.get('handle')) ?? chain.handle;
    const comment = body.get('comment');
    if (typeof comment === 'string') chain.comment = comment;
    const flags = words(body.get('flags'));
    if (flags) chain.flags = flags;
    if (body.get('hook') !== undefined) chain.base = baseChain(body, table.family);
  }

  /** Where the item's name stands, without its quotes. */
  #nameSpan(name: string, start: number, end: number): Span {
    const head = this.#text.slice(start, Math.min(end, start + 4096));
    const key = /"name"\s*:\s*"/.exec(head);
    if (!key) return { start, end: start };
    const from = start + key.index + key[0].length;
    return { start: from, end: Math.min(from + name.length, end) };
  }

  #object(kind: string, body: JsonObject, start: number, end: number): void {
    const table = this.#home(body, start, end);
    const handle = optionalInteger(body.get('handle'));
    const name = text(body, 'name');
    table.objects.push({ kind, name, text: objectText(kind, body, table.family), handle, span: { start, end } });
  }

  // Rules ----------------------------------------------------------------------------------------------------------------------

  /** The values of the object at the scanner but for the one long list under `listKey`, which is passed and read later. */
  #head(listKey: string): Head {
    const scanner = this.#scanner;
    if (scanner.peek() !== OPEN) return fail();
    const { at: start } = scanner;
    const keys: string[] = [];
    const values: Json[] = [];
    let list = -1;
    let cut = false;
    try {
      scanner.pairs((key) => {
        if (key === listKey && scanner.peek() === LIST) {
          list = scanner.at;
          scanner.skip();
        } else {
          keys.push(key);
          values.push(scanner.value());
        }
      });
    } catch (error) {
      if (error !== NO_JSON || list < 0 || scanner.at < this.#end) throw error;
      cut = true;
    }
    return { head: new JsonObject(keys, values, start, scanner.at), list, cut };
  }

  #rule(start: number, command: Command): void {
    const { head, list, cut } = this.#head('expr');
    const end = this.#scanner.at;
    const table = this.#home(head, start, end);
    const name = text(head, 'chain');
    const chain = this.#chainFor(table, name, { start, end: start }, { start, end: start });
    const body: Statement[] = [];
    if (list >= 0) {
      this.#scanner.at = list;
      this.#body(body, end, table);
    }
    this.#scanner.at = end;
    body.forEach((each, i) => {
      if (each.kind === 'reject' && isDefaultReject(each, table.family)) body[i] = BARE_REJECT;
    });
    const comment = head.get('comment');
    if (typeof comment === 'string') body.push({ kind: 'comment', text: comment });
    const handle = optionalInteger(head.get('handle'));
    // The item's closing brace is one further on, or the text ends.
    const rule: Rule = { id: 0, chain, index: chain.rules.length + 1, body, start, end: this.#itemEnd(end), handle };
    chain.rules.push(rule);
    const index = optionalInteger(head.get('index'));
    if (command === 'insert' || index !== null) this.#place(chain, command, index);
    if (cut) throw NO_JSON;
  }

  #itemEnd(end: number): number {
    return this.#text.charCodeAt(end) === 125 ? end + 1 : end;
  }

  /** The statements of the list at the scanner; what follows broken JSON up to `end` is kept as one. */
  #body(body: Statement[], end: number, table: Table): void {
    const scanner = this.#scanner;
    try {
      scanner.items(() => body.push(this.#statement(table)));
    } catch (error) {
      if (error !== NO_JSON) throw error;
      if (scanner.peek() >= 0 && scanner.at < end) body.push(this.#opaque(scanner.at, end));
    }
  }

  /** The statement at the scanner: shared with other rules of the same text; what is not understood is Opaque. */
  #statement(table: Table): Statement {
    const scanner = this.#scanner;
    scanner.peek();
    const start = scanner.at;
    try {
      scanner.skip();
    } catch (error) {
      if (error !== NO_JSON) throw error;
      return this.#opaque(start, scanner.at);
    }
    const end = scanner.at;
    const block = this.#text.charCodeAt(start) === QUOTE ? this.#block(start, end, table) : null;
    if (block) return block;
    const short = end - start <= SHARED_LENGTH && !this.#text.startsWith(COUNTER, start);
    const source = short ? this.#text.slice(start, end) : '';
    const known = short ? this.#shared.get(source) : undefined;
    if (known) return known;
    scanner.at = start;
    let made: Statement;
    try {
      made = statement(scanner.value());
    } catch (error) {
      if (error !== NOT_READ && error !== NO_JSON) throw error;
      scanner.at = end;
      return this.#opaque(start, end);
    }
    if (short && this.#shared.size < SHARED_LIMIT) this.#shared.set(source, made);
    return made;
  }

  /** `"jump {...}"`: its rules become a chain of the table. */
  #block(start: number, end: number, table: Table): Statement | null {
    const text = new JsonScanner(this.#text, start, end).string();
    const found = blockStatement(text, table, this.#anonymous, { start, end });
    if (!found) return null;
    this.#anonymous += found.chains.length;
    for (const chain of found.chains) {
      table.chains.push(chain);
      table.chainNamed.set(chain.name, chain);
    }
    return found.statement;
  }

  #opaque(start: number, end: number): Statement {
    const source = this.#text.slice(start, end);
    const short = source.length > 80 ? `${source.slice(0, 77)}...` : source;
    this.#say('warning', 'nft-json-not-understood', `Kept, but not interpreted: ${short}`, { start, end });
    return { kind: 'opaque', text: source };
  }

  /** `insert`, and `add` with an index: moves the rule that was read last. Inserted rules come first, the last one inserted before the others. */
  #place(chain: Chain, command: Command, index: number | null): void {
    const rule = chain.rules.pop();
    if (!rule) return;
    if (index === null) {
      const front = this.#fronts.get(chain);
      if (front) front.push(rule);
      else this.#fronts.set(chain, [rule]);
      return;
    }
    this.#settleFront(chain);
    chain.rules.splice(Math.min(command === 'insert' ? index : index + 1, chain.rules.length), 0, rule);
    this.#moved.add(chain);
  }

  #settleFront(chain: Chain): void {
    const front = this.#fronts.get(chain);
    if (!front) return;
    this.#fronts.delete(chain);
    this.#moved.add(chain);
    const appended = chain.rules.splice(0);
    for (let i = front.length - 1; i >= 0; i--) chain.rules.push(front[i] as Rule);
    for (const rule of appended) chain.rules.push(rule);
  }

  #settleOrder(): void {
    for (const chain of [...this.#fronts.keys()]) this.#settleFront(chain);
    for (const chain of this.#moved)
      chain.rules.forEach((rule, i) => {
        (rule as Open<Rule>).index = i + 1;
      });
  }

  // Sets -----------------------------------------------------------------------------------------------------------------------

  #set(start: number, isMap: boolean): void {
    const { head, list, cut } = this.#head('elem');
    const end = this.#scanner.at;
    const table = this.#home(head, start, end);
    const name = text(head, 'name');
    const comment = head.get('comment');
    const made: Open<NamedSet> = {
      id: 0,
      name,
      table,
      key: setType(head.get('type')),
      data: isMap ? setType(head.get('map')) : null,
      flags: setFlags(words(head.get('flags')) ?? [], setOptions(head)),
      elements: [],
      complete: true,
      comment: typeof comment === 'string' ? comment : null,
      handle: optionalInteger(head.get('handle')),
      options: setOptions(head),
      span: { start, end: this.#itemEnd(end) },
      nameSpan: this.#nameSpan(name, start, end),
    };
    // Declaring a set again changes nothing but adds its elements.
    const set: Open<NamedSet> = table.setNamed.get(name) ?? made;
    if (set === made) {
      table.sets.push(set);
      table.setNamed.set(name, set);
    }
    if (list >= 0) this.#readElements(set, list, end);
    this.#scanner.at = end;
    if (cut) throw NO_JSON;
  }

  /** `{"element": {"family", "table", "name", "elem"}}` of a command file. */
  #elements(start: number): void {
    const { head, list, cut } = this.#head('elem');
    const end = this.#scanner.at;
    const set = this.#home(head, start, end).setNamed.get(text(head, 'name'));
    if (!set) throw NOT_READ;
    if (list >= 0) this.#readElements(set, list, end);
    this.#scanner.at = end;
    if (cut) throw NO_JSON;
  }

  #readElements(set: Open<NamedSet>, list: number, end: number): void {
    const scanner = this.#scanner;
    const elements = set.elements as NamedSet['elements'][number][];
    const key = typesOfSet(set.key);
    const data = set.data ? dataTypes(set.data) : null;
    scanner.at = list;
    let start = list;
    try {
      scanner.items(() => {
        scanner.peek();
        start = scanner.at;
        const read = scanner.value();
        try {
          elements.push(element(read, key, data));
        } catch (error) {
          if (error !== NOT_READ) throw error;
          set.complete = false;
          this.#brokenElement(start, scanner.at);
        }
      });
    } catch (error) {
      if (error !== NO_JSON) throw error;
      set.complete = false;
      if (scanner.peek() >= 0) this.#brokenElement(scanner.at, Math.max(scanner.at, end));
    }
  }

  #brokenElement(start: number, end: number): void {
    const shown = this.#text.slice(start, Math.min(end, start + 60));
    this.#say('error', 'nft-json-element-not-understood', `This element is left out: ${shown}`, { start, end });
  }
}

const DEFAULT_REJECTS = {
  ip: 'icmp',
  ip6: 'icmpv6',
  inet: 'icmpx',
  bridge: 'icmpx',
  netdev: 'icmpx',
  arp: null,
} as const;

/** nft's text lists the family's own port-unreachable as a bare `reject`. */
function isDefaultReject({ with: kind, code }: Reject, family: Family): boolean {
  return code === 'port-unreachable' && kind === DEFAULT_REJECTS[family];
}

function emptyTable(family: Family, name: string, start: number): Table {
  const chains: Chain[] = [];
  return {
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
    span: { start, end: start },
  };
}

function baseChain(body: JsonObject, family: Family): BaseChain {
  const type = body.get('type');
  const hook = HOOKS.find((each) => each === body.get('hook'));
  const policy = body.get('policy') ?? null;
  if ((type !== 'filter' && type !== 'nat' && type !== 'route') || hook === undefined) return fail();
  if (policy !== null && policy !== 'accept' && policy !== 'drop') return fail();
  const priority = optionalInteger(body.get('prio')) ?? 0;
  return {
    type: type satisfies ChainType,
    hook: hook satisfies Hook,
    priority,
    prioritySpelled: priorityText(family, hook, priority),
    devices: words(body.get('dev')) ?? [],
    policy,
    policyPackets: null,
    policyBytes: null,
  };
}
