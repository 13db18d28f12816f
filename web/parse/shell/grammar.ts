/**
 * A shell script to its commands and what decides over them. Follows POSIX "Shell Command Language", 2.9 and 2.10, and takes what bash adds where
 * scripts use it (arrays, `[[`, `function`). What has no sense is passed over: this is no shell, it looks for commands that make rules.
 */
import type { Span } from '../../base/span.ts';
import type { Assignment, Input, Node, Word, WordPart } from './syntax.ts';
import { literalOf } from './syntax.ts';
import { BodyReader, WordReader } from './words.ts';

/** Deeper nesting is no script of a person. */
const DEEPEST = 60;
const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=/;
/** Keys of systemd and WireGuard in front of a command; and those of commands that take others back, which are words of their own. */
const UNIT_KEY = /(?:Exec(?:Start(?:Pre|Post)?|Reload)|PreUp|PostUp)[ \t]*=[ \t]*[-@+!:]*/y;
const UNDO_KEY = /^(?:ExecStop(?:Post)?|PreDown|PostDown)=/;
const CLOSERS: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

interface PendingBody {
  readonly delimiter: string;
  readonly literal: boolean;
  readonly fill: (word: Word) => void;
}

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

type Command = Extract<Node, { kind: 'command' }>;

class ShellParser extends WordReader {
  readonly odd: Span[] = [];
  private readonly pending: PendingBody[] = [];
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

  /** Past blanks, line ends, `;` and `&`; here-documents begin after the line that names them. */
  private skipLines(): void {
    for (;;) {
      this.skipBlanks();
      const code = this.code();
      if (code === 0x0a) {
        this.at++;
        this.readBodies();
      } else if (
        (code === 0x3b && this.code(this.at + 1) !== 0x3b) ||
        (code === 0x26 && this.code(this.at + 1) !== 0x26)
      )
        this.at++;
      else return;
    }
  }

  private skipNewlines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.code() !== 0x0a) return;
      this.at++;
      this.readBodies();
    }
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

  // Simple commands

  private simple(): Command | null {
    const start = this.at;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const inputs: { input: Input | null } = { input: null };
    UNIT_KEY.lastIndex = this.at;
    this.at += UNIT_KEY.exec(this.text)?.[0].length ?? 0;
    for (;;) {
      this.skipBlanks();
      if (this.redirection(inputs)) continue;
      const assignment = words.length === 0 ? this.assignment() : null;
      if (assignment) {
        assignments.push(assignment);
        continue;
      }
      const word = this.word();
      if (!word) break;
      words.push(word);
    }
    if (words.length === 0 && assignments.length === 0) return null;
    const end = words.at(-1)?.end ?? this.at;
    const command = { kind: 'command', assignments, words, start, end } as const;
    // A here-document's body is read after its line: the command looks it up when it runs.
    return {
      ...command,
      get input() {
        return inputs.input;
      },
    };
  }

  private assignment(): Assignment | null {
    const head = this.text.slice(this.at, Math.min(this.end, this.at + 100));
    const found = UNDO_KEY.test(head) ? null : ASSIGNMENT.exec(head);
    if (!found) return null;
    const [all, name = '', plus] = found;
    this.at += all.length;
    if (this.code() !== 0x28) return { name, values: [this.value()], adds: plus === '+' };
    this.at++;
    const values: Word[] = [];
    for (;;) {
      this.skipNewlines();
      const word = this.word();
      if (!word) break;
      values.push(word);
    }
    if (this.code() === 0x29) this.at++;
    return { name, values, adds: plus === '+' };
  }

  private value(): Word {
    const empty: readonly WordPart[] = [];
    return this.word() ?? { parts: empty, start: this.at, end: this.at };
  }

  private redirections(): void {
    const inputs: { input: Input | null } = { input: null };
    do this.skipBlanks();
    while (this.redirection(inputs));
  }

  /** `2>/dev/null`, `> file`, `< file`, `<<EOF`, `<<< word`, `>&2`. */
  private redirection(inputs: { input: Input | null }): boolean {
    REDIRECTION.lastIndex = this.at;
    const found = REDIRECTION.exec(this.text);
    if (!found || this.at + found[0].length > this.end) return false;
    const operator = found[1] ?? '';
    this.at += found[0].length;
    this.skipBlanks();
    if (operator === '<<' || operator === '<<-') this.hereDocument(inputs);
    else {
      const target = this.word();
      if (operator === '<<<') inputs.input = { body: target, file: null };
      else if (operator === '<') inputs.input = { body: null, file: target };
    }
    return true;
  }

  private hereDocument(inputs: { input: Input | null }): void {
    const word = this.word();
    const delimiter = literalOf(word ?? undefined);
    if (delimiter === null || delimiter === '') return;
    const literal = word?.parts.some((part) => part.quoted) ?? false;
    this.pending.push({
      delimiter,
      literal,
      fill: (body) => {
        inputs.input = { body, file: null };
      },
    });
  }

  private readBodies(): void {
    for (const { delimiter, literal, fill } of this.pending.splice(0)) {
      const start = this.at;
      let end = start;
      for (let at = start; ; ) {
        const eol = this.lineEnd(at);
        const line = this.text.slice(at, Math.min(eol, at + delimiter.length + 200));
        end = at;
        this.at = Math.min(eol + 1, this.end);
        if (at >= this.end || line.trim() === delimiter) break;
        at = eol + 1;
      }
      end = Math.min(end, this.end);
      const parts: WordPart[] = literal
        ? [{ kind: 'text', text: this.text.slice(start, end), quoted: true, start, end }]
        : new BodyReader(this.text, start, end).body();
      fill({ parts, start, end });
    }
  }
}

const PLAIN = /[a-z]+(?=[\s;&|()<>]|$)|[!{](?=\s)|\[\[?(?=\s)/y;
const FUNCTION = /[A-Za-z_][\w-]*[ \t]*\([ \t]*\)/y;
const REDIRECTION = /(?:\d|&)?(<<<|<<-|<<|<&|<>|<|>>|>&|>\||>)/y;
