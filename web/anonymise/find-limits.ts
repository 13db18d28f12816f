/** Collects the limits of a workspace: from its texts, for all formats alike, and from its rules, which know more. */
import { type Expression, isVerdict, type SetElement } from '../model/expression.ts';
import { fieldType } from '../model/field-types.ts';
import type { Dump, NamedSet, Rule } from '../model/ruleset.ts';
import type { Match, Statement } from '../model/statement.ts';
import { eachExpression, eachExpressionOf } from '../model/walk.ts';
import { bytesOf } from './address-bytes.ts';
import type { Limits } from './limits.ts';
import { networkLength } from './rename.ts';
import type { AddressToken, Scanner } from './scan.ts';

const RANGE = /^\]?\s*-\s*\[?$/;

/** Networks and ranges as they are written: `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`. Cost: linear. */
export function limitsOfText(text: string, limits: Limits, scanner: Scanner): void {
  let last: AddressToken | null = null;
  let lastStart = 0;
  scanner.scan(text, (token, start) => {
    if (token.kind !== 'address') return;
    const length = networkLength(text, start, token);
    if (length !== null) limits.network(token.bytes, length);
    if (last) {
      const end = lastStart + last.text.length;
      const between = start - end < 16 ? text.slice(end, start) : '';
      if (between === '/' && networkLength(text, lastStart, last) === null) holes(last.bytes, token.bytes, limits);
      if (RANGE.test(between)) limits.range(last.bytes, token.bytes);
    }
    last = token;
    lastStart = start;
  });
}

/** `address/mask` with holes in the mask. Such a mask begins with ones or with zeros; two addresses with a stroke between them do neither. */
function holes(address: Uint8Array, mask: Uint8Array, limits: Limits): void {
  if (mask[0] === 255 || mask[0] === 0) limits.masked(address, mask);
}

/** What the rules and sets of one dump say. Cost: linear. */
export function limitsOfDump(dump: Dump, limits: Limits): void {
  for (const table of dump.tables) {
    for (const chain of table.chains) for (const rule of chain.rules) ofRule(rule, limits);
    for (const set of table.sets) ofSet(set, limits);
  }
  for (const set of dump.ipsets) ofSet(set, limits);
}

function ofRule(rule: Rule, limits: Limits): void {
  for (const statement of rule.body) {
    eachExpressionOf(statement, (expression) => ofExpression(expression, limits));
    if (statement.kind === 'match') ofMatch(statement, limits);
    if (isBitwiseNat(statement)) for (const other of rule.body) translations(other, limits);
  }
}

/** NETMAP and `dnat ip prefix to`. */
function isBitwiseNat(statement: Statement): boolean {
  return statement.kind === 'nat' && (statement.prefix === true || statement.address?.kind === 'prefix');
}

function translations(statement: Statement, limits: Limits): void {
  if (statement.kind !== 'match' && statement.kind !== 'nat') return;
  eachExpressionOf(statement, (expression) => {
    if (expression.kind === 'prefix')
      limits.translated(bytesOf(expression.address, expression.width / 8), expression.length);
  });
}

function ofSet(set: NamedSet, limits: Limits): void {
  const isTranslating =
    set.data?.interval === true && set.elements.some(({ data }) => data !== undefined && data.kind === 'prefix');
  for (const element of set.elements) {
    eachInElement(element, (expression) => {
      ofExpression(expression, limits);
      if (isTranslating && expression.kind === 'prefix')
        limits.translated(bytesOf(expression.address, expression.width / 8), expression.length);
    });
  }
}

function eachInElement({ key, data }: SetElement, visit: (expression: Expression) => void): void {
  eachExpression(key, visit);
  if (data && !isVerdict(data)) eachExpression(data, visit);
}

function ofExpression(expression: Expression, limits: Limits): void {
  if (expression.kind === 'prefix') {
    limits.network(bytesOf(expression.address, expression.width / 8), expression.length);
  } else if (expression.kind === 'range') {
    const { from, to } = expression;
    // What is no larger than a port is a port, or an address that stays anyway.
    if (typeof from === 'number' && typeof to === 'number' && to > 0xffff)
      limits.range(bytesOf(from, 4), bytesOf(to, 4));
    if (typeof from === 'bigint' && typeof to === 'bigint') {
      const length = to < 1n << 48n ? 6 : 16;
      limits.range(bytesOf(from, length), bytesOf(to, length));
    }
  }
}

const LENGTHS: Readonly<Record<string, number>> = { ipv4: 4, ipv6: 16, mac: 6 };

function ofMatch({ left, op, right }: Match, limits: Limits): void {
  const field = left.kind === 'bitwise' ? left.left : left;
  if (field.kind !== 'field') return;
  const length = LENGTHS[fieldType(field.name).form];
  if (length === undefined) return;
  const bytes = (value: number | bigint | string) => (typeof value === 'string' ? null : bytesOf(value, length));
  eachExpression(right, (expression) => {
    const value = expression.kind === 'value' ? bytes(expression.value) : null;
    if (!value) return;
    if (left.kind === 'bitwise' && left.op === 'and' && left.right.kind === 'value') {
      const mask = bytes(left.right.value);
      if (mask) limits.masked(value, mask);
    } else if (op !== '==' && op !== '!=') limits.ordered(value);
  });
}
