import { expect, test } from 'vitest';
import { type Speaking, textsOf, withTexts } from './rename.ts';

const address = { backend: 'nft', family: 'ip', table: 't', chain: 'c', rule: 2 } as const;
const SPEAKING: Speaking = {
  view: {
    view: 'chain',
    selection: { kind: 'rule', address },
    chain: { backend: 'nft', family: 'ip', table: 't', chain: 'd' },
    packet: { src: '10.0.0.1', proto: 'tcp' },
    pins: [{ unknown: 'set s', value: true }],
    dimmed: ['calico'],
  },
  notes: [
    { on: { kind: 'rule', address, line: 'ip saddr 10.0.0.1 drop' }, text: 'why 10.0.0.1?', highlight: true },
    { on: { kind: 'finding', id: 'dead-rule t c' }, text: '', highlight: false },
  ],
};

test('every text that speaks of the dumps is renamed, once and in its place', () => {
  const texts = textsOf(SPEAKING);
  expect(texts).toEqual([
    't',
    'c',
    't',
    'd',
    '10.0.0.1',
    'tcp',
    'set s',
    't',
    'c',
    'ip saddr 10.0.0.1 drop',
    'why 10.0.0.1?',
    'dead-rule t c',
    '',
  ]);
  const other = withTexts(
    SPEAKING,
    texts.map((text) => `<${text}>`),
  );
  expect(JSON.stringify(other)).not.toMatch(/[^<]10\.0\.0\.1[^>?]? ?[^>d?]*"|"t"/);
  expect(other.view).toMatchObject({ view: 'chain', dimmed: ['calico'], packet: { src: '<10.0.0.1>' } });
  expect(other.notes[0]?.on).toEqual({
    kind: 'rule',
    address: { ...address, table: '<t>', chain: '<c>' },
    line: '<ip saddr 10.0.0.1 drop>',
  });
  expect(withTexts(SPEAKING, texts)).toEqual(SPEAKING);
});
