/**
 * Fields of nft text: `ip saddr`, `tcp option maxseg size`, `ct original ip saddr`, `vxlan tcp dport`. Follows payload_expr, exthdr_expr, meta_expr,
 * ct_expr, fib_expr, rt_expr, socket_expr, osf_expr, xfrm_expr, tunnel_expr of nftables' src/parser_bison.y up to 1.1. A word that nft does not know
 * for a header throws MISREAD.
 */
import { type Expression, type Field, field } from '../../model/expression.ts';
import { fieldType } from '../../model/field-types.ts';
import { CT_DIRECTIONS, FIELD_ALIASES, fieldShape, META_ALIASES, TCP_OPTION_NAMES } from './fields.ts';
import { MISREAD, NUMBER, WORD } from './lexer.ts';
import { ValueReader } from './values.ts';

const AT = 64;
const COMMA = 44;
const DOT = 46;
const BRACKET = 91;
const BRACKET_CLOSE = 93;

/** Fields of the tunnels' own headers. */
const TUNNEL_FIELDS = new Set(
  ['vxlan vni', 'vxlan flags', 'geneve vni', 'geneve type'].concat([
    'gre flags',
    'gre version',
    'gre protocol',
    'gre hdrlength',
  ]),
);
const RAW_BASES = new Set(['ll', 'nh', 'th', 'ih']);
const OPTION_PARTS = new Set(
  'kind length size count left right tsval tsecr subtype value ptr type addr flags'.split(' '),
);
const CHUNK_PARTS = new Set(
  `type flags length tsn stream ssn ppid init-tag a-rwnd num-outbound-streams num-inbound-streams initial-tsn cum-tsn-ack
  num-gap-ack-blocks num-dup-tsns lowest-tsn seqno new-cum-tsn`.split(/\s+/),
);
const FIB_FLAGS = new Set(['saddr', 'daddr', 'mark', 'iif', 'oif']);
const FIB_RESULTS = new Set(['type', 'oif', 'oifname', 'check']);
const EXTENSION_HEADERS = new Set(['hbh', 'rt', 'frag', 'dst', 'mh']);
const OSF_KEYS = new Set(['name', 'version']);
const DIRECTIONS = new Set(['in', 'out']);
const IPSEC_KEYS = new Set(['spi', 'reqid', 'saddr', 'daddr']);
const NEXTHOP = new Set(['nexthop']);
/** Headers inside a tunnel: inner_expr of the grammar. */
const INNER_SHAPES = new Set(['plain', 'ip', 'tcp', 'sctp', 'dccp', 'arp']);

/** Fields that nft has, by their two words; what it has not is never entered. */
const knownFields = new Map<string, Map<string, Field>>();

export abstract class FieldReader extends ValueReader {
  /** `jhash EXPRESSION mod N ...` after its first word. */
  protected abstract jhash(): Expression;

  /** A field by its words. Throws MISREAD for a header's word that nft does not know. */
  protected field(): Expression {
    const word = this.takeAnyWord();
    switch (fieldShape(word)) {
      case 'plain':
        return this.plainField(word, this.takeAnyWord());
      case 'meta-short':
        return field(`meta ${META_ALIASES.get(word) ?? word}`);
      case 'meta': {
        const key = this.takeAnyWord();
        return this.plainField('meta', META_ALIASES.get(key) ?? key);
      }
      case 'ip':
      case 'tcp':
        return this.optionField(word);
      case 'sctp':
      case 'dccp':
        return this.chunkField(word);
      case 'arp':
        return this.arpField();
      case 'ct':
        return this.ctField();
      case 'fib':
        return this.fibField();
      case 'rt':
        return this.routeField();
      case 'indexed':
        return this.indexedField(word);
      case 'exthdr':
        return field(`exthdr ${this.oneOf(EXTENSION_HEADERS)}`);
      case 'socket':
        return this.socketField();
      case 'osf':
        return this.osfField();
      case 'ipsec':
        return this.ipsecField();
      case 'inner':
        return this.innerField(word);
      case 'numgen':
        return this.numgen();
      case 'jhash':
        return this.jhash();
      case 'symhash':
        return this.symhash();
      default:
        throw MISREAD;
    }
  }

  /** `header key`, found by its words without putting the name together. */
  private plainField(header: string, key: string): Field {
    let keys = knownFields.get(header);
    if (!keys) {
      keys = new Map();
      knownFields.set(header, keys);
    }
    let found = keys.get(key);
    if (!found) {
      const name = `${header} ${key}`;
      found = this.known(FIELD_ALIASES.get(name) ?? name);
      keys.set(key, found);
    }
    return found;
  }

  private oneOf(words: ReadonlySet<string>): string {
    const word = this.takeAnyWord();
    if (!words.has(word)) throw MISREAD;
    return word;
  }

  private known(name: string): Field {
    if (fieldType(name).width === 0) throw MISREAD;
    return field(name);
  }

  /** `@th,160,128`, the current token being what follows the `@`; null where another word stands. */
  protected rawField(): Field | null {
    if (this.kind !== WORD || !RAW_BASES.has(this.word)) return null;
    const base = this.takeAnyWord();
    if (!this.takeKind(COMMA)) return null;
    const offset = this.takeNumber();
    this.expect(COMMA);
    return field(`@${base},${offset},${this.takeNumber()}`);
  }

  /** `tcp option maxseg size`, `tcp option sack-perm`, `tcp option @20,16,8`, `ip option lsrr ptr`. */
  private optionField(header: string): Expression {
    const key = this.takeAnyWord();
    if (key !== 'option') return this.plainField(header, key);
    if (this.kind === AT) {
      this.next();
      const kind = this.optionKind(header);
      this.expect(COMMA);
      const offset = this.takeNumber();
      this.expect(COMMA);
      const length = this.takeNumber();
      // nft lists this as it no longer reads it.
      return field(
        `${header} option ${offset === 0 && length === 8 ? `${kind} kind` : `@${kind},${offset},${length}`}`,
      );
    }
    const name = this.optionKind(header);
    const part = this.kind === WORD && OPTION_PARTS.has(this.word) ? ` ${this.takeAnyWord()}` : '';
    return field(`${header} option ${name}${part}`);
  }

  /** An option by its number or one of its names, as the name that nft lists. */
  private optionKind(header: string): string {
    const name = this.kind === NUMBER ? `${this.takeNumber()}` : this.takeAnyWord();
    return header === 'tcp' ? (TCP_OPTION_NAMES.get(name) ?? name) : name;
  }

  private chunkField(header: string): Expression {
    const key = this.takeAnyWord();
    if (key !== 'chunk' && key !== 'option') return this.known(`${header} ${key}`);
    const name = this.kind === NUMBER ? `${this.takeNumber()}` : this.takeAnyWord();
    const part = this.kind === WORD && CHUNK_PARTS.has(this.word) ? ` ${this.takeAnyWord()}` : '';
    return field(`${header} ${key} ${name}${part}`);
  }

  private arpField(): Expression {
    const key = this.takeAnyWord();
    if (key !== 'saddr' && key !== 'daddr') return this.known(`arp ${key}`);
    const kind = this.takeAnyWord();
    if (kind !== 'ip' && kind !== 'ether') throw MISREAD;
    return field(`arp ${key} ${kind}`);
  }

  private ctField(): Expression {
    let name = 'ct';
    if (this.kind === WORD && CT_DIRECTIONS.has(this.word)) name += ` ${this.takeAnyWord()}`;
    if (this.kind === WORD && (this.word === 'ip' || this.word === 'ip6')) name += ` ${this.takeAnyWord()}`;
    return this.plainField(name, this.takeAnyWord());
  }

  private fibField(): Expression {
    const flags = [this.oneOf(FIB_FLAGS)];
    while (this.takeKind(DOT)) flags.push(this.oneOf(FIB_FLAGS));
    // nft lists them in its own order, however they were written.
    const ordered = flags.length === 1 ? flags : [...FIB_FLAGS].filter((flag) => flags.includes(flag));
    return field(`fib ${ordered.join(' . ')} ${this.oneOf(FIB_RESULTS)}`);
  }

  private routeField(): Expression {
    if (this.kind === WORD && (this.word === 'ip' || this.word === 'ip6')) {
      return field(`rt ${this.takeAnyWord()} ${this.oneOf(NEXTHOP)}`);
    }
    const key = this.takeAnyWord();
    return key === 'nexthop' ? field('rt nexthop') : this.known(`rt ${key}`);
  }

  private indexedField(header: string): Expression {
    const key = this.takeAnyWord();
    if (this.kind !== BRACKET) return this.known(`${header} ${key}`);
    this.next();
    const index = this.takeNumber();
    this.expect(BRACKET_CLOSE);
    return field(`${header} ${key}[${index}]`);
  }

  private socketField(): Expression {
    const key = this.takeAnyWord();
    if (key !== 'cgroupv2') return this.known(`socket ${key}`);
    if (!this.takeWord('level')) throw MISREAD;
    return field(`socket cgroupv2 level ${this.takeNumber()}`);
  }

  private osfField(): Expression {
    let name = 'osf';
    if (this.kind === WORD && this.word === 'ttl') {
      this.next();
      name += ` ttl ${this.takeAnyWord()}`;
    }
    return field(`${name} ${this.oneOf(OSF_KEYS)}`);
  }

  /** `ipsec in spnum 1 ip saddr`; a bare `ipsec` is the meta key. */
  private ipsecField(): Expression {
    if (this.kind !== WORD || !DIRECTIONS.has(this.word)) return field('meta ipsec');
    let name = `ipsec ${this.takeAnyWord()}`;
    if (this.takeWord('spnum')) {
      const number = this.takeNumber();
      // nft lists the outermost policy without its number.
      if (number !== 0) name += ` spnum ${number}`;
    }
    if (this.kind === WORD && (this.word === 'ip' || this.word === 'ip6')) name += ` ${this.takeAnyWord()}`;
    return field(`${name} ${this.oneOf(IPSEC_KEYS)}`);
  }

  /** `vxlan vni`, `gre ip saddr`, `geneve tcp dport`: what follows the tunnel's header is a field of what it carries. */
  private innerField(header: string): Expression {
    if (this.kind !== WORD) throw MISREAD;
    const own = `${header} ${this.word}`;
    if (TUNNEL_FIELDS.has(own)) {
      this.next();
      return field(own);
    }
    if (!INNER_SHAPES.has(fieldShape(this.word) ?? '')) throw MISREAD;
    const carried = this.field();
    if (carried.kind !== 'field') throw MISREAD;
    return field(`${header} ${carried.name}`);
  }

  private numgen(): Expression {
    const mode = this.takeAnyWord();
    if (mode !== 'inc' && mode !== 'random') throw MISREAD;
    return { kind: 'numgen', mode, modulus: this.modulus(), offset: this.offset() };
  }

  protected modulus(): number {
    if (!this.takeWord('mod')) throw MISREAD;
    return this.takeNumber();
  }

  protected offset(): number {
    return this.takeWord('offset') ? this.takeNumber() : 0;
  }

  private symhash(): Expression {
    return { kind: 'hash', of: null, modulus: this.modulus(), seed: null, offset: this.offset() };
  }
}
