/**
 * Rules as instructions: each compiled once, when a packet first meets it. One table of semantics for the tracer and the symbolic executor: what a
 * statement means is said here and in compile-match.ts, compile-term.ts, compile-ipset.ts, compile-nat.ts, compile-xt.ts, and nowhere else.
 */
import { assertNever } from '../base/assert.ts';
import type { Expression } from '../model/expression.ts';
import type { NamedSet, Rule, Ruleset, Table } from '../model/ruleset.ts';
import type { Duplicate, Mangle, Statement, Tproxy, Xt } from '../model/statement.ts';
import type { CompiledRule, EndAction, Instruction } from './action.ts';
import { matchCondition } from './compile-match.ts';
import { natAction } from './compile-nat.ts';
import { limitCondition, setUpdate } from './compile-set.ts';
import { type CompileContext, fieldTerm, keyTerms, namedLookup, setOf, termOf } from './compile-term.ts';
import { xtMatch, xtText } from './compile-xt.ts';
import { xtTarget } from './compile-xt-target.ts';
import { type Condition, facts, unknown } from './condition.ts';
import { FACT } from './facts.ts';
import { DSCP, ECN, type Variable } from './fields.ts';
import type { LookupSet } from './lookup-set.ts';
import { bits, constant, type Term } from './term.ts';

/** A ruleset whose rules are compiled as they are met. */
export class Program {
  private readonly compiled: (CompiledRule | undefined)[] = [];
  private readonly contexts = new Map<Table, CompileContext>();
  private readonly lookups = new Map<NamedSet, LookupSet>();

  constructor(readonly ruleset: Ruleset) {}

  /** Cost: linear in the rule, once. */
  rule(rule: Rule): CompiledRule {
    const known = this.compiled[rule.id];
    if (known) return known;
    const made = new LazyRule(rule, this.contextOf(rule.chain.table));
    this.compiled[rule.id] = made;
    return made;
  }

  contextOf(table: Table): CompileContext {
    const known = this.contexts.get(table);
    if (known) return known;
    const { ruleset } = this;
    const made: CompileContext = {
      table,
      xtables: table.backend !== 'nft',
      setNamed: (name, ipset) => (ipset ? ruleset.ipsets.get(name) : table.setNamed.get(name)) ?? null,
      lookupOf: (set) => this.lookupOf(set),
    };
    this.contexts.set(table, made);
    return made;
  }

  private lookupOf(set: NamedSet): LookupSet {
    const known = this.lookups.get(set);
    if (known) return known;
    const made = namedLookup(set);
    this.lookups.set(set, made);
    return made;
  }
}

/** A rule of which only the first comparison is compiled until a packet passes that: of ten thousand Services' rules nearly all fail there. */
class LazyRule implements CompiledRule {
  readonly first: Condition | null;
  private known: readonly Instruction[] | null = null;

  constructor(
    readonly rule: Rule,
    private readonly context: CompileContext,
  ) {
    const statement = firstStatement(rule);
    this.first = statement?.kind === 'match' ? matchCondition(statement, context) : null;
  }

  get instructions(): readonly Instruction[] {
    this.known ??= compileBody(this.rule.body, this.context, this.first);
    return this.known;
  }
}

function firstStatement({ body }: Rule): Statement | undefined {
  for (const statement of body) if (statement.kind !== 'counter' && statement.kind !== 'comment') return statement;
  return undefined;
}

/** `first`: the condition of the first statement that says something, where that is a match. */
function compileBody(body: readonly Statement[], context: CompileContext, first: Condition | null): Instruction[] {
  const instructions: Instruction[] = [];
  let proxyMark: Mangle | null = null;
  for (const statement of body) {
    if (instructions.length === 0 && first !== null && statement.kind === 'match') instructions.push(match(first));
    else if (statement.kind === 'mangle' && statement.via === 'TPROXY') proxyMark = statement;
    else if (statement.kind === 'tproxy') instructions.push(tproxy(statement, proxyMark, context));
    else addInstructions(statement, context, instructions);
  }
  const needs = neededByReject(body, context);
  if (needs !== 0) instructions.unshift(match(facts(needs)));
  return instructions;
}

/**
 * nft asks for the family or protocol of a reject at the beginning of its rule, where no match of the rule has asked for it; a script need not write it, a
 * listing shows it. Follows stmt_evaluate_reject of nftables' src/evaluate.c; kernel: [reject].
 */
function neededByReject(body: readonly Statement[], { xtables }: CompileContext): number {
  const reject = xtables ? undefined : body.find(({ kind }) => kind === 'reject');
  if (reject?.kind !== 'reject' || !reject.with || reject.with === 'icmpx') return 0;
  const asked = reject.with === 'tcp reset' ? ASKS_TRANSPORT : ASKS_FAMILY;
  const isAsked = (each: Statement) =>
    each.kind === 'match' && each.left.kind === 'field' && asked.test(each.left.name);
  if (body.some(isAsked)) return 0;
  return reject.with === 'tcp reset' ? FACT.TCP : reject.with === 'icmp' ? FACT.IPV4 : FACT.IPV6;
}

const ASKS_TRANSPORT = /^(meta l4proto|ip protocol|ip6 nexthdr|tcp) ?/;
const ASKS_FAMILY = /^(meta nfproto|meta protocol|ether type|ip6?|icmp|icmpv6)( |$)/;

function match(condition: Condition): Instruction {
  return { kind: 'match', condition };
}

function addInstructions(statement: Exclude<Statement, Tproxy>, context: CompileContext, out: Instruction[]): void {
  switch (statement.kind) {
    case 'counter':
    case 'comment':
      return;
    case 'match':
      out.push(match(matchCondition(statement, context)));
      return;
    case 'verdict':
      out.push({ kind: 'verdict', verdict: statement.verdict });
      return;
    case 'vmap':
      out.push({
        kind: 'vmap',
        key: keyTerms(statement.key, context),
        set: setOf(statement.map, context),
        source: statement,
      });
      return;
    case 'mangle':
      out.push(...mangle(statement, context));
      return;
    case 'nat':
      out.push(natAction(statement, context));
      return;
    case 'reject':
      out.push({ kind: 'reject', reject: statement });
      return;
    case 'notrack':
      out.push({ kind: 'notrack' });
      return;
    case 'limit':
    case 'quota':
    case 'connlimit':
      out.push(match(limitCondition(statement)));
      return;
    case 'dup':
    case 'fwd':
      out.push(duplicate(statement, context));
      return;
    case 'synproxy':
      out.push(ends({ kind: 'synproxy' }, context, statement));
      return;
    case 'set-update':
      out.push(setUpdate(statement, context));
      return;
    case 'xt':
      out.push(...extension(statement, context));
      return;
    case 'opaque':
      out.push(match(unknown(statement.text, { likely: true })));
      return;
    case 'log':
    case 'flow':
    case 'object':
      out.push({ kind: 'effect', source: statement });
      return;
    default:
      assertNever(statement, 'statement');
  }
}

function ends(end: EndAction['end'], { xtables }: CompileContext, source: Statement): EndAction {
  return { kind: 'end', end, xtables, source };
}

// Statements that write -----------------------------------------------------------------------------------------------------------

/** Fields of the connection: kernel: nft_ct_set_eval() and xt_connmark_tg() do nothing without an entry, and the rule goes on [n11]. */
function mangle({ target, value, via }: Mangle, context: CompileContext): Instruction[] {
  const field = fieldTerm(target.name, context);
  const written = termOf(value, context);
  if (TRAFFIC_CLASS.has(target.name)) return trafficClass(written, context);
  if (field.kind !== 'variable') return effectOf(target.name, { kind: 'mangle', target, value });
  const connection = target.name.startsWith('ct ');
  if (/^ct (original |reply )?zone$/.test(target.name)) {
    return [{ kind: 'template', zone: written, takesUntracked: !context.xtables }];
  }
  return [
    {
      kind: 'assign',
      variable: field.variable,
      needs: field.needs,
      value: fromNetworkOrder(value, target.name) ? swapped(written) : written,
      optional: connection || via !== undefined || context.xtables,
      lenient: via !== undefined || context.xtables,
    },
  ];
}

const TRAFFIC_CLASS: ReadonlySet<string> = new Set(['@nh,8,8', '@nh,4,8']);

/** The type-of-service byte is two variables. Its operators work bit by bit, so writing the one does not disturb the other. */
function trafficClass(written: Term, { table, xtables }: CompileContext): Instruction[] {
  const needs = table.family === 'ip6' ? FACT.IPV6 : FACT.IPV4;
  const part = (variable: Variable, value: Term): Instruction => ({
    kind: 'assign',
    variable,
    needs,
    value,
    optional: xtables,
    lenient: xtables,
  });
  return [part(DSCP, { kind: 'shift', of: written, by: -2, width: 6 }), part(ECN, bits('and', written, constant(3)))];
}

/** Kernel: raw payload comes in network order, and nothing turns it round where a number of the kernel's own is written. */
function fromNetworkOrder(value: Expression, target: string): boolean {
  return value.kind === 'field' && /^@\w+,\d+,32$/.test(value.name) && HOST_ORDER.has(target);
}

const HOST_ORDER: ReadonlySet<string> = new Set(['meta mark', 'ct mark', 'meta priority']);

/** The four bytes of a word in the other order. */
function swapped(word: Term): Term {
  const byte = (by: number, mask: number): Term =>
    bits('and', { kind: 'shift', of: word, by, width: 32 }, constant(mask));
  return bits('or', bits('or', byte(24, 0xff000000), byte(8, 0xff0000)), bits('or', byte(-8, 0xff00), byte(-24, 0xff)));
}

/** What is written is nothing that any variable holds. nft breaks off where the header is missing, and that is decided by its field. */
function effectOf(name: string, source: Mangle): Instruction[] {
  const needs = name.startsWith('tcp ') ? FACT.TCP : 0;
  return needs === 0 ? [{ kind: 'effect', source }] : [match(facts(needs)), { kind: 'effect', source }];
}

// Ends -------------------------------------------------------------------------------------------------------------------------

function tproxy(statement: Tproxy, marked: Mangle | null, context: CompileContext): EndAction {
  const address = statement.address ? termOf(statement.address, context) : null;
  const port = statement.port ? termOf(statement.port, context) : null;
  const mark = marked ? termOf(marked.value, context) : null;
  return ends({ kind: 'tproxy', address, port, mark }, context, statement);
}

function duplicate(statement: Duplicate, context: CompileContext): EndAction {
  const device = statement.device ? termOf(statement.device, context) : null;
  if (statement.kind === 'fwd') return ends({ kind: 'fwd', device }, context, statement);
  const address = statement.address ? termOf(statement.address, context) : null;
  return ends({ kind: 'dup', address, device }, context, statement);
}

function extension(xt: Xt, context: CompileContext): Instruction[] {
  if (xt.role === 'match') return xtMatch(xt, context);
  if (xt.role === 'watcher') return [{ kind: 'effect', source: xt }];
  return xtTarget(xt, context) ?? [ends({ kind: 'opaque', text: xtText(xt) }, context, xt)];
}
