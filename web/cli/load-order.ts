/**
 * Rulesets that were loaded one after the other, as a recorded case has them: which tables, chains and rules are there in the end, and when each base chain
 * was registered. Of nft's commands those are carried out that take something away: flush, delete, dormant; the parser reads the others.
 */
import type { KnownRegistrations } from '../kernel/order.ts';
import type { Chain, Dump, Rule, Table } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

const TAKING = /^[ \t]*(flush|delete|destroy)[ \t]+((?:ruleset|table|chain)\b.*?);?[ \t]*$/;

export class LoadOrder {
  private readonly others: Dump[] = [];
  private readonly tables: Open<Table>[] = [];
  private readonly registered = new Map<Chain, number>();
  private readonly texts: string[] = [];
  /** How many of the others were loaded before the first script. */
  private before = 0;
  private clock = 0;

  /** iptables dumps, and others that are no nft script. */
  addDumps(dumps: readonly Dump[]): void {
    for (const dump of dumps) {
      this.others.push(dump);
      for (const { chains } of dump.tables) for (const chain of chains) this.register(chain);
    }
  }

  addScript(text: string): void {
    if (this.texts.length === 0) this.before = this.others.length;
    const offset = this.texts.reduce((sum, each) => sum + each.length + 1, 0);
    this.texts.push(text);
    let from = 0;
    let at = 0;
    while (at < text.length) {
      const eol = text.indexOf('\n', at);
      const end = eol < 0 ? text.length : eol;
      const taking = TAKING.exec(text.slice(at, end));
      if (taking) {
        this.read(text, from, at, offset);
        this.take(taking[1] as string, (taking[2] as string).split(/\s+/));
        from = end;
      }
      at = end + 1;
    }
    this.read(text, from, text.length, offset);
  }

  result(): { dumps: Dump[]; registered: KnownRegistrations } {
    return {
      // Who was there first turned connection tracking on.
      dumps: this.texts.length > 0 ? this.others.toSpliced(this.before, 0, this.scriptDump()) : this.others,
      registered: this.registered,
    };
  }

  private scriptDump(): Dump {
    const text = this.texts.join('\n');
    return {
      index: 0,
      document: 0,
      name: 'nft',
      format: 'nft',
      text,
      start: 0,
      end: text.length,
      diagnostics: [],
      tables: this.tables,
      ipsets: [],
    };
  }

  private register(chain: Chain): void {
    if (chain.base) this.registered.set(chain, this.clock++);
  }

  /** The part of the script between two commands, at its place in the whole. */
  private read(text: string, from: number, to: number, offset: number): void {
    const part = text.slice(from, to);
    if (part.trim() === '') return;
    const dumps = readDocument(0, 'script.nft', `${' '.repeat(offset + from)}${part}`);
    for (const dump of dumps) for (const table of dump.tables) this.merge(table);
  }

  private merge(table: Table): void {
    const known = this.tables.find(({ family, name }) => family === table.family && name === table.name);
    if (!known) {
      this.tables.push(table);
      for (const chain of table.chains) this.register(chain);
      return;
    }
    if (known.flags.includes('dormant') && !table.flags.includes('dormant')) {
      for (const chain of known.chains) this.register(chain);
    }
    known.flags = table.flags;
    for (const chain of table.chains) this.mergeChain(known, chain);
    for (const set of table.sets) {
      if (known.setNamed.has(set.name)) continue;
      known.sets.push({ ...set, table: known });
      known.setNamed.set(set.name, known.sets.at(-1) as (typeof known.sets)[number]);
    }
  }

  private mergeChain(table: Table, chain: Chain): void {
    let known = table.chainNamed.get(chain.name);
    if (!known) {
      known = { ...chain, table, rules: [] };
      table.chains.push(known);
      table.chainNamed.set(chain.name, known);
      this.register(known);
    }
    for (const rule of chain.rules) {
      const added: Rule = { ...rule, chain: known, index: known.rules.length + 1 };
      known.rules.push(added);
    }
  }

  /** `flush chain ip one a`, `flush ruleset`, `delete table ip one`: families default to ip, as in nft. */
  private take(verb: string, [kind, ...words]: readonly string[]): void {
    if (kind === 'ruleset') {
      this.tables.length = 0;
      return;
    }
    const [family, name, chain] = FAMILY_NAMES.has(words[0] ?? '') ? words : ['ip', ...words];
    const table = this.tables.find((each) => each.family === family && each.name === name);
    if (!table) return;
    if (kind === 'table') {
      if (verb === 'flush') for (const each of table.chains) each.rules.length = 0;
      else this.tables.splice(this.tables.indexOf(table), 1);
      return;
    }
    const found = kind === 'chain' && chain !== undefined ? table.chainNamed.get(chain) : undefined;
    if (!found) return;
    if (verb === 'flush') found.rules.length = 0;
    else {
      table.chains.splice(table.chains.indexOf(found), 1);
      table.chainNamed.delete(found.name);
    }
  }
}

const FAMILY_NAMES: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);
