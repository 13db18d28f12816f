/** One chain: what it is and what runs next, its jump tree, its rules in evaluation order. */
import { type ReactElement, useMemo, useRef } from 'react';
import { ask, useAnswer } from '../use-answer.ts';
import { useStore } from '../use-store.ts';
import { ChainHeader } from './ChainHeader.tsx';
import { JumpTree } from './JumpTree.tsx';
import { RulesTable } from './RulesTable.tsx';
import { createRowPages } from './row-pages.ts';
import { shownChain, useVisits } from './shown-chain.ts';
import { useElementSize } from './use-element-size.ts';
import './chain.css';

/** Pixels: below it there is no room for a tree beside the rules. */
const TREE_FROM = 720;

export function ChainView(): ReactElement {
  const shown = useStore(shownChain);
  const revision = useStore((state) => state.overview?.revision ?? null);
  const working = useStore((state) => state.analysis.status === 'working');
  const { status, answer, error } = useAnswer('chain', shown === null ? null : { chain: shown });
  const visits = useVisits(shown);
  const refocus = useRef(false);
  const [measure, { width }] = useElementSize<HTMLElement>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is another set of ids
  const pages = useMemo(() => createRowPages((request) => ask('rows', request)), [revision]);
  const detail = answer !== null && answer.chain === shown ? answer : null;
  return (
    <section className="panel chain" aria-label="Chain" aria-busy={status === 'waiting'} ref={measure}>
      {status === 'failed' ? <p className="chain-note">This chain could not be read: {error?.message}</p> : null}
      {shown === null ? (
        <p className="chain-note">{working ? 'Reading…' : 'No chain: the dump has none.'}</p>
      ) : detail ? (
        <>
          <ChainHeader detail={detail} pages={pages} visits={visits} />
          <div className="chain-body">
            {detail.below > 0 && width >= TREE_FROM ? (
              <JumpTree key={`${revision} ${detail.chain}`} detail={detail} pages={pages} />
            ) : null}
            <RulesTable
              key={`${revision} ${detail.chain}`}
              detail={detail}
              pages={pages}
              visits={visits}
              refocus={refocus}
            />
          </div>
        </>
      ) : null}
    </section>
  );
}
