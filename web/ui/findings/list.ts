/** The list of findings before it is drawn: order, filter, counts, words. Pure. */

import { SIGN_WORD } from '../../layout/signs.ts';
import type { OwnerId } from '../../owners/owner.ts';
import type { Finding, FindingSeverity } from './finding.ts';

export const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info'];

/** One and many. */
export const SEVERITY_WORDS: Readonly<Record<FindingSeverity, readonly [string, string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes'],
};

export interface Filter {
  /** Empty: all. */
  readonly severities: readonly FindingSeverity[];
  /** All of them must take part; empty: anybody. */
  readonly owners: readonly OwnerId[];
  readonly text: string;
}

export const NO_FILTER: Filter = { severities: [], owners: [], text: '' };

export function isFiltering({ severities, owners, text }: Filter): boolean {
  return severities.length > 0 || owners.length > 0 || text.trim() !== '';
}

export function countBySeverity(findings: readonly Finding[]): Readonly<Record<FindingSeverity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** Errors, warnings, notes; within each as the detectors gave them. The text is looked for in title, reason, places and remedy. */
export function listFindings(
  findings: readonly Finding[],
  filter: Filter,
  nameOf: (owner: OwnerId) => string,
): Finding[] {
  const wanted = filter.text.trim().toLowerCase();
  const kept = findings.filter(
    (finding) =>
      (filter.severities.length === 0 || filter.severities.includes(finding.severity)) &&
      filter.owners.every((owner) => finding.owners.includes(owner)) &&
      (wanted === '' || textOf(finding, nameOf).includes(wanted)),
  );
  return kept.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function textOf(finding: Finding, nameOf: (owner: OwnerId) => string): string {
  const places = finding.where.map(({ note }) => note);
  const owners = finding.owners.map(nameOf);
  const parts = [
    finding.title,
    finding.why,
    finding.remedy ?? '',
    finding.mechanism,
    ...places,
    ...owners,
    ...finding.catalogue,
  ];
  return parts.join('\n').toLowerCase();
}

/** With or without an entry of the list. */
export function toggled<T>(list: readonly T[], entry: T): readonly T[] {
  return list.includes(entry) ? list.filter((other) => other !== entry) : [...list, entry];
}

/** What is known of it in a word or two. */
export function wordOf({ sign, severity }: Finding): string {
  return sign === 'attention' ? SEVERITY_WORDS[severity][0] : SIGN_WORD[sign];
}

/** `2 errors, 1 warning`; empty without any. */
export function countsInWords(counts: Readonly<Record<FindingSeverity, number>>): string {
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${SEVERITY_WORDS[severity][counts[severity] === 1 ? 0 : 1]}`)
    .join(', ');
}
