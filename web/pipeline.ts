/**
 * The whole sequence from text to findings, as one synchronous function with progress, and its first part alone: all that the map draws is known
 * before anybody looks for findings. The worker, the command line and the tests call it; cancelling it means ending the thread that runs it.
 */

import { findAll } from './findings/find.ts';
import type { Finding } from './findings/finding.ts';
import { effectiveOrder, type HookOrder } from './kernel/order.ts';
import { buildJumpGraph, type JumpGraph } from './model/graph.ts';
import { linkRuleset } from './model/link.ts';
import type { Dump, Ruleset } from './model/ruleset.ts';
import { attributeOwners } from './owners/attribute.ts';
import type { Attribution } from './owners/owner.ts';
import { readDocument } from './parse/read.ts';

export interface DocumentInput {
  /** A file's name, or what the page calls the tab: a hint at backend and family. */
  readonly name: string;
  readonly text: string;
}

export type Phase = 'reading' | 'ordering' | 'attributing' | 'finding';

export interface AnalyseOptions {
  /** `fraction` is 0..1 within the phase. Called at least once per phase, while reading about every MB. */
  readonly onProgress?: (phase: Phase, fraction: number) => void;
  /** Milliseconds, for the timings; without a clock they are 0. */
  readonly now?: () => number;
}

/** What stands on one node, in which order it runs, and who wrote it. */
export interface Structure {
  readonly documents: readonly DocumentInput[];
  readonly ruleset: Ruleset;
  readonly graph: JumpGraph;
  readonly order: readonly HookOrder[];
  readonly attribution: Attribution;
  /** Milliseconds. */
  readonly timings: { readonly parse: number; readonly total: number };
}

/** All that is known of one node. */
export interface Analysis extends Structure {
  readonly findings: readonly Finding[];
}

/** Reads and analyses the documents of one node. Never throws on input; linear in its size. */
export function analyse(documents: readonly DocumentInput[], options: AnalyseOptions = {}): Analysis {
  const now = options.now ?? (() => 0);
  const start = now();
  const structure = readStructure(documents, options);
  options.onProgress?.('finding', 0);
  const findings = findAll(structure);
  return { ...structure, findings, timings: { parse: structure.timings.parse, total: now() - start } };
}

/** All of it but the findings. */
export function readStructure(documents: readonly DocumentInput[], options: AnalyseOptions = {}): Structure {
  const now = options.now ?? (() => 0);
  const progress = options.onProgress ?? (() => undefined);
  const start = now();
  const dumps = readAll(documents, progress);
  const parse = now() - start;
  progress('ordering', 0);
  const ruleset = linkRuleset(dumps);
  const graph = buildJumpGraph(ruleset);
  const order = effectiveOrder(ruleset);
  progress('attributing', 0);
  const attribution = attributeOwners(ruleset);
  return { documents, ruleset, graph, order, attribution, timings: { parse, total: now() - start } };
}

function readAll(documents: readonly DocumentInput[], progress: (phase: Phase, fraction: number) => void): Dump[] {
  const size = documents.reduce((sum, { text }) => sum + text.length, 0) || 1;
  let done = 0;
  return documents.flatMap(({ name, text }, index) => {
    const dumps = readDocument(index, name, text, {
      onProgress: (fraction) => progress('reading', (done + fraction * text.length) / size),
    });
    done += text.length;
    progress('reading', done / size);
    return dumps;
  });
}
