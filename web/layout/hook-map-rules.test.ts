import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { card, exampleLook, model } from './example-models.ts';
import { layoutHookMap, levelZoom } from './hook-map.ts';
import type { HookMapGeometry } from './hook-map-geometry.ts';
import { type OpenedCard, rulesScale } from './hook-map-open.ts';
import { layoutRuleLines, type RuleLine, type RuleWords } from './hook-map-rules.ts';
import { measureInter, measureMono } from './inter-metrics.ts';

const FORWARD = card('FORWARD', 'ip filter', 0, [
  ['calico', 1, 611],
  ['kube-proxy', 30, 20],
  ['calico', 2],
]);
const INPUT = card('INPUT', 'ip filter', 0, [['kubelet', 3, 1]]);
const LATER = card('filter_FORWARD', 'inet firewalld', 10, [['firewalld', 9]]);
const node = model('ip', { forward: [FORWARD, LATER], input: [INPUT] });

const words = (over: Partial<RuleWords> = {}): RuleWords => ({
  rule: 100,
  owner: 'calico',
  packets: null,
  match: [],
  verdict: 'accept',
  detail: '',
  target: null,
  source: '-A FORWARD -j ACCEPT',
  ...over,
});

function lay(opened: ReadonlyMap<number, OpenedCard>, zoom = 1, width = 863): HookMapGeometry {
  return layoutHookMap(node, { width, zoom, opened, look: exampleLook });
}

function linesOf(geometry: HookMapGeometry, rule: RuleWords, zoom = 1): readonly RuleLine[] {
  const cards = geometry.cards.filter(({ open }) => open !== null);
  return layoutRuleLines({ cards, zoom, words: () => rule, look: exampleLook, mostPackets: 1000 });
}

const opened = (...cards: readonly (readonly [number, OpenedCard])[]) => new Map(cards);
const text = (line: RuleLine | undefined): string => line?.texts.map((item) => item.text).join(' ') ?? '';

describe('a card that the user opens', () => {
  const before = lay(new Map());
  const after = lay(opened([FORWARD.chain, new Map()]));
  const at = (g: HookMapGeometry, chain: number) => g.cards.find((one) => one.chain === chain)?.rect;

  test('stays where it is, and moves what is below and right of it', () => {
    expect(at(after, FORWARD.chain)).toMatchObject({
      x: at(before, FORWARD.chain)?.x,
      y: at(before, FORWARD.chain)?.y,
    });
    expect(at(after, LATER.chain)?.x).toBe(at(before, LATER.chain)?.x);
    expect(at(after, LATER.chain)?.y).toBeGreaterThan(at(before, LATER.chain)?.y ?? 0);
    expect(at(after, INPUT.chain)?.x).toBeGreaterThan(at(before, INPUT.chain)?.x ?? 0);
    expect(at(after, INPUT.chain)?.y).toBe(at(before, INPUT.chain)?.y);
  });

  test('shows its rules in order, segment by segment, and says what it leaves out', () => {
    const lines = linesOf(after, words());
    expect(lines.slice(0, 2).map(({ id }) => id)).toEqual([`c${FORWARD.chain}/r1`, `c${FORWARD.chain}/r2`]);
    expect(lines.filter(({ kind }) => kind === 'rule')).toHaveLength(1 + 20 + 2);
    expect(text(lines.find(({ kind }) => kind === 'more'))).toBe('… 10 more, open in the chain view');
    expect(lines.at(-1)?.index).toBe(33);
  });

  test('shows the rules of a jump below it, with its owner', () => {
    const geometry = lay(opened([FORWARD.chain, new Map([['1', { chain: 77, rules: 40 }]])]));
    const lines = linesOf(
      geometry,
      words({ target: { chain: 77, below: 40 }, verdict: 'jump', detail: 'cali-FORWARD' }),
    );
    const below = lines.filter(({ depth }) => depth === 1);
    expect(below[0]).toMatchObject({ id: `c${FORWARD.chain}/r1/r1`, chain: 77, index: 1, card: FORWARD.chain });
    expect(below[0]?.stripe?.look.owner).toBe('calico');
    expect(below.at(-1)).toMatchObject({ kind: 'more', chain: 77 });
    expect(lines[0]?.chevron?.open).toBe(true);
    expect(lines.find(({ index, depth }) => index === 2 && depth === 0)?.chevron?.open).toBe(false);
    // What it jumps to opens in turn.
    expect(below[0]?.chevron?.open).toBe(false);
    expect(below[0]?.chevron?.x).toBeGreaterThan(lines[0]?.chevron?.x ?? Number.NaN);
  });

  test('shows jumps within jumps, as deep as a packet goes, and keeps room for their words', () => {
    const paths = Array.from({ length: 16 }, (_, at) => Array.from({ length: at + 1 }, () => '1').join('/'));
    const all = new Map(paths.map((path, at) => [path, { chain: 70 + at, rules: 2 }]));
    const lines = linesOf(
      lay(opened([INPUT.chain, all])),
      words({ target: { chain: 77, below: 40 }, verdict: 'jump', detail: 'D' }),
    );
    const firsts = lines.filter(({ index, kind }) => index === 1 && kind === 'rule');
    expect(firsts.map(({ path }) => path)).toEqual([...paths, `${paths.at(-1)}/1`]);
    expect(firsts[2]?.id).toBe(`c${INPUT.chain}/r1/r1/r1`);
    expect(firsts.map(({ chevron }) => chevron?.open)).toEqual([...paths.map(() => true), false]);
    // Each chain's second rule comes after all that its first one leads to.
    expect(lines.slice(17, 33).map(({ depth }) => depth)).toEqual(paths.map((_, at) => 16 - at));
    for (const { texts } of lines) {
      const index = texts.find(({ role }) => role === 'rule-index');
      const verdict = texts.find(({ role }) => role === 'rule-jump');
      expect(verdict?.x).toBeGreaterThan((index?.x ?? Number.NaN) + 10);
    }
  });

  test('an empty chain has nothing to open', () => {
    const empty = card('empty', 'ip t', 0, []);
    const only = layoutHookMap(model('ip', { input: [empty] }), {
      width: 863,
      look: exampleLook,
      opened: opened([empty.chain, new Map()]),
    });
    expect(only.cards[0]).toMatchObject({ open: null, rooms: [], rect: { width: only.cardWidth } });
  });
});

describe('zoomed in far', () => {
  test('all cards show their rules, a packet way none', () => {
    const zoom = levelZoom(rulesScale(138));
    expect(lay(new Map(), zoom).cards.every(({ open }) => open === 'zoom')).toBe(true);
    expect(lay(new Map(), zoom - 0.01).cards.every(({ open }) => open === null)).toBe(true);
  });

  test('a line with room for it also has the text of the rule', () => {
    const near = linesOf(lay(new Map(), 6), words(), 6);
    expect(near[0]?.texts.find(({ role }) => role === 'rule-source')?.text).toBe('-A FORWARD -j ACCEPT');
    expect(
      linesOf(lay(opened([INPUT.chain, new Map()])), words())[0]?.texts.some(({ role }) => role === 'rule-source'),
    ).toBe(false);
  });

  test('strip and titles stop growing', () => {
    const far = lay(new Map());
    const near = lay(new Map(), 4);
    expect(near.metro.height * 4).toBeLessThan(far.metro.height * 1.5);
    const titles = near.cards.flatMap(({ title }) => title?.size ?? []);
    expect(Math.max(...titles) * 4).toBeLessThan(17);
  });
});

describe('a line', () => {
  const only = (rule: RuleWords, zoom = 1): RuleLine | undefined =>
    linesOf(lay(opened([INPUT.chain, new Map()]), zoom), rule, zoom).find(({ card: of }) => of === INPUT.chain);

  test('reads as index, match, verdict', () => {
    const match = [{ field: 'dst', value: '10.96.0.10', meaning: 'dns' }];
    expect(text(only(words({ match, verdict: 'reject' })))).toBe('1 dst 10.96.0.10 dns reject');
    expect(text(only(words()))).toBe('1 any packet accept');
    expect(only(words({ match, packets: 5 }))?.label).toBe('rule 1: dst 10.96.0.10 (dns): accept ; 5 packets');
  });

  test('is a bar where text would be too small', () => {
    const far = only(words(), 0.5);
    expect(far?.texts).toEqual([]);
    expect(far?.bar?.width).toBeGreaterThan(0);
  });

  test('is empty until its rule is there', () => {
    const cards = lay(opened([INPUT.chain, new Map()])).cards.filter(({ open }) => open !== null);
    const lines = layoutRuleLines({ cards, zoom: 1, words: () => undefined, look: exampleLook, mostPackets: 0 });
    expect(lines[0]).toMatchObject({ texts: [], rule: null, label: 'rule 1, reading' });
  });

  test('never cuts a value, and stays within its card', () => {
    const token = fc.record({
      field: fc.constantFrom('', 'dst', 'tcp dport', 'ct state', 'in'),
      value: fc.stringMatching(/^[a-z0-9.:/]{1,60}$/),
      meaning: fc.constantFrom(null, 'masquerade (kube-proxy)'),
    });
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 6 }),
        fc.stringMatching(/^[A-Za-z0-9-]{0,40}$/),
        fc.boolean(),
        fc.constantFrom(0.8, 1, 1.5, 3, 7),
        (match, detail, jump, zoom) => {
          const line = only(words({ match, detail, target: jump ? { chain: 5, below: 3 } : null }), zoom);
          if (!line) throw new Error('no line');
          const values = new Set([...match.map(({ value }) => value), detail]);
          for (const item of line.texts) {
            if (item.role === 'rule-value') expect(values).toContain(item.text);
            const mono = item.role === 'rule-value' || item.role === 'rule-source';
            const width = mono ? measureMono(item.text, item.size * 0.96) : measureInter(item.text, item.size, 400);
            const left = item.anchor === 'end' ? item.x - width : item.x;
            expect(left).toBeGreaterThanOrEqual(line.rect.x - 0.5);
            expect(left + width).toBeLessThanOrEqual(line.rect.x + line.rect.width + 2);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
