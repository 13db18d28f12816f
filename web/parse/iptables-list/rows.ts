/**
 * One line of `iptables -L` as a line of iptables-save. Follows print_header and print_firewall of iptables' iptables/iptables.c and
 * xshared.c: `num pkts bytes target prot opt in out source destination` and what the extensions print.
 */
import { readColumn } from './words.ts';

/** Which columns a listing has. */
export interface Columns {
  readonly numbered: boolean;
  readonly verbose: boolean;
  /** Where the column of targets begins: a blank there is a rule without one. */
  readonly target: number;
}

/** A rule as arguments of iptables-save, and what the listing says that has no argument. */
export interface Row {
  readonly arguments: string;
  readonly counters: { readonly packets: number; readonly bytes: number; readonly rounded: boolean } | null;
  /** Text of matches that is kept. */
  readonly leftover: readonly string[];
  /** An extension target that is kept: its name and text. */
  readonly keptTarget: { readonly name: string; readonly options: string } | null;
  readonly family: 'ip' | 'ip6' | null;
}

const HEADER = /^\s*(num\s+)?(pkts\s+bytes\s+)?target\s+prot\s+opt\s+(in\s+out\s+)?source\s+destination/;

/** The columns of a header line, or null where it is none. */
export function readColumns(line: string): Columns | null {
  const found = HEADER.exec(line);
  if (!found) return null;
  return { numbered: found[1] !== undefined, verbose: found[2] !== undefined, target: line.indexOf('target') };
}

const OPTIONS: ReadonlySet<string> = new Set(['--', '-f', '!f', '----']);
const COUNT = /^(\d+)([KMGTP]?)$/;
const SIZES: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** null: the line is no rule. `chains`: the names of the table's own chains. Cost: linear in the line. */
export function readRow(line: string, columns: Columns, chains: ReadonlySet<string>): Row | null {
  const words = new Words(line);
  if (columns.numbered && !/^\d+$/.test(words.take())) return null;
  const counters = columns.verbose ? readCounters(words.take(), words.take()) : null;
  if (columns.verbose && !counters) return null;
  const head = readHead(words, line, columns);
  if (!head) return null;
  const { target, protocol } = head;
  const inside = columns.verbose ? words.take() : '*';
  const outside = columns.verbose ? words.take() : '*';
  const source = words.take();
  const destination = words.take();
  if (destination === '') return null;
  const chain = target === '' || VERDICTS.has(target) || chains.has(target);
  const column = readColumn(words.rest(), chain ? null : target);
  const parts: string[] = [];
  const leftover = [...column.leftover];
  side('-s', source, parts, leftover);
  side('-d', destination, parts, leftover);
  if (inside !== '*' && inside !== 'any') parts.push(negatable('-i', inside));
  if (outside !== '*' && outside !== 'any') parts.push(negatable('-o', outside));
  if (protocol !== 'all' && protocol !== '0') parts.push(negatable('-p', protocol));
  if (head.fragment !== '') parts.push(head.fragment);
  parts.push(...column.options);
  const lost = !chain && column.target === null && (leftover.length > 0 || !KNOWN_BARE.has(target));
  const options = lost ? (leftover.pop() ?? '') : '';
  if (target !== '' && !lost) parts.push(targetOption(target, column.target, column.isGoto));
  return {
    arguments: parts.join(' '),
    counters,
    leftover,
    keptTarget: lost ? { name: target, options } : null,
    family: familyOf(source, destination, line),
  };
}

const VERDICTS: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'RETURN', 'QUEUE']);
/** Extension targets that need no options. */
const KNOWN_BARE: ReadonlySet<string> = new Set([
  'MASQUERADE',
  'NOTRACK',
  'TRACE',
  'REDIRECT',
  'LOG',
  'REJECT',
  'NFLOG',
]);

function targetOption(target: string, options: string | null, isGoto: boolean): string {
  return `${isGoto ? '-g' : '-j'} ${target}${options ? ` ${options}` : ''}`;
}

interface Head {
  readonly target: string;
  readonly protocol: string;
  readonly fragment: string;
}

/** Target, protocol and `opt`: the target may be blank, and so may `opt` in older ip6tables. */
function readHead(words: Words, line: string, columns: Columns): Head | null {
  const first = words.take();
  const second = words.take();
  if (OPTIONS.has(second)) return { target: '', protocol: first, fragment: fragmentOption(second) };
  const mark = words.at;
  const third = words.take();
  if (OPTIONS.has(third)) return { target: first, protocol: second, fragment: fragmentOption(third) };
  // Without `opt`: whether there is a target shows where the line begins.
  words.at = mark;
  if (line.charCodeAt(columns.target) > 32)
    return second === '' ? null : { target: first, protocol: second, fragment: '' };
  words.back(second);
  return { target: '', protocol: first, fragment: '' };
}

function fragmentOption(opt: string): string {
  return opt === '-f' ? '-f' : opt === '!f' ? '! -f' : '';
}

function negatable(option: string, word: string): string {
  return word.startsWith('!') ? `! ${option} ${word.slice(1)}` : `${option} ${word}`;
}

const ADDRESS = /^!?(?:[\d.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(?:\/[\d.a-fA-F:]+)?$/;

/** A host's name is no address: it is kept as text. */
function side(option: '-s' | '-d', word: string, parts: string[], leftover: string[]): void {
  if (word === 'anywhere' || word === '0.0.0.0/0' || word === '::/0') return;
  if (ADDRESS.test(word)) parts.push(negatable(option, word));
  else leftover.unshift(`${option === '-s' ? 'source' : 'destination'} ${word}`);
}

function familyOf(source: string, destination: string, line: string): 'ip' | 'ip6' | null {
  if (source.includes(':') || destination.includes(':') || /ipv6-icmp|icmp6-/.test(line)) return 'ip6';
  return /^!?\d+\./.test(source) || /^!?\d+\./.test(destination) ? 'ip' : null;
}

/** Kernel counters beyond 99999 are listed in thousands, unless -x was given. */
function readCounters(packets: string, bytes: string): Row['counters'] {
  const one = COUNT.exec(packets);
  const two = COUNT.exec(bytes);
  if (!one || !two) return null;
  const size = (found: RegExpExecArray): number => Number(found[1]) * (SIZES[found[2] ?? ''] ?? 1);
  return { packets: size(one), bytes: size(two), rounded: one[2] !== '' || two[2] !== '' };
}

/** The words of a line, one after the other. */
class Words {
  at = 0;

  constructor(private readonly line: string) {}

  take(): string {
    const { line } = this;
    while (this.at < line.length && line.charCodeAt(this.at) <= 32) this.at++;
    const start = this.at;
    while (this.at < line.length && line.charCodeAt(this.at) > 32) this.at++;
    return line.slice(start, this.at);
  }

  /** Untakes the word that was taken last. */
  back(word: string): void {
    this.at = this.line.lastIndexOf(word, this.at);
  }

  /** What extensions print: single blanks, but in comments and quotes. Colours that were taken out leave more. */
  rest(): string {
    const text = this.line.slice(this.at).trim();
    return text.includes('  ')
      ? text.replace(/(\/\* .*? \*\/|"[^"]*")| {2,}/g, (_, kept: string | undefined) => kept ?? ' ')
      : text;
  }
}

/** `:INPUT DROP [5:300]` of `Chain INPUT (policy DROP 5 packets, 300 bytes)`. */
export interface ChainLine {
  readonly name: string;
  readonly policy: string | null;
  readonly packets: string | null;
  readonly bytes: string | null;
}

const CHAIN = /^Chain (\S+) \((?:policy ([A-Z]+)(?: (\d+[KMGTP]?) packets, (\d+[KMGTP]?) bytes)?|(\d+) references?)/;

export function readChainLine(line: string): ChainLine | null {
  const found = CHAIN.exec(line);
  if (!found) return null;
  const [, name = '', policy, packets, bytes] = found;
  return { name, policy: policy ?? null, packets: packets ?? null, bytes: bytes ?? null };
}

/** A count with its suffix as a number. */
export function countOf(text: string): number {
  const found = COUNT.exec(text);
  return found ? Number(found[1]) * (SIZES[found[2] ?? ''] ?? 1) : 0;
}
