/** Sets of packets and answers about them as plain text, for the clipboard and as the parts that are drawn. Pure. */
import type { FateInWords, ReachAnswer, SetInWords } from '../../worker/prover-protocol.ts';

type Way = ReachAnswer['ways'][number];

const FAMILIES = { ip: 'IPv4', ip6: 'IPv6' } as const;

/** `IPv4, comes in`: the family is said only where there are two. */
export function wayWords({ family, origin }: Pick<Way, 'family' | 'origin'>, families: number): string {
  const way = origin === 'sent' ? 'the node sends' : 'comes in';
  return families > 1 ? `${FAMILIES[family]}, ${way}` : way;
}

/** The families of some answers. */
export function familiesOf(ways: readonly Pick<Way, 'family'>[]): number {
  return new Set(ways.map(({ family }) => family)).size;
}

/** Beside the lines: where packets are addressed, what else they depend on. */
export function besideWords({ addressed, also, unknowns, complete }: SetInWords): string[] {
  return [
    ...(complete ? [] : ['Not all is listed: there are more packets, or more values.']),
    ...(addressed === 'node' ? ['All are addressed to the node itself.'] : []),
    ...(also.length > 0 ? [`Also depends on ${joined(also)}.`] : []),
    ...(unknowns.length > 0 ? [`Depends on what the dump does not tell: ${unknowns.join('; ')}.`] : []),
  ];
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function setText(set: SetInWords): string {
  const lines = set.lines.map((line) => `- ${line}`);
  return [...(set.common === null ? [] : [`${set.common}:`]), ...lines, ...besideWords(set)].join('\n');
}

export function sameSet(a: SetInWords, b: SetInWords): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The whole answer: who reaches a place. */
export function reachText({ words, ways, undecided }: ReachAnswer): string {
  if (ways.length === 0) return `No packet reaches ${words}.`;
  const families = familiesOf(ways);
  const parts = ways.flatMap((way) => {
    const head = wayWords(way, families);
    if (!way.matched) return [`Reaches ${words} (${head}):`, setText(way.reached)];
    if (sameSet(way.matched, way.reached)) return [`Reaches ${words} and matches (${head}):`, setText(way.reached)];
    const matched = way.matched.lines.length === 0 ? 'nothing' : setText(way.matched);
    return [`Matched by ${words} (${head}):`, matched, `Reaches it (${head}):`, setText(way.reached)];
  });
  return [...parts, ...undecided.map((text) => `Undecided: ${text}`)].join('\n');
}

/** `Rejected (icmp port-unreachable)`. */
export function fateWords({ kind, how }: Pick<FateInWords, 'kind' | 'how'>): string {
  const detail = how === '' ? '' : ` (${how})`;
  switch (kind) {
    case 'delivered-local':
      return 'Delivered to the node';
    case 'delivered-out':
      return 'Sent on';
    case 'dropped':
      return 'Dropped';
    case 'rejected':
      return `Rejected${detail}`;
    case 'queued':
      return `Handed to a program’s queue${detail}`;
    case 'stolen':
      return `Taken out of the way${detail}`;
    case 'lost':
      return `Lost${detail}`;
    case 'not-loadable':
      return 'Met by rules that the kernel would not load';
    case 'unfinished':
      return `Not followed to the end${detail}`;
  }
}

export function fatesText(question: string, fates: readonly FateInWords[], undecided: readonly string[]): string {
  const families = familiesOf(fates);
  const parts = fates.flatMap((fate) => [
    `${fateWords(fate)} (${wayWords(fate, families)}):`,
    ...(fate.deciders.length > 0
      ? [`By ${fate.deciders.map(({ words }) => words).join(', ')}${fate.more > 0 ? ` and ${fate.more} more` : ''}`]
      : []),
    ...(fate.rewritten.length > 0 ? [`Some to ${fate.rewritten.join('; ')}`] : []),
    setText({ ...fate.packets, addressed: null }),
  ]);
  return [question, ...parts, ...undecided.map((text) => `Undecided: ${text}`)].join('\n');
}
