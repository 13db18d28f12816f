/** The geometry of the hook map, whole: tables by part, then properties of every model. Longer than other files because they share their models. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hook } from '../model/hook.ts';
import {
  bridgeNode,
  card,
  crowdedNode,
  EXAMPLES,
  edgeNode,
  emptyNode,
  exampleLook,
  mark,
  model,
  nftRouter,
} from './example-models.ts';
import { columnMeasures, detailLevel, layoutHookMap, levelZoom, plainId } from './hook-map.ts';
import type { CardGeometry, HookMapGeometry, Rect } from './hook-map-geometry.ts';
import type { CardModel, HookMapModel, MapMark } from './hook-map-model.ts';
import { measureInter } from './inter-metrics.ts';

const at = (m: HookMapModel, width = 863, more: { zoom?: number; height?: number } = {}): HookMapGeometry =>
  layoutHookMap(m, { width, look: exampleLook, ...more });

const cardOf = (g: HookMapGeometry, hook: Hook, name: string, table?: string): CardGeometry => {
  const found = g.cards.find((c) => c.hook === hook && c.name === name && (!table || c.label.includes(table)));
  if (!found) throw new Error(`no card ${name} at ${hook}`);
  return found;
};
const words = (c: CardGeometry): string[] =>
  [c.title, ...c.texts, ...c.stripes.flatMap((s) => [s.name, s.count?.here, s.count?.below])].flatMap(
    (t) => t?.text ?? [],
  );

describe('rows', () => {
  test('are effective priorities in order, kernel stations between them', () => {
    const rows = at(crowdedNode()).rows.map((row) => row.id);
    expect(rows).toEqual([
      'k-defrag',
      'p-300',
      'k-conntrack',
      'p-150',
      'p-140',
      'p-100',
      'p0',
      'p10',
      'p50',
      'p100',
      'k-confirm',
    ]);
  });
  test('empty standard rows are thin, say so, and go first when space is short', () => {
    const loose = at(crowdedNode());
    const security = loose.rows.find((row) => row.id === 'p50');
    expect(security?.kind).toBe('empty');
    expect(security?.height).toBe(13);
    expect(security?.texts.map((t) => t.text)).toEqual(['security', 'no base chain on this node']);
    const tight = at(crowdedNode(), 863, { height: 700 });
    expect(tight.rows.some((row) => row.kind === 'empty')).toBe(false);
    expect(tight.height).toBeLessThan(loose.height);
  });
  test('offsets keep their sign, standard priorities are as nft lists them', () => {
    const texts = at(crowdedNode()).rows.flatMap((row) =>
      row.texts.filter((t) => t.role === 'priority').map((t) => t.text),
    );
    expect(texts).toEqual(['-300', '-150', '-140', '-100', '0', '+10', '100']);
  });
  test('a chain at the priority of conntrack stands before it', () => {
    const g = at(model('ip', { prerouting: [card('early', 'ip t', -200, [['other', 1]])] }));
    const ids = g.rows.map((row) => row.id);
    expect(ids.indexOf('p-200')).toBe(ids.indexOf('k-conntrack') - 1);
  });
  test('iptables-nft keeps security at 150: no empty row at 50 then', () => {
    const g = at(model('ip', { input: [card('INPUT', 'ip security', 150, [['other', 1]])] }));
    expect(g.rows.find((row) => row.priority === 150)?.texts.map((t) => t.text)).toEqual(['150', 'security']);
    expect(g.rows.some((row) => row.priority === 50)).toBe(false);
  });
});

describe('kernel stations', () => {
  test('stand only in the columns that have them', () => {
    expect(at(crowdedNode()).stations.map((s) => s.id)).toEqual([
      'prerouting/defrag',
      'output/defrag',
      'prerouting/conntrack',
      'output/conntrack',
      'input/confirm',
      'postrouting/confirm',
    ]);
  });
  test('bridge and arp have none', () => {
    expect(at(bridgeNode()).stations).toEqual([]);
    expect(at(model('arp', {})).stations).toEqual([]);
  });
});

describe('columns', () => {
  test('share the width: 86 to 250, then wider gaps', () => {
    expect(columnMeasures(863, 5)).toEqual({ cardWidth: 138, gap: 23 });
    expect(columnMeasures(702, 5)).toEqual({ cardWidth: 109, gap: 19 });
    expect(columnMeasures(300, 5)).toEqual({ cardWidth: 86, gap: 19 });
    expect(columnMeasures(1982, 5)).toEqual({ cardWidth: 250, gap: 64 });
  });
  test('ingress and egress only where the dump has them; arp has input and output', () => {
    expect(at(crowdedNode()).columns.map((c) => c.hook)).toEqual([
      'prerouting',
      'forward',
      'input',
      'output',
      'postrouting',
    ]);
    expect(at(nftRouter()).columns.map((c) => c.hook)[0]).toBe('ingress');
    expect(at(nftRouter()).columns.at(-1)?.hook).toBe('egress');
    expect(at(model('arp', {})).columns.map((c) => c.hook)).toEqual(['input', 'output']);
  });
  test('a rail ends below the last card or station of its column', () => {
    const g = at(crowdedNode());
    const end = (hook: Hook): number => g.columns.find((c) => c.hook === hook)?.railBottom ?? 0;
    expect(end('prerouting')).toBe(end('forward'));
    expect(end('input')).toBe(end('postrouting'));
    expect(end('input')).toBeGreaterThan(end('forward'));
  });
});

describe('cards', () => {
  const g = at(crowdedNode());
  test('a stripe grows with the logarithm of its rules', () => {
    const heights = [1, 30, 300, 150_000].map((rules) => {
      const m = model('ip', {
        forward: [
          card('F', 't', 0, [
            ['calico', 1, rules - 1],
            ['docker', 1],
          ]),
        ],
      });
      return at(m).cards[0]?.stripes[0]?.rect.height;
    });
    expect(heights).toEqual([14.1, 16.6, 18.7, 24.4]);
  });
  test('a policy of drop is filled with ink, on a single line as well', () => {
    expect(cardOf(g, 'forward', 'FORWARD').footer?.drop).toBe(true);
    const forward = cardOf(at(nftRouter(), 1200), 'forward', 'forward');
    expect(forward.single && forward.footer?.drop).toBe(true);
    expect(words(forward)).toContain('policy drop');
  });
  test('numbers are rules here and rules below, short from 1,000', () => {
    expect(words(cardOf(g, 'prerouting', 'PREROUTING', 'ip nat'))).toEqual([
      'PREROUTING',
      'ip nat',
      'accept',
      '5.9k rules',
      'Calico',
      '1',
      '2',
      'kube-proxy',
      '1',
      '5.9k',
      'unknown',
      '1',
      'Docker',
      '1',
      '3',
    ]);
  });
  test('the count goes before the name is shortened, the table before the count', () => {
    const single = (width: number): string[] => {
      const m = model('ip', { forward: [card('mangle_PREROUTING', 'inet firewalld', 0, [['firewalld', 10]])] });
      const only = at(m, width).cards[0];
      return only ? words(only) : [];
    };
    expect(single(1400)).toEqual(['mangle_PREROUTING', 'inet firewalld', '10']);
    expect(single(1060)).toEqual(['mangle_PREROUTING', '10']);
    expect(single(863)).toEqual(['mangle_PREROUTING']);
    expect(single(702)[0]).toMatch(/^mangle_.*…$/);
  });
  test('legacy is always said: beside the name, else in a footer', () => {
    const legacy = (width: number): CardGeometry => cardOf(at(crowdedNode(), width), 'output', 'OUTPUT', 'legacy');
    expect(legacy(863).footer).toBeNull();
    expect(words(legacy(863))).toContain('legacy');
    expect(legacy(702).footer?.drop).toBe(false);
    expect(words(legacy(702))).toContain('legacy');
  });
  describe('empty chains', () => {
    const only = (width: number, name: string, more: Partial<CardModel> = {}): CardGeometry => {
      const first = at(model('ip', { prerouting: [card(name, 'ip raw', -300, [], more)] }), width).cards[0];
      if (!first) throw new Error('no card');
      return first;
    };
    test('are one quiet line with the table or "legacy" where there is room', () => {
      expect(only(1200, 'PREROUTING').rect.height).toBe(15);
      expect(only(1200, 'PREROUTING').footer).toBeNull();
      expect(words(only(1200, 'PREROUTING'))).toEqual(['PREROUTING', 'ip raw', 'empty']);
      expect(words(only(1200, 'PREROUTING', { legacy: true }))).toEqual(['PREROUTING', 'legacy', 'empty']);
    });
    test('drop the table, then move their words to a second line, before a name is cut', () => {
      expect(words(only(702, 'PREROUTING'))).toEqual(['PREROUTING', 'empty']);
      expect(only(702, 'PREROUTING').rect.height).toBe(15);
      expect(words(only(702, 'POSTROUTING', { legacy: true }))).toEqual(['POSTROUTING', 'empty', 'legacy']);
      expect(only(702, 'POSTROUTING', { legacy: true }).rect.height).toBe(27);
    });
    test('keep the ink of a policy of drop', () => {
      const drop = only(702, 'PREROUTING', { policy: 'drop', legacy: true });
      expect(drop.footer?.drop).toBe(true);
      expect(words(drop)).toEqual(['PREROUTING', 'empty', 'policy drop', 'legacy']);
      expect(drop.title?.role).toBe('title');
    });
    test('say that their table is dormant, or their device, at every width', () => {
      for (const width of [702, 863, 1400]) {
        const said = words(only(width, 'PREROUTING', { dormant: true })).join(' ');
        expect(said).toContain('dormant');
        expect(words(only(width, 'in', { device: 'eth0' }))).toContain('eth0');
      }
    });
  });
  test.each(['PREROUTING', 'POSTROUTING'])('%s can be read in a card of 109 pixels, whatever it holds', (name) => {
    const parts = [
      [],
      [['calico', 4]],
      [
        ['calico', 4, 90],
        ['docker', 1],
      ],
    ] as const;
    for (const list of parts) {
      for (const more of [{}, { legacy: true }, { marks: [mark(0, 'undecided')] }, { policy: 'drop' as const }]) {
        const g = at(model('ip', { prerouting: [card(name, 'ip mangle', -150, list, more)] }), 702);
        expect(g.cardWidth).toBe(109);
        const title = g.cards[0]?.title;
        expect(title?.text).toBe(name);
        expect(title?.size).toBeGreaterThanOrEqual(10.5);
      }
    }
  });
  test('legacy is said in the footer of a stack whose title has no room for it', () => {
    const list = [
      ['calico', 4],
      ['docker', 1],
    ] as const;
    const g = at(model('ip', { prerouting: [card('PREROUTING', 'ip nat', 0, list, { legacy: true })] }), 702);
    expect(words(g.cards[0] as CardGeometry)).toContain('legacy');
  });
  test('an empty chain says "empty", not 0', () => {
    const empty = cardOf(at(nftRouter(), 1200), 'output', 'output');
    expect(words(empty)).toContain('empty');
    expect(words(empty)).not.toContain('0');
  });
  test('devices are named', () => {
    expect(words(cardOf(at(nftRouter(), 1300), 'ingress', 'early'))).toContain('eth0');
  });
  test('a name that is longer than an open card is cut before what closes it', () => {
    const long = model('ip', { input: [card('a'.repeat(120), 'inet t', 0, [['other', 2]], { chain: 7 })] });
    const [open] = layoutHookMap(long, { width: 702, look: exampleLook, opened: new Map([[7, new Map()]]) }).cards;
    if (!open?.title) throw new Error('no title');
    expect(open.title.text).toMatch(/…$/);
    const end = open.title.x + measureInter(open.title.text, open.title.size, 650);
    expect(end).toBeLessThan(open.rect.x + open.rect.width - 20);
  });
  test('a device is whole in a narrow card, where accept gives way', () => {
    const devices = model('ip', {
      ingress: [card('in_veth', 'netdev edge', 0, [['other', 2]], { device: 'veth1234abcd' })],
    });
    for (const width of [400, 702])
      expect(words(at(devices, width).cards[0] as CardGeometry)).toContain('veth1234abcd');
    expect(words(at(devices, 400).cards[0] as CardGeometry)).not.toContain('accept');
  });
  test('a word that what opens the card would half cover is anchored at its end, the same place', () => {
    const legacy = (width: number) => {
      const list = [
        ['calico', 4],
        ['docker', 1],
      ] as const;
      const g = at(model('ip', { prerouting: [card('FORWARD', 'ip nat', 0, list, { legacy: true })] }), width);
      return { word: g.cards[0]?.texts.find(({ role }) => role === 'legacy'), rect: g.cards[0]?.rect };
    };
    expect(legacy(1200).word?.anchor).toBe('start');
    const { word, rect } = legacy(702);
    expect(word?.anchor).toBe('end');
    expect(word?.x).toBeGreaterThan((rect?.x ?? 0) + (rect?.width ?? 0) - 28);
    expect(word?.x).toBeLessThanOrEqual((rect?.x ?? 0) + (rect?.width ?? 0));
  });
  test('labels tell what a nat chain does with its own priority', () => {
    expect(cardOf(g, 'prerouting', 'nat_PREROUTING').label).toContain('own priority -90, runs with nat');
  });
});

describe('the NAT dispatcher', () => {
  test('holds all nat chains of a hook on one ground', () => {
    const g = at(crowdedNode());
    expect(g.grounds.map((ground) => ground.hook)).toEqual(['prerouting', 'output', 'postrouting']);
    for (const ground of g.grounds) {
      const inside = g.cards.filter((c) => c.hook === ground.hook && contains(ground, c.rect));
      expect(inside.length).toBe(2);
    }
  });
});

describe('ties', () => {
  test('are bracketed from the first to the last card; unknown order has a sign', () => {
    const g = at(crowdedNode());
    expect(g.brackets.map((b) => [b.id.split('/')[0], b.known, b.sign !== null])).toEqual([
      ['prerouting', true, false],
      ['prerouting', true, false],
      ['input', false, true],
      ['output', false, true],
      ['postrouting', true, false],
    ]);
    for (const bracket of g.brackets) {
      const tied = g.cards.filter((c) => bracket.chains.includes(c.chain));
      expect(bracket.y1).toBeGreaterThan(Math.min(...tied.map((c) => c.rect.y)));
      expect(bracket.y2).toBeLessThan(Math.max(...tied.map((c) => c.rect.y + c.rect.height)));
    }
  });
});

describe('marks', () => {
  const marked = (...marks: readonly MapMark[]): CardGeometry => {
    const parts = [
      ['calico', 1],
      ['docker', 1],
      ['calico', 1],
    ] as const;
    const only = at(model('ip', { forward: [card('F', 'ip t', 0, parts, { marks, policy: 'drop' })] })).cards[0];
    if (!only) throw new Error('no card');
    return only;
  };
  test('sit on the boundary that they concern, on the right edge', () => {
    const c = marked(mark(1, 'benign'), mark(3, 'overruled', 'error'));
    expect(c.marks.map((m) => m.x)).toEqual([c.rect.x + c.rect.width, c.rect.x + c.rect.width]);
    expect(c.marks[0]?.y).toBe(c.stripes[1]?.rect.y);
    expect(c.marks[1]?.y).toBeGreaterThan(c.footer?.y ?? 0);
  });
  test('of one boundary merge into the most severe one, with a count', () => {
    const c = marked(mark(1, 'benign'), mark(1, 'order-sensitive', 'error'), mark(1, 'undecided', 'warning'));
    expect(c.marks.map((m) => [m.sign, m.count, m.badge?.text])).toEqual([['order-sensitive', 3, '3']]);
    expect(c.marks[0]?.findings).toEqual(['f1-order-sensitive', 'f1-undecided', 'f1-benign']);
  });
  test('of stripes that are far enough apart stay alone', () => {
    expect(marked(mark(1, 'benign'), mark(2, 'benign')).marks.length).toBe(2);
  });
});

describe('levels of detail', () => {
  test.each([
    [138, 1, 'full'],
    [109, 1, 'full'],
    [138, 0.9, 'full'],
    [138, 0.8, 'totals'],
    [138, 0.43, 'spines'],
    [250, 0.3, 'totals'],
    [250, 2.5, 'full'],
  ] as const)('a card of %d at scale %d is %s', (width, scale, level) => {
    expect(detailLevel(width, scale)).toBe(level);
  });
  test('spines have no text but marks stay 12 pixels on the screen', () => {
    const zoom = levelZoom(0.4);
    const g = at(crowdedNode(), 863, { zoom });
    expect(g.level).toBe('spines');
    for (const c of g.cards) {
      expect(words(c)).toEqual([]);
      for (const m of c.marks) expect(m.radius * zoom * 2).toBeGreaterThanOrEqual(11.9);
    }
  });
  test('nothing moves when the level changes', () => {
    const places = (g: HookMapGeometry): unknown => g.cards.map((c) => [c.id, c.rect, c.stripes.map((s) => s.rect)]);
    const m = crowdedNode();
    for (const zoom of [0.9, 0.7, 0.4, 0.2]) expect(places(at(m, 863, { zoom }))).toEqual(places(at(m)));
  });
  test('nothing moves either when zooming in, until the cards open', () => {
    const places = (g: HookMapGeometry): unknown => g.cards.map((c) => [c.id, c.rect, c.stripes.map((s) => s.rect)]);
    const m = crowdedNode();
    for (const zoom of [1.5, 2]) expect(places(at(m, 863, { zoom }))).toEqual(places(at(m)));
    expect(places(at(m, 863, { zoom: 2.6 }))).not.toEqual(places(at(m)));
  });
  test('zooming a little asks for no new geometry, zooming far for few', () => {
    expect([1.49, 1.25, 1, 0.96].map((scale) => levelZoom(scale))).toEqual([1, 1, 1, 1]);
    expect(new Set(Array.from({ length: 100 }, (_, i) => levelZoom(1.5 + i * 0.065))).size).toBeLessThan(12);
    expect(new Set(Array.from({ length: 100 }, (_, i) => levelZoom(0.95 - i * 0.007))).size).toBeLessThan(20);
  });
});

// ------------------------------------------------------------------------------------------------------------------------ properties

function contains(outer: Rect, inner: Rect): boolean {
  const e = 0.11;
  return (
    inner.x >= outer.x - e &&
    inner.y >= outer.y - e &&
    inner.x + inner.width <= outer.x + outer.width + e &&
    inner.y + inner.height <= outer.y + outer.height + e
  );
}

function overlap(a: Rect, b: Rect): boolean {
  const e = 0.11;
  return a.x + e < b.x + b.width && b.x + e < a.x + a.width && a.y + e < b.y + b.height && b.y + e < a.y + a.height;
}

const owner = fc.constantFrom('calico', 'kube-proxy', 'docker', 'firewalld', 'other', 'barred', '__proto__');
const sign = fc.constantFrom('overruled', 'order-sensitive', 'mark-only', 'benign', 'undecided', 'mark-bits', 'nat');
const name = fc.oneof(
  fc.constantFrom('FORWARD', 'nat_PREROUTING', 'KUBE-SVC-ABCDEFGHIJKLMQLJ', '链', '😀'.repeat(40)),
  fc.string({ maxLength: 60 }),
);
const priority = fc.oneof(
  fc.constantFrom(-400, -300, -200, -150, -100, 0, 10, 50, 100, 150),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);

const anyCard = fc
  .record({
    name,
    priority,
    parts: fc.array(fc.tuple(owner, fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 200_000 })), {
      maxLength: 9,
    }),
    marks: fc.array(fc.tuple(fc.nat({ max: 9 }), sign, fc.constantFrom('error', 'warning', 'info')), { maxLength: 6 }),
    policy: fc.constantFrom('accept', 'drop'),
    legacy: fc.boolean(),
    dormant: fc.boolean(),
    device: fc.option(fc.string({ maxLength: 15 })),
  })
  .map(({ name, priority, parts, marks, ...more }) =>
    card(name, 'ip filter', priority, parts, {
      ...more,
      marks: marks.map(([boundary, kind, severity]) => mark(Math.min(boundary, parts.length), kind, severity)),
    }),
  );

const natCard = anyCard.map((c): CardModel => ({ ...c, nat: true, effectivePriority: -100 }));

const inOrder = (cards: readonly CardModel[]): CardModel[] =>
  [...cards].sort((a, b) => a.effectivePriority - b.effectivePriority || Number(a.nat) - Number(b.nat));

const anyModel = fc
  .record({
    family: fc.constantFrom('ip', 'ip6', 'bridge', 'arp'),
    prerouting: fc.array(fc.oneof(anyCard, natCard), { maxLength: 6 }),
    forward: fc.array(anyCard, { maxLength: 5 }),
    input: fc.array(anyCard, { maxLength: 5 }),
    ingress: fc.option(fc.array(anyCard, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  })
  .map(({ family, prerouting, forward, input, ingress }) =>
    family === 'arp'
      ? model('arp', { input: inOrder(input) })
      : model(family, {
          ...(ingress ? { ingress: inOrder(ingress) } : {}),
          prerouting: inOrder(prerouting),
          forward: inOrder(forward),
          input: inOrder(input),
        }),
  );

const anyView = fc.record({
  width: fc.integer({ min: 0, max: 3000 }),
  zoom: fc.constantFrom(1, levelZoom(0.9), levelZoom(0.7), levelZoom(0.4)),
  height: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
});

const lay = (m: HookMapModel, view: { width: number; zoom: number; height: number | undefined }): HookMapGeometry =>
  layoutHookMap(m, {
    width: view.width,
    zoom: view.zoom,
    look: exampleLook,
    ...(view.height === undefined ? {} : { height: view.height }),
  });

describe('whatever the model', () => {
  test('every card is drawn once, in its column and row, and none overlaps another', () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const g = lay(m, view);
        expect(g.cards.length).toBe(m.hooks.reduce((sum, hook) => sum + hook.cards.length, 0));
        for (const c of g.cards) {
          const column = g.columns.find((one) => one.hook === c.hook);
          expect([c.rect.x, c.rect.width]).toEqual([column?.x, column?.width]);
          const row = g.rows[c.row];
          if (!row) throw new Error('no row');
          expect(contains({ x: 0, y: row.y, width: g.width, height: row.height }, c.rect)).toBe(true);
          for (const stripe of c.stripes) expect(contains(c.rect, stripe.rect)).toBe(true);
        }
        g.cards.forEach((a, i) => {
          for (const b of g.cards.slice(i + 1)) expect(overlap(a.rect, b.rect)).toBe(false);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('the button of a card covers no other card and no stripe of its own stack; its centre is on its own title', () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const g = lay(m, view);
        for (const c of g.cards) {
          expect(c.hit.height).toBeGreaterThanOrEqual(22);
          const middle = c.hit.y + c.hit.height / 2;
          expect(middle).toBeGreaterThan(c.rect.y);
          expect(middle).toBeLessThan(c.rect.y + (c.single ? c.rect.height : c.line));
          for (const other of g.cards) if (other !== c) expect(overlap(c.hit, other.rect)).toBe(false);
          if (!c.single) for (const stripe of c.stripes) expect(overlap(c.hit, stripe.rect)).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('order in a column is the order of the model, rows are ordered and apart', () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const g = lay(m, view);
        for (const hook of m.hooks) {
          const drawn = g.cards.filter((c) => c.hook === hook.hook).sort((a, b) => a.rect.y - b.rect.y);
          expect(drawn.map((c) => c.chain)).toEqual(hook.cards.map((c) => c.chain));
        }
        g.rows.slice(1).forEach((row, i) => {
          const before = g.rows[i];
          if (!before) throw new Error('no row');
          expect(row.priority).toBeGreaterThanOrEqual(before.priority);
          expect(row.y).toBeGreaterThan(before.y + before.height);
        });
      }),
      { numRuns: 150 },
    );
  });

  test("marks are on their card's right edge, within it, apart, and their hit areas overlap no other mark's", () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const g = lay(m, view);
        for (const column of g.columns) {
          const cards = g.cards.filter((c) => c.hook === column.hook);
          for (const c of cards) {
            for (const one of c.marks) {
              expect(one.x).toBe(c.rect.x + c.rect.width);
              expect(one.y).toBeGreaterThanOrEqual(c.rect.y);
              expect(one.y).toBeLessThanOrEqual(c.rect.y + c.rect.height);
            }
            const ys = c.marks.map((one) => one.y).sort((a, b) => a - b);
            ys.slice(1).forEach((y, i) => {
              expect(y - (ys[i] as number)).toBeGreaterThanOrEqual(13.9);
            });
          }
          const hits = cards.flatMap((c) => c.marks.map((one) => one.hit));
          hits.forEach((a, i) => {
            for (const b of hits.slice(i + 1)) expect(overlap(a, b)).toBe(false);
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  test('no finding of a mark is lost by merging', () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const g = lay(m, view);
        for (const hook of m.hooks) {
          for (const c of hook.cards) {
            const drawn = new Set(g.cards.find((one) => one.chain === c.chain)?.marks.flatMap((one) => one.findings));
            expect(drawn).toEqual(new Set(c.marks.flatMap((one) => one.findings)));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('nothing is outside the canvas, and no text is drawn under 10 pixels', () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const g = lay(m, view);
        const canvas = { x: 0, y: 0, width: g.width, height: g.height };
        for (const rect of [...g.grounds, ...g.cards.map((c) => c.rect)]) expect(contains(canvas, rect)).toBe(true);
        for (const column of g.columns) expect(column.railBottom).toBeLessThanOrEqual(g.height);
        const texts = [
          ...g.metro.texts.filter((t) => t.role !== 'hook'),
          ...g.stations.flatMap((s) => s.text ?? []),
          ...g.cards.flatMap((c) => [
            ...c.texts,
            ...(c.title ? [c.title] : []),
            ...c.stripes.flatMap((s) => s.name ?? []),
          ]),
        ];
        for (const t of texts) {
          expect(Number.isFinite(t.x) && Number.isFinite(t.y)).toBe(true);
          expect(t.size * view.zoom).toBeGreaterThan(9.4);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('words stay inside their card', () => {
    const weight = { title: 650, segment: 500 } as const;
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        const measured = (t: string, size: number): number => t.length * size * 0.6;
        const g = layoutHookMap(m, { width: view.width, zoom: view.zoom, look: exampleLook, measure: measured });
        for (const c of g.cards) {
          const left = [c.title, ...c.texts, ...c.stripes.map((s) => s.name)].flatMap((t) => t ?? []);
          for (const t of left.filter(
            (one) => one.anchor === 'start' && one.role in { ...weight, table: 0, legacy: 0 },
          )) {
            const width = t.squeeze ?? measured(t.text, t.size);
            expect(t.x + width).toBeLessThanOrEqual(c.rect.x + c.rect.width + 0.2);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('the same model gives the same geometry', () => {
    fc.assert(
      fc.property(anyModel, anyView, (m, view) => {
        expect(lay(m, view)).toEqual(lay(m, view));
      }),
      { numRuns: 40 },
    );
  });
});

describe('small models, whole', () => {
  const outline = (g: HookMapGeometry): string[] => [
    `${g.width} x ${g.height} cards ${g.cardWidth}`,
    ...g.rows.map((r) => `row ${r.id} ${r.y} +${r.height} ${r.texts.map((t) => t.text).join(' | ')}`.trimEnd()),
    ...g.columns.map((c) => `${c.hook} x ${c.x} rail ${c.railX} ${c.railTop}-${c.railBottom}`),
    ...g.cards.map(
      (c) => `${c.hook} ${c.name} ${c.rect.x} ${c.rect.y} ${c.rect.width} x ${c.rect.height}: ${words(c).join(' ')}`,
    ),
  ];
  test('a router in plain nft', () => {
    expect(outline(at(nftRouter(), 1200))).toMatchSnapshot();
  });
  test('chains of devices, in columns of their own', () => {
    expect(outline(at(edgeNode(), 1400))).toMatchSnapshot();
  });
  test('a bridge', () => {
    expect(outline(at(bridgeNode()))).toMatchSnapshot();
  });
  test('nothing at all', () => {
    expect(outline(at(emptyNode()))).toMatchSnapshot();
  });
  test('the metro strip of the pictures', () => {
    expect(at(crowdedNode()).metro).toMatchSnapshot();
  });
});

describe('ingress and egress of devices', () => {
  test('stand beside the line that all packets take where there are several, on it where there is one', () => {
    const { metro, columns } = at(edgeNode(), 1400);
    const y = (id: string): number => metro.hooks.find((hook) => hook.id === id)?.y ?? Number.NaN;
    expect(y('ingress eth0')).toBe(y('input'));
    expect(y('egress eth0')).toBe(y('prerouting'));
    expect(columns.map(({ id }) => id).slice(0, 2)).toEqual(['ingress eth0', 'ingress eth1 wlan0 enp0s31f6.100']);
    expect(columns[0]?.railTop).toBe(y('ingress eth0'));
    const texts = metro.texts.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['ingress, by device', 'eth0', 'eth1 and 2 more', 'egress']));
  });

  test('are counted where there is no room for a name and how many more', () => {
    const texts = at(edgeNode(), 700).metro.texts.map(({ text }) => text);
    expect(texts).toContain('3 devices');
  });

  test('keep the name before the routing decision clear of it in the narrowest columns', () => {
    for (const width of [400, 560, 620, 702, 863]) {
      for (const node of [edgeNode(), crowdedNode()]) {
        const { metro } = at(node, width);
        const name = metro.texts.find(({ role, text }) => role === 'hook' && text === 'prerouting');
        if (!name || !metro.diamond) throw new Error('no name or no decision');
        expect(name.x + measureInter(name.text, name.size, 650)).toBeLessThanOrEqual(metro.diamond.x - 8);
      }
    }
  });

  test('have a card for a shared chain in each column, each with a name of its own', () => {
    const { cards } = at(edgeNode(), 1400);
    expect(cards.filter(({ name }) => name === 'guard').map(({ id, column }) => [id, column])).toEqual([
      ['c900', 'ingress eth0'],
      ['c900~2', 'ingress eth1 wlan0 enp0s31f6.100'],
    ]);
    const ids = cards.flatMap(({ id, stripes }) => [id, ...stripes.map((stripe) => stripe.id)]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(plainId('c900~2/s0')).toBe('c900/s0');
  });
});

test('the work grows with the stripes, not with their rules: 420 stripes measure few words', () => {
  const many = (rules: number): CardModel[] =>
    Array.from({ length: 12 }, (_, i) =>
      card(
        `chain${i}`,
        'ip filter',
        i * 7,
        Array.from({ length: 7 }, (_, j) => [j % 2 ? 'calico' : 'docker', rules, 20] as const),
      ),
    );
  const calls = (rules: number): number => {
    let count = 0;
    const m = model('ip', {
      prerouting: many(rules),
      forward: many(rules),
      input: many(rules),
      output: many(rules),
      postrouting: many(rules),
    });
    const measure = (text: string, size: number): number => {
      count++;
      return text.length * size * 0.6;
    };
    layoutHookMap(m, { width: 1000, look: exampleLook, measure });
    return count;
  };
  expect(calls(1)).toBeLessThan(420 * 12);
  expect(calls(20_000)).toBeLessThan(420 * 12);
});

test.each(Object.keys(EXAMPLES))('example %s is laid out at every size', (key) => {
  for (const width of [320, 702, 863, 1600, 3000])
    expect(at(EXAMPLES[key]?.() ?? emptyNode(), width).columns.length).toBeGreaterThan(1);
});
