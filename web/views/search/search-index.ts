/** What the first search of a dump builds, and later ones ask. It lives as long as the ruleset, whatever is found or proved of it meanwhile. */
import type { Ruleset } from '../../model/ruleset.ts';
import type { ViewContext } from '../context.ts';
import { buildContents, type Contents } from './contents.ts';
import { findServiceNames, type Services } from './services.ts';

export interface SearchIndex {
  readonly contents: Contents;
  readonly services: Services;
}

const ready = new WeakMap<Ruleset, SearchIndex>();

/** The index; built now where nobody has prepared it. */
export function readySearchIndex(context: ViewContext): SearchIndex {
  const { ruleset } = context.analysis;
  for (const _done of prepareSearch(context) ?? []) {
    // No turn for anybody else: somebody waits for the answer.
  }
  return ready.get(ruleset) as SearchIndex;
}

/** Builds the index in steps of a few milliseconds, each telling how much is done, from 0 to 1; null where it is there already. */
export function prepareSearch({ analysis: { ruleset } }: ViewContext): Generator<number, void> | null {
  return ready.has(ruleset) ? null : steps(ruleset);
}

function* steps(ruleset: Ruleset): Generator<number, void> {
  const contents = yield* buildContents(ruleset);
  const services = yield* findServiceNames(ruleset);
  ready.set(ruleset, { contents, services });
}
