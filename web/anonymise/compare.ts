/** Whether an anonymised workspace reads like the original one: the same tables, chains, rules and owners, in the same places, in other words. */

import { linkRuleset } from '../model/link.ts';
import type { Chain, Dump, NamedSet, Rule, Ruleset, Table } from '../model/ruleset.ts';
import { spellStatement } from '../model/spell.ts';
import type { Statement } from '../model/statement.ts';
import { attributeOwners } from '../owners/attribute.ts';
import type { Renamer } from './rename.ts';

/** More of them tell nothing new. */
const MOST = 20;

/**
 * What is different, in sentences about the original; at most 20. `after` is what `renamer` made of the texts of `before`. Links both
 * (linkRuleset). Cost: spells every rule and element.
 */
export function differencesOf(before: readonly Dump[], after: readonly Dump[], renamer: Renamer): string[] {
  const comparison = new Comparison(renamer);
  comparison.dumps(before, after);
  if (comparison.found.length === 0) comparison.owners(linkRuleset(before), linkRuleset(after));
  return comparison.found.slice(0, MOST);
}

class Comparison {
  readonly found: string[] = [];
  /** By the statement, which rules share. */
  private readonly spelled = new Map<Statement, string>();

  constructor(private readonly renamer: Renamer) {}

  dumps(before: readonly Dump[], after: readonly Dump[]): void {
    this.same('number of listings', '', before.length, after.length);
    before.forEach((dump, i) => {
      const other = after[i];
      if (!other) return;
      const where = `listing ${i + 1}`;
      this.same('format', where, dump.format, other.format);
      this.same('notes', where, codes(dump), codes(other));
      this.same(
        'packets',
        where,
        dump.traces?.map(({ events }) => events.map(({ kind }) => kind).join()),
        other.traces?.map(({ events }) => events.map(({ kind }) => kind).join()),
      );
      this.pairs('tables', where, dump.tables, other.tables, (a, b) => this.table(a, b));
      this.pairs('IP sets', where, dump.ipsets, other.ipsets, (a, b) => this.set(a, b));
    });
  }

  owners(before: Ruleset, after: Ruleset): void {
    const a = attributeOwners(before);
    const b = attributeOwners(after);
    for (const rule of before.rules) {
      if (a.ruleOwner[rule.id] === b.ruleOwner[rule.id]) continue;
      this.found.push(`rule ${rule.index} of ${rule.chain.name} would belong to another program`);
    }
  }

  private table(a: Table, b: Table): void {
    const where = `table ${a.name}`;
    this.same('name', where, this.renamer.text(a.name), b.name);
    this.same('kind', where, `${a.family} ${a.backend} ${a.flags}`, `${b.family} ${b.backend} ${b.flags}`);
    this.pairs('chains', where, a.chains, b.chains, (one, other) => this.chain(one, other));
    this.pairs('sets', where, a.sets, b.sets, (one, other) => this.set(one, other));
    this.pairs('objects', where, a.objects, b.objects, (one, other) => {
      this.same('name', `${one.kind} ${one.name}`, this.renamer.text(one.name), other.name);
    });
  }

  private chain(a: Chain, b: Chain): void {
    const where = `chain ${a.name}`;
    this.same('name', where, this.renamer.text(a.name), b.name);
    this.same('place', where, placeOf(a), placeOf(b));
    this.pairs('rules', where, a.rules, b.rules, (one, other) => this.rule(one, other));
  }

  private rule(a: Rule, b: Rule): void {
    const where = `rule ${a.index} of ${a.chain.name}`;
    this.pairs('parts', where, a.body, b.body, (one, other) => {
      let text = this.spelled.get(one);
      if (text === undefined) {
        text = this.renamer.text(spellStatement(one));
        this.spelled.set(one, text);
      }
      this.same('meaning', where, text, spellStatement(other));
    });
  }

  private set(a: NamedSet, b: NamedSet): void {
    const where = `set ${a.name}`;
    this.same('name', where, this.renamer.text(a.name), b.name);
    this.same('kind', where, `${a.key.types} ${a.flags}`, `${b.key.types} ${b.flags}`);
    this.pairs('elements', where, a.elements, b.elements, () => undefined);
  }

  private pairs<T>(what: string, where: string, a: readonly T[], b: readonly T[], compare: (a: T, b: T) => void): void {
    this.same(what, where, a.length, b.length);
    if (a.length !== b.length || this.found.length > MOST) return;
    for (let i = 0; i < a.length; i++) compare(a[i] as T, b[i] as T);
  }

  private same(what: string, where: string, a: unknown, b: unknown): void {
    if (a === b || JSON.stringify(a) === JSON.stringify(b)) return;
    this.found.push(
      `${where === '' ? 'the workspace' : where}: ${what} would be ${JSON.stringify(b)}, not ${JSON.stringify(a)}`,
    );
  }
}

/** Whether lines look wrapped follows from their lengths, which are others now; what is in them is compared anyway. */
function codes({ diagnostics }: Dump): string {
  return diagnostics
    .map(({ code }) => code)
    .filter((code) => code !== 'repaired-wrap')
    .join();
}

function placeOf({ base }: Chain): string | null {
  return base && `${base.type} ${base.hook} ${base.priority} ${base.policy}`;
}
