/**
 * Counters and comments taken out of a dump's text, format by format, so that what is left still loads. On texts, because that is what is shared: a
 * line that no parser understands loses them as well.
 */
import { assertNever } from '../../base/assert.ts';
import type { FormatId } from '../../model/ruleset.ts';

/** `no-hashes`: without the `cali:` hashes that Calico writes into each rule, which compress worst. */
export type CommentChoice = 'all' | 'no-hashes' | 'none';

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const XT_COMMENT = new RegExp(String.raw`\s+-m comment --comment (${QUOTED}|\S+)`, 'g');
const CALICO_HASH = /^"?cali:[\w-]{16}"?$/;
const CALICO_PART = /cali:[\w-]{16};? ?/;
const NFT_COMMENT_LINE = /^[ \t]*comment "[^"\n]*"[ \t]*\n/gm;
const NFT_COMMENT = /([ \t]+)comment "([^"\n]*)"|"[^"\n]*"/g;
const IPSET_COMMENT = new RegExp(String.raw`^(create .*?)( comment)\b|^(add .*?) comment ${QUOTED}`, 'gm');
const JSON_COMMENT = new RegExp(String.raw`,\s*"comment":\s*${QUOTED}|"comment":\s*${QUOTED}\s*,?`, 'g');
const LISTED_COMMENT = / *\/\* .*? \*\//g;

/** Cost: linear. */
export function withoutComments(text: string, format: FormatId, keep: CommentChoice): string {
  if (keep === 'all') return text;
  const isHashOnly = keep === 'no-hashes';
  switch (format) {
    case 'iptables-save':
    case 'ip6tables-save':
    case 'ebtables-save':
    case 'arptables-save':
    case 'shell':
      return text.replace(XT_COMMENT, (whole: string, comment: string) =>
        isHashOnly && !CALICO_HASH.test(comment) ? whole : '',
      );
    case 'nft':
      return withoutNftComments(text, isHashOnly);
    case 'ipset-save':
      return isHashOnly
        ? text
        : text.replace(IPSET_COMMENT, (_, create?: string, __?: string, add?: string) => create ?? add ?? '');
    case 'nft-json':
      return isHashOnly ? text.replace(CALICO_PART_ALL, '') : text.replace(JSON_COMMENT, '');
    case 'iptables-list':
    case 'ebtables-list':
    case 'arptables-list':
      return text.replace(LISTED_COMMENT, (whole: string) =>
        isHashOnly && !/^ *\/\* cali:[\w-]{16} \*\/$/.test(whole) ? whole : '',
      );
    case 'ipset-list':
    case 'nft-trace':
    case 'xtables-trace':
    case 'kernel-trace':
    case 'unknown':
      return text;
    default:
      return assertNever(format, 'format');
  }
}

const CALICO_PART_ALL = new RegExp(CALICO_PART.source, 'g');

function withoutNftComments(text: string, isHashOnly: boolean): string {
  const lines = isHashOnly ? text : text.replace(NFT_COMMENT_LINE, '');
  return lines.replace(NFT_COMMENT, (whole: string, blank: string | undefined, comment: string | undefined) => {
    if (blank === undefined || comment === undefined) return whole;
    const rest = isHashOnly ? comment.replace(CALICO_PART, '') : '';
    return rest === '' ? '' : `${blank}comment "${rest}"`;
  });
}

const COUNTERS: readonly (readonly [RegExp, string])[] = [
  [/^\[\d+:\d+\] (?=-)/gm, ''],
  [/^(:\S+ \S+) \[\d+:\d+\]/gm, '$1 [0:0]'],
  [/(\s)-c \d+ \d+(?=\s)/g, '$1-c 0 0'],
  [/\bpackets \d+ bytes \d+/g, 'packets 0 bytes 0'],
  [/"(packets|bytes)":(\s*)\d+/g, '"$1":$20'],
];

/** The columns of `iptables -L -v` stay: without them its lines are others. Cost: linear. */
export function withoutCounters(text: string): string {
  return COUNTERS.reduce((rest, [form, zero]) => rest.replace(form, zero), text);
}

const V4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
const V6 = /(?<![\w:])(?=[\da-f:]*::|(?:[\da-f]{1,4}:){7})[\da-f:]{3,39}(?![\w:])/gi;
const COMMENTS = new RegExp(String.raw`\bcomment[":\s]+${QUOTED}|--comment \S|/\* .*? \*/`, 'g');
const COUNTER = /^\[(?!0:0\])\d+:\d+\]|^:\S+ \S+ \[(?!0:0\])\d|\bpackets [1-9]|"packets":\s*[1-9]/m;

export interface TextFacts {
  /** Different ones, as they are written. */
  readonly addresses: number;
  readonly comments: number;
  readonly counters: boolean;
}

/** What a text tells besides its rules. Cost: linear. */
export function factsOf(text: string): TextFacts {
  const addresses = new Set<string>();
  for (const [address] of text.matchAll(V4)) addresses.add(address);
  for (const [address] of text.matchAll(V6)) addresses.add(address);
  let comments = 0;
  for (const _ of text.matchAll(COMMENTS)) comments++;
  return { addresses: addresses.size, comments, counters: COUNTER.test(text) };
}
