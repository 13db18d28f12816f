/**
 * Neighbours in one base chain: two programs whose rules stand in the same chain, so that their order decides who sees a packet first.
 * Whether swapping them changes any packet's fate is not decided here (orderSensitive stays null).
 */
import type { Chain } from '../../model/ruleset.ts';
import { type Segment, UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft } from '../draft.ts';
import { ACCEPTS, type Effects, REFUSES, TRANSLATES, UNKNOWN_TARGET } from '../rule-facts.ts';
import {
  chainKey,
  chainName,
  count,
  joinWords,
  type Program,
  programName,
  programNameFirst,
  programOf,
  suiteOf,
} from '../words.ts';

/** A run of segments of one program (its modes and the gaps between them do not matter). */
interface Block {
  readonly program: Program;
  readonly segments: readonly { readonly segment: Segment; readonly index: number }[];
}

/** Blocks and boundaries that are shown: each costs a look at the chain's jumps. */
const MOST_BLOCKS = 40;
/** From this many pairs on, a chain gets one finding that lists them. */
const MANY_PAIRS = 4;

export function findSameChainOrder(scene: Scene): Draft[] {
  return scene.baseChains.flatMap((chain) => {
    const blocks = blocksOf(scene.segments(chain));
    if (new Set(blocks.map(({ program }) => program)).size < 2) return [];
    const pairs = pairsOf(blocks);
    return pairs.size >= MANY_PAIRS
      ? [crowd(scene, chain, blocks)]
      : [...pairs.values()].map((boundaries) => neighbours(scene, chain, blocks, boundaries));
  });
}

/** What there is to say of two programs in a chain, whether their rules touch or not; null where the chain has not both. */
export function orderDraft(scene: Scene, chain: Chain, pair: readonly [Program, Program]): Draft | null {
  const blocks = blocksOf(scene.segments(chain));
  const touching = pairsOf(blocks).get([...pair].sort().join('+'));
  if (touching) return neighbours(scene, chain, blocks, touching);
  const own = blocks.filter(({ program }) => pair.includes(program));
  const lower = own.findIndex(({ program }) => program !== own[0]?.program);
  return lower < 0 ? null : neighbours(scene, chain, own, [lower]);
}

function blocksOf(segments: readonly Segment[]): Block[] {
  const blocks: Block[] = [];
  segments.forEach((segment, index) => {
    const program = suiteOf(programOf(segment.owner));
    const last = blocks.at(-1);
    if (last?.program === program) (last.segments as { segment: Segment; index: number }[]).push({ segment, index });
    else blocks.push({ program, segments: [{ segment, index }] });
  });
  return blocks;
}

/** Boundaries (index of the lower block) by the pair of programs. */
function pairsOf(blocks: readonly Block[]): Map<string, number[]> {
  const pairs = new Map<string, number[]>();
  for (let i = 1; i < blocks.length; i++) {
    const key = [(blocks[i - 1] as Block).program, (blocks[i] as Block).program].sort().join('+');
    const found = pairs.get(key);
    if (found) found.push(i);
    else pairs.set(key, [i]);
  }
  return pairs;
}

/** What a third program stands between is one block to the pair. */
function merged(blocks: readonly Block[]): Block[] {
  const result: Block[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (last?.program === block.program)
      result.splice(-1, 1, { program: last.program, segments: [...last.segments, ...block.segments] });
    else result.push(block);
  }
  return result;
}

function neighbours(scene: Scene, chain: Chain, blocks: readonly Block[], boundaries: readonly number[]): Draft {
  const boundary = boundaries[0] as number;
  const pair = [blocks[boundary - 1]?.program, blocks[boundary]?.program];
  const own = merged(blocks.filter(({ program }) => pair.includes(program)));
  const [upper, lower] = own as [Block, Block];
  const a = upper.program;
  const b = lower.program;
  const interleaved = own.length > 2;
  const above = effectsOfBlock(scene, chain, upper);
  const below = effectsOfBlock(scene, chain, lower);
  const calico = calicoVersus(chain, a, b);
  const fragile = b === 'calico' && chain.table.name !== 'nat' && (above & ACCEPTS) !== 0 && !interleaved;
  return {
    mechanism: 'same-chain-order',
    severity: fragile ? 'warning' : 'info',
    key: [chainKey(chain), [a, b].sort().join('+')],
    title: titleOf(chain, own, interleaved, fragile),
    why: `${why(chain, a, b, above, below)}${calico ? ` ${calico}` : ''}`,
    owners: own.flatMap(({ segments }) => segments.map(({ segment }) => segment.owner)),
    where: own.slice(0, MOST_BLOCKS).map((block) => blockPlace(scene, chain, block)),
    marks: boundaries
      .slice(0, MOST_BLOCKS)
      .map((i) => ({ chain: chain.id, segment: (blocks[i] as Block).segments[0]?.index ?? 0 })),
    sign: 'undecided',
    catalogue: a === 'calico' || fragile ? ['calico-insert-vs-everyone'] : [],
    ...remedyOf(chain, a, fragile),
  };
}

function remedyOf(chain: Chain, upper: Program, fragile: boolean): { remedy?: string | null } {
  if (fragile) {
    return {
      remedy: `Set Calico's chainInsertMode to Insert, or keep what stands above its jump in ${chainName(chain)} only if it is meant to bypass policies.`,
    };
  }
  return upper === 'calico' ? {} : { remedy: null };
}

function titleOf(chain: Chain, own: readonly Block[], interleaved: boolean, fragile: boolean): string {
  const [first, second] = own as [Block, Block];
  const upper = programNameFirst(first.program);
  const lower = programName(second.program);
  if (interleaved) {
    return own.length === 3
      ? `${upper}'s rules stand on both sides of ${possessive(lower)} in ${chainName(chain)}`
      : `Rules of ${programName(first.program)} and ${lower} alternate in ${chainName(chain)}`;
  }
  if (fragile) return `${upper} stands above Calico in ${chainName(chain)} and can accept before Calico judges`;
  return `${upper} runs before ${lower} in ${chainName(chain)}`;
}

function possessive(name: string): string {
  return `${name}'s`;
}

function effectsOfBlock(scene: Scene, chain: Chain, block: Block): Effects {
  return block.segments.reduce(
    (effects, { segment }) => effects | scene.effectsBelow(chain, segment.from, segment.to),
    0,
  );
}

function why(chain: Chain, a: Program, b: Program, above: Effects, below: Effects): string {
  const first = programName(a);
  const second = programName(b);
  if (chain.base?.type === 'nat') {
    return (above & TRANSLATES) !== 0 && (below & TRANSLATES) !== 0
      ? `The first translation that matches is the connection's: where both match, ${first}'s wins and ${second} is not asked.`
      : (above & (TRANSLATES | ACCEPTS | REFUSES | UNKNOWN_TARGET)) === 0
        ? `${programNameFirst(a)}'s rules here translate and accept nothing, so ${second} still sees every new connection.`
        : `What ${first} translates or accepts here, ${second} does not see.`;
  }
  const decides = verbs(above);
  if (((above | below) & (ACCEPTS | UNKNOWN_TARGET)) === 0 && (above & REFUSES) !== 0) {
    return `Neither accepts anything here: a packet has to pass both, in whatever order they stand.`;
  }
  if (decides === '') {
    return `${programNameFirst(a)}'s rules at this place neither accept nor refuse, so ${second} still sees every packet.`;
  }
  return `What ${first} ${decides} here ends this chain, and ${second} does not see it. With the order turned round, ${second} would judge first.`;
}

function verbs(effects: Effects): string {
  const words: string[] = [];
  if (effects & ACCEPTS) words.push('accepts');
  if (effects & REFUSES) words.push('refuses');
  return words.join(' or ');
}

function calicoVersus(chain: Chain, a: Program, b: Program): string | null {
  if (chain.table.name === 'nat' && chain.name === 'POSTROUTING') {
    // projectcalico/calico pull request 9091: masquerade only after kube-proxy has cleared its mark.
    return b === 'calico' && a === 'kube-proxy' ? 'Newer versions of Calico append their jump here on purpose.' : null;
  }
  if (a === 'calico')
    return 'This is the order that Calico keeps: in its default insert mode Felix puts its jump back to the top whenever it finds something above it.';
  if (b === 'calico')
    return 'Unless chainInsertMode is Append, Felix moves its jump back to the top at its next refresh.';
  return null;
}

function blockPlace(scene: Scene, chain: Chain, block: Block) {
  const first = block.segments[0]?.segment.from ?? 1;
  const range = rangesOf(block);
  const words = verbs(effectsOfBlock(scene, chain, block));
  const note = `${range}: ${programName(block.program)}${words === '' ? '' : `, ${words} here or below`}`;
  return { chain: chain.id, rule: chain.rules[first - 1]?.id ?? null, note };
}

/** `rule 3`, `rules 2 to 5`, `rules 1 to 3 and 7`: others may stand between. */
function rangesOf(block: Block): string {
  const ranges: [number, number][] = [];
  for (const { segment } of block.segments) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === segment.from) last[1] = segment.to;
    else ranges.push([segment.from, segment.to]);
  }
  const words = ranges.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`));
  const [only] = ranges;
  return `${ranges.length === 1 && only?.[0] === only?.[1] ? 'rule' : 'rules'} ${joinWords(words)}`;
}

/** One finding for a chain with many neighbours. */
function crowd(scene: Scene, chain: Chain, blocks: readonly Block[]): Draft {
  const programs = [...new Set(blocks.map(({ program }) => program))];
  const first = programs.find((program) => program !== UNKNOWN) ?? UNKNOWN;
  return {
    mechanism: 'same-chain-order',
    severity: 'info',
    key: [chainKey(chain), 'all'],
    title: `${count(programs.length, 'program shares', 'programs share')} ${chainName(chain)}: ${joinWords(programs.map(programName), 6)}`,
    why: `Their rules stand in ${count(blocks.length, 'block')}, and the first accept, drop or translation that matches ends the chain for the others. ${programNameFirst(blocks[0]?.program ?? first)} is first.`,
    owners: blocks.flatMap(({ segments }) => segments.map(({ segment }) => segment.owner)),
    where: [
      chainPlace(chain, `${count(chain.rules.length, 'rule')} of ${joinWords(programs.map(programName), 6)}`),
      ...blocks.slice(0, MOST_BLOCKS).map((block) => blockPlace(scene, chain, block)),
    ],
    marks: blocks.slice(1, MOST_BLOCKS).map(({ segments }) => ({ chain: chain.id, segment: segments[0]?.index ?? 0 })),
    sign: 'undecided',
    catalogue: blocks[0]?.program === 'calico' ? ['calico-insert-vs-everyone'] : [],
  };
}
