/** What was found, errors first: counts, filters, and a list to walk through by keys, one finding open at a time. */
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import type { OwnerId } from '../../owners/owner.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { NotesList } from '../notes/NotesList.tsx';
import { plural } from '../shell/words.ts';
import { OwnerChip } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { FindingList } from './FindingList.tsx';
import type { Finding } from './finding.ts';
import './findings.css';
import {
  countBySeverity,
  type Filter,
  isFiltering,
  listFindings,
  NO_FILTER,
  SEVERITIES,
  SEVERITY_WORDS,
  toggled,
} from './list.ts';
import { isMore, withOrderGroups } from './order-groups.ts';
import { ProofLine } from './ProofLine.tsx';

/** What stands here while there is nothing to list. */
const WITHOUT_OVERVIEW = {
  idle: 'No dump is open.',
  working: 'Reading…',
  ready: 'No dump is open.',
  failed: 'The dumps could not be read: nothing was looked for.',
  cancelled: 'Reading was cancelled: nothing was looked for.',
} as const;

export function FindingsPanel(): ReactElement {
  const overview = useStore((state) => state.overview);
  const status = useStore((state) => state.analysis.status);
  const searching = overview?.searching ?? false;
  const busy = status === 'working' || searching;
  return (
    <section className="panel findings" aria-label="Findings" aria-busy={busy}>
      {overview && !searching ? (
        <Findings findings={overview.findings} />
      ) : (
        <>
          <div className="panel-header">
            <h2>Findings</h2>
          </div>
          <p className="findings-note">{searching ? 'Looking for findings…' : WITHOUT_OVERVIEW[status]}</p>
        </>
      )}
      <NotesList />
    </section>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }): ReactElement {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const owners = useOwners();
  const nameOf = (id: OwnerId): string => lookOf(owners, id).short;
  // biome-ignore lint/correctness/useExhaustiveDependencies: nameOf is made of owners
  const listed = useMemo(() => listFindings(findings, filter, nameOf), [findings, filter, owners]);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [open, openOne] = useOpenFinding(findings, listed);
  const shown = isFiltering(filter) ? listed : withOrderGroups(listed, expanded, open);
  const setOpen = (id: string | null): void => {
    if (id !== null && isMore(id)) setExpanded(new Set([...expanded, id]));
    else openOne(id);
  };
  const onOwner = (owner: OwnerId): void => setFilter({ ...filter, owners: toggled(filter.owners, owner) });
  return (
    <>
      <Header findings={findings} filter={filter} setFilter={setFilter} />
      <ProofLine />
      {findings.length > 6 || isFiltering(filter) ? <FilterLine filter={filter} setFilter={setFilter} /> : null}
      {findings.length === 0 ? (
        <Nothing />
      ) : shown.length === 0 ? (
        <div className="findings-note">
          <p>No finding matches.</p>
          <button type="button" className="button" onClick={() => setFilter(NO_FILTER)}>
            Show all {findings.length}
          </button>
        </div>
      ) : (
        <FindingList findings={shown} open={open} setOpen={setOpen} filtered={filter.owners} onOwner={onOwner} />
      )}
    </>
  );
}

interface FilterProps {
  readonly filter: Filter;
  readonly setFilter: (filter: Filter) => void;
}

function Header({
  findings,
  filter,
  setFilter,
}: FilterProps & { readonly findings: readonly Finding[] }): ReactElement {
  const counts = countBySeverity(findings);
  return (
    <div className="panel-header">
      <h2>Findings</h2>
      <span>{findings.length}</span>
      <span className="findings-counts">
        {SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => (
          <button
            key={severity}
            type="button"
            className="findings-count"
            data-severity={severity}
            aria-pressed={filter.severities.includes(severity)}
            title={`Only ${SEVERITY_WORDS[severity][1]}`}
            onClick={() => setFilter({ ...filter, severities: toggled(filter.severities, severity) })}
          >
            {counts[severity]} {SEVERITY_WORDS[severity][counts[severity] === 1 ? 0 : 1]}
          </button>
        ))}
      </span>
    </div>
  );
}

function FilterLine({ filter, setFilter }: FilterProps): ReactElement {
  const owners = useOwners();
  return (
    <div className="findings-filter">
      <input
        className="input"
        type="search"
        aria-label="Filter the findings"
        placeholder="Filter: word, chain, owner…"
        value={filter.text}
        onChange={(event) => setFilter({ ...filter, text: event.target.value })}
      />
      {filter.owners.map((owner) => {
        const look = lookOf(owners, owner);
        return (
          <button
            key={owner}
            type="button"
            className="button findings-owner"
            onClick={() => setFilter({ ...filter, owners: toggled(filter.owners, owner) })}
          >
            <OwnerChip slot={look.slot} initials={look.initials} barred={look.barred} size="small" />
            {look.short} <span aria-hidden="true">×</span>
            <span className="visually-hidden">: show all owners again</span>
          </button>
        );
      })}
    </div>
  );
}

/** The open one: what is selected, else what was opened last, else the first error or warning. */
function useOpenFinding(
  findings: readonly Finding[],
  shown: readonly Finding[],
): readonly [string | null, (id: string | null) => void] {
  const selected = useStore(({ selection }) => (selection?.kind === 'finding' ? selection.finding : null));
  const [opened, setOpened] = useState<string | null>(
    () =>
      findings.find(({ severity }) => severity === 'error')?.id ??
      findings.find(({ severity }) => severity === 'warning')?.id ??
      null,
  );
  useEffect(() => {
    if (selected !== null) setOpened(selected);
  }, [selected]);
  const open = opened !== null && shown.some(({ id }) => id === opened) ? opened : null;
  const setOpen = (id: string | null): void => {
    setOpened(id);
    if (id !== null) store.getState().select({ kind: 'finding', finding: id }, 'findings');
    else if (selected !== null) store.getState().select(null, 'findings');
  };
  return [open, setOpen];
}

/** No finding is an answer: it says what was looked at, and what was not. */
function Nothing(): ReactElement | null {
  const counts = useStore((state) => state.overview?.counts);
  const owners = useOwners();
  const proving = useStore((state) => state.proof.status === 'working');
  if (!counts) return null;
  if (counts.chains === 0) return <p className="findings-note">No finding: there is no chain to look at.</p>;
  const known = owners.filter(({ id }) => id !== 'unknown').length;
  return (
    <div className="findings-note">
      <p>
        {proving ? 'No finding yet' : 'No finding'} in {plural(counts.rules, 'rule')} of{' '}
        {plural(counts.chains, 'chain')} by {known === 0 ? 'unknown writers' : plural(known, 'known writer')}.
      </p>
      <p>
        Looked for: two writers in one base chain, on one hook at one priority, or one overruling what the other
        accepts; shared mark bits and marks set without a mask; two writers translating the same connections; a DROP
        policy for everybody; legacy and nft tables together; jumps to nowhere, duplicates, leftovers, and long chains.
      </p>
      <p>
        {proving
          ? 'Rules that no packet reaches are being looked for.'
          : 'That does not prove that every packet fares as you want.'}
      </p>
    </div>
  );
}
