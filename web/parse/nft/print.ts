/**
 * A ruleset as nft text in the layout of `nft list ruleset`, which `nft -f` loads. Follows table_print, chain_print, set_print and
 * calculate_delim of nftables' src/rule.c and src/expression.c. Tables that came from iptables-save are written in native nft; a rule that
 * needs an iptables extension or an ipset becomes a comment with a diagnostic, because nft cannot load it.
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { FieldType } from '../../model/field-types.ts';
import { type Family, type Hook, priorityNames } from '../../model/hook.ts';
import type { BaseChain, Chain, NamedObject, NamedSet, Rule, Ruleset, SetType, Table } from '../../model/ruleset.ts';
import { isLoadableName, spellElement, spellStatement, typesOfSet } from '../../model/spell.ts';
import type { Statement } from '../../model/statement.ts';
import { nativeBody } from './native.ts';

/** Kernel: NFT_USERDATA_RULE_COMMENT of nftables holds 128 bytes with its end. */
const COMMENT_LIMIT = 127;

export interface Printed {
  readonly text: string;
  /** About what nft cannot express. Spans are in the dump of the rule's table. */
  readonly diagnostics: Diagnostic[];
}

/** Prints every table of the ruleset that counts. Linear in its size. */
export function printNft(ruleset: Pick<Ruleset, 'tables'>): Printed {
  const printer = new Printer();
  for (const table of ruleset.tables) printer.table(table);
  return { text: printer.lines.length === 0 ? '' : `${printer.lines.join('\n')}\n`, diagnostics: printer.diagnostics };
}

class Printer {
  readonly lines: string[] = [];
  readonly diagnostics: Diagnostic[] = [];

  table(table: Table): void {
    this.lines.push(`table ${table.family} ${this.name(table.name, table.span)} {${handleText(table.handle)}`);
    let first = true;
    const between = (): void => {
      if (!first) this.lines.push('');
      first = false;
    };
    if (table.flags.length > 0 || table.comment !== null) {
      if (table.comment !== null) this.lines.push(`\tcomment "${table.comment}"`);
      if (table.flags.length > 0) this.lines.push(`\tflags ${table.flags.join(',')}`);
      first = false;
    }
    const flowtables = table.objects.filter((object) => object.kind === 'flowtable');
    for (const object of table.objects) {
      if (object.kind === 'flowtable') continue;
      between();
      this.object(object);
    }
    for (const set of table.sets) {
      between();
      this.set(set);
    }
    for (const object of flowtables) {
      between();
      this.object(object);
    }
    for (const chain of table.chains) {
      if (isAnonymous(chain)) continue;
      between();
      this.chain(chain);
    }
    this.lines.push('}');
  }

  /** The name, with a diagnostic where nft lists it but cannot load it. */
  private name(name: string, span: Span): string {
    if (!isLoadableName(name)) {
      this.diagnostics.push(diagnostic('warning', 'nft-name-not-loadable', `nft cannot load the name ${name}`, span));
    }
    return name;
  }

  private object(object: NamedObject): void {
    this.lines.push(`\t${object.kind} ${this.name(object.name, object.span)} {${handleText(object.handle)}`);
    for (const line of object.text.split('\n')) if (line !== '') this.lines.push(`\t\t${line}`);
    this.lines.push('\t}');
  }

  private set(set: NamedSet): void {
    const { lines } = this;
    lines.push(`\t${set.data ? 'map' : 'set'} ${this.name(set.name, set.span)} {${handleText(set.handle)}`);
    lines.push(`\t\t${setTypeText(set.key, set.data)}`);
    const before = set.options.filter((option) => EARLY_OPTION.test(option));
    const after = set.options.filter((option) => !EARLY_OPTION.test(option));
    for (const option of before) lines.push(`\t\t${option}`);
    if (set.flags.length > 0) lines.push(`\t\tflags ${set.flags.join(',')}`);
    for (const option of after) lines.push(`\t\t${option}`);
    if (set.comment !== null) lines.push(`\t\tcomment "${set.comment}"`);
    if (set.elements.length > 0) this.elements(set);
    lines.push('\t}');
  }

  private elements(set: NamedSet): void {
    const key = typesOfSet(set.key);
    const data = set.data && set.data.types[0] !== 'verdict' ? typesOfSet(set.data) : [];
    const perLine = set.data || set.options.some((option) => ELEMENT_STATE.test(option)) ? 1 : elementsPerLine(key);
    let line = '\t\telements = { ';
    let inLine = 0;
    const count = set.elements.length;
    for (let i = 0; i < count; i++) {
      const element = set.elements[i];
      if (!element) continue;
      line += spellElement(element, key, data);
      if (i + 1 === count) break;
      if (++inLine < perLine) line += ', ';
      else {
        this.lines.push(`${line},`);
        line = '\t\t\t     ';
        inLine = 0;
      }
    }
    this.lines.push(`${line} }`);
  }

  private chain(chain: Chain): void {
    const { lines } = this;
    lines.push(`\tchain ${this.name(chain.name, chain.nameSpan)} {${handleText(chain.handle)}`);
    if (chain.comment !== null) lines.push(`\t\tcomment "${chain.comment}"`);
    if (chain.base) lines.push(`\t\t${baseChainText(chain.table.family, chain.base)}`);
    if (chain.flags && chain.flags.length > 0) lines.push(`\t\tflags ${chain.flags.join(',')}`);
    for (const rule of chain.rules) this.rule(rule, '\t\t');
    lines.push('\t}');
  }

  private rule(rule: Rule, indent: string): void {
    const native = nativeBody(rule);
    if (native.kind === 'none') {
      this.diagnostics.push(
        diagnostic('warning', 'nft-not-expressible', `Printed as a comment, because nft has no ${native.missing}`, {
          start: rule.start,
          end: rule.end,
        }),
      );
      this.lines.push(
        `${indent}# nft has no ${native.missing}: ${rule.body.map(commentedText).join(' ').replaceAll('\n', ' ')}`,
      );
      return;
    }
    if (native.body.some(({ kind }) => kind === 'xt')) {
      const message = 'nft lists an iptables extension here as a placeholder, which it cannot load again';
      this.diagnostics.push(diagnostic('warning', 'nft-placeholder', message, { start: rule.start, end: rule.end }));
    }
    let text = '';
    const comments: string[] = [];
    for (const statement of native.body) {
      if (statement.kind === 'comment') comments.push(statement.text);
      else if (text === '') text = spellStatement(statement);
      else text += ` ${spellStatement(statement)}`;
    }
    const body = rule.chain.table.listing === 'nft' ? this.withAnonymousChain(rule, text) : text;
    this.lines.push(`${indent}${body}${this.commentText(rule, comments)}${handleText(rule.handle)}`);
  }

  /** nft takes one comment of at most 127 bytes, at the end. */
  private commentText(rule: Rule, comments: readonly string[]): string {
    if (comments.length === 0) return '';
    let text = comments.join(' ');
    if (rule.chain.table.listing !== 'nft') {
      text = text.replaceAll('"', "'");
      if (byteLength(text) > COMMENT_LIMIT) {
        text = cutBytes(text, COMMENT_LIMIT);
        this.diagnostics.push(
          diagnostic('info', 'nft-comment-cut', 'nft keeps at most 127 bytes of comment', {
            start: rule.start,
            end: rule.end,
          }),
        );
      }
    }
    return ` comment "${text}"`;
  }

  /** `jump { ... }`: the anonymous chain's rules in place of its name. */
  private withAnonymousChain(rule: Rule, text: string): string {
    const last = rule.body.at(-1);
    if (last?.kind !== 'verdict' || (last.verdict.kind !== 'jump' && last.verdict.kind !== 'goto')) return text;
    const chain = rule.chain.table.chainNamed.get(last.verdict.chain);
    if (!chain || !isAnonymous(chain)) return text;
    const inner = new Printer();
    for (const each of chain.rules) inner.rule(each, '\t\t\t');
    this.diagnostics.push(...inner.diagnostics);
    const name = `${last.verdict.kind} ${chain.name}`;
    return `${text.slice(0, text.length - name.length)}${last.verdict.kind} {\n${inner.lines.join('\n')}\n\t\t}`;
  }
}

/** The chains that `jump { ... }` makes: the kernel and the reader both call them `__chainN`. */
function isAnonymous(chain: Chain): boolean {
  return chain.table.listing === 'nft' && /^__chain\d+$/.test(chain.name);
}

function handleText(handle: number | null): string {
  return handle === null ? '' : ` # handle ${handle}`;
}

/** Options by which each element has state of its own: nft 1.1 lists such elements one per line, and a map's. */
const ELEMENT_STATE = /^(?:counter|limit|quota|last|ct)\b/;
const EARLY_OPTION = /^(?:policy|size)\b/;

function setTypeText(key: SetType, data: SetType | null): string {
  if (key.typeof !== undefined) {
    return data
      ? `typeof ${key.typeof} : ${data.interval ? 'interval ' : ''}${data.typeof ?? data.types.join(' . ')}`
      : `typeof ${key.typeof}`;
  }
  const types = key.types.join(' . ');
  return data ? `type ${types} : ${data.interval ? 'interval ' : ''}${data.types.join(' . ')}` : `type ${types}`;
}

const FIVE_PER_LINE = new Set(
  `nf_proto integer arp_op inet_proto inet_service tcp_flag dccp_pkttype mark iface_index classid uid gid ct_dir pkt_type icmpx_code
  devgroup`.split(/\s+/),
);
const TWO_PER_LINE = new Set(['ipv4_addr', 'ct_state', 'ct_status', 'time', 'realm', 'fib_addrtype']);

/** How many elements nft lists on one line, by the key's type. */
function elementsPerLine(key: readonly FieldType[]): number {
  const type = key[0]?.type;
  if (key.length !== 1 || type === undefined) return 1;
  if (FIVE_PER_LINE.has(type)) return 5;
  return TWO_PER_LINE.has(type) ? 2 : 1;
}

function baseChainText(family: Family, base: BaseChain): string {
  let text = `type ${base.type} hook ${base.hook}`;
  if (base.devices.length === 1) text += ` device "${base.devices[0]}"`;
  else if (base.devices.length > 1) text += ` devices = { ${base.devices.map((device) => `"${device}"`).join(', ')} }`;
  return `${text} priority ${base.prioritySpelled ?? priorityText(family, base.hook, base.priority)}; policy ${base.policy ?? 'accept'};`;
}

/** Hooks of the names that nft (std_prio_lookup in src/rule.c) takes on some hooks only; by the family's own names. */
const HOOK_OF_NAME: ReadonlyMap<string, Hook> = new Map([
  ['dstnat', 'prerouting'],
  ['srcnat', 'postrouting'],
  ['out', 'output'],
]);

/** nft's spelling of a priority: a name where one of that hook is within 10 of it. */
export function priorityText(family: Family, hook: Hook, priority: number): string {
  for (const [name, number] of Object.entries(priorityNames(family))) {
    if ((HOOK_OF_NAME.get(name) ?? hook) !== hook) continue;
    const difference = priority - number;
    if (difference === 0) return name;
    if (Math.abs(difference) <= 10) return difference > 0 ? `${name} + ${difference}` : `${name} - ${-difference}`;
  }
  return `${priority}`;
}

function commentedText(statement: Statement): string {
  if (statement.kind !== 'xt') return spellStatement(statement);
  const options = statement.options === '' ? '' : ` ${statement.options}`;
  return `xt ${statement.role} "${statement.name}"${options}`;
}

function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += charBytes(char.codePointAt(0) as number);
  return bytes;
}

function charBytes(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function cutBytes(text: string, limit: number): string {
  let bytes = 0;
  let cut = '';
  for (const char of text) {
    bytes += charBytes(char.codePointAt(0) as number);
    if (bytes > limit) break;
    cut += char;
  }
  return cut;
}
