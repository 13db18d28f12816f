/**
 * A ruleset as nft text in the layout of `nft list ruleset`, which `nft -f` loads. Follows table_print and rule_print of nftables' src/rule.c; a
 * listing of nft comes back as it was written (as-written.ts). Tables that came from iptables-save are written in native nft; a rule that needs an
 * iptables extension or an ipset becomes a comment with a diagnostic, because nft cannot load it.
 */

import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { nameSpanOf, spanOf } from '../../model/rule.ts';
import type { Chain, NamedObject, NamedSet, Rule, Ruleset, Table } from '../../model/ruleset.ts';
import { isLoadableName, spellStatement } from '../../model/spell.ts';
import type { Statement } from '../../model/statement.ts';
import { type WrittenText, writtenText } from './as-written.ts';
import { nativeBody } from './native.ts';
import { chainHead, handleText, objectBlock, setBlock, tableHead } from './print-blocks.ts';

/** Kernel: NFT_USERDATA_RULE_COMMENT of nftables holds 128 bytes with its end. */
const COMMENT_LIMIT = 127;

export interface Printed {
  readonly text: string;
  /** About what nft cannot express. Spans are in the dump of the rule's table. */
  readonly diagnostics: Diagnostic[];
}

/**
 * Prints every table of the ruleset that counts. With `dumps`, what was read from a listing of nft comes back with its own blanks and spelling;
 * without them in nfscope's. Linear in its size.
 */
export function printNft(ruleset: Pick<Ruleset, 'tables'> & Partial<Pick<Ruleset, 'dumps'>>): Printed {
  let text = '';
  const diagnostics: Diagnostic[] = [];
  for (const table of ruleset.tables) {
    const written = writtenText(ruleset, table);
    const printer = new Printer(written, diagnostics);
    const printed = printer.table(table);
    text += `${written?.warnings() ?? ''}${written?.same(printed.whole, table.span) ?? printed.pieces()}\n`;
  }
  return { text, diagnostics };
}

class Printer {
  constructor(
    private readonly written: WrittenText | null,
    readonly diagnostics: Diagnostic[],
  ) {}

  /** `whole`: the table in nfscope's spelling; `pieces`: each piece of it as it was written, where it was. */
  table(table: Table): { whole: string; pieces: () => string } {
    this.checkName(table.name, table.span);
    const { written } = this;
    const head = tableHead(table);
    const blocks = this.blocks(table);
    const whole = joined(
      head,
      blocks.map(({ text }) => text),
    );
    if (!written) return { whole, pieces: () => whole };
    return {
      whole,
      pieces: () =>
        joined(
          written.tableHead(head, table),
          blocks.map(({ text, asWritten }) => asWritten(written, text)),
        ),
    };
  }

  private blocks(table: Table): Block[] {
    const isFlowtable = ({ kind }: NamedObject): boolean => kind === 'flowtable';
    return [
      ...table.objects.filter((each) => !isFlowtable(each)).map((each) => this.object(each)),
      ...table.sets.map((each) => this.set(each)),
      ...table.objects.filter(isFlowtable).map((each) => this.object(each)),
      ...table.chains.filter((each) => !isAnonymous(each)).map((each) => this.chain(each)),
    ];
  }

  /** A diagnostic where nft lists the name but cannot load it. */
  private checkName(name: string, span: Span): void {
    if (isLoadableName(name)) return;
    this.diagnostics.push(diagnostic('warning', 'nft-name-not-loadable', `nft cannot load the name ${name}`, span));
  }

  private object(object: NamedObject): Block {
    this.checkName(object.name, object.span);
    return { text: objectBlock(object), asWritten: (written, text) => written.object(text, object) };
  }

  private set(set: NamedSet): Block {
    this.checkName(set.name, set.span);
    return { text: setBlock(set), asWritten: (written, text) => written.set(text, set) };
  }

  private chain(chain: Chain): Block {
    this.checkName(chain.name, nameSpanOf(chain));
    const head = chainHead(chain);
    const rules = chain.rules.map((rule) => this.rule(rule, '\t\t'));
    const text = [head, ...rules, '\t}'].join('\n');
    return {
      text,
      asWritten: (written) =>
        written.same(text, spanOf(chain)) ?? [written.chainHead(head, chain), ...rules, '\t}'].join('\n'),
    };
  }

  private rule(rule: Rule, indent: string): string {
    const native = nativeBody(rule);
    if (native.kind === 'none') return this.inexpressible(rule, indent, native.missing);
    // JSON that was not understood is no nft.
    if (native.body.some((each) => each.kind === 'opaque' && each.text.startsWith('{')))
      return this.inexpressible(rule, indent, 'words for a part of this rule, which was not understood');
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
    const block = rule.chain.table.listing === 'nft' ? this.withAnonymousChain(rule, text) : null;
    const body = `${block ?? text}${this.commentText(rule, comments)}`;
    const kept = block === null && this.written ? this.written.rule(body, rule) : body;
    return `${indent}${kept}${handleText(rule.handle)}`;
  }

  private inexpressible(rule: Rule, indent: string, missing: string): string {
    this.diagnostics.push(
      diagnostic('warning', 'nft-not-expressible', `Printed as a comment, because nft has no ${missing}`, {
        start: rule.start,
        end: rule.end,
      }),
    );
    return `${indent}# nft has no ${missing}: ${rule.body.map(commentedText).join(' ').replaceAll('\n', ' ')}`;
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

  /** `jump { ... }`: the anonymous chain's rules in place of its name; null where the rule has none. */
  private withAnonymousChain(rule: Rule, text: string): string | null {
    const at = rule.body.findLast(({ kind }) => kind !== 'comment');
    if (at?.kind !== 'verdict' || (at.verdict.kind !== 'jump' && at.verdict.kind !== 'goto')) return null;
    const chain = rule.chain.table.chainNamed.get(at.verdict.chain);
    if (!chain || !isAnonymous(chain)) return null;
    const inner = chain.rules.map((each) => `${this.rule(each, '\t\t\t')}\n`).join('');
    const name = `${at.verdict.kind} ${chain.name}`;
    return `${text.slice(0, text.length - name.length)}${at.verdict.kind} {\n${inner}\t\t}`;
  }
}

/** A declaration or chain from its keyword to its closing brace. */
interface Block {
  readonly text: string;
  readonly asWritten: (written: WrittenText, text: string) => string;
}

/** nft separates blocks by blank lines; a head of more than its first line is a block of its own. */
function joined(head: string, blocks: readonly string[]): string {
  if (blocks.length === 0) return `${head}\n}`;
  const gap = head.includes('\n') ? '\n\n' : '\n';
  return `${head}${gap}\t${blocks.join('\n\n\t')}\n}`;
}

/** The chains that `jump { ... }` makes: the kernel and the reader both call them `__chainN`. */
function isAnonymous(chain: Chain): boolean {
  return chain.table.listing === 'nft' && /^__chain\d+$/.test(chain.name);
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
