/**
 * Simple commands of a shell script: assignments, words, redirections, and here-documents behind the line that names them. Follows POSIX "Shell
 * Command Language", 2.7 and 2.9.1, and takes bash's arrays and here-strings.
 */
import type { Assignment, Input, Node, Word, WordPart } from './syntax.ts';
import { literalOf } from './syntax.ts';
import { BodyReader, WordReader } from './words.ts';

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=/;
/** Keys of systemd and WireGuard in front of a command; and those of commands that take others back, which are words of their own. */
const UNIT_KEY = /(?:Exec(?:Start(?:Pre|Post)?|Reload)|PreUp|PostUp)[ \t]*=[ \t]*[-@+!:]*/y;
const UNDO_KEY = /^(?:ExecStop(?:Post)?|PreDown|PostDown)=/;
const REDIRECTION = /(?:\d|&)?(<<<|<<-|<<|<&|<>|<|>>|>&|>\||>)/y;

interface PendingBody {
  readonly delimiter: string;
  readonly literal: boolean;
  readonly fill: (word: Word) => void;
}

export type Command = Extract<Node, { kind: 'command' }>;

export class CommandReader extends WordReader {
  private readonly pending: PendingBody[] = [];

  /** Past blanks, line ends, `;` and `&`; here-documents begin after the line that names them. */
  protected skipLines(): void {
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

  protected skipNewlines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.code() !== 0x0a) return;
      this.at++;
      this.readBodies();
    }
  }

  protected simple(): Command | null {
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

  protected redirections(): void {
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
