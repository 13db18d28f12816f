import { describe, expect, it } from 'vitest';
import type { PacketForm } from '../../packet/form.ts';
import { readQuestion } from '../../packet/question.ts';
import { questionWords } from './question-words.ts';

describe('questions in words', () => {
  it.each<[PacketForm, string]>([
    [{}, 'New packets that come in'],
    [{ path: 'input', proto: 'tcp', dport: '22' }, 'New TCP packets to port 22 of this node'],
    [{ src: '10.244.1.7' }, 'New packets from 10.244.1.7 that come in'],
    [
      { src: '10.8.0.0/24', iif: 'wg0', oif: 'eth0' },
      'New packets from 10.8.0.0/24 that come in by wg0 and leave by eth0',
    ],
    [{ dst: '2001:db8::1', dport: '80-90', ctstate: 'any' }, 'Packets to 2001:db8::1 ports 80 to 90 that come in'],
    [{ path: 'output', ctstate: 'established', proto: '47' }, 'Established protocol 47 packets that the node sends'],
    [{ path: 'forward' }, 'New packets to others that come in'],
  ])('%j', (form, words) => {
    const { question } = readQuestion(form);
    expect(question && questionWords(question)).toBe(words);
  });
});
