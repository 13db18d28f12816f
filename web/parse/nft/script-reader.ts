/**
 * The commands of an nft script that take back or change what others have made: `flush`, `delete`, `destroy`, `rename`, `replace`, and rules that name
 * their place. Each is carried out on what was read before it. Follows nft(8), base_cmd of nftables' src/parser_bison.y, and the kernel's
 * net/netfilter/nf_tables_api.c for what it refuses.
 *
 * Kernel: `npm run test:kernel` loads scripts/commands.txt and random scripts: the same rules.
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { FAMILIES } from '../../model/hook.ts';
import type { Chain, NamedSet, Rule, Table } from '../../model/ruleset.ts';
import type { ParsedSection } from '../format.ts';
import { elementKey, redirectJumps } from './changes.ts';
import { MISREAD, NUMBER, WORD } from './lexer.ts';
import { OBJECT_KINDS, type RulePlace, RulesetReader } from './ruleset-reader.ts';
import type { SetDraft } from './sets.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

const OPEN = 123;
/** Commands that only show something. */
const SHOWS: ReadonlySet<string> = new Set(['list', 'reset', 'get', 'monitor', 'describe', 'export', 'import']);

export class ScriptReader extends RulesetReader {
  override read(): ParsedSection {
    const section = super.read();
    section.diagnostics.forEach((each, index) => {
      section.diagnostics[index] = this.withVariable(each);
    });
    return section;
  }

  /** What was not understood for a variable that the text does not set. */
  private withVariable(each: Diagnostic): Diagnostic {
    if (each.code !== 'nft-not-understood') return each;
    const said = this.text.slice(each.span.start, each.span.end);
    const name = [...said.matchAll(/\$([\w.-]+)/g)]
      .map((found) => found[1] as string)
      .find((one) => !this.everDefined.has(one));
    if (name === undefined) return each;
    const message = `“${said.slice(0, 60)}” depends on $${name}, which is not set in this text; it is kept as text.`;
    return { ...each, severity: 'warning', code: 'variable-unknown', message };
  }

  protected override changeCommand(): void {
    const { start } = this;
    const command = this.takeAnyWord();
    if (SHOWS.has(command)) this.toEnd();
    else if (command === 'undefine') this.defines.delete(this.takeAnyWord());
    else this.change(command, start);
    if (!this.atEnd()) throw MISREAD;
  }

  private toEnd(): void {
    while (!this.atEnd()) {
      if (this.kind === OPEN) this.skipBraces(this.start);
      else this.next();
    }
  }

  private change(command: string, start: number): void {
    const what = this.takeAnyWord();
    switch (what) {
      case 'ruleset':
        this.flushRuleset();
        return;
      case 'table':
        this.tableChange(command, start);
        return;
      case 'chain':
        this.chainChange(command, start);
        return;
      case 'rule':
        this.ruleChange(command, start);
        return;
      case 'set':
      case 'map':
      case 'meter':
        this.setChange(command, start);
        return;
      case 'element':
        this.elementsChange(command, start);
        return;
      default:
        if (!OBJECT_KINDS.has(what)) throw MISREAD;
        this.objectChange(what, command, start);
    }
  }

  /** What the kernel would refuse, or what cannot be found here: told, and nothing is changed. `destroy` takes what is not there for done. */
  private refused(command: string, start: number, why: string): void {
    this.toEnd();
    if (command === 'destroy') return;
    const end = this.previousStop;
    const message = `“${this.text.slice(start, Math.min(end, start + 60))}” has no effect here: ${why}.`;
    this.diagnostics.push(diagnostic('info', 'command-refused', message, { start, end }));
  }

  private flushRuleset(): void {
    const family =
      this.kind === WORD && (FAMILIES as readonly string[]).includes(this.word) ? this.takeAnyWord() : null;
    for (const table of [...this.tables]) if (family === null || table.family === family) this.dropTable(table);
  }

  private dropTable(table: Table): void {
    this.tables.splice(this.tables.indexOf(table), 1);
    this.tableNamed.delete(`${table.family} ${table.name}`);
    for (const chain of table.chains) this.forget(chain);
  }

  private knownTable(): Table | null {
    const family = this.family();
    // `handle 5` names no table here.
    return this.tableNamed.get(`${family} ${this.name()}`) ?? null;
  }

  private tableChange(command: string, start: number): void {
    const table = this.knownTable();
    if (!table || this.kind === NUMBER) this.refused(command, start, 'there is no such table');
    else if (command === 'flush') for (const chain of table.chains) this.flushChain(chain);
    else this.dropTable(table);
  }

  private flushChain(chain: Chain): void {
    this.forget(chain);
    (chain as Open<Chain>).rules = [];
  }

  private chainChange(command: string, start: number): void {
    const table = this.knownTable();
    const name = this.name();
    const chain = table?.chainNamed.get(name);
    if (!table || !chain) {
      this.refused(command, start, 'there is no such chain');
      return;
    }
    this.settleFront(chain);
    if (command === 'flush') this.flushChain(chain);
    else if (command === 'rename') this.renameChain(table, chain);
    else this.deleteChain(table, chain, command, start);
  }

  private renameChain(table: Table, chain: Open<Chain>): void {
    const nameStart = this.start;
    const { name } = chain;
    const renamed = this.name();
    this.hasOtherNames = true;
    table.chainNamed.delete(name);
    chain.name = renamed;
    chain.nameStart = nameStart;
    chain.nameEnd = this.previousStop;
    table.chainNamed.set(renamed, chain);
    for (const each of table.chains) this.settleFront(each);
    redirectJumps(table, name, renamed);
  }

  private deleteChain(table: Table, chain: Chain, command: string, start: number): void {
    // Kernel: its rules go with it, but what rules jump to stays.
    if (this.isReferred(table, chain)) {
      this.refused(command, start, 'a rule jumps to the chain');
      return;
    }
    this.hasOtherNames = true;
    table.chains.splice(table.chains.indexOf(chain), 1);
    table.chainNamed.delete(chain.name);
    this.forget(chain);
  }

  // Rules

  private chainOfRule(): Chain | null {
    const table = this.knownTable();
    const name = this.name();
    const chain = table?.chainNamed.get(name) ?? null;
    if (chain) this.settleFront(chain);
    return chain;
  }

  private ruleChange(command: string, start: number): void {
    const chain = this.chainOfRule();
    const byIndex = this.takeWord('index');
    if (!byIndex && !this.takeWord('handle')) throw MISREAD;
    const number = this.takeNumber();
    const at = chain ? this.placeOf(chain, { kind: byIndex ? 'index' : 'handle', number }) : -1;
    if (!chain || at < 0) {
      this.refused(command, start, byIndex ? 'there is no such rule' : NO_HANDLE);
      return;
    }
    chain.rules.splice(at, 1);
    this.moved.add(chain);
  }

  private placeOf(chain: Chain, { kind, number }: RulePlace): number {
    if (kind === 'index') return number < chain.rules.length ? number : -1;
    return chain.rules.findIndex(({ handle }) => handle === number);
  }

  protected override placeRule(chain: Chain, command: string, place: RulePlace): void {
    this.settleFront(chain);
    const rule = chain.rules.pop() as Rule;
    const at = this.placeOf(chain, place);
    this.moved.add(chain);
    if (at >= 0 && command === 'replace') chain.rules[at] = { ...rule, handle: place.number };
    else if (at >= 0) chain.rules.splice(command === 'insert' ? at : at + 1, 0, rule);
    else {
      const why = place.kind === 'index' ? `the chain has no rule ${place.number}` : NO_HANDLE;
      const message = `The rule's place is not known: ${why}. It is shown as ${command === 'insert' ? 'the first' : 'the last'}.`;
      this.diagnostics.push(diagnostic('warning', 'no-such-place', message, { start: rule.start, end: rule.end }));
      chain.rules.splice(command === 'insert' ? 0 : chain.rules.length, 0, rule);
    }
  }

  // Sets and objects

  private setChange(command: string, start: number): void {
    const table = this.knownTable();
    const name = this.name();
    const set = table?.setNamed.get(name);
    if (!table || !set) this.refused(command, start, 'there is no such set');
    else if (command === 'flush') (set as Open<NamedSet>).elements = [];
    else if (this.isSetUsed(table, name)) this.refused(command, start, 'a rule looks into the set');
    else {
      table.sets.splice(table.sets.indexOf(set), 1);
      table.setNamed.delete(set.name);
    }
  }

  private elementsChange(command: string, start: number): void {
    const table = this.knownTable();
    const name = this.name();
    const set = table?.setNamed.get(name);
    if (!set || this.kind !== OPEN) {
      this.refused(command, start, 'there is no such set');
      return;
    }
    const draft: SetDraft = {
      key: set.key,
      data: set.data,
      flags: [],
      options: [],
      elements: [],
      complete: true,
      comment: null,
      handle: null,
    };
    this.setElements(draft);
    const gone = new Set(draft.elements.map(elementKey));
    (set as Open<NamedSet>).elements = set.elements.filter((element) => !gone.has(elementKey(element)));
  }

  private objectChange(what: string, command: string, start: number): void {
    const kind = what === 'ct' ? `ct ${this.takeAnyWord()}` : what;
    const table = this.knownTable();
    const name = this.name();
    const at = table?.objects.findIndex((object) => object.kind === kind && object.name === name) ?? -1;
    if (!table || at < 0) this.refused(command, start, `there is no such ${kind}`);
    else table.objects.splice(at, 1);
  }
}

const NO_HANDLE = 'no rule with that handle is in this text (“nft -a” lists handles)';
