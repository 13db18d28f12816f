import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateKubeProxy } from '../bench/generate.ts';
import { fromBase64, toBase64Url } from './base64.ts';
import { compress, decompress } from './codec.ts';
import { isHopeless, linkFit } from './fit.ts';
import { decodeLink, encodeLink, encodeLinkInSteps, encodeShellLink } from './link.ts';
import type { Note } from './notes.ts';
import type { LinkAddress, LinkSelection, ViewState } from './view-state.ts';

const DUMP = `*filter
:INPUT ACCEPT [5:300]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [7:420]
[5:300] -A INPUT -i lo -m comment --comment "?>~~ loop" -j ACCEPT
COMMIT
`;

/** Made with `gzip -9 | base64 -w0 | tr '/+' '_-'` of gzip 1.12 and coreutils 9.1. Never change it: old links open for ever. */
const SHELL_LINK =
  '#v1.gz.H4sIAAAAAAACA9NKy8wpSS3isvL0CwgNUXB0dnYNCFGINrUyNjCI5bJy8w8KdwxyUXAJ8g9QiDawAon5h4YgKzW3MjECCkO1KOg6KkCM0s1UyMlX0M1VSM7PzU3NK1HQ1YWxlOzt6uqAsvkFSgq6WVCTuJz9fX09Q7gAkzOcNZIAAAA=';

const text = fc.string({ unit: 'binary', maxLength: 400 });
const name = fc.option(fc.string({ unit: 'binary', maxLength: 30 }), { nil: null });
const documents = fc.array(fc.record({ name, text }), { minLength: 1, maxLength: 5 });
const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

const where = {
  family: fc.constantFrom('ip', 'ip6', 'inet', 'bridge', 'arp', 'netdev' as const),
  backend: fc.constantFrom('nft', 'iptables-nft', 'iptables-legacy', 'iptables' as const),
  table: word,
};
const chainAddress = fc.record({ ...where, chain: word }) as fc.Arbitrary<LinkAddress>;
const ruleAddress = fc.record({
  ...where,
  chain: word,
  rule: fc.integer({ min: 1, max: 200_000 }),
}) as fc.Arbitrary<LinkAddress>;
const setAddress = fc.record({ ...where, set: word }) as fc.Arbitrary<LinkAddress>;
const selection = fc.oneof(
  fc.record({ kind: fc.constant('chain' as const), address: chainAddress }),
  fc.record({ kind: fc.constant('rule' as const), address: ruleAddress }),
  fc.record({ kind: fc.constant('set' as const), address: setAddress }),
  fc.record({ kind: fc.constant('segment' as const), address: chainAddress, segment: fc.nat(50) }),
  fc.record({ kind: fc.constantFrom('owner' as const, 'finding' as const), id: word }),
) as fc.Arbitrary<LinkSelection>;
const view = fc.record(
  {
    view: fc.constantFrom('hooks', 'chain', 'source', 'findings' as const),
    family: fc.constantFrom('ip', 'ip6', 'bridge', 'arp' as const),
    selection,
    dimmed: fc.array(word, { minLength: 1, maxLength: 4 }),
    chain: chainAddress,
    active: fc.integer({ min: 1, max: 9 }),
    node: fc.nat(9),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ViewState>;

const notes = fc.array(
  fc.record({
    on: fc.oneof(
      fc.record({ kind: fc.constant('rule' as const), address: ruleAddress, line: text }),
      fc.record({ kind: fc.constant('finding' as const), id: word }),
    ),
    text: text.map((one) => one.replace(/(?![\n\t\u200d])[\p{Cc}\p{Cf}]/gu, '')),
    highlight: fc.boolean(),
  }),
  { maxLength: 3 },
) as fc.Arbitrary<readonly Note[]>;

function opened(link: string) {
  const result = decodeLink(link);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result;
}

function code(link: string): string {
  const result = decodeLink(link);
  return result.ok ? 'opened' : result.error.code;
}

describe('round trip', () => {
  test('any documents, any view and any notes come back, by every codec', () => {
    fc.assert(
      fc.property(
        documents,
        view,
        notes,
        fc.constantFrom('gz' as const, 'dr' as const),
        (docs, state, written, codec) => {
          const result = opened(encodeLink(docs, state, { codec, notes: written }));
          expect(result).toEqual({ ok: true, documents: docs, view: state, notes: written, warnings: [] });
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(documents, view, notes, (docs, state, written) => {
        const result = opened(encodeLink(docs, state, { notes: written }));
        expect(result).toEqual({ ok: true, documents: docs, view: state, notes: written, warnings: [] });
      }),
      { numRuns: 12 },
    );
  });

  test('any documents and any view come back from a link for the shell', () => {
    fc.assert(
      fc.property(documents, view, (docs, state) => {
        const result = opened(encodeShellLink(docs, state));
        expect(result).toEqual({ ok: true, documents: docs, view: state, notes: [], warnings: [] });
      }),
      { numRuns: 200 },
    );
  });

  test('a key behind the data counts more than the view inside', () => {
    expect(
      opened(`${encodeLink([{ name: 'a', text: DUMP }], { view: 'chain', family: 'ip6' })}&view=cost`).view,
    ).toEqual({
      view: 'cost',
      family: 'ip6',
    });
  });

  test('no document at all', () => {
    expect(opened(encodeLink([])).documents).toEqual([]);
  });

  test('a name that no tab can show is cut', () => {
    for (const link of [encodeLink, encodeShellLink]) {
      const { documents } = opened(link([{ name: '🔥'.repeat(100_000), text: 'a' }]));
      expect([...(documents[0]?.name ?? '')]).toHaveLength(200);
    }
  });

  test('a text that looks like the container is not taken for one', () => {
    const docs = [{ name: 'x', text: 'nfscope-workspace 1\n{"documents":[]}\n' }];
    expect(opened(encodeLink(docs)).documents).toEqual(docs);
  });

  test('the same input gives the same link', () => {
    const docs = [{ name: 'node-a.save', text: DUMP }];
    expect(encodeLink(docs, { view: 'chain' })).toBe(encodeLink(docs, { view: 'chain' }));
  });

  test('a link has only characters that survive in addresses', () => {
    fc.assert(
      fc.property(documents, view, (docs, state) => {
        expect(encodeShellLink(docs, state)).toMatch(/^#[A-Za-z0-9._~&=/,%@-]*$/);
        expect(encodeLink(docs, state, { codec: 'dr' })).toMatch(/^#v2\.dr\.[A-Za-z0-9_-]*$/);
      }),
    );
  });

  test('a megabyte of rules, in many pieces', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, i) => `-A KUBE-SVC-${i} -d 10.${i % 256}.0.1/32 -j KUBE-SEP-${i * 7}\n`,
    ).join('');
    expect(opened(encodeLink([{ name: null, text: many }], {}, { codec: 'gz' })).documents[0]?.text).toBe(many);
  });
});

describe('links made without nfscope', () => {
  test('the stored link of the shell line opens', () => {
    expect(opened(SHELL_LINK)).toMatchObject({ documents: [{ name: null, text: DUMP }], view: {}, warnings: [] });
  });

  test('every level of zlib’s gzip and raw deflate, both alphabets, with and without padding', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 9 }), fc.boolean(), fc.boolean(), (dump, level, url, raw) => {
        const packed = raw ? deflateRawSync(dump, { level }) : gzipSync(dump, { level });
        const data = packed.toString(url ? 'base64url' : 'base64');
        expect(opened(`#v1.${raw ? 'dr' : 'gz'}.${data}`).documents).toEqual([
          dump.startsWith('nfscope-workspace') ? expect.anything() : { name: null, text: dump },
        ]);
      }),
    );
  });

  test('percent-encoded padding, wrapped lines, a whole address', () => {
    const link = `https://example.org/nfscope/${SHELL_LINK.replace(/=$/, '%3D').replace('AAACA9', 'AAAC\n A9')}&view=chain`;
    expect(opened(link)).toMatchObject({ documents: [{ text: DUMP }], view: { view: 'chain' } });
  });

  test('what nfscope writes, gunzip reads', () => {
    const data = encodeShellLink([{ name: 'a', text: DUMP }])
      .slice('#v1.gz.'.length)
      .replace(/&.*/, '');
    expect(gunzipSync(Buffer.from(data, 'base64url')).toString()).toBe(DUMP);
  });

  test('text that is not UTF-8 is read leniently', () => {
    const link = `#v1.gz.${gzipSync(Buffer.from([0x2a, 0xff, 0x0a])).toString('base64url')}`;
    expect(opened(link).documents[0]?.text).toBe('*\uFFFD\n');
  });
});

describe('broken links', () => {
  const good = encodeShellLink([{ name: 'a', text: DUMP.repeat(40) }]);
  const container = (content: string): string => `#v1.gz.${gzipSync(content).toString('base64url')}`;
  const cases: readonly [string, string, string][] = [
    ['something else', '#top', 'not-a-link'],
    ['nothing', '', 'not-a-link'],
    ['a version to come', good.replace('v1', 'v7'), 'unknown-version'],
    ['version 0', good.replace('v1', 'v0'), 'unknown-version'],
    ['a codec that is not there', good.replace('.gz.', '.zstd.'), 'unknown-codec'],
    ['no codec', '#v1.', 'unknown-codec'],
    ['codec alone', '#v1.gz', 'no-data'],
    ['no data', '#v1.gz.', 'no-data'],
    ['no data, but a view', '#v1.gz.&view=chain', 'no-data'],
    ['not base64', good.replace('gz.H4sI', 'gz.H4$I'), 'not-base64'],
    ['characters after the padding', `${SHELL_LINK}AAAA`, 'not-base64'],
    ['cut in the middle', good.slice(0, good.length >> 1), 'truncated'],
    ['deflate under the name gz', good.replace('gz.H4sI', 'gz.AAAA'), 'damaged'],
    ['gzip under the name dr', good.replace('.gz.', '.dr.'), 'damaged'],
    ['a container of the future', container('nfscope-workspace 9\n{}\n'), 'bad-container'],
    [
      'a container of more dumps than there are tabs for',
      container(`nfscope-workspace 1\n{"documents":[${Array(1001).fill('{"name":"a","bytes":0}').join()}]}\n`),
      'bad-container',
    ],
    ['a container without list', container('nfscope-workspace 1\n{}\n'), 'bad-container'],
    [
      'a container that promises more',
      container('nfscope-workspace 1\n{"documents":[{"name":"a","bytes":9}]}\nabc'),
      'bad-container',
    ],
    [
      'a container that has more',
      container('nfscope-workspace 1\n{"documents":[{"name":"a","bytes":1}]}\nabc'),
      'bad-container',
    ],
    [
      'a negative length',
      container('nfscope-workspace 1\n{"documents":[{"name":"a","bytes":-1}]}\nabc'),
      'bad-container',
    ],
    ['a container that is cut', container('nfscope-workspace 1'), 'bad-container'],
  ];
  test.each(cases)('%s', (_name, link, expected) => {
    expect(code(link)).toBe(expected);
  });

  test('every cut is noticed: never half a dump, never an exception', () => {
    const data = good.replace(/&.*/, '');
    for (let end = 1; end < data.length; end++) {
      expect(['truncated', 'damaged', 'no-data', 'unknown-codec', 'not-a-link']).toContain(code(data.slice(0, end)));
    }
  });

  test('every changed character is noticed or makes no difference', () => {
    const start = good.indexOf('.gz.') + 4;
    const end = good.indexOf('&');
    fc.assert(
      fc.property(fc.integer({ min: start, max: end - 1 }), fc.constantFrom(...'AZaz09-_'), (at, letter) => {
        const result = decodeLink(good.slice(0, at) + letter + good.slice(at + 1));
        if (result.ok) expect(result.documents[0]?.text).toBe(DUMP.repeat(40));
        else expect(['truncated', 'damaged', 'not-base64']).toContain(result.error.code);
      }),
    );
  });

  test('a bomb is refused before it is held', () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024)).toString('base64url');
    expect(code(`#v1.gz.${bomb}`)).toBe('too-big');
  });

  test('the cap is exact', () => {
    const bytes = new Uint8Array(5000).fill(65);
    const packed = run(compress('dr', bytes));
    expect(run(decompress('dr', packed, 5000))).toEqual(bytes);
    expect(() => run(decompress('dr', packed, 4999))).toThrow(/unpacks to more/);
  });

  test('a view that is not understood is left out with a warning; unknown keys are skipped', () => {
    const result = opened(
      `${SHELL_LINK}&view=flowers&family=ip6&sel=rule/nft/ip/filter&chain=%&dim=a,,b&doc=x&node=-1&later=1&`,
    );
    expect(result.documents[0]?.text).toBe(DUMP);
    expect(result.view).toEqual({ family: 'ip6' });
    expect(result.warnings).toHaveLength(6);
  });

  test('any text at all gives a result', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', '#', '#v1.', '#v1.gz.', '#v1.dr.'),
        (rest, head) => {
          const result = decodeLink(head + rest);
          if (!result.ok) expect(result.error.message.length).toBeGreaterThan(10);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('base64', () => {
  test('is what Node writes and reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
      }),
    );
  });
});

test.each([
  [0, 'chat'],
  [2_000, 'chat'],
  [2_001, 'address-bar'],
  [32_000, 'address-bar'],
  [32_001, 'click'],
  [1_000_000, 'click'],
  [1_000_001, 'nowhere'],
])('a link of %d characters fits %s', (length, fit) => {
  expect(linkFit(length)).toBe(fit);
});

describe('how long a link gets is told', () => {
  test.each([
    ['while it is packed', 60, 1],
    ['before it is packed, where that would take long', 2000, 0],
  ])('%s', (_when, services, least) => {
    const text = generateKubeProxy({ services, endpoints: 4, format: 'iptables', counters: true });
    const steps = encodeLinkInSteps([{ name: 'node.save', text }]);
    const told: number[] = [];
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      expect(step.value.fraction).toBeLessThanOrEqual(1);
      if (step.value.length !== null) told.push(step.value.length);
      if (told.length === 1) expect(step.value.fraction).toBeGreaterThanOrEqual(least * 0.1);
    }
    const { length } = step.value;
    // The first estimate is what the user reads, and what decides whether to go on: fit.ts allows for a quarter.
    expect(told[0]).toBeGreaterThan(length * 0.8);
    expect(told[0]).toBeLessThan(length * 1.33);
    expect(told.at(-1)).toBeGreaterThan(length * 0.9);
  });

  test('only what surely is too long is given up', () => {
    expect(isHopeless(1_300_000)).toBe(false);
    expect(isHopeless(1_400_000)).toBe(true);
  });
});

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
