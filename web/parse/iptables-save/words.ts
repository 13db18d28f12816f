/**
 * Words of one rule line: separated by blanks, with double quotes and backslash escapes inside them.
 * Follows iptables-restore(8): iptables/xshared.c, add_param_to_argv() (a backslash escapes inside double quotes only).
 */

export interface Word {
  /** Without its quotes and escapes. */
  readonly text: string;
  readonly start: number;
  /** After the closing quote. */
  readonly end: number;
  /** A quoted word is a value, never an option. */
  readonly quoted: boolean;
}

const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The end of the word that starts at `start`: after its last character, quotes included. O(word). */
export function wordEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === TAB) return at;
    at = code === QUOTE ? quoteEnd(text, at, end) : at + 1;
  }
  return end;
}

/** After the quote that closes the one at `start`; `end` where none does. */
export function quoteEnd(text: string, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return end;
}

function unquote(text: string, start: number, end: number): string {
  let plain = '';
  let copied = start;
  let inside = false;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      plain += text.slice(copied, at);
      copied = at + 1;
      inside = !inside;
    } else if (code === BACKSLASH && inside && at + 1 < end) {
      plain += text.slice(copied, at);
      copied = at + 1;
      at++;
    }
  }
  return plain + text.slice(copied, end);
}

/** The value of the word `[start, end)`. Cost: a slice of the text where there is nothing to unescape. */
export function wordText(text: string, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== QUOTE) continue;
    if (at === start && text.charCodeAt(end - 1) === QUOTE && end - start >= 2) {
      let plain = true;
      for (let inner = start + 1; inner < end - 1; inner++) {
        const c = text.charCodeAt(inner);
        if (c === BACKSLASH || c === QUOTE) {
          plain = false;
          break;
        }
      }
      if (plain) return text.slice(start + 1, end - 1);
    }
    return unquote(text, start, end);
  }
  return text.slice(start, end);
}

const EN_DASH = 0x2013;

/** Word processors make a dash of two hyphens: an option is meant (text/characters.ts tells it). */
function optionText(text: string, start: number, end: number): string {
  const read = wordText(text, start, end);
  return text.charCodeAt(start) === EN_DASH && /^.[a-z]/.test(read) ? `--${read.slice(1)}` : read;
}

/** All words of `[start, end)`. */
export function splitWords(text: string, start: number, end: number): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    if (isBlank(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const stop = wordEnd(text, at, end);
    words.push({ text: optionText(text, at, stop), start: at, end: stop, quoted: text.charCodeAt(at) === QUOTE });
    at = stop;
  }
  return words;
}

/** One option of an extension with its arguments: `! --dport 80`. */
export interface OptionWords {
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  readonly start: number;
  readonly end: number;
}

function isOptionName(word: Word | undefined): boolean {
  if (word === undefined || word.quoted || word.text.length < 3) return false;
  return word.text.charCodeAt(0) === 0x2d && word.text.charCodeAt(1) === 0x2d;
}

/** Options whose argument is any text, even one that looks like an option. */
const TEXT_OPTIONS: ReadonlySet<string> = new Set([
  '--comment',
  '--log-prefix',
  '--nflog-prefix',
  '--ulog-prefix',
  '--string',
  '--hex-string',
  '--name',
]);

export function takesText(option: string): boolean {
  return TEXT_OPTIONS.has(option);
}

/**
 * Groups words into options. `--dport ! 80`, the negation of iptables before 1.4.3, reads as `! --dport 80`. Null where a word belongs
 * to no option.
 */
export function groupOptions(words: readonly Word[], from: number): OptionWords[] | null {
  const options: OptionWords[] = [];
  let at = from;
  while (at < words.length) {
    const first = words[at] as Word;
    let negated = first.text === '!' && !first.quoted;
    const name = (negated ? words[at + 1] : first) as Word;
    if (!isOptionName(name)) return null;
    at += negated ? 2 : 1;
    const args: string[] = [];
    let last = name;
    let word = words[at];
    if (word && word.text === '!' && !word.quoted && !isOptionName(words[at + 1])) {
      negated = !negated;
      word = words[++at];
    }
    for (; word; word = words[++at]) {
      const forced = args.length === 0 && TEXT_OPTIONS.has(name.text);
      if (!forced && (isOptionName(word) || (word.text === '!' && !word.quoted))) break;
      args.push(word.text);
      last = word;
    }
    // `--dport=80`, which getopt_long(3) takes too.
    const equals = args.length === 0 ? name.text.indexOf('=') : -1;
    if (equals > 0) args.push(name.text.slice(equals + 1));
    const option = equals > 0 ? name.text.slice(0, equals) : name.text;
    options.push({ name: option, negated, args, start: first.start, end: last.end });
  }
  return options;
}
