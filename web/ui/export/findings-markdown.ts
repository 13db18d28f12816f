/** All findings as one Markdown document, for an issue or a wiki: each as its own copy button writes it. */
import { countBySeverity, listFindings, NO_FILTER, SEVERITIES, SEVERITY_WORDS } from '../findings/list.ts';
import { escapeMarkdown, findingMarkdown } from '../findings/markdown.ts';
import { describePlaces } from '../findings/places.ts';
import { lookOf } from '../inspector/owners.tsx';
import { count, plural } from '../shell/words.ts';
import { store } from '../use-store.ts';

/** Rejects with RequestError when the dump was read anew meanwhile. */
export async function findingsMarkdown(): Promise<string> {
  const { overview, documents } = store.getState();
  const findings = listFindings(overview?.findings ?? [], NO_FILTER, (owner) => owner);
  const counts = countBySeverity(findings);
  const words = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${count(counts[severity])} ${SEVERITY_WORDS[severity][counts[severity] === 1 ? 0 : 1]}`,
  );
  const head = [
    `## Findings of ${documents.map(({ name }) => escapeMarkdown(name)).join(', ')}`,
    `${words.length === 0 ? 'No findings' : words.join(', ')} in ${plural(overview?.counts.rules ?? 0, 'rule')}.`,
  ];
  const parts: string[] = [];
  for (const finding of findings) {
    const owners = finding.owners.map((owner) => lookOf(overview?.owners ?? [], owner).name);
    parts.push(findingMarkdown({ finding, owners, places: await describePlaces(finding, documents) }).trimEnd());
  }
  return `${[...head, ...parts].join('\n\n')}\n`;
}
