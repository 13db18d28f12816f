/** More than one order-sensitive pair of writers of one chain: the first is listed, the others are one line until somebody asks for them. Pure. */
import type { Finding } from './finding.ts';

/** Ids of lines that stand for several findings. */
const MORE = 'more/';

/** Fewer are listed one by one. */
const SMALLEST = 2;

export function isMore(id: string): boolean {
  return id.startsWith(MORE);
}

/**
 * @param expanded the ids of the lines that were opened
 * @param keep a finding that has to be listed: the one that is open or selected
 */
export function withOrderGroups(
  findings: readonly Finding[],
  expanded: ReadonlySet<string>,
  keep: string | null,
): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    const key = groupOf(each);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return findings.flatMap((each) => {
    const key = groupOf(each);
    const [first, ...rest] = key === null ? [] : (groups.get(key) ?? []);
    const isLarge = rest.length >= SMALLEST;
    if (key === null || !isLarge || expanded.has(key) || rest.some(({ id }) => id === keep)) return [each];
    return each === first ? [each, moreOf(key, rest)] : [];
  });
}

function groupOf({ mechanism, orderSensitive, where, severity, sign }: Finding): string | null {
  const [place] = where;
  if (mechanism !== 'same-chain-order' || orderSensitive !== true || !place) return null;
  return `${MORE}${place.chain}/${severity}/${sign}`;
}

function moreOf(id: string, rest: readonly Finding[]): Finding {
  const [first] = rest as [Finding, ...Finding[]];
  // `same-chain-order/ip.filter.FORWARD/a+b`: what the finding is called by has the chain in it.
  const chain = first.id.split('/')[1]?.split('.').slice(2).join('.') ?? '';
  return {
    ...first,
    id,
    title: `${rest.length} more pairs of writers${chain === '' ? '' : ` in ${chain}`} whose order matters`,
    why: '',
    owners: [...new Set(rest.flatMap(({ owners }) => owners))],
    where: [],
    marks: [],
    proof: null,
  };
}
