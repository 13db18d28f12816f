import { describe, expect, it } from 'vitest';
import { readDocument } from '../parse/read.ts';
import { practiceNodes, practise, startPractice } from './practice.ts';

describe('practice', () => {
  it('reads nodes that are read without a complaint, in both syntaxes', () => {
    const formats = practiceNodes().map(({ name, text }) => {
      const dumps = readDocument(0, name, text);
      expect(dumps.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
      expect(dumps.flatMap(({ tables }) => tables).flatMap(({ chains }) => chains).length).toBeGreaterThan(500);
      return dumps.map(({ format }) => format);
    });
    expect(formats).toEqual([['iptables-save'], ['nft']]);
  });

  it('ends by itself', () => {
    let steps = 0;
    for (const _ of practise()) steps++;
    expect(steps).toBeGreaterThan(5);
  });

  it('does nothing any more once there is something to do', () => {
    const waiting: (() => void)[] = [];
    const end = startPractice((run) => waiting.push(run));
    waiting.shift()?.();
    expect(waiting).toHaveLength(1);
    end();
    waiting.shift()?.();
    expect(waiting).toHaveLength(0);
  });
});
