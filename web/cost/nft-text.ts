/**
 * A converted chain as text that `nft -c -f` takes, on a node that has the chain already and on one that does not: the chain is declared, emptied and
 * filled again in one transaction. Everything that the rules name is declared too (chains that are jumped to, sets, objects): that changes nothing
 * where it is there.
 */
import type { Verdict } from '../model/expression.ts';
import { dataType } from '../model/field-types.ts';
import { jumpsOf, ruleComments } from '../model/rule.ts';
import type { Chain, NamedSet, Rule, Table } from '../model/ruleset.ts';
import { fieldText, isLoadableName, spellStatement, spellTyped, spellVerdict } from '../model/spell.ts';
import type { Statement } from '../model/statement.ts';
import { eachSetReference } from '../model/walk.ts';
import { chainHead, objectBlock, setBlock } from '../parse/nft/print-blocks.ts';
import type { Conversion, Kept, Lookup, LookupElement } from './convert.ts';
import { type Interval, isSingle } from './interval.ts';
import { keyType, type RuleReading } from './reading.ts';

export interface ConvertedText {
  readonly text: string;
  /** Rules that nft cannot say: they stand as comments, and the text means less than the chain. */
  readonly missing: number;
}

/** Cost: linear in the elements. */
export function conversionText(conversion: Conversion): ConvertedText {
  return new Writer(conversion).write();
}

class Writer {
  readonly #chain: Chain;
  readonly #table: Table;
  readonly #targets = new Set<string>();
  readonly #sets = new Map<string, NamedSet>();
  readonly #names = new Set<string>();
  #missing = 0;

  constructor(private readonly conversion: Conversion) {
    this.#chain = conversion.chain;
    this.#table = conversion.chain.table;
    for (const { name } of this.#table.sets) this.#names.add(name);
  }

  write(): ConvertedText {
    const lookups: string[] = [];
    const rules: string[] = [];
    for (const slot of this.conversion.slots) {
      if (slot.kind === 'rule') rules.push(this.#kept(slot));
      else {
        const { block, rule } = this.#lookup(slot);
        lookups.push(block);
        rules.push(rule);
      }
    }
    const head = chainHead({ ...this.#chain, handle: null });
    const chain = [head, ...rules, '\t}'].join('\n');
    const blocks = [...lookups, chain, ...this.#declarations()];
    const { family, name } = this.#table;
    const path = `${family} ${name}`;
    const text = [
      `# ${this.#chain.name} of ${path}: ${this.#chain.rules.length} rules become ${this.conversion.slots.length}.`,
      ...this.#warnings(),
      `table ${path} {\n\t${head}\n\t}\n}`,
      `flush chain ${path} ${this.#chain.name}`,
      `table ${path} {\n\t${blocks.join('\n\n\t')}\n}`,
      '',
    ];
    return { text: text.join('\n'), missing: this.#missing };
  }

  #warnings(): string[] {
    const warnings: string[] = [];
    if (this.#missing > 0)
      warnings.push(`# ${this.#missing} of its rules cannot be said in nft: they are comments below.`);
    if (this.#table.backend !== 'nft')
      warnings.push('# iptables does not manage a table any more that has maps: this is for a table of nft.');
    const unloadable = [this.#table.name, this.#chain.name, ...this.#targets].find((name) => !isLoadableName(name));
    if (unloadable !== undefined) warnings.push(`# nft cannot load the name ${unloadable}.`);
    return warnings;
  }

  #lookup(lookup: Lookup): { block: string; rule: string } {
    const constant = constantParts(lookup);
    const parts = keyParts(lookup, constant);
    const kind = lookup.sameTail ? 'set' : 'map';
    const name = this.#nameFor(kind);
    const keys = parts.map((at) => lookup.fields[at] as string);
    const elements = lookup.elements.map((element) => this.#element(element, parts, kind));
    const interval = lookup.elements.some(({ values }) => parts.some((at) => !isSingle(values[at] as Interval)));
    const block = [
      `${kind} ${name} {`,
      `\t\ttype ${keys.map(keyType).join(' . ')}${kind === 'map' ? ' : verdict' : ''}`,
      ...(interval ? ['\t\tflags interval'] : []),
      `\t\telements = { ${elements.join(',\n\t\t\t     ')} }`,
      '\t}',
    ].join('\n');
    const matches = [...constant]
      .filter(([at]) => !parts.includes(at))
      .map(([at, text]) => `${keyText(lookup.fields[at] as string)} ${text}`);
    const guards = lookup.first.guards.map(spellStatement);
    const key = keys.map(keyText).join(' . ');
    const does = kind === 'map' ? `vmap @${name}` : `@${name} ${this.#tail(lookup.first.tail)}`;
    for (const { rule } of lookup.readings) this.#note(rule);
    return { block, rule: `\t\t${[...matches, ...guards, key, does].join(' ')}` };
  }

  #tail(tail: readonly Statement[]): string {
    return tail.map(spellStatement).join(' ');
  }

  #element({ values, reading }: LookupElement, parts: readonly number[], kind: 'set' | 'map'): string {
    const key = parts.map((at) => valueText(values[at] as Interval, reading, at)).join(' . ');
    const comment = elementComment(reading.rule);
    const data = kind === 'map' ? ` : ${spellVerdict(reading.entry?.verdict as Verdict)}` : '';
    return `${key}${comment}${data}`;
  }

  #kept({ reading }: Kept): string {
    const { rule, body } = reading;
    if (body === null || body.some(({ kind }) => kind === 'xt' || kind === 'opaque')) {
      this.#missing++;
      return `\t\t# ${reading.why}: ${rule.body.map(spellStatement).join(' ').replaceAll('\n', ' ')}`;
    }
    this.#note(rule);
    return `\t\t${this.#ruleText(rule, body, '\t\t')}`;
  }

  #ruleText(rule: Rule, body: readonly Statement[], indent: string): string {
    const text = body
      .flatMap((statement) => (statement.kind === 'comment' ? [] : spellStatement(bare(statement))))
      .join(' ');
    const comment = commentText(ruleComments(rule).join(' '));
    const anonymous = this.#anonymousTarget(rule);
    if (!anonymous) return `${text}${comment}`;
    const inner = anonymous.rules.map((one) => `${indent}\t${this.#ruleText(one, one.body, `${indent}\t`)}\n`).join('');
    return `${text.slice(0, text.length - anonymous.name.length)}{\n${inner}${indent}}${comment}`;
  }

  /** The chain of `jump { ... }`. */
  #anonymousTarget(rule: Rule): Chain | null {
    const jump = jumpsOf(rule).find(({ chain }) => isAnonymousName(this.#table, chain));
    return (jump && this.#table.chainNamed.get(jump.chain)) ?? null;
  }

  /** What the rule names has to be declared. */
  #note(rule: Rule): void {
    for (const { chain } of jumpsOf(rule)) {
      if (!isAnonymousName(this.#table, chain)) this.#targets.add(chain);
      else for (const inner of this.#table.chainNamed.get(chain)?.rules ?? []) this.#note(inner);
    }
    eachSetReference(rule, ({ name, ipset }) => {
      const set = ipset ? undefined : this.#table.setNamed.get(name);
      if (!set || this.#sets.has(name)) return;
      this.#sets.set(name, set);
      // Without its elements a map's chains need not be there.
    });
  }

  #declarations(): string[] {
    this.#targets.delete(this.#chain.name);
    const chains = [...this.#targets].map((name) => `chain ${name} {\n\t}`);
    const sets = [...this.#sets.values()].map((set) => setBlock({ ...set, elements: [], handle: null }));
    const objects = this.#table.objects
      .filter(({ kind }) => kind !== 'flowtable')
      .map((object) => objectBlock({ ...object, handle: null }));
    const all = [...objects, ...sets, ...chains];
    const [first, ...rest] = all;
    return first === undefined
      ? []
      : [`# What the rules name: declared, so that this text stands alone.\n\t${first}`, ...rest];
  }

  #nameFor(kind: 'set' | 'map'): string {
    const stem = `${this.#chain.name.replace(/[^A-Za-z0-9_/.-]/g, '-').slice(0, 48)}-${kind}`;
    const start = /^[A-Za-z]/.test(stem) ? stem : `c-${stem}`;
    let name = start;
    for (let at = 2; this.#names.has(name); at++) name = `${start}-${at}`;
    this.#names.add(name);
    return name;
  }
}

/** The fields that are looked up, in nft's words: those that are the same for all elements are compared before. */
export function lookupKey(lookup: Lookup): string {
  return keyParts(lookup, constantParts(lookup))
    .map((at) => fieldText(lookup.fields[at] as string))
    .join(' . ');
}

function keyParts({ fields }: Lookup, constant: ReadonlyMap<number, string>): readonly number[] {
  const varying = fields.map((_, at) => at).filter((at) => !constant.has(at));
  // One element of single values: the last part stays the key.
  return varying.length > 0 ? varying : [fields.length - 1];
}

/** Parts whose value is one and the same in all elements, with its spelling; a part with intervals stays in the key. */
function constantParts(lookup: Lookup): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const [first] = lookup.elements;
  lookup.fields.forEach((field, at) => {
    const one = first?.values[at];
    if (!one || !lookup.elements.every(({ values }) => values[at]?.from === one.from && values[at]?.to === one.to))
      return;
    found.set(at, spellTyped(one.source, typesOfKey(field)));
  });
  return found;
}

function typesOfKey(field: string) {
  const type = dataType(keyType(field));
  return type ? [type] : [];
}

function valueText(value: Interval, { entry }: RuleReading, at: number): string {
  const field = entry?.key[at]?.field ?? '';
  return spellTyped(isSingle(value) ? { kind: 'value', value: value.from } : value.source, typesOfKey(field));
}

function keyText(field: string): string {
  return fieldText(field);
}

/** Without what it has counted. */
function bare(statement: Statement): Statement {
  return statement.kind === 'counter' && statement.name === undefined
    ? { ...statement, packets: null, bytes: null }
    : statement;
}

/** kube-proxy's comments name the Service; Calico's hashes are of the rule that is gone. */
function elementComment(rule: Rule): string {
  return commentText(
    ruleComments(rule)
      .filter((text) => !/^cali:/.test(text))
      .join(' '),
  );
}

/** Kernel: NFT_USERDATA comments hold 128 bytes with their end. */
function commentText(text: string): string {
  if (text === '') return '';
  return ` comment "${[...text.replaceAll('"', "'").replace(/[^\x20-\x7e]/g, '?')].slice(0, 120).join('')}"`;
}

function isAnonymousName(table: Table, name: string): boolean {
  return table.listing === 'nft' && /^__chain\d+$/.test(name);
}
