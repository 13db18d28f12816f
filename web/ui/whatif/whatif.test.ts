import { describe, expect, it } from 'vitest';
import { fakeOverview } from '../../state/testing.ts';
import type { CardModel, OwnerOverview } from '../../worker/protocol.ts';
import { changeWords } from './change-words.ts';
import { changesOf, programChoices } from './choices.ts';
import { movesOf, nearestBoundary, nextMove, segmentOf } from './moves.ts';

function owner(id: string, program: string, programName: string): OwnerOverview {
  const look = { name: id, short: id, slot: 'calico', initials: 'Ca', barred: false } as const;
  return { id, program, programName, ...look, rules: 1, chains: 1, sets: 0 };
}

function card(chain: number, segments: CardModel['segments']): CardModel {
  return {
    chain,
    name: 'FORWARD',
    table: 'ip filter',
    legacy: false,
    dormant: false,
    policy: 'accept',
    priority: 0,
    effectivePriority: 0,
    nat: false,
    device: null,
    segments,
    rules: 5,
    marks: [],
  };
}

const segment = (owner: string, from: number, to: number) => ({ owner, from, to, below: 0, packets: null });

const overview = fakeOverview({
  owners: [
    owner('kube-proxy-iptables', 'kube-proxy', 'kube-proxy'),
    owner('calico-iptables', 'calico', 'Calico'),
    owner('kubelet', 'kube-proxy', 'kube-proxy'),
    owner('docker', 'docker', 'Docker'),
  ],
  maps: [
    {
      family: 'ip',
      hooks: [
        {
          hook: 'forward',
          ties: [],
          cards: [
            card(3, [
              segment('calico-iptables', 1, 2),
              segment('kube-proxy-iptables', 3, 3),
              segment('calico-iptables', 4, 5),
            ]),
            card(9, [segment('kubelet', 1, 1)]),
          ],
        },
      ],
    },
  ],
});

describe('programs to choose from', () => {
  it('are those with rules in base chains, kubelet as kube-proxy', () => {
    const choices = programChoices(overview);
    expect(choices.map(({ name, chains }) => [name, chains])).toEqual([
      ['kube-proxy', [3, 9]],
      ['Calico', [3]],
    ]);
  });

  it('may insert, append, or be gone', () => {
    const [, calico] = programChoices(overview);
    if (!calico) throw new Error('Calico has rules in FORWARD');
    const all = [...changesOf(calico, 3), ...changesOf(calico, null)].map(({ change }) =>
      changeWords(overview, change),
    );
    expect(all).toEqual([
      "with Calico's rules at the top of ip filter FORWARD",
      "with Calico's rules at the bottom of ip filter FORWARD",
      'without Calico',
      "with Calico's rules at the top of all of its base chains",
      "with Calico's rules at the bottom of all of its base chains",
      'without Calico',
    ]);
  });
});

describe('moves', () => {
  const { segments } = card(3, [segment('a', 1, 2), segment('b', 3, 3), segment('c', 4, 5)]);

  it('are in words', () => {
    const words = (from: number, to: number) => changeWords(overview, { kind: 'move', chain: 3, segment: from, to });
    expect(words(2, 0)).toBe('with rules 4 to 5 moved above rule 1 in ip filter FORWARD');
    expect(words(1, 3)).toBe('with rule 3 moved to the end in ip filter FORWARD');
  });

  it('lead everywhere but to where the segment is', () => {
    expect(movesOf(segments, 1).map(({ to }) => to)).toEqual([0, 3]);
    expect(movesOf(segments, 0).map(({ to, before }) => [to, before?.owner ?? null])).toEqual([
      [2, 'c'],
      [3, null],
    ]);
    expect(movesOf(segments.slice(0, 1), 0)).toEqual([]);
  });

  it('go step by step, on from where it is supposed to be', () => {
    expect(nextMove(segments, 0, 0, 1)).toBe(2);
    expect(nextMove(segments, 0, 2, 1)).toBe(3);
    expect(nextMove(segments, 0, 3, 1)).toBeNull();
    expect(nextMove(segments, 0, 0, -1)).toBeNull();
    expect(nextMove(segments, 2, 2, -1)).toBe(1);
    expect(nextMove(segments, 2, 1, -1)).toBe(0);
    expect(nextMove(segments, 2, 1, 1)).toBe(2);
  });

  it('of a rule are those of its segment', () => {
    expect([1, 2, 3, 5, 6].map((index) => segmentOf(segments, index))).toEqual([0, 0, 1, 2, null]);
  });

  it('end at the nearest boundary', () => {
    const boundaries = [
      { segment: 0, top: 0 },
      { segment: 1, top: 50 },
      { segment: 2, top: 80 },
    ];
    expect([-10, 20, 30, 66, 900].map((y) => nearestBoundary(boundaries, y))).toEqual([0, 0, 1, 2, 2]);
    expect(nearestBoundary([], 5)).toBeNull();
  });
});
