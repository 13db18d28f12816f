/**
 * Constants in nft text, read as the data type of the field that they stand beside wants them. Follows the *_type_parse functions of
 * nftables' src/datatype.c, src/meta.c and src/ct.c. Names that only the node's own files know (users, realms, labels) stay names.
 */
import { type Expression, type Scalar, type Value, value } from '../../model/expression.ts';
import { type FieldType, hasRoom } from '../../model/field-types.ts';
import { flagNames, scalarText } from '../../model/spell.ts';
import { STATEMENT_STARTS } from './fields.ts';
import { IPV4, IPV6, Lexer, MAC, MISREAD, NUMBER, STRING, WORD } from './lexer.ts';

/** Values that are kept once each; more of them are made anew (a set with a million elements gains nothing from sharing). */
const SHARED_LIMIT = 20_000;
const SMALL = 4096;
/** Types whose names stand in files of the node (/etc/passwd, /etc/iproute2, connlabel.conf). */
const NAMED_BY_NODE = new Set(['uid', 'gid', 'realm', 'devgroup', 'ct_label']);
/** Types whose names stand for a number or address that rules compute with: marks, hosts (`nft -N` lists them by name), services. */
const RESOLVED_BY_NODE = new Set(['mark', 'ipv4_addr', 'ipv6_addr', 'inet_service']);
const NUMERIC = /^\d+$/;

export class ValueReader extends Lexer {
  private readonly shared = new Map<Scalar, Value>();
  /** The Values of small numbers (ports, protocols, flags), by number. */
  private readonly small: (Value | undefined)[] = [];

  /** How many operators surround what is read: an operand may be wider than its field, which grows then (`ip dscp | 0x40`). */
  private operands = 0;

  protected operand<T>(read: () => T): T {
    this.operands++;
    try {
      return read();
    } finally {
      this.operands--;
    }
  }

  /** The Value without a spelling of its own, shared. */
  protected plain(scalar: Scalar): Value {
    if (typeof scalar === 'number' && scalar < SMALL && scalar >= 0) {
      const known = this.small[scalar];
      if (known) return known;
      const made = value(scalar);
      this.small[scalar] = made;
      return made;
    }
    const found = this.shared.get(scalar);
    if (found) return found;
    const made = value(scalar);
    if (this.shared.size < SHARED_LIMIT) this.shared.set(scalar, made);
    return made;
  }

  /** True where the current token can begin a constant. */
  protected atConstant(): boolean {
    const { kind } = this;
    return kind === WORD || kind === STRING || kind === NUMBER || kind === IPV4 || kind === IPV6 || kind === MAC;
  }

  /** Told each word that was read as a constant of that type. */
  protected keepWord(_type: FieldType, _start: number, _stop: number, _constant: Expression): void {}

  /** One constant: a Value, or a Wildcard for `"cali*"`. Throws MISREAD where the token is none of that type. */
  protected constant(type: FieldType | undefined): Expression {
    switch (this.kind) {
      case NUMBER:
        return this.numberConstant(type);
      case IPV4: {
        const made = type?.form === 'ipv4' && this.plainDigits ? value(this.number) : this.spelt(this.number, type);
        this.next();
        return made;
      }
      case IPV6:
      case MAC: {
        const made = this.bigConstant(this.big as bigint, type);
        this.next();
        return made;
      }
      case STRING:
        return this.stringConstant(type);
      case WORD: {
        const { start, stop } = this;
        const made = this.wordConstant(type);
        if (type && this.previousStop === stop && made.kind !== 'opaque-expression')
          this.keepWord(type, start, stop, made);
        return made;
      }
      default:
        throw MISREAD;
    }
  }

  /** A Value, spelled as in the text where nfscope would print it otherwise. */
  private spelt(scalar: Scalar, type: FieldType | undefined, start = this.start, stop = this.stop): Value {
    const text = this.text.slice(start, stop);
    return scalarText(scalar, type) === text ? this.plain(scalar) : value(scalar, text);
  }

  private bigConstant(big: bigint, type: FieldType | undefined): Value {
    if (type?.form === 'ipv6' && this.kind === IPV6) return this.plainDigits ? this.plain(big) : this.spelt(big, type);
    const made = this.spelt(big, type);
    return type ? made : value(big, this.text.slice(this.start, this.stop));
  }

  private numberConstant(type: FieldType | undefined): Expression {
    const { start, stop, number, big, plainDigits } = this;
    if (type?.form === 'classid') return this.classConstant(type);
    this.next();
    if (type && this.operands === 0 && (number > 255 || type.width < 8) && !hasRoom(type, big ?? number))
      return this.tooLarge(type, start, stop);
    if (type === undefined || (type.form === 'decimal' && type.width <= 32 && !(type.symbols && type.symbolic))) {
      const wide = big ?? (number > 0xffffffff ? BigInt(number) : null);
      if (wide === null && plainDigits) return this.plain(number);
      return this.spelt(wide ?? number, type, start, stop);
    }
    if (type.type === 'ct_label' && number < 128) return this.plain(1n << BigInt(number));
    if (type.form === 'time') return this.spelt(number * 1000, type, start, stop);
    const scalar = type.width > 32 ? (big ?? BigInt(number)) : number;
    return this.spelt(scalar, type, start, stop);
  }

  /** `1:fff`, `none`, `root` of `meta priority`; the lexer has seen a number or word at its start. */
  private classConstant(type: FieldType): Value {
    const { text, start } = this;
    let i = start;
    while (i < this.end && isClassDigit(text.charCodeAt(i))) i++;
    const word = text.slice(start, i);
    const colon = word.indexOf(':');
    if (colon === -1) {
      const { number, stop } = this;
      this.next();
      return this.spelt(number, type, start, stop);
    }
    const major = Number.parseInt(word.slice(0, colon) || '0', 16);
    const minor = Number.parseInt(word.slice(colon + 1) || '0', 16);
    if (!(major <= 0xffff && minor <= 0xffff)) throw MISREAD;
    this.jumpTo(i);
    this.previousStop = i;
    return this.spelt(major * 65536 + minor, type, start, i);
  }

  private stringConstant(type: FieldType | undefined): Expression {
    const { word, start, stop } = this;
    if (type && RESOLVED_BY_NODE.has(type.type) && !NUMERIC.test(word) && !type.symbols?.byName.has(word))
      return this.foreignName(word, type);
    this.next();
    if (type && isRoot(word, type)) return value(0, this.text.slice(start, stop));
    if (type?.form === 'hour') {
      const seconds = hourSeconds(word);
      return seconds === null ? value(word) : this.spelt(seconds, type, start, stop);
    }
    if (type?.symbols) {
      const number = type.symbols.byName.get(word) ?? (NUMERIC.test(word) ? Number(word) : undefined);
      if (number !== undefined) return this.spelt(number, type, start, stop);
    }
    return this.nameConstant(word, type, this.text.slice(start, stop));
  }

  /** An interface name or another string, with its wildcard. */
  private nameConstant(word: string, type: FieldType | undefined, spelled: string): Expression {
    if (type?.form === 'string' || type === undefined) {
      if (word.endsWith('\\*')) return value(`${word.slice(0, -2)}*`, spelled);
      if (word.endsWith('*') && type?.type === 'ifname') return { kind: 'wildcard', stem: word.slice(0, -1) };
    }
    return scalarText(word, type) === spelled ? this.plain(word) : value(word, spelled);
  }

  private wordConstant(type: FieldType | undefined): Expression {
    const { word, start, stop } = this;
    if (!type) {
      this.next();
      return value(word, word);
    }
    const symbol = this.symbol(word, type);
    if (symbol !== null) {
      this.next();
      if (type.symbols && type.symbolic && type.type !== 'day' && type.symbols.byNumber.get(Number(symbol)) === word)
        return this.plain(symbol);
      return this.spelt(symbol, type, start, stop);
    }
    if (type.form === 'classid' && isClassDigit(word.charCodeAt(0))) return this.classConstant(type);
    if (type.form !== 'string') return this.foreignName(word, type);
    this.next();
    return this.nameConstant(word, type, word);
  }

  /**
   * A name that only the node's own files can tell: a user is compared by its name, a host or service is not interpreted. Throws MISREAD where
   * the type has no such names, or the word begins the next statement of a rule that is cut off.
   */
  private foreignName(word: string, type: FieldType): Expression {
    const named = NAMED_BY_NODE.has(type.type);
    if (STATEMENT_STARTS.has(word) || !(named || RESOLVED_BY_NODE.has(type.type))) throw MISREAD;
    const { start, stop } = this;
    this.next();
    if (named) return isRoot(word, type) ? value(0, word) : value(word, word);
    this.unresolved(start, stop);
    return { kind: 'opaque-expression', text: this.text.slice(start, stop) };
  }

  /** Told of each name that stays one because only the node could resolve it. */
  protected unresolved(_start: number, _stop: number): void {}

  private tooLarge({ width }: FieldType, start: number, stop: number): Expression {
    this.outOfRange(start, stop, 2 ** width - 1);
    return { kind: 'opaque-expression', text: this.text.slice(start, stop) };
  }

  /** Told of each number that its field has no room for: nft refuses the rule. */
  protected outOfRange(_start: number, _stop: number, _most: number): void {}

  /** The number behind a word of that type, or null. */
  protected symbol(word: string, type: FieldType): number | bigint | null {
    const number = type.symbols?.byName.get(word);
    if (number !== undefined) return number;
    if (type.form === 'time') return durationMilliseconds(word);
    if (type.form === 'classid') return word === 'root' ? 0xffffffff : word === 'none' ? 0 : null;
    if (type.symbols && type.symbolic) return type.symbols.byName.get(word.toLowerCase()) ?? null;
    return null;
  }

  /** Several flags as one Value: `syn,ack` (kept where nfscope would order them differently). */
  protected flagValue(bits: number, type: FieldType, start: number, stop: number, separator: string): Value {
    const text = this.text.slice(start, stop);
    const names = flagNames(bits, type);
    const usual = names ? names.join(separator) : scalarText(bits, type);
    return usual === text ? this.plain(bits) : value(bits, text);
  }
}

/** The user and group whose number is the same everywhere. */
function isRoot(word: string, { type }: FieldType): boolean {
  return word === 'root' && (type === 'uid' || type === 'gid');
}

function isClassDigit(code: number): boolean {
  const lower = code | 32;
  return (code >= 48 && code <= 58) || (lower >= 97 && lower <= 102);
}

/** `17:00` or `17:00:05` as seconds since midnight, or null. */
function hourSeconds(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  // nft takes 23:59:60 for midnight.
  return match ? (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)) % 86_400 : null;
}

const UNIT_MILLISECONDS = new Map([
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

/** `1d2h3m4s5ms` as milliseconds, or null where the word is no time. */
export function durationMilliseconds(word: string): number | null {
  let total = 0;
  let at = 0;
  while (at < word.length) {
    const digits = at;
    while (at < word.length && word.charCodeAt(at) >= 48 && word.charCodeAt(at) <= 57) at++;
    if (at === digits) return null;
    const count = Number(word.slice(digits, at));
    const letters = at;
    while (at < word.length && word.charCodeAt(at) > 57) at++;
    const size = UNIT_MILLISECONDS.get(word.slice(letters, at));
    if (size === undefined) return null;
    total += count * size;
  }
  return at === 0 ? null : total;
}
