/** The open finding: why, where, remedy, references, what it hangs on, and what can be done next. */
import { type ReactElement, useEffect, useState } from 'react';
import { noteOfFinding } from '../../state/notes.ts';
import { lookOf } from '../inspector/owners.tsx';
import { isOnMap, openRule, showOnMap } from '../inspector/reveal.ts';
import { NotePart } from '../notes/NotePart.tsx';
import { Icon } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { FindingPlaces } from './FindingPlaces.tsx';
import { FindingProofPart } from './FindingProof.tsx';
import type { Finding } from './finding.ts';
import { findingMarkdown } from './markdown.ts';
import { describePlaces } from './places.ts';

export function FindingDetail({ finding }: { readonly finding: Finding }): ReactElement {
  const note = useStore((state) => noteOfFinding(state, finding.id));
  const { why, where, remedy, references, unknowns, catalogue } = finding;
  return (
    <div className="finding-detail">
      <p className="finding-why">{why}</p>
      {finding.proof ? <FindingProofPart proof={finding.proof} /> : null}
      <FindingPlaces places={where} />
      {unknowns.length > 0 ? (
        <div className="finding-part">
          <h4>Hangs on what the dump does not tell</h4>
          <ul className="finding-unknowns">
            {unknowns.map((unknown) => (
              <li key={unknown}>{unknown}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {remedy === null ? null : (
        <div className="finding-part">
          <h4>Remedy</h4>
          <p>{remedy}</p>
        </div>
      )}
      <FindingActions finding={finding} />
      <NotePart on={{ kind: 'finding', id: finding.id }} note={note} />
      {references.length > 0 ? (
        <ul className="finding-references" aria-label="References">
          {references.map(({ title, url }) => (
            <li key={url}>
              <a href={url} target="_blank" rel="noreferrer noopener">
                {title}
                <Icon name="external" size={12} />
                <span className="visually-hidden"> (opens in a new tab)</span>
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {catalogue.length > 0 ? <p className="finding-id">Known as {catalogue.join(', ')}</p> : null}
    </div>
  );
}

function FindingActions({ finding }: { readonly finding: Finding }): ReactElement {
  const onMap = useStore((state) => isOnMap(state.overview, finding));
  const onHooks = useStore((state) => state.view === 'hooks');
  const first = finding.where[0] ?? finding.marks[0];
  return (
    <div className="finding-actions">
      {first ? (
        <button
          type="button"
          className={onHooks ? 'button button-primary' : 'button'}
          onClick={() => openRule({ chain: first.chain, rule: 'rule' in first ? first.rule : null }, 'findings')}
        >
          Show in chain
        </button>
      ) : null}
      {onMap ? (
        <button
          type="button"
          className={onHooks ? 'button' : 'button button-primary'}
          onClick={() => showOnMap(finding)}
        >
          Show on map
        </button>
      ) : null}
      <CopyMarkdown finding={finding} />
    </div>
  );
}

/** Milliseconds. */
const CONFIRM = 2_000;

function CopyMarkdown({ finding }: { readonly finding: Finding }): ReactElement {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), CONFIRM);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async (): Promise<void> => {
    const { overview, documents, notify } = store.getState();
    const owners = finding.owners.map((owner) => lookOf(overview?.owners ?? [], owner).name);
    try {
      const places = await describePlaces(finding, documents);
      await navigator.clipboard.writeText(findingMarkdown({ finding, owners, places }));
      setSaid('Copied');
    } catch (error) {
      notify({
        severity: 'error',
        text: `The finding could not be copied: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  };

  return (
    <>
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label="Copy the finding as Markdown"
        title="Copy the finding as Markdown"
        onClick={() => void copy()}
      >
        <Icon name={said === '' ? 'copy' : 'check'} />
      </button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
