/**
 * NAT and its kin in nft text: dnat, snat, masquerade, redirect, tproxy, dup, fwd. Follows nat_stmt, masq_stmt, redir_stmt, tproxy_stmt, dup_stmt
 * and fwd_stmt of nftables' src/parser_bison.y.
 */
import type { Expression } from '../../model/expression.ts';
import { type FieldType, fieldType } from '../../model/field-types.ts';
import type { Nat, Statement } from '../../model/statement.ts';
import { ExpressionReader } from './expressions.ts';
import { IPV4, IPV6, MISREAD, STRING, WORD } from './lexer.ts';

const COLON = 58;
const COMMA = 44;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const BRACKET = 91;
const BRACKET_CLOSE = 93;

const ADDRESS = [fieldType('ip saddr')];
const ADDRESS6 = [fieldType('ip6 saddr')];
const PORT = [fieldType('th dport')];
const IFNAME = [fieldType('meta iifname')];
const NO_TYPES: readonly FieldType[] = [];

/** Words by which the statement goes on after its family. */
const FORMS = new Set(['to', 'addr', 'prefix', 'interval']);
const FLAGS = new Set(['random', 'fully-random', 'persistent']);

export abstract class NatReader extends ExpressionReader {
  /** `dnat ip to 10.0.0.1:80 random`; dnat and snat do without the `to`. */
  protected nat(type: Nat['type']): Statement {
    this.next();
    const family = this.natFamily();
    const { concat, prefix } = this.natForm();
    const { address, port } = this.natTarget(type);
    const flags = this.natFlags();
    const joined = concat || (address?.kind === 'map' && dataIsConcat(address));
    if (!family && !joined && !prefix) return { kind: 'nat', type, address, port, flags };
    return {
      kind: 'nat',
      type,
      ...(family ? { family } : {}),
      address,
      port,
      flags,
      ...(joined ? { concat: true } : {}),
      ...(prefix ? { prefix: true } : {}),
    };
  }

  private natFamily(): Nat['family'] {
    if (this.kind !== WORD || (this.word !== 'ip' && this.word !== 'ip6') || !FORMS.has(this.followingWord())) return;
    return this.takeAnyWord() as 'ip' | 'ip6';
  }

  /** `addr . port`, `interval`, `prefix`: what older releases want to be told about a map's data. */
  private natForm(): { concat: boolean; prefix: boolean } {
    if (this.takeWord('prefix')) return { concat: false, prefix: true };
    if (this.takeWord('interval') || !this.takeWord('addr')) return { concat: false, prefix: false };
    if (!this.takeKind(DOT)) return { concat: false, prefix: false };
    if (!this.takeWord('port')) throw MISREAD;
    return { concat: true, prefix: false };
  }

  private natTarget(type: Nat['type']): Pick<Nat, 'address' | 'port'> {
    const told = this.takeWord('to');
    const bare = !told && (type === 'dnat' || type === 'snat') && !this.endsNat();
    if (!told && !bare) return { address: null, port: null };
    if (this.takeKind(COLON)) return { address: null, port: this.expression(PORT) };
    // `redirect to 80` has no address to give.
    if (type === 'redirect' || type === 'masquerade') return { address: null, port: this.expression(PORT) };
    const address = this.natAddress();
    // A host has a name; what is in quotes may be anything.
    if (address.kind === 'value' && typeof address.value === 'string' && !/^[a-z]/i.test(address.value)) throw MISREAD;
    return { address, port: this.takeKind(COLON) ? this.expression(PORT) : null };
  }

  private endsNat(): boolean {
    return this.atEnd() || (this.kind === WORD && (FLAGS.has(this.word) || this.word === 'comment'));
  }

  private natFlags(): string[] {
    const flags: string[] = [];
    while (this.kind === WORD && FLAGS.has(this.word)) {
      flags.push(this.word);
      this.next();
      if (!this.takeKind(COMMA)) break;
    }
    return flags;
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
    const from = this.constant(ADDRESS6[0]);
    // iptables' translation puts one pair of brackets around the whole range.
    const inside = this.takeKind(DASH);
    const last = inside ? this.constant(ADDRESS6[0]) : null;
    this.expect(BRACKET_CLOSE);
    if (last) return { kind: 'range', from: this.numberOf(from), to: this.numberOf(last) };
    if (this.is(SLASH)) return this.prefixFrom(from, 128);
    if (!this.takeKind(DASH)) return from;
    this.expect(BRACKET);
    const to = this.constant(ADDRESS6[0]);
    this.expect(BRACKET_CLOSE);
    return { kind: 'range', from: this.numberOf(from), to: this.numberOf(to) };
  }

  protected tproxy(): Statement {
    this.next();
    const family =
      this.kind === WORD && (this.word === 'ip' || this.word === 'ip6') ? (this.takeAnyWord() as 'ip' | 'ip6') : null;
    if (!this.takeWord('to')) throw MISREAD;
    const address = this.kind === COLON ? null : this.natAddress();
    const port = this.takeKind(COLON) ? this.expression(PORT) : null;
    return family ? { kind: 'tproxy', family, address, port } : { kind: 'tproxy', address, port };
  }

  /** `dup to 10.0.0.1 device "eth0"`, `fwd to "eth0"`, `fwd ip to 10.0.0.1 device "eth0"`. */
  protected duplicate(kind: 'dup' | 'fwd'): Statement {
    this.next();
    const family =
      this.kind === WORD && (this.word === 'ip' || this.word === 'ip6') ? (this.takeAnyWord() as 'ip' | 'ip6') : null;
    if (!this.takeWord('to')) throw MISREAD;
    const first = this.kind === STRING || this.kind === WORD ? this.expression(IFNAME) : this.expression(NO_TYPES);
    // A constant tells its family itself.
    const told = family && kind === 'fwd' && first.kind !== 'value' ? { family } : {};
    if (this.takeWord('device')) return { kind, ...told, address: first, device: this.expression(IFNAME) };
    return isDevice(first, kind) ? { kind, address: null, device: first } : { kind, address: first, device: null };
  }
}

function dataIsConcat(lookup: Extract<Expression, { kind: 'map' }>): boolean {
  return lookup.map.kind === 'set' && lookup.map.elements[0]?.data?.kind === 'concat';
}

/** Kernel: nft_fwd_netdev.c wants a device where there is no address. */
function isDevice(destination: Expression, kind: 'dup' | 'fwd'): boolean {
  if (kind === 'fwd') return true;
  if (destination.kind === 'value') return typeof destination.value === 'string';
  if (destination.kind !== 'map' || destination.map.kind !== 'set') return false;
  const data = destination.map.elements[0]?.data;
  return data?.kind === 'value' && typeof data.value === 'string';
}
