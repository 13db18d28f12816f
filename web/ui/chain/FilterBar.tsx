/** Which rules of the chain are shown: by owner, verdict, words, and by a packet that they can match. */
import { type ReactElement, useMemo, useState } from 'react';
import type { ChainDetail, FilteredRules, RuleFilter } from '../../worker/protocol.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { count, plural } from '../shell/words.ts';
import { useAnswer } from '../use-answer.ts';
import { useDebounced } from '../use-debounced.ts';

const NO_FILTER: RuleFilter = { owner: null, verdict: null, text: '', packet: '' };
/** As the verdict column writes them. */
const VERDICTS = [
  'accept',
  'drop',
  'reject',
  'jump',
  'goto',
  'return',
  'dnat',
  'snat',
  'masquerade',
  'redirect',
  'continue',
];
/** Milliseconds after the last letter. */
const PAUSE = 150;

export interface Filtering {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly filter: RuleFilter;
  readonly change: (part: Partial<RuleFilter>) => void;
  readonly answer: FilteredRules | null;
  /** Indexes of the rules that are shown; null: all. */
  readonly only: Uint32Array | null;
}

export function useFiltering({ chain }: ChainDetail): Filtering {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState(NO_FILTER);
  const asked = useDebounced(filter, PAUSE);
  const active =
    open && (asked.owner !== null || asked.verdict !== null || asked.text.trim() + asked.packet.trim() !== '');
  const { answer } = useAnswer('filterRules', active ? { chain, filter: asked } : null);
  const only = active && answer && answer.problem === null ? answer.indexes : null;
  return useMemo(
    () => ({
      open,
      setOpen,
      filter,
      change: (part) => setFilter((before) => ({ ...before, ...part })),
      answer: active ? answer : null,
      only,
    }),
    [open, filter, active, answer, only],
  );
}

export interface FilterBarProps {
  readonly detail: ChainDetail;
  readonly filtering: Filtering;
}

export function FilterBar({ detail, filtering }: FilterBarProps): ReactElement | null {
  const owners = useOwners();
  const { open, filter, change, answer } = filtering;
  if (!open) return null;
  const present = [...new Set(detail.segments.map(({ owner }) => owner))];
  return (
    <search className="chain-filter" aria-label={`Filter the rules of ${detail.name}`}>
      {present.length > 1 ? (
        <select
          aria-label="Owner"
          value={filter.owner ?? ''}
          onChange={({ target }) => change({ owner: target.value || null })}
        >
          <option value="">any owner</option>
          {present.map((owner) => (
            <option key={owner} value={owner}>
              {lookOf(owners, owner).short}
            </option>
          ))}
        </select>
      ) : null}
      <select
        aria-label="Verdict"
        value={filter.verdict ?? ''}
        onChange={({ target }) => change({ verdict: target.value || null })}
      >
        <option value="">any verdict</option>
        {VERDICTS.map((verdict) => (
          <option key={verdict}>{verdict}</option>
        ))}
      </select>
      <input
        type="search"
        aria-label="Words"
        placeholder="words"
        value={filter.text}
        onChange={({ target }) => change({ text: target.value })}
      />
      <input
        type="search"
        className="mono chain-filter-packet"
        aria-label="Can match this packet"
        aria-invalid={answer?.problem != null || undefined}
        placeholder="can match: 10.96.0.10:53 udp"
        title="Rules that can match such a packet. An address or port is where it goes, after “from” where it comes from: from 10.244.1.5 to 10.96.0.10:53 udp"
        value={filter.packet}
        onChange={({ target }) => change({ packet: target.value })}
      />
      <span className="quiet" role="status">
        {answer === null
          ? ''
          : (answer.problem ?? `${count(answer.indexes.length)} of ${plural(detail.rules, 'rule')}`)}
      </span>
      {answer === null ? null : (
        <button type="button" className="button" onClick={() => change(NO_FILTER)}>
          Clear
        </button>
      )}
    </search>
  );
}
