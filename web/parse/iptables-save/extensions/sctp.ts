/**
 * The sctp match: ports and chunk types. Follows libxt_sctp.c, net/netfilter/xt_sctp.c.
 * As matches: each of some chunks is there (`all A,B`), none is (`! any A,B`). Text with a reading: one of several, no other, chunks with flags
 * (of which several may be there, where nft looks at the first).
 */
import type { Match, Statement } from '../../../model/statement.ts';
import type { SctpChunk, SctpChunksReading } from '../../../model/xt-reading.ts';
import { type Context, field, type MatchExtension, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { ports } from './transport.ts';

/** iptables' name of each chunk, its number, and nft's name. The last four are iptables' alone; `iptables-translate` calls them so. */
const CHUNKS: readonly (readonly [name: string, type: number, nft: string])[] = (
  'DATA:0:data INIT:1:init INIT_ACK:2:init-ack SACK:3:sack HEARTBEAT:4:heartbeat HEARTBEAT_ACK:5:heartbeat-ack ABORT:6:abort ' +
  'SHUTDOWN:7:shutdown SHUTDOWN_ACK:8:shutdown-ack ERROR:9:error COOKIE_ECHO:10:cookie-echo COOKIE_ACK:11:cookie-ack ' +
  'ECN_ECNE:12:ecne ECN_CWR:13:cwr SHUTDOWN_COMPLETE:14:shutdown-complete ASCONF:193:asconf ASCONF_ACK:128:asconf-ack ' +
  'FORWARD_TSN:192:forward-tsn I_DATA:64:i-data RE_CONFIG:130:re-config PAD:132:pad I_FORWARD_TSN:194:i-forward-tsn'
)
  .split(' ')
  .map((entry) => {
    const [name = '', type, nft = ''] = entry.split(':');
    return [name, Number(type), nft] as const;
  });

/** The flags of some chunks: a capital letter asks for the bit, a small one for its absence. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['DATA', 'EBUI'],
  ['I_DATA', 'EBUI'],
  ['ABORT', 'T'],
  ['SHUTDOWN_COMPLETE', 'T'],
]);

interface Chunks {
  readonly how: 'any' | 'all' | 'only';
  readonly chunks: SctpChunksReading['chunks'];
}

/** The arguments of `--chunk-types`; null where a name or flag is none. */
function readChunks([how, list = '', ...more]: readonly string[]): Chunks | null {
  if ((how !== 'any' && how !== 'all' && how !== 'only') || more.length > 0) return null;
  if (list.toUpperCase() === 'ALL') return { how, chunks: 'all-types' };
  if (list.toUpperCase() === 'NONE') return { how, chunks: [] };
  const chunks: SctpChunk[] = [];
  for (const part of list.split(',')) {
    const [name = '', flags = ''] = part.split(':');
    const chunk = CHUNKS.find(([spelled]) => spelled === name.toUpperCase());
    const bits = chunk && flagBits(FLAGS.get(chunk[0]) ?? '', flags);
    if (!bits) return null;
    addChunk(chunks, { type: chunk[1], ...bits });
  }
  return { how, chunks: chunks.sort((a, b) => a.type - b.type) };
}

/** libxt_sctp.c keeps the flags of a type in one place. */
function addChunk(chunks: SctpChunk[], { type, mask, value: bits }: SctpChunk): void {
  const at = chunks.findIndex((each) => each.type === type);
  const known = chunks[at];
  if (!known) chunks.push({ type, mask, value: bits });
  else chunks[at] = { type, mask: known.mask | mask, value: (known.value & ~mask) | bits };
}

function flagBits(letters: string, flags: string): { mask: number; value: number } | null {
  let mask = 0;
  let bits = 0;
  for (const letter of flags) {
    const at = letters.indexOf(letter.toUpperCase());
    if (at < 0) return null;
    mask |= 1 << at;
    if (letter === letter.toUpperCase()) bits |= 1 << at;
  }
  return { mask, value: bits };
}

/** The reading of `--chunk-types` where matches cannot say it. */
export function readSctpChunks(options: readonly OptionWords[]): SctpChunksReading | null {
  const [one, ...more] = options;
  const read = one?.name === '--chunk-types' && more.length === 0 ? readChunks(one.args) : null;
  return one && read ? { kind: 'sctp-chunks', negated: one.negated, ...read } : null;
}

/** One comparison for each chunk; null where their row does not say it. `via` tells the word that prints. */
function chunkMatches({ negated, args }: OptionWords): Match[] | null {
  const read = readChunks(args);
  if (!read || read.chunks === 'all-types' || read.chunks.length === 0) return null;
  const { how, chunks } = read;
  if (chunks.some(({ mask }) => mask !== 0)) return null;
  const row = negated ? how === 'any' : how === 'all';
  if (how === 'only' || (!row && chunks.length > 1)) return null;
  return chunks.map(({ type }) => {
    const nft = CHUNKS.find(([, number]) => number === type)?.[2] ?? '';
    return match(field(`sctp chunk ${nft}`), negated ? '!=' : '==', value(1), `sctp ${how}`);
  });
}

const PORTS = ports('sctp');

function portMatch({ name, negated, args }: OptionWords, context: Context): Match | null {
  const option = PORTS.find(({ names }) => names.includes(name));
  const compared = option && typeof option.field === 'string' && args.length === 1;
  const read = compared ? option.codec.parse(args, field(option.field as string), context) : null;
  return read && match(read.left, negated ? '!=' : '==', read.right);
}

function chunkOf(statement: Statement | undefined): string | null {
  if (statement?.kind !== 'match' || statement.left.kind !== 'field') return null;
  const { name } = statement.left;
  return CHUNKS.find(([, , nft]) => name === `sctp chunk ${nft}`)?.[0] ?? null;
}

/** `--chunk-types all A,B` for the statements of one option; a single one of nft's. */
function printChunks(body: readonly Statement[], index: number): { text: string; used: number } | null {
  const first = body[index] as Match;
  const name = chunkOf(first);
  if (name === null || (first.op !== '==' && first.op !== '!=')) return null;
  const exists = first.right.kind === 'value' && first.right.value === 1 ? first.op === '==' : first.op === '!=';
  const how = /^(?:-m )?sctp (all|any)$/.exec(first.via ?? '')?.[1];
  const names = [name];
  const next = (at: number) => body[at] as Match;
  for (let at = index + 1; how && next(at)?.kind === 'match' && next(at).via === `sctp ${how}`; at++) {
    const more = chunkOf(next(at));
    if (more === null || next(at).op !== first.op) break;
    names.push(more);
  }
  return { text: `${exists ? '' : '! '}--chunk-types ${how ?? 'any'} ${names.join()}`, used: names.length };
}

export const SCTP: MatchExtension = {
  name: 'sctp',
  emptyMatchesAll: true,
  options: PORTS,
  apart: ['--chunk-types'],
  printsFields: CHUNKS.map(([, , nft]) => `sctp chunk ${nft}`),
  parse(options, context) {
    const statements: Statement[] = [];
    for (const each of options) {
      const made = each.name === '--chunk-types' ? chunkMatches(each) : portMatch(each, context);
      if (!made) return null;
      statements.push(...(Array.isArray(made) ? made : [made]));
    }
    return statements.length > 0 ? statements : null;
  },
  print: printChunks,
};
