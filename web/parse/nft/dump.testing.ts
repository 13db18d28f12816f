/** A compact text for statements, so that grammar cases can show the model: fields in `<>`, names in quotes, addresses as numbers. */
import { type Expression, isVerdict, type Scalar, type SetElement, type Verdict } from '../../model/expression.ts';
import { spellVerdict } from '../../model/spell.ts';
import type { Statement } from '../../model/statement.ts';

export function dumpStatements(body: readonly Statement[]): string {
  return body.map(dumpStatement).join('; ');
}

function scalar(value: Scalar): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'bigint' ? `0x${value.toString(16)}n` : `${value}`;
}

export function dumpExpression(expression: Expression | Verdict): string {
  if (isVerdict(expression)) return spellVerdict(expression);
  switch (expression.kind) {
    case 'field':
      return `<${expression.name}>`;
    case 'value':
      return scalar(expression.value);
    case 'prefix':
      return `${scalar(expression.address)}/${expression.length}of${expression.width}`;
    case 'range':
      return `[${scalar(expression.from)}..${scalar(expression.to)}]`;
    case 'wildcard':
      return `${expression.stem}~`;
    case 'concat':
      return `(${expression.parts.map(dumpExpression).join(' . ')})`;
    case 'bitwise':
      return `${expression.op}(${dumpExpression(expression.left)}, ${dumpExpression(expression.right)})`;
    case 'set':
      return `{${expression.elements.map(dumpElement).join(', ')}}`;
    case 'set-reference':
      return `@${expression.name}`;
    case 'map':
      return `map(${dumpExpression(expression.key)}, ${dumpExpression(expression.map)})`;
    case 'numgen':
      return `numgen(${expression.mode}, ${expression.modulus}, ${expression.offset})`;
    case 'sum':
      return `sum(${expression.of.name}, ${expression.add})`;
    case 'hash':
      return `hash(${expression.of ? dumpExpression(expression.of) : 'symmetric'}, ${expression.modulus}, ${expression.seed}, ${expression.offset})`;
    case 'opaque-expression':
      return `?${expression.text}?`;
  }
}

function dumpElement(element: SetElement): string {
  const extras = element.extras ? ` ${JSON.stringify(element.extras)}` : '';
  return `${dumpExpression(element.key)}${extras}${element.data ? ` -> ${dumpExpression(element.data)}` : ''}`;
}

function dumpStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'match':
      return `${dumpExpression(statement.left)} ${statement.op} ${dumpExpression(statement.right)}`;
    case 'verdict':
      return spellVerdict(statement.verdict);
    case 'vmap':
      return `vmap(${dumpExpression(statement.key)}, ${dumpExpression(statement.map)})`;
    case 'mangle':
      return `${dumpExpression(statement.target)} := ${dumpExpression(statement.value)}`;
    case 'comment':
      return `comment ${JSON.stringify(statement.text)}`;
    case 'opaque':
      return `opaque ${JSON.stringify(statement.text)}`;
    default: {
      const parts: string[] = [];
      for (const [key, part] of Object.entries(statement)) {
        if (key === 'kind' || key === 'spelled' || part === null || part === false) continue;
        parts.push(`${key}=${dumpPart(part)}`);
      }
      return `${statement.kind}(${parts.join(', ')})`;
    }
  }
}

function dumpPart(part: unknown): string {
  if (Array.isArray(part)) return `[${part.map(dumpPart).join(' ')}]`;
  if (typeof part === 'object' && part !== null) {
    if ('kind' in part) {
      const { kind } = part as { kind: string };
      return STATEMENTS.has(kind) ? dumpStatement(part as Statement) : dumpExpression(part as Expression);
    }
    if ('key' in part) return dumpElement(part as SetElement);
  }
  return typeof part === 'string' ? JSON.stringify(part) : String(part);
}

const STATEMENTS = new Set(['limit', 'counter', 'quota', 'connlimit', 'object']);
