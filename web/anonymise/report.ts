/** What was replaced and what stays, for the user to look at before anything is shared. */
import { createLineStarts, positionAt } from '../base/span.ts';
import type { Dump, Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import { eachExpressionOf } from '../model/walk.ts';
import { numberOf } from './address-bytes.ts';
import type { NameKind, Names } from './names.ts';
import { networkLength, type Renamer, type Watch } from './rename.ts';
import type { AddressToken, Scanner } from './scan.ts';
import { isHarmless } from './vocabulary.ts';
import { isEverybodys, isKnownRange } from './well-known.ts';

export type ReplacementKind = 'network' | 'address' | 'mac' | NameKind | 'word';

export const REPLACEMENT_KINDS: readonly ReplacementKind[] = [
  ...(['network', 'address', 'mac', 'interface', 'chain', 'set', 'table', 'object', 'comment', 'word'] as const),
];

export interface Replacement {
  /** `word`: in a text that names nothing, as a prompt or a note. */
  readonly kind: ReplacementKind;
  readonly from: string;
  readonly to: string;
}

export interface Kept {
  readonly text: string;
  /**
   * `bound`: an address at the end of a network or range, or one that others are compared with, which cannot move. `wildcard`: a word that a wildcard
   * needs. `opaque`: a match in a language of its own, whose numbers may be addresses. `number`: a number that is also a replaced address. `hash`: a
   * rule that chooses by a hash of addresses, and chooses otherwise for the replaced ones. `comment`: a number in a comment that is no port, as of a
   * telephone or a ticket.
   */
  readonly why: 'bound' | 'wildcard' | 'opaque' | 'number' | 'hash' | 'comment';
  /** Index of the document, and the line from 1, where it is first; null for what is in no single place. */
  readonly document: number | null;
  readonly line: number | null;
}

const OPAQUE_EXTENSIONS = new Set(['u32', 'bpf']);
/** Behind a network's address: its length, or its mask. */
const LENGTH = /^\/[\da-fA-F.:]+/;
/** Digits in groups, as of telephones, and long numbers by themselves. */
const GROUPS =
  /\+\d[\d ()./-]{5,}\d|(?<![\w.:/+-])\d{2,4}(?: \d{2,4}){2,}(?![\w.:/-])|(?<![\w.:/+-])\d{5,}(?![\w.:/-])/g;
const LAST_PORT = 65535;
const NUMERAL = /^(?:0x[0-9a-f]{7,8}|\d{8,10})$/i;
/** Smaller numbers are ports, marks and the like. */
const LARGE = 1 << 24;

export class Report {
  private readonly addresses: Readonly<Record<'network' | 'address' | 'mac', Map<string, string>>> = {
    network: new Map(),
    address: new Map(),
    mac: new Map(),
  };
  private readonly words = new Map<string, string>();
  private readonly staying = new Map<string, Kept>();
  /** IPv4 addresses that were replaced, as numbers. */
  private readonly numbers = new Set<number>();
  private readonly numerals = new Map<
    string,
    { readonly document: number; readonly offset: number; readonly text: string }
  >();
  private readonly ofNames = new Set<string>();
  private readonly lineStarts = createLineStarts();

  constructor(
    private readonly renamer: Renamer,
    private readonly names: Names,
    private readonly stays: ReadonlySet<string>,
    scanner: Scanner,
  ) {
    for (const name of names.kinds.keys()) scanner.scan(name, ({ text }) => this.ofNames.add(text));
  }

  /** To be called for the tokens of that document. */
  watch(document: number, text: string): Watch {
    return (token, start, to) => {
      const from = token.text;
      if (token.kind === 'address') this.address(token, start, to, document, text);
      else if (from !== to) {
        if (!this.ofNames.has(from)) this.words.set(from, to);
      } else if (from.length >= 8 && NUMERAL.test(from) && !this.numerals.has(from)) {
        this.numerals.set(from, { document, offset: start, text });
      }
    };
  }

  private address(token: AddressToken, start: number, to: string, document: number, text: string): void {
    const { text: from, bytes } = token;
    const length = networkLength(text, start, token);
    if (from !== to) {
      const end = start + from.length;
      const suffix = length !== null && text[end] === '/' ? (LENGTH.exec(text.slice(end, end + 48))?.[0] ?? '') : '';
      const kind = bytes.length === 6 ? 'mac' : length === null ? 'address' : 'network';
      this.addresses[kind].set(from + suffix, to + suffix);
      if (bytes.length === 4) this.numbers.add(numberOf(bytes));
    } else if (
      !this.staying.has(from) &&
      text[start - 1] !== '/' &&
      !isEverybodys(bytes) &&
      !isKnownRange(bytes, length ?? bytes.length * 8)
    ) {
      this.staying.set(from, {
        text: from,
        why: 'bound',
        document,
        line: positionAt(this.lineStarts(text), start).line,
      });
    }
  }

  /** Looks for rules that are not understood well enough to promise anything. */
  rules(dumps: readonly Dump[]): void {
    for (const dump of dumps) {
      for (const table of dump.tables) {
        for (const chain of table.chains) for (const rule of chain.rules) this.rule(dump, rule);
      }
    }
  }

  private rule(dump: Dump, rule: Rule): void {
    const why = rule.body.some(isOpaque) ? 'opaque' : rule.body.some(choosesByHash) ? 'hash' : null;
    if (why === null) return;
    const text = dump.text.slice(rule.start, rule.end);
    const line = positionAt(this.lineStarts(dump.text), rule.start).line;
    if (!this.staying.has(text)) this.staying.set(text, { text, why, document: dump.document, line });
  }

  replaced(): Replacement[] {
    const list: Replacement[] = [];
    for (const kind of ['network', 'address', 'mac'] as const)
      for (const [from, to] of this.addresses[kind]) list.push({ kind, from, to });
    for (const [from, kind] of this.names.kinds) {
      const to = this.renamer.text(from);
      if (to !== from) list.push({ kind, from, to });
    }
    for (const [from, to] of this.words) list.push({ kind: 'word', from, to });
    const rank = (kind: ReplacementKind) => REPLACEMENT_KINDS.indexOf(kind);
    return list.sort((a, b) => rank(a.kind) - rank(b.kind));
  }

  kept(): Kept[] {
    const numbers: Kept[] = [];
    for (const [numeral, { document, offset, text }] of this.numerals) {
      if (!this.numbers.has(Number(numeral))) continue;
      numbers.push({ text: numeral, why: 'number', document, line: positionAt(this.lineStarts(text), offset).line });
    }
    const wildcards = [...this.stays]
      .filter((word) => !isHarmless(word))
      .map((word): Kept => ({ text: word, why: 'wildcard', document: null, line: null }));
    return [...this.staying.values(), ...numbers, ...wildcards, ...this.numbersOfComments()];
  }

  private numbersOfComments(): Kept[] {
    const found = new Set<string>();
    for (const [name, kind] of this.names.kinds) {
      if (kind !== 'comment') continue;
      for (const [number] of name.matchAll(GROUPS)) if (!(Number(number) <= LAST_PORT)) found.add(number);
    }
    return [...found].map((text) => ({ text, why: 'comment', document: null, line: null }));
  }
}

function isOpaque(statement: Statement): boolean {
  if (statement.kind === 'xt') return OPAQUE_EXTENSIONS.has(statement.name);
  if (statement.kind !== 'match') return false;
  const { left, right } = statement;
  const field = left.kind === 'bitwise' ? left.left : left;
  if (field.kind !== 'field' || !field.name.startsWith('@')) return false;
  return right.kind !== 'value' || typeof right.value !== 'number' || right.value >= LARGE;
}

/** Kernel: find_best_ips_proto of net/netfilter/nf_nat_core.c takes an address of the range by a hash of the packet's addresses (golden case f26). */
function choosesByHash(statement: Statement): boolean {
  if (statement.kind === 'nat' && statement.address?.kind === 'range') return true;
  let found = false;
  eachExpressionOf(statement, (expression) => {
    if (expression.kind === 'hash' && expression.of) found = true;
  });
  return found;
}
