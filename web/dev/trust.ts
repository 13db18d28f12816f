/** Writes what the page tells of how it knows (ui/trust/facts.json): `npx tsx web/dev/trust.ts`. A test says when it is no longer true. */
import { writeFileSync } from 'node:fs';
import { trustFacts } from './trust-facts.ts';

export const FACTS_FILE = new URL('../ui/trust/facts.json', import.meta.url);

export function currentFacts(): string {
  const facts = trustFacts(
    new URL('../kernel/cases/', import.meta.url),
    new URL('../kernel/README.md', import.meta.url),
    new URL('../findings/cases/', import.meta.url),
  );
  return `${JSON.stringify(facts, null, 2)}\n`;
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split('/').at(-1) ?? ''))
  writeFileSync(FACTS_FILE, currentFacts());
