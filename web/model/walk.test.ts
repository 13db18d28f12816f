import { describe, expect, it } from 'vitest';
import { type Expression, field, value } from './expression.ts';
import type { Rule } from './ruleset.ts';
import type { Statement } from './statement.ts';
import { eachExpression, eachSetReference } from './walk.ts';

const set = (name: string) => ({ kind: 'set-reference', name }) as const;
const lookup = (name: string): Expression => ({ kind: 'map', key: field('ip saddr'), map: set(name) });

describe('set references', () => {
  it.each<[string, Statement, string[]]>([
    ['match', { kind: 'match', left: field('ip saddr'), op: '==', right: set('a') }, ['a']],
    ['match of a lookup', { kind: 'match', left: lookup('a'), op: '==', right: value(1) }, ['a']],
    [
      'concatenation',
      { kind: 'match', left: { kind: 'concat', parts: [field('ip saddr'), lookup('a')] }, op: '==', right: set('b') },
      ['a', 'b'],
    ],
    ['verdict map', { kind: 'vmap', key: lookup('a'), map: set('b') }, ['a', 'b']],
    [
      'mangle',
      {
        kind: 'mangle',
        target: field('meta mark'),
        value: { kind: 'bitwise', op: 'or', left: field('meta mark'), right: lookup('a') },
      },
      ['a'],
    ],
    ['nat', { kind: 'nat', type: 'dnat', address: lookup('a'), port: lookup('b'), flags: [] }, ['a', 'b']],
    ['tproxy', { kind: 'tproxy', address: lookup('a'), port: null }, ['a']],
    ['dup', { kind: 'dup', address: lookup('a'), device: lookup('b') }, ['a', 'b']],
    ['object', { kind: 'object', type: 'ct helper', name: lookup('a') }, ['a']],
    ['counter', { kind: 'counter', packets: null, bytes: null, name: lookup('a') }, ['a']],
    [
      'meter',
      {
        kind: 'set-update',
        op: 'add',
        set: set('a'),
        element: { key: lookup('b'), data: lookup('c') },
        statements: [{ kind: 'match', left: field('ip saddr'), op: '==', right: set('d') }],
      },
      ['a', 'b', 'c', 'd'],
    ],
    [
      'anonymous set',
      {
        kind: 'match',
        left: field('ip saddr'),
        op: '==',
        right: { kind: 'set', elements: [{ key: lookup('a') }, { key: value(1), data: { kind: 'drop' } }] },
      },
      ['a'],
    ],
    [
      'hash',
      { kind: 'vmap', key: { kind: 'hash', of: lookup('a'), modulus: 2, seed: null, offset: 0 }, map: set('b') },
      ['a', 'b'],
    ],
    ['verdict', { kind: 'verdict', verdict: { kind: 'accept' } }, []],
    ['queue', { kind: 'verdict', verdict: { kind: 'queue', text: '', bypass: false, by: lookup('a') } }, ['a']],
  ])('in a %s', (_, statement, names) => {
    const found: string[] = [];
    eachSetReference({ body: [statement] } as unknown as Rule, ({ name }) => found.push(name));
    expect(found).toEqual(names);
  });
});

it('visits the outer expression first', () => {
  const kinds: string[] = [];
  eachExpression(lookup('a'), ({ kind }) => kinds.push(kind));
  expect(kinds).toEqual(['map', 'field', 'set-reference']);
});
