/**
 * Readings of matches that have a language of their own: u32, bpf, string, cluster. Follows libxt_u32.c, libxt_bpf.c, libxt_string.c,
 * libxt_cluster.c.
 */
import type { BpfReading, ClusterReading, StringReading, U32Reading, U32Test } from '../../../model/xt-reading.ts';
import { parseNumber } from '../codecs.ts';
import type { OptionWords } from '../words.ts';

/** libxt_u32.c takes no more of each. */
const MOST_TESTS = 10;

/** `0x6&0xff=0x1&&0x4&0x1fff=0x0,5:7`. */
export function readU32(options: readonly OptionWords[]): U32Reading | null {
  const [one, ...more] = options;
  if (one?.name !== '--u32' || one.args.length !== 1 || more.length > 0) return null;
  const tests: U32Test[] = [];
  for (const part of (one.args[0] as string).replace(/\s+/g, '').split('&&')) {
    const test = u32Test(part);
    if (!test || tests.length === MOST_TESTS) return null;
    tests.push(test);
  }
  return { kind: 'u32', negated: one.negated, tests };
}

function u32Test(text: string): U32Test | null {
  const [location = '', list, ...more] = text.split('=');
  const words = /^(\w+)((?:(?:&|<<|>>|@)\w+)*)$/.exec(location);
  const offset = parseNumber(words?.[1] ?? '');
  if (!words || offset < 0 || list === undefined || more.length > 0) return null;
  const steps: U32Test['steps'][number][] = [];
  for (const [, op = '', number = ''] of (words[2] ?? '').matchAll(/(&|<<|>>|@)(\w+)/g)) {
    const parsed = parseNumber(number);
    if (parsed < 0) return null;
    steps.push({ op: op as U32Test['steps'][number]['op'], number: parsed });
  }
  const ranges: [number, number][] = [];
  for (const part of list.split(',')) {
    const [from = '', to = from, ...rest] = part.split(':');
    const ends: [number, number] = [parseNumber(from), parseNumber(to)];
    if (ends.includes(-1) || rest.length > 0) return null;
    ranges.push(ends);
  }
  return { offset, steps, ranges };
}

/** `COUNT,CODE JT JF K,...`. An object that is pinned somewhere is a state of the node: no reading. */
export function readBpf(options: readonly OptionWords[]): BpfReading | null {
  const [one, ...more] = options;
  if (one?.name !== '--bytecode' || one.negated || one.args.length !== 1 || more.length > 0) return null;
  const [count, ...lines] = (one.args[0] as string).split(',');
  const program: BpfReading['program'][number][] = [];
  for (const line of lines) {
    const numbers = /^\s*(\d{1,5}) (\d{1,3}) (\d{1,3}) (\d{1,10})\s*$/.exec(line)?.slice(1).map(Number);
    if (!numbers) return null;
    const [code = 0, jt = 0, jf = 0, k = 0] = numbers;
    program.push({ code, jt, jf, k });
  }
  return program.length > 0 && Number(count) === program.length ? { kind: 'bpf', program } : null;
}

/** Without a byte to search for, there is no reading. `--algo` says how, not what. */
export function readString(options: readonly OptionWords[]): StringReading | null {
  const found = new Map(options.map((each) => [each.name, each]));
  const known = ['--string', '--hex-string', '--algo', '--from', '--to', '--icase'];
  if (found.size < options.length || options.some(({ name }) => !known.includes(name))) return null;
  const plain = found.get('--string');
  const written = plain ?? found.get('--hex-string');
  const text = written?.args.length === 1 ? (written.args[0] as string) : null;
  const pattern = text === null ? null : plain ? utf8Bytes(text) : hexBytes(text);
  const from = parseNumber(found.get('--from')?.args[0] ?? '0', 0xffff);
  const to = parseNumber(found.get('--to')?.args[0] ?? '65535', 0xffff);
  if (!written || !pattern || pattern.length === 0 || from < 0 || to < 0) return null;
  return {
    kind: 'string',
    negated: written.negated,
    pattern,
    from,
    to: to === 0xffff ? null : to,
    ignoreCase: found.has('--icase'),
  };
}

/** `|03|www|0d 0a|`: bytes in hexadecimal between bars, others as they are; a backslash keeps the next one. */
function hexBytes(text: string): number[] | null {
  const bytes: number[] = [];
  for (const [i, part] of text.split('|').entries()) {
    if (i % 2 === 0) bytes.push(...utf8Bytes(part.replace(/\\(.)/g, '$1')));
    else {
      const digits = part.replace(/\s+/g, '');
      if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return null;
      for (let at = 0; at < digits.length; at += 2) bytes.push(Number.parseInt(digits.slice(at, at + 2), 16));
    }
  }
  return bytes;
}

/** By hand, as the core has no TextEncoder. Half of a surrogate pair gives U+FFFD. */
function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const encoded = encodeURIComponent(/^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character);
    if (encoded.length === 1) bytes.push(character.charCodeAt(0));
    else for (const byte of encoded.slice(1).split('%')) bytes.push(Number.parseInt(byte, 16));
  }
  return bytes;
}

/** `--cluster-local-node N` is the bit N - 1 of `--cluster-local-nodemask`. */
export function readCluster(options: readonly OptionWords[]): ClusterReading | null {
  const found = new Map(options.map((each) => [each.name.replace(/^--cluster-/, ''), each]));
  const number = (name: string) => parseNumber(found.get(name)?.args[0] ?? '');
  const chosen = found.get('local-node') ?? found.get('local-nodemask');
  const node = number('local-node');
  const nodes = node > 0 && node <= 32 ? 2 ** (node - 1) : number('local-nodemask');
  const [total, seed] = [number('total-nodes'), number('hash-seed')];
  if (found.size !== 3 || options.length !== 3 || !chosen || nodes < 0 || total < 1 || seed < 0) return null;
  return { kind: 'cluster', negated: chosen.negated, total, nodes, seed };
}
