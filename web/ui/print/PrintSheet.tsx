/** What paper has behind the view: all findings, in full, as text that flows over pages. In the page only while it is printed. */
import type { ReactElement } from 'react';
import type { HookMapModel } from '../../layout/hook-map-model.ts';
import type { Finding, FindingPlace } from '../findings/finding.ts';
import { countBySeverity, listFindings, NO_FILTER, SEVERITIES, SEVERITY_WORDS, wordOf } from '../findings/list.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { plural } from '../shell/words.ts';
import { useStore } from '../use-store.ts';

const NONE: readonly Finding[] = [];
const NO_MAPS: readonly HookMapModel[] = [];

export function PrintSheet(): ReactElement | null {
  const found = useStore((state) => state.overview?.findings ?? NONE);
  const documents = useStore((state) => state.documents);
  const rules = useStore((state) => state.overview?.counts.rules ?? 0);
  const findings = listFindings(found, NO_FILTER, (owner) => owner);
  if (findings.length === 0) return null;
  const counts = countBySeverity(findings);
  const words = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${counts[severity]} ${SEVERITY_WORDS[severity][counts[severity] === 1 ? 0 : 1]}`,
  );
  return (
    <section className="print-findings">
      <h2>Findings of {documents.map(({ name }) => name).join(', ')}</h2>
      <p>
        {words.join(', ')} in {plural(rules, 'rule')}
      </p>
      {findings.map((finding) => (
        <PrintedFinding key={finding.id} finding={finding} />
      ))}
    </section>
  );
}

function PrintedFinding({ finding }: { readonly finding: Finding }): ReactElement {
  const owners = useOwners();
  const { title, why, severity, remedy, where, proof, unknowns } = finding;
  const names = finding.owners.map((owner) => lookOf(owners, owner).short);
  const maps = useStore((state) => state.overview?.maps ?? NO_MAPS);
  const places = new Set(where.filter(({ note }) => note !== '').map((place) => placeWords(place, maps)));
  return (
    <article>
      <h3>{title}</h3>
      <p className="print-kind">{[SEVERITY_WORDS[severity][0], wordOf(finding), ...names].join(' · ')}</p>
      <p>{why}</p>
      {places.size > 0 ? (
        <ul>
          {[...places].slice(0, 8).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      ) : null}
      {(proof?.witnesses ?? []).slice(0, 2).map(({ sentence }) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {remedy === null ? null : <p>Remedy: {remedy}</p>}
      {unknowns.length === 0 ? null : <p>Hangs on: {unknowns.join('; ')}</p>}
    </article>
  );
}

/** A base chain is named. Names of other chains would have to be asked for, and paper does not wait. */
function placeWords({ chain, note }: FindingPlace, maps: readonly HookMapModel[]): string {
  for (const { hooks } of maps) {
    for (const { cards } of hooks) {
      const card = cards.find((one) => one.chain === chain);
      if (card) return `${card.table} ${card.name}: ${note}`;
    }
  }
  return note;
}
