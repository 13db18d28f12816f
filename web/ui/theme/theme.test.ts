import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import tokens from './tokens.json' with { type: 'json' };

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');
type Theme = keyof typeof tokens.themes;
const THEMES: readonly Theme[] = ['light', 'dark'];

/** Custom properties of the first rule whose selector line is `selector`. */
function properties(selector: string): Map<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`theme.css has no rule ${selector}`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] as string, (m[2] as string).trim()]));
}

const rules: Readonly<Record<Theme, Map<string, string>>> = {
  light: properties(':root'),
  dark: properties(':root[data-theme="dark"]'),
};

/** WCAG 2 relative luminance of `#rrggbb`. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test('contrast is WCAG 2: black on white is 21', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#FFFFFF')).toBeCloseTo(4.48, 2);
});

describe.each(THEMES)('theme.css follows tokens.json: %s', (theme) => {
  const { neutral, severity, owner } = tokens.themes[theme];
  const css = rules[theme];
  test('neutrals and severities', () => {
    for (const [name, value] of Object.entries(neutral))
      expect([name, css.get(name)]).toEqual([name, value.toLowerCase()]);
    for (const name of ['error', 'error-tint', 'warning', 'warning-tint', 'info'] as const) {
      expect([name, css.get(name)]).toEqual([name, severity[name].toLowerCase()]);
    }
    expect(css.get('on-severity')).toBe(severity.on.toLowerCase());
  });
  test.each(Object.entries(owner))('owner %s', (slot, value) => {
    expect(css.get(`owner-${slot}-fill`)).toBe(value.fill.toLowerCase());
    expect(css.get(`owner-${slot}-tint`)).toBe(value.tint.toLowerCase());
    expect(css.get(`owner-${slot}-on`)).toBe(value.on.toLowerCase());
  });
});

test('the dark theme of the system is the dark theme that one chooses', () => {
  const start = css.indexOf('@media (prefers-color-scheme: dark)');
  const body = css.slice(start, css.indexOf('\n}\n', start));
  const system = new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2]]));
  expect(system).toEqual(rules.dark);
  expect(system.size).toBeGreaterThan(50);
});

describe.each(THEMES)('more contrast: %s', (theme) => {
  const start = css.indexOf(
    `{`,
    css.indexOf(theme === 'light' ? '  :root:root {' : '  :root:root:root[data-theme="dark"]'),
  );
  const body = css.slice(start, css.indexOf('}', start));
  const more = new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] as string, m[2] as string]));
  const of = (name: string): string => more.get(name) ?? rules[theme].get(name) ?? '';
  test.each(['canvas', 'surface', 'sunk'])('on %s text has 7:1, lines 3:1', (ground) => {
    for (const text of ['ink', 'ink-2', 'ink-3', 'error', 'warning', 'info'])
      expect([text, contrast(of(text), of(ground)) >= 7]).toEqual([text, true]);
    for (const line of ['line', 'line-2', 'graph'])
      expect([line, contrast(of(line), of(ground)) >= 3]).toEqual([line, true]);
  });
});

test('whoever has a dark system and asks for more contrast gets what the chosen dark theme gives', () => {
  const bodies = [
    ...css.matchAll(/:root:root:root(?:\[data-theme="dark"\]|:not\(\[data-theme="light"\]\)) \{([^}]*)\}/g),
  ];
  expect(bodies.length).toBe(2);
  expect(bodies[0]?.[1]).toBe(bodies[1]?.[1]);
});

test('radii and sizes follow tokens.json', () => {
  const root = rules.light;
  for (const [name, value] of Object.entries(tokens.radius)) expect(root.get(`radius-${name}`)).toBe(`${value}px`);
  for (const name of ['topbar', 'footer', 'control', 'hit'] as const)
    expect(root.get(name)).toBe(`${tokens.size[name]}px`);
  expect(root.get('fast')).toBe(`${tokens.motion.fast}ms`);
});

test('every type token has a class with its size, line and weight', () => {
  const base = readFileSync(new URL('./base.css', import.meta.url), 'utf8');
  for (const [name, { size, line, weight }] of Object.entries(tokens.type)) {
    // Slides are drawn, not laid out as a page.
    if (name === 'slide-title') continue;
    const rule = base.slice(base.indexOf(`.t-${name} {\n  font:`));
    expect(rule.slice(0, rule.indexOf('}'))).toContain(`${weight} ${size}px / ${line}px`);
  }
});

describe.each(THEMES)('contrast promises of the visual language: %s', (theme) => {
  const { neutral, severity, owner } = tokens.themes[theme];
  const grounds = [neutral.canvas, neutral.surface, neutral.sunk, neutral.hover];
  const tints = Object.values(owner).map((one) => one.tint);

  test.each(['ink', 'ink-2', 'ink-3'] as const)('%s is at least 4.5:1 on every neutral', (name) => {
    for (const ground of grounds) expect(contrast(neutral[name], ground)).toBeGreaterThanOrEqual(4.5);
  });
  test('ink and ink-2, which is what stripes are written in, are at least 4.5:1 on every owner tint', () => {
    for (const tint of tints) {
      expect(contrast(neutral.ink, tint)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(neutral['ink-2'], tint)).toBeGreaterThanOrEqual(4.5);
    }
  });
  test('error and warning are readable as words', () => {
    for (const ground of [...grounds, severity['error-tint'], severity['warning-tint']]) {
      expect(contrast(severity.error, ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(severity.warning, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });
  test.each(Object.entries(owner))('%s: initials on the fill, fill on the grounds', (_slot, { fill, on }) => {
    expect(contrast(on, fill)).toBeGreaterThanOrEqual(4.5);
    for (const ground of [neutral.canvas, neutral.surface, neutral.sunk]) {
      expect(contrast(fill, ground)).toBeGreaterThanOrEqual(3);
    }
  });
  test('marks on owner tints, and signs in filled marks', () => {
    for (const tint of tints) {
      expect(contrast(severity.error, tint)).toBeGreaterThanOrEqual(3);
      expect(contrast(severity.warning, tint)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(severity.on, severity.error)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(severity.on, severity.warning)).toBeGreaterThanOrEqual(4.5);
  });
  test('metro lines and counter bars are at least 3:1 on canvas and surface', () => {
    expect(contrast(neutral.graph, neutral.canvas)).toBeGreaterThanOrEqual(3);
    expect(contrast(neutral.graph, neutral.surface)).toBeGreaterThanOrEqual(3);
  });
});

const FONTS = readFileSync(new URL('./fonts.css', import.meta.url), 'utf8');

test('fonts are bundled files', () => {
  const urls = [...FONTS.matchAll(/url\("([^"]+)"\)/g)].map((m) => m[1] as string);
  expect(urls.length).toBe(4);
  for (const url of urls) expect(url).toMatch(/^(@fontsource-variable\/[\w-]+\/files\/[\w-]+|\.\/symbols)\.woff2$/);
});

test('the fonts have every sign that the page writes', () => {
  const ranges = [...FONTS.matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/g)].map(([, from = '', to = from]) => ({
    from: Number.parseInt(from, 16),
    to: Number.parseInt(to, 16),
  }));
  const has = (sign: string): boolean =>
    ranges.some(({ from, to }) => from <= sign.charCodeAt(0) && sign.charCodeAt(0) <= to);
  const web = new URL('../../', import.meta.url);
  const missing = ['ui', 'layout', 'render', 'packet'].flatMap((folder) =>
    readdirSync(new URL(folder, web), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(tsx?|css)$/.test(name) && !name.includes('.test.'))
      .flatMap((name) => [...readFileSync(new URL(`${folder}/${name}`, web), 'utf8').matchAll(/[\u0100-\uffff]/g)])
      .map(([sign]) => sign)
      .filter((sign) => !has(sign)),
  );
  expect([...new Set(missing)]).toEqual([]);
});
