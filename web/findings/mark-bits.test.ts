import { describe, expect, it } from 'vitest';
import { type Expression, field, value } from '../model/expression.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import { markTests, markWrites } from './mark-bits.ts';

const MARK = field('meta mark');
const CT = field('ct mark');

function op(kind: 'and' | 'or' | 'xor' | 'lshift', left: Expression, right: Expression): Expression {
  return { kind: 'bitwise', op: kind, left, right };
}

function rule(...body: Statement[]): Rule {
  return { id: 0, chain: {} as Chain, index: 1, body, start: 0, end: 0, handle: null };
}

function write(target: typeof MARK, expression: Expression) {
  return markWrites(rule({ kind: 'mangle', target, value: expression }))[0];
}

describe('markWrites', () => {
  const none = { sets: 0, clears: 0, flips: 0, copies: 0, whole: false, value: null };
  const cases: [text: string, expression: Expression, expected: object][] = [
    ['mark or 0x4000', op('or', MARK, value(0x4000)), { ...none, sets: 0x4000 }],
    [
      '--set-xmark 0x4000/0x4000',
      op('xor', op('and', MARK, value(0xffffbfff)), value(0x4000)),
      { ...none, sets: 0x4000 },
    ],
    ['--set-xmark 0x0/0xf0000', op('and', MARK, value(0xfff0ffff)), { ...none, clears: 0xf0000 }],
    ['--set-xmark 0x4000/0x0', op('xor', MARK, value(0x4000)), { ...none, flips: 0x4000 }],
    ['the last bit', op('or', MARK, value(0x80000000)), { ...none, sets: 0x80000000 }],
    ['a constant', value(0x539), { ...none, sets: 0x539, clears: 0xfffffac6, whole: true, value: 0x539 }],
    ['ct mark', CT, { ...none, copies: 0xffffffff, whole: true }],
    [
      'restore with masks',
      op('or', op('and', MARK, value(0xff00ffff)), op('and', CT, value(0xff0000))),
      { ...none, copies: 0xff0000 },
    ],
    ['a shift', op('lshift', MARK, value(1)), { ...none, copies: 0xffffffff, whole: true }],
  ];
  it.each(cases)('%s', (_text, expression, expected) => {
    expect(write(MARK, expression)).toEqual({ kind: 'packet', ...expected });
  });

  it('tells the connection mark apart, and other fields from marks', () => {
    expect(write(CT, op('and', MARK, value(0xff)))).toMatchObject({
      kind: 'connection',
      copies: 0xff,
      clears: 0xffffff00,
    });
    expect(write(field('meta priority'), value(1))).toBeUndefined();
  });
});

describe('markTests', () => {
  const match = (left: Expression, right: Expression, operator: '==' | '!=' | 'any-bit' = '==') =>
    markTests(rule({ kind: 'match', left, op: operator, right }))[0];

  it('reads masks', () => {
    expect(match(op('and', MARK, value(0xff0000)), value(0x40000))).toEqual({
      kind: 'packet',
      mask: 0xff0000,
      value: 0x40000,
      negated: false,
      whole: false,
    });
    expect(match(MARK, value(0x539))?.whole).toBe(true);
    expect(match(MARK, value(0))?.whole).toBe(false);
    expect(match(CT, value(1), '!=')).toMatchObject({ kind: 'connection', negated: true });
    expect(match(field('ip saddr'), value(1))).toBeUndefined();
  });
});
