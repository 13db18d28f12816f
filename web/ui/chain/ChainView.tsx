/** One chain: what it is and what runs next, its jump tree, its rules in evaluation order. */
import { type ReactElement, useMemo, useRef } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { ChainDetail } from '../../worker/protocol.ts';
import { useKeptSizes } from '../shell/kept-sizes.ts';
import { plural } from '../shell/words.ts';
import { ask, useAnswer } from '../use-answer.ts';
import { useStore } from '../use-store.ts';
import { ChainHeader } from './ChainHeader.tsx';
import { JumpTree, type TreePlace } from './JumpTree.tsx';
import { RulesTable } from './RulesTable.tsx';
import { createRowPages, type RowPages } from './row-pages.ts';
import { shownChain, useVisits } from './shown-chain.ts';
import { useElementSize } from './use-element-size.ts';
import './chain.css';

/** Pixels: below it there is no room for a tree beside the rules, but above them, if the view is this wide and high. */
const BESIDE_FROM = 880;
const ABOVE_FROM = { width: 480, height: 520 };
/** Depth goes to the right in either place; beside the rules the levels need width, above them less height will do. */
const SIZES = {
  beside: { size: '36%', min: 220, most: '70%' },
  above: { size: '34%', min: 140, most: '70%' },
} as const satisfies Record<TreePlace, object>;

const KEPT = ['tree-above', 'tree-beside'];

/** Null: no tree. */
function placeOfTree({ below }: ChainDetail, width: number, height: number): TreePlace | null {
  if (below === 0) return null;
  if (width >= BESIDE_FROM) return 'beside';
  return width >= ABOVE_FROM.width && height >= ABOVE_FROM.height ? 'above' : null;
}

/** Without a tree it stays as it was: another orientation makes the table anew, and a banner that takes the tree's height must not take its focus. */
function useOrientation(place: TreePlace | null): 'vertical' | 'horizontal' {
  const last = useRef<TreePlace>('beside');
  if (place !== null) last.current = place;
  return last.current === 'above' ? 'vertical' : 'horizontal';
}

interface ChainBodyProps {
  readonly detail: ChainDetail;
  readonly place: TreePlace | null;
  readonly pages: RowPages;
  /** The rules. */
  readonly children: ReactElement;
}

/** The tree and the rules, with an edge between them that can be moved. */
function ChainBody({ detail, place, pages, children }: ChainBodyProps): ReactElement {
  const revision = useStore((state) => state.overview?.revision ?? null);
  const { size, min, most } = SIZES[place ?? 'beside'];
  const orientation = useOrientation(place);
  const tree = orientation === 'vertical' ? 'tree-above' : 'tree-beside';
  const { panel, group } = useKeptSizes(KEPT);
  return (
    <Group className="chain-body" orientation={orientation} key={orientation} {...group}>
      {place === null ? null : (
        <>
          <Panel {...panel(tree, size)} minSize={min} maxSize={most}>
            <JumpTree key={`${revision} ${detail.chain}`} detail={detail} pages={pages} place={place} />
          </Panel>
          <Separator
            className="separator"
            aria-label={place === 'above' ? 'Height of the jump tree' : 'Width of the jump tree'}
          />
        </>
      )}
      <Panel id="rules" minSize={160}>
        {children}
      </Panel>
    </Group>
  );
}

/** A script may only have chains that others are to call. */
function noChain(chains: number): string {
  return chains === 0
    ? 'No chain: the dump has none.'
    : `No base chain here. Search opens each of the ${plural(chains, 'chain')} that the dumps have.`;
}

export function ChainView(): ReactElement {
  const shown = useStore(shownChain);
  const revision = useStore((state) => state.overview?.revision ?? null);
  const working = useStore((state) => state.analysis.status === 'working');
  const chains = useStore((state) => state.overview?.counts.chains ?? 0);
  const { status, answer, error } = useAnswer('chain', shown === null ? null : { chain: shown });
  const visits = useVisits(shown);
  const refocus = useRef(false);
  const [measure, { width, height }] = useElementSize<HTMLElement>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is another set of ids
  const pages = useMemo(() => createRowPages((request) => ask('rows', request)), [revision]);
  const detail = answer !== null && answer.chain === shown ? answer : null;
  return (
    <section className="panel chain" aria-label="Chain" aria-busy={status === 'waiting'} ref={measure}>
      {status === 'failed' ? <p className="chain-note">This chain could not be read: {error?.message}</p> : null}
      {shown === null ? (
        <p className="chain-note">{working ? 'Reading…' : noChain(chains)}</p>
      ) : detail ? (
        <>
          <ChainHeader detail={detail} pages={pages} visits={visits} />
          <ChainBody detail={detail} place={placeOfTree(detail, width, height)} pages={pages}>
            <RulesTable
              key={`${revision} ${detail.chain}`}
              detail={detail}
              pages={pages}
              visits={visits}
              refocus={refocus}
            />
          </ChainBody>
        </>
      ) : null}
    </section>
  );
}
