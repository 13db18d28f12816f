/** Where nothing was found to show: why, at which line, and what to do. The text itself stays in the source. */
import type { ReactElement } from 'react';
import type { Overview } from '../../worker/protocol.ts';
import { useStore } from '../use-store.ts';
import { showDiagnostic } from './show-diagnostic.ts';
import { plural } from './words.ts';

const BLANK = 'Type or paste rules into the source, or drop files anywhere.';
const OTHER =
  'nfscope reads rulesets of nftables, iptables, ebtables and arptables (listings, dumps, scripts, JSON), ipsets and kernel traces. Your text is in the source, unchanged.';

/** A trace names rules, and does not have them. */
function traceWords(packets: number): string {
  const what = packets === 1 ? 'a packet' : `${packets} packets`;
  return `This is a trace of ${what}. Add the listing of the node’s rules that they met.`;
}

/** What is there instead of chains, and what is wanting to it. */
function foundWords({ documents, counts }: Overview): string {
  const packets = documents.flatMap(({ dumps }) => dumps).reduce((sum, dump) => sum + dump.packets, 0);
  if (packets > 0) return traceWords(packets);
  if (counts.sets === 0) return OTHER;
  const sets = `${plural(counts.sets, 'set')} with ${plural(counts.elements, 'element')}`;
  return `It has ${sets}. Add the listing of the rules that look into ${counts.sets === 1 ? 'it' : 'them'}; the search finds what is in sets.`;
}

export function EmptyHint(): ReactElement | null {
  const overview = useStore((state) => state.overview);
  const documents = useStore((state) => state.documents);
  if (!overview || overview.counts.chains > 0) return null;
  const blank = documents.every((document) => document.text.trim() === '');
  const remarks = overview.documents.flatMap((document) =>
    document.diagnostics.map((diagnostic) => ({ document: document.id, diagnostic })),
  );
  return (
    <div className="view-hint" role="status">
      <h2 className="t-heading">{blank ? 'Nothing here yet' : 'No chains found in this text'}</h2>
      <p className="secondary">{blank ? BLANK : foundWords(overview)}</p>
      {blank ? null : (
        <ul>
          {remarks.slice(0, 5).map(({ document, diagnostic }) => (
            <li key={`${document} ${diagnostic.span.start} ${diagnostic.code}`}>
              <button type="button" className="link-button" onClick={() => showDiagnostic(document, diagnostic)}>
                line {diagnostic.from.line}, column {diagnostic.from.column}
              </button>{' '}
              {diagnostic.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
