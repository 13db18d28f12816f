import { describe, expect, it } from 'vitest';
import type { ReachAnswer, SetInWords } from '../../worker/prover-protocol.ts';
import { fatesText, fateWords, reachText, setText } from './set-text.ts';

function set(lines: readonly string[], part: Partial<SetInWords> = {}): SetInWords {
  return { lines, common: null, complete: true, unknowns: [], also: [], addressed: null, ...part };
}

const ANSWER: ReachAnswer = {
  place: { kind: 'rule', rule: 4 },
  words: 'rule 2 of ip filter INPUT',
  ways: [
    { family: 'ip', origin: 'received', reached: set(['any packet']), matched: set(['tcp port 22']), example: null },
  ],
  undecided: [],
};

describe('sets as text', () => {
  it('say what they do not tell', () => {
    const text = setText(
      set(['tcp port 22', 'udp'], {
        common: 'in by wg0',
        complete: false,
        also: ['TCP flags', 'the mark'],
        unknowns: ['set blocked'],
        addressed: 'node',
      }),
    );
    expect(text.split('\n')).toEqual([
      'in by wg0:',
      '- tcp port 22',
      '- udp',
      'Not all is listed: there are more packets, or more values.',
      'All are addressed to the node itself.',
      'Also depends on TCP flags and the mark.',
      'Depends on what the dump does not tell: set blocked.',
    ]);
  });
});

describe('who reaches a place, as text', () => {
  it('tells what is matched apart from what comes by', () => {
    expect(reachText(ANSWER).split('\n')).toEqual([
      'Matched by rule 2 of ip filter INPUT (comes in):',
      '- tcp port 22',
      'Reaches it (comes in):',
      '- any packet',
    ]);
  });

  it('says both in one where they are the same, and families where there are two', () => {
    const [way] = ANSWER.ways;
    if (!way) throw new Error('one way');
    const same = { ...way, matched: way.reached };
    const text = reachText({ ...ANSWER, ways: [same, { ...same, family: 'ip6', origin: 'sent' }] });
    expect(text).toContain('Reaches rule 2 of ip filter INPUT and matches (IPv4, comes in):');
    expect(text).toContain('(IPv6, the node sends):');
  });

  it('says that nothing does, and what is not decided', () => {
    expect(reachText({ ...ANSWER, ways: [] })).toBe('No packet reaches rule 2 of ip filter INPUT.');
    expect(reachText({ ...ANSWER, undecided: ['too many'] })).toContain('Undecided: too many');
  });
});

describe('fates as text', () => {
  it('name who decides and where to', () => {
    const fate = {
      family: 'ip',
      origin: 'received',
      kind: 'rejected',
      how: 'icmp port-unreachable',
      packets: set(['tcp']),
      deciders: [{ words: 'rule 1 of ip filter X', chain: 1, rule: 1, program: 'Calico' }],
      more: 2,
      rewritten: [],
      example: null,
    } as const;
    expect(fateWords(fate)).toBe('Rejected (icmp port-unreachable)');
    expect(fatesText('New packets', [fate], []).split('\n')).toEqual([
      'New packets',
      'Rejected (icmp port-unreachable) (comes in):',
      'By rule 1 of ip filter X and 2 more',
      '- tcp',
    ]);
  });
});
