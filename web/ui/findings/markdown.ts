/** A finding as Markdown, for an issue or a chat. All text in it may come from a dump: it is escaped. */
import type { FindingProof } from '../../findings/finding.ts';
import type { Finding } from './finding.ts';
import { SEVERITY_WORDS, wordOf } from './list.ts';

export interface PlaceWords {
  /** `ip filter FORWARD rule 10`. */
  readonly path: string;
  /** `node-a.save`, with the line that it stands in. */
  readonly document: string | null;
  readonly line: number | null;
  /** The rule as it stands in the dump. */
  readonly text: string | null;
  readonly note: string;
}

export interface MarkdownInput {
  readonly finding: Finding;
  /** In the order of `finding.owners`. */
  readonly owners: readonly string[];
  readonly places: readonly PlaceWords[];
}

export function findingMarkdown({ finding, owners, places }: MarkdownInput): string {
  const { title, why, severity, remedy, references, unknowns, catalogue, id, proof } = finding;
  const parts = [
    `### ${escapeMarkdown(title)}`,
    `**${capital(SEVERITY_WORDS[severity][0])}**, ${wordOf(finding)}${owners.length > 0 ? `, ${listWords(owners.map(escapeMarkdown))}` : ''}`,
    escapeMarkdown(why),
    places.length > 0 ? `**Where**\n\n${places.map(placeMarkdown).join('\n')}` : '',
    proof === null ? '' : proofMarkdown(proof),
    remedy === null ? '' : `**Remedy:** ${escapeMarkdown(remedy)}`,
    unknowns.length > 0
      ? `**Hangs on**\n\n${unknowns.map((unknown) => `- ${escapeMarkdown(unknown)}`).join('\n')}`
      : '',
    references.length > 0
      ? `**References**\n\n${references.map(({ title: name, url }) => `- [${escapeMarkdown(name)}](${escapeUrl(url)})`).join('\n')}`
      : '',
    `nfscope finding ${inlineCode([id, ...catalogue].join(' · '))}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function proofMarkdown({ sentence, witnesses }: FindingProof): string {
  const packets = witnesses.map(
    (witness) => `- ${escapeMarkdown(witness.sentence)}\n  ${inlineCode(JSON.stringify(witness.packet))}`,
  );
  const head = `**Proof:** ${escapeMarkdown(witnesses.length > 0 ? '' : sentence)}`.trim();
  return packets.length === 0 ? head : `${head}\n\n${packets.join('\n')}`;
}

function placeMarkdown({ path, document, line, text, note }: PlaceWords): string {
  const at = line === null ? '' : ` (${document === null ? '' : `${escapeMarkdown(document)} `}line ${line})`;
  const head = `- ${inlineCode(path)}${at}${note === '' ? '' : `: ${escapeMarkdown(note)}`}`;
  return text === null ? head : `${head}\n  ${inlineCode(text)}`;
}

/** `A`, `A and B`, `A, B and C`. */
function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Backslashes before whatever Markdown could take as markup; line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>|~#]/g, (sign) => `\\${sign}`)
    .replaceAll('@', '&#64;');
}

/** A code span with a fence longer than any run of backticks inside. */
export function inlineCode(text: string): string {
  const flat = text.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim();
  let longest = 0;
  for (const [run] of flat.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  const space = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${space}${flat}${space}${fence}`;
}

function escapeUrl(url: string): string {
  return url.replaceAll(/[\s<>()]/g, (sign) => encodeURIComponent(sign).replace('(', '%28').replace(')', '%29'));
}
