/** Declarations of named sets and maps in nft text. Follows set_block and map_block of nftables' src/parser_bison.y. */

import { diagnostic } from '../../base/diagnostic.ts';
import { pushAll } from '../../base/lists.ts';
import type { Span } from '../../base/span.ts';
import type { Expression, SetElement } from '../../model/expression.ts';
import { dataType, type FieldType, fieldType, OBJECTS_OF_MAPS } from '../../model/field-types.ts';
import type { NamedSet, SetType, Table } from '../../model/ruleset.ts';
import { typesOfSet } from '../../model/spell.ts';
import { END, MISREAD, NEWLINE, STRING, WORD } from './lexer.ts';
import { StatementReader } from './statements.ts';

const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;
const COLON = 58;
const DOT = 46;
const SEMICOLON = 59;

/** A set while it is read. */
export interface SetDraft {
  key: SetType;
  data: SetType | null;
  flags: string[];
  options: string[];
  elements: SetElement[];
  complete: boolean;
  comment: string | null;
  handle: number | null;
  count?: number;
}

const NO_TYPE: SetType = { types: [] };

export class SetReader extends StatementReader {
  /** The body of a set or map from its opening brace to past its closing one, or to the text's end. */
  protected setBody(isMap: boolean): SetDraft {
    const draft: SetDraft = {
      key: NO_TYPE,
      data: null,
      flags: [],
      options: [],
      elements: [],
      complete: true,
      comment: null,
      handle: null,
    };
    if (isMap) draft.data = NO_TYPE;
    this.handle = null;
    this.expect(OPEN);
    draft.handle = this.handle;
    while (this.kind !== CLOSE && this.kind !== END) {
      if (this.kind === NEWLINE || this.kind === SEMICOLON) this.next();
      else this.setLine(draft);
    }
    if (this.kind === END) draft.complete = false;
    draft.flags = setFlags(draft.flags, draft.options);
    return draft;
  }

  private setLine(draft: SetDraft): void {
    const { start } = this;
    try {
      this.setProperty(draft);
    } catch (error) {
      if (error !== MISREAD) throw error;
      this.skipLine(start, 'nft-set-not-understood', 'A line of a set is not understood');
      draft.complete = false;
    }
  }

  /** Skips from `start` to the end of its line or block (`;`, line end or closing brace outside of inner braces), with a diagnostic. */
  protected skipLine(start: number, code: string, message: string): Span {
    this.joined = 0;
    this.jumpTo(start);
    let depth = 0;
    let stop = this.stop;
    while (this.kind !== END) {
      if (depth === 0 && this.atEnd() && this.start !== start) break;
      if (this.kind === OPEN) depth++;
      else if (this.kind === CLOSE && --depth < 0) break;
      stop = this.stop;
      this.next();
    }
    const span = { start, end: stop };
    this.diagnostics.push(
      diagnostic('error', code, `${message}: ${this.text.slice(start, Math.min(stop, start + 80))}`, span),
    );
    return span;
  }

  private setProperty(draft: SetDraft): void {
    const { start } = this;
    switch (this.takeAnyWord()) {
      case 'type':
        this.setTypes(draft);
        return;
      case 'typeof':
        this.setTypeof(draft);
        return;
      case 'flags':
        do draft.flags.push(this.takeAnyWord());
        while (this.takeKind(COMMA));
        return;
      case 'elements':
        if (!this.takeKind(61)) throw MISREAD;
        this.setElements(draft);
        return;
      case 'comment':
        draft.comment = this.word;
        this.expect(STRING);
        return;
      case 'size': {
        while (!this.atEnd()) this.next();
        draft.options.push(this.text.slice(start, this.previousStop));
        COUNT.lastIndex = this.previousStop;
        const count = COUNT.exec(this.text);
        if (count) draft.count = Number(count[1]);
        return;
      }
      case 'timeout':
      case 'gc-interval':
      case 'policy':
      case 'auto-merge':
      case 'counter':
      case 'quota':
      case 'limit':
      case 'last':
      case 'ct':
        while (!this.atEnd()) this.next();
        draft.options.push(this.text.slice(start, this.previousStop));
        return;
      default:
        throw MISREAD;
    }
  }

  private setTypes(draft: SetDraft): void {
    draft.key = { types: this.typeList() };
    if (this.takeKind(COLON)) {
      const interval = this.takeWord('interval');
      const types = this.objectKind() ?? this.typeList();
      draft.data = interval ? { types, interval } : { types };
    }
  }

  /** What kind of named objects the map holds, or null where its data is of a type of values. */
  private objectKind(): string[] | null {
    if (this.kind !== WORD) return null;
    const mark = this.mark();
    const word = this.takeAnyWord();
    const kind = word === 'ct' && this.kind === WORD ? `ct ${this.takeAnyWord()}` : word;
    if (OBJECTS.has(kind) && this.atEnd()) return [kind];
    this.reset(mark);
    return null;
  }

  private typeList(): string[] {
    const types = [this.takeAnyWord()];
    while (this.takeKind(DOT)) types.push(this.takeAnyWord());
    return types;
  }

  private setTypeof(draft: SetDraft): void {
    draft.key = this.typeofExpression();
    if (!this.takeKind(COLON)) return;
    if (this.takeWord('verdict')) {
      draft.data = { types: ['verdict'] };
      return;
    }
    const interval = this.takeWord('interval');
    const object = this.objectKind();
    const data = object ? { types: object } : this.typeofExpression();
    draft.data = interval ? { ...data, interval } : data;
  }

  private typeofExpression(): SetType {
    const { start } = this;
    const expression = this.expression([]);
    return { types: typeNames(expression), typeof: this.text.slice(start, this.previousStop) };
  }

  /** `{ ... }` after `elements =`. What was read before a broken element is kept. */
  protected setElements(draft: SetDraft): void {
    const { start } = this;
    const data = draft.data && draft.data.types[0] !== 'verdict' ? typesOfSet(draft.data) : [];
    try {
      if (this.kind === 36)
        pushAll(draft.elements, this.variable(() => this.setLiteral(typesOfSet(draft.key), data)).elements);
      else this.readElements(draft.elements, typesOfSet(draft.key), data);
    } catch (error) {
      if (error !== MISREAD) throw error;
      draft.complete = false;
      const broken = { start: this.start, end: this.stop };
      const cut = this.kind === END;
      const at = cut
        ? 'the text ends'
        : `at "${this.text.slice(broken.start, Math.min(broken.end, broken.start + 40))}"`;
      this.diagnostics.push(
        diagnostic('error', 'nft-elements-not-understood', `The element list is broken: ${at}`, broken),
      );
      this.skipBraces(start);
    }
  }

  protected namedSet(draft: SetDraft, name: string, table: Table, span: Span, nameSpan: Span): NamedSet {
    return {
      id: 0,
      name,
      table,
      key: draft.key,
      data: draft.data,
      flags: draft.flags,
      elements: draft.elements,
      complete: draft.complete,
      comment: draft.comment,
      handle: draft.handle,
      options: draft.options,
      ...(draft.count === undefined ? {} : { count: draft.count }),
      span,
      nameSpan,
    };
  }
}

/** Elements of a set with a timeout of its own can have one: nft's text does not say so, its JSON does. */
export function setFlags(flags: readonly string[], options: readonly string[]): string[] {
  const said = options.some((option) => option.startsWith('timeout '));
  return said ? flags.filter((flag) => flag !== 'timeout') : [...flags];
}

const COUNT = /[ \t]*# count (\d+)/y;
const OBJECTS = new Set(OBJECTS_OF_MAPS);

/** The data types behind a `typeof`: nft's names, or the field's own where its type is a plain integer. */
function typeNames(expression: Expression): string[] {
  switch (expression.kind) {
    case 'concat':
      return expression.parts.flatMap(typeNames);
    case 'field': {
      const type: FieldType = fieldType(expression.name);
      return [dataType(type.type) && type.type !== 'integer' ? type.type : expression.name];
    }
    case 'bitwise':
      return typeNames(expression.left);
    case 'value':
      return [String(expression.value)];
    default:
      return ['integer'];
  }
}
