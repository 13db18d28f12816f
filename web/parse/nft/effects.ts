/**
 * Statements of nft text that count, limit, log, refuse or refer to an object. Follows counter_stmt, quota_stmt, limit_stmt, log_stmt, reject_stmt,
 * synproxy_stmt, last_stmt, objref_stmt and xt_stmt of nftables' src/parser_bison.y.
 */
import { type Expression, value } from '../../model/expression.ts';
import { dataType, type FieldType } from '../../model/field-types.ts';
import type { Counter, Limit, Reject, Statement } from '../../model/statement.ts';
import { STATEMENT_STARTS } from './fields.ts';
import { MISREAD, NUMBER, STRING, WORD } from './lexer.ts';
import { NatReader } from './nat.ts';

const AT = 64;
const COLON = 58;
const COMMA = 44;
const SLASH = 47;
const DOLLAR = 36;

const NO_TYPES: readonly FieldType[] = [];
const BARE_COUNTER: Counter = { kind: 'counter', packets: null, bytes: null };
const BARE_REJECT: Statement = { kind: 'reject', with: null, code: null };
const NAMED_LIMIT: Limit = { kind: 'limit', rate: 0, per: 'second', burst: null, over: false, bytes: false };
const REJECT_CODES = { icmp: dataType('icmp_code'), icmpv6: dataType('icmpv6_code'), icmpx: dataType('icmpx_code') };
const LOG_OPTIONS = new Set(['prefix', 'group', 'level', 'flags', 'snaplen', 'queue-threshold']);
const PERIODS = new Set(['second', 'minute', 'hour', 'day', 'week']);
const BYTE_UNITS = new Map([
  ['bytes', 1],
  ['kbytes', 1024],
  ['mbytes', 1_048_576],
  ['gbytes', 1_073_741_824],
]);
const SYNPROXY_OPTIONS = new Set(['mss', 'maxseg', 'wscale', 'timestamp', 'sack-perm', 'sack-permitted']);

export abstract class EffectReader extends NatReader {
  /** `counter`, `counter packets 1 bytes 2` in either order, `counter name "x"`. */
  protected counter(): Statement {
    this.next();
    if (this.takeWord('name')) return { kind: 'counter', packets: null, bytes: null, name: this.objectName() };
    let packets: number | null = null;
    let bytes: number | null = null;
    for (;;) {
      if (this.takeWord('packets')) packets = this.takeNumber();
      else if (this.takeWord('bytes')) bytes = this.takeNumber();
      else break;
    }
    if (packets === null && bytes === null) return BARE_COUNTER;
    return { kind: 'counter', packets: packets ?? 0, bytes: bytes ?? 0 };
  }

  protected connectionLimit(): Statement {
    this.next();
    const over = this.takeWord('over');
    return { kind: 'connlimit', count: this.takeNumber(), over };
  }

  /** The name of a counter, helper, ...: `"ftp"`, or a map of names. */
  protected objectName(): Expression {
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

  /** nft has no escapes, so a comment that holds quotes ends with the last quote of its line. */
  protected comment(): Statement {
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

  protected log(): Statement {
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

  protected limit(): Statement {
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
    return { kind: 'limit', rate: rate.count, per: per as Limit['per'], burst, over, bytes: rate.bytes };
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

  protected quota(): Statement {
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

  protected reject(): Statement {
    this.next();
    if (!this.takeWord('with')) return BARE_REJECT;
    const kind = this.takeAnyWord();
    if (kind === 'tcp') {
      if (!this.takeWord('reset')) throw MISREAD;
      return { kind: 'reject', with: 'tcp reset', code: null };
    }
    if (kind !== 'icmp' && kind !== 'icmpv6' && kind !== 'icmpx') throw MISREAD;
    this.takeWord('type');
    if (this.kind !== NUMBER) return { kind: 'reject', with: kind, code: this.takeAnyWord() };
    const number = this.takeNumber();
    return { kind: 'reject', with: kind satisfies Reject['with'], code: rejectCode(kind, number) };
  }

  protected synproxy(): Statement {
    this.next();
    if (this.takeWord('name')) return { kind: 'object', type: 'synproxy', name: this.objectName() };
    const { start } = this;
    let stop = start;
    while (this.kind === WORD && SYNPROXY_OPTIONS.has(this.word)) {
      const { word } = this;
      this.next();
      if (word === 'mss' || word === 'maxseg' || word === 'wscale') this.takeNumber();
      stop = this.previousStop;
    }
    return { kind: 'synproxy', text: this.text.slice(start, stop) };
  }

  /** `tunnel name "t"`; null where it is an expression. */
  protected tunnel(): Statement | null {
    const mark = this.mark();
    this.next();
    if (this.takeWord('name')) return { kind: 'object', type: 'tunnel', name: this.objectName() };
    this.reset(mark);
    return null;
  }

  protected flow(): Statement {
    this.next();
    if (!this.takeWord('add') && !this.takeWord('offload')) throw MISREAD;
    this.expect(AT);
    return { kind: 'flow', name: this.name() };
  }

  protected last(): Statement {
    this.next();
    if (!this.takeWord('used')) return { kind: 'object', type: 'last', name: { kind: 'opaque-expression', text: '' } };
    if (this.kind !== WORD && this.kind !== NUMBER) throw MISREAD;
    const text = `used ${this.text.slice(this.start, this.stop)}`;
    this.next();
    return { kind: 'object', type: 'last', name: { kind: 'opaque-expression', text } };
  }

  /** iptables-nft's placeholder for what nft cannot show: `xt match "comment"`. */
  protected xt(): Statement {
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
}

function unitWord(word: string): string {
  const slash = word.indexOf('/');
  return slash === -1 ? word : word.slice(0, slash);
}

/** A code by the name that nft lists for it. */
export function rejectCode(kind: 'icmp' | 'icmpv6' | 'icmpx', number: number): string {
  return REJECT_CODES[kind]?.symbols?.byNumber.get(number) ?? `${number}`;
}
