/**
 * Expressions of nft text: bitwise operations, concatenations, maps, anonymous sets, and right-hand sides. Follows the *_expr rules of
 * nftables' src/parser_bison.y. Longer than most files because the rules call each other.
 */
import {
  ACCEPT,
  CONTINUE,
  DROP,
  type ElementExtras,
  type Expression,
  RETURN,
  type Scalar,
  type SetElement,
  type SetLiteral,
  type SetReference,
  type Value,
  type Verdict,
  value,
} from '../../model/expression.ts';
import { type FieldType, integerType } from '../../model/field-types.ts';
import { rangeText, typesOf } from '../../model/spell.ts';
import { FieldReader } from './field-reader.ts';
import { fieldShape } from './fields.ts';
import { END, IPV4, IPV6, KEYWORD_LENGTH, LSHIFT, MISREAD, NEWLINE, NUMBER, RSHIFT, STRING, WORD } from './lexer.ts';
import { PlainElements } from './plain-elements.ts';
import { durationMilliseconds } from './values.ts';

const AT = 64;
const DOLLAR = 36;
const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;
const COLON = 58;
const DOT = 46;
const DASH = 45;
const SLASH = 47;
const STAR = 42;
const PAREN = 40;
const PAREN_CLOSE = 41;
const SEMICOLON = 59;

/** Deeper nesting than any ruleset has; beyond it the text is kept as opaque. */
const MAX_DEPTH = 64;
const EXPANSION_LIMIT = 4_000_000;
const INTEGER = integerType(32);
const NO_TYPES: readonly FieldType[] = [];

/** The type of the data that a lookup gives, where the elements tell. */
export type Types = readonly FieldType[];

/** The slice of text that stands for a variable, and what the variables in it stood for when it was defined. */
export interface Defined {
  readonly start: number;
  readonly end: number;
  readonly uses: ReadonlyMap<string, Defined> | null;
}

export class ExpressionReader extends FieldReader {
  /** `define NAME = ...`: the slice of text that stands for `$NAME`. */
  protected readonly defines = new Map<string, Defined>();
  /** The variables of the defined text that is read. */
  private scope: ReadonlyMap<string, Defined> | null = null;
  private readonly plainElements = new PlainElements(this.text, this.codes, {
    number: (number) => this.plain(number),
    jump: (kind, chain) => this.verdictTo(kind, chain),
  });
  private depth = 0;
  /** Characters read through variables so far. */
  private expanded = 0;

  /** Runs `read` one level deeper. */
  protected nested<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH) throw MISREAD;
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  /** An expression with concatenations and a map look-up: `ip saddr . tcp dport map { ... }`. `types`: of constants in it. */
  protected expression(types: Types): Expression {
    let left = this.term(types[0]);
    if (this.kind === DOT) {
      const parts = [left];
      while (this.takeKind(DOT)) parts.push(this.term(types[parts.length] ?? undefined));
      left = { kind: 'concat', parts };
    }
    for (let count = 0; this.kind === WORD && this.word === 'map'; count++) {
      if (count === MAX_DEPTH) throw MISREAD;
      this.next();
      left = { kind: 'map', key: left, map: this.mapOperand(typesOf(left), types) };
    }
    return left;
  }

  /** `{ ... }` or `@name` after `map` and `vmap`. */
  protected mapOperand(key: Types, data: Types): SetLiteral | SetReference {
    if (this.kind === DOLLAR) return this.variable(() => this.mapOperand(key, data));
    if (this.kind === AT) return this.setReference();
    if (this.kind !== OPEN) throw MISREAD;
    return this.setLiteral(key, data);
  }

  protected setReference(): SetReference {
    this.next();
    return { kind: 'set-reference', name: this.name() };
  }

  private term(type: FieldType | undefined): Expression {
    if (this.kind === NUMBER || this.kind === IPV4) {
      // A constant and no more, as most elements of sets and maps are.
      const follows = this.peekCode();
      if (follows === COMMA || follows === COLON || follows === CLOSE || follows === DOT) return this.constant(type);
    }
    return this.binary(type, 1);
  }

  /** Bitwise operators by precedence climbing: | 1, ^ 2, & 3, shifts 4. */
  private binary(type: FieldType | undefined, minimum: number): Expression {
    let left = this.primary(type);
    // Each operator makes the tree one deeper, on the left.
    for (let count = 0; ; count++) {
      const op = this.binaryOperator();
      if (op === null || PRECEDENCE[op] < minimum) return left;
      if (count === MAX_DEPTH) throw MISREAD;
      this.next();
      const shift = op === 'lshift' || op === 'rshift';
      const own = shift ? INTEGER : (typesOf(left)[0] ?? type);
      const right = this.operand(() => this.nested(() => this.binary(own, PRECEDENCE[op] + 1)));
      left = this.folded(op, left, right, own);
    }
  }

  private binaryOperator(): keyof typeof PRECEDENCE | null {
    switch (this.kind) {
      case 38:
        return 'and';
      case 124:
        return 'or';
      case 94:
        return 'xor';
      case LSHIFT:
        return 'lshift';
      case RSHIFT:
        return 'rshift';
      case WORD:
        return WORD_OPERATORS.get(this.word) ?? null;
      default:
        return null;
    }
  }

  /** `fin | syn` of two constants is one constant. */
  private folded(
    op: keyof typeof PRECEDENCE,
    left: Expression,
    right: Expression,
    type: FieldType | undefined,
  ): Expression {
    if (op === 'or' && left.kind === 'value' && right.kind === 'value' && type?.bitmask) {
      if (typeof left.value === 'number' && typeof right.value === 'number')
        return this.plain((left.value | right.value) >>> 0);
      if (typeof left.value === 'bigint' && typeof right.value === 'bigint')
        return this.plain(left.value | right.value);
    }
    return { kind: 'bitwise', op, left, right };
  }

  private primary(type: FieldType | undefined): Expression {
    switch (this.kind) {
      case PAREN:
        return this.parenthesis(type);
      case AT:
        return this.rawOrReference();
      case DOLLAR:
        return this.variable(() => this.nested(() => this.expression(type ? [type] : NO_TYPES)));
      case OPEN:
        return this.setLiteral(type ? [type] : NO_TYPES, NO_TYPES);
      case WORD: {
        if (type && this.symbol(this.word, type) !== null) return this.rangeFrom(type);
        if (this.word === 'numgen' || fieldShape(this.word)) return this.field();
        return this.rangeFrom(type);
      }
      default:
        return this.rangeFrom(type);
    }
  }

  /** `(fin | syn)`; several constants folded into one keep their spelling where it is not the usual one. */
  private parenthesis(type: FieldType | undefined): Expression {
    const { start } = this;
    this.next();
    const inner = this.nested(() => this.expression(type ? [type] : NO_TYPES));
    if (this.kind !== PAREN_CLOSE) throw MISREAD;
    const { stop } = this;
    this.next();
    if (inner.kind !== 'value' || !type?.bitmask) return inner;
    return value(inner.value, this.text.slice(start, stop));
  }

  /** `$name`: reads the defined text here. */
  protected variable<T>(read: () => T): T {
    this.next();
    const name = this.takeAnyWord();
    const defined = this.scope?.get(name) ?? this.defines.get(name);
    if (!defined) throw MISREAD;
    // Variables of variables could otherwise grow without bound.
    this.expanded += defined.end - defined.start;
    if (this.expanded > EXPANSION_LIMIT + 4 * this.text.length) throw MISREAD;
    const mark = this.mark();
    const { end } = this;
    const result = this.nested(() => {
      const { scope } = this;
      this.end = defined.end;
      this.scope = defined.uses;
      this.jumpTo(defined.start);
      try {
        return read();
      } finally {
        this.end = end;
        this.scope = scope;
      }
    });
    this.reset(mark);
    return result;
  }

  /** `@th,160,128`, or `@name` where a set may stand. */
  private rawOrReference(): Expression {
    const { start } = this;
    const mark = this.mark();
    this.next();
    const raw = this.rawField();
    if (raw) return raw;
    this.reset(mark);
    if (start !== this.start) throw MISREAD;
    return this.setReference();
  }

  protected override jhash(): Expression {
    const of = this.nested(() => this.expression(NO_TYPES));
    const modulus = this.modulus();
    const seed = this.takeWord('seed') ? this.takeNumber() : null;
    return { kind: 'hash', of, modulus, seed, offset: this.offset() };
  }

  // Right-hand sides -----------------------------------------------------------------------------------------------------------

  /** A constant with what may follow it: a range's end, a prefix length. */
  private rangeFrom(type: FieldType | undefined): Expression {
    const wide = this.kind === IPV6 ? 128 : this.kind === IPV4 ? 32 : (type?.width ?? 0);
    const { start } = this;
    const first = this.constant(type);
    if (this.kind === DASH) {
      this.next();
      const last = this.constant(type);
      // An end that only the node can tell.
      if (first.kind === 'opaque-expression' || last.kind === 'opaque-expression')
        return { kind: 'opaque-expression', text: this.text.slice(start, this.previousStop) };
      if (first.kind !== 'value' || last.kind !== 'value') throw MISREAD;
      return this.range(first.value, last.value, type, start);
    }
    if (this.kind === SLASH && !type?.bitmask) return this.prefixFrom(first, wide);
    return first;
  }

  private range(from: Scalar, to: Scalar, type: FieldType | undefined, start: number): Expression {
    const text = this.text.slice(start, this.previousStop);
    return rangeText(from, to, type) === text
      ? { kind: 'range', from, to }
      : { kind: 'range', from, to, spelled: text };
  }

  /** `/24` after an address. */
  protected prefixFrom(first: Expression, width: number): Expression {
    this.next();
    const length = this.takeNumber();
    if (first.kind !== 'value' || typeof first.value === 'string' || length > width) throw MISREAD;
    return { kind: 'prefix', address: first.value, length, width };
  }

  /** What a match compares with: a set, a reference, or constants of those types. */
  protected rightSide(types: Types): Expression {
    if (this.kind === OPEN) return this.setLiteral(types, NO_TYPES);
    if (this.kind === DOLLAR) return this.variable(() => this.rightSide(types));
    if (this.kind === STAR && this.peekCode() !== DOT) {
      this.next();
      return value('*');
    }
    return this.expression(types);
  }

  /** `syn,ack`: flags after the first one, as one Value. */
  protected flagList(first: Expression, type: FieldType, start: number): Expression {
    if (this.kind !== COMMA || first.kind !== 'value') return first;
    let bits = Number(first.value);
    let stop = this.previousStop;
    while (this.kind === COMMA) {
      this.next();
      const more = this.constant(type);
      if (more.kind !== 'value') throw MISREAD;
      bits = (bits | Number(more.value)) >>> 0;
      stop = this.previousStop;
    }
    return this.flagValue(bits, type, start, stop, ',');
  }

  // Sets -----------------------------------------------------------------------------------------------------------------------

  /** `{ ... }`, the current token being the brace. */
  protected setLiteral(key: Types, data: Types): SetLiteral {
    const elements: SetElement[] = [];
    this.nested(() => this.readElements(elements, key, data));
    return { kind: 'set', elements };
  }

  /** Reads `{ element, ... }` into `elements`; line ends inside are blanks. Throws MISREAD inside, with what was read kept. */
  protected readElements(elements: SetElement[], key: Types, data: Types): void {
    this.joined++;
    try {
      this.expect(OPEN);
      while (this.kind !== CLOSE) {
        if (this.takeKind(COMMA) || this.plainRunOfElements(elements, key, data)) continue;
        if (this.kind === DOLLAR) this.variableElements(elements, key, data);
        else elements.push(this.element(key, data));
        if (this.kind !== COMMA && this.kind !== CLOSE) throw MISREAD;
      }
    } finally {
      this.joined--;
    }
    this.next();
  }

  /** Reads the plain elements from the current token on; the next token is another element's or the closing brace then. False where there are none. */
  private plainRunOfElements(elements: SetElement[], key: Types, data: Types): boolean {
    if (this.kind !== NUMBER && this.kind !== IPV4 && this.kind !== WORD) return false;
    const { start } = this;
    const stop = this.plainElements.read(elements, start, this.end, key, data);
    if (stop === start) return false;
    this.jumpTo(stop);
    return true;
  }

  protected override keepWord(type: FieldType, start: number, stop: number, constant: Expression): void {
    this.plainElements.keepWord(type, start, stop, constant);
  }

  /** `{ $more, 10.0.0.1 }`: the elements of a defined set are this set's. */
  private variableElements(elements: SetElement[], key: Types, data: Types): void {
    const mark = this.mark();
    const nested = this.variable((): boolean => {
      if (this.kind !== OPEN) return false;
      this.readElements(elements, key, data);
      return true;
    });
    if (nested) return;
    this.reset(mark);
    elements.push(this.element(key, data));
  }

  protected element(keyTypes: Types, dataTypes: Types): SetElement {
    const key = this.elementKey(keyTypes);
    const extras = this.kind === WORD ? this.elementExtras() : undefined;
    if (this.kind !== COLON) return extras ? { key, extras } : { key };
    this.next();
    const data = this.elementData(dataTypes);
    const more = this.is(WORD) ? this.elementExtras() : undefined;
    const all = extras ?? more;
    return all ? { key, data, extras: { ...more, ...extras } } : { key, data };
  }

  private elementKey(types: Types): Expression {
    if (this.kind === STAR) {
      this.next();
      return CATCH_ALL;
    }
    if (this.kind === OPEN) return this.setLiteral(types, NO_TYPES);
    const type = types[0];
    if (type?.bitmask) return this.flagKey(types, type);
    return this.expression(types);
  }

  /** `syn | ack` as an element: one Value. */
  private flagKey(types: Types, type: FieldType): Expression {
    const { start } = this;
    const read = this.expression(types);
    if (read.kind !== 'value' || typeof read.value !== 'number') return read;
    return this.flagValue(read.value, type, start, this.previousStop, ' | ');
  }

  private elementData(types: Types): Expression | Verdict {
    const verdict = this.verdict();
    if (verdict) return verdict;
    if (this.kind === STRING && types.length === 0) {
      const { word } = this;
      this.next();
      return this.plain(word);
    }
    return this.expression(types.length > 0 ? types : NO_TYPES);
  }

  /** `timeout 1h expires 5m counter packets 1 bytes 2 comment "x"` in any order; other state is kept as text. */
  private elementExtras(): ElementExtras {
    const extras: { -readonly [name in keyof ElementExtras]: ElementExtras[name] } = {};
    const stateStart = this.start;
    let stateStop = -1;
    let counters = 0;
    let states = 0;
    while (this.kind === WORD) {
      switch (this.word) {
        case 'timeout':
        case 'expires': {
          const option = this.word;
          this.next();
          extras[option] = this.duration();
          break;
        }
        case 'comment':
          this.next();
          if (!this.is(STRING)) throw MISREAD;
          extras.comment = this.word;
          this.next();
          break;
        case 'counter':
          counters++;
          this.next();
          this.elementCounter(extras);
          stateStop = this.previousStop;
          break;
        case 'limit':
        case 'quota':
        case 'ct':
        case 'last':
          states++;
          this.skipState();
          stateStop = this.previousStop;
          break;
        default:
          throw MISREAD;
      }
    }
    if (states > 0 || counters > 1) {
      extras.state = this.text.slice(stateStart, stateStop);
      delete extras.packets;
      delete extras.bytes;
    }
    return extras;
  }

  /** A counter without numbers (`nft --stateless`) is state whose content is not known. */
  private elementCounter(extras: { packets?: number; bytes?: number; state?: string }): void {
    if (!this.takeWord('packets')) {
      extras.state = 'counter';
      return;
    }
    extras.packets = this.takeNumber();
    if (!this.takeWord('bytes')) throw MISREAD;
    extras.bytes = this.takeNumber();
  }

  private skipState(): void {
    do this.next();
    while (this.kind !== COMMA && this.kind !== COLON && this.kind !== CLOSE && this.kind !== END && !this.atExtra());
  }

  private atExtra(): boolean {
    if (this.kind !== WORD) return false;
    return this.word === 'timeout' || this.word === 'expires' || this.word === 'comment' || this.word === 'counter';
  }

  /** A time such as `1h30m` or a number of seconds, in milliseconds. */
  protected duration(): number {
    if (this.kind === NUMBER) return this.takeNumber() * 1000;
    const time = this.kind === WORD || this.kind === STRING ? durationMilliseconds(this.word) : null;
    if (time === null) throw MISREAD;
    this.next();
    return time;
  }

  // Verdicts -------------------------------------------------------------------------------------------------------------------

  private readonly jumps = new Map<string, Verdict>();
  private readonly gotos = new Map<string, Verdict>();

  /** The verdict at the current token, or null where none begins. */
  protected verdict(): Verdict | null {
    if (this.kind === DOLLAR) return this.variableVerdict();
    if (this.kind !== WORD) return null;
    switch (this.word) {
      case 'accept':
        this.next();
        return ACCEPT;
      case 'drop':
        this.next();
        return DROP;
      case 'return':
        this.next();
        return RETURN;
      case 'continue':
        this.next();
        return CONTINUE;
      case 'jump':
      case 'goto':
        return this.jump(this.word);
      case 'queue':
        return this.queue();
      default:
        return null;
    }
  }

  private variableVerdict(): Verdict | null {
    const mark = this.mark();
    const found = this.variable(() => this.verdict());
    if (!found) this.reset(mark);
    return found;
  }

  private jump(kind: 'jump' | 'goto'): Verdict {
    this.next();
    if (this.kind === OPEN) return { kind, chain: this.anonymousChain() };
    return this.verdictTo(kind, this.kind === DOLLAR ? this.variable(() => this.name()) : this.name());
  }

  private verdictTo(kind: 'jump' | 'goto', chain: string): Verdict {
    // Names too long for the lexer's words are new strings each time, and most of them are jumped to once.
    if (chain.length > KEYWORD_LENGTH) return { kind, chain };
    const known = kind === 'jump' ? this.jumps : this.gotos;
    const found = known.get(chain);
    if (found) return found;
    const made: Verdict = { kind, chain };
    known.set(chain, made);
    return made;
  }

  /** Whether the verdict is one object for all that is equal to it. */
  protected isSharedVerdict(verdict: Verdict): boolean {
    if (verdict.kind === 'jump' || verdict.kind === 'goto') return verdict.chain.length <= KEYWORD_LENGTH;
    return verdict.kind !== 'queue';
  }

  /** `jump { ... }`: the name of the chain that holds the block's rules. */
  protected anonymousChain(): string {
    throw MISREAD;
  }

  /** `queue [flags bypass,fanout] [num|to N[-M]|EXPRESSION] [bypass,fanout]`. */
  private queue(): Verdict {
    this.next();
    const { start } = this;
    let bypass = false;
    let by: Expression | null = null;
    let stop = start;
    for (;;) {
      if (this.kind === WORD && (this.word === 'num' || this.word === 'to')) {
        this.next();
        by = chooser(this.expression([INTEGER]));
      } else if (this.kind === WORD && QUEUE_FLAGS.has(this.word)) {
        if (this.word === 'bypass') bypass = true;
        this.next();
      } else if (this.kind === COMMA && stop !== start && QUEUE_FLAGS.has(this.wordAfterComma())) this.next();
      else break;
      stop = this.previousStop;
    }
    const text = this.text.slice(start, stop);
    return by ? { kind: 'queue', text, bypass, by } : { kind: 'queue', text, bypass };
  }

  private wordAfterComma(): string {
    const mark = this.mark();
    this.next();
    const word = this.kind === WORD ? this.word : '';
    this.reset(mark);
    return word;
  }

  /** True at the end of a rule or of a line in a block. */
  protected atEnd(): boolean {
    const { kind } = this;
    return kind === NEWLINE || kind === SEMICOLON || kind === CLOSE || kind === END;
  }

  protected numberOf(expression: Expression): Scalar {
    if (expression.kind !== 'value') throw MISREAD;
    return expression.value;
  }
}

/** What chooses the queue where it is no constant, else null. */
export function chooser(queue: Expression): Expression | null {
  return queue.kind === 'value' || queue.kind === 'range' ? null : queue;
}

const CATCH_ALL: Value = { kind: 'value', value: '*' };
const PRECEDENCE = { or: 1, xor: 2, and: 3, lshift: 4, rshift: 4 } as const;
const WORD_OPERATORS = new Map<string, keyof typeof PRECEDENCE>([
  ['and', 'and'],
  ['or', 'or'],
  ['xor', 'xor'],
  ['lshift', 'lshift'],
  ['rshift', 'rshift'],
]);
const QUEUE_FLAGS = new Set(['flags', 'bypass', 'fanout']);
