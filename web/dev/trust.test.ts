import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { currentFacts, FACTS_FILE } from './trust.ts';

it('what the page tells of how it knows is what the tests and tables say now (else: npx tsx web/dev/trust.ts)', () => {
  expect(JSON.parse(readFileSync(FACTS_FILE, 'utf8'))).toEqual(JSON.parse(currentFacts()));
});
