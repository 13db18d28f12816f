/** Find in chain: a number goes to that rule, words go to the next rule that has them, all of the chain's rules included. */
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { count } from '../shell/words.ts';
import { Icon } from '../theme/marks.tsx';
import { ask } from '../use-answer.ts';
import type { Filtering } from './FilterBar.tsx';
import { findInChain } from './find.ts';

export interface FindBarProps {
  readonly detail: ChainDetail;
  /** Index of the selected rule: the search begins after it. */
  readonly current: number | null;
  /** Selects and shows the rule. */
  readonly onFound: (index: number) => void;
  readonly filtering: Pick<Filtering, 'open' | 'setOpen'>;
}

export function FindBar({ detail, current, onFound, filtering }: FindBarProps): ReactElement {
  const [query, setQuery] = useState('');
  const [said, setSaid] = useState('');
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const find = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    running.current?.abort();
    const number = /^\s*#?(\d{1,7})\s*$/.exec(query)?.[1];
    if (number !== undefined && Number(number) >= 1 && Number(number) <= detail.rules) {
      setSaid(`rule ${count(Number(number))}`);
      onFound(Number(number));
      return;
    }
    if (query.trim() === '') return;
    const controller = new AbortController();
    running.current = controller;
    setSaid('looking…');
    try {
      const hit = await findInChain({
        ask: (request) => ask('rows', request, { signal: controller.signal }),
        chain: detail.chain,
        rules: detail.rules,
        query,
        after: current ?? 0,
        signal: controller.signal,
      });
      setSaid(hit ? `rule ${count(hit.index)}` : `in none of ${count(detail.rules)} rules`);
      if (hit) onFound(hit.index);
    } catch (error) {
      // A newer search has taken over, or the chain is gone from view: both say so themselves.
      if (!controller.signal.aborted) setSaid(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <search className="chain-find">
      <h3 className="t-label">Rules</h3>
      <form onSubmit={(event) => void find(event)}>
        <span className="field">
          <Icon name="search" size={13} />
          <input
            type="search"
            aria-label={`Find in ${detail.name}`}
            placeholder="Find, or rule number"
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setSaid('');
            }}
          />
        </span>
        <button type="submit" className="button" disabled={query.trim() === ''}>
          Next
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={filtering.open}
          onClick={() => filtering.setOpen(!filtering.open)}
        >
          Filter
        </button>
      </form>
      <span className="quiet chain-find-said" role="status">
        {said}
      </span>
    </search>
  );
}
