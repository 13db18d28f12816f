/**
 * A shell script to its commands and what decides over them. Follows POSIX "Shell Command Language", 2.9 and 2.10, and takes what bash adds where
 * scripts use it (arrays, `[[`, `function`). What has no sense is passed over: this is no shell, it looks for commands that make rules.
 */
import type { Span } from '../../base/span.ts';
import { CommandReader } from './simple-command.ts';
import type { Node, Word } from './syntax.ts';
import { literalOf } from './syntax.ts';

/** Deeper nesting is no script of a person. */
const DEEPEST = 60;
const CLOSERS: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

/** The script `text[start, end)`. Never throws. Cost: linear. */
export function parseShell(text: string, start: number, end: number): { readonly nodes: Node[]; readonly odd: Span[] } {
  const parser = new ShellParser(text, start, end);
  const nodes: Node[] = [];
  while (parser.at < end) {
    nodes.push(...parser.list());
    // What closes nothing.
    if (parser.at < end) parser.skipOdd();
  }
  return { nodes, odd: parser.odd };
}

class ShellParser extends CommandReader {
  readonly odd: Span[] = [];
  private depth = 0;

  skipOdd(): void {
    const start = this.at;
    const word = this.word();
    if (!word) this.at++;
    if (this.text.slice(start, this.at).trim() !== '') this.odd.push({ start, end: this.at });
  }

  /** Commands up to a word or sign that closes them, or the end. */
  list(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      this.skipLines();
      if (this.at >= this.end || this.isCloser()) return nodes;
      const before = this.at;
      const node = this.andOr();
      if (node) nodes.push(node);
      if (this.at === before) this.skipOdd();
    }
  }

  private isCloser(): boolean {
    const code = this.code();
    if (code === 0x29) return true;
    if (code === 0x3b && this.code(this.at + 1) === 0x3b) return true;
    return CLOSERS.has(this.peekWord());
  }

  /** The plain word that stands here. */
  private peekWord(): string {
    const code = this.code();
    if (code === 0x7d) return '}';
    if (code < 0x61 || code > 0x7a) return code === 0x21 || code === 0x7b || code === 0x5b ? this.plainWord() : '';
    return this.plainWord();
  }

  private plainWord(): string {
    PLAIN.lastIndex = this.at;
    return PLAIN.exec(this.text)?.[0] ?? '';
  }

  private takeWord(word: string): boolean {
    this.skipLines();
    if (this.peekWord() !== word) return false;
    this.at += word.length;
    return true;
  }

  private andOr(): Node | null {
    let node = this.pipe();
    for (;;) {
      this.skipBlanks();
      const operator = this.text.slice(this.at, this.at + 2);
      if (!node || (operator !== '&&' && operator !== '||')) return node;
      this.at += 2;
      this.skipNewlines();
      const second = this.pipe();
      if (!second) return node;
      node = { kind: 'choice', first: node, operator, second };
    }
  }

  private pipe(): Node | null {
    this.skipBlanks();
    if (this.peekWord() === '!') {
      this.at++;
      const node = this.pipe();
      return node && { kind: 'not', node };
    }
    const nodes: Node[] = [];
    for (;;) {
      const node = this.command();
      if (node) nodes.push(node);
      this.skipBlanks();
      if (this.code() !== 0x7c || this.code(this.at + 1) === 0x7c) break;
      this.at++;
      this.skipNewlines();
    }
    return nodes.length > 1 ? { kind: 'pipe', nodes } : (nodes[0] ?? null);
  }

  private command(): Node | null {
    this.skipBlanks();
    if (this.depth >= DEEPEST) return this.simple();
    this.depth++;
    const node = this.compound();
    this.depth--;
    if (node === undefined) return this.simple();
    this.redirections();
    return node;
  }

  /** undefined: a simple command stands here. */
  private compound(): Node | null | undefined {
    const start = this.at;
    if (this.code() === 0x28) {
      this.at++;
      return this.until(')', start);
    }
    switch (this.peekWord()) {
      case '{':
        this.at++;
        return this.until('}', start);
      case 'if':
        this.at += 2;
        return this.conditional(start);
      case 'for':
      case 'select':
        return this.loop(start);
      case 'while':
      case 'until':
        return this.whileLoop(start);
      case 'case':
        return this.cases(start);
      case 'function':
        this.at += 'function'.length;
        this.skipBlanks();
        return this.functionBody(literalOf(this.word() ?? undefined) ?? '');
      default:
        return this.isFunction() ? this.functionBody(this.takeName()) : undefined;
    }
  }

  private until(close: ')' | '}', start: number): Node {
    const body = this.list();
    this.skipBlanks();
    if (this.text.charAt(this.at) === close && this.at < this.end) this.at++;
    else this.odd.push({ start, end: start + 1 });
    return { kind: 'group', body };
  }

  private conditional(start: number): Node {
    const condition = this.list();
    const end = this.at;
    let body: Node[] = [];
    if (this.takeWord('then')) body = this.list();
    let otherwise: Node[] = [];
    this.skipLines();
    const elif = this.at;
    if (this.takeWord('elif')) {
      otherwise = [this.conditional(elif)];
      return { kind: 'if', condition, body, otherwise, start, end };
    }
    if (this.takeWord('else')) otherwise = this.list();
    if (!this.takeWord('fi')) this.odd.push({ start, end });
    return { kind: 'if', condition, body, otherwise, start, end };
  }

  private loop(start: number): Node {
    this.word();
    this.skipBlanks();
    // `for ((i = 0; ...))`
    const arithmetic = this.code() === 0x28;
    if (arithmetic) this.at = this.closing(this.at, 0x28, 0x29);
    const name = arithmetic ? '' : (literalOf(this.word() ?? undefined) ?? '');
    this.skipNewlines();
    let words: Word[] | null = null;
    if (this.peekWord() === 'in') {
      this.at += 2;
      words = this.rest();
    }
    const end = this.at;
    const body = this.doBody(start, end);
    if (arithmetic) return { kind: 'while', condition: [], until: false, body, start, end };
    return { kind: 'for', name, words, body, start, end };
  }

  private rest(): Word[] {
    const words: Word[] = [];
    for (;;) {
      this.skipBlanks();
      const word = this.word();
      if (!word) return words;
      words.push(word);
    }
  }

  private doBody(start: number, end: number): Node[] {
    if (!this.takeWord('do')) {
      this.odd.push({ start, end });
      return [];
    }
    const body = this.list();
    if (!this.takeWord('done')) this.odd.push({ start, end });
    return body;
  }

  private whileLoop(start: number): Node {
    const until = literalOf(this.word() ?? undefined) === 'until';
    const condition = this.list();
    const end = this.at;
    return { kind: 'while', condition, until, body: this.doBody(start, end), start, end };
  }

  private cases(start: number): Node | null {
    this.at += 'case'.length;
    this.skipBlanks();
    const subject = this.word();
    const end = this.at;
    if (!subject || !this.takeWord('in')) {
      this.odd.push({ start, end });
      return null;
    }
    const branches: { patterns: Word[]; body: Node[] }[] = [];
    for (;;) {
      this.skipLines();
      if (this.at >= this.end || this.takeWord('esac')) break;
      const before = this.at;
      const patterns = this.patterns();
      const body = this.list();
      if (this.code() === 0x3b) this.at += 2;
      branches.push({ patterns, body });
      if (this.at === before) this.skipOdd();
    }
    return { kind: 'case', subject, branches, start, end };
  }

  /** `start|restart)` */
  private patterns(): Word[] {
    if (this.code() === 0x28) this.at++;
    const patterns: Word[] = [];
    for (;;) {
      this.skipBlanks();
      const word = this.word();
      if (word) patterns.push(word);
      this.skipBlanks();
      if (this.code() !== 0x7c) break;
      this.at++;
    }
    if (this.code() === 0x29) this.at++;
    return patterns;
  }

  private isFunction(): boolean {
    FUNCTION.lastIndex = this.at;
    return FUNCTION.test(this.text);
  }

  private takeName(): string {
    return literalOf(this.word() ?? undefined) ?? '';
  }

  private functionBody(name: string): Node {
    this.skipBlanks();
    if (this.code() === 0x28) this.at = Math.min(this.text.indexOf(')', this.at) + 1 || this.end, this.end);
    this.skipNewlines();
    const node = this.command();
    return { kind: 'function', name, body: node ? [node] : [] };
  }
}

const PLAIN = /[a-z]+(?=[\s;&|()<>]|$)|[!{](?=\s)|\[\[?(?=\s)/y;
const FUNCTION = /[A-Za-z_][\w-]*[ \t]*\([ \t]*\)/y;
