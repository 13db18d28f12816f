/**
 * One unit of a rule line (an option without `-m`, one `-m NAME ...`, one `-j NAME ...`) to statements. The parser calls this once for each
 * distinct text, so clarity goes before speed here. Follows iptables(8), iptables-extensions(8).
 */
import { ACCEPT, CONTINUE, DROP, RETURN, type Verdict } from '../../model/expression.ts';
import type { Match, Statement, Xt } from '../../model/statement.ts';
import type { XtReading } from '../../model/xt-reading.ts';
import { protocolNumber } from './codecs.ts';
import { type Context, type FieldOption, field, type MatchExtension, match, negate } from './extension.ts';
import { BASIC } from './extensions/basic.ts';
import { isAlways, matchesAllIcmp, readingOf } from './extensions/readings.ts';
import { ARPTABLES_TARGETS, arptablesStatements, arptablesTarget } from './foreign/arptables.ts';
import { ebtablesStatements } from './foreign/ebtables.ts';
import { EBTABLES_TARGETS, ebtablesTarget, readBridgeTarget } from './foreign/ebtables-targets.ts';
import { withFullNames } from './option-names.ts';
import { fieldOption, fieldPrinters, MATCH_EXTENSIONS, PROTOCOL_EXTENSIONS, TARGET_EXTENSIONS } from './registry.ts';
import { groupOptions, type OptionWords, splitWords, type Word } from './words.ts';

/** What is wrong with a unit: its code, a sentence, and where. Told once for each distinct text. */
export interface UnitProblem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface Unit {
  readonly statements: readonly Statement[];
  /** Statements of `-j` and `-g` run after the counter. */
  readonly target: boolean;
  /** The extension, '' for basic options. */
  readonly extension: string;
  readonly problems: readonly UnitProblem[];
  /** How many of the statements, from the first on, are compared before any `-m`: see basics-first.ts. */
  readonly basics?: number;
  /** For `-p`: its number (-1 for a negated one); null for any other unit. */
  readonly protocol: number | null;
  /** Of `-s A,B`: the statement for each address. iptables makes a rule of each. */
  readonly addresses?: readonly Statement[];
}

/** What a unit's text refers to in its table. */
export interface UnitContext extends Context {
  /** Whether a chain of that name is declared. */
  readonly isChain: (name: string) => boolean;
}

export const NO_PROBLEMS: readonly UnitProblem[] = [];

/** Reads the unit `text[start, end)`, without blanks at its ends. Never throws. Cost: linear in its length. */
export function parseUnit(text: string, start: number, end: number, context: UnitContext): Unit {
  const words = splitWords(text, start, end);
  if (context.family === 'arp' || context.family === 'bridge') return foreignUnit(text, words, start, end, context);
  const negated = words[0]?.text === '!' && !words[0].quoted;
  const first = words[negated ? 1 : 0];
  const at = negated ? 2 : 1;
  switch (first?.text) {
    case '-m':
    case '--match':
      return negated ? opaque(text, start, end) : matchUnit(text, words, at, context);
    case '-j':
    case '--jump':
      return negated ? opaque(text, start, end) : targetUnit(text, words, at, end, context);
    case '-g':
    case '--goto':
      return negated ? opaque(text, start, end) : gotoUnit(text, words, at, context);
    case undefined:
      return opaque(text, start, end);
    default:
      return basicUnit(text, words, negated, context);
  }
}

function foreignUnit(text: string, words: readonly Word[], start: number, end: number, context: UnitContext): Unit {
  const target = words[0]?.text === '-j';
  if (target && context.family === 'bridge') {
    return bridgeTargetUnit(text, words, context) ?? targetUnit(text, words, 1, end, context);
  }
  const bridge = context.family === 'bridge' ? ebtablesStatements(text, words, context) : null;
  const arp = target
    ? arptablesTarget(text, words, context, context.isChain)
    : arptablesStatements(text, words, context);
  const statements = context.family === 'bridge' ? bridge : arp;
  if (!statements) return opaque(text, start, end);
  const name = target ? (words[1]?.text ?? '') : '';
  const known = !target || ARPTABLES_TARGETS.has(name) || isVerdictName(name) || context.isChain(name);
  const problems = known ? NO_PROBLEMS : [unknownTarget(name, start, end)];
  return { statements, target, extension: '', problems, protocol: null };
}

function unknownTarget(name: string, start: number, end: number): UnitProblem {
  const message = `“${clip(name)}” is neither a chain of this table nor a target that nfscope knows: it is kept and shown, but not interpreted.`;
  return { severity: 'warning', code: 'unknown-target', message, start, end };
}

/** A target of ebtables' own; null for verdicts, chains and what is not known. */
function bridgeTargetUnit(text: string, words: readonly Word[], context: UnitContext): Unit | null {
  const name = words[1];
  if (!name || !EBTABLES_TARGETS.has(name.text) || context.isChain(name.text)) return null;
  const options = groupOptions(words, 2);
  const written = text.slice(name.start, (words[words.length - 1] as Word).end);
  const read = options && ebtablesTarget(name.text, options, written);
  const kept = xt(
    'target',
    name.text,
    optionsText(text, words, 2),
    false,
    options && readBridgeTarget(name.text, options),
  );
  return { statements: read ?? [kept], target: true, extension: name.text, problems: NO_PROBLEMS, protocol: null };
}

/** Text that belongs to no unit is kept, and told. */
export function opaque(text: string, start: number, end: number): Unit {
  const kept = text.slice(start, end);
  const problem: UnitProblem = {
    severity: 'error',
    code: 'not-understood',
    message: `“${clip(kept)}” is not an option of a rule; it is kept as text.`,
    start,
    end,
  };
  const statements: Statement[] = [{ kind: 'opaque', text: kept }];
  return { statements, target: false, extension: '', problems: [problem], protocol: null };
}

/** A unit with a variable of a script that has no value: kept as text. `letter`: of its option. */
export function unknownUnit(text: string, start: number, end: number, letter: number): Unit {
  const kept = text.slice(start, end);
  const problem: UnitProblem = {
    severity: 'warning',
    code: 'variable-unknown',
    message: `“${clip(kept)}” depends on a variable that is not set in this text; it is kept as text.`,
    start,
    end,
  };
  const target = letter === 0x6a || letter === 0x67;
  const basics = /^(?:! )?-[sdiop] /.test(kept) ? 1 : 0;
  const statements: Statement[] = [{ kind: 'opaque', text: kept }];
  return { statements, target, extension: '', problems: [problem], protocol: null, basics };
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** `-s ADDRESS`, `-p tcp --dport 80`: one option, and perhaps others of the protocol's extension after it. */
function basicUnit(text: string, words: readonly Word[], negated: boolean, context: UnitContext): Unit {
  const start = (words[0] as Word).start;
  const end = (words[words.length - 1] as Word).end;
  const name = words[negated ? 1 : 0] as Word;
  const option = fieldOption(BASIC, name.text);
  if (!option) return looseUnit(text, words, context, start, end);
  let at = negated ? 2 : 1;
  let not = negated;
  if (option.codec.arity === 1 && words[at]?.text === '!' && !words[at]?.quoted && words.length > at + 1) {
    not = !not;
    at++;
  }
  const args = words.slice(at, at + option.codec.arity).map((word) => word.text);
  const compared = readField(option, args, not, context);
  const statements: Statement[] = [];
  const problems: UnitProblem[] = [];
  let protocol: number | null = null;
  if (option.names[0] === '-p') {
    protocol = not ? -1 : protocolNumber(args[0] ?? '');
    // `-p all` and `-p 0` compare nothing.
    if (compared && !(protocol === 0 && context.family !== 'bridge')) statements.push(compared);
  } else if (compared) statements.push(compared);
  if (!compared) {
    const value = args.join(' ');
    statements.push({ kind: 'opaque', text: text.slice(start, words[at + args.length - 1]?.end ?? end) });
    problems.push({
      severity: args.length < option.codec.arity ? 'error' : 'warning',
      code: 'value-not-understood',
      message:
        args.length < option.codec.arity
          ? `${name.text} has no value.`
          : `“${clip(value)}” is no value of ${name.text} that can be read (${context.family === 'ip6' ? 'IPv6' : 'IPv4'}); it is kept as text.`,
      start,
      end,
    });
  }
  const basics = statements.length;
  const rest = words.slice(at + option.codec.arity);
  if (rest.length > 0) {
    const inner: Context = protocol === null ? context : { ...context, protocol, hook: context.hook };
    addLoose(text, rest, inner, statements, problems);
  }
  const told = problems.length > 0 ? problems : NO_PROBLEMS;
  return { statements, target: false, extension: '', problems: told, protocol, basics };
}

/** Long options without a `-m` of their own: they belong to the protocol's extension. */
function looseUnit(text: string, words: readonly Word[], context: Context, start: number, end: number): Unit {
  const statements: Statement[] = [];
  const problems: UnitProblem[] = [];
  addLoose(text, words, context, statements, problems);
  if (statements.length === 0) return opaque(text, start, end);
  return { statements, target: false, extension: '', problems, protocol: null };
}

function addLoose(
  text: string,
  words: readonly Word[],
  context: Context,
  statements: Statement[],
  problems: UnitProblem[],
): void {
  const start = (words[0] as Word).start;
  const end = (words[words.length - 1] as Word).end;
  const implied = PROTOCOL_EXTENSIONS.get(context.protocol);
  const options = implied ? withFullNames(implied.name, groupOptions(words, 0)) : null;
  const read = implied && options ? readGroup(implied, options, context) : null;
  if (read) {
    statements.push(...read);
    return;
  }
  const kept = opaque(text, start, end);
  statements.push(...kept.statements);
  problems.push(...kept.problems);
}

function readField(option: FieldOption, args: readonly string[], negated: boolean, context: Context): Match | null {
  if (negated && !option.negatable) return null;
  const name = typeof option.field === 'string' ? option.field : option.field(context);
  if (name === null || args.length !== option.codec.arity) return null;
  const compared = option.codec.parse(args, field(name), context);
  const made = compared && match(compared.left, negated ? negate(option.op) : option.op, compared.right);
  return made && negated && option.absent ? { ...made, orAbsent: true } : made;
}

/** The options of one `-m` as statements; null where one of them cannot be read: then the whole group stays text. */
function readGroup(
  extension: MatchExtension,
  options: readonly OptionWords[],
  context: Context,
): readonly Statement[] | null {
  if (extension.opaque || extension.refuses?.(options, context)) return null;
  if (extension.parse) {
    const read = extension.parse(options, context);
    if (read) return extension.marked ? read : read.map((statement) => withVia(statement, extension));
    if (!extension.options) return null;
  }
  if (options.length === 0) return null;
  const statements: Statement[] = [];
  for (const { name, negated, args } of options) {
    const option = fieldOption(extension, name);
    const compared = option && readField(option, args, negated, context);
    if (!compared) return null;
    statements.push(withVia(compared, extension));
  }
  return statements;
}

/** Marks a match with its extension where its field alone would print as another. */
function withVia(statement: Statement, extension: MatchExtension): Statement {
  if (statement.kind !== 'match' || statement.via !== undefined) return statement;
  if (!extension.marked) {
    const left = statement.left.kind === 'bitwise' ? statement.left.left : statement.left;
    const name = left.kind === 'field' ? left.name : null;
    if (name === null || fieldPrinters(name)[0]?.extension === extension) return statement;
  }
  return { ...statement, via: extension.name };
}

function xt(
  role: 'match' | 'target',
  name: string,
  options: string,
  known: boolean,
  reading: XtReading | null = null,
): Xt {
  return reading ? { kind: 'xt', role, name, options, known, reading } : { kind: 'xt', role, name, options, known };
}

function optionsText(text: string, words: readonly Word[], from: number): string {
  const first = words[from];
  return first ? text.slice(first.start, (words[words.length - 1] as Word).end) : '';
}

function matchUnit(text: string, words: readonly Word[], at: number, context: Context): Unit {
  const name = words[at];
  if (!name?.text) return opaque(text, (words[0] as Word).start, (words[words.length - 1] as Word).end);
  const extension = MATCH_EXTENSIONS.get(name.text);
  const rest = optionsText(text, words, at + 1);
  const base = { target: false, extension: name.text, protocol: null };
  const span = { start: (words[0] as Word).start, end: (words[words.length - 1] as Word).end };
  if (!extension) {
    const problem: UnitProblem = {
      severity: 'info',
      code: 'unknown-match',
      message: `The match “${clip(name.text)}” is not known to nfscope: it is kept and shown, but not interpreted.`,
      ...span,
    };
    return { ...base, statements: [xt('match', name.text, rest, false)], problems: [problem] };
  }
  const options = withFullNames(name.text, groupOptions(words, at + 1));
  if (options?.length === 0 && extension.emptyMatchesAll && !extension.parse?.([], context)) {
    return { ...base, statements: [xt('match', name.text, '', true)], problems: NO_PROBLEMS };
  }
  const read = options && readGroup(extension, options, context);
  if (read) return { ...base, statements: read, problems: NO_PROBLEMS };
  const split =
    options && !extension.opaque
      ? (readApart(extension, options, text, context) ?? readWithLoose(extension, options, context))
      : null;
  if (split) return { ...base, statements: split, problems: NO_PROBLEMS };
  const known = extension.name === 'icmp' && matchesAllIcmp(options ?? []);
  const problems = options ? NO_PROBLEMS : [wordProblem(span)];
  const reading = options && readingOf('match', name.text, options, context);
  if (reading && isAlways(reading)) return { ...base, statements: [xt('match', name.text, rest, true)], problems };
  return { ...base, statements: [xt('match', name.text, rest, known, reading)], problems };
}

function wordProblem(span: { start: number; end: number }): UnitProblem {
  return {
    severity: 'warning',
    code: 'value-not-understood',
    message: 'A word here belongs to no option; the match is kept as text.',
    ...span,
  };
}

/** `-m sctp --dport 80 --chunk-types any DATA`: what fields can say as matches, the rest as text. Null where the rest has no reading. */
function readApart(
  extension: MatchExtension,
  options: readonly OptionWords[],
  text: string,
  context: Context,
): Statement[] | null {
  const isApart = ({ name }: OptionWords) => extension.apart?.includes(name) ?? false;
  const isIdle = (option: OptionWords) => extension.idle?.(option) ?? false;
  const apart = options.filter(isApart);
  const reading = apart.length > 0 ? readingOf('match', extension.name, apart, context) : null;
  const others = options.filter((each) => !isApart(each));
  if (apart.length > 0 ? !reading : !others.some(isIdle)) return null;
  const statements: Statement[] = [];
  const keep = (words: readonly OptionWords[], known: boolean): void => {
    const written = words.map(({ start, end }) => text.slice(start, end)).join(' ');
    const kept = xt('match', extension.name, written, known, known ? null : reading);
    statements.push(statements.length > 0 ? { ...kept, joined: true } : kept);
  };
  if (apart.length === 0 && others.every(isIdle)) statements.push(...(readGroup(extension, [], context) ?? []));
  for (const run of runsOf(others, isIdle)) {
    if (isIdle(run[0] as OptionWords)) {
      keep(run, true);
      continue;
    }
    const matches = readGroup(extension, run, context);
    if (!matches) return null;
    statements.push(...matches);
  }
  if (apart.length > 0) keep(apart, false);
  return statements;
}

/** Parts of the list in which `test` gives one answer. */
function runsOf<Item>(list: readonly Item[], test: (item: Item) => boolean): Item[][] {
  const runs: Item[][] = [];
  for (const item of list) {
    const last = runs[runs.length - 1];
    if (last && test(last[0] as Item) === test(item)) last.push(item);
    else runs.push([item]);
  }
  return runs;
}

/** `-m comment --comment x --dport 80`: the last options are the protocol's. */
function readWithLoose(
  extension: MatchExtension,
  options: readonly OptionWords[],
  context: Context,
): Statement[] | null {
  const implied = PROTOCOL_EXTENSIONS.get(context.protocol);
  if (!implied || implied === extension) return null;
  const own = options.filter(({ name }) => !fieldOption(implied, name));
  const loose = options.filter(({ name }) => fieldOption(implied, name));
  if (loose.length === 0 || own.length === 0) return null;
  const first = readGroup(extension, own, context);
  const second = readGroup(implied, loose, context);
  return first && second ? [...first, ...second] : null;
}

const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['ACCEPT', ACCEPT],
  ['DROP', DROP],
  ['RETURN', RETURN],
  ['CONTINUE', CONTINUE],
  ['QUEUE', { kind: 'queue', text: '', bypass: false }],
] as const);

/** ACCEPT, DROP, RETURN, QUEUE: no chain can have these names. */
export function isVerdictName(name: string): boolean {
  return VERDICTS.has(name);
}

function targetUnit(text: string, words: readonly Word[], at: number, end: number, context: UnitContext): Unit {
  const name = words[at];
  const start = (words[0] as Word).start;
  if (!name) {
    const problem: UnitProblem = {
      severity: 'error',
      code: 'value-not-understood',
      message: '-j has no target.',
      start,
      end,
    };
    return { ...opaque(text, start, end), target: true, problems: [problem] };
  }
  const rest = optionsText(text, words, at + 1);
  const base = { target: true, extension: name.text, protocol: null };
  const verdict = VERDICTS.get(name.text);
  if (verdict && rest === '') return { ...base, statements: [{ kind: 'verdict', verdict }], problems: NO_PROBLEMS };
  if (rest === '' && context.isChain(name.text)) {
    const jump: Statement = { kind: 'verdict', verdict: { kind: 'jump', chain: name.text } };
    return { ...base, statements: [jump], problems: NO_PROBLEMS };
  }
  const extension = TARGET_EXTENSIONS.get(name.text);
  const options = withFullNames(name.text, groupOptions(words, at + 1));
  const read =
    options && extension?.parse?.(options, context, text.slice(name.start, (words[words.length - 1] as Word).end));
  if (read) return { ...base, statements: read, problems: NO_PROBLEMS };
  const problems: UnitProblem[] = [];
  if (!extension) problems.push(unknownTarget(name.text, start, end));
  else if (!options) problems.push(wordProblem({ start, end }));
  const reading = options && readingOf('target', name.text, options, context);
  return { ...base, statements: [xt('target', name.text, rest, isHarmless(name.text, rest), reading)], problems };
}

/** CT with a helper, a timeout or an event mask changes neither the packet nor what rules compare; with a zone it does. */
function isHarmless(name: string, options: string): boolean {
  if (name === 'CT') return !options.includes('--zone');
  return TARGET_EXTENSIONS.get(name)?.harmless ?? false;
}

function gotoUnit(text: string, words: readonly Word[], at: number, context: UnitContext): Unit {
  const start = (words[0] as Word).start;
  const end = (words[words.length - 1] as Word).end;
  const name = words[at];
  if (!name || words.length > at + 1) return { ...opaque(text, start, end), target: true };
  const problems: UnitProblem[] = [];
  if (!context.isChain(name.text)) {
    const message = `-g goes to the chain “${clip(name.text)}”, which this table does not declare.`;
    problems.push({ severity: 'warning', code: 'unknown-target', message, start, end });
  }
  const statement: Statement = { kind: 'verdict', verdict: { kind: 'goto', chain: name.text } };
  return { statements: [statement], target: true, extension: name.text, problems, protocol: null };
}
