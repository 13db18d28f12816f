/**
 * Derives summary.json and each sample's overview.txt from the dumps, through the pipeline:
 *
 *   npx tsx samples/summarise.ts
 *
 * Look at what changes in the overviews before you commit them: they are what the tests compare with.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { proved } from '../web/cli/findings.ts';
import { analyse, type DocumentInput } from '../web/pipeline.ts';
import type { SampleSummary, SampleText } from './index.ts';
import { goldenOf, overviewOf, summaryOf } from './overview.ts';

/** Nothing may be left open for want of time. */
export const PROOF_SECONDS = 600;

const here = new URL('.', import.meta.url);

export function sampleIds(): string[] {
  return readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'source')
    .map(({ name }) => name)
    .sort();
}

export function sampleText(id: string): SampleText {
  return JSON.parse(readFileSync(new URL(`${id}/sample.json`, here), 'utf8')) as SampleText;
}

export function sampleDocuments(id: string): DocumentInput[] {
  return sampleText(id).documents.map((name) => ({ name, text: readFileSync(new URL(`${id}/${name}`, here), 'utf8') }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const summary: Record<string, SampleSummary> = {};
  for (const id of sampleIds()) {
    const overview = overviewOf(proved(analyse(sampleDocuments(id)), PROOF_SECONDS));
    summary[id] = summaryOf(overview);
    writeFileSync(new URL(`${id}/overview.txt`, here), goldenOf(overview));
    process.stdout.write(`${id}: ${summary[id].rules} rules, ${summary[id].verdict.text}\n`);
  }
  writeFileSync(new URL('summary.json', here), `${JSON.stringify(summary, null, 2)}\n`);
}
