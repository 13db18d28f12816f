/** What the places of a finding are called: asked from the worker, for the list and for Markdown. */

import type { Address, ChainDetail, DocumentText, RuleDetail } from '../../worker/protocol.ts';
import { ask } from '../use-answer.ts';
import type { Finding, FindingPlace } from './finding.ts';
import type { PlaceWords } from './markdown.ts';

/** `ip filter FORWARD`. */
export function chainPathOf({ family, table, chain }: Address): string {
  return [family, table, chain ?? ''].join(' ').trim();
}

/** Rejects with RequestError when the dump was read anew meanwhile. */
export async function describePlaces(finding: Finding, documents: readonly DocumentText[]): Promise<PlaceWords[]> {
  return Promise.all(finding.where.map((place) => describePlace(place, documents)));
}

async function describePlace(place: FindingPlace, documents: readonly DocumentText[]): Promise<PlaceWords> {
  const nameOf = (id: string): string | null => documents.find((document) => document.id === id)?.name ?? null;
  if (place.rule === null) {
    const chain: ChainDetail = await ask('chain', { chain: place.chain });
    const { address, document, line } = chain;
    return { path: chainPathOf(address), document: nameOf(document), line, text: null, note: place.note };
  }
  const { address, row, text }: RuleDetail = await ask('rule', { rule: place.rule });
  const path = `${chainPathOf(address)} rule ${row.index}`;
  return { path, document: nameOf(row.document), line: row.line, text, note: place.note };
}
