/**
 * Words to the fields that a command gets: variables replaced, split at blanks. Follows POSIX "Shell Command Language", 2.6. A variable that the
 * script does not set keeps its name in the field (`$LAN`), which is marked unknown. Not modelled: file name patterns, `~`, arithmetic.
 */
import type { Word, WordPart } from './syntax.ts';

/** One argument of a command. `start`, `end`: its word in the script. */
export interface Field {
  readonly text: string;
  /** A part of it is not told by the script. */
  readonly unknown: boolean;
  readonly start: number;
  readonly end: number;
}

/** A variable: one text, or the members of an array. */
export interface Value {
  readonly texts: readonly string[];
  readonly unknown: boolean;
}

/** A text that variables of variables make longer is no script of a person; nor are all texts together. */
const LONGEST = 100_000;
const MOST = 20_000_000;

export class Environment {
  private readonly values = new Map<string, Value>();
  private spent = 0;
  /** Of the function that runs; null outside of any. */
  private argumentsOf: readonly Field[] | null = null;

  /** null: not set here, or too much has been read through variables already. */
  get(name: string): Value | null {
    const value = this.values.get(name);
    if (!value || this.spent > MOST) return null;
    for (const text of value.texts) this.spent += text.length;
    return value;
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }

  /** Runs `run` with the arguments of a function. */
  withArguments(fields: readonly Field[], run: () => void): void {
    const before = this.argumentsOf;
    this.argumentsOf = fields;
    run();
    this.argumentsOf = before;
  }

  /** The arguments of the script itself. */
  setArguments(fields: readonly Field[]): void {
    this.argumentsOf = fields;
  }

  /** `$1` and so on. */
  argument(number: number): Value | null {
    const field = this.argumentsOf?.[number - 1];
    if (field) return { texts: [field.text], unknown: field.unknown };
    return this.argumentsOf ? { texts: [''], unknown: false } : null;
  }

  allArguments(): readonly Field[] | null {
    return this.argumentsOf;
  }
}

/** The fields of words. Cost: linear in them and in what variables hold. */
export function expandWords(text: string, words: readonly Word[], environment: Environment): Field[] {
  return words.flatMap((word) => expandWord(text, word, environment));
}

/** A word as one text: the value of an assignment, the subject of a case. */
export function expandText(text: string, word: Word, environment: Environment): Field {
  const made = new FieldMaker(text, word, environment, false);
  return made.fields()[0] ?? { text: '', unknown: false, start: word.start, end: word.end };
}

function expandWord(text: string, word: Word, environment: Environment): Field[] {
  return new FieldMaker(text, word, environment, true).fields();
}

class FieldMaker {
  private readonly made: Field[] = [];
  private current = '';
  private unknown = false;
  /** A field is begun: `""` is one too. */
  private begun = false;

  constructor(
    private readonly text: string,
    private readonly word: Word,
    private readonly environment: Environment,
    private readonly splits: boolean,
  ) {}

  fields(): Field[] {
    for (const part of this.word.parts) this.part(part);
    this.finish();
    return this.made;
  }

  private finish(): void {
    if (!this.begun) return;
    const { start, end } = this.word;
    this.made.push({ text: this.current.slice(0, LONGEST), unknown: this.unknown, start, end });
    this.current = '';
    this.unknown = false;
    this.begun = false;
  }

  private add(text: string, unknown: boolean): void {
    if (this.current.length < LONGEST) this.current += text;
    this.unknown ||= unknown;
    this.begun = true;
  }

  private part(part: WordPart): void {
    if (part.kind === 'text') this.add(part.text, false);
    else if (part.kind === 'unknown') this.add(this.text.slice(part.start, part.end), true);
    else this.variable(part);
  }

  private variable(part: Extract<WordPart, { kind: 'variable' }>): void {
    const { name, quoted } = part;
    if (name === '@' || name === '*') {
      const fields = this.environment.allArguments();
      if (!fields) this.add(`$${name}`, true);
      else
        this.list(
          fields.map(({ text }) => text),
          fields.some(({ unknown }) => unknown),
          quoted && name === '@',
        );
      return;
    }
    const value = /^[0-9]+$/.test(name) ? this.environment.argument(Number(name)) : this.environment.get(name);
    if (value && !(part.fallback && value.texts.join('') === '')) {
      const whole = this.text.slice(part.start, part.end);
      const members = /\[[@*]\]/.test(whole);
      if (members) this.list(value.texts, value.unknown, quoted && whole.includes('[@]'));
      else this.value(value.texts[0] ?? '', value.unknown, quoted);
    } else if (part.fallback) for (const each of part.fallback) this.part(each);
    else this.add(`$${name}`, true);
  }

  /** Members become fields of their own. */
  private list(texts: readonly string[], unknown: boolean, whole: boolean): void {
    texts.forEach((text, index) => {
      if (index > 0 && this.splits) this.finish();
      else if (index > 0) this.add(' ', false);
      this.value(text, unknown, whole);
    });
  }

  /** A value that is not quoted is split at its blanks, where it is known. */
  private value(text: string, unknown: boolean, quoted: boolean): void {
    if (quoted || unknown || !this.splits) {
      this.add(text, unknown);
      return;
    }
    const pieces = text.split(/[ \t\n]+/);
    pieces.forEach((piece, index) => {
      if (index > 0) this.finish();
      if (piece !== '') this.add(piece, unknown);
    });
  }
}
