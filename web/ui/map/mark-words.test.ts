import { describe, expect, it } from 'vitest';
import type { Finding } from '../findings/finding.ts';
import { markKind } from './mark-words.ts';

const finding = (sign: Finding['sign'], state: string | null, witnesses = 0): Finding =>
  ({
    sign,
    severity: 'warning',
    proof: state === null ? null : { state, sentence: '', witnesses: Array.from({ length: witnesses }) },
  }) as unknown as Finding;

describe('markKind', () => {
  it('says what kind it is and how that is known', () => {
    expect(markKind(finding('order-sensitive', 'order-sensitive', 2))).toBe('order-sensitive · 2 packets show it');
    expect(markKind(finding('overruled', 'shown', 1))).toBe('overruled · 1 packet shows it');
    expect(markKind(finding('benign', 'benign'))).toBe('proved benign · for all packets');
    expect(markKind(finding('undecided', 'undecided'))).toBe('undecided · not proved');
    expect(markKind(finding('mark-bits', null))).toMatch(/ · seen in the rules, no packet tried$/);
  });
});
