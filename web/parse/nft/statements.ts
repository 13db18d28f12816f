/**
 * Statements of nft text: a rule's body, one after the other. Follows the stmt rules of nftables' src/parser_bison.y. A statement that cannot be
 * read becomes Opaque, up to the next word that begins a statement. Not modelled: statements of nft releases after 1.1.
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import {
  ACCEPT,
  CONTINUE,
  DROP,
  type Expression,
  type Field,
  field,
  RETURN,
  type SetElement,
  type Value,
  type Verdict,
  value,
} from '../../model/expression.ts';
import { type FieldType, fieldType } from '../../model/field-types.ts';
import { fibInterface, normalMatch } from '../../model/normal-match.ts';
import { typesOf } from '../../model/spell.ts';
import type { MatchOperator, SetUpdate, Statement } from '../../model/statement.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';
import { EffectReader } from './effects.ts';
import { STATEMENT_STARTS } from './fields.ts';
import { END, EQ, GE, LE, MISREAD, NE, STRING, WORD } from './lexer.ts';
import { PlainStatements } from './plain.ts';

const AT = 64;
const BANG = 33;
const COLON = 58;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const SLASH = 47;
const DOLLAR = 36;
const LESS = 60;
const GREATER = 62;

/** Statements that are shared between rules: those of at most this many characters, at most so many. */
const SHARED_LENGTH = 96;
const SHARED_LIMIT = 200_000;
/** After so many statements of one sort it shows whether they repeat. */
const TRIALS = 500;

const NO_TYPES: readonly FieldType[] = [];

export class StatementReader extends EffectReader {
  readonly diagnostics: Diagnostic[] = [];
  private readonly plainStatements = new PlainStatements(
    this.text,
    this.codes,
    { saddr: field('ip saddr'), daddr: field('ip daddr') },
    (number) => this.plain(number),
  );
  /** Jumps and gotos by their verdicts, which are shared. */
  private readonly verdictStatements = new Map<Verdict, Statement>();
  /** The statements of the rule that is read, after those of the rules around it. */
  private readonly pending: Statement[] = [];
  private pendingCount = 0;
  private readonly sharedStatements = new RegionMap<Statement>(this.text, this.codes);
  private isShared = false;
  private readonly gains = new Map<string, { made: number; reused: number }>();

  /** The statements from the current token to the rule's end; what cannot be read is Opaque. Never throws. */
  protected statements(): Statement[] {
    // An array that is pushed to gets room for 17.
    const { pending, pendingCount } = this;
    let tried = -1;
    while (!this.atEnd()) {
      if (this.start !== tried && this.isSimple() && this.plainRun()) tried = this.start;
      else {
        const statement = this.statementOrOpaque();
        pending[this.pendingCount++] = statement;
      }
    }
    const body = pending.slice(pendingCount, this.pendingCount);
    this.pendingCount = pendingCount;
    return body;
  }

  /** As `statements`, noting where each one begins and ends (pairs of offsets). */
  protected readStatements(body: Statement[], spans: number[]): void {
    while (!this.atEnd()) {
      const { start } = this;
      const statement = this.statementOrOpaque();
      body.push(statement);
      spans.push(start, this.previousStop);
    }
  }

  protected override unresolved(start: number, stop: number): void {
    const message = `Only the node itself knows what ${this.text.slice(start, stop)} stands for`;
    this.diagnostics.push(diagnostic('info', 'nft-name-of-node', message, { start, end: stop }));
  }

  protected override outOfRange(start: number, stop: number, most: number): void {
    const message = `nft refuses ${this.text.slice(start, stop)} here: the largest value is ${most}`;
    this.diagnostics.push(diagnostic('error', 'nft-out-of-range', message, { start, end: stop }));
  }

  /** Whether the current token may begin a plain statement. */
  private isSimple(): boolean {
    return this.kind === WORD && this.defines.size === 0;
  }

  private statementOrOpaque(): Statement {
    const { start } = this;
    const told = this.diagnostics.length;
    const keeps = this.isSimple() && STATEMENT_STARTS.has(this.word);
    try {
      const statement = this.statement();
      if (this.defines.size > 0) return statement;
      const shared = this.sharedStatement(statement, start);
      // What is told of a statement is told each time.
      const isQuiet = this.diagnostics.length === told;
      if (keeps && isQuiet && this.isShared && this.afterStatement())
        this.plainStatements.keep(shared, start, this.previousStop);
      return shared;
    } catch (error) {
      if (error !== MISREAD) throw error;
      return this.opaque(start);
    }
  }

  /**
   * Takes the plain statements from the current token on: those whose bytes tell what they are, up to one of which what follows may be a part. False
   * where there is none. All that is known to be plain begins with a word that no statement goes on with.
   */
  private plainRun(): boolean {
    const { codes, pending, plainStatements, end, pendingCount } = this;
    let start = this.start;
    let before = this.previousStop;
    let count = pendingCount;
    let last = plainStatements.read(start, end);
    while (last !== null) {
      const { stop } = plainStatements;
      const next = codes[stop] === 32 ? plainStatements.read(stop + 1, end) : null;
      if (next === null) {
        this.stop = stop;
        this.jumpTo(stop);
        if (!this.afterStatement()) break;
        pending[count++] = last;
        this.pendingCount = count;
        return true;
      }
      pending[count++] = last;
      last = next;
      before = stop;
      start = stop + 1;
    }
    this.pendingCount = count;
    this.stop = before;
    this.jumpTo(start);
    return count > pendingCount;
  }

  /** Whether the current token is none that a statement could go on with. */
  private afterStatement(): boolean {
    return this.atEnd() || (this.kind === WORD && STATEMENT_STARTS.has(this.word));
  }

  /**
   * The first statement that was read from the same text: equal text has equal meaning, wherever it stands. `isShared` then tells whether it is one
   * for all.
   */
  private sharedStatement(statement: Statement, start: number): Statement {
    this.isShared = statement.kind === 'verdict' && this.isSharedVerdict(statement.verdict);
    const { codes, previousStop } = this;
    if (!SHAREABLE.has(statement.kind) || previousStop - start > SHARED_LENGTH) return statement;
    const gain = this.gainOf(statement);
    if (gain.made > TRIALS && gain.reused < gain.made >> 2) return statement;
    this.isShared = true;
    const hash = hashRegion(codes, start, previousStop, 0);
    const found = this.sharedStatements.get(start, previousStop, 0, hash);
    if (found) {
      gain.reused++;
      return found;
    }
    gain.made++;
    if (gain.made < SHARED_LIMIT) this.sharedStatements.put(start, previousStop, 0, hash, statement);
    return statement;
  }

  /** How much sharing has gained for statements like this one: rules that differ in an address each gain nothing. */
  private gainOf(statement: Statement): { made: number; reused: number } {
    const key = statement.kind === 'match' && statement.left.kind === 'field' ? statement.left.name : statement.kind;
    let gain = this.gains.get(key);
    if (!gain) {
      gain = { made: 0, reused: 0 };
      this.gains.set(key, gain);
    }
    return gain;
  }

  /** Keeps the text from `start` to where the next statement seems to begin. */
  private opaque(start: number): Statement {
    this.joined = 0;
    this.jumpTo(start);
    let depth = 0;
    let stop = this.stop;
    let joining = true;
    while (this.kind !== END && (depth > 0 || !this.atEnd())) {
      if (this.kind === OPEN) depth++;
      else if (this.kind === CLOSE) depth--;
      else if (!joining && depth === 0 && this.kind === WORD && STATEMENT_STARTS.has(this.word)) break;
      stop = this.stop;
      joining = JOINING.has(this.kind) || (this.kind === WORD && JOINING_WORDS.has(this.word));
      this.next();
    }
    this.previousStop = stop;
    const text = this.text.slice(start, stop);
    const span = { start, end: stop };
    // iptables' `--ctstatus NONE` has no words in nft.
    const made =
      text === 'ct status'
        ? diagnostic('warning', 'nft-value-not-shown', 'nft does not list the value that this rule compares', span)
        : diagnostic('warning', 'nft-not-understood', `Kept, but not interpreted: ${shortened(text)}`, span);
    this.diagnostics.push(made);
    return { kind: 'opaque', text };
  }

  /** From an opening brace at `start` to past its closing one, without a diagnostic. */
  protected skipBraces(start: number): void {
    this.joined = 0;
    this.jumpTo(start);
    let depth = 0;
    while (this.kind !== END) {
      if (this.kind === OPEN) depth++;
      else if (this.kind === CLOSE && --depth <= 0) {
        this.next();
        return;
      }
      this.next();
    }
  }

  /** Past the block that begins at the current token. */
  protected skipBlock(): void {
    this.skipBraces(this.start);
  }

  /** One statement. Throws MISREAD. */
  private statement(): Statement {
    if (this.kind !== WORD) return this.kind === DOLLAR ? this.variableStatement() : this.expressionStatement();
    switch (this.word) {
      case 'counter':
        return this.counter();
      case 'comment':
        return this.comment();
      case 'accept':
      case 'drop':
      case 'continue':
      case 'return':
      case 'jump':
      case 'goto':
      case 'queue':
        return this.verdictStatement();
      case 'log':
        return this.log();
      case 'limit':
        return this.limit();
      case 'quota':
        return this.quota();
      case 'reject':
        return this.reject();
      case 'dnat':
      case 'snat':
      case 'masquerade':
      case 'redirect':
        return this.nat(this.word);
      case 'notrack':
        this.next();
        return NOTRACK;
      case 'dup':
      case 'fwd':
        return this.duplicate(this.word);
      case 'tproxy':
        return this.tproxy();
      case 'synproxy':
        return this.synproxy();
      case 'flow':
        return this.flow();
      case 'add':
      case 'update':
      case 'delete':
        return this.setUpdate(this.word);
      case 'set':
        return this.oldSetUpdate();
      case 'meter':
        return this.meter();
      case 'xt':
        return this.xt();
      case 'last':
        return this.last();
      case 'tunnel':
        return this.tunnel() ?? this.expressionStatement();
      case 'reset':
        this.next();
        return { kind: 'object', type: 'reset', name: this.field() };
      default:
        return this.expressionStatement();
    }
  }

  private verdictStatement(): Statement {
    const verdict = this.verdict();
    if (!verdict) throw MISREAD;
    const simple = SIMPLE_VERDICTS.get(verdict.kind);
    if (simple) return simple;
    const known = this.verdictStatements.get(verdict);
    if (known) return known;
    const made: Statement = { kind: 'verdict', verdict };
    if (this.isSharedVerdict(verdict)) this.verdictStatements.set(verdict, made);
    return made;
  }

  private variableStatement(): Statement {
    const verdict = this.verdict();
    if (verdict) return { kind: 'verdict', verdict };
    return this.expressionStatement();
  }

  // Matches, mangling and maps -------------------------------------------------------------------------------------------------

  private expressionStatement(): Statement {
    if (this.kind === WORD && this.word === 'ct') {
      const statement = this.ctStatement();
      if (statement) return statement;
    }
    const left = this.expression(NO_TYPES);
    if (left.kind === 'value' || left.kind === 'wildcard' || left.kind === 'set-reference' || left.kind === 'set')
      throw MISREAD;
    if (this.kind === WORD && this.word === 'set' && left.kind === 'field') return this.mangle(left);
    if (this.kind === WORD && this.word === 'vmap') {
      this.next();
      return { kind: 'vmap', key: left, map: this.mapOperand(typesOf(left), NO_TYPES) };
    }
    return this.match(left);
  }

  private matchOperator(): MatchOperator | null {
    switch (this.kind) {
      case EQ:
        return '==';
      case NE:
        return '!=';
      case LE:
        return '<=';
      case GE:
        return '>=';
      case LESS:
        return '<';
      case GREATER:
        return '>';
      case WORD:
        return WORD_COMPARISONS.get(this.word) ?? null;
      default:
        return null;
    }
  }

  private match(left: Expression): Statement {
    const types = typesOf(left);
    const type = types[0];
    const written = this.matchOperator();
    if (written) this.next();
    else if (this.kind === BANG || (this.kind === WORD && this.word === 'not')) return this.negatedFlags(left, type);
    const existence = written === null || written === '==' || written === '!=' ? this.fibExistence(left) : null;
    if (existence !== null) {
      const op = existence === (written === '!=') ? '==' : '!=';
      return { kind: 'match', left: left.kind === 'field' ? fibInterface(left) : left, op, right: this.plain(0) };
    }
    const { start } = this;
    let right = this.rightSide(types);
    if (!type?.bitmask)
      return normalMatch({ kind: 'match', left, op: written ?? '==', right: this.fibNumber(left, right) });
    right = this.flagList(this.spelledFlags(right, start), type, start);
    if (this.kind === SLASH && right.kind === 'value') return this.maskedFlags(left, type, written, right);
    if (written !== null || left.kind !== 'field')
      return normalMatch({ kind: 'match', left, op: written ?? '==', right });
    const only = this.onlyFlags(right);
    if (only) return { kind: 'match', left, op: 'any-bit', right: only };
    const implicit = right.kind === 'value' && !this.isListedEqual(right);
    return normalMatch({ kind: 'match', left, op: implicit ? 'any-bit' : '==', right });
  }

  /** Kernel: nft loads `tcp flags { syn }` as `tcp flags syn`. Where it lists a set, the kernel looks up in one. */
  private onlyFlags(right: Expression): Value | null {
    if (right.kind !== 'set' || right.elements.length !== 1) return null;
    const [{ key, extras }] = right.elements as [SetElement];
    return key.kind === 'value' && key.value !== '*' && extras === undefined && !this.isListing() ? key : null;
  }

  /**
   * Kernel: `ct status == snat,dnat` is listed as `ct status snat | dnat`, which `nft -f` would read as "any of them". A listing writes the latter
   * with a comma.
   */
  private isListedEqual(right: Expression): boolean {
    return right.kind === 'value' && right.spelled?.includes(' | ') === true && !right.spelled.startsWith('(')
      ? this.isListing()
      : false;
  }

  /** Whether the text is what nft printed, rather than what a person wrote for it. */
  protected isListing(): boolean {
    return false;
  }

  /** `ack | urg` on the right keeps its spelling: other releases list it as a number. */
  private spelledFlags(right: Expression, start: number): Expression {
    if (right.kind !== 'value' || right.spelled !== undefined || this.kind === COMMA) return right;
    const text = this.text.slice(start, this.previousStop);
    return text.includes('|') ? value(right.value, text) : right;
  }

  /** `fib ... oif 0` in numbers is spelled so, because `missing` is the usual spelling. */
  private fibNumber(left: Expression, right: Expression): Expression {
    if (right.kind !== 'value' || right.value !== 0 || left.kind !== 'field' || !left.name.startsWith('fib '))
      return right;
    return / (?:type|check)$/.test(left.name) ? right : value(0, right.spelled ?? '0');
  }

  /** `fib ... oif exists|missing` and `fib ... check ...`: true, false, or null where the match is another. */
  private fibExistence(left: Expression): boolean | null {
    if (left.kind !== 'field' || this.kind !== WORD || (this.word !== 'exists' && this.word !== 'missing')) return null;
    if (!left.name.startsWith('fib ')) return null;
    const exists = this.word === 'exists';
    this.next();
    return exists;
  }

  /** `tcp flags ! syn,ack`: none of them. */
  private negatedFlags(left: Expression, type: FieldType | undefined): Statement {
    this.next();
    if (!type?.bitmask) throw MISREAD;
    const { start } = this;
    const right = this.flagList(this.rightSide([type]), type, start);
    return { kind: 'match', left, op: 'no-bit', right };
  }

  /** `tcp flags syn / fin,syn,rst,ack` after its value. */
  private maskedFlags(left: Expression, type: FieldType, written: MatchOperator | null, right: Value): Statement {
    this.next();
    const { start } = this;
    const mask = this.flagList(this.constant(type), type, start);
    if (mask.kind !== 'value') throw MISREAD;
    const masked: Expression = { kind: 'bitwise', op: 'and', left, right: mask };
    return normalMatch({ kind: 'match', left: masked, op: written ?? '==', right });
  }

  private mangle(target: Field): Statement {
    this.next();
    const type = fieldType(target.name);
    if (target.name === 'meta secmark' && this.kind === STRING)
      return { kind: 'object', type: 'secmark', name: this.objectName() };
    const { start } = this;
    const written = this.expression([type]);
    if (target.name === 'meta secmark' && written.kind === 'map')
      return { kind: 'object', type: 'secmark', name: written };
    const set = type.bitmask ? this.flagList(written, type, start) : written;
    return { kind: 'mangle', target, value: set };
  }

  /** `ct helper set "x"`, `ct count over 10`; null where it is an expression. */
  private ctStatement(): Statement | null {
    const mark = this.mark();
    this.next();
    if (this.kind === WORD) {
      const key = this.word;
      if (key === 'count') return this.connectionLimit();
      if (key === 'helper' || key === 'timeout' || key === 'expectation') {
        this.next();
        if (this.takeWord('set')) return { kind: 'object', type: `ct ${key}`, name: this.objectName() };
      }
    }
    this.reset(mark);
    return null;
  }

  // Dynamic sets ---------------------------------------------------------------------------------------------------------------

  /** `add @set { key timeout 5s limit rate 1/second : data }`. */
  private setUpdate(op: SetUpdate['op']): Statement {
    this.next();
    if (this.kind !== AT) throw MISREAD;
    const set = this.setReference();
    return { kind: 'set-update', op, set, ...this.updateBlock() };
  }

  /** `set add ip saddr @name`: the form before nftables 0.9. */
  private oldSetUpdate(): Statement {
    this.next();
    const op = this.takeAnyWord();
    if (op !== 'add' && op !== 'update' && op !== 'delete') throw MISREAD;
    const element = this.element(NO_TYPES, NO_TYPES);
    if (this.kind !== AT) throw MISREAD;
    return { kind: 'set-update', op, set: this.setReference(), element, statements: [] };
  }

  /** `meter name [size N] { ... }`; a listing prints `size` with it. */
  private meter(): Statement {
    this.next();
    const name = this.name();
    const { start } = this;
    if (this.takeWord('size')) this.takeNumber();
    const meter = start === this.start ? '' : ` ${this.text.slice(start, this.previousStop)}`;
    return { kind: 'set-update', op: 'update', set: { kind: 'set-reference', name }, meter, ...this.updateBlock() };
  }

  private updateBlock(): Pick<SetUpdate, 'element' | 'statements'> {
    this.joined++;
    try {
      this.expect(OPEN);
      const key = this.expression(NO_TYPES);
      const extras: UpdateExtras = {};
      const statements: Statement[] = [];
      this.updateOptions(extras, statements);
      // Nothing here tells the type of the map's data: constants keep their spelling.
      const data = this.takeKind(COLON) ? { data: this.verdict() ?? this.expression(NO_TYPES) } : {};
      this.updateOptions(extras, statements);
      if (this.kind !== CLOSE) throw MISREAD;
      const told = Object.keys(extras).length > 0 ? { extras } : {};
      return { element: { key, ...data, ...told }, statements };
    } finally {
      this.joined--;
      if (this.kind === CLOSE) this.next();
    }
  }

  /** `timeout 5s expires 1s comment "x"` and statements, in any order. */
  private updateOptions(extras: UpdateExtras, statements: Statement[]): void {
    while (this.kind === WORD) {
      if (this.word === 'timeout' || this.word === 'expires') {
        const option = this.word;
        this.next();
        extras[option] = this.duration();
      } else if (this.word === 'comment') {
        this.next();
        extras.comment = this.word;
        if (!this.takeKind(STRING)) this.takeAnyWord();
      } else statements.push(this.statement());
    }
  }
}

interface UpdateExtras {
  timeout?: number;
  expires?: number;
  comment?: string;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** After these a statement goes on, whatever the next word is. */
const JOINING = new Set([46, 40, 38, 124, 94, EQ, NE, COMMA, COLON]);
const JOINING_WORDS = new Set([
  'set',
  'map',
  'vmap',
  'to',
  'and',
  'or',
  'xor',
  'meta',
  'ct',
  'ip',
  'ip6',
  'tcp',
  'udp',
  'fib',
]);
const SIMPLE_VERDICTS = new Map<string, Statement>([
  ['accept', { kind: 'verdict', verdict: ACCEPT }],
  ['drop', { kind: 'verdict', verdict: DROP }],
  ['return', { kind: 'verdict', verdict: RETURN }],
  ['continue', { kind: 'verdict', verdict: CONTINUE }],
]);
const NOTRACK: Statement = { kind: 'notrack' };
/** Words of statements that are read as fast as they are looked up. */
const SHAREABLE = new Set<Statement['kind']>([
  'match',
  'vmap',
  'mangle',
  'nat',
  'reject',
  'log',
  'limit',
  'set-update',
  'xt',
  'object',
]);
const WORD_COMPARISONS = new Map<string, MatchOperator>([
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['gt', '>'],
  ['le', '<='],
  ['ge', '>='],
]);
