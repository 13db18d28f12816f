/** What a shell script is made of, as far as it can make rules. The words are POSIX's: "Shell Command Language", 2.3 to 2.10. */

/** A piece of a word, and where it stands. */
export type WordPart =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly quoted: boolean;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** Of `${NAME:-word}`. */
      readonly fallback: readonly WordPart[] | null;
      readonly quoted: boolean;
      readonly start: number;
      readonly end: number;
    }
  /** `$(...)`, arithmetic and whatever else only a shell can know. */
  | { readonly kind: 'unknown'; readonly quoted: boolean; readonly start: number; readonly end: number };

export interface Word {
  readonly parts: readonly WordPart[];
  readonly start: number;
  readonly end: number;
}

export interface Assignment {
  readonly name: string;
  /** Several for `NAME=(a b)`. */
  readonly values: readonly Word[];
  /** `NAME+=value`. */
  readonly adds: boolean;
}

/** What a command reads from its script: `<<EOF`, `<<< word`; or from a file: `< file`. */
export interface Input {
  readonly body: Word | null;
  readonly file: Word | null;
}

export type Node =
  | {
      readonly kind: 'command';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly input: Input | null;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'choice'; readonly first: Node; readonly operator: '&&' | '||'; readonly second: Node }
  | { readonly kind: 'pipe'; readonly nodes: readonly Node[] }
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'group'; readonly body: readonly Node[] }
  | {
      readonly kind: 'if';
      readonly condition: readonly Node[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'for';
      readonly name: string;
      /** null: over the arguments. */
      readonly words: readonly Word[] | null;
      readonly body: readonly Node[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'while';
      readonly condition: readonly Node[];
      /** `until` goes on while the condition fails. */
      readonly until: boolean;
      readonly body: readonly Node[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: 'case';
      readonly subject: Word;
      readonly branches: readonly { readonly patterns: readonly Word[]; readonly body: readonly Node[] }[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Node[] };

/** The text of a word that has no variables, else null. */
export function literalOf(word: Word | undefined): string | null {
  if (!word) return null;
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  return text;
}
