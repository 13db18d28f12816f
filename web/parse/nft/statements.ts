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
  type Value,
  type Verdict,
  value,
} from '../../model/expression.ts';
import { type FieldType, fieldType } from '../../model/field-types.ts';
import { normalMatch } from '../../model/normal-match.ts';
import { typesOf } from '../../model/spell.ts';
import type { Counter, Limit, MatchOperator, Nat, Reject, SetUpdate, Statement } from '../../model/statement.ts';
import { ExpressionReader } from './expressions.ts';
import { STATEMENT_STARTS } from './fields.ts';
import { END, EQ, GE, IPV4, IPV6, LE, MISREAD, NE, NUMBER, STRING, WORD } from './lexer.ts';
import { PlainStatements } from './plain.ts';

const AT = 64;
const BANG = 33;
const COLON = 58;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const SLASH = 47;
const BRACKET = 91;
const BRACKET_CLOSE = 93;
const DOLLAR = 36;
const LESS = 60;
const GREATER = 62;
const DASH = 45;

/** Statements that are shared between rules: those of at most this many characters, at most so many. */
const SHARED_LENGTH = 96;
const SHARED_LIMIT = 200_000;
/** After so many statements of one sort it shows whether they repeat. */
const TRIALS = 500;

const ADDRESS = [fieldType('ip saddr')];
const ADDRESS6 = [fieldType('ip6 saddr')];
const PORT = [fieldType('th dport')];
const IFNAME = [fieldType('meta iifname')];
const NO_TYPES: readonly FieldType[] = [];
const BARE_COUNTER: Counter = { kind: 'counter', packets: null, bytes: null };

export class StatementReader extends ExpressionReader {
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
  private readonly sharedStatements = new Map<string, Statement>();
  private readonly gains = new Map<string, { made: number; reused: number }>();

  /** The statements from the current token to the rule's end; what cannot be read is Opaque. Never throws. */
  protected statements(): Statement[] {
    // An array that is pushed to gets room for 17.
    const { pending, pendingCount } = this;
    while (!this.atEnd()) {
      const statement = this.statementOrOpaque();
      pending[this.pendingCount++] = statement;
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

  private statementOrOpaque(): Statement {
    const { start } = this;
    const simple = this.kind === WORD && this.defines.size === 0 && !STRAIGHT.has(this.word);
    const plain = simple ? this.plainStatement() : null;
    if (plain) return plain;
    try {
      const statement = this.statement();
      if (!SHAREABLE.has(statement.kind) || this.defines.size > 0) return statement;
      const shared = this.sharedStatement(statement, start);
      if (simple && this.afterStatement()) this.plainStatements.keep(shared, start, this.previousStop);
      return shared;
    } catch (error) {
      if (error !== MISREAD) throw error;
      return this.opaque(start);
    }
  }

  /** The statement at the current token where its bytes tell, and what follows is no part of it. */
  private plainStatement(): Statement | null {
    const { start, previousStop } = this;
    const read = this.plainStatements.read(start, this.end);
    if (!read) return null;
    this.stop = this.plainStatements.stop;
    this.jumpTo(this.stop);
    if (this.afterStatement()) return read;
    this.stop = previousStop;
    this.jumpTo(start);
    return null;
  }

  /** Whether the current token is none that a statement could go on with. */
  private afterStatement(): boolean {
    return this.atEnd() || (this.kind === WORD && STATEMENT_STARTS.has(this.word));
  }

  /** The first statement that was read from the same text: equal text has equal meaning, wherever it stands. */
  private sharedStatement(statement: Statement, start: number): Statement {
    const length = this.previousStop - start;
    if (length > SHARED_LENGTH) return statement;
    const gain = this.gainOf(statement);
    if (gain.made > TRIALS && gain.reused < gain.made >> 2) return statement;
    const text = this.text.slice(start, this.previousStop);
    const found = this.sharedStatements.get(text);
    if (found) {
      gain.reused++;
      return found;
    }
    gain.made++;
    if (this.sharedStatements.size < SHARED_LIMIT) this.sharedStatements.set(text, statement);
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
    this.diagnostics.push(
      diagnostic('warning', 'nft-not-understood', `Kept, but not interpreted: ${shortened(text)}`, {
        start,
        end: stop,
      }),
    );
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
    else if (this.kind === BANG) return this.negatedFlags(left, type);
    const existence = written === null || written === '==' || written === '!=' ? this.fibExistence(left) : null;
    if (existence !== null) {
      const op = existence === (written === '!=') ? '==' : '!=';
      return { kind: 'match', left, op, right: this.plain(0) };
    }
    const { start } = this;
    let right = this.rightSide(types);
    if (!type?.bitmask)
      return normalMatch({ kind: 'match', left, op: written ?? '==', right: this.fibNumber(left, right) });
    right = this.flagList(this.spelledFlags(right, start), type, start);
    if (this.kind === SLASH && right.kind === 'value') return this.maskedFlags(left, type, written, right);
    const implicit = written === null && right.kind === 'value' && left.kind === 'field';
    return normalMatch({ kind: 'match', left, op: implicit ? 'any-bit' : (written ?? '=='), right });
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
    return left.name.endsWith(' type') ? right : value(0, right.spelled ?? '0');
  }

  /** `fib ... oif exists|missing`: true, false, or null where the match is another. */
  private fibExistence(left: Expression): boolean | null {
    if (left.kind !== 'field' || this.kind !== WORD || (this.word !== 'exists' && this.word !== 'missing')) return null;
    if (!left.name.startsWith('fib ') || left.name.endsWith(' check')) return null;
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

  private connectionLimit(): Statement {
    this.next();
    const over = this.takeWord('over');
    return { kind: 'connlimit', count: this.takeNumber(), over };
  }

  /** The name of a counter, helper, ...: `"ftp"`, or a map of names. */
  private objectName(): Expression {
    if (this.kind === STRING) {
      const { word } = this;
      this.next();
      return this.plain(word);
    }
    if (this.kind === WORD && this.peekCode() !== COLON && !STATEMENT_STARTS.has(this.word)) {
      const { word } = this;
      this.next();
      return value(word, word);
    }
    return this.expression(NO_TYPES);
  }

  // Statements with effects ----------------------------------------------------------------------------------------------------

  private counter(): Statement {
    this.next();
    if (this.kind === WORD) {
      if (this.word === 'packets') {
        this.next();
        const packets = this.takeNumber();
        if (!this.takeWord('bytes')) throw MISREAD;
        return { kind: 'counter', packets, bytes: this.takeNumber() };
      }
      if (this.word === 'name') {
        this.next();
        return { kind: 'counter', packets: null, bytes: null, name: this.objectName() };
      }
    }
    return BARE_COUNTER;
  }

  /** nft has no escapes, so a comment that holds quotes ends with the last quote of its line. */
  private comment(): Statement {
    this.next();
    if (this.kind !== STRING) {
      if (this.kind !== WORD) throw MISREAD;
      return { kind: 'comment', text: this.takeAnyWord() };
    }
    const { start, word } = this;
    this.next();
    if (this.atEnd() || (this.is(WORD) && this.text.charCodeAt(this.start - 1) === 32))
      return { kind: 'comment', text: word };
    let lineEnd = this.text.indexOf('\n', start);
    if (lineEnd === -1 || lineEnd > this.end) lineEnd = this.end;
    const close = this.text.slice(start, lineEnd).lastIndexOf('"') + start;
    if (close > start) this.jumpTo(close + 1);
    this.previousStop = close + 1;
    return { kind: 'comment', text: this.text.slice(start + 1, close) };
  }

  private log(): Statement {
    this.next();
    let prefix: string | null = null;
    let group: number | null = null;
    const options: string[] = [];
    while (this.kind === WORD && LOG_OPTIONS.has(this.word)) {
      const { start, word } = this;
      this.next();
      if (word === 'prefix') prefix = this.logPrefix();
      else if (word === 'group') group = this.takeNumber();
      else {
        if (word === 'flags') this.logFlags();
        else if (word === 'level') this.takeAnyWord();
        else this.takeNumber();
        options.push(this.text.slice(start, this.previousStop));
      }
    }
    return { kind: 'log', prefix, group, options };
  }

  private logPrefix(): string {
    if (this.kind === DOLLAR) return this.variable(() => this.logPrefix());
    if (this.kind !== STRING) return this.takeAnyWord();
    const { word } = this;
    this.next();
    return word;
  }

  private logFlags(): void {
    const kind = this.takeAnyWord();
    if (kind !== 'tcp' && kind !== 'ip') return;
    this.takeAnyWord();
    while (this.takeKind(COMMA)) this.takeAnyWord();
  }

  private limit(): Statement {
    this.next();
    if (this.takeWord('name')) return { ...NAMED_LIMIT, name: this.objectName() };
    if (!this.takeWord('rate')) throw MISREAD;
    const over = this.takeWord('over');
    if (!over) this.takeWord('until');
    const rate = this.amount();
    this.expect(SLASH);
    const per = this.takeAnyWord();
    if (!PERIODS.has(per)) throw MISREAD;
    const burst = this.takeWord('burst') ? this.burst() : null;
    return {
      kind: 'limit',
      rate: rate.count,
      per: per as Limit['per'],
      burst,
      over,
      bytes: rate.bytes,
    };
  }

  private burst(): number {
    const { count, bytes } = this.amount();
    if (!bytes) this.takeWord('packets');
    return count;
  }

  /** `10`, `10 mbytes`, `10mbytes`; a unit makes it bytes. */
  private amount(): { count: number; bytes: boolean } {
    if (this.kind === WORD) {
      const glued = /^(\d+)([a-z]+)$/.exec(this.word);
      const size = glued ? BYTE_UNITS.get(glued[2] as string) : undefined;
      if (!glued || size === undefined) throw MISREAD;
      this.next();
      return { count: Number(glued[1]) * size, bytes: true };
    }
    const count = this.takeNumber();
    const unit = this.kind === WORD ? BYTE_UNITS.get(unitWord(this.word)) : undefined;
    if (unit === undefined) return { count, bytes: false };
    const slash = this.word.indexOf('/');
    if (slash === -1) this.next();
    else this.jumpTo(this.start + slash);
    return { count: count * unit, bytes: true };
  }

  private quota(): Statement {
    const { start } = this;
    this.next();
    if (this.takeWord('name')) return { kind: 'quota', bytes: 0, used: null, over: false, name: this.objectName() };
    const over = this.takeWord('over');
    if (!over) this.takeWord('until');
    const bytes = this.amount().count;
    const exact = Number.isSafeInteger(bytes);
    const used = this.takeWord('used') ? this.amount().count : null;
    const quota = { kind: 'quota', bytes, used, over } as const;
    return exact ? quota : { ...quota, spelled: this.text.slice(start, this.previousStop) };
  }

  private reject(): Statement {
    this.next();
    if (!this.takeWord('with')) return BARE_REJECT;
    const kind = this.takeAnyWord();
    if (kind === 'tcp') {
      if (!this.takeWord('reset')) throw MISREAD;
      return { kind: 'reject', with: 'tcp reset', code: null };
    }
    if (kind !== 'icmp' && kind !== 'icmpv6' && kind !== 'icmpx') throw MISREAD;
    this.takeWord('type');
    const code = this.kind === NUMBER ? `${this.takeNumber()}` : this.takeAnyWord();
    return { kind: 'reject', with: kind satisfies Reject['with'], code };
  }

  private nat(type: Nat['type']): Statement {
    this.next();
    let family: Nat['family'];
    if (this.kind === WORD && (this.word === 'ip' || this.word === 'ip6') && NAT_FORMS.has(this.followingWord())) {
      family = this.takeAnyWord() as 'ip' | 'ip6';
    }
    let concat = false;
    let prefix = false;
    if (this.takeWord('prefix')) prefix = true;
    else if (this.kind === WORD && (this.word === 'addr' || this.word === 'interval')) {
      this.next();
      if (this.takeKind(46)) {
        if (!this.takeWord('port')) throw MISREAD;
        concat = true;
      }
    }
    let address: Expression | null = null;
    let port: Expression | null = null;
    if (this.takeWord('to')) {
      if (this.kind !== COLON) address = this.natAddress();
      if (this.takeKind(COLON)) port = this.expression(PORT);
      if (address?.kind === 'map' && natDataIsConcat(address)) concat = true;
    }
    const flags: string[] = [];
    while (this.kind === WORD && NAT_FLAGS.has(this.word)) {
      flags.push(this.word);
      this.next();
      if (!this.takeKind(COMMA)) break;
    }
    if (!family && !concat && !prefix) return { kind: 'nat', type, address, port, flags };
    return {
      kind: 'nat',
      type,
      ...(family ? { family } : {}),
      address,
      port,
      flags,
      ...(concat ? { concat: true } : {}),
      ...(prefix ? { prefix: true } : {}),
    };
  }

  private followingWord(): string {
    const mark = this.mark();
    this.next();
    const word = this.kind === WORD ? this.word : '';
    this.reset(mark);
    return word;
  }

  /** An address, a range, `[v6]`, `$var`, or a map. */
  private natAddress(): Expression {
    if (this.kind === IPV4) return this.expression(ADDRESS);
    if (this.kind !== BRACKET) return this.expression(this.kind === IPV6 ? ADDRESS6 : NO_TYPES);
    this.next();
    if (!this.is(IPV6)) throw MISREAD;
    const from = this.constant(fieldType('ip6 saddr'));
    if (this.takeKind(DASH)) {
      const to = this.constant(fieldType('ip6 saddr'));
      this.expect(BRACKET_CLOSE);
      return { kind: 'range', from: this.numberOf(from), to: this.numberOf(to) };
    }
    this.expect(BRACKET_CLOSE);
    if (!this.is(DASH)) return from;
    this.next();
    this.expect(BRACKET);
    const to = this.constant(fieldType('ip6 saddr'));
    this.expect(BRACKET_CLOSE);
    return { kind: 'range', from: this.numberOf(from), to: this.numberOf(to) };
  }

  private duplicate(kind: 'dup' | 'fwd'): Statement {
    this.next();
    if (this.kind === WORD && (this.word === 'ip' || this.word === 'ip6')) {
      this.next();
    }
    if (!this.takeWord('to')) throw MISREAD;
    const first = this.kind === STRING || this.kind === WORD ? this.deviceOrExpression() : this.expression(NO_TYPES);
    const isDevice = this.kindOfDestination(first);
    if (this.takeWord('device')) return { kind, address: first, device: this.deviceOrExpression() };
    return isDevice ? { kind, address: null, device: first } : { kind, address: first, device: null };
  }

  private deviceOrExpression(): Expression {
    return this.expression(IFNAME);
  }

  private kindOfDestination(destination: Expression): boolean {
    if (destination.kind === 'value') return typeof destination.value === 'string';
    if (destination.kind !== 'map' || destination.map.kind !== 'set') return false;
    const data = destination.map.elements[0]?.data;
    return data?.kind === 'value' && typeof data.value === 'string';
  }

  private tproxy(): Statement {
    this.next();
    const family =
      this.kind === WORD && (this.word === 'ip' || this.word === 'ip6') ? (this.takeAnyWord() as 'ip' | 'ip6') : null;
    if (!this.takeWord('to')) throw MISREAD;
    const address = this.kind === COLON ? null : this.natAddress();
    const port = this.takeKind(COLON) ? this.expression(PORT) : null;
    return family ? { kind: 'tproxy', family, address, port } : { kind: 'tproxy', address, port };
  }

  private synproxy(): Statement {
    this.next();
    const { start } = this;
    let stop = start;
    while (this.kind === WORD && SYNPROXY_OPTIONS.has(this.word)) {
      const { word } = this;
      this.next();
      if (word === 'mss' || word === 'wscale') this.takeNumber();
      else if (word === 'name') this.objectName();
      stop = this.previousStop;
    }
    return { kind: 'synproxy', text: this.text.slice(start, stop) };
  }

  private flow(): Statement {
    this.next();
    if (!this.takeWord('add') && !this.takeWord('offload')) throw MISREAD;
    this.expect(AT);
    return { kind: 'flow', name: this.name() };
  }

  private last(): Statement {
    this.next();
    if (!this.takeWord('used')) return { kind: 'object', type: 'last', name: { kind: 'opaque-expression', text: '' } };
    if (this.kind !== WORD && this.kind !== NUMBER) throw MISREAD;
    const text = `used ${this.text.slice(this.start, this.stop)}`;
    this.next();
    return { kind: 'object', type: 'last', name: { kind: 'opaque-expression', text } };
  }

  /** iptables-nft's placeholder for what nft cannot show: `xt match "comment"`. */
  private xt(): Statement {
    this.next();
    const role = this.takeAnyWord();
    if (role !== 'match' && role !== 'target' && role !== 'watcher') throw MISREAD;
    if (this.is(STRING)) {
      const { word } = this;
      this.next();
      return { kind: 'xt', role, name: word, options: '', known: false };
    }
    const name = this.takeAnyWord();
    return { kind: 'xt', role, name, options: '', known: false, spelled: `xt ${role} ${name}` };
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
      const times: { timeout?: number; expires?: number; comment?: string } = {};
      const statements: Statement[] = [];
      while (this.kind === WORD) {
        if (this.word === 'timeout' || this.word === 'expires') {
          const option = this.word;
          this.next();
          times[option] = this.duration();
        } else if (this.word === 'comment') {
          this.next();
          times.comment = this.word;
          this.expect(STRING);
        } else statements.push(this.statement());
      }
      const extras =
        times.timeout !== undefined || times.expires !== undefined || times.comment !== undefined
          ? { extras: times }
          : {};
      const data = this.takeKind(COLON) ? { data: this.verdict() ?? this.expression(typesOf(key)) } : {};
      if (this.kind !== CLOSE) throw MISREAD;
      return { element: { key, ...data, ...extras }, statements };
    } finally {
      this.joined--;
      if (this.kind === CLOSE) this.next();
    }
  }
}

function unitWord(word: string): string {
  const slash = word.indexOf('/');
  return slash === -1 ? word : word.slice(0, slash);
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function natDataIsConcat(lookup: Extract<Expression, { kind: 'map' }>): boolean {
  return lookup.map.kind === 'set' && lookup.map.elements[0]?.data?.kind === 'concat';
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
const BARE_REJECT: Statement = { kind: 'reject', with: null, code: null };
const NAMED_LIMIT: Limit = { kind: 'limit', rate: 0, per: 'second', burst: null, over: false, bytes: false };
/** Words of statements that are read as fast as they are looked up. */
const STRAIGHT = new Set([
  'counter',
  'comment',
  'accept',
  'drop',
  'continue',
  'return',
  'jump',
  'goto',
  'queue',
  'log',
  'limit',
]);
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
const LOG_OPTIONS = new Set(['prefix', 'group', 'level', 'flags', 'snaplen', 'queue-threshold']);
const PERIODS = new Set(['second', 'minute', 'hour', 'day', 'week']);
const BYTE_UNITS = new Map([
  ['bytes', 1],
  ['kbytes', 1024],
  ['mbytes', 1_048_576],
  ['gbytes', 1_073_741_824],
]);
const NAT_FORMS = new Set(['to', 'addr', 'prefix', 'interval']);
const NAT_FLAGS = new Set(['random', 'fully-random', 'persistent']);
const SYNPROXY_OPTIONS = new Set(['mss', 'wscale', 'timestamp', 'sack-perm', 'name']);
