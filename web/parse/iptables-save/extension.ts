/**
 * How the tables in extensions/ describe iptables' matches and targets: once, for reading and for printing.
 * Follows iptables-extensions(8).
 */
import { type Bitwise, type Expression, type Field, field, value } from '../../model/expression.ts';
import type { Hook } from '../../model/hook.ts';
import type { Match, MatchOperator, Statement } from '../../model/statement.ts';
import type { OptionWords } from './words.ts';

export type SaveFamily = 'ip' | 'ip6' | 'arp' | 'bridge';

/** What the meaning of an option depends on besides its own text. */
export interface Context {
  readonly family: SaveFamily;
  /** The rule's `-p` number; -1 where there is none, or a negated one. */
  readonly protocol: number;
  /** The hook of the built-in chain that the rule stands in; null in a user's chain. Reading it makes the result depend on the chain. */
  readonly hook: () => Hook | null;
}

export interface Comparison {
  readonly left: Expression;
  readonly right: Expression;
}

/** Reads and prints what one option compares. `print` gives null for what the option cannot say. */
export interface Codec {
  /** How many words the value has. */
  readonly arity: 0 | 1 | 2;
  parse(args: readonly string[], field: Field, context: Context): Comparison | null;
  print(comparison: Comparison, context: Context): string | null;
}

/** An option that compares one field: `--ttl-lt 5` is `ip ttl < 5`. */
export interface FieldOption {
  /** The first one is printed. */
  readonly names: readonly string[];
  /** By family where it differs; null: the family has no such field. */
  readonly field: string | ((context: Context) => string | null);
  /** All fields that `field` or the codec can give: where the printer looks. */
  readonly fields: readonly string[];
  readonly op: MatchOperator;
  readonly codec: Codec;
  readonly negatable: boolean;
  /** Negated, it also matches what has no such field: see Match. */
  readonly absent?: true;
}

/** What a printer made of one or more statements: the option text of one extension. */
export interface Printed {
  /** '' for the options that need no `-m`. */
  readonly extension: string;
  readonly text: string;
  /** How many statements it stands for. */
  readonly used: number;
}

export interface MatchExtension {
  readonly name: string;
  /** Options that each compare one field, in any order. */
  readonly options?: readonly FieldOption[];
  /** Reads all options of the group together; null: not expressible, kept as Xt. */
  readonly parse?: (options: readonly OptionWords[], context: Context) => readonly Statement[] | null;
  /** Prints what `parse` made, from `body[index]` on. `via` tells statements of this extension from nft's. */
  readonly print?: (
    body: readonly Statement[],
    index: number,
    context: Context,
  ) => { text: string; used: number } | null;
  /** Where `print` is asked: the fields of a match, or another kind of statement. */
  readonly printsFields?: readonly string[];
  readonly printsKinds?: readonly Statement['kind'][];
  /** True for options that read well one by one, yet mean something that the fields cannot say. */
  readonly refuses?: (options: readonly OptionWords[], context: Context) => boolean;
  /** Options that no field says: they follow the matches of the others as text with a reading. */
  readonly apart?: readonly string[];
  /** Whether the kernel does not look at an option, or it is always true. Such options follow as text that says nothing. */
  readonly idle?: (option: OptionWords) => boolean;
  /** Known, and kept as text by decision: its state or language is outside of the model. */
  readonly opaque?: true;
  /** Its matches are marked `via` even where the field alone tells the extension, because the kernel decides them differently. */
  readonly marked?: true;
  /** Whether an option must not stand in one `-m` with those that are printed there: together they would mean something else. */
  readonly parts?: (printed: string, next: string) => boolean;
  /** Without options it matches whatever its `-p` does. */
  readonly emptyMatchesAll?: true;
}

export interface TargetExtension {
  readonly name: string;
  /** The statements of the target; null: not expressible, kept as Xt. `text` is the target as written, from its name on. */
  readonly parse?: (options: readonly OptionWords[], context: Context, text: string) => readonly Statement[] | null;
  /** Kept as text, and neither the packet nor what rules compare depends on it. */
  readonly harmless?: true;
}

const NEGATIONS: ReadonlyMap<MatchOperator, MatchOperator> = new Map([
  ['==', '!='],
  ['!=', '=='],
  ['any-bit', 'no-bit'],
  ['no-bit', 'any-bit'],
  ['<', '>='],
  ['>=', '<'],
  ['>', '<='],
  ['<=', '>'],
] as const);

export function negate(op: MatchOperator): MatchOperator {
  return NEGATIONS.get(op) as MatchOperator;
}

export function match(left: Expression, op: MatchOperator, right: Expression, via?: string): Match {
  return via === undefined ? { kind: 'match', left, op, right } : { kind: 'match', left, op, right, via };
}

export function bitwise(op: Bitwise['op'], left: Expression, right: Expression | number): Bitwise {
  return { kind: 'bitwise', op, left, right: typeof right === 'number' ? value(right) : right };
}

/** An option for one field. `names` separated by blanks, the printed one first. */
export function option(
  names: string,
  fieldName: string,
  codec: Codec,
  more: { op?: MatchOperator; negatable?: boolean; absent?: true } = {},
): FieldOption {
  return {
    ...(more.absent ? { absent: true } : {}),
    names: names.split(' '),
    field: fieldName,
    fields: [fieldName],
    op: more.op ?? '==',
    codec,
    negatable: more.negatable ?? true,
  };
}

/** An option whose field is one in IPv4 and another in IPv6. */
export function familyOption(names: string, ip: string, ip6: string, codec: Codec): FieldOption {
  return {
    names: names.split(' '),
    field: ({ family }) => (family === 'ip6' ? ip6 : ip),
    fields: [ip, ip6],
    op: '==',
    codec,
    negatable: true,
  };
}

/** The field that a match compares, through a bitwise expression or a concatenation's first part: where printers look it up. */
export function comparedField(left: Expression): Field | null {
  let at = left;
  for (let depth = 0; depth < 8; depth++) {
    if (at.kind === 'field') return at;
    if (at.kind === 'bitwise') at = at.left;
    else if (at.kind === 'concat' && at.parts[0]) at = at.parts[0];
    else return null;
  }
  return null;
}

export { field, value };
