/** Repeatable random numbers and the templates of xt-grammar.ts. */

/** A number of [0, 1). */
export type Random = () => number;

/** mulberry32: the same seed gives the same numbers. */
export function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** A text of `template`; `named` gives the template of a `{name}`, or undefined where the braces hold alternatives. */
export function expand(template: string, random: Random, named: (name: string) => string | undefined): string {
  let text = '';
  for (let at = 0; at < template.length; ) {
    const character = template[at] as string;
    if (character === '\\' && /[[\]{}|]/.test(template[at + 1] ?? '')) {
      text += template[at + 1];
      at += 2;
    } else if (character === '"') {
      const end = quoteEnd(template, at);
      text += template.slice(at, end);
      at = end;
    } else if (character === '{' || character === '[') {
      const end = closing(template, at);
      const inner = template.slice(at + 1, end);
      if (character === '{') text += chosen(inner, random, named);
      else if (random() < 0.5) text += expand(inner, random, named);
      at = end + 1;
    } else {
      text += character;
      at++;
    }
  }
  return text;
}

function chosen(inner: string, random: Random, named: (name: string) => string | undefined): string {
  if (inner === '!') return random() < 0.33 ? '! ' : '';
  const template = named(inner);
  if (template !== undefined) return expand(template, random, named);
  const numbers = /^(\d+)\.\.(\d+)$/.exec(inner);
  if (numbers) return String(numberBetween(Number(numbers[1]), Number(numbers[2]), random));
  return expand(pick(random, alternatives(inner)), random, named);
}

function numberBetween(from: number, to: number, random: Random): number {
  const where = random();
  if (where < 0.1) return from;
  if (where < 0.2) return to;
  return from + Math.floor(random() * (to - from + 1));
}

/** The parts between `|` that are in no quotes, braces or brackets. */
function alternatives(inner: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at <= inner.length; ) {
    const character = inner[at];
    if (character === '|' || character === undefined) {
      parts.push(inner.slice(start, at));
      start = ++at;
    } else at = after(inner, at);
  }
  return parts;
}

/** The position after the character, quoted text or group at `at`. */
function after(text: string, at: number): number {
  const character = text[at];
  if (character === '\\') return at + 2;
  if (character === '"') return quoteEnd(text, at);
  return character === '{' || character === '[' ? closing(text, at) + 1 : at + 1;
}

/** Where the group that opens at `open` closes. */
function closing(text: string, open: number): number {
  const close = text[open] === '{' ? '}' : ']';
  for (let at = open + 1; at < text.length; at = after(text, at)) if (text[at] === close) return at;
  throw new Error(`a group is not closed: ${text.slice(open)}`);
}

function quoteEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  throw new Error(`a quote is not closed: ${text.slice(open)}`);
}
