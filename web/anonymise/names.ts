/** The names of a workspace by what they name, from its model: to show what was replaced, and to see that wildcards still mean the same. */
import { type Expression, isVerdict } from '../model/expression.ts';
import type { Dump, NamedSet, Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import { eachExpression, eachExpressionOf } from '../model/walk.ts';

export type NameKind = 'interface' | 'chain' | 'table' | 'set' | 'object' | 'comment';

export interface Names {
  /** The first thing that has the name, in the order of NameKind. */
  readonly kinds: ReadonlyMap<string, NameKind>;
  /** Beginnings of names: `cali` of `cali+`; none is empty. */
  readonly stems: ReadonlySet<string>;
}

const INTERFACE = /\b(?:[io]if|[io]ifname|[io]brname|sdifname|physdev (?:in|out)|iface)\b/;

/** Cost: linear in the model. */
export function namesOf(dumps: readonly Dump[]): Names {
  const found = new Collector();
  for (const dump of dumps) found.dump(dump);
  return found.names();
}

class Collector {
  private readonly of: Readonly<Record<NameKind, Set<string>>> = {
    interface: new Set(),
    chain: new Set(),
    table: new Set(),
    set: new Set(),
    object: new Set(),
    comment: new Set(),
  };
  private readonly stems = new Set<string>();

  names(): Names {
    const kinds = new Map<string, NameKind>();
    for (const kind of Object.keys(this.of) as NameKind[]) {
      for (const name of this.of[kind]) if (!kinds.has(name)) kinds.set(name, kind);
    }
    return { kinds, stems: this.stems };
  }

  dump({ tables, ipsets, traces }: Dump): void {
    for (const table of tables) {
      this.of.table.add(table.name);
      for (const chain of table.chains) {
        this.of.chain.add(chain.name);
        for (const device of chain.base?.devices ?? []) this.of.interface.add(device);
        for (const rule of chain.rules) this.rule(rule);
      }
      for (const set of table.sets) this.set(set);
      for (const { name } of table.objects) this.of.object.add(name);
    }
    for (const set of ipsets) this.set(set);
    for (const { events } of traces ?? []) {
      for (const event of events) {
        if (event.kind !== 'packet') continue;
        for (const [field, value] of event.fields)
          if (typeof value === 'string' && INTERFACE.test(field)) this.of.interface.add(value);
      }
    }
  }

  private rule({ body }: Rule): void {
    for (const statement of body) this.statement(statement);
  }

  private statement(statement: Statement): void {
    if (statement.kind === 'comment') this.of.comment.add(statement.text);
    if (statement.kind === 'log' && statement.prefix !== null) this.of.comment.add(statement.prefix);
    if (statement.kind === 'verdict' && 'chain' in statement.verdict) this.of.chain.add(statement.verdict.chain);
    const isInterface =
      statement.kind === 'match' && statement.left.kind === 'field' && INTERFACE.test(statement.left.name);
    eachExpressionOf(statement, (expression) => this.expression(expression, isInterface));
  }

  private expression(expression: Expression, isInterface: boolean): void {
    if (expression.kind === 'wildcard' && expression.stem !== '') this.stems.add(expression.stem);
    else if (expression.kind === 'set-reference') this.of.set.add(expression.name);
    else if (isInterface && expression.kind === 'value' && typeof expression.value === 'string')
      this.of.interface.add(expression.value);
  }

  private set({ name, comment, key, elements }: NamedSet): void {
    this.of.set.add(name);
    if (comment !== null) this.of.comment.add(comment);
    const isInterface =
      key.types.some((type) => type === 'ifname' || type === 'iface') || INTERFACE.test(key.typeof ?? '');
    for (const { key: value, data, extras } of elements) {
      eachExpression(value, (expression) => this.expression(expression, isInterface));
      if (data && !isVerdict(data)) eachExpression(data, (expression) => this.expression(expression, false));
      if (extras?.comment !== undefined) this.of.comment.add(extras.comment);
    }
  }
}
