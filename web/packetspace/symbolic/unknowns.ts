/**
 * Named booleans: what no dump tells. Later ones stand above earlier ones, because rules that bring one each are then cheap (diagram/README: orders that
 * are fast).
 */
import { InternalError } from '../../base/assert.ts';

export class Unknowns {
  private readonly texts = new Map<string, number>();
  private readonly names = new Map<number, string>();
  private next: number;

  /** `end`: the variable behind the last one. */
  constructor(private readonly end: number) {
    this.next = end;
  }

  /** The variable of a text: the same for the same text. */
  variable(text: string): number {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const made = this.plain();
    this.texts.set(text, made);
    this.names.set(made, text);
    return made;
  }

  /** A variable without a name. */
  plain(): number {
    if (--this.next < 0) throw new InternalError('too many named booleans');
    return this.next;
  }

  /** The text of a variable; null where it is none of these. */
  textOf(variable: number): string | null {
    return this.names.get(variable) ?? null;
  }

  has(variable: number): boolean {
    return variable >= this.next && variable < this.end;
  }

  get count(): number {
    return this.names.size;
  }
}
