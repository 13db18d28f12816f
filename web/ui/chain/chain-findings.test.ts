import { describe, expect, it } from 'vitest';
import type { Finding } from '../findings/finding.ts';
import { boundariesOf } from './chain-findings.ts';
import { token } from './fixtures.ts';
import { layOutTable } from './runs.ts';
import { tableKey } from './table-keys.ts';
import { shownTokens } from './tokens.ts';

function finding(id: string, severity: Finding['severity'], marks: Finding['marks']): Finding {
  const base = {
    mechanism: 'same-chain-order',
    why: '',
    owners: [],
    orderSensitive: null,
    where: [],
    sign: 'undecided',
  } as const;
  return {
    ...base,
    id,
    title: id,
    severity,
    marks,
    remedy: null,
    catalogue: [],
    references: [],
    unknowns: [],
    proof: null,
  };
}

const detail = {
  chain: 7,
  rules: 11,
  segments: [
    { owner: 'a', from: 1, to: 4 },
    { owner: 'b', from: 5, to: 11 },
  ],
};

describe('boundariesOf', () => {
  it('has every inner boundary, and the edges only where they are marked', () => {
    expect(boundariesOf(detail, []).map(({ segment, before }) => [segment, before])).toEqual([[1, 5]]);
    const marked = [
      finding('x', 'error', [
        { chain: 7, segment: 0 },
        { chain: 7, segment: 2 },
        { chain: 8, segment: 1 },
      ]),
    ];
    expect(
      boundariesOf(detail, marked).map(({ segment, before, findings }) => [segment, before, findings.length]),
    ).toEqual([
      [0, 1, 1],
      [1, 5, 0],
      [2, 12, 1],
    ]);
  });

  it('puts the most severe first and tells a finding once', () => {
    const marks = [0, 1].map((segment) => ({ chain: 7, segment }));
    const boundaries = boundariesOf(detail, [finding('note', 'info', marks), finding('bad', 'error', marks)]);
    expect(boundaries.map(({ findings, repeated }) => [findings[0]?.id, repeated])).toEqual([
      ['bad', false],
      ['bad', true],
    ]);
  });
});

describe('shownTokens', () => {
  it('drops the protocol that the port says too', () => {
    const fields = (...match: ReturnType<typeof token>[]) => shownTokens(match).map(({ field }) => field);
    expect(fields(token('protocol', 'tcp'), token('tcp dport', '443'))).toEqual(['tcp dport']);
    expect(fields(token('protocol', 'udp'), token('tcp dport', '443'))).toEqual(['protocol', 'tcp dport']);
    expect(fields({ ...token('protocol', 'tcp'), op: 'is not' }, token('tcp dport', '443'))).toHaveLength(2);
    expect(fields(token('protocol', 'tcp'))).toEqual(['protocol']);
  });
});

describe('tableKey', () => {
  const table = layOutTable({
    top: { chain: 1, rules: 50, folds: [] },
    boundaries: [{ segment: 1, before: 2 }],
    opened: new Map(),
    unfolded: new Set(),
  });
  it.each([
    ['ArrowDown', null, 0],
    ['ArrowDown', 0, 2],
    ['ArrowUp', 2, 0],
    ['PageDown', 0, 10],
    ['PageDown', 48, 50],
    ['PageUp', 12, 2],
    ['Home', 30, 0],
    ['End', null, 50],
  ])('%s from line %s moves to line %d', (key, at, line) => {
    expect(tableKey(key, table, at, 10)).toEqual({ kind: 'move', line });
  });
  it.each([
    ['ArrowUp', 0],
    ['ArrowDown', 50],
    ['a', 3],
  ])('%s from line %d does nothing', (key, at) => {
    expect(tableKey(key, table, at, 10)).toBeNull();
  });
  it.each([
    ['Enter', 'enter'],
    ['Backspace', 'back'],
    ['ArrowRight', 'expand'],
    ['ArrowLeft', 'collapse'],
  ])('%s is %s', (key, kind) => {
    expect(tableKey(key, table, 3, 10)).toEqual({ kind });
  });
});
